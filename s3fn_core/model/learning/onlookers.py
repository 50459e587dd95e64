"""Unlabelled pixels as witnesses: whether experts and words see the same classes in the scene.

A few labels can agree with wrong words by chance.  Hundreds of unlabelled pixels, in which experts
that have learned from those labels look for the same classes, hardly can.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import softmax

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.windows import sampled_lines
from s3fn_core.model.dataset import LabelledPixels, Pixels
from s3fn_core.model.experts.fitting import LabelledMeans, held_out_logs, labelled_means
from s3fn_core.model.learning.division import OUTER, Division
from s3fn_core.model.learning.panel import Panel
from s3fn_core.types import FloatArray

MOST = 300
"""Pixels that are looked at, over all cubes (one of each cube at least)."""


@dataclass(frozen=True, eq=False)
class Onlookers:
    """Pixels of the cubes that are trained on, whatever their labels, and who can judge them.

    Nothing is read before somebody asks.

    Attributes
    ----------
    panel : Panel
    division : Division
    """

    panel: Panel
    division: Division

    @classmethod
    def of(cls, panel: Panel, division: Division) -> Onlookers | None:
        """None where only labelled pixels may be used."""
        return None if panel.seen is None or panel.scene is None else cls(panel, division)

    @cached_property
    def pixels(self) -> LabelledPixels:
        """Measured pixels of the cubes of the labels that are trained on; the targets mean nothing."""
        data = self.panel.task.labels.only(self.division.kept).data
        rng = np.random.default_rng(self.panel.task.config.seed)
        quota = max(1, MOST // len(data))
        some = [_some_pixels(item.cube, quota, rng) for item in data]
        places = np.concatenate([np.insert(found, 0, number, axis=1) for number, found in enumerate(some)])
        return LabelledPixels(data, places, np.zeros(len(places), np.int64))

    @cached_property
    def means(self) -> LabelledMeans:
        """What experts see of them."""
        assert self.panel.seen is not None
        return labelled_means(self.pixels, self.panel.seen.bands, len(self.panel.class_ids))

    def agreement(self, words: FloatArray, fold: int = OUTER) -> float:
        """How well words fit to what experts say.

        Parameters
        ----------
        words : array, shape (m, classes)
            Log-probabilities of the onlookers by the words.
        fold : int
            The experts have seen what the model of that fold has seen; by default, of the one that is kept.

        Returns
        -------
        float
            What the words add to a guess, in nats, in the mean over the pixels and the experts'
            probabilities: about the words' clarity where both agree, negative where they do not.
        """
        if not len(words):
            return 0.0
        train = next((one.train for one in self.division.folds if one.fold == fold), self.division.kept)
        logs = held_out_logs(self.panel.fit(train), self.means, np.ones(len(words), bool))
        probability = softmax(np.einsum("e,nek->nk", np.array(self.panel.shares), logs), axis=1)
        return float((probability * (words + np.log(words.shape[1]))).sum(1).mean())


def _some_pixels(cube: Cube, count: int, rng: np.random.Generator) -> Pixels:
    """Line and sample of at most `count` measured pixels, drawn from lines spread over the cube."""
    found = []
    for line in sampled_lines(cube):
        row = cube.window(slice(line, line + 1), slice(None))[..., cube.good_bands]
        samples = np.flatnonzero(valid_pixels(row)[0])
        found.append(np.stack([np.full_like(samples, line), samples], 1))
    every = np.concatenate(found)
    chosen: Pixels = every[np.sort(rng.permutation(len(every))[:count])]
    return chosen
