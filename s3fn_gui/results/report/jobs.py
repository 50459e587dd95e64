"""What a report takes: maps of the cubes, pictures, and a page; torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.labels.objects import own_names
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.project.entry import CubeEntry
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.results.text_controls import TextControls
from s3fn_core.results.validation import Validation
from s3fn_gui.results.report.pdf import PDF, write_pdf
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel


@dataclass(frozen=True)
class Beside:
    """What is known of a training besides its model: its record, its baselines, what its words do."""

    record: TrainingRecord | None = None
    baselines: Sequence[TrainingRecord] = ()
    controls: TextControls | None = None


def reporting(
    model: S3FNModel,
    name: str,
    items: Sequence[OpenCube],
    settings: TrainSettings,
    beside: Beside,
    validation: tuple[OpenCube, Validation] | None,
    path: Path,
) -> Operation[str]:
    """Write the report of a model to `path`; why its training cannot be repeated, or "".

    Parameters
    ----------
    items : sequence of OpenCube
        Snapshots of the cubes that it tells of.
    settings : TrainSettings
        How a training divides objects and regions.
    beside : Beside
    validation : (OpenCube, Validation) or None
        What a separate truth says of one of them.
    path : path
        A PDF where it ends so, else HTML.
    """
    yield Progress("report", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.gathering import gathered
    from s3fn_core.report.content import Extras, Part, gather
    from s3fn_core.report.page import html_of, write_report

    masks = [item.treatment.mask for item in items]
    given = [
        LabelledCube(
            item.cube,
            item.labels.ids,
            None if mask is None else mask.objects,
            item.test,
            names=item.names_of_objects,
        )
        for item, mask in zip(items, masks, strict=True)
    ]
    as_trained = gathered(given, settings.split, settings.same_objects)
    parts = []
    for number, (item, seen) in enumerate(zip(items, as_trained, strict=True)):
        own = validation[1] if validation is not None and validation[0].key == item.key else None
        entry = CubeEntry.of(item.source, f"cube{number}", scene=item.scene, variable=item.variable)
        labels = seen.labels if seen.labels.any() else None
        mask, held = item.treatment.mask, seen.objects
        called = {} if mask is None or held is None else own_names(held, mask.objects, item.names_of_objects)
        shown = item.prediction
        parts.append(Part(item.cube, entry, labels, held, seen.test, item.treatment, own, called, shown))
    extras = Extras(beside.record, beside.baselines, beside.controls)
    gathering = gather(model, parts, name, path.parent, extras=extras, device=settings.device)
    report = yield from scaled(gathering, 0.05, 0.95)
    yield Progress("report", 0.95, tr("Writing {name}", name=path.name))
    if path.suffix.lower() == PDF:
        write_pdf(html_of(report, paper=True), path)
    else:
        write_report(report, path)
    return report.unrepeatable
