"""The part of the session that knows the regions of the cube on show; nothing of it is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.labels.regions import LabelRegion
from s3fn_core.results.region_spectra import RegionLook
from s3fn_core.types import BoolArray, Box, IdArray
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session
from s3fn_gui.session.undo import Step

Numbers = np.ndarray[Any, np.dtype[np.int32]]
Places = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Found:
    """The regions of a label map; `test` are all pixels of those that are for the test.

    `listed` are those that a table shows: the largest ones.
    """

    numbers: Numbers
    rows: tuple[LabelRegion, ...]
    listed: tuple[LabelRegion, ...] = ()
    test: BoolArray | None = None
    for_test: frozenset[int] = frozenset()

    def at(self, position: Position) -> int:
        """Number of the region at a pixel, 0 where there is none."""
        line, sample = position
        return int(self.numbers[line, sample])

    def row(self, number: int) -> LabelRegion:
        """One region."""
        return self.rows[number - 1]

    def inside(self, number: int) -> BoolArray:
        """Which pixels of its box belong to a region."""
        top, left, bottom, right = self.row(number).box
        inside: BoolArray = self.numbers[top:bottom, left:right] == number
        return inside

    def tested(self, number: int) -> bool:
        """Whether a region is for the test."""
        return number in self.for_test


@dataclass(frozen=True, eq=False)
class Strangers:
    """Pixels far from their class, the farthest first, with the class they were labelled as."""

    lines: Places
    samples: Places
    classes: IdArray

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, chosen: BoolArray) -> Strangers:
        """Some of them."""
        return Strangers(self.lines[chosen], self.samples[chosen], self.classes[chosen])


class RegionsState(QObject):
    """`found` may be of labels before the last stroke: then `fresh` is False."""

    changed = Signal()
    looks_changed = Signal()
    selected_changed = Signal()
    strangers_changed = Signal()
    roles_changed = Signal()
    looked_for = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Found | None = None
        self.fresh = False
        self.looks: dict[int, RegionLook] = {}
        self.selected: tuple[int, ...] = ()
        self.strangers: Strangers | None = None
        self.stranger: int | None = None
        self.is_open = False

    def set_found(self, found: Found | None) -> None:
        """Other regions; those selected stay selected where they are still labelled."""
        before = [self._place_of(number) for number in self.selected]
        self.found, self.looks, self.fresh = found, {}, found is not None
        numbers = () if found is None else (found.at(p) for p in before)
        self.selected = tuple(dict.fromkeys(n for n in numbers if n))
        self.changed.emit()
        self.selected_changed.emit()

    def _place_of(self, number: int) -> Position:
        """A pixel of a region: it is connected, so that every line of its box has one."""
        assert self.found is not None
        top, left, bottom, right = self.found.row(number).box
        line = (top + bottom) // 2
        samples = np.flatnonzero(self.found.numbers[line, left:right] == number)
        return line, left + int(samples[len(samples) // 2])

    def set_looks(self, looks: dict[int, RegionLook]) -> None:
        self.looks = looks
        self.looks_changed.emit()

    def select(self, numbers: Iterable[int]) -> None:
        """Select regions by number; none that there is not."""
        count = 0 if self.found is None else len(self.found.rows)
        numbers = tuple(number for number in numbers if 1 <= number <= count)
        if numbers != self.selected:
            self.selected = numbers
            self.selected_changed.emit()

    def look_for(self, number: int) -> None:
        """Bring a region into view."""
        if self.found is not None:
            row = self.found.row(number)
            self.looked_for.emit((row.box, row.centre))

    def set_strangers(self, strangers: Strangers | None) -> None:
        """Pixels that do not look like their class."""
        if strangers is not None or self.strangers is not None:
            self.strangers, self.stranger = strangers, None
            self.strangers_changed.emit()

    def visit_stranger(self, place: int) -> None:
        """Bring one of them into view."""
        if self.strangers is not None:
            self.stranger = place
            line, sample = int(self.strangers.lines[place]), int(self.strangers.samples[place])
            box: Box = (line, sample, line + 1, sample + 1)
            self.strangers_changed.emit()
            self.looked_for.emit((box, (float(line), float(sample))))

    def share_of_strangers(self) -> dict[int, float]:
        """Of each region that was searched."""
        found, strangers = self.found, self.strangers
        if found is None or strangers is None:
            return {}
        counts = np.bincount(found.numbers[strangers.lines, strangers.samples], minlength=len(found.rows) + 1)
        return {row.number: counts[row.number] / row.pixels for row in found.listed}


def set_role(
    session: Session, state: RegionsState, item: OpenCube, box: Box, inside: BoolArray, test: bool, text: str
) -> None:
    """Use the labels under a mask for the test, or for the training again, undoably."""
    top, left, bottom, right = box
    marked = np.zeros(inside.shape, bool)
    if item.test is not None:
        marked = item.test[top:bottom, left:right]
    flipped = inside & (marked != test)

    def flip() -> None:
        """There and back is the same."""
        item = session.cubes.item(key)
        roles = np.zeros(item.labels.shape, bool) if item.test is None else item.test.copy()
        roles[top:bottom, left:right] ^= flipped
        item.test = roles if roles.any() else None
        if item is session.cubes.current:
            state.roles_changed.emit()

    key = item.key
    if flipped.any():
        session.undo_stack.push(Step(text, flip, flip))
