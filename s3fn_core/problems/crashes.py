"""Where a crash leaves its trace: what Python was doing when the process was ended by a signal."""

from __future__ import annotations

import faulthandler
import logging
from datetime import datetime
from pathlib import Path
from typing import TextIO

from s3fn_core.logs import log_path

log = logging.getLogger(__name__)
_open: list[TextIO] = []
"""The file must stay open as long as the process lives."""


def trace_path() -> Path:
    """What a crash writes; empty unless there was one."""
    return log_path().with_name("crash.txt")


def last_path() -> Path:
    """The trace of the last crash that was noticed."""
    return log_path().with_name("last-crash.txt")


def trace_crashes() -> bool:
    """Let a crash of this process leave a trace; whether one of an earlier process was found.

    All processes of the user append to one file.  Where it cannot be written there is no trace, and the
    program works all the same.
    """
    try:
        crashed = _put_by()
        file = trace_path().open("a", encoding="utf-8")
        faulthandler.enable(file)
    except (OSError, RuntimeError):
        log.warning("crashes of this process leave no trace", exc_info=True)
        return False
    _open.append(file)
    return crashed


def _put_by() -> bool:
    """Move a trace that was left to where the last one is kept."""
    path = trace_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or not path.stat().st_size:
        return False
    last_path().write_bytes(path.read_bytes())
    path.open("wb").close()  # not removed: an open window goes on writing into it
    return True


def last_crash() -> str:
    """When the last crash was noticed, and its trace; "" where there was none."""
    try:
        noticed = datetime.fromtimestamp(last_path().stat().st_mtime).astimezone()
        trace = last_path().read_text("utf-8", "replace")
        return f"Noticed {noticed.isoformat(' ', 'seconds')}.\n{trace}"
    except OSError:
        return ""
