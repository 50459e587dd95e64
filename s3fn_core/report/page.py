"""The page of a report: one HTML text without scripts that needs no other file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

import s3fn_core
from s3fn_core.files import whole_file
from s3fn_core.languages import current, plural, tr
from s3fn_core.model.applying.object_map import ids_of_objects
from s3fn_core.quoting import per_cent
from s3fn_core.report import charts, pictures
from s3fn_core.report.content import NAMED, MappedPart, Report
from s3fn_core.report.pictures import Picture, as_png, as_svg
from s3fn_core.report.repeating import RECIPE_ID
from s3fn_core.report.tables import (
    Table,
    accuracy_summary,
    areas_table,
    baselines_table,
    confusion,
    controls_table,
    cube_facts,
    ensemble_table,
    figures_tables,
    held_out_how,
    labels_table,
    objects_confusion,
    objects_summary,
    objects_table,
    settings_table,
    validation_tables,
)
from s3fn_core.report.treatments import treatment_sentences
from s3fn_core.results.figures import Figures
from s3fn_core.results.learning_curves import LearningCurves
from s3fn_core.results.map_accuracy import MapAccuracy
from s3fn_core.results.map_layers import SCALES, ValueName
from s3fn_core.results.metrics import Accuracy

_PAGES = Environment(
    loader=PackageLoader("s3fn_core.report", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals |= {"tr": tr, "language": current}
LAYERS: dict[ValueName, str] = {
    "confidence": tr("Confidence"),
    "margin": tr("Margin"),
    "novelty": tr("Novelty"),
}


@dataclass(frozen=True)
class Figure:
    """A picture with its caption, and what its colours mean as (colour, name, figure)."""

    picture: Picture
    caption: str
    legend: tuple[tuple[str, str, str], ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class CubeChapter:
    """What the page says of one cube."""

    name: str
    facts: Table
    treatment: tuple[str, ...]
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class MapChapter:
    """What the page says of the map of one cube."""

    name: str
    remark: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    sentences: tuple[str, ...]


def html_of(report: Report, *, paper: bool = False) -> str:
    """The page as HTML.

    Parameters
    ----------
    paper : bool
        For Qt's text documents, which know little CSS and nothing hidden: without the recipe.
    """
    model, metrics = report.model, report.model.metrics
    figures = Figures.of(metrics)
    expected = metrics.get("map_accuracy")
    record, controls = report.extras.record, report.extras.controls
    learned = model.curves
    if record is not None and not learned.curves:  # a model of an earlier version, in a project that has them
        learned = LearningCurves(record.curves, record.stages)
    curves = charts.curves(learned)
    diagram = "" if figures is None else charts.reliability(figures.reliability)
    recipe = report.recipe
    context: dict[str, Any] = {
        "paper": paper,
        "title": _title([one.part.cube.name for one in report.parts]),
        "name": report.name,
        "note": "" if record is None else record.note,
        "made": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "version": s3fn_core.__version__,
        "summary": accuracy_summary(figures, metrics),
        "objects": objects_summary(model),
        "objects_confusion": objects_confusion(model),
        "expected": _expected(expected, report) if expected else "",
        "cubes": [_cube_chapter(one) for one in report.parts],
        "labels": labels_table(report),
        "split": held_out_how(metrics),
        "rounds": 0 if report.preview is None else report.preview.rounds,
        "classes": model.classes,
        "encoder": model.encoder,
        "settings": settings_table(model),
        "members": ensemble_table(metrics),
        "curves": Figure(as_svg(curves, charts.WIDTH, charts.HEIGHT), _curves_caption(learned), wide=True)
        if curves
        else None,
        "figure_tables": figures_tables(figures, model.classes),
        "confusion": None if figures is None else confusion(figures, model.classes),
        "diagram": Figure(as_svg(diagram, 320, 300), _diagram_caption(figures), wide=True)
        if diagram
        else None,
        "baselines": baselines_table(figures, report.extras.baselines),
        "controls": controls,
        "controls_table": None if controls is None else controls_table(controls),
        "maps": [_map_chapter(one) for one in report.parts],
        "notes": report.notes,
        "recipe": recipe,
        "recipe_text": "" if recipe is None or paper else recipe.to_json(),
        "recipe_id": RECIPE_ID,
        "unrepeatable": report.unrepeatable,
    }
    return _PAGES.get_template("report.html.j2").render(context)


def write_report(report: Report, path: Path) -> None:
    """Write the page; a file that exists is replaced when the new one is complete.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    text = html_of(report)
    with whole_file(path) as temporary:
        temporary.write_text(text, "utf-8")


