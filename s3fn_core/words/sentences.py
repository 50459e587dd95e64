"""Spectral facts in plain English, in phrases that the parser of claims reads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from s3fn_core.cubes.facts import Contrast, RangeSlope, SpectralFacts
from s3fn_core.cubes.facts.ranges import LEAST_CHANGE, RED_EDGE
from s3fn_core.words.claims import expected_line

Compared = Sequence[tuple[Contrast, str]]
"""Contrasts, each with the other class's name; the most alike come first."""

ALIKE = 1.5
"""Jeffries-Matusita distance (0 to 2) below which two classes overlap noticeably."""
MOST_FEATURES = 4
MOST_COMPARED = 3
GOING = {1: "rises", 0: "is nearly flat", -1: "falls"}


def sentences(name: str, facts: SpectralFacts, compared: Compared) -> Iterator[str]:
    """What was measured of the class `name`, sentence by sentence."""
    if facts.relative:
        yield (
            "The values are relative, not reflectances: they are scaled so that the brightest "
            "class comes to one half."
        )
    if facts.range_nm is None:
        yield "The wavelengths of the bands are not known, so nothing is said of single ones."
    yield from _levels(name, facts)
    yield from _slopes(facts)
    yield from _features(name, facts)
    for contrast, other in compared[:MOST_COMPARED]:
        yield from _contrast(name, contrast, other)
    yield from _distances(name, compared)
    yield from _variation(name, facts)


def closing_line(facts: SpectralFacts) -> str:
    """The expected reflectance, or nothing without wavelengths."""
    return expected_line([(nm, share(level)) for nm, level in facts.knots]) if facts.knots else ""


def share(level: float) -> float:
    """A level as a share that can be reflected."""
    return min(max(level, 0.0), 1.0)


def percent(level: float) -> str:
    """A level in per cent, "4.2 %"."""
    return f"{100 * share(level):.1f}".removesuffix(".0") + " %"


def pixels(count: int) -> str:
    return f"{count:,} pixel{'' if count == 1 else 's'}"


def _levels(name: str, facts: SpectralFacts) -> Iterator[str]:
    known = [level for level in facts.levels if level.range is not RED_EDGE]
    if known:
        told = [f"{percent(one.typical)} in the {one.range.name} ({one.typical_nm:.0f} nm)" for one in known]
        yield f"{name} reflects {_listed(told)}."


def _slopes(facts: SpectralFacts) -> Iterator[str]:
    told = []
    known = [slope for slope in facts.slopes if slope.sign or slope.level]
    for sign, group in groupby(known, key=lambda slope: slope.sign):
        ranges = [f"from {low:.0f} to {high:.0f} nm" for low, high in _ranges(list(group))]
        told.append(f"{GOING[sign]} {_listed(ranges)}")
    if told:
        yield f"Its reflectance {_listed(told)}."
    if facts.red_edge_nm is not None:
        yield f"The red edge lies at {facts.red_edge_nm:.0f} nm."


def _ranges(slopes: Sequence[RangeSlope]) -> list[tuple[float, float]]:
    """Ranges of slopes of one sign, those that follow each other as one."""
    result: list[tuple[float, float]] = []
    start = slopes[0].start
    for one in slopes:
        flat_still = one.sign or abs(one.end - start) <= LEAST_CHANGE * max(one.end, start)
        if result and result[-1][1] == one.low_nm and flat_still:
            result[-1] = (result[-1][0], one.high_nm)
        else:
            result.append((one.low_nm, one.high_nm))
            start = one.start
    return result


def _features(name: str, facts: SpectralFacts) -> Iterator[str]:
    strongest = sorted(facts.absorptions, key=lambda one: -one.depth)[:MOST_FEATURES]
    dips = [
        f"{one.centre_nm:.0f} nm (depth {100 * one.depth:.0f} % of the continuum, {one.width_nm:.0f} nm wide)"
        for one in sorted(strongest, key=lambda one: one.centre_nm)
    ]
    if dips:
        yield f"{name} has {_counted('absorption feature', dips)} at {_listed(dips)}."
    maxima = [f"{one.nm:.0f}" for one in facts.peaks[:MOST_FEATURES]]
    if maxima:
        yield f"Its reflectance has {_counted('maximum', maxima)} at {_listed(maxima)} nm."


def _counted(what: str, items: Sequence[object]) -> str:
    if len(items) > 1:
        return {"maximum": "maxima"}.get(what, f"{what}s")
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


def _contrast(name: str, contrast: Contrast, other: str) -> Iterator[str]:
    told = []
    for sign, word in ((1, "brighter"), (-1, "darker")):
        runs = [f"from {run.low_nm:.0f} to {run.high_nm:.0f} nm" for run in contrast.runs if run.sign == sign]
        if runs:
            told.append(f"{word} than {other} {_listed(runs)}")
    if told:
        yield f"{name} is {', and '.join(told)}."
    ratio = contrast.ratio
    if ratio is not None:
        yield (
            f"What tells {name} from {other} best is its reflectance at {ratio.above_nm:.0f} nm "
            f"divided by that at {ratio.below_nm:.0f} nm, a ratio of {ratio.own:.2g} against "
            f"{ratio.other:.2g} in {other}."
        )


def _distances(name: str, compared: Compared) -> Iterator[str]:
    known = [(c.distance, other) for c, other in compared if c.distance is not None]
    told = []
    for verdict, here in (
        ("overlap with", [(d, other) for d, other in known if d < ALIKE]),
        ("are well apart from", [(d, other) for d, other in known if d >= ALIKE]),
    ):
        if here:
            others = _listed([f"{other} ({distance:.2f})" for distance, other in here])
            told.append(f"{verdict} those of {others}")
    if told:
        yield (
            f"By their Jeffries-Matusita distance, which goes from 0 to 2, the spectra of {name} "
            f"{', and '.join(told)}."
        )


def _variation(name: str, facts: SpectralFacts) -> Iterator[str]:
    if facts.variation is not None:
        yield (
            f"From pixel to pixel the brightness of {name} varies by "
            f"{100 * facts.variation:.0f} % (coefficient of variation)."
        )


def _listed(names: Sequence[str]) -> str:
    """Names as in an English sentence, which the text encoder reads whatever the user's language."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
