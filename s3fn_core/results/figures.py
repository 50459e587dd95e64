"""The figures in a model's record, and the tables that they make.

Reading them needs no scikit-learn, which measuring them does (``metrics``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # importing it would import all formats of labels
    from s3fn_core.results.export import AreaRow

Counts: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = list[tuple[str, ...]]
"""A table as text, for a spreadsheet."""
MatrixKind = Literal["counts", "of rows", "of columns"]
HECTARE = 10_000.0


@dataclass(frozen=True)
class ReliabilityBin:
    """Pixels of about the same confidence: how sure the model was, and how often right.

    `low` and `high` bound the bin, `confidence` and `accuracy` are means over its `count` pixels.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Figure:
    """A figure and the 95 % interval that it lies in; None where it is not defined, or not known."""

    value: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class ClassFigures:
    """Of one class, shares 0..1; None where nothing is there to divide by.

    Attributes
    ----------
    recall : float or None
        Producer's accuracy: of the pixels with this label, the share that was found.
    precision : float or None
        User's accuracy: of the pixels assigned to this class, the share that belongs to it.
    f1 : float or None
    support : int
        Held-out pixels with this label.
    """

    class_id: int
    name: str
    recall: float | None
    precision: float | None
    f1: float | None
    support: int


@dataclass(frozen=True, eq=False)
class Figures:
    """What ``results.metrics.Accuracy.to_json`` wrote.

    Attributes
    ----------
    oa, aa, kappa : Figure
    classes : tuple of ClassFigures
    confusion : array of int, shape (K, K)
        Rows truth, columns prediction, in the order of `classes`.
    count : int
        Held-out pixels.
    ece : float or None
        Expected calibration error.
    reliability : tuple of ReliabilityBin
    """

    oa: Figure
    aa: Figure
    kappa: Figure
    classes: tuple[ClassFigures, ...]
    confusion: Counts
    count: int
    ece: float | None
    reliability: tuple[ReliabilityBin, ...]

    @classmethod
    def of(cls, metrics: Mapping[str, Any]) -> Self | None:
        """Those of held-out labels in what was measured of a model; None where nothing was."""
        record: Mapping[str, Any] = metrics.get("held_out") or {}
        if not record:
            return None
        known: Mapping[str, Any] = record.get("intervals") or {}
        oa, aa, kappa = (Figure(record.get(n), _interval(known.get(n))) for n in ("oa", "aa", "kappa"))
        classes = tuple(
            ClassFigures(c["id"], c["name"], c["recall"], c["precision"], c["f1"], c["support"])
            for c in record.get("per_class", ())
        )
        size = len(classes)
        confusion = np.array(record.get("confusion", ()), np.int64).reshape(size, size)
        bins = tuple(ReliabilityBin(**one) for one in record.get("reliability", ()))
        return cls(oa, aa, kappa, classes, confusion, record.get("count", 0), record.get("ece"), bins)

    @property
    def right(self) -> tuple[float, float] | None:
        """How sure the model is on average, and the share that it gets right; None where nobody knows."""
        count = sum(one.count for one in self.reliability)
        if not count:
            return None
        sure = sum(one.count * one.confidence for one in self.reliability)
        return sure / count, sum(one.count * one.accuracy for one in self.reliability) / count


def _interval(ends: Sequence[float] | None) -> tuple[float, float] | None:
    return None if ends is None else (float(ends[0]), float(ends[1]))


def shares(confusion: Counts, kind: MatrixKind) -> npt.NDArray[np.float64]:
    """Of each cell its share of the row or of the column, 0..1; NaN where that is empty."""
    total = confusion.sum(axis=0 if kind == "of columns" else 1, keepdims=True)
    found: npt.NDArray[np.float64] = np.full(confusion.shape, np.nan)
    np.divide(confusion, total, out=found, where=total > 0)
    return found


def area_unit(areas: Sequence[AreaRow]) -> tuple[str, float] | None:
    """The unit that suits areas, and its square metres; None where the pixel size is not known."""
    if not areas or areas[0].area is None:
        return None
    whole = sum(row.area or 0.0 for row in areas)
    return ("ha", HECTARE) if whole >= HECTARE else ("m²", 1.0)


def class_table(figures: Figures | None, areas: Sequence[AreaRow], names: Mapping[int, str]) -> Rows:
    """All classes, measured or on the map, and the figures of all together."""
    measured = {} if figures is None else {c.class_id: c for c in figures.classes}
    mapped, unit = {row.class_id: row for row in areas}, area_unit(areas)
    heading = ["class", "recall % (producer's accuracy)", "precision % (user's accuracy)", "F1 %"]
    heading += ["support", "pixels of the map", "area %"] + ([] if unit is None else [f"area {unit[0]}"])
    rows: Rows = [tuple(heading)]
    for class_id in dict.fromkeys([*measured, *mapped]):
        found, row = measured.get(class_id), mapped.get(class_id)
        cells = [names[class_id]]
        cells += [_per_cent(v) for v in (found.recall, found.precision, found.f1)] if found else [""] * 3
        cells += [str(found.support) if found else ""]
        cells += [str(row.pixels), _number(row.percent)] if row else ["", ""]
        if unit is not None:
            cells.append(_number(row.area / unit[1]) if row and row.area is not None else "")
        rows.append(tuple(cells))
    return rows if figures is None else [*rows, (), *summary_table(figures)]


def summary_table(figures: Figures) -> Rows:
    """The figures of all classes together, with their intervals."""
    rows: Rows = [("figure", "value", "95 % from", "to")]
    for name, figure in (
        ("overall accuracy %", figures.oa),
        ("average accuracy %", figures.aa),
        ("kappa", figures.kappa),
    ):
        scale = 1.0 if name == "kappa" else 100.0
        values = (figure.value, *(figure.interval or (None, None)))
        rows.append((name, *("" if v is None else _number(scale * v) for v in values)))
    ece = "" if figures.ece is None else _number(100 * figures.ece)
    return [*rows, ("expected calibration error %", ece), ("held-out pixels", str(figures.count))]


def confusion_table(figures: Figures, names: Mapping[int, str], kind: MatrixKind = "counts") -> Rows:
    """The matrix with its totals; rows are the labels, columns what the model answered."""
    titles = [names.get(c.class_id, c.name) for c in figures.classes]
    found, counts = shares(figures.confusion, kind), figures.confusion
    rows: Rows = [("label (rows), assigned class (columns)", *titles, "total")]
    for place, title in enumerate(titles):
        values = counts[place] if kind == "counts" else 100 * found[place]
        total = str(int(counts[place].sum()))
        rows.append((title, *(_number(float(v)) for v in values), total))
    totals = (str(int(n)) for n in counts.sum(axis=0))
    return [*rows, ("total", *totals, str(int(counts.sum())))]


def reliability_table(figures: Figures) -> Rows:
    """The bins of confidence."""
    rows: Rows = [("confidence % from", "to", "mean confidence %", "correct %", "pixels")]
    for one in figures.reliability:
        values = (one.low, one.high, one.confidence, one.accuracy)
        rows.append((*(_per_cent(v) for v in values), str(one.count)))
    return rows


def _per_cent(value: float | None) -> str:
    return "" if value is None else _number(100 * value)


def _number(value: float) -> str:
    """With more digits than anybody shows, but not those that are noise; "" for NaN."""
    return "" if np.isnan(value) else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
