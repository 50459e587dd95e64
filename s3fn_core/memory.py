"""Memory that runs out: how errors say so, and what the user reads of it."""

from __future__ import annotations

import errno
import re

from s3fn_core.languages import tr

_SIGNS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "bad_alloc",
    "alloc_failed",
    "failed to map segment",
    "can't start new thread",
)
"""What errors say when an allocation failed: PyTorch's on a CPU, on MPS, oneDNN's, cuDNN's, the loader's."""
_AMOUNT = re.compile(r"allocate ([\d.,]+) ?(bytes|[KMGTPE]i?B)", re.IGNORECASE)


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error means, or comes from, memory that was not there."""
    if error is None:
        return False
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    if isinstance(error, (RuntimeError, ImportError)) and any(sign in str(error).lower() for sign in _SIGNS):
        return True
    return is_out_of_memory(error.__cause__)


def what_did_not_fit(error: BaseException) -> str:
    """A sentence without its full stop: that memory is short, and for how much if that is known."""
    found = _AMOUNT.search(str(error))
    if found is None:
        return tr("There is not enough memory")
    number, unit = found.groups()
    if unit.lower() != "bytes":
        return tr("There is not enough memory for {size} at once", size=f"{number} {unit}")
    size = float(number.replace(",", ""))
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return tr("There is not enough memory for {size} at once", size=f"{size:.3g} {unit}")
