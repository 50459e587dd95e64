"""The classification of a cube, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.class_map import ClassMap
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_core.results.next_best import NextBest
from s3fn_core.results.origin import origin_of
from s3fn_core.types import FloatArray, IdArray


@dataclass(frozen=True, eq=False)
class Prediction:
    """A classification of a cube.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples)
        Class ids, 0 on background.
    confidence : array of float32, shape (lines, samples)
        Probability of the class that was chosen, 0 on background.
    classes : ClassSet
    probabilities : array of float32, shape (lines, samples, classes), or None
        Of every class in the order of `classes`, where they were asked for; 0 on background.
    notes : tuple of str
        What the user should know: what was assumed or left out.
    before : Prediction or None
        The map in the words that the model was trained with, where others gave this one.
    changed : int
        Pixels whose class is not the one of `before`.
    from_words : bool
        Whether it is a guess from the descriptions alone, without any label.
    maker : str
        What made it in the place of a model: the title of a baseline; "" otherwise.
    metrics : mapping
        What was measured of the model as it made this map; empty where nothing was, as for a guess,
        other words or voting objects.
    novelty : array of float32, shape (lines, samples), or None
        How unlike the labelled pixels every pixel is: its distance to the nearest in units of a
        threshold, so that above 1 nothing labelled is like it (``model.novelty``).  0 on background;
        None where no label was learned from, or by a model of an earlier version.
    live : bool
        Whether the quick model drew it, to follow labels and words while they change.
    partial : bool
        Whether only a part has been drawn yet; the rest is another map, or 0.
    answers : HeldOutAnswers or None
        What the accuracy in `metrics` was counted from, where the model keeps it.
    next_best : NextBest or None
        Second and third class of every pixel; None where only the best is kept: in maps that lie in a
        folder, and where objects have voted.
    member_answers : callable or None
        Gives what each member answers for a pixel (line, sample): network, spectra and words, as far as
        they say anything there, and last the ensemble, before neighbours are heard.  It reads the cube.  None
        where only the words spoke.
    """

    ids: IdArray
    confidence: FloatArray
    classes: ClassSet
    probabilities: FloatArray | None = None
    notes: tuple[str, ...] = ()
    before: Prediction | None = None
    changed: int = 0
    from_words: bool = False
    maker: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    novelty: FloatArray | None = None
    live: bool = False
    partial: bool = False
    answers: HeldOutAnswers | None = None
    next_best: NextBest | None = None
    member_answers: Callable[[tuple[int, int]], tuple[MemberAnswer, ...]] | None = None

    def is_of(self, metrics: Mapping[str, Any]) -> bool:
        """Whether the model that has these very `metrics` drew all of it, in the words it learned."""
        return self.metrics is metrics and not self.partial and self.before is None and not self.from_words

    def best_at(self, line: int, sample: int) -> list[tuple[int, float]]:
        """Up to three classes of a pixel with their probabilities, the likeliest first."""
        if not self.ids[line, sample]:
            return []
        found = [(int(self.ids[line, sample]), float(self.confidence[line, sample]))]
        return found + ([] if self.next_best is None else self.next_best.at(line, sample))

    @property
    def novel_share(self) -> float | None:
        """Share of the classified pixels that are unlike anything labelled; None where nobody knows."""
        if self.novelty is None:
            return None
        classified = int(np.count_nonzero(self.ids))
        return int(np.count_nonzero(self.novelty > 1)) / max(1, classified)

    def class_map(self, cube: Cube, by: str = "", remark: str = "", since: str = "") -> ClassMap:
        """The map as it is exported.

        Parameters
        ----------
        cube : Cube
            What was classified.
        by, since : str
            What made it and what has changed since, as for ``origin.origin_of``.
        remark : str
            As of ``origin.remark_of``.
        """
        return ClassMap(
            self.ids,
            self.confidence,
            self.classes,
            cube.name,
            cube.georeference,
            cube.simulated,
            remark,
            self.novelty,
            origin_of(by, self.metrics, since),
            cube,
        )
