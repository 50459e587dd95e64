"""Values out of a file that somebody else may have written; what is something else raises ValueError."""

from __future__ import annotations

from typing import Any


def object_of(value: Any, what: str, *needed: str) -> dict[str, Any]:
    """An object with the entries that it needs."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object {{...}}")
    for name in needed:
        if name not in value:
            raise ValueError(f'{what} has no "{name}"')
    return value


def list_of(value: Any, what: str) -> list[Any]:
    """A list; a text would pass for a list of letters."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"{what} is not a list [...]")
    return list(value)


def text_of(value: Any, what: str) -> str:
    """A text that can be encoded and written: halves of characters are marked as lost."""
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
