"""A run of minutes as the window sees it: how far it is, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from s3fn_core.progress import Progress
from s3fn_gui.session.context import Context
from s3fn_gui.session.session import Session


class RunState(QObject):
    """`progress` and `remaining` (seconds) describe the run that is under way."""

    changed = Signal()
    progressed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.running = False
        self.progress: Progress | None = None
        self.remaining: float | None = None

    def begin(self) -> None:
        """A run starts."""
        self.running, self.progress, self.remaining = True, None, None
        self.changed.emit()

    def add(self, progress: Progress, remaining: float | None) -> None:
        """Take in one report."""
        self.progress, self.remaining = progress, remaining
        self.progressed.emit()

    def end(self) -> None:
        """The run is over: done, failed or cancelled."""
        self.running, self.progress = False, None
        self.changed.emit()


def run(
    context: Context,
    state: RunState,
    kind: str,
    title: str,
    work: Callable[[], Any],
    done: Callable[[Any], None],
    *,
    doing: str,
    cancelled: str,
    early: Callable[[Any], None] = lambda _: None,
) -> None:
    """Start a run that `state` says has begun; nothing changes unless it is done.

    `doing` names it in errors, `cancelled` is the message when the user stops it; `early` is called
    with a first result that comes before the end.
    """
    runner = context.runner

    def add(progress: Progress) -> None:
        job = runner.get(kind)
        state.add(progress, None if job is None else job.remaining())
        if progress.early is not None:
            early(progress.early)
        if progress.notes:
            context.session.report("warning", " ".join(progress.notes))

    def failed(error: BaseException) -> None:
        state.end()
        context.errors.show(doing, error)

    def stopped() -> None:
        if runner.get(kind) is None and state.running:
            state.end()
            context.session.report("info", cancelled)

    runner.start(kind, title, work, done, progressed=add, failed=failed, cancelled=stopped, makes="work")
