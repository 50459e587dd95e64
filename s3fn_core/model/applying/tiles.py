"""Going through a cube tile by tile: how large a tile is, and what to do where memory is short."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from s3fn_core.checked import check_range
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.memory import is_out_of_memory, what_did_not_fit
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.network.memory import release as give_back
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray, FloatArray

TILE = {"pixel": 96, "cnn3d": 160, "none": 192}
"""Side of a tile's output; a tile takes a second at most, so that cancelling is prompt."""
SMALLEST_TILE = 8
"""Side of tiles that are not divided any more where memory is short."""


@dataclass(frozen=True)
class Tile:
    """A part of a cube."""

    top: int
    left: int
    lines: int
    samples: int

    @property
    def place(self) -> tuple[slice, slice]:
        """Its lines and samples, to index an array with."""
        return (slice(self.top, self.top + self.lines), slice(self.left, self.left + self.samples))

    def place_from(self, line: int) -> tuple[slice, slice]:
        """The same in an array that begins with some line of the cube."""
        lines, samples = self.place
        return slice(lines.start - line, lines.stop - line), samples

    def quarters(self) -> list[Tile]:
        """Up to four tiles that cover this one."""
        lines, samples = -(-self.lines // 2), -(-self.samples // 2)
        return [
            Tile(top, left, min(lines, self.bottom - top), min(samples, self.right - left))
            for top in range(self.top, self.bottom, lines)
            for left in range(self.left, self.right, samples)
        ]

    @property
    def bottom(self) -> int:
        """Its first line below."""
        return self.top + self.lines

    @property
    def right(self) -> int:
        """Its first sample to the right."""
        return self.left + self.samples


def tiles_of(cube: Cube, side: int) -> Iterator[Tile]:
    """Tiles of nearly the same size, `side` at most, that cover the cube row by row."""
    lines, samples = _even(cube.lines, side), _even(cube.samples, side)
    for top in range(0, cube.lines, lines):
        for left in range(0, cube.samples, samples):
            yield Tile(top, left, min(lines, cube.lines - top), min(samples, cube.samples - left))


def _even(size: int, most: int) -> int:
    """Length of equal parts of `size`: small remainders would compute more margin than map."""
    parts = -(-size // most)
    return -(-size // parts)


def rows_of_tiles(cube: Cube, side: int) -> list[range]:
    """The lines of each row of :func:`tiles_of`."""
    lines = _even(cube.lines, side)
    return [range(top, min(top + lines, cube.lines)) for top in range(0, cube.lines, lines)]


def over_tiles(
    cube: Cube,
    side: int,
    step: str,
    work: Callable[[Tile], None],
    let_go: Callable[[], None],
    lines: range | None = None,
) -> Operation[None]:
    """Do `work` for every tile and let the pages of memory-mapped files go each time.

    Some `lines`, whole rows of tiles, have the tiles that they have in the whole cube.  Neighbouring
    tiles read some pages again, which the system has in its cache.  Where memory is too short for a
    tile, it is done in quarters.

    Raises
    ------
    ModelError
        When there is no memory for the smallest tile.
    """
    wanted = range(cube.lines) if lines is None else lines
    waiting = [tile for tile in tiles_of(cube, side) if tile.top in wanted][::-1]
    pixels, done, number = len(wanted) * cube.samples, 0, 1
    while waiting:
        yield Progress(
            step,
            done / pixels,
            tr("Tile {number} of {tiles}", number=number, tiles=number - 1 + len(waiting)),
        )
        tile = waiting.pop()
        if _fits(work, tile):
            done, number = done + tile.lines * tile.samples, number + 1
        else:
            give_back()
            waiting += tile.quarters()[::-1]
        release(cube.data)
        let_go()
    yield Progress(step, 1.0, tr("Done"))


def _fits(work: Callable[[Tile], None], tile: Tile) -> bool:
    """Do `work` for a tile; False where memory was too short for that, but a smaller tile is left."""
    try:
        work(tile)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        if max(tile.lines, tile.samples) <= SMALLEST_TILE:
            raise ModelError(
                "{problem}, not even for {lines} x {samples} pixels. Close other programs, "
                "choose the device cpu, or a model with smaller patches.",
                problem=what_did_not_fit(error),
                lines=tile.lines,
                samples=tile.samples,
            ) from error
        return False
    return True


def within(tile: Tile, reach: int, before: int, behind: int) -> tuple[slice, slice]:
    """Where a tile with `before` and `behind` pixels around lies in one with `reach` on all sides."""
    first = reach - before
    return (slice(first, reach + tile.lines + behind), slice(first, reach + tile.samples + behind))


def measured_pixels(cube: Cube, where: BoolArray, tell: Callable[[FloatArray], BoolArray]) -> BoolArray:
    """Ask `tell` of every block that holds some of `where` which of its pixels are measured."""
    found = np.zeros(cube.shape[:2], bool)
    for tile in tiles_of(cube, TILE["pixel"]):
        if where[tile.place].any():
            found[tile.place] = tell(cube.window(*tile.place))
            release(cube.data)
    return found


def tile_side(model: S3FNModel, tile: int | None) -> int:
    """Side of the tiles that a cube is seen by: `tile`, or what suits the model's network."""
    side = TILE[model.config.network.kind] if tile is None else tile
    check_range(tr("The side of a tile"), side, 1, math.inf, ModelError)
    return side
