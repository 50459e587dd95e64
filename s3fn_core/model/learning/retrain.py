"""New words for a trained model: the projection learns them in seconds, the backbone stays.

Features that were computed with the model go on fitting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.division import divide
from s3fn_core.model.learning.fitting import Stage1, Task, features_name
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.model.network.modules import S3FN
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.words.encoder import LabelEmbeddings


@checked(ModelError)
def retrain(
    model: S3FNModel,
    data: Sequence[LabelledCube],
    classes: ClassSet,
    *,
    device: str = "auto",
    embeddings: LabelEmbeddings | None = None,
    shared: dict[str, Stage1] | None = None,
) -> Operation[TrainResult]:
    """Train the projection of `model` for other words.

    Parameters
    ----------
    data : sequence of LabelledCube
        A model keeps no labels, so they are given again.
    classes : ClassSet
        With the new words.  Every class needs labelled pixels.
    embeddings : LabelEmbeddings, optional
        Of `classes`, in the place of those that the text encoder gives the descriptions.
    shared : dict, optional
        What :func:`train` was given when it made the model.  With it, and with the labels and test
        regions of then, the result is measured as it was then: all of the held-out folds learn the
        words again.  Else it is not measured.

    Raises
    ------
    LabelError, ModelError, WordsError
    """
    yield Progress("prepare", 0.0, tr("Reading the labelled pixels"))
    known = shared is not None and _remembered(shared, model, data, classes)
    training = train(
        data,
        classes,
        model.config,
        device=device,
        embeddings=embeddings,
        shared=shared if known else None,
        initial=None if known else model,
        frozen=not known,
    )
    result = yield from scaled(training, 0.05, 1.0)
    network = S3FN(model.network.backbone, result.model.network.projection).eval()
    return replace(result, model=replace(result.model, network=network))


def _remembered(
    shared: dict[str, Stage1], model: S3FNModel, data: Sequence[LabelledCube], classes: ClassSet
) -> bool:
    """Whether `shared` holds what the backbone of `model` learned from just these labels."""
    division = divide(labelled_pixels(data, classes, model.config), classes, model.config)
    none = np.zeros((len(classes), 0), np.float32)
    task = Task(division.labels, model.config, none, "cpu", None)
    learned = shared.get(features_name(task, division.kept))
    return learned is not None and _same(learned.backbone, model.network.backbone)


def _same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    """Whether two networks have the same weights."""
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(
        torch.equal(ours[name].cpu(), theirs[name].cpu()) for name in ours
    )
