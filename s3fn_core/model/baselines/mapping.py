"""The map of a cube by a baseline."""

from __future__ import annotations

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.applying.features import Seen
from s3fn_core.model.applying.mapping import Drawing, draw, next_best_of
from s3fn_core.model.applying.prediction import Prediction
from s3fn_core.model.applying.storage import Folder
from s3fn_core.model.applying.tiles import Tile
from s3fn_core.model.baselines.baseline import Baseline
from s3fn_core.model.kept_texts import told
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray, FloatArray

SIDE = 32
"""Of the tiles: a support vector machine takes a second for one at most, so that cancelling is prompt."""


@checked(ModelError)
def predict_by_baseline(
    baseline: Baseline, cube: Cube, *, where: BoolArray | None = None, into: Folder | None = None
) -> Operation[Prediction]:
    """Classify every pixel of `cube` (or those of `where`) by its spectrum alone.

    Raises
    ------
    ModelError
        When the cube's bands cannot be matched to the baseline's.
    """
    matrix, good = match_bands(cube, baseline.bands), baseline.bands.good
    yield Progress("prepare", 0.0, tr("Learning: {title}", title=told(baseline.title)))
    baseline.learn()

    def look(tile: Tile) -> Seen:
        values = np.nan_to_num(cube.window(*tile.place))
        return Seen(valid_pixels(values[..., cube.good_bands]), None, lambda: values)

    def score(seen: Seen) -> FloatArray:
        probability = np.zeros((*seen.measured.shape, len(baseline.classes)), np.float32)
        spectra = np.ascontiguousarray(apply_bands(seen.spectra()[seen.measured], matrix)[:, good])
        probability[seen.measured] = np.exp(baseline.log_probability(spectra))
        return probability

    maps = yield from scaled(
        draw(Drawing(cube, baseline.classes, where, into=into), SIDE, look, score), 0.1, 1.0
    )
    return Prediction(
        maps["classes"],
        maps["confidence"],
        baseline.classes,
        metrics=baseline.metrics,
        answers=baseline.answers,
        next_best=next_best_of(maps),
        maker=baseline.title,
    )
