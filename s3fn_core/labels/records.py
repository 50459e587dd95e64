"""Values out of a file that somebody else may have written; what is something else raises ValueError."""

from __future__ import annotations

from typing import Any

from s3fn_core.languages import tr


def object_of(value: Any, what: str, *needed: str) -> dict[str, Any]:
    """An object with the entries that it needs."""
    if not isinstance(value, dict):
        raise ValueError(tr("{what} is not an object {{...}}", what=what))
    for name in needed:
        if name not in value:
            raise ValueError(tr('{what} has no "{name}"', what=what, name=name))
    return value


def list_of(value: Any, what: str) -> list[Any]:
    """A list; a text would pass for a list of letters."""
    if not isinstance(value, list | tuple):
        raise ValueError(tr("{what} is not a list [...]", what=what))
    return list(value)


def text_of(value: Any, what: str) -> str:
    """A text that can be encoded and written: halves of characters are marked as lost."""
    if not isinstance(value, str):
        raise ValueError(tr("{what} is not text", what=what))
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
