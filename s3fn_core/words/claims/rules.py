"""Heads with their waves into claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.clauses import Head
from s3fn_core.words.claims.kinds import Claim, Comparison, Feature, Sign, Slope
from s3fn_core.words.claims.regions import is_within
from s3fn_core.words.claims.scan import Node

# "A steep rise near 720 nm" is one from 695 to 745 nm; "a drop at 1450 nm" ends there.
AROUND_NM, BEFORE_NM = 25.0, 50.0
LONGER_REGIONS = frozenset(("red", "nir", "swir", "infrared", "ir"))
SHORTER_REGIONS = frozenset(("blue", "violet", "uv", "ultraviolet", "visible", "green"))
DIRECTION_REACH = 9  # nodes from a verb to "towards longer wavelengths"


def claims_of(nodes: Sequence[Node], head: Head, values: Mapping[int, Node]) -> Iterator[Claim]:
    """What one head claims."""
    waves = _without_repeated_regions(head.waves)
    if head.family in ("dip", "peak"):
        yield from _features(head, waves)
    elif head.family == "slope" and not head.absent:
        yield from _slopes(nodes, head, waves, values)
    elif head.family == "compare":
        yield from _comparisons(nodes, head, waves)


def _without_repeated_regions(waves: Sequence[Node]) -> list[Node]:
    """Drop "green" from "a green peak at 550 nm": the number says it better."""
    numbers = [wave for wave in waves if wave.unit != "name"]
    return [
        wave
        for wave in waves
        if wave.unit != "name" or not any(is_within(number, wave) for number in numbers)
    ]


def _features(head: Head, waves: Sequence[Node]) -> Iterator[Feature]:
    for wave in waves:
        if wave.low is None or wave.high is None:
            continue  # a feature without an end has no centre
        low, high = (None, None) if wave.is_point else (wave.low, wave.high)
        yield Feature(
            "dip" if head.family == "dip" else "peak",
            (wave.low + wave.high) / 2,
            low,
            high,
            head.absent,
            start=wave.start,
            stop=wave.stop,
        )


def _slopes(
    nodes: Sequence[Node], head: Head, waves: Sequence[Node], values: Mapping[int, Node]
) -> Iterator[Slope]:
    start, stop = nodes[head.start].start, nodes[head.stop - 1].stop
    direction = _direction(nodes, head)
    waves = [wave for wave in waves if not (direction and wave.unit == "name")]
    ends = _two_ends(waves, values)
    if ends is not None:
        bottom, top, sign = ends
        yield _slope(bottom, top, head.sign * sign, start, stop, *waves)
        return
    for wave in waves:
        if _arrives(head, wave, values.get(wave.start), start):
            continue
        low, high = _reach(head, wave)
        turned = -1 if wave.backwards or direction < 0 else 1
        yield _slope(low, high, head.sign * turned, start, stop, wave)
    if waves:
        return
    if direction:
        yield _slope(None, None, head.sign * direction, start, stop)
    elif head.default is not None:
        yield _slope(*head.default, head.sign, start, stop)


def _arrives(head: Head, wave: Node, value: Node | None, start: int) -> bool:
    """Whether "drops to 5 % at 1450 nm" says where the slope ends, not where it is."""
    if value is None:
        return False
    if wave.is_point:
        return True
    return head.sign != 0 and start < value.start < wave.start and value.text != "from"


def _slope(low: float | None, high: float | None, sign: int, start: int, stop: int, *waves: Node) -> Slope:
    start = min([start, *(wave.start for wave in waves)])
    stop = max([stop, *(wave.stop for wave in waves)])
    return Slope(low, high, cast(Sign, sign), start=start, stop=stop)


def _two_ends(waves: Sequence[Node], values: Mapping[int, Node]) -> tuple[float, float, int] | None:
    """Ends of "from 3 % at 670 nm to 45 % at 800 nm", and -1 if the larger comes first."""
    if len(waves) != 2 or not (waves[0].is_point and waves[1].is_point):
        return None
    first, second = waves[0].low, waves[1].low
    both = waves[0].start in values and waves[1].start in values
    if first is None or second is None or first == second:
        return None
    if not both and waves[0].text != "from":
        return None
    return min(first, second), max(first, second), 1 if first < second else -1


def _reach(head: Head, wave: Node) -> tuple[float | None, float | None]:
    """Range of a slope that a wave gives; a point stands for its neighbourhood."""
    low, high = wave.low, wave.high
    if not wave.is_point or low is None:
        return low, high
    if wave.text in ("from", "to"):
        return (low, None) if wave.text == "from" else (None, low)
    if head.default is not None and head.default[0] <= low <= head.default[1]:
        return head.default
    if head.sign < 0:
        return low - BEFORE_NM, low
    return low - AROUND_NM, low + AROUND_NM


def _direction_before(nodes: Sequence[Node], head: Head) -> int:
    """1 for "at longer wavelengths reflectance decreases": that says where, not which way."""
    before = [node.text for node in nodes[max(0, head.start - 4) : head.start]]
    return int("wavelengths" in before and "longer" in before)


def _direction(nodes: Sequence[Node], head: Head) -> int:
    """1 for "towards longer wavelengths", -1 for "towards the blue", 0 if nothing is said."""
    for i in range(head.stop, min(len(nodes), head.stop + DIRECTION_REACH)):
        text = nodes[i].text
        before = nodes[i - 1].text
        if text in ("wavelength", "wavelengths"):
            if before in v.SHORTER:
                return -1
            if before in v.LONGER or before == "with":
                return 1
        earlier = {node.text for node in nodes[max(head.stop, i - 3) : i]}
        if nodes[i].kind == "wave" and nodes[i].unit == "name" and earlier & {"toward", "towards"}:
            return -1 if text in SHORTER_REGIONS else 1 if text in LONGER_REGIONS else 0
        if text in v.CLAUSE_STARTS and text != "with":
            break
    return _direction_before(nodes, head)


def _comparisons(nodes: Sequence[Node], head: Head, waves: Sequence[Node]) -> Iterator[Comparison]:
    start, stop = nodes[head.start].start, nodes[head.stop - 1].stop
    places: list[tuple[float | None, float | None]] = [(None, None)]
    if waves:
        places = [(wave.low, wave.high) for wave in waves]
        start = min(start, *(wave.start for wave in waves))
        stop = max(stop, *(wave.stop for wave in waves))
    for other in head.others:
        for low, high in places:
            yield Comparison(other, low, high, cast(Sign, head.sign), start=start, stop=stop)
