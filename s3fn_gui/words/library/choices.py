"""Which class takes which entry, before anything is taken."""

from __future__ import annotations

from collections.abc import Mapping

from s3fn_core.labels.classes import ClassSet
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.matching import Proposal
from s3fn_core.words.library.taking import likenesses
from s3fn_gui.words.library import texts


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
        """The first proposal that each open class can take."""
        found = {}
        for class_id in self.open:
            able = (
                one.entry
                for one in proposals.get(class_id, ())
                if not texts.hindrance(one.entry, classes[class_id], range_nm)
            )
            if (entry := next(able, None)) is not None:
                found[class_id] = entry
        return found

    def warnings(self, classes: ClassSet) -> tuple[str, ...]:
        """Which of the curves chosen do not tell their classes apart."""
        return likenesses({i: self.chosen[i] for i in self.names if i in self.chosen}, classes)

    def state(self, class_id: int) -> str:
        """What a class takes, in a few words."""
        if class_id in self.chosen:
            return self.chosen[class_id].name
        return "takes none" if class_id in self.skipped else "not chosen yet"
