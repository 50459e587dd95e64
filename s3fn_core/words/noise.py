"""Words that are dropped and that change places: how much of a description is needed?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s3fn_core.labels.classes import ClassSet, LabelClass


def noisy(text: str, rate: float, rng: np.random.Generator) -> str:
    """One paragraph of which a share `rate` of the words is dropped or moved.

    Half of these are dropped, the other half change places with any word of the paragraph, which
    is then out of its place, too: up to half as many again.
    """
    words = text.split()
    wrong = rng.permutation(np.flatnonzero(rng.random(len(words)) < rate))
    moved, dropped = np.array_split(wrong, 2)
    for place in moved:
        other = int(rng.integers(len(words)))
        words[place], words[other] = words[other], words[place]
    kept = [word for place, word in enumerate(words) if place not in dropped]
    return " ".join(kept or words[:1])


def noisy_classes(classes: ClassSet, rate: float, seed: int) -> ClassSet:
    """The same classes with noise in all their paragraphs; the same noise for the same seed."""
    rng = np.random.default_rng(seed)

    def changed(c: LabelClass) -> LabelClass:
        paragraphs = (replace(d, text=noisy(d.text, rate, rng)) for d in c.descriptions)
        return replace(c, descriptions=tuple(paragraphs))

    return ClassSet(tuple(map(changed, classes)))


def shuffled_classes(classes: ClassSet, seed: int) -> ClassSet:
    """Every class with the descriptions of another one, none with its own."""
    order = np.random.default_rng(seed).permutation(len(classes))
    giver = dict(zip(order, np.roll(order, 1), strict=True))
    return ClassSet(
        tuple(
            replace(c, descriptions=classes.classes[giver[place]].descriptions)
            for place, c in enumerate(classes)
        )
    )


def bare_classes(classes: ClassSet) -> ClassSet:
    """The same classes, known by their names only."""
    return ClassSet(tuple(replace(c, descriptions=()) for c in classes))
