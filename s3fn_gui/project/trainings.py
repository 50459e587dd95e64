"""The trainings of a project in its folder, in a worker: each model in a file of its own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import Project
from s3fn_core.project.trainings import TrainingRecord, remember, remembered
from s3fn_gui.session.trainings import Training

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.baselines.baseline import Baseline
    from s3fn_core.model.checkpoint import S3FNModel


def store_trainings(
    project: Project, trainings: tuple[Training, ...], current: S3FNModel | None
) -> Operation[None]:
    """Put trainings and the current model, which comes last, into a project.

    A file that the project has already stays as it is.
    """
    records, files = list[TrainingRecord](), list[Path]()
    last = project.models[-1].name if project.models else ""  # of a project that is still being opened
    for done, training in enumerate(trainings):
        fraction = 0.8 + 0.2 * done / len(trainings)
        yield Progress("project", fraction, tr("Writing {name}", name=training.record.name))
        file = _stored(project, training)
        records.append(replace(training.record, file="" if file is None else file.name))
        if file is not None:
            training.files[project.models_folder] = file
            files.append(file)
            last = file.name if current is not None and training.model is current else last
    if current is not None and all(training.model is not current for training in trainings):
        files.append(_write(project, current))
        last = files[-1].name
    remember(project, records)
    if files:
        project.models = sorted(dict.fromkeys(files), key=lambda path: path.name == last)


def _stored(project: Project, training: Training) -> Path | None:
    """The file of a training in the folder of a project; None where its model is nowhere."""
    known, model = training.files.get(project.models_folder), training.model
    if known is not None and known.is_file():
        return known
    if model is not None:
        return _write(project, model)
    elsewhere = training.file
    if elsewhere is None:
        return None
    source = elsewhere
    return project.store_model(lambda place: shutil.copyfile(source, place), source.suffix)


def _write(project: Project, model: S3FNModel | Baseline) -> Path:
    from s3fn_core.model.baselines.baseline import SUFFIX, save_baseline
    from s3fn_core.model.checkpoint import S3FNModel, save_model

    if isinstance(model, S3FNModel):
        return project.store_model(lambda place: save_model(model, place))
    return project.store_model(lambda place: save_baseline(model, place), SUFFIX)


def stored_trainings(project: Project) -> tuple[tuple[Training, ...], list[str]]:
    """The trainings of a project that was opened, and notes on what cannot be read."""
    records, notes = remembered(project)
    by_name = {path.name: path for path in project.models}
    trainings = []
    for record in records:
        files = {project.models_folder: by_name[record.file]} if record.file else {}
        trainings.append(Training(record, files=files))
    return tuple(trainings), notes
