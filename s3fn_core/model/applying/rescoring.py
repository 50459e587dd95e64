"""Mapping one cube again and again while its words change, in a fraction of a second.

    score_y = temperature * cos(z', e_y) + experts_y + weight * log p_words(y)

What does not depend on the words is computed once and kept: where every pixel's z' points, what the
experts say, how like its neighbours it is, and what of its spectrum the expectations are held
against.  :func:`s3fn_core.model.applying.inference.rescore` gives the same map, up to rounding,
without keeping anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.windows import sample_of
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.applying.directions import Directions, point, strips_of, tensor_of
from s3fn_core.model.applying.features import KEPT_IN_MEMORY, Features, expert_scores, novelty_of
from s3fn_core.model.applying.mapping import Draft, check_probability
from s3fn_core.model.applying.prediction import Prediction
from s3fn_core.model.applying.scoring import heard, late_member_answers
from s3fn_core.model.applying.storage import scratch
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.evidence import SceneEvidence
from s3fn_core.model.experts.linear import Experts, for_classes
from s3fn_core.model.network.modules import Projection
from s3fn_core.model.novelty import Novelty, remark
from s3fn_core.model.smoothing import Likeness
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.next_best import NextBest
from s3fn_core.types import FloatArray

SPECTRA_IN_MEMORY = 2**28
"""Bytes of spectra that are kept for other expectations; of larger cubes they are read again."""


@checked(ModelError)
class Rescorer:
    """One cube in any words: the first map takes as long as a few later ones together.

    Parameters
    ----------
    features : Features
        Of the cube; they are looked at, not copied.
    memory : int
        Bytes up to which each of the arrays kept stays in memory, else it is a temporary file.
    """

    def __init__(self, features: Features, memory: int = KEPT_IN_MEMORY) -> None:
        self.features = features
        self._memory = memory
        self._directions: Directions | None = None
        self._sample: FloatArray | None = None
        self._opinions: Opinions | None = None
        self._coordinates: FloatArray | None = None
        self._others: tuple[Experts, FloatArray | None] | None = None
        self._unlike: tuple[Novelty | None, FloatArray | None] = features.model.novelty, features.novelty

    def fits(self, model: S3FNModel) -> bool:
        """Whether `model` sees what the model of the features saw."""
        return self.features.fits(model)

    def classify(self, model: S3FNModel, before: Prediction | None = None) -> Operation[Prediction]:
        """The map of the cube by `model`, as ``reworded`` gives it, say.

        Parameters
        ----------
        before : Prediction, optional
            The map in the words that the model was trained with, to compare with.

        Raises
        ------
        ModelError
            When the model has another backbone than the one of the features.
        """
        self._require(model)
        yield Progress("rescore", 0.0, tr("Applying the words"))
        directions = yield from scaled(self._aligned(model.network.projection), 0.0, 0.3)
        words, notes = self._heard(model)
        opinions = None
        if words is not None:
            opinions = yield from scaled(self._held_against(words), 0.3, 0.7)
        scoring = self._classified(model, directions, opinions, notes, before)
        return (yield from scaled(scoring, 0.7, 1.0))

    def along(self, model: S3FNModel, vectors: FloatArray) -> Operation[FloatArray]:
        """Products (lines, samples, n) of z' / |z'| with vectors (n, d); NaN on background.

        Raises ModelError as :meth:`classify` does.
        """
        self._require(model)
        directions = yield from scaled(self._aligned(model.network.projection), 0.0, 0.5)
        products = directions.along(torch.from_numpy(vectors))
        measured = self.features.measured
        values = np.full((*measured.shape, len(vectors)), np.nan, np.float32)
        for strip, progress in strips_of(self.features):
            yield replace(progress, fraction=0.5 + progress.fraction / 2)
            here = measured[strip]
            values[strip][here] = products(strip).numpy()[here]
        return values

    def _require(self, model: S3FNModel) -> None:
        if not self.fits(model):
            raise ModelError(
                "The features of {name} come from another network; compute them with this model.",
                name=self.features.cube.name,
            )

    def _heard(self, model: S3FNModel) -> tuple[SceneEvidence | None, tuple[str, ...]]:
        if self._sample is None and (model.evidence_weight or model.learned is not None):
            self._sample = sample_of(self.features.cube)
        return heard(model, self.features.cube, self._sample)

    def _aligned(self, projection: Projection) -> Operation[Directions]:
        known = self._directions
        if known is None or not known.belong_to(projection):
            known = yield from point(self.features, projection, self._memory)
            self._directions = known
        return known

    def _held_against(self, words: SceneEvidence) -> Operation[Opinions]:
        known = self._opinions
        if known is None or not known.are_of(words):
            known = yield from listen(self.features, words, known, self._memory)
            self._opinions = known
        return known

    def _classified(
        self,
        model: S3FNModel,
        directions: Directions,
        opinions: Opinions | None,
        notes: tuple[str, ...],
        before: Prediction | None,
    ) -> Operation[Prediction]:
        features, wanted = self.features, model.classes.ids
        measured, class_ids = features.measured, np.array(wanted, np.uint8)
        ids, confidence = np.zeros(measured.shape, np.uint8), np.zeros(measured.shape, np.float32)
        following = NextBest.zeros(*measured.shape)
        score, known = directions.towards(model.network.projection), model.experts.class_ids
        draft = None
        if model.smoothing:
            coordinates = yield from scaled(self._compared(), 0.0, 0.1)
            probability = scratch((*measured.shape, len(wanted)), np.float32, self._memory)
            draft = Draft(model.smoothing, probability, coordinates)
        experts = yield from scaled(self._expert_scores(model), 0.1, 0.2)
        novelty = yield from self._novelty(model)
        for strip, progress in strips_of(features):
            yield replace(progress, fraction=0.2 + 0.6 * progress.fraction)
            scores = score(strip)
            if experts is not None:
                scores = scores + tensor_of(for_classes(experts[strip], known, wanted))
            if opinions is not None:
                scores = scores + model.evidence_weight * tensor_of(opinions.log_probability[strip])
            if model.word_classes:
                words = None if opinions is None else opinions.log_probability[strip]
                unlike = None if novelty is None else novelty[strip]
                scores = tensor_of(model.word_classes.log_probability(scores.numpy(), wanted, words, unlike))
            here = measured[strip]
            found = np.where(here[..., None], scores.softmax(-1).numpy(), np.float32(0))
            check_probability(found, features.cube)
            if draft is not None:
                draft.probability[strip] = found
                continue
            ids[strip] = np.where(here, class_ids[found.argmax(-1)], 0)
            confidence[strip] = found.max(-1)
            following.put((strip, slice(None)), found, class_ids)
        if draft is not None:
            for place, smoothed, here, progress in draft.smoothed():
                yield replace(progress, fraction=0.8 + 0.2 * progress.fraction)
                ids[place] = np.where(here, class_ids[smoothed.argmax(-1)], 0)
                confidence[place] = smoothed.max(-1)
                following.put(place, smoothed, class_ids)
        changed = 0 if before is None else int(np.count_nonzero(ids != before.ids))
        drawn = Prediction(ids, confidence, model.classes, None, notes, before, changed, novelty=novelty)
        notes = (*notes, *remark(drawn.novel_share))
        answers = late_member_answers(model, features.cube, features.device)
        return replace(drawn, notes=notes, next_best=following, member_answers=answers)

    def _expert_scores(self, model: S3FNModel) -> Operation[FloatArray | None]:
        """Scores (lines, samples, classes) of the experts of `model`, kept until others are asked for."""
        if self.features.heard(model):
            return self.features.experts
        if self._others is None or self._others[0] is not model.experts:
            scores = yield from expert_scores(model, self.features.cube, self._memory)
            self._others = model.experts, scores
        return self._others[1]

    def _novelty(self, model: S3FNModel) -> Operation[FloatArray | None]:
        """How unlike the labels of `model` every pixel is, kept until other labels were learned."""
        if self._unlike[0] is not model.novelty:
            self._unlike = model.novelty, (yield from novelty_of(model, self.features.cube))
        return self._unlike[1]

    def _compared(self) -> Operation[FloatArray]:
        """Coordinates (lines, samples, components) in which neighbours are compared."""
        if self._coordinates is None:
            cube = self.features.cube
            likeness = Likeness.of(cube)
            shape = (*self.features.measured.shape, likeness.axes.shape[1])
            coordinates = scratch(shape, np.float32, self._memory)
            for strip, progress in strips_of(self.features, wide=cube.bands):
                yield progress
                coordinates[strip] = likeness.coordinates(np.nan_to_num(cube.window(strip, slice(None))))
                release(cube.data)
            self._coordinates = coordinates
        return self._coordinates


@dataclass(frozen=True, eq=False)
class Spectra:
    """The spectra of a cube in the bands that words are about, kept where they are not many.

    Attributes
    ----------
    bands : array of int, shape (used,)
    norm : array of float32, shape (lines, samples)
    kept : array of float32, shape (lines, samples, used), or None
        Missing values are 0.
    """

    cube: Cube
    bands: npt.NDArray[np.intp]
    norm: FloatArray
    kept: FloatArray | None

    def at(self, strip: slice) -> FloatArray:
        """Those of some lines, (lines, samples, used)."""
        if self.kept is not None:
            return self.kept[strip]
        values = np.ascontiguousarray(self.cube.window(strip, slice(None))[..., self.bands])
        values[np.isnan(values)] = 0
        release(self.cube.data)
        return values


def read(features: Features, bands: npt.NDArray[np.intp], memory: int) -> Operation[Spectra]:
    """Read a cube once, for words about these bands."""
    size = features.measured.shape
    norm = scratch(size, np.float32, memory)
    spectra = Spectra(features.cube, bands, norm, None)
    few = norm.size * len(bands) * norm.itemsize <= min(SPECTRA_IN_MEMORY, memory)
    kept = np.empty((*size, len(bands)), np.float32) if few else None
    for strip, progress in strips_of(features):
        yield progress
        values = spectra.at(strip)
        norm[strip] = np.linalg.norm(values, axis=-1)
        if kept is not None:
            kept[strip] = values
    return replace(spectra, kept=kept)


@dataclass(frozen=True, eq=False)
class Opinions:
    """What expectations say of every pixel, and what helps to ask others.

    Attributes
    ----------
    words : SceneEvidence
    spectra : Spectra
    cosines : array of float32, shape (lines, samples, classes)
        Of the angles between the spectrum and what each class is expected to look like.
    log_probability : array of float32, shape (lines, samples, classes)
    """

    words: SceneEvidence
    spectra: Spectra
    cosines: FloatArray
    log_probability: FloatArray

    def are_of(self, words: SceneEvidence) -> bool:
        """Whether other words expect the very same."""
        mine, theirs = self.words.evidence, words.evidence
        return all(
            np.array_equal(getattr(mine, name), getattr(theirs, name))
            for name in ("bands", "templates", "known")
        )

    def columns(self, shapes: FloatArray) -> dict[int, int]:
        """Which of the cosines are to expectations of these shapes, by their place in `shapes`."""
        same = (shapes[:, None] == self.words.evidence.shapes).all(-1)
        return {int(k): int(same[k].argmax()) for k in np.flatnonzero(same.any(1))}


def listen(
    features: Features, words: SceneEvidence, known: Opinions | None, memory: int
) -> Operation[Opinions]:
    """Hold expectations against every pixel; those that are `known` are not asked again."""
    bands, shapes = words.evidence.bands, words.evidence.shapes
    if known is None or not np.array_equal(known.spectra.bands, bands):
        known = None
        spectra = yield from scaled(read(features, bands, memory), 0.0, 0.5)
    else:
        spectra = known.spectra
    columns = {} if known is None else known.columns(shapes)
    old, new = list(columns), [k for k in range(len(shapes)) if k not in columns]
    size = (*features.measured.shape, len(shapes))
    cosines, log_probability = (scratch(size, np.float32, memory) for _ in range(2))
    for strip, progress in strips_of(features):
        yield progress
        if known is not None and old:
            cosines[strip][..., old] = known.cosines[strip][..., list(columns.values())]
        norm = spectra.norm[strip]
        if new:
            products = tensor_of(spectra.at(strip)) @ torch.from_numpy(shapes[new].T.copy())
            cosines[strip][..., new] = products.numpy() / np.maximum(norm, 1e-9)[..., None]
        evidence = words.evidence.agreement(cosines[strip], norm * np.float32(words.scale))
        log_probability[strip] = words.bounded(evidence)
        release(cosines)
        release(log_probability)
    return Opinions(words, spectra, cosines, log_probability)
