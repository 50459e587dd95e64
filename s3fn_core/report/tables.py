"""The tables of a report, as rows of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.applying.objects import ObjectPrediction
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.kept_texts import told, told_changes
from s3fn_core.model.settings_text import changes_of_preset
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.quoting import per_cent
from s3fn_core.report.content import MappedPart, Part, Report
from s3fn_core.report.treatments import count_of
from s3fn_core.results.area_adjusted import Estimate
from s3fn_core.results.class_map import ClassMap, areas
from s3fn_core.results.ensemble import members_of
from s3fn_core.results.figures import Counts, Figure, Figures, area_unit
from s3fn_core.results.metrics import range_text
from s3fn_core.results.object_accuracy import object_accuracy
from s3fn_core.results.text_controls import TextControls
from s3fn_core.results.validation import Validation

MOST_ROWS = 200
"""Of a table of objects."""
Row = tuple[str, ...]
Swatch = tuple[str, str, str]
"""Colour, name, figure."""


@dataclass(frozen=True)
class Table:
    """Rows below a heading; `plain` ones have none, and their first column names the second."""

    rows: tuple[Row, ...]
    heading: Row = ()
    caption: str = ""
    foot: str = ""


def cube_facts(part: Part, one: MappedPart) -> Table:
    """Size, wavelengths and place of a cube."""
    cube = part.cube
    lines, samples, bands = cube.shape
    rows: list[Row] = [
        (
            tr("Size"),
            tr(
                "{lines:,} lines × {samples:,} samples × {bands} bands",
                lines=lines,
                samples=samples,
                bands=bands,
            ),
        )
    ]
    good = int(cube.good_bands.sum())
    if good < bands:
        told = tr("{good}; {bad} carry no information", good=good, bad=bands - good)
        rows.append((tr("Bands used"), told))
    if cube.wavelengths is not None:
        first, last = cube.wavelengths.min(), cube.wavelengths.max()
        rows.append((tr("Wavelengths"), tr("{first:.0f} to {last:.0f} nm", first=first, last=last)))
    quantity = tr("reflectance") if is_reflectance(cube) else tr("not reflectance (counts or radiance)")
    rows.append((tr("Values"), quantity))
    if cube.georeference is not None:
        rows.append((tr("Coordinate system"), str(cube.georeference.crs)))
    if cube.simulated:
        rows.append((tr("Simulated"), tr("yes: the scene was computed, not measured")))
    if part.entry.path is not None:
        rows.append((tr("File"), part.entry.path.name))
    if part.objects is not None:
        rows.append((tr("Objects"), f"{count_of(part.objects):,}"))
    if part.labels is not None and not one.learned:
        rows.append((tr("Labels"), tr("not those that the model was trained on")))
    return Table(tuple(rows))


def labels_table(report: Report) -> Table | None:
    """Labelled pixels and objects of each class, over all cubes; None without labels."""
    known = [one.part for one in report.parts if one.part.labels is not None]
    if not known:
        return None
    with_objects = any(part.objects is not None for part in known)
    rows = []
    for c in report.model.classes:
        pixels = sum(np.count_nonzero(part.labels == c.id) for part in known)
        row: Row = (c.name, f"{pixels:,}")
        if with_objects:
            count = sum(
                len(np.unique(part.objects[(part.labels == c.id) & (part.objects > 0)]))
                for part in known
                if part.objects is not None and part.labels is not None
            )
            row += (f"{count:,}",)
        rows.append(row)
    return Table(
        tuple(rows), (tr("Class"), tr("Labelled pixels"), *((tr("Objects"),) if with_objects else ()))
    )


def settings_table(model: S3FNModel) -> Table:
    """What decided the training."""
    config = model.config
    rows: list[Row] = [(tr("Preset"), config.preset)]
    if changes := changes_of_preset(config):
        rows.append((tr("Changed"), told_changes(changes)))
    rows.append((tr("Random seed"), str(config.seed)))
    if config.network.kind != "none":
        rows.append((tr("Patch"), tr("{side} × {side} pixels", side=config.patch)))
        epochs = tr(
            "{first} epochs, then {second} of the text projection",
            first=config.stage1.epochs,
            second=config.stage2.epochs,
        )
        rows.append((tr("Training"), epochs))
        rows.append((tr("Text encoder"), model.encoder))
    rows.append((tr("Smoothing of the map"), f"{model.smoothing:g}" if model.smoothing else tr("none")))
    metrics = model.metrics
    if metrics.get("seconds") is not None:
        device = told(metrics["device"]) if "device" in metrics else tr("an unknown device")
        time = tr("{seconds:.0f} s on {device}", seconds=float(metrics["seconds"]), device=device)
        rows.append((tr("Time"), time))
    return Table(tuple(rows))


def ensemble_table(metrics: Mapping[str, Any]) -> Table | None:
    """Who decides with what weight; None for a single one."""
    found = members_of(metrics)
    if len(found) < 2:
        return None
    rows = tuple((one.name, per_cent(one.weight, 0), _value(one.alone)) for one in found)
    return Table(rows, (tr("Member"), tr("Weight"), tr("Alone: correct, held out")))


def accuracy_summary(figures: Figures | None, metrics: Mapping[str, Any]) -> str:
    """The first sentence of the page."""
    if figures is None or figures.oa.value is None:
        return tr("No accuracy was measured: {reason}.", reason=held_out_how(metrics))
    return tr(
        "Overall accuracy {share} on {count:,} held-out labelled pixels.",
        share=_share(figures.oa),
        count=figures.count,
    )


def held_out_how(metrics: Mapping[str, Any]) -> str:
    """How the held-out labels were chosen, or why there are none."""
    return told(metrics["split"]) if metrics.get("split") else tr("nothing was held out")


def objects_summary(model: S3FNModel) -> str:
    """The accuracy of whole objects, where some were held out."""
    found = object_accuracy(model.metrics, model.classes)
    if found is None:
        return ""
    right = round(found.oa * found.count)
    return tr(
        "{right:,} of {count:,} held-out objects correct ({share}).",
        right=right,
        count=found.count,
        share=per_cent(found.oa),
    )


def objects_confusion(model: S3FNModel) -> Table | None:
    """Of held-out objects; None where there are none."""
    found = object_accuracy(model.metrics, model.classes)
    if found is None:
        return None
    return _matrix(
        found.class_names,
        found.confusion,
        tr("Confusion matrix, objects: rows: label, columns: assigned class"),
    )


def figures_tables(figures: Figures | None, classes: ClassSet) -> tuple[Table, ...]:
    """Overall figures, and those of each class."""
    if figures is None:
        return ()
    overall: list[Row] = []
    for name, figure in ((tr("Overall accuracy"), figures.oa), (tr("Average accuracy"), figures.aa)):
        overall.append((name, _value(figure.value), _range(figure.interval)))
    kappa = figures.kappa
    low_high = "" if kappa.interval is None else range_text(kappa.interval)
    overall.append((tr("Kappa"), "" if kappa.value is None else f"{kappa.value:.3f}", low_high))
    if figures.ece is not None:
        overall.append((tr("Expected calibration error"), _value(figures.ece), ""))
    each = tuple(
        (
            _name(classes, c.class_id, c.name),
            _value(c.recall),
            _value(c.precision),
            _value(c.f1),
            f"{c.support:,}",
        )
        for c in figures.classes
    )
    heading = (
        tr("Class"),
        tr("Recall (producer's)"),
        tr("Precision (user's)"),
        tr("F1"),
        tr("Held-out pixels"),
    )
    return Table(tuple(overall), (tr("Figure"), tr("Value"), tr("95 % interval"))), Table(each, heading)


def confusion(figures: Figures, classes: ClassSet) -> Table:
    """Of held-out pixels."""
    names = [_name(classes, c.class_id, c.name) for c in figures.classes]
    return _matrix(
        names, figures.confusion, tr("Confusion matrix, pixels: rows: label, columns: assigned class")
    )


def _matrix(names: Sequence[str], counts: Counts, caption: str) -> Table:
    """Columns are numbered where their names would make the table too wide for paper."""
    numbered = sum(map(len, names)) > 60
    rows = [
        (f"{n}  {name}" if numbered else name, *(f"{int(v):,}" for v in row), f"{int(row.sum()):,}")
        for n, (name, row) in enumerate(zip(names, counts, strict=True), 1)
    ]
    totals = counts.sum(axis=0)
    rows.append((tr("Total"), *(f"{int(v):,}" for v in totals), f"{int(totals.sum()):,}"))
    columns = [str(n) for n in range(1, len(names) + 1)] if numbered else names
    return Table(tuple(rows), (tr("Label"), *columns, tr("Total")), caption)


def baselines_table(figures: Figures | None, baselines: Sequence[TrainingRecord]) -> Table | None:
    """The model beside well-known classifiers on the same held-out labels; None without any."""
    rows: list[Row] = (
        [] if figures is None else [(tr("This model"), _share(figures.oa), _value(figures.aa.value))]
    )
    for baseline in baselines:
        if (found := Figures.of(baseline.metrics)) is not None:
            rows.append((told(baseline.baseline) or baseline.name, _share(found.oa), _value(found.aa.value)))
    if len(rows) < 2:
        return None
    return Table(tuple(rows), (tr("Classifier"), tr("Overall accuracy"), tr("Average accuracy")))


def controls_table(controls: TextControls) -> Table:
    """Every kind of words."""
    rows = tuple((v.heading, v.percent("oa"), v.percent("aa")) for v in controls.variants)
    return Table(rows, (tr("Words"), tr("Overall accuracy, %"), tr("Average accuracy, %")))


def areas_table(m: ClassMap) -> tuple[Table, tuple[Swatch, ...]]:
    """Areas of the classes, and the legend of the map."""
    found = areas(m)
    unit = area_unit(found)
    heading: Row = (tr("Class"), tr("Pixels"), tr("Share"))
    if unit is not None:
        heading += (tr("Area, {unit}", unit=unit[0]),)
    rows = tuple(
        (
            r.name,
            f"{r.pixels:,}",
            f"{r.percent:.1f} %",
            *(() if unit is None else (f"{(r.area or 0.0) / unit[1]:,.2f}",)),
        )
        for r in found
    )
    legend = tuple((m.classes[r.class_id].color, r.name, f"{r.percent:.1f} %") for r in found)
    return Table(rows, heading, tr("Areas, counted on the map")), legend


def validation_tables(validation: Validation) -> list[Table]:
    """Figures against a separate truth, and area-adjusted areas where there are some."""
    rows: list[Row] = [(tr("All classes"), _estimate(validation.overall), "", "")]
    for c in validation.classes:
        area = "" if c.area is None else _estimate(c.area)
        rows.append((c.name, _estimate(c.users), _estimate(c.producers), area))
    heading = (
        tr("Class"),
        tr("User's accuracy"),
        tr("Producer's accuracy"),
        tr("Area-adjusted share of the map"),
    )
    return [Table(tuple(rows), heading, tr("Validated against a separate reference"))]


def objects_table(found: ObjectPrediction, called: Mapping[int, str]) -> Table:
    """What each object is, by what it is `called`; the first :data:`MOST_ROWS`."""
    order = {number: place for place, number in enumerate(called)}
    voted = any(one.patches for one in found.objects)  # else they are judged as wholes
    objects = sorted(found.objects, key=lambda one: order.get(one.number, one.number))
    rows = tuple(
        (
            called.get(one.number, str(one.number)),
            tr("unknown") if one.shown_unknown else one.class_name,
            *((tr("{votes} of {patches}", votes=one.leading, patches=one.patches),) if voted else ()),
            f"{one.probability:.2f}",
            f"{one.pixels:,}",
        )
        for one in objects[:MOST_ROWS]
    )
    more = len(found.objects) - len(rows)
    foot = tr("{count:,} more objects are in the exported table.", count=more) if more > 0 else ""
    heading = (
        *(tr("Object"), tr("Class")),
        *((tr("Votes"),) if voted else ()),
        *(tr("Probability"), tr("Pixels")),
    )
    return Table(rows, heading, tr("Objects"), foot)


def _name(classes: ClassSet, class_id: int, name: str) -> str:
    return classes[class_id].name if class_id in classes else name


def _value(share: float | None) -> str:
    return "" if share is None else per_cent(share)


def _range(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else range_text(interval, percent=True)


def _share(figure: Figure) -> str:
    """With its interval, where there is one."""
    interval = _range(figure.interval)
    value = _value(figure.value)
    return tr("{share} (95 % interval {interval})", share=value, interval=interval) if interval else value


def _estimate(one: Estimate) -> str:
    """With its interval; "" where nothing tells."""
    if one.value != one.value:  # NaN
        return ""
    if one.error != one.error:
        return per_cent(one.value)
    return f"{per_cent(one.value)} ({range_text(one.interval, percent=True)})"
