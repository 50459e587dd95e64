"""How large an array may become that has to be unpacked as a whole."""

from __future__ import annotations

import os
from pathlib import Path

from s3fn_core.errors import CubeError

_ALWAYS = 256 << 20  # bytes that are unpacked whatever they come from
_TIGHTEST = 100  # times; no measurement is packed as tightly, its noise alone takes more


def check_expansion(path: Path, packed: int, unpacked: int) -> None:
    """Refuse what memory cannot hold, and what only looks like a measurement.

    Parameters
    ----------
    path : Path
        Of the file, for the message.
    packed, unpacked : int
        Bytes in the file and in memory.

    Raises
    ------
    CubeError
        When there is not as much memory, or so few bytes cannot hold a cube of this size.
    """
    if unpacked <= _ALWAYS:
        return
    if unpacked > _TIGHTEST * packed:
        raise CubeError(
            "{path}: {packed} bytes would unpack to {unpacked} MB, which no measured cube does; "
            "save it without compression if it is one.",
            path=path,
            packed=packed,
            unpacked=unpacked >> 20,
        )
    if (memory := _memory()) is not None and unpacked > memory:
        raise CubeError(
            "{path} unpacks to {unpacked} MB, more than the memory of this computer; save it "
            "without compression, or as ENVI, which is read piece by piece.",
            path=path,
            unpacked=unpacked >> 20,
        )


def _memory() -> int | None:
    """Bytes of memory of this computer, None where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows
        return None
