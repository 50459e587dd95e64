"""Features of a cube, maps in other words and retraining, for a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import SplitChoice
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.rescoring import Rescorer
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.learning.fitting import Stage1
    from s3fn_core.model.learning.training import TrainResult


FLOAT_BYTES = 4


def bytes_of(model: S3FNModel, cube: Cube) -> int:
    """Memory that the features of a cube take."""
    return cube.lines * cube.samples * model.config.network.features * FLOAT_BYTES


def look(model: S3FNModel, cube: Cube, device: str) -> Operation[Rescorer]:
    """Run the backbone over a cube once, for all words to come."""
    yield Progress("features", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.applying.features import compute_features
    from s3fn_core.model.applying.rescoring import Rescorer

    return Rescorer((yield from compute_features(model, cube, device=device)))


def reword(
    rescorer: Rescorer, model: S3FNModel, words: ClassSet, trained: Prediction
) -> Operation[Prediction]:
    """The map in other words, compared with the one in the words that were trained on."""
    yield Progress("rescore", 0.0, tr("Embedding the descriptions"))
    from s3fn_core.model.applying.inference import reworded
    from s3fn_core.words.encoder import encode_classes

    embedding = encode_classes(words, encoder=model.encoder, pooling=model.config.fusion.pooling, keep=False)
    embeddings = yield from scaled(embedding, 0.0, 0.5)
    other = reworded(model, words, embeddings)
    return (yield from scaled(rescorer.classify(other, trained), 0.5, 1.0))


@dataclass(frozen=True)
class Retrained:
    """A model that has learned other words, and its map of `cube`."""

    result: TrainResult
    prediction: Prediction
    cube: Cube


def retrain(
    model: S3FNModel,
    items: Sequence[OpenCube],
    classes: ClassSet,
    device: str,
    learned: dict[str, Stage1] | None,
    cube: Cube,
    rescorer: Rescorer | None,
    split: SplitChoice,
) -> Operation[Retrained]:
    """Retrain the text projection on the labels of `items`, then map `cube`.

    A model whose labels were divided at random takes neither objects nor test regions, whatever
    `split` says by now.
    """
    yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.applying import inference
    from s3fn_core.model.learning import retrain as again

    data = training_data(items, "random" if model.config.split.method == "random" else split)
    training = again.retrain(model, data, classes, device=device, shared=learned)
    result = yield from scaled(training, 0.0, 0.9)
    known = rescorer is not None and rescorer.features.cube is cube and rescorer.fits(result.model)
    mapping = (
        rescorer.classify(result.model)
        if rescorer is not None and known
        else inference.predict(result.model, cube, device=device)
    )
    return Retrained(result, (yield from scaled(mapping, 0.9, 1.0)), cube)
