"""The classes that come after the best one, kept small: of every pixel its second and third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from s3fn_core.types import FloatArray, IdArray

KEPT = 2
"""Classes of a pixel that are kept beside the best one."""
STEPS = 255
"""Steps of a probability."""


@dataclass(frozen=True, eq=False)
class NextBest:
    """Four bytes a pixel, where all probabilities would take four for each class.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples, 2)
        Second and third class; 0 where there is none, as on background.
    shares : array of uint8, shape (lines, samples, 2)
        Their probabilities in 255ths.
    """

    ids: IdArray
    shares: IdArray

    @classmethod
    def zeros(cls, lines: int, samples: int) -> NextBest:
        """Of a map in which nothing is drawn yet."""
        return cls(*(np.zeros((lines, samples, KEPT), np.uint8) for _ in range(2)))

    def put(self, place: tuple[slice, slice], probability: FloatArray, class_ids: IdArray) -> None:
        """Keep what comes after the best.

        Parameters
        ----------
        place : (slice, slice)
            Of the part that was answered.
        probability : array of float32, shape (lines, samples, classes)
            0 on background.
        class_ids : array of uint8, shape (classes,)
        """
        left = np.array(probability)
        ids, shares = self.ids[place], self.shares[place]
        best = left.argmax(-1)[..., None]
        for rank in range(min(KEPT, len(class_ids) - 1)):
            np.put_along_axis(left, best, -1, axis=-1)
            best = left.argmax(-1)[..., None]
            share = np.take_along_axis(left, best, axis=-1)[..., 0]
            shares[..., rank] = np.round(share * STEPS)
            ids[..., rank] = np.where(share > 0, class_ids[best[..., 0]], 0)

    def at(self, line: int, sample: int) -> list[tuple[int, float]]:
        """Ids and probabilities at a pixel, the likelier first."""
        pairs = zip(self.ids[line, sample].tolist(), self.shares[line, sample].tolist(), strict=True)
        return [(class_id, share / STEPS) for class_id, share in pairs if class_id]

    def probabilities(self, ids: IdArray, confidence: FloatArray, class_ids: Sequence[int]) -> FloatArray:
        """Of every class, shape (lines, samples, classes): those of the three likeliest, 0 of the others.

        Parameters
        ----------
        ids, confidence
            The best class of every pixel, and its probability.
        class_ids : sequence of int
            In the order of the result.
        """
        place = np.zeros(256, np.intp)
        place[list(class_ids)] = np.arange(len(class_ids))
        found: FloatArray = np.zeros((*ids.shape, len(class_ids)), np.float32)
        ranks: list[tuple[IdArray, FloatArray]] = [(ids, confidence)]
        ranks += [(self.ids[..., n], (self.shares[..., n] / STEPS).astype(np.float32)) for n in range(KEPT)]
        for some, share in reversed(ranks):
            known = some > 0
            found[known, place[some[known]]] = share[known]
        return found

    def copy(self) -> NextBest:
        """As it is now; drawing goes on."""
        return NextBest(self.ids.copy(), self.shares.copy())

    def margin(self, confidence: FloatArray) -> FloatArray:
        """How much likelier the best class is than the second, shape (lines, samples)."""
        behind = self.shares[..., 0].astype(np.float32) / np.float32(STEPS)
        found: FloatArray = np.maximum(confidence - behind, 0)
        return found

    def keep_where(self, known: Sequence[int]) -> None:
        """Forget pixels whose classes are no longer all known."""
        gone = ~np.isin(self.ids, [0, *known]).all(-1)
        self.ids[gone] = self.shares[gone] = 0
