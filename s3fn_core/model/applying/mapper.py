"""A map that is ready to be drawn: whole, or in blocks of lines by several programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from s3fn_core.cubes.cube import Cube
from s3fn_core.model.applying.features import Seen
from s3fn_core.model.applying.mapping import Drawing, draw
from s3fn_core.model.applying.prediction import Prediction
from s3fn_core.model.applying.storage import Array, Maps
from s3fn_core.model.applying.tiles import Tile, rows_of_tiles
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray


@dataclass(frozen=True, eq=False)
class Block:
    """Some lines of the maps of a cube, by the names of :func:`~s3fn_core.model.applying.mapping.draw`."""

    lines: range
    maps: Mapping[str, Array]


Blocks: TypeAlias = Iterator[Progress | Block]
"""Blocks as they come, in any order, and what to report while they do not."""


@dataclass(frozen=True, eq=False)
class Mapper:
    """What looks at a cube, scores what it sees, and says of the maps what is known of them.

    The map is the same to the last bit whether it is drawn whole or in blocks: both are drawn by the
    same tiles, and the smoothing looks as far around a block as it has to.

    Attributes
    ----------
    drawing : Drawing
    side : int
        Of the tiles in pixels.
    look, score : callable
        As for :func:`~s3fn_core.model.applying.mapping.draw`.
    finish : callable
        Makes a prediction of the maps.
    """

    drawing: Drawing
    side: int
    look: Callable[[Tile], Seen]
    score: Callable[[Seen], FloatArray]
    finish: Callable[[Maps], Prediction]

    def whole(self) -> Operation[Prediction]:
        """Draw the map."""
        return self.finish((yield from draw(self.drawing, self.side, self.look, self.score)))

    def block(self, lines: range) -> Operation[Block]:
        """Draw some lines, one of :func:`blocks_of`."""
        drawing = replace(self.drawing, block=lines)
        maps = yield from draw(drawing, self.side, self.look, self.score)
        return Block(lines, maps.arrays)

    def joined(self, blocks: Blocks) -> Operation[Prediction]:
        """The map that its blocks make."""
        with Maps(self.drawing.into, self.drawing.cube.name) as maps:
            for said in blocks:
                if isinstance(said, Progress):
                    yield said
                    continue
                if not maps.arrays:  # the first one may come late
                    self.drawing.begin(maps)
                for name, array in maps.arrays.items():
                    array[said.lines.start : said.lines.stop] = said.maps[name]
                maps.release()
        return self.finish(maps)


def blocks_of(cube: Cube, side: int, count: int) -> list[range]:
    """The lines of up to `count` blocks of nearly the same size, each some rows of tiles of a `side`."""
    rows = rows_of_tiles(cube, side)
    count = min(count, len(rows))
    ends = [number * len(rows) // count for number in range(count + 1)]
    return [range(rows[first].start, rows[end - 1].stop) for first, end in pairwise(ends)]
