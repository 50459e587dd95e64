"""The line "Expected reflectance: 450 nm 3 %, 550 nm 6 %, ..." that states a whole spectrum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.bounds import bounded
from s3fn_core.words.claims.kinds import Level
from s3fn_core.words.claims.levels import find_pairs, level
from s3fn_core.words.claims.quantities import LENGTHS, PERCENTS, WAVENUMBERS, quantities
from s3fn_core.words.claims.scan import Node, scan

TITLES = (("expected", "reflectance"), ("expected", "reflectances"), ("expected", "spectrum"))
LONGEST_HEADING = 12  # nodes before the colon: "Expected reflectance (sunlit, in %):"
UNITS = frozenset(LENGTHS) | WAVENUMBERS | PERCENTS | {"per", "cent"}
ALLOWED = UNITS | v.SEPARATORS | v.HEDGES | v.DASHES | v.IN_LISTS


def closing_lines(nodes: Sequence[Node]) -> tuple[list[Level], list[Node]]:
    """The stated levels, and the text without the lines that state them."""
    levels: list[Level] = []
    rest: list[Node] = []
    after = 0
    for start, first, last in _lines(nodes):
        levels += _levels(nodes[first:last])
        rest += nodes[after:start]
        rest.append(Node("end", "", nodes[start].start, nodes[start].start))
        after = max(last, start + 1)
    return levels, rest + list(nodes[after:])


def line_places(text: str) -> list[tuple[int, int]]:
    """Where the closing lines of a text stand, from their headings to their full stops.

    Examples
    --------
    >>> line_places("Green. Expected reflectance: 450 nm 3 %, 550 nm 6 %.")
    [(7, 52)]
    """
    nodes = scan(text)
    places = []
    for start, first, last in _lines(nodes):
        items = [node for node in nodes[first:last] if node.kind != "end"]
        stop = items[-1].stop if items else nodes[first - 1].stop
        places.append((nodes[start].start, stop + text.startswith(".", stop)))
    return places


def _lines(nodes: Sequence[Node]) -> Iterator[tuple[int, int, int]]:
    """Indices of each heading, of the first item of its list, and of what follows the list."""
    i = 0
    while i < len(nodes):
        first = _heading(nodes, i)
        if first is None:
            i += 1
            continue
        last = _end(nodes, first)
        yield i, first, last
        i = max(last, i + 1)


def _heading(nodes: Sequence[Node], i: int) -> int | None:
    """Index after the colon of a heading that begins at `i`."""
    if nodes[i].text != "expected" or (nodes[i].text, nodes[i + 1].text) not in TITLES:
        return None
    for j in range(i + 2, min(i + 2 + LONGEST_HEADING, len(nodes))):
        if nodes[j].text == ":":
            return j + 1
        if nodes[j].kind == "end":
            return None
    return None


def _end(nodes: Sequence[Node], i: int) -> int:
    """Index of what no longer belongs to the list; a remark in brackets does."""
    remark = False
    while i < len(nodes) and (_belongs(nodes, i) or (remark and nodes[i].kind != "end")):
        remark = nodes[i].text == "(" or (remark and nodes[i].text != ")")
        i += 1
    return i


def _belongs(nodes: Sequence[Node], i: int) -> bool:
    node = nodes[i]
    if node.kind == "end":  # the list may be broken into lines, each beginning with a number
        follows = [after for after in nodes[i + 1 : i + 3] if after.text not in ("-", "•", "|")]
        return node.text == "\n" and bool(follows) and follows[0].kind == "number"
    return node.kind in ("number", "unit") or node.text in ALLOWED


def _levels(nodes: Sequence[Node]) -> list[Level]:
    end = Node("end", "", nodes[-1].stop, nodes[-1].stop) if nodes else Node("end", "", 0, 0)
    items = [replace(n, kind="mark", text=";") if n.kind == "end" else n for n in nodes]
    merged = bounded(quantities([*items, end], lists_share_units=False))
    merged = _with_bare_shares(merged)
    return [level(merged, pair, stated=True) for pair in find_pairs(merged, table=True)]


def _with_bare_shares(nodes: Sequence[Node]) -> list[Node]:
    """Read "450 nm 3, 550 nm 6" as per cent, "450 nm 0.03, ..." as fractions."""
    bare = [n.low for n in nodes if n.kind in ("number", "value") and not n.unit and n.low is not None]
    factor = 0.01 if any(number > 1 for number in bare) else 1.0
    return [_as_share(node, factor) for node in nodes]


def _as_share(node: Node, factor: float) -> Node:
    if node.kind not in ("number", "value") or node.unit or node.low is None or node.high is None:
        return node
    low, high = node.low * factor, node.high * factor
    if not 0 <= low <= high <= 1:
        return node
    return replace(node, kind="value", low=low, high=high)
