"""What the list says of a model."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

from s3fn_core.files import without_nan
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.settings_text import changes_of_preset
from s3fn_core.project.trainings import TrainingRecord
from s3fn_gui.session.basis import Basis

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.baselines.baseline import Baseline
    from s3fn_core.model.checkpoint import S3FNModel


def record_of(model: S3FNModel, name: str, basis: Basis | None = None) -> TrainingRecord:
    """Of a training; labels where they are known."""
    return TrainingRecord(
        new_id(),
        name,
        preset=model.config.preset,
        settings=changes_of_preset(model.config),
        labels=[] if basis is None else counted(basis, model.classes),
        metrics=without_nan(dict(model.metrics)),
        curves=model.curves.curves,
        stages=model.curves.stages,
    )


def record_of_baseline(
    baseline: Baseline, kind: str, name: str, beside: TrainingRecord, date: str
) -> TrainingRecord:
    """Of a baseline that was measured beside a training; `kind` is what tables call it."""
    return TrainingRecord(
        new_id(),
        name,
        labels=beside.labels,
        metrics=without_nan(dict(baseline.metrics)),
        date=date,
        baseline=kind,
        beside=beside.id,
    )


def new_id() -> str:
    """One that nothing has."""
    return secrets.token_hex(4)


def counted(basis: Basis, classes: ClassSet) -> list[tuple[str, int]]:
    """Labelled pixels of each class."""
    counts = sum(
        (np.bincount(ids.ravel(), minlength=256) for ids in basis.labels.values()), np.zeros(256, int)
    )
    return [(c.name, int(counts[c.id])) for c in classes]
