"""Spectral facts as the rows of a table, for the window, the clipboard and files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from s3fn_core.cubes.facts import Contrast, SpectralFacts
from s3fn_core.errors import WordsError
from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import english, kept, tr
from s3fn_core.quoting import per_cent

HEADINGS = (tr("Fact"), tr("Where"), tr("Value"))
_COLUMNS = ("Class", "Pixels", "Fact", "Where", "Value")
_RANGES = (
    kept("blue"),
    kept("green"),
    kept("red"),
    kept("red edge"),
    kept("near infrared"),
    kept("shortwave infrared"),
)
"""What ranges of wavelengths are called, in files and in descriptions."""


@dataclass(frozen=True)
class FactRow:
    """One fact: what it is, where in the spectrum ("" for all of it), and how much."""

    fact: str
    where: str
    value: str


def fact_rows(facts: SpectralFacts, classes: ClassSet) -> tuple[FactRow, ...]:
    """All facts of one class; `classes` name the others."""
    against = [c for c in facts.contrasts if c.other in classes]
    return (
        *_levels(facts),
        *_shape(facts),
        *(row for c in against for row in _contrast(c, classes[c.other].name)),
    )


def _levels(facts: SpectralFacts) -> Iterator[FactRow]:
    level = tr("Relative level") if facts.relative else tr("Reflectance")
    yield FactRow(level, tr("all bands"), _with_variation(facts.level, facts.variation))
    for one in facts.levels:
        where = f"{tr(one.range.name)}, {_range(one.low_nm, one.high_nm)}"
        yield FactRow(level, where, _with_variation(one.level, one.variation))
    for slope in facts.slopes:
        value = tr("{change:+.2g} % per 100 nm", change=100 * slope.per_100_nm)
        yield FactRow(tr("Slope"), _range(slope.low_nm, slope.high_nm), value)


def _shape(facts: SpectralFacts) -> Iterator[FactRow]:
    if facts.red_edge_nm is not None:
        yield FactRow(tr("Red edge"), f"{facts.red_edge_nm:.0f} nm", tr("half-way up"))
    for one in facts.absorptions:
        value = tr("{depth} deep, {width:.0f} nm wide", depth=per_cent(one.depth), width=one.width_nm)
        yield FactRow(tr("Absorption"), f"{one.centre_nm:.0f} nm", value)
    for peak in facts.peaks:
        yield FactRow(tr("Maximum"), f"{peak.nm:.0f} nm", per_cent(peak.reflectance))


def _contrast(contrast: Contrast, other: str) -> Iterator[FactRow]:
    if contrast.distance is not None:
        value = tr("{distance:.2f} of 2", distance=contrast.distance)
        yield FactRow(tr("Distance from {name}", name=other), tr("all bands"), value)
    ratio = contrast.ratio
    if ratio is not None:
        value = f"{ratio.own:.2g}, {other} {ratio.other:.2g}"
        if ratio.distance is not None:
            value = tr("{values} (distance {distance:.2f})", values=value, distance=ratio.distance)
        where = f"{ratio.above_nm:.0f} / {ratio.below_nm:.0f} nm"
        yield FactRow(tr("Best ratio against {name}", name=other), where, value)
    for run in contrast.runs:
        brighter, darker = tr("Brighter than {name}", name=other), tr("Darker than {name}", name=other)
        yield FactRow(brighter if run.sign > 0 else darker, _range(run.low_nm, run.high_nm), "")


def _with_variation(level: float, variation: float | None) -> str:
    return per_cent(level) + ("" if variation is None else f" ± {per_cent(level * variation)}")


def _range(low: float, high: float) -> str:
    return f"{low:.0f} nm" if round(low) == round(high) else f"{low:.0f}–{high:.0f} nm"


def write_facts(facts: Mapping[int, SpectralFacts], classes: ClassSet, path: str | PathLike[str]) -> Path:
    """Write the facts of all classes as a table (CSV, UTF-8), in English.

    Raises
    ------
    WordsError
        When the file cannot be written.
    """
    path = Path(path)
    try:
        with english(), whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f)
            writer.writerow(_COLUMNS)
            for one in classes:
                if one.id in facts:
                    for row in fact_rows(facts[one.id], classes):
                        cells = (row.fact, row.where, row.value)
                        writer.writerow((one.name, facts[one.id].pixels, *cells))
    except OSError as error:
        raise WordsError("{path} cannot be written: {why}.", path=path, why=error.strerror) from error
    return path
