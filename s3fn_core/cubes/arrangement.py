"""How a stored array is an image, and where that image lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from s3fn_core.checked import checked
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr


@checked(CubeError)
@dataclass(frozen=True)
class Georeference:
    """Where the cube lies: coordinate system (WKT) and the affine map of GDAL's geotransform.

    ``transform`` is ``(a, b, c, d, e, f)``: x = a*sample + b*line + c, y = d*sample + e*line + f.
    """

    crs: str
    transform: tuple[float, float, float, float, float, float]

    @property
    def pixel_area(self) -> float:
        """Area of one pixel in squared units of the coordinate system."""
        a, b, _, d, e, _ = self.transform
        return abs(a * e - b * d)

    def moved(self, line: int, sample: int) -> Georeference:
        """That of an image whose first pixel is this one's pixel (line, sample)."""
        return self.of_part(range(line, line + 1), range(sample, sample + 1))

    def of_part(self, lines: range, samples: range) -> Georeference:
        """That of an image of these lines and samples; the centre of every pixel stays where it is."""
        a, b, c, d, e, f = self.transform
        (line, down), (sample, across) = ((part.start, part.step) for part in (lines, samples))
        # A pixel of step n is n pixels wide around the centre of the one that it shows.
        top, left = line + (1 - down) / 2, sample + (1 - across) / 2
        x, y = a * left + b * top + c, d * left + e * top + f
        return replace(self, transform=(a * across, b * down, x, d * across, e * down, y))


@checked(CubeError)
@dataclass(frozen=True)
class Layout:
    """How a list of pixels without a shape is arranged as an image."""

    lines: int
    samples: int
    by_column: bool = False

    @property
    def order(self) -> str:
        """How the list runs through the image, in words."""
        return tr("column by column") if self.by_column else tr("row by row")

    def __str__(self) -> str:
        return f"{self.lines} x {self.samples}, {self.order}"


@checked(CubeError)
@dataclass(frozen=True)
class Axes:
    """What the three axes of a stored array count, from the outermost to the innermost.

    ``order`` names each of l (lines), s (samples) and b (bands) once: an array of shape
    (bands, lines, samples) has the axes "bls".
    """

    order: str = "lsb"

    def __post_init__(self) -> None:
        if sorted(self.order) != sorted("lsb"):
            raise CubeError(
                '"{order}" is not an order of axes; name each of l (lines), s (samples) and b (bands) '
                'once, for example "bls".',
                order=self.order,
            )

    def __str__(self) -> str:
        names = {"l": tr("lines"), "s": tr("samples"), "b": tr("bands")}
        return ", ".join(names[axis] for axis in self.order)


Arrangement = Layout | Axes
"""How a stored array is an image: a list of pixels, or an array of three axes."""
