"""From what is seen of a cube to what its pixels are: the one place where a model answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import LARGEST_REFLECTANCE
from s3fn_core.cubes.windows import sample_of
from s3fn_core.languages import tr
from s3fn_core.model.applying.features import Looking, Seen
from s3fn_core.model.applying.tiles import Tile
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.evidence import SceneEvidence, evidence_or_reason, with_wavelengths
from s3fn_core.model.experts.linear import for_classes
from s3fn_core.model.learned import measured_share
from s3fn_core.model.network.modules import Projection
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.model.word_classes import WordClasses
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_core.types import FloatArray

SILENT = 0.01
"""Who finds all classes as likely as that says nothing."""


@dataclass(frozen=True)
class Scorer:
    """From what was seen to class probabilities: the one place where a model answers.

    `known` are the classes of the experts, `wanted` those of the model.
    """

    projection: Projection
    evidence: SceneEvidence | None
    weight: float
    known: tuple[int, ...]
    wanted: tuple[int, ...]
    notes: tuple[str, ...] = ()
    word_classes: WordClasses = field(default_factory=WordClasses)
    novelty: Callable[[FloatArray], FloatArray] | None = None

    @classmethod
    def of(
        cls, model: S3FNModel, cube: Cube, device: str, whole: bool = True, sample: FloatArray | None = None
    ) -> Scorer:
        """What a model answers on a cube, `whole` or in part; `sample` as for :func:`heard`."""
        words, notes = heard(model, cube, sample, whole)
        projection = copy.deepcopy(model.network.projection).to(device).eval()
        known, wanted = model.experts.class_ids, model.classes.ids
        unshown = model.word_classes
        novelty = _novelty_in(model, cube) if unshown else None
        return cls(projection, words, model.evidence_weight, known, wanted, notes, unshown, novelty)

    def __call__(
        self, features: Tensor, spectra: Callable[[], FloatArray], experts: FloatArray | None
    ) -> FloatArray:
        """Features (..., features), spectra (..., cube bands) and scores of the experts
        (..., their classes) to probabilities (..., classes).

        The spectra are asked for only where the words expect some.
        """
        scores = self._of_network(features)
        if experts is not None:
            scores = scores + for_classes(experts, self.known, self.wanted)
        words = None if self.evidence is None else self.evidence(spectra())
        if words is not None:
            scores = scores + np.float32(self.weight) * words
        if self.word_classes:
            novelty = None if self.novelty is None or words is None else self.novelty(spectra())
            scores = self.word_classes.log_probability(scores, self.wanted, words, novelty)
        probability: FloatArray = softmax(scores, axis=-1)
        return probability

    def _of_network(self, features: Tensor) -> FloatArray:
        """Scores (..., classes)."""
        with torch.inference_mode():
            flat = self.projection(features.flatten(0, -2)).cpu().numpy()
        scores: FloatArray = flat.reshape(*features.shape[:-1], flat.shape[1])
        return scores

    def member_answers(self, seen: Seen) -> tuple[MemberAnswer, ...]:
        """``Prediction.member_answers`` of a tile of one pixel; nothing on background."""
        if seen.features is None or not seen.measured.all():
            return ()
        said = {"Network": self._of_network(seen.features)}
        if seen.experts is not None:
            said["Spectra"] = for_classes(seen.experts, self.known, self.wanted)
        if self.evidence is not None:
            said["Words"] = np.float32(self.weight) * self.evidence(seen.spectra())
        alone = {name: softmax(scores, axis=-1) for name, scores in said.items()}
        heard = {name: found for name, found in alone.items() if np.ptp(found) > SILENT}
        heard["Ensemble"] = self.of_tile(seen)
        return tuple(
            MemberAnswer(name, self.wanted[int(a.argmax())], float(a.max())) for name, a in heard.items()
        )

    def of_tile(self, seen: Seen) -> FloatArray:
        """Probabilities (lines, samples, classes) of a tile."""
        assert seen.features is not None
        return self(seen.features, seen.spectra, seen.experts)


def _novelty_in(model: S3FNModel, cube: Cube) -> Callable[[FloatArray], FloatArray] | None:
    """The novelty of spectra (..., bands) of a cube; None where the model does not know it."""
    novelty, bands = model.novelty, model.preprocess.bands
    if novelty is None:
        return None
    matrix = match_bands(cube, bands)

    def of(spectra: FloatArray) -> FloatArray:
        return novelty(np.ascontiguousarray(apply_bands(spectra, matrix)[..., bands.good]))

    return of


def heard(
    model: S3FNModel, cube: Cube, sample: FloatArray | None = None, whole: bool = True
) -> tuple[SceneEvidence | None, tuple[str, ...]]:
    """What the words of a model say of a cube, None where nothing; and what the user should know.

    `sample` is what :func:`s3fn_core.cubes.windows.sample_of` gave for the cube, and `whole` says
    whether all of it is to be mapped.
    """
    cube, notes = with_wavelengths(cube, model.preprocess.bands)
    if model.learned is not None:
        sample = sample_of(cube) if sample is None else sample
        notes += model.learned.unlike(sample[:, cube.good_bands])
        notes += model.learned.unmasked(measured_share(cube, sample)) if whole else ()
    if not (model.evidence_weight or model.word_classes):
        return None, notes
    words = evidence_or_reason(model.classes, cube, sample)
    learned_reflectance = model.learned is None or model.learned.size <= LARGEST_REFLECTANCE
    if isinstance(words, SceneEvidence) and (words.reflectance or not learned_reflectance):
        return words, notes
    why = words if isinstance(words, str) else tr("its values are not reflectance")
    unused = tr("The spectra that the descriptions expect are not used: {why}.", why=why)
    if model.word_classes:
        names = [model.classes[i].name for i in model.word_classes.ids]
        unused += " " + tr("So no pixel becomes {names}, known by them alone.", names=" / ".join(names))
    return None, (*notes, unused)


def member_answers_of(
    look: Callable[[Tile], Seen], score: Scorer
) -> Callable[[tuple[int, int]], tuple[MemberAnswer, ...]]:
    """What each member answers for a pixel (line, sample)."""
    return lambda position: score.member_answers(look(Tile(*position, 1, 1)))


def late_member_answers(
    model: S3FNModel, cube: Cube, device: str
) -> Callable[[tuple[int, int]], tuple[MemberAnswer, ...]]:
    """The same, made ready when it is first asked."""
    ready = cache(
        lambda: member_answers_of(Looking(model, cube, device).at_tile, Scorer.of(model, cube, device))
    )
    return lambda position: ready()(position)
