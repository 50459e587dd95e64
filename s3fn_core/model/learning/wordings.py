"""The kinds of words that a training is tried with, to see which of them matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.text_controls import MEANINGLESS, NOISY, REFERENCE, TITLES
from s3fn_core.types import FloatArray
from s3fn_core.words.noise import bare_classes, noisy_classes, shuffled_classes

NOISE = (0.1, 0.3, 0.6)
"""Shares of the words that are wrong."""


@dataclass(frozen=True, eq=False)
class Wording:
    """One way of saying what the classes are.

    Attributes
    ----------
    name, title : str
    classes : ClassSet
        The same classes, with the words that are tried.
    vectors : array, shape (classes, d), or None
        Label vectors that come from no text; None: those of the text encoder.
    tuned : bool
        Whether the label embeddings are tuned with the projection.
    """

    name: str
    title: str
    classes: ClassSet
    vectors: FloatArray | None = None
    tuned: bool = False

    @property
    def described(self) -> bool:
        """Whether there is any text, which may say what a spectrum is expected to be."""
        return any(c.text.strip() for c in self.classes)


def wordings(classes: ClassSet, seed: int, width: int) -> tuple[Wording, ...]:
    """All that are tried, the descriptions as they are first.

    Parameters
    ----------
    seed : int
        Decides who gets whose description, which words are wrong, and the random vectors.
    width : int
        Of the text encoder's vectors; the random ones are as long.
    """
    bare = bare_classes(classes)
    one_hot = np.eye(len(classes), dtype=np.float32)
    rng = np.random.default_rng(seed)
    random = rng.standard_normal((len(classes), width)).astype(np.float32)
    return (
        Wording(REFERENCE, TITLES[REFERENCE], classes),
        Wording("names", TITLES["names"], bare),
        Wording(MEANINGLESS, TITLES[MEANINGLESS], shuffled_classes(classes, seed)),
        Wording("random", TITLES["random"], bare, random),
        Wording("none", TITLES["none"], bare, one_hot),
        *(
            Wording(
                f"noisy {100 * rate:.0f}",
                NOISY.format(percent=round(100 * rate)),
                noisy_classes(classes, rate, seed),
            )
            for rate in NOISE
        ),
        Wording("tuned", TITLES["tuned"], classes, tuned=True),
        Wording("random tuned", TITLES["random tuned"], bare, random, tuned=True),
    )
