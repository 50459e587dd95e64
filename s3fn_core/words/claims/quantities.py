"""Numbers with their units: tokens into wavelengths (in nm) and shares (as fractions).

1. A number takes the unit that follows it ("670 nm", "700-nm", "5 per cent").
2. A number before it in the same list or range takes it too ("430, 453 and 662 nm").
3. Two ends of a range become one node ("between 0.68 and 0.75 um", "3-5 %", "970 ± 10 nm").
4. Lengths that cannot be wavelengths stay plain numbers, which no rule reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.scan import Node

# Factors to nm; "cm" stands for wavenumbers, which need the reciprocal.
LENGTHS = dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), 1.0)
LENGTHS |= dict.fromkeys(("um", "µm", "μm", "mum", "micron", "microns"), 1e3)
LENGTHS |= dict.fromkeys(("micrometer", "micrometers", "micrometre", "micrometres"), 1e3)
LENGTHS |= dict.fromkeys(("å", "å", "angstrom", "angstroms"), 0.1)
WAVENUMBERS = frozenset(("cm-1", "wavenumber", "wavenumbers"))
PERCENTS = frozenset(("%", "percent", "pct", "٪"))

# From the ultraviolet that spectrometers reach to the far end of the thermal infrared.
SHORTEST_PLAUSIBLE, LONGEST_PLAUSIBLE = 200.0, 25_000.0


def quantities(nodes: list[Node], lists_share_units: bool = True) -> list[Node]:
    """Numbers with units as "wave" and "value" nodes; the rest of the text as it was.

    Parameters
    ----------
    nodes : list of Node
    lists_share_units : bool
        Off in the closing line, where "450 nm 3, 550 nm 6" has a comma after a reflectance.
    """
    nodes = _with_own_units(nodes)
    nodes = _with_shared_units(nodes, lists_share_units)
    nodes = _with_ranges(nodes)
    return [_converted(node, nodes, i) for i, node in enumerate(nodes)]


def _unit(nodes: Sequence[Node], i: int) -> tuple[str, float, int]:
    """Unit that stands at `i`: its name, its factor, and the index after it."""
    text = nodes[i].text
    if text in LENGTHS:
        return "nm", LENGTHS[text], i + 1
    if nodes[i].kind == "unit" or text in WAVENUMBERS:
        return "cm", 1.0, i + 1
    if text in PERCENTS:
        return "%", 0.01, i + 1
    if text == "per" and nodes[i + 1].text in ("cent", "cents"):
        return "%", 0.01, i + 2
    return "", 1.0, i


def _with_own_units(nodes: list[Node]) -> list[Node]:
    result: list[Node] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        i += 1
        if node.kind == "number" and node.low is not None:
            hyphen = nodes[i].text in v.DASHES and nodes[i].start == node.stop
            at = i + 1 if hyphen and i + 1 < len(nodes) else i
            unit, factor, after = _unit(nodes, at)
            if unit:
                stop = nodes[after - 1].stop
                value = node.low * factor
                node = replace(node, low=value, high=value, unit=unit, stop=stop)
                node = replace(node, text=str(factor))  # what a shared unit multiplies by
                i = after
        result.append(node)
    return result


def _with_shared_units(nodes: list[Node], through_commas: bool) -> list[Node]:
    """Give a number the unit of the next one in its list.  Backwards, so that it is handed on."""
    result = list(nodes)
    separators = v.SEPARATORS if through_commas else v.SEPARATORS - {",", "and", "&", "/"}
    skipped = separators | v.HEDGES
    for i in range(len(nodes) - 1, -1, -1):
        node = nodes[i]
        if node.kind != "number" or node.unit or node.low is None or _is_year(nodes, i):
            continue
        j = i + 1
        while j < min(i + 4, len(nodes)) and nodes[j].text in skipped:
            j += 1
        if i + 1 < j < len(nodes) and result[j].kind == "number" and result[j].unit:
            factor = float(result[j].text)
            value = node.low * factor
            result[i] = replace(node, low=value, high=value, unit=result[j].unit, text=result[j].text)
    return result


def _is_year(nodes: Sequence[Node], i: int) -> bool:
    """Whether "2022" in "in 2022, 450 nm was" is a year."""
    text = nodes[i].text
    before = nodes[i - 1].text if i else ""
    follows = nodes[i + 1].text if i + 1 < len(nodes) else ""
    is_recent = len(text) == 4 and text.isdigit() and text[:2] in ("19", "20")
    return is_recent and before in ("in", "since", "of", "(") and follows in (",", ")", "and")


def _with_ranges(nodes: list[Node]) -> list[Node]:
    result: list[Node] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        i += 1
        if node.kind == "number":
            j = _next_end(nodes, i, result)
            if j is not None and _same_sort(node, nodes[j]):
                node = _joined(node, nodes[j], spread=nodes[i].text == "±")
                i = j + 1
                if result and result[-1].text in ("between", "from"):
                    introduced = result.pop()
                    # "from 5 % to 40 %" states two ends, "between" an uncertain value.
                    node = replace(node, start=introduced.start, placed=True)
                    node = replace(node, text=introduced.text)
        result.append(node)
    return result


def _next_end(nodes: Sequence[Node], i: int, before: Sequence[Node]) -> int | None:
    """Index of the number that ends a range begun just before `i`."""
    text = nodes[i].text if i < len(nodes) else ""
    introduced = bool(before) and _introduction(before) in ("between", "from")
    if text in v.DASHES or text in ("to", "through", "till", "until", "±"):
        j = i + 1
    elif text == "up" and nodes[i + 1].text == "to":
        j = i + 2
    elif text in ("and", "&") and introduced:
        j = i + 1
    else:
        return None
    while j < len(nodes) - 1 and (nodes[j].text in v.HEDGES and nodes[j].kind != "number"):
        j += 1
    return j if j < len(nodes) and nodes[j].kind == "number" else None


def _introduction(before: Sequence[Node]) -> str:
    """The word before a number, hedges aside."""
    for node in reversed(before[-3:]):
        if node.text not in v.HEDGES:
            return node.text
    return ""


def _same_sort(first: Node, second: Node) -> bool:
    if first.unit or second.unit:
        return first.unit == second.unit
    return _is_bare_share(first) and _is_bare_share(second)


def _is_bare_share(node: Node) -> bool:
    """Whether a number without unit may be a fraction: it has decimals and is at most 1."""
    has_decimals = not node.text.isdigit()
    return not node.unit and has_decimals and node.low is not None and 0 <= node.low <= 1


def _joined(first: Node, second: Node, spread: bool) -> Node:
    assert first.low is not None
    assert second.low is not None
    if spread:
        low, high = first.low - second.low, first.low + second.low
    else:
        low, high = sorted((first.low, second.low))
    backwards = not spread and first.low > second.low
    return replace(first, low=low, high=high, backwards=backwards, stop=second.stop)


def _converted(node: Node, nodes: Sequence[Node], i: int) -> Node:
    """A number as wave or value, if it can be one."""
    if node.kind != "number" or node.low is None or node.high is None:
        return node
    if node.unit in ("nm", "cm"):
        return node if _is_size(nodes, i) else _as_wave(node)
    if node.unit == "%" or _is_bare_share(node) or (not node.is_point and not node.unit):
        return replace(node, kind="value") if 0 <= node.low <= node.high <= 1 else node
    return node


def _as_wave(node: Node) -> Node:
    low, high, backwards = node.low, node.high, node.backwards
    assert low is not None
    assert high is not None
    if node.unit == "cm":
        if low <= 0:
            return node
        low, high = 1e7 / high, 1e7 / low
        backwards = not backwards and low != high
    if not SHORTEST_PLAUSIBLE <= low <= high <= LONGEST_PLAUSIBLE:
        return node
    return replace(node, kind="wave", low=low, high=high, backwards=backwards)


def _is_size(nodes: Sequence[Node], i: int) -> bool:
    before = nodes[i - 1].text if i else ""
    of_size = {node.text for node in nodes[max(0, i - 4) : i] if node.kind == "word"}
    after = nodes[i + 1].text if i + 1 < len(nodes) else ""
    sized = before in v.SIZE_BEFORE or bool(before == "of" and of_size & v.SIZE_BEFORE)
    return sized or after in v.SIZE_AFTER
