"""From what was answered with each kind of words to figures and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.intervals import figures, paired
from s3fn_core.results.text_controls import FIGURES, MEANINGLESS, REFERENCE, Difference, Variant, shown_title

Numbers = npt.NDArray[np.int64]
WordsKind = tuple[str, bool]
"""Name of a kind of words, and whether what they expect a spectrum to be was counted."""
Figures = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, eq=False)
class Truth:
    """What the held-out pixels are: class indices below `classes`, and the block of each."""

    targets: Numbers
    blocks: Numbers
    classes: int

    def figures(self, answers: Numbers) -> Figures:
        """OA, AA and kappa of answers (seeds, n)."""
        found = [figures(self.targets, one, self.classes) for one in answers]
        return dict(zip(FIGURES, zip(*found, strict=True), strict=True))

    def differences(
        self, first: tuple[Numbers, Figures], second: tuple[Numbers, Figures]
    ) -> dict[str, Difference]:
        """How much higher each figure of the first answers is than of the second."""
        intervals = paired(self.targets, first[0], second[0], self.classes, self.blocks)
        found = {}
        for place, name in enumerate(FIGURES):
            gain = float(np.mean(first[1][name]) - np.mean(second[1][name]))
            found[name] = Difference(gain, None if intervals is None else intervals[place])
        return found


def compare(
    truth: Truth, answers: Mapping[WordsKind, Numbers], titles: Mapping[str, str]
) -> Operation[tuple[tuple[Variant, ...], Difference, Difference | None]]:
    """Every kind of words against the descriptions as they are.

    Parameters
    ----------
    answers : mapping of arrays of int, shape (seeds, n)
        Class indices.
    titles : mapping
        What to call each kind of words.

    Returns
    -------
    variants : tuple of Variant
        Without expectations first.
    words : Difference
        In OA, the descriptions minus shuffled ones.
    expectations : Difference or None
        In OA, the descriptions with their expectations minus without.
    """
    known = {kind: (given, truth.figures(given)) for kind, given in answers.items()}

    def variant(kind: WordsKind) -> Variant:
        name, heard = kind
        gain = {}
        if name != REFERENCE:
            gain = truth.differences(known[kind], known[REFERENCE, heard])
        return Variant(name, titles[name], heard, known[kind][1], gain)

    plain, full = (REFERENCE, False), (REFERENCE, True)
    words = truth.differences(known[plain], known[MEANINGLESS, False])["oa"]
    expectations = truth.differences(known[full], known[plain])["oa"] if full in known else None
    ordered = sorted(known, key=lambda kind: kind[1])  # stable: otherwise as they came
    variants = []
    for number, kind in enumerate(ordered):
        yield Progress(
            "compare", number / len(ordered), tr("Comparing: {title}", title=shown_title(titles[kind[0]]))
        )
        variants.append(variant(kind))
    return tuple(variants), words, expectations
