"""Reflectances and the wavelengths they belong to: "3 % at 670 nm", "450 nm: 0.03"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.kinds import LONGEST_NM, SHORTEST_NM, Level
from s3fn_core.words.claims.scan import Node

ABOUT = 0.2  # "about 12 %": a fifth of it either way
GAP = 14  # nodes between a share and its wavelength
STOPPERS = frozenset((";", "whereas", "while", "but"))


@dataclass(frozen=True)
class Pair:
    """A share and the wave it is the reflectance of, as indices of nodes."""

    value: int
    wave: int


def find_pairs(nodes: Sequence[Node], table: bool = False) -> list[Pair]:
    """Which share belongs to which wave.

    A share that leads to a wave by prepositions alone ("3 % at 670 nm") takes that wave, and those
    listed with it; equally many shares and waves go one to one; what is left takes the nearest
    wave before it, then after it, that nothing else has taken.
    """
    toward = {i for i in range(len(nodes)) if {"toward", "towards"} & _words(nodes, i - 2, i)}
    values = [i for i, n in enumerate(nodes) if n.kind == "value" and (table or _is_meant(nodes, i))]
    if not values:
        return []
    runs = _runs(nodes, set(values), toward)
    pairs: list[Pair] = []
    taken: set[int] = set()
    for k, (kind, members) in enumerate(runs):
        if kind == "value" and k + 1 < len(runs) and _leads(nodes, members[-1], runs[k + 1][1][0]):
            taken.add(k + 1)
            if len(members) > 1 and len(runs[k + 1][1]) == 1:  # "at 550 nm 9 % and 44 % at 800 nm"
                pairs.append(Pair(members.pop(), runs[k + 1][1][0]))
            else:
                taken.add(k)
                pairs += _zipped(members, runs[k + 1][1])
    for k, (kind, members) in enumerate(runs):
        if kind != "value" or k in taken:
            continue
        for other in (k - 1, k + 1):
            if 0 <= other < len(runs) and other not in taken and _near(nodes, runs, k, other):
                taken |= {k, other}
                pairs += _zipped(members, runs[other][1])
                break
    return [pair for pair in pairs if table or _is_credible(nodes, pair)]


def _runs(nodes: Sequence[Node], values: set[int], skipped: set[int]) -> list[tuple[str, list[int]]]:
    """Shares and waves in the order of the text, neighbours of one kind and list together."""
    runs: list[tuple[str, list[int]]] = []
    for i, node in enumerate(nodes):
        if (node.kind != "wave" and i not in values) or i in skipped:
            continue
        if runs and runs[-1][0] == node.kind and _listed(nodes, runs[-1][1][-1], i):
            runs[-1][1].append(i)
        else:
            runs.append((node.kind, [i]))
    return runs


def _listed(nodes: Sequence[Node], first: int, second: int) -> bool:
    gap = nodes[first + 1 : second]
    return len(gap) <= 3 and all(node.text in v.SEPARATORS or node.text in ("at", "near") for node in gap)


def _leads(nodes: Sequence[Node], value: int, wave: int) -> bool:
    gap = nodes[value + 1 : wave]
    return (
        wave > value
        and len(gap) <= 5
        and (all(node.text in v.LINKS for node in gap) and (bool(gap) or nodes[wave].placed))
    )


def _near(nodes: Sequence[Node], runs: Sequence[tuple[str, list[int]]], k: int, other: int) -> bool:
    if runs[other][0] != "wave":
        return False
    first, second = (other, k) if other < k else (k, other)
    gap = nodes[runs[first][1][-1] + 1 : runs[second][1][0]]
    return len(gap) <= GAP and not any(node.text in STOPPERS for node in gap)


def _zipped(values: Sequence[int], waves: Sequence[int]) -> list[Pair]:
    if len(values) == len(waves):
        return [Pair(a, b) for a, b in zip(values, waves, strict=True)]
    if len(values) == 1:
        return [Pair(values[0], wave) for wave in waves]
    return [Pair(values[-1], waves[0])] if len(waves) == 1 else []


def _words(nodes: Sequence[Node], start: int, stop: int) -> set[str]:
    return {node.text for node in nodes[max(0, start) : stop]}


def _is_meant(nodes: Sequence[Node], i: int) -> bool:
    """Whether a share may be a reflectance: not a water content, not a difference."""
    before: set[str] = set()
    for node in reversed(nodes[max(0, i - 4) : i]):
        if node.text in (",", ";", "and", "but", "gives", "yields"):
            break
        before.add(node.text)
    after = nodes[i + 1].text if i + 1 < len(nodes) else ""
    closest = nodes[i - 1].text if i else ""
    if closest in ("of", "to", "about") and before & {"depth", "content", "cover", "moisture"}:
        return False
    return not before & v.NOT_REFLECTANCE_BEFORE and after not in v.NOT_REFLECTANCE_AFTER


def _is_credible(nodes: Sequence[Node], pair: Pair) -> bool:
    """Shares without "%" need a word for reflectance, or the form of a table."""
    if nodes[pair.value].unit == "%":
        return True
    first, second = sorted((pair.value, pair.wave))
    gap = nodes[first + 1 : second]
    if pair.wave < pair.value and len(gap) <= 2 and all(node.text in v.TABLE_LINKS for node in gap):
        return True
    near = nodes[max(0, first - 12) : second + 12]
    return any(node.text in v.REFLECTANCE or node.text in v.PEAKS | v.DIPS for node in near)


def level(nodes: Sequence[Node], pair: Pair, stated: bool = False) -> Level:
    """The claim that a pair makes."""
    value, wave = nodes[pair.value], nodes[pair.wave]
    assert value.low is not None
    assert value.high is not None
    middle, tolerance = (value.low + value.high) / 2, (value.high - value.low) / 2
    if not tolerance and value.about:
        tolerance = ABOUT * middle
    low = min(SHORTEST_NM, wave.high or SHORTEST_NM) if wave.low is None else wave.low
    return Level(
        low,
        max(LONGEST_NM, low) if wave.high is None else wave.high,
        round(middle, 6),  # 0.03 for "3 %", not 0.029999999999999999
        round(tolerance, 6) or None,
        stated,
        start=min(value.start, wave.start),
        stop=max(value.stop, wave.stop),
    )
