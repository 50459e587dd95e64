"""Files are written whole or not at all; what JSON holds is read as what it says it is."""

from __future__ import annotations

import codecs
import errno
import json
import math
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from s3fn_core.languages import tr

PROJECT_SUFFIX = ".s3fnproj"  # here, since nothing else is imported for it
_T = TypeVar("_T")
_RANDOM_BYTES = 4
_UNFINISHED_SECONDS = 3600
_LONGEST_STEM = 50
_LARGEST_TEXT = 1 << 28


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    The temporary file keeps the suffix of `path`, since many writers choose the format by it.
    When the block raises, the temporary file is removed and `path` is as it was.
    """
    path = Path(path)
    stem = path.stem[:_LONGEST_STEM]  # a long name must not become too long
    temporary = path.with_name(f".{stem}-{secrets.token_hex(_RANDOM_BYTES)}{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:  # the content reaches the disk before the name does
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_record(kind: type[_T], record: Any) -> _T:
    """What JSON gave, as the dataclass `kind`; nothing is taken for another type.

    Raises
    ------
    ValueError
        Naming the field that is missing or wrong.
    """
    from pydantic import TypeAdapter, ValidationError  # takes 60 ms

    try:
        return TypeAdapter(kind).validate_json(json.dumps(record), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise ValueError(f"{where}: {first['msg']}") from error


def json_text(content: Any) -> str:
    """The text of a JSON file, for people to read; any text can be encoded as UTF-8.

    Halves of characters are escaped: names of files that are not UTF-8 come with some.

    Raises
    ------
    TypeError, ValueError
        When JSON has no words for it.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


def without_nan(value: Any) -> Any:
    """`value` without the NaN and infinity that JSON does not know: None in their place."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def require_file(path: str | os.PathLike[str]) -> None:
    """Raise OSError where `path` is a pipe, a device or a socket, which may have no end, or give none.

    Likewise for a name that no file can have.  What is missing, or a folder, is left to whoever opens it.
    """
    try:
        mode = Path(path).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except ValueError as error:
        raise OSError(errno.EINVAL, tr("its name holds a zero character"), os.fspath(path)) from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, tr("it is a pipe or a device and no file"), os.fspath(path))


def read_file(path: str | os.PathLike[str], most: int = _LARGEST_TEXT) -> bytes:
    """The content of a file of text.

    Raises
    ------
    OSError
        When it cannot be read, is not a file, or is too large for one of text.
    """
    require_file(path)
    with Path(path).open("rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, tr("it is too large for a file of text"), os.fspath(path))
        return file.read()


def remove_unfinished(folder: Path) -> None:
    """Remove what :func:`whole_file` left in a folder when its process was killed.

    Files of the last hour stay: somebody may be writing them.
    """
    for path in folder.glob(f".*-{'[0-9a-f]' * (2 * _RANDOM_BYTES)}*"):
        try:
            if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                path.unlink()
        except OSError:
            continue  # somebody else's, or gone by now


def decoded(raw: bytes) -> str:
    """Text in UTF-8, in UTF-16 with a mark, or else in the 8-bit code page of older programs."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def reason(error: Exception) -> str:
    """Why a file operation failed, in the operating system's words where it has some."""
    return str(getattr(error, "strerror", None) or error)
