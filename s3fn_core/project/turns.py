"""One at a time: whoever saves a project keeps others from saving and loading it at that moment.

The system's lock on the folder ends with its process.  Where a file system has none (Windows, some
network shares), files of others are spared by their age instead; see :mod:`s3fn_core.project.store`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LONGEST = 30.0  # seconds to wait for somebody who hangs
_STEP = 0.01


@contextmanager
def turn(folder: Path, *, reading: bool = False) -> Iterator[bool]:
    """Wait for one's turn in a folder; gives whether nobody else can have it at the same time.

    Several may be `reading` at a time.
    """
    if fcntl is None:
        yield False
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # missing or closed to this user: what is done in it will say so
        yield False
        return
    try:
        yield _locked(handle, fcntl.LOCK_SH if reading else fcntl.LOCK_EX)
    finally:
        os.close(handle)  # which ends the lock


def _locked(handle: int, kind: int) -> bool:
    start = time.monotonic()
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() - start > _LONGEST:
                return False
            time.sleep(_STEP)
        except OSError:  # a file system without locks
            return False
        else:
            return True
