"""Where a crash leaves its trace: what Python was doing when the process was ended by a signal.

Windows share one file, since the next to open offers a report.  Commands run by the hundred and often at the
same time: each has a file of its own, which goes when it ends well.
"""

from __future__ import annotations

import faulthandler
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TextIO

from s3fn_core.logs import log_path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MOST = 5
"""Crashes of commands that are kept."""

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
    """When the last crash of a window was noticed, and its trace; "" where there was none."""
    return _told("Noticed", last_path())


def commands_folder() -> Path:
    """Where each command that runs has a file, and each that crashed its trace."""
    return log_path().with_name("crashes")


@contextmanager
def traced() -> Iterator[None]:
    """Let a crash of this process, a command or a worker of one, leave a trace in a file of its own.

    Where that cannot be written there is no trace, and the program works all the same.
    """
    path = commands_folder() / f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _tidy(path.parent)
        file = path.open("xb", buffering=0)
    except OSError:
        log.warning("a crash of this process leaves no trace", exc_info=True)
        yield
        return
    try:
        _lock(file)
        faulthandler.enable(file)
        yield
    finally:
        faulthandler.disable()
        file.close()
        with suppress(OSError):
            path.unlink()


def command_crashes() -> str:
    """The traces of the commands that crashed last, the latest first; "" where there are none."""
    found = (_told("Crashed", path) for path in sorted(commands_folder().glob("*.txt"), reverse=True))
    return "\n".join(text for text in found if text)


def _told(what: str, path: Path) -> str:
    """A trace behind the time that its file has; "" where there is none."""
    try:
        when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        trace = path.read_text("utf-8", "replace")
    except OSError:
        return ""
    return f"{what} {when.isoformat(' ', 'seconds')}.\n{trace}" if trace else ""


def _tidy(folder: Path) -> None:
    """Remove old traces, and the empty files of processes that were ended without leaving one."""
    left = MOST
    for path in sorted(folder.glob("*.txt"), reverse=True):
        with suppress(OSError):  # it has gone by now, or is open (Windows)
            if path.stat().st_size and left:
                left -= 1
            elif not _in_use(path):
                path.unlink()


def _in_use(path: Path) -> bool:
    """Whether the process of a file still runs; Windows keeps files that are open in any case."""
    with path.open("ab") as file:  # some network shares lock only what can be written
        return not _lock(file)


def _lock(file: IO[bytes]) -> bool:
    """Whether a file is locked for this process now: until it is closed or the process ends."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process's, or a file system without locks
        return False
    return True
