"""What a map or a model was made from, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import Counts, LabelMap
from s3fn_core.languages import plural, tr
from s3fn_core.types import IdArray

Words = Mapping[int, tuple[str, str]]
TREATMENTS: tuple[tuple[str, Callable[[Treatment], object]], ...] = (
    (tr("Metadata"), lambda treatment: treatment.metadata),
    (tr("Calibration"), lambda treatment: treatment.calibration),
    (tr("Mask"), lambda treatment: treatment.mask),
)


class Labelled(Protocol):
    """An open cube, as far as it matters here."""

    key: str
    labels: LabelMap
    counts: Counts
    treatment: Treatment


@dataclass(frozen=True)
class Change:
    """`what` has changed (as a sentence begins), and how much of it; "" where that says nothing."""

    what: str
    amount: str = ""

    @property
    def sentence(self) -> str:
        """E.g. "Labels changed since: 60 px."."""
        return tr(
            "{what} changed since{ending}.", what=self.what, ending=f": {self.amount}" if self.amount else ""
        )


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
            found.append(Change(tr("Labels"), f"{pixels:,} px"))
        found += _changed_words(self.words, words_of(classes))
        then = [(self.treatments[item.key], item.treatment) for item in items if item.key in self.treatments]
        found += [
            Change(what)
            for what, part in TREATMENTS
            if any(_differ(part(before), part(now)) for before, now in then)
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
        found.append(Change(tr("Classes"), tr("{others} added or deleted", others=others)))
    if edited := sum(before[i] != now[i] for i in before.keys() & now.keys()):
        found.append(Change(tr("Descriptions"), plural("{count} class", "{count} classes", edited)))
    return found
