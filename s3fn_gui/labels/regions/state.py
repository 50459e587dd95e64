"""The labelled regions of the current cube, and outliers among its labels; nothing is saved."""

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
class RegionMap:
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
class LabelledOutliers:
    """Pixels far from their class, the farthest first, with the class they were labelled as."""

    lines: Places
    samples: Places
    classes: IdArray

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, chosen: BoolArray) -> LabelledOutliers:
        """Some of them."""
        return LabelledOutliers(self.lines[chosen], self.samples[chosen], self.classes[chosen])


class RegionsState(QObject):
    """`region_map` may be of labels before the last stroke: then `fresh` is False."""

    changed = Signal()
    looks_changed = Signal()
    selected_changed = Signal()
    outliers_changed = Signal()
    roles_changed = Signal()
    looked_for = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.region_map: RegionMap | None = None
        self.fresh = False
        self.looks: dict[int, RegionLook] = {}
        self.selected: tuple[int, ...] = ()
        self.outliers: LabelledOutliers | None = None
        self.outlier: int | None = None
        self.is_open = False

    def set_region_map(self, regions: RegionMap | None) -> None:
        """Other regions; those selected stay selected where they are still labelled."""
        before = [self._place_of(number) for number in self.selected]
        self.region_map, self.looks, self.fresh = regions, {}, regions is not None
        numbers = () if regions is None else (regions.at(p) for p in before)
        self.selected = tuple(dict.fromkeys(n for n in numbers if n))
        self.changed.emit()
        self.selected_changed.emit()

    def _place_of(self, number: int) -> Position:
        """A pixel of a region: it is connected, so that every line of its box has one."""
        assert self.region_map is not None
        top, left, bottom, right = self.region_map.row(number).box
        line = (top + bottom) // 2
        samples = np.flatnonzero(self.region_map.numbers[line, left:right] == number)
        return line, left + int(samples[len(samples) // 2])

    def set_looks(self, looks: dict[int, RegionLook]) -> None:
        self.looks = looks
        self.looks_changed.emit()

    def select(self, numbers: Iterable[int]) -> None:
        """Select regions by number; none that there is not."""
        count = 0 if self.region_map is None else len(self.region_map.rows)
        numbers = tuple(number for number in numbers if 1 <= number <= count)
        if numbers != self.selected:
            self.selected = numbers
            self.selected_changed.emit()

    def look_for(self, number: int) -> None:
        """Bring a region into view."""
        if self.region_map is not None:
            row = self.region_map.row(number)
            self.looked_for.emit((row.box, row.centre))

    def set_outliers(self, outliers: LabelledOutliers | None) -> None:
        """Pixels that do not look like their class."""
        if outliers is not None or self.outliers is not None:
            self.outliers, self.outlier = outliers, None
            self.outliers_changed.emit()

    def visit_outlier(self, place: int) -> None:
        """Bring one of them into view."""
        if self.outliers is not None:
            self.outlier = place
            line, sample = int(self.outliers.lines[place]), int(self.outliers.samples[place])
            box: Box = (line, sample, line + 1, sample + 1)
            self.outliers_changed.emit()
            self.looked_for.emit((box, (float(line), float(sample))))

    def shares_of_outliers(self) -> dict[int, float]:
        """Of each region that was searched."""
        regions, outliers = self.region_map, self.outliers
        if regions is None or outliers is None:
            return {}
        counts = np.bincount(
            regions.numbers[outliers.lines, outliers.samples], minlength=len(regions.rows) + 1
        )
        return {row.number: counts[row.number] / row.pixels for row in regions.listed}


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
