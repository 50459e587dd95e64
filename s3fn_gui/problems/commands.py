"""The command that reports a problem."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.problems.flow import ProblemFlow
from s3fn_gui.session.messages import REPORT_PROBLEM


def commands(flow: ProblemFlow) -> Commands:
    """One row."""
    tip = tr("Collect versions, settings and the log in one file, without data or keys")
    row = Command(REPORT_PROBLEM, tr("Report a problem…"), flow.collect, tip=tip, short=tr("Report…"))
    return Commands((row,))
