"""Where the next label would help most.

A map is doubtful where its two likeliest classes are nearly tied ("breaking ties", Luo et al.,
J. Machine Learning Research 6, 589-613, 2005), and blind where nothing labelled is like a pixel.
Odd pixels and borders are always in doubt, though; so the doubt of all pixels that look alike is
added up first, and the label goes to a group that has much doubt and few labels (as in cluster-based
active learning, Nguyen and Smeulders, ICML 2004).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import scipy

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.windows import sample_of
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray, FloatArray, IdArray, ObjectMap

REACH = 1.5
"""Standard deviation in pixels of the neighbourhood that a place stands for."""
GROUPS = 120
"""Kinds of spectra that a scene is divided into: several for each class."""
MASS = 0.5
"""Power of a group's doubt: its size counts, but ten small groups go before one that is ten times as
large."""
COMPONENTS = 10
FITTED_ON = 20_000  # pixels
STRIP = 64  # lines that are read at once
APART = 4.0
"""Pixels within which a label or a skipped place makes another one less useful."""
NOVEL = 1.5
"""Novelty at which a place is as urgent as a tie."""
LEAST = 0.02
"""Doubt below which the whole map is certain."""


@dataclass(frozen=True)
class Place:
    """A pixel to label, and why.

    Attributes
    ----------
    line, sample : int
    urgency : float
        0 to 1.
    reason : str
        As shown to the user: "no label looks like this", "soil 51 %, roof 48 %".
    novel : bool
        Whether nothing labelled is like it.
    """

    line: int
    sample: int
    urgency: float
    reason: str
    novel: bool


@checked(LabelError)
def next_place(
    probabilities: FloatArray,
    classes: ClassSet,
    labels: IdArray,
    groups: ObjectMap,
    *,
    novelty: FloatArray | None = None,
    skipped: Collection[tuple[int, int]] = (),
    where: BoolArray | None = None,
) -> Place | None:
    """The pixel whose label would help most; None where nothing is in doubt.

    Parameters
    ----------
    probabilities : array of float32, shape (lines, samples, classes)
        Of the map; 0 on background.
    classes : ClassSet
        In the order of the probabilities.
    labels : array of uint8, shape (lines, samples)
        0 where nothing is labelled.
    groups : array of int, shape (lines, samples)
        Which pixels look alike, from :func:`groups_of`; 0 on background.
    novelty : array of float32, shape (lines, samples), optional
    skipped : collection of (line, sample)
        Places that the user did not want to label; each counts in its group as one label.
    where : array of bool, shape (lines, samples), optional
        Pixels that may be chosen.

    Raises
    ------
    LabelError
        When the shapes do not fit.
    """
    if probabilities.shape != (*labels.shape, len(classes)):
        raise LabelError(
            "The map has the shape {shape}, which does not fit labels of {labels_shape} and "
            "{classes} classes.",
            shape=probabilities.shape,
            labels_shape=labels.shape,
            classes=len(classes),
        )
    if len(classes) < 2:
        return None
    free = (probabilities.sum(-1) > 0) & (labels == 0)
    if where is not None:
        free &= where
    if not free.any():
        return None
    urgency = urgency_of(probabilities, novelty) * _away(labels, skipped)
    urgency[~free] = 0
    if urgency.max() <= LEAST:
        return None
    doubt = np.bincount(groups.ravel(), urgency.ravel())
    labelled = np.bincount(groups.ravel(), (labels > 0).ravel(), minlength=len(doubt))
    for place in skipped:  # who skips a place does not want more of its kind just now
        labelled[groups[place]] += 1
    chosen = int((doubt**MASS / (1 + labelled)).argmax())
    inside = np.where(groups == chosen, urgency, 0)
    line, sample = (int(i) for i in np.unravel_index(int(inside.argmax()), inside.shape))
    strange = novelty is not None and bool(novelty[line, sample] > 1)
    reason = tr("no label looks like this") if strange else _tied(probabilities[line, sample], classes)
    return Place(line, sample, float(urgency[line, sample]), reason, strange)


def groups_of(cube: Cube) -> Operation[ObjectMap]:
    """Which pixels of a cube look alike, by spectra that are averaged over 3 x 3 pixels.

    Returns
    -------
    array of int, shape (lines, samples)
        From 1 on, 0 on background.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import PCA

    good = np.flatnonzero(cube.good_bands).tolist()
    yield Progress("groups", 0.0, tr("Looking for pixels that are alike"))
    sample = sample_of(cube)[:, cube.good_bands]
    if not sample.size:
        return np.zeros((cube.lines, cube.samples), np.int32)
    pca = PCA(min(COMPONENTS, *sample.shape), whiten=True, random_state=0).fit(sample)
    scores = np.zeros((cube.lines, cube.samples, pca.n_components_), np.float32)
    valid = np.zeros((cube.lines, cube.samples), bool)
    for start in range(0, cube.lines, STRIP):
        yield Progress("groups", 0.8 * start / cube.lines, tr("Looking for pixels that are alike"))
        lines = slice(start, min(start + STRIP, cube.lines))
        block = cube.window(lines, slice(None), good)
        valid[lines] = valid_pixels(block)
        flat = np.nan_to_num(block).reshape(-1, len(good))
        scores[lines] = pca.transform(flat).reshape(*block.shape[:2], -1)
    scores[~valid] = 0
    weight = scipy.ndimage.uniform_filter(valid.astype(np.float32), 3)
    for component in range(scores.shape[2]):
        smooth = scipy.ndimage.uniform_filter(scores[..., component], 3)
        scores[..., component] = smooth / np.maximum(weight, 1e-6)
    groups = np.zeros(valid.shape, np.int32)
    known = scores[valid]
    chosen = np.random.default_rng(0).permutation(len(known))[:FITTED_ON]
    model = MiniBatchKMeans(min(GROUPS, len(chosen)), random_state=0, n_init=1).fit(known[chosen])
    groups[valid] = 1 + model.predict(known)
    return groups


def urgency_of(probabilities: FloatArray, novelty: FloatArray | None) -> FloatArray:
    """How much each pixel's neighbourhood is in doubt, 0 to 1, shape (lines, samples)."""
    valid = (probabilities.sum(-1) > 0).astype(np.float32)
    two = np.partition(probabilities, -2, axis=-1)[..., -2:]
    doubt = valid * (1 - (two[..., 1] - two[..., 0]))
    if novelty is not None:
        doubt = np.maximum(doubt, valid * np.clip(novelty / NOVEL, 0, 1) * (novelty > 1))
    weight = scipy.ndimage.gaussian_filter(valid, REACH, mode="constant")
    smooth: FloatArray = scipy.ndimage.gaussian_filter(doubt, REACH, mode="constant")
    smooth /= np.maximum(weight, 1e-6)
    smooth[doubt <= LEAST] = 0
    return smooth


def _away(labels: IdArray, skipped: Collection[tuple[int, int]]) -> FloatArray:
    """0 at what is labelled or skipped, rising to 1 some pixels away."""
    known = labels > 0
    for line, sample in skipped:
        known[line, sample] = True
    if not known.any():
        return np.ones(labels.shape, np.float32)
    away: FloatArray = np.clip(scipy.ndimage.distance_transform_edt(~known) / APART, 0, 1).astype(np.float32)
    return away


def _tied(probability: FloatArray, classes: ClassSet) -> str:
    first, second = np.argsort(-probability)[:2]
    names = classes.names
    return (
        f"{names[first]} {100 * probability[first]:.0f} %, {names[second]} {100 * probability[second]:.0f} %"
    )
