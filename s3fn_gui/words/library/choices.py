"""Which class takes which entry, before anything is taken."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import plural, tr
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.matching import Proposal
from s3fn_core.words.library.taking import likenesses
from s3fn_gui.words.library import texts

SENTENCES = 2
"""About pairs of classes; more would leave no room for the entries."""


class Choices:
    """Entries that were chosen by hand, and classes that take none; `names` are of all classes asked."""

    def __init__(self, classes: ClassSet) -> None:
        self.names = {c.id: c.name for c in classes if not c.is_settled}
        self.chosen: dict[int, Entry] = {}
        self.skipped: set[int] = set()

    def keep(self, classes: ClassSet) -> None:
        """Forget classes that are gone, locked or called otherwise."""
        here = {c.id for c in classes if not c.is_settled and self.names.get(c.id) == c.name}
        for class_id in self.names.keys() - here:
            del self.names[class_id]
            self.chosen.pop(class_id, None)
            self.skipped.discard(class_id)

    def choose(self, class_id: int, entry: Entry) -> None:
        self.chosen[class_id] = entry
        self.skipped.discard(class_id)

    def skip(self, class_id: int) -> None:
        """Take nothing for a class."""
        self.chosen.pop(class_id, None)
        self.skipped.add(class_id)

    @property
    def open(self) -> tuple[int, ...]:
        """Classes that nobody has decided about."""
        return tuple(i for i in self.names if i not in self.chosen and i not in self.skipped)

    def first_of_all(
        self, proposals: Mapping[int, tuple[Proposal, ...]], classes: ClassSet, range_nm: texts.Range
    ) -> dict[int, Entry]:
        """The first proposal that each open class can take; what is only near is left to a person."""
        found = {}
        for class_id in self.open:
            able = (
                one.entry
                for one in proposals.get(class_id, ())
                if one.matches and not texts.hindrance(one.entry, classes[class_id], range_nm)
            )
            if (entry := next(able, None)) is not None:
                found[class_id] = entry
        return found

    def alike(self, classes: ClassSet) -> dict[tuple[int, int], str]:
        """Pairs of classes whose curves do not tell them apart, each with a sentence."""
        chosen = [i for i in self.names if i in self.chosen]
        pairs = {
            pair: likenesses({i: self.chosen[i] for i in pair}, classes) for pair in combinations(chosen, 2)
        }
        return {pair: found[0] for pair, found in pairs.items() if found}

    def state(self, class_id: int) -> str:
        """What a class takes, in a few words."""
        if class_id in self.chosen:
            return self.chosen[class_id].name
        return tr("takes none") if class_id in self.skipped else tr("not chosen yet")


def warning(alike: Mapping[tuple[int, int], str], class_id: int | None) -> str:
    """Sentences about some pairs, those of one class first, and how many more there are."""
    first = sorted(alike, key=lambda pair: class_id not in pair)[:SENTENCES]
    sentences = [alike[pair] for pair in first]
    if more := len(alike) - len(first):
        rest = plural(
            "1 more pair of classes is alike; the list marks it.",
            "{count} more pairs of classes are alike; the list marks them.",
            more,
        )
        sentences.append(rest)
    return " ".join(sentences)
