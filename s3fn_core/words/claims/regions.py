"""Named regions of the spectrum: "in the near infrared", "blue and red light"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.scan import Node

Bounds = tuple[float | None, float | None]

# Visible, its blue, green and red thirds and the division of the infrared: Lillesand, Kiefer and
# Chipman, Remote Sensing and Image Interpretation, section 1.2.  Red edge: 680 to 750 nm, about
# the range of Horler, Dockray and Barber 1983 (Int. J. Remote Sensing 4:273).  The near infrared
# begins where the red edge ends, so that a level stated for it does not deny the edge.
# Violet, yellow and orange: Bruno and Svoronos, CRC Handbook of Fundamental Spectroscopic
# Correlation Charts, 2005.
RED_EDGE = (680.0, 750.0)
NEAR_INFRARED = (750.0, 1300.0)
SHORTWAVE_INFRARED = (1300.0, 2500.0)
VISIBLE = (400.0, 700.0)
ULTRAVIOLET = (200.0, 400.0)
COLOURS: dict[str, Bounds] = {
    "violet": (380.0, 450.0),
    "blue": (400.0, 500.0),
    "green": (500.0, 600.0),
    "yellow": (565.0, 590.0),
    "orange": (590.0, 625.0),
    "red": (600.0, 700.0),
}
# Phrases, hyphens left out; the longest that fits is taken.
PHRASES: dict[tuple[str, ...], Bounds] = {
    ("near", "infrared"): NEAR_INFRARED,
    ("near", "infra", "red"): NEAR_INFRARED,
    ("near", "ir"): NEAR_INFRARED,
    ("nir",): NEAR_INFRARED,
    ("shortwave", "infrared"): SHORTWAVE_INFRARED,
    ("short", "wave", "infrared"): SHORTWAVE_INFRARED,
    ("shortwave", "ir"): SHORTWAVE_INFRARED,
    ("swir",): SHORTWAVE_INFRARED,
    ("infrared",): (750.0, 2500.0),
    ("vnir",): (400.0, 1000.0),
    ("vis",): VISIBLE,
    ("visible",): VISIBLE,
    ("ultraviolet",): ULTRAVIOLET,
    ("uv",): ULTRAVIOLET,
    ("all", "wavelengths"): (None, None),
    ("every", "wavelength"): (None, None),
    ("entire", "spectrum"): (None, None),
    ("entire", "range"): (None, None),
    ("entire", "spectral", "range"): (None, None),
    ("whole", "spectrum"): (None, None),
    ("whole", "range"): (None, None),
    ("whole", "spectral", "range"): (None, None),
    ("full", "spectrum"): (None, None),
    ("full", "spectral", "range"): (None, None),
    ("the", "spectrum"): (None, None),
} | {(colour,): bounds for colour, bounds in COLOURS.items()}
LONGEST_PHRASE = 5  # nodes, hyphens included
DETERMINERS = frozenset(("in", "the", "entire", "whole", "across", "throughout", "into", "both"))


COLOUR_COMPANY = frozenset(COLOURS) | {"uv", "ultraviolet", "nir", "infrared"}
MARGIN_NM = 50.0
REFINING = frozenset(("light", "region", "range", "wavelengths", "part", "(", "at", "near", "around", ":"))


def named(nodes: list[Node]) -> list[Node]:
    """Replace names of regions by "wave" nodes with the unit "name"."""
    result: list[Node] = []
    i = 0
    while i < len(nodes):
        length, bounds = _phrase(nodes, i)
        if length and _is_meant(nodes, i, i + length):
            last = nodes[i + length - 1]
            low, high = bounds
            result.append(
                replace(
                    nodes[i], kind="wave", text=last.text, stop=last.stop, low=low, high=high, unit="name"
                )
            )
        else:
            length = 1
            result.append(nodes[i])
        i += length
    return _spanned(result)


def _phrase(nodes: Sequence[Node], i: int) -> tuple[int, Bounds]:
    """Number of nodes of the longest phrase that begins at `i`, and its bounds."""
    best: tuple[int, Bounds] = (0, (None, None))
    if nodes[i].kind != "word":
        return best
    words: list[str] = []
    for j in range(i, min(i + LONGEST_PHRASE, len(nodes))):
        if nodes[j].kind == "mark" and nodes[j].text in v.DASHES:
            continue
        if nodes[j].kind != "word":
            break
        words.append(nodes[j].text)
        if tuple(words) in PHRASES:
            best = (j + 1 - i, PHRASES[tuple(words)])
    return best


def _is_meant(nodes: Sequence[Node], start: int, stop: int) -> bool:
    """Whether a name speaks of the spectrum: "red light" does, "red soil" does not."""
    word = nodes[start].text
    follows = _text(nodes, stop + 1 if _text(nodes, stop) in v.DASHES else stop)
    before = _text(nodes, start - 1)
    if follows == "edge":
        return False  # the red edge is a feature, not a region
    if word == "visible":
        return before in DETERMINERS or follows in v.REGION_NOUNS
    if word == "the":
        return before in ("across", "throughout", "over") and follows not in ("of", "between")
    if word not in COLOURS:
        return True
    if _text(nodes, stop) in (":", "="):
        return True
    if follows in v.REGION_NOUNS or _lists_colours(nodes, stop):
        return True
    in_the = before == "the" or before in v.INTO_REGION or _ends_colour_list(nodes, start)
    noun_follows = nodes[stop].kind == "word" and follows not in v.REGION_FOLLOWERS
    return in_the and not noun_follows


def _text(nodes: Sequence[Node], i: int) -> str:
    return nodes[i].text if 0 <= i < len(nodes) else ""


def _lists_colours(nodes: Sequence[Node], i: int) -> bool:
    """Whether "and red light", ", yellow and orange light" follows."""
    for j in range(i, min(i + 6, len(nodes))):
        text = nodes[j].text
        if text in (
            "light",
            "region",
            "regions",
            "wavelengths",
            "bands",
            "parts",
            "absorption",
            "absorptions",
            "spectral",
            "radiation",
        ):
            return j > i
        if text not in COLOURS and text not in (",", "and", "or", "the", "/", "-"):
            return False
    return False


def _ends_colour_list(nodes: Sequence[Node], i: int) -> bool:
    """Whether "the blue and" stands before."""
    before = [_text(nodes, j) for j in range(max(0, i - 4), i)]
    return bool(before) and before[-1] in ("and", "or", ",", "/") and bool(set(before) & COLOUR_COMPANY)


def _spanned(nodes: list[Node]) -> list[Node]:
    """Join "from the visible to the near infrared" into one range."""
    result: list[Node] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        i += 1
        if node.kind == "wave":
            j = i
            while j < len(nodes) and nodes[j].text in ("light", "region", "range", "into", "to", "the"):
                j += 1
            joins = any(nodes[k].text in ("to", "into") for k in range(i, j))
            if joins and j < len(nodes) and _can_end(node, nodes[j]):
                ends = [x for x in (node.low, node.high, nodes[j].low, nodes[j].high) if x]
                backwards = (nodes[j].low or 0) < (node.low or 0)
                node = replace(
                    node, low=min(ends), high=max(ends), stop=nodes[j].stop, backwards=backwards, placed=True
                )
                i = j + 1
        result.append(node)
    return result


def refined(nodes: list[Node]) -> list[Node]:
    """Let "the near infrared (750 to 900 nm)" mean the numbers alone."""
    result: list[Node] = []
    for i, node in enumerate(nodes):
        if node.unit == "name" and node.kind == "wave":
            j = i + 1
            while j < len(nodes) and nodes[j].text in REFINING:
                j += 1
            if j < len(nodes) and nodes[j].kind == "wave" and is_within(nodes[j], node):
                continue
        elif result and node.kind == "wave" and node.unit != "name":
            node = _closed(node, nodes[max(0, i - 4) : i])
        result.append(node)
    return result


def _closed(node: Node, before: Sequence[Node]) -> Node:
    """Let "the near infrared beyond 800 nm" end where that does."""
    region = next((n for n in reversed(before) if n.kind == "wave" and n.unit == "name"), None)
    if region is None or before[-1].text not in REFINING | {region.text}:
        return node
    if node.high is None and region.high and node.low and node.low < region.high:
        return replace(node, high=region.high)
    if node.low is None and region.low and node.high and node.high > region.low:
        return replace(node, low=region.low)
    return node


def is_within(number: Node, region: Node) -> bool:
    """Whether a wavelength or range lies in a region, or hardly outside."""
    if region.low is None or region.high is None or number.unit == "name":
        return False
    if number.low is None or number.high is None:
        return False
    return region.low - MARGIN_NM <= number.low and number.high <= region.high + MARGIN_NM


def _can_end(first: Node, second: Node) -> bool:
    """Whether two waves are the ends of one range, one of them a named region."""
    return second.kind == "wave" and "name" in (first.unit, second.unit)
