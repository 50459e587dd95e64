"""How a message quotes what a file says, writes shares, names several things, and sets them in columns."""

from __future__ import annotations

from collections.abc import Sequence

from s3fn_core.languages import tr

_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
_MARKS = dict.fromkeys((*_DIRECTIONS, *_CONTROLS))
_NAMED = 4  # things named one by one in a note


def unmarked(text: str) -> str:
    """A text without marks that turn the direction of writing, and with it what it seems to say.

    Neither are there control characters, which a terminal would obey; ends of lines and tabs stay.
    """
    return text.translate(_MARKS)


def one_line(text: str) -> str:
    """A text on one line of a terminal, on which nothing but letters is left."""
    return " ".join("".join(c if c.isprintable() else " " for c in unmarked(text)).split())


def per_cent(share: float, digits: int = 1) -> str:
    """A share 0..1 as "93.1 %"."""
    return f"{100 * share:.{digits}f} %"


def shortened(text: str) -> str:
    """A value as quoted in a message."""
    return text if len(text) <= 40 else text[:40] + "..."


def named(things: Sequence[object]) -> str:
    """The first few of a list by name, the others by number."""
    names, rest = ", ".join(map(str, things[:_NAMED])), len(things) - _NAMED
    return tr("{names} and {count} more", names=names, count=rest) if rest > 0 else names


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence."""
    if len(names) == 1:
        return names[0]
    return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text set in columns: the first to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    )