def _title(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else tr("{count} cubes", count=len(names))


def _expected(record: Mapping[str, Any], report: Report) -> str:
    """What to expect of the whole map; what is unlike the labels is counted in the map of the only cube."""
    expected = MapAccuracy.from_json(record)
    shares = [one.prediction.novel_share for one in report.parts]
    if len(shares) == 1 and shares[0] is not None:
        expected = replace(expected, novel_share=shares[0])
    return expected.sentence


def _cube_chapter(one: MappedPart) -> CubeChapter:
    part, classes = one.part, one.map.classes
    ground = pictures.cube_picture(part.cube)
    figures = [Figure(as_png(ground), pictures.caption(part.cube))]
    if part.labels is not None and part.labels.any():
        legend = tuple((c.color, c.name, f"{int((part.labels == c.id).sum()):,} px") for c in classes)
        colors = {c.id: c.rgb for c in classes}
        figures.append(Figure(as_png(pictures.marked(part.labels, colors, ground)), tr("Labels"), legend))
    if one.split is not None:
        roles = pictures.ROLE_COLORS
        shown = pictures.marked(one.split, {k: pictures.rgb(v) for k, v in roles.items()}, ground)
        legend = tuple(
            (roles[k], pictures.ROLE_NAMES[k], f"{int((one.split == k).sum()):,} px") for k in roles
        )
        figures.append(Figure(as_png(shown), tr("First round of the split"), legend))
    if one.spectra is not None:
        means = one.spectra.means
        by_name = {c.name: c.color for c in classes}
        named = [
            (name, by_name[name], values.tolist())
            for name, values in zip(means.names, means.spectra, strict=True)
        ]
        wavelengths = None if means.wavelengths is None else means.wavelengths.tolist()
        drawn = charts.spectra(wavelengths, named, tr("mean of the labels"))
        if drawn:
            legend = tuple((color, name, "") for name, color, _ in named)
            figures.append(
                Figure(as_svg(drawn, 640, 300), tr("Mean spectra of the labels"), legend, wide=True)
            )
    return CubeChapter(
        part.cube.name,
        cube_facts(part, one),
        tuple(treatment_sentences(part.treatment)),
        part.cube.notes,
        tuple(figures),
    )


def _map_chapter(one: MappedPart) -> MapChapter:
    m = one.map
    table, legend = areas_table(m)
    figures = [Figure(as_png(pictures.class_picture(m.ids, m.classes)), tr("Classes"), legend)]
    for name, values in m.layers:
        scale = SCALES[name]
        caption = tr(
            "{name} (black {lowest}, white {highest}). {meaning}.",
            name=LAYERS[name],
            lowest=scale.ticks[0],
            highest=scale.ticks[2],
            meaning=scale.meaning,
        )
        figures.append(Figure(as_png(pictures.grey(values, scale.top)), caption))
    if one.objects is not None and one.part.objects is not None:
        picture = pictures.class_picture(*ids_of_objects(one.objects, one.part.objects, m.classes))
        figures.append(Figure(as_png(picture), tr("Classes of whole objects")))
    tables = [table]
    sentences = []
    if one.prediction.novel_share:
        share = per_cent(one.prediction.novel_share)
        sentences.append(tr("{share} of the map is unlike anything labelled (novelty above 1).", share=share))
    if one.elsewhere is not None:
        sentences.append(_on_other_labels(one.elsewhere))
    if one.part.validation is not None:
        sentences += [one.part.validation.sentence, *one.part.validation.warnings]
        tables += validation_tables(one.part.validation)
    if one.objects is not None:
        tables.append(objects_table(one.objects, one.part.called))
        sentences += one.objects.notes
    remark = tr("This is a guess from the words alone.") if one.prediction.from_words else ""
    return MapChapter(m.cube_name, remark, tuple(figures), tuple(tables), tuple(sentences))


def _on_other_labels(found: Accuracy) -> str:
    told = plural(
        "Against {count:,} labelled pixel that the model was not trained on: overall accuracy {overall}, "
        "average accuracy {average}.",
        "Against {count:,} labelled pixels that the model was not trained on: overall accuracy {overall}, "
        "average accuracy {average}.",
        found.count,
        overall=per_cent(found.oa),
        average=per_cent(found.aa),
    )
    return told if math.isnan(found.kappa) else f"{told} {tr('Kappa {kappa:.3f}.', kappa=found.kappa)}"


def _curves_caption(learned: LearningCurves) -> str:
    aside = any(name.startswith("val") for name in learned.curves)
    if aside:
        return tr("Training curves; dashed: labels set aside for early stopping")
    return tr("Training curves")


def _diagram_caption(figures: Figures | None) -> str:
    if figures is None or figures.right is None:
        return tr("Reliability")
    sure, right = figures.right
    return tr(
        "Reliability: mean confidence {confidence}, accuracy {accuracy}",
        confidence=per_cent(sure),
        accuracy=per_cent(right),
    )
