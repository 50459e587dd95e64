"""What a map or a model was made from, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import Counts, LabelMap
from s3fn_core.languages import plural, tr
from s3fn_core.types import IdArray

Words = Mapping[int, tuple[str, str]]
Part = Literal["labels", "classes", "descriptions", "metadata", "calibration", "mask"]
TREATMENTS: tuple[tuple[Part, Callable[[Treatment], object]], ...] = (
    ("metadata", lambda treatment: treatment.metadata),
    ("calibration", lambda treatment: treatment.calibration),
    ("mask", lambda treatment: treatment.mask),
)
NAMES: Mapping[Part, str] = {
    "labels": tr("labels"),
    "classes": tr("classes"),
    "descriptions": tr("descriptions"),
    "metadata": tr("metadata"),
    "calibration": tr("calibration"),
    "mask": tr("mask"),
}
"""As in "older than the labels and descriptions"."""
CHANGED: Mapping[Part, str] = {
    "labels": tr("Labels changed since"),
    "classes": tr("Classes changed since"),
    "descriptions": tr("Descriptions changed since"),
    "metadata": tr("Metadata changed since"),
    "calibration": tr("Calibration changed since"),
    "mask": tr("Mask changed since"),
}


class Labelled(Protocol):
    """An open cube, as far as it matters here."""

    key: str
    labels: LabelMap
    counts: Counts
    treatment: Treatment


@dataclass(frozen=True)
class Change:
    """`part` has changed, and how much of it; "" where that says nothing."""

    part: Part
    amount: str = ""

    @property
    def name(self) -> str:
        """What has changed, as within a sentence."""
        return NAMES[self.part]

    @property
    def sentence(self) -> str:
        """E.g. "Labels changed since: 60 px."."""
        changed = CHANGED[self.part]
        return f"{changed}: {self.amount}." if self.amount else f"{changed}."


@dataclass(frozen=True, eq=False)
class Basis:
    """Labels, words and treatments of one moment.

    Attributes
    ----------
    labels : mapping from the key of a cube to its label map
        Of cubes with labels; nobody writes into these arrays.
    treatments : mapping from the key of a cube to its treatment
    words : mapping from class id to name and text
    """

    labels: Mapping[str, IdArray]
    treatments: Mapping[str, Treatment]
    words: Words

    @classmethod
    def of(cls, items: Sequence[Labelled], classes: ClassSet) -> Basis:
        """Of snapshots of the cubes."""
        return cls(
            {item.key: item.labels.ids for item in items},
            {item.key: item.treatment for item in items},
            words_of(classes),
        )

    def changes(self, items: Sequence[Labelled], classes: ClassSet) -> tuple[Change, ...]:
        """What is different now; closed cubes do not count."""
        found = []
        if pixels := sum(_changed_pixels(self.labels.get(item.key), item) for item in items):
            found.append(Change("labels", f"{pixels:,} px"))
        found += _changed_words(self.words, words_of(classes))
        then = [(self.treatments[item.key], item.treatment) for item in items if item.key in self.treatments]
        found += [
            Change(part)
            for part, of in TREATMENTS
            if any(_differ(of(before), of(now)) for before, now in then)
        ]
        return tuple(found)


def _differ(before: object, now: object) -> bool:
    """Masks by their pixels: one that was corrected and put back is the same."""
    if before is now:
        return False
    if isinstance(before, Mask) and isinstance(now, Mask):
        return not np.array_equal(before.objects, now.objects)
    return before != now


def words_of(classes: ClassSet) -> Words:
    """What words say of the classes; colours and order are no words."""
    return {c.id: (c.name, c.text) for c in classes}


def _changed_pixels(before: IdArray | None, item: Labelled) -> int:
    """Labelled pixels that are new, gone, or of another class."""
    now = item.labels.ids
    if before is None or before.shape != now.shape:
        return int(item.counts[1:].sum())
    return int(np.count_nonzero(before != now))


def _changed_words(before: Words, now: Words) -> list[Change]:
    found = []
    if others := len(before.keys() ^ now.keys()):
        amount = plural("{count} added or deleted", "{count} added or deleted", others)
        found.append(Change("classes", amount))
    if edited := sum(before[i] != now[i] for i in before.keys() & now.keys()):
        found.append(Change("descriptions", plural("{count} class", "{count} classes", edited)))
    return found
