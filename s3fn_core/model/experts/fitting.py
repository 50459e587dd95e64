"""Learning the experts from labelled pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.covariance import OAS
from sklearn.linear_model import LogisticRegression

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.errors import ModelError
from s3fn_core.model.dataset import LabelledPixels, read_patches
from s3fn_core.model.experts.bases import BASES, Base, middle_mean
from s3fn_core.model.experts.linear import Experts, LinearExpert
from s3fn_core.model.experts.scene import KeptStatistics, SceneStatistics
from s3fn_core.model.preprocess import Bands, apply_bands, match_bands
from s3fn_core.types import BoolArray, FloatArray

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Recipe:
    """How an expert is learned.

    Attributes
    ----------
    name : str
    base, window
        See :class:`~s3fn_core.model.experts.linear.LinearExpert`.
    kind : {"logistic", "discriminant"}
        Logistic regression with L2 penalty, or linear discriminant analysis with one covariance
        for all classes, shrunk (OAS; Chen et al., IEEE Trans. Signal Process. 58(10), 2010).
    share : float
        Weight of its log-probabilities before any label was held out.
    evened : bool
        In axes in which the noise of the scene is even, else band by band.
    strength : float
        Inverse of the penalty of logistic regression.
    """

    name: str
    base: Base
    window: int
    kind: Literal["logistic", "discriminant"]
    share: float
    evened: bool = False
    strength: float = 1.0


RECIPES = (
    Recipe("spectrum", "reflectance", 1, "logistic", 0.3, strength=0.1),
    Recipe("shape", "shape", 1, "logistic", 0.3, strength=1.0),
    Recipe("spectrum, even noise", "reflectance", 1, "logistic", 0.3, evened=True, strength=3.0),
    Recipe("shape, even noise", "shape", 1, "logistic", 0.6, evened=True, strength=3.0),
    Recipe("shape, even noise, 3 x 3", "shape", 3, "logistic", 0.25, evened=True, strength=3.0),
    Recipe("shape, even noise, 7 x 7", "shape", 7, "logistic", 0.1, evened=True, strength=3.0),
    Recipe("discriminant", "reflectance", 1, "discriminant", 0.2),
    Recipe("discriminant of the shape", "shape", 1, "discriminant", 0.2),
    Recipe("discriminant, 7 x 7", "reflectance", 7, "discriminant", 0.1),
)
"""Kinds, penalties and shares were chosen on Samson, EnMAP (random tiles), Indian Pines (random
pixels) and the simulated fruit."""
WIDEST = max(recipe.window for recipe in RECIPES)
DISCRIMINANT_CALM = 0.15
"""Discriminant analysis of few labels in many bands is far too sure of itself."""
UNSEEN = -10.0
"""Score of a class that an expert has no label of."""
PORTION = 2**24
"""Values of patches that are read at once (64 MB)."""
MOST_PATCHES = 4000
"""Patches that stand for a scene where its cubes hold nothing else, at most."""


@dataclass(frozen=True, eq=False)
class LabelledMeans:
    """What the experts see of the labelled pixels.

    Attributes
    ----------
    bands : Bands
    means : dict from (base, window) to array, shape (n, good bands)
    targets : array of int, shape (n,)
    classes : int
    """

    bands: Bands
    means: dict[tuple[Base, int], FloatArray]
    targets: Numbers
    classes: int


def labelled_means(labels: LabelledPixels, bands: Bands, classes: int) -> LabelledMeans:
    """Means of every base over every window at the labelled pixels."""
    keys = sorted({(recipe.base, recipe.window) for recipe in RECIPES})
    count = int(bands.good.sum())
    means = {key: np.empty((len(labels), count), np.float32) for key in keys}
    for places, patches in _patches(labels, bands):
        measured = valid_pixels(patches)
        for base, look in BASES.items():
            values = look(patches)
            for window in {w for b, w in keys if b == base}:
                means[base, window][places] = middle_mean(values, measured, window)
    return LabelledMeans(bands, means, labels.targets, classes)


def _patches(labels: LabelledPixels, bands: Bands) -> Iterator[tuple[Numbers, FloatArray]]:
    """Patches (m, WIDEST, WIDEST, good bands) around the labelled pixels, with their places."""
    portion = max(1, PORTION // (WIDEST**2 * len(bands)))
    for number, item in enumerate(labels.data):
        matrix = match_bands(item.cube, bands)
        here = np.flatnonzero(labels.pixels[:, 0] == number)
        for start in range(0, len(here), portion):
            places = here[start : start + portion]
            patches = read_patches(item.cube, labels.pixels[places, 1:], WIDEST)
            yield places, np.ascontiguousarray(apply_bands(patches, matrix)[..., bands.good])


def scene_statistics(
    labels: LabelledPixels, bands: Bands, unlabelled: bool, kept: KeptStatistics | None = None
) -> SceneStatistics:
    """Statistics of the cubes that hold labels, or of what lies around the labelled pixels only.

    The latter also where the strips of a cube that is mostly masked hold background only.  Those of
    the cubes may be `kept` from an earlier training.

    Raises
    ------
    ModelError
        When no labelled pixel has a value in a good band.
    """
    cubes = [labels.data[number].cube for number in np.unique(labels.pixels[:, 0])]
    found = (kept or KeptStatistics()).of(cubes, bands) if unlabelled else None
    if found is None:
        some = np.zeros(len(labels), bool)
        some[np.linspace(0, len(labels) - 1, min(MOST_PATCHES, len(labels))).astype(int)] = True
        patches = (patch for _, part in _patches(labels.only(some), bands) for patch in part)
        found = SceneStatistics.of(patches)
    if found is None:
        raise ModelError("The labelled pixels have values in bad bands only; check which bands are good.")
    return found


def fit_experts(
    seen: LabelledMeans,
    scene: SceneStatistics,
    chosen: BoolArray,
    class_ids: Sequence[int],
    recipes: Sequence[Recipe] = RECIPES,
) -> Experts:
    """Learn every expert from the pixels of `chosen` (n,); those that need more labels stay away."""
    members = (_fit(recipe, seen, scene, chosen) for recipe in recipes)
    return Experts(tuple(m for m in members if m is not None), tuple(class_ids))


def held_out_logs(
    experts: Experts, seen: LabelledMeans, asked: BoolArray | Numbers, recipes: Sequence[Recipe] = RECIPES
) -> FloatArray:
    """Log-probabilities (n, recipes, classes) of the pixels `asked`; even where an expert is missing."""
    by_name = {member.name: member for member in experts.members}
    count = len(seen.targets[asked])
    logs = np.full((count, len(recipes), seen.classes), -np.log(seen.classes), np.float32)
    for number, recipe in enumerate(recipes):
        if recipe.name in by_name:
            means = seen.means[recipe.base, recipe.window][asked]
            logs[:, number] = by_name[recipe.name].log_probability(means)
    return logs


def _fit(
    recipe: Recipe, seen: LabelledMeans, scene: SceneStatistics, chosen: BoolArray
) -> LinearExpert | None:
    """One expert; None where it needs more labels."""
    base, targets = scene.bases[recipe.base], seen.targets[chosen]
    present, index = np.unique(targets, return_inverse=True)
    if len(present) < 2:
        return None
    standard = (seen.means[recipe.base, recipe.window][chosen] - base.mean) / base.std
    values = standard @ base.axes if recipe.evened else standard
    if recipe.kind == "logistic":
        weights, bias = _logistic(values, index, recipe.strength)
    else:
        if len(targets) <= len(present):
            return None
        weights, bias = _discriminant(values, index)
    axes = base.axes if recipe.evened else np.eye(len(base.mean), dtype=np.float32)
    mapped = (axes @ weights) / base.std[:, None]
    every = np.zeros((len(base.mean), seen.classes), np.float32)
    offset = np.full(seen.classes, UNSEEN, np.float32)
    every[:, present], offset[present] = mapped, bias - base.mean @ mapped
    return LinearExpert(recipe.name, recipe.base, recipe.window, every, offset, recipe.share)


def _logistic(values: Values, index: Numbers, strength: float) -> tuple[Values, Values]:
    """Weights (features, classes) and bias (classes,) of multinomial logistic regression."""
    model = LogisticRegression(C=strength, max_iter=2000).fit(values, index)
    weights, bias = model.coef_.T, model.intercept_
    if len(bias) == 1:  # of two classes the second alone is given
        weights, bias = np.concatenate([-weights, weights], 1) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias


def _discriminant(values: Values, index: Numbers) -> tuple[Values, Values]:
    """The same of linear discriminant analysis with a shrunk covariance."""
    count = int(index.max()) + 1
    means = np.stack([values[index == k].mean(0) for k in range(count)])
    freedom = np.sqrt(len(values) / (len(values) - count))
    covariance = OAS(assume_centered=True).fit((values - means[index]) * freedom).covariance_
    covariance += 1e-6 * max(np.trace(covariance) / len(covariance), 1e-12) * np.eye(len(covariance))
    weights = np.linalg.solve(covariance, means.T)
    bias = -0.5 * np.einsum("kb,bk->k", means, weights)
    return DISCRIMINANT_CALM * weights, DISCRIMINANT_CALM * bias
