"""Applying a model: what every pixel of a cube is, and what it is in other words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.features import Features, Looking, Seen
from s3fn_core.model.applying.mapper import Mapper
from s3fn_core.model.applying.mapping import MapOptions, draw, next_best_of
from s3fn_core.model.applying.prediction import Prediction
from s3fn_core.model.applying.rewording import embedded, reworded
from s3fn_core.model.applying.scoring import Scorer, member_answers_of
from s3fn_core.model.applying.storage import Folder, Maps
from s3fn_core.model.applying.tiles import TILE, Tile, tile_side
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.evidence import evidence_of_words
from s3fn_core.model.novelty import remark
from s3fn_core.model.smoothing import WORDS_ALONE
from s3fn_core.progress import Operation, scaled
from s3fn_core.types import BoolArray, FloatArray
from s3fn_core.words.encoder import LabelEmbeddings

__all__ = [
    "MapOptions",
    "Prediction",
    "mapper_of_model",
    "mapper_of_words",
    "predict",
    "predict_from_words",
    "rescore",
    "reworded",
]

AS_USUAL = MapOptions()


@checked(ModelError)
def predict(
    model: S3FNModel,
    cube: Cube,
    *,
    device: str = "auto",
    where: BoolArray | None = None,
    probabilities: bool = False,
    smooth: bool = True,
    into: Folder | None = None,
    tile: int | None = None,
) -> Operation[Prediction]:
    """Classify every pixel of `cube`; see :class:`~s3fn_core.model.applying.mapping.MapOptions`.

    Raises
    ------
    ModelError
        When the cube's bands cannot be matched to the model's.
    ExportError
        When `into` cannot be written.
    """
    options = MapOptions(where, probabilities, smooth, into, tile)
    return (yield from mapper_of_model(model, cube, options, device=device).whole())


def mapper_of_model(
    model: S3FNModel, cube: Cube, options: MapOptions = AS_USUAL, *, device: str = "auto"
) -> Mapper:
    """What draws the map of :func:`predict`, also in blocks."""
    looking = Looking(model, cube, device)
    score = Scorer.of(model, cube, looking.device, whole=options.where is None)
    drawing = options.drawing(cube, model.classes, model.smoothing, model.novelty is not None)

    def finish(maps: Maps) -> Prediction:
        found = _prediction(maps, model.classes, score.notes, model)
        return replace(found, member_answers=member_answers_of(looking.at_tile, score))

    return Mapper(drawing, tile_side(model, options.tile), looking.at_tile, score.of_tile, finish)


@checked(ModelError)
def rescore(
    features: Features,
    classes: ClassSet | None = None,
    embeddings: LabelEmbeddings | None = None,
    *,
    evidence_weight: float | None = None,
    where: BoolArray | None = None,
    probabilities: bool = False,
    smooth: bool = True,
    into: Folder | None = None,
) -> Operation[Prediction]:
    """Classify a cube whose features are known, also by words that were not trained on.

    With the model's own words (the default) the map is that of :func:`predict`.  Other words are
    those of :func:`reworded`.  ``rescoring.Rescorer`` is faster from the second time on.  Only the
    pixels of `where` (lines, samples) get a class, if it is given.

    Raises
    ------
    ModelError
        When the embeddings are not those of the classes, or come from another text encoder.
    WordsError
        When the model's text encoder cannot be loaded.
    """
    model, cube, start = features.model, features.cube, 0.0
    if classes is not None or embeddings is not None or evidence_weight is not None:
        words = model.classes if classes is None else classes
        if embeddings is None:
            start = 0.2
            embeddings = yield from scaled(embedded(model, words), 0.0, start)
        model = reworded(model, words, embeddings, evidence_weight)
    score = Scorer.of(model, cube, features.device, whole=where is None)
    options = MapOptions(where, probabilities, smooth, into)
    drawing = options.drawing(cube, model.classes, model.smoothing, features.novelty is not None)
    drawn = draw(drawing, features.side, features.at_tile, score.of_tile, features.values, features.experts)
    maps = yield from scaled(drawn, start, 1.0)
    return _prediction(maps, model.classes, score.notes, model if model is features.model else None)


@checked(ModelError)
def predict_from_words(
    classes: ClassSet,
    cube: Cube,
    *,
    where: BoolArray | None = None,
    probabilities: bool = False,
    smooth: bool = True,
    into: Folder | None = None,
) -> Operation[Prediction]:
    """Classify every pixel (or those of `where`) by what the descriptions expect: no model, no labels.

    Raises
    ------
    ModelError
        When the cube has no wavelengths, or fewer than two descriptions state a spectrum for them.
    """
    options = MapOptions(where, probabilities, smooth, into)
    return (yield from mapper_of_words(classes, cube, options).whole())


def mapper_of_words(classes: ClassSet, cube: Cube, options: MapOptions = AS_USUAL) -> Mapper:
    """What draws the map of :func:`predict_from_words`, also in blocks."""
    words = evidence_of_words(classes, cube)

    def look(tile: Tile) -> Seen:
        spectra = np.nan_to_num(cube.window(*tile.place))
        return Seen(valid_pixels(spectra[..., cube.good_bands]), None, lambda: spectra)

    def score(seen: Seen) -> FloatArray:
        return words.probability(seen.spectra())

    def finish(maps: Maps) -> Prediction:
        return replace(_prediction(maps, classes, words.guesses(cube)), from_words=True)

    drawing = options.drawing(cube, classes, WORDS_ALONE)
    return Mapper(drawing, TILE["pixel"], look, score, finish)


def _prediction(
    maps: Maps, classes: ClassSet, notes: tuple[str, ...], measured: S3FNModel | None = None
) -> Prediction:
    """A map, with the figures of the model that made it as it was `measured`."""
    found = Prediction(
        maps["classes"],
        maps["confidence"],
        classes,
        maps.get("probabilities"),
        notes,
        metrics={} if measured is None else measured.metrics,
        novelty=maps.get("novelty"),
        answers=None if measured is None else measured.answers,
        next_best=next_best_of(maps),
    )
    return replace(found, notes=(*notes, *remark(found.novel_share)))
