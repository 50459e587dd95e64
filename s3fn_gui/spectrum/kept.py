"""A spectrum that stays: of a pinned pixel, a region, a class, or from a library."""

from __future__ import annotations

from dataclasses import dataclass, replace

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.shapes import Box
from s3fn_core.types import FloatArray
from s3fn_gui.spectrum.axis import BandAxis


@dataclass(frozen=True, eq=False)
class Kept:
    """One of the spectra that are compared with the one under the cursor.

    Attributes
    ----------
    number : int
        Tells it from all others of the session.
    name : str
    colour : str
        On the image, in the plot and in the list.
    axis : BandAxis
    values : array of float32, shape (bands,), or None
        Reflectance; None while it is being read.
    deviation : array of float32, shape (bands,), or None
        Standard deviation, where `values` is a mean.
    cube : Cube or None
        What it was read from.
    box : Box or None
        The pixels of the cube, where they are a rectangle.
    note : str
        Where it came from, for people.
    """

    number: int
    name: str
    colour: str
    axis: BandAxis
    values: FloatArray | None
    deviation: FloatArray | None = None
    cube: Cube | None = None
    box: Box | None = None
    note: str = ""

    @property
    def pixel(self) -> tuple[int, int] | None:
        """(line, sample) of a pin."""
        if self.box is None or area(self.box) != 1:
            return None
        return self.box[0], self.box[1]

    @property
    def origin(self) -> str:
        """Where it came from, in words."""
        source = "" if self.cube is None else f" of {self.cube.name}"
        if self.box is None:
            return f"{self.note}{source}"
        top, left, bottom, right = self.box
        if self.pixel is not None:
            return f"line {top}, sample {left}{source}"
        return (
            f"mean of {area(self.box):,} pixels{source}: "
            f"lines {top} to {bottom - 1}, samples {left} to {right - 1}"
        )

    def read_again(self, cube: Cube, axis: BandAxis) -> Kept:
        """The same place of a cube that is treated in another way; a mean has to be waited for."""
        values = None if self.pixel is None else cube.spectrum(*self.pixel)
        return replace(self, cube=cube, axis=axis, values=values, deviation=None)


def area(box: Box) -> int:
    """Number of pixels."""
    top, left, bottom, right = box
    return (bottom - top) * (right - left)
