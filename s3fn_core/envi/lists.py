"""Lists of numbers as people and programs write them, with decimal points or commas."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[,;\s]+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,?\d+(?:[eE][+-]?\d+)?")


def split_numbers(text: str, count: int | None = None) -> list[str]:
    """The texts of the numbers of a list, separated by commas, semicolons or blanks.

    Commas are decimal signs where semicolons (or blanks, if only then there are `count` numbers)
    stand between: ``450,5; 460,5``.

    Examples
    --------
    >>> split_numbers("450,5; 460,5"), split_numbers("450.5, 460.5")
    (['450.5', '460.5'], ['450.5', '460.5'])
    """
    text = re.sub("[\"']", "", text).strip(" \t\r\n{}[]()")
    plain = [item for item in _BETWEEN.split(text) if item]
    if "," not in text or len(plain) == count:
        return plain
    for separator in (";", None):
        items = [item.strip() for item in text.split(separator)]
        items = [item for item in items if item]
        fits = len(items) == count if separator is None or count else True
        if len(items) > 1 and fits and all(map(_DECIMAL_COMMA.fullmatch, items)):
            return [item.replace(",", ".") for item in items]
    return plain
