"""Which point is looked at, and what the truth says of the map; the points themselves are the cube's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from s3fn_core.results.validation import Validation
from s3fn_core.results.validation_points import ValidationPoints
from s3fn_core.types import IdArray
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session

Source = Literal["points", "reference"]
Unit = Literal["points", "pixels"]


@dataclass(frozen=True, eq=False)
class Reference:
    """A label map, or points, whose classes are known; `unit` is what is counted, `note` what was assumed."""

    item: OpenCube
    name: str
    ids: IdArray
    unit: Unit
    note: str = ""


class ValidationState(QObject):
    """`item` is the cube whose points are being labelled, None while nobody does.

    `outcome` is about the current cube; where there is none, `lacking` says why.  `changed` comes
    with other points, answers or figures, `moved` with another point, `looked_for` asks to bring a
    pixel into view, `wanted` to show all this.
    """

    changed = Signal()
    moved = Signal()
    looked_for = Signal(int, int)
    wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.item: OpenCube | None = None
        self.place = 0
        self.reference: Reference | None = None
        self.shown: Source = "points"
        self.outcome: Validation | None = None
        self.lacking = ""

    @property
    def points(self) -> ValidationPoints | None:
        """Those of the current cube."""
        item = self._session.cubes.current
        return None if item is None else item.validation

    @property
    def is_labelling(self) -> bool:
        return self.item is not None

    @property
    def position(self) -> Position | None:
        """The pixel that is looked at."""
        points = None if self.item is None else self.item.validation
        if points is None:
            return None
        line, sample = points.points[self.place].tolist()
        return int(line), int(sample)

    @property
    def has_reference(self) -> bool:
        """Whether a reference of the current cube is open."""
        return self.reference is not None and self.reference.item is self._session.cubes.current

    def put_points(self, item: OpenCube, points: ValidationPoints) -> None:
        """Other points, or other answers, for a cube; the project has to be saved."""
        item.validation = points
        self._session.touch()
        self.changed.emit()

    def look_at(self, item: OpenCube, place: int) -> None:
        """Label this point now."""
        self.item, self.place = item, place
        self.moved.emit()
        if (here := self.position) is not None:
            self.looked_for.emit(*here)

    def leave(self) -> None:
        """Nobody labels points any more."""
        if self.item is not None:
            self.item = None
            self.moved.emit()

    def put_reference(self, reference: Reference) -> None:
        """Compare with this from now on."""
        self.reference = reference
        self.show_against("reference")

    def forget_reference(self) -> None:
        """Its cube is closed, or another project is opened."""
        self.reference, self.shown = None, "points"
        self.changed.emit()

    def show_against(self, source: Source) -> None:
        """Choose what the map is compared with."""
        self.shown = source
        self.wanted.emit()
        self.changed.emit()

    def put_outcome(self, outcome: Validation | None, lacking: str = "") -> None:
        """New figures, or why there are none."""
        self.outcome, self.lacking = outcome, lacking
        self.changed.emit()
