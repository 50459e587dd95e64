"""Who answers for a map that is drawn again and again, and what stays known of its cube."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.windows import sample_of
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.features import KEPT_IN_MEMORY, Looking, Seen
from s3fn_core.model.applying.scoring import Scorer, member_answers_of
from s3fn_core.model.applying.storage import scratch
from s3fn_core.model.applying.tiles import Tile
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.evidence import evidence_of_words
from s3fn_core.model.smoothing import WORDS_ALONE, Likeness
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_core.types import FloatArray


class KnownCube:
    """What no label and no word changes of a cube, found when it is first needed.

    Attributes
    ----------
    cube : Cube
    coordinates : array of float32, shape (lines, samples, components)
        Of :class:`~s3fn_core.model.smoothing.Likeness`; large ones lie in a temporary file.
    """

    def __init__(self, cube: Cube) -> None:
        self.cube = cube
        self._known: set[Tile] = set()

    @cached_property
    def sample(self) -> FloatArray:
        """Measured spectra (n, bands) of some lines spread over the cube."""
        return sample_of(self.cube)

    @cached_property
    def likeness(self) -> Likeness:
        """In which coordinates neighbours are compared."""
        return Likeness.of(self.cube, self.sample)

    @cached_property
    def coordinates(self) -> FloatArray:
        shape = (*self.cube.shape[:2], self.likeness.axes.shape[1])
        return scratch(shape, np.float32, KEPT_IN_MEMORY)

    def note(self, tile: Tile, spectra: Callable[[], FloatArray]) -> None:
        """Fill in the coordinates of a tile, unless they are known."""
        if tile not in self._known:
            self.coordinates[tile.place] = self.likeness.coordinates(spectra())
            self._known.add(tile)


@dataclass(frozen=True, eq=False)
class Answering:
    """Who answers for a map, and what is to be said of it.

    Attributes
    ----------
    classes : ClassSet
    look : callable
        What is seen of a tile.
    score : callable
        Probabilities (lines, samples, classes) of what was seen.
    strength : float
        Of the smoothing.
    notes, metrics, from_words
        See :class:`~s3fn_core.model.applying.inference.Prediction`.
    novelty : bool
        Whether it is known how unlike the labels pixels are.
    member_answers : callable or None
        As in :class:`~s3fn_core.model.applying.prediction.Prediction`.
    """

    classes: ClassSet
    look: Callable[[Tile], Seen]
    score: Callable[[Seen], FloatArray]
    strength: float
    notes: tuple[str, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    from_words: bool = False
    novelty: bool = False
    member_answers: Callable[[tuple[int, int]], tuple[MemberAnswer, ...]] | None = None

    @classmethod
    def of_model(cls, model: S3FNModel, known: KnownCube, device: str = "cpu") -> Answering:
        """A model answers, as for :func:`~s3fn_core.model.applying.inference.predict`."""
        looking = Looking(model, known.cube, device)
        score = Scorer.of(model, known.cube, looking.device, sample=known.sample)
        return cls(
            model.classes,
            looking.at_tile,
            score.of_tile,
            model.smoothing,
            score.notes,
            dict(model.metrics),
            novelty=model.novelty is not None,
            member_answers=member_answers_of(looking.at_tile, score),
        )

    @classmethod
    def of_words(cls, classes: ClassSet, known: KnownCube) -> Answering:
        """The words alone answer, as for ``inference.predict_from_words``; ModelError where they cannot."""
        cube = known.cube
        words = evidence_of_words(classes, cube, known.sample)

        def look(tile: Tile) -> Seen:
            spectra = np.nan_to_num(cube.window(*tile.place))
            return Seen(valid_pixels(spectra[..., cube.good_bands]), None, lambda: spectra)

        def score(seen: Seen) -> FloatArray:
            return words.probability(seen.spectra())

        return cls(classes, look, score, WORDS_ALONE, words.guesses(cube), from_words=True)
