"""Files are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RANDOM_BYTES = 4
_UNFINISHED_SECONDS = 3600


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    The temporary file keeps the suffix of `path`, since many writers choose the format by it.
    When the block raises, the temporary file is removed and `path` is as it was.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(_RANDOM_BYTES)}{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:  # the content reaches the disk before the name does
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what :func:`whole_file` left in a folder when its process was killed.

    Files of the last hour stay: somebody may be writing them.
    """
    for path in folder.glob(f".*-{'[0-9a-f]' * (2 * _RANDOM_BYTES)}*"):
        try:
            if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                path.unlink()
        except OSError:
            continue  # somebody else's, or gone meanwhile


def reason(error: OSError) -> str:
    """Why a file operation failed, in the operating system's words."""
    return error.strerror or str(error)
