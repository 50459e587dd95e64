"""What every flow works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from s3fn_gui.dialogs.questions import Questions
from s3fn_gui.errors import ErrorBridge
from s3fn_gui.jobs import JobRunner
from s3fn_gui.session import Session
from s3fn_gui.settings import Settings

Then = Callable[[], None]
"""What goes on when something is done, or was given up."""


def nothing() -> None:
    """Nothing goes on."""


@dataclass
class Context:
    """`ask` may be replaced: tests and the demo answer by themselves."""

    session: Session
    runner: JobRunner
    ask: Questions
    settings: Settings
    errors: ErrorBridge
