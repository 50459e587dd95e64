"""Classes that no label shows, known by the spectra that their descriptions expect.

Network and experts know the labelled classes only.  A pixel becomes one of the others where the words
prefer it to every labelled class and nothing labelled is like the pixel; which of the labelled classes it
is otherwise, the model says as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.evidence import evidence_or_reason
from s3fn_core.quoting import listed
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import expectations

LIKE_LABELS = 0.5
"""Novelty below which a pixel is one of the labelled classes.

Chosen on Samson, EnMAP (random tiles) and the simulated fruit with the labels of one class left out: without
it twice as much of that class is found on EnMAP, but the labelled classes lose 4 points there."""
LEAST = np.float32(1e-12)


@dataclass(frozen=True)
class WordClasses:
    """The classes of a model that no label shows.

    Attributes
    ----------
    ids : tuple of int
    share : float
        Probability that the words are to be believed where they claim a pixel for such a class.
    """

    ids: tuple[int, ...] = ()
    share: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.ids)

    def among(self, classes: ClassSet, known: Collection[int]) -> WordClasses:
        """Those of other words; a class that is not `known` yet is one if its words state a spectrum.

        Without any labelled class left there are none: the model answers by embeddings and words.
        """
        expected = zip(classes.ids, expectations(classes), strict=True)
        new = [i for i, found in expected if self.share and i not in known and found is not None]
        ids = tuple(i for i in classes.ids if i in self.ids or i in new)
        return WordClasses(ids if len(ids) < len(classes) else (), self.share)

    def log_probability(
        self,
        scores: FloatArray,
        wanted: tuple[int, ...],
        words: FloatArray | None,
        novelty: FloatArray | None,
    ) -> FloatArray:
        """Log-probabilities (..., classes) of all classes.

        Parameters
        ----------
        scores : array, shape (..., classes)
            Of the model, for the classes `wanted`; those of classes without labels do not matter.
        words : array, shape (..., classes), or None
            Log-probabilities by the words; None where they say nothing.
        novelty : array, shape (...), or None
            How unlike the labels the pixels are (``model.novelty``), where that is known.
        """
        here = np.isin(wanted, self.ids)
        out = np.full(scores.shape, np.log(LEAST), np.float32)
        out[..., ~here] = scipy.special.log_softmax(scores[..., ~here], axis=-1)
        if words is not None:
            said = np.exp(words)
            rival = said[..., ~here].max(-1, keepdims=True)
            claims = self.share * said[..., here] / (rival + said[..., here].sum(-1, keepdims=True))
            if novelty is not None:
                claims = np.where(novelty[..., None] > LIKE_LABELS, claims, np.float32(0))
            out[..., ~here] += np.log1p(-claims.sum(-1, keepdims=True))
            out[..., here] = np.log(np.maximum(claims, LEAST))
        return out


def require_known(classes: ClassSet, labelled: Collection[int], cubes: Iterable[Cube]) -> None:
    """Raise LabelError where a class has no label and its words cannot stand for it.

    Parameters
    ----------
    labelled : collection of int
        Ids that some pixel is labelled with.
    cubes : iterable of Cube
        Those that hold labels.
    """
    missing = [c for c in classes if c.id not in labelled]
    if not missing:
        return
    expects = {c.id for c, found in zip(classes, expectations(classes), strict=True) if found is not None}
    mend = tr("Label some pixels of each class, or delete the class.")
    silent = [c.name for c in missing if c.id not in expects]
    if silent:
        raise LabelError(
            "No labelled pixels: {names}. {advice} A class can do without labels where its "
            'description states a spectrum: "Expected reflectance: 450 nm 3 %, 670 nm 3 %, 800 nm '
            '45 %".',
            names=", ".join(silent),
            advice=mend,
        )
    names = tr("No labelled pixels: {names}.", names=", ".join(c.name for c in missing))
    if len(classes) - len(missing) < 2 or not expects - {c.id for c in missing}:
        raise LabelError(
            "{found} {advice} To do without labels, at least two other classes must have some, and "
            "one of their descriptions must state a spectrum to compare with.",
            found=names,
            advice=mend,
        )
    for cube in cubes:
        found = evidence_or_reason(classes, cube)
        reason = found if isinstance(found, str) else tr("its values are not reflectance")
        if isinstance(found, str) or not is_reflectance(cube):
            raise LabelError(
                "{found} {advice} {name} cannot be compared with descriptions: {reason}.",
                found=names,
                advice=mend,
                name=cube.name,
                reason=reason,
            )


def known_by_words(names: Sequence[str]) -> str:
    """What to say of classes without labels."""
    return tr(
        "Known by the spectra that their descriptions expect, not measured (no labels): {names}.",
        names=listed(names),
    )
