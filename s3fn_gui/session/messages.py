"""One way for every error to the user: the message bar, with details for those who want them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from s3fn_core.errors import S3FNError
from s3fn_core.languages import tr
from s3fn_core.logs import log_path
from s3fn_core.memory import is_out_of_memory, what_did_not_fit

LESS = tr(
    "Use the device cpu (if a graphics card ran out), the preset pixel or fewer labelled "
    "pixels to train, a smaller part of the cube to map, or close other cubes and programs."
)
"""What fits where something did not."""
REPORT_PROBLEM = "help.report_problem"
"""The command that an unexpected error proposes."""

log = logging.getLogger(__name__)


def explain(error: BaseException, doing: str = "") -> Report:
    """What the user reads of an error: our own words, or that it was not expected."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, S3FNError):
        return Report("error", str(error), details if error.__cause__ else "")
    if is_out_of_memory(error):
        log.error("Out of memory%s\n%s", f" ({doing})" if doing else "", details)
        text = f"{what_did_not_fit(error)}. {LESS}"
        return Report("error", f"{doing}: {text}" if doing else text, details)
    log.error("Unexpected error%s\n%s", f" ({doing})" if doing else "", details)
    kind, path = type(error).__name__, log_path()
    if doing:
        text = tr("{doing}: unexpected error ({kind}). The log is {path}.", doing=doing, kind=kind, path=path)
    else:
        text = tr("Unexpected error ({kind}). The log is {path}.", kind=kind, path=path)
    return Report("error", text, details, REPORT_PROBLEM)


Level = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True)
class Report:
    """One message to the user, shown in the bar above the image.

    `action` is the id of a command that the message proposes for the current cube; `of_map` says that
    it is about the map that is shown, and no longer true once another takes its place; `still` whether
    it is true: it is withdrawn when it no longer is.
    """

    level: Level
    text: str
    details: str = ""
    action: str = ""
    of_map: bool = False
    still: Callable[[], bool] | None = None
