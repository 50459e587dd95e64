"""What drawing tools work on: pixels that grow from a seed, and superpixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.similar import Numbers
from s3fn_core.types import BoolArray, Box, FloatArray
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session

KEPT_MAPS = 3  # of superpixels; each has four bytes a pixel


@dataclass(frozen=True, eq=False)
class Superpixels:
    """Superpixels of a cube.

    Attributes
    ----------
    cube, size : what they were made from, and how large they should be
    numbers : array of int32, shape (lines, samples)
        From 1; 0 on the background.
    places : the box of each number, from 1
    """

    cube: Cube
    size: int
    numbers: Numbers
    places: tuple[Box, ...]

    def at(self, position: Position) -> int:
        """The number at a pixel, 0 outside of the image."""
        line, sample = position
        lines, samples = self.numbers.shape
        inside = 0 <= line < lines and 0 <= sample < samples
        return int(self.numbers[line, sample]) if inside else 0

    def area(self, number: int) -> tuple[Box, BoolArray]:
        """The pixels of one of them."""
        top, left, bottom, right = box = self.places[number - 1]
        return box, self.numbers[top:bottom, left:right] == number


@dataclass(eq=False)
class Growth:
    """Pixels around a seed whose spectra are like its own.

    Attributes
    ----------
    tool : "fill" is applied as soon as it is known, "grow" when the user says so
    angles : array of float32, shape (lines, samples), or None until they are known
        To the spectrum at the seed, in radians.
    area : its pixels for the angle `limit` (degrees), None until they are known
    """

    tool: str
    item: OpenCube
    cube: Cube
    seed: Position
    erase: bool
    angles: FloatArray | None = None
    area: tuple[Box, BoolArray] | None = None
    limit: float = float("nan")


class DrawingState(QObject):
    """`growth` is what grows from a pixel now; superpixels are kept for a few cubes and sizes."""

    growth_changed = Signal()
    superpixels_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._superpixels: list[Superpixels] = []
        self.growth: Growth | None = None
        session.work.aborted.connect(lambda: self.set_growth(None))
        session.cubes.changed.connect(self._drop_closed)

    def set_growth(self, growth: Growth | None) -> None:
        """Another seed, or none."""
        if growth is not self.growth:
            self.growth = growth
            self.growth_changed.emit()

    @property
    def superpixels(self) -> Superpixels | None:
        """Those of the current cube in the size wanted, if they are known."""
        item, size = self._session.cubes.current, self._session.view.options.superpixel
        fitting = (
            s for s in self._superpixels if item is not None and s.cube is item.cube and s.size == size
        )
        return next(fitting, None)

    def _drop_closed(self) -> None:
        """Keep no superpixels of cubes that were closed."""
        cubes = [item.cube for item in self._session.cubes.items]
        self._superpixels = [s for s in self._superpixels if any(s.cube is c for c in cubes)]

    def keep_superpixels(self, found: Superpixels) -> None:
        """They were made; the oldest go."""
        self._superpixels = [*self._superpixels, found][-KEPT_MAPS:]
        self.superpixels_changed.emit()
