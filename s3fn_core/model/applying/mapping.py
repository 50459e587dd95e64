"""Drawing the map of a cube: every tile is looked at and scored, then neighbours are heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.applying.features import KEPT_IN_MEMORY, Seen
from s3fn_core.model.applying.storage import Folder, Maps, scratch
from s3fn_core.model.applying.tiles import Tile, over_tiles, rows_of_tiles
from s3fn_core.model.smoothing import Likeness, edges_of, halo, smooth
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.next_best import KEPT, NextBest
from s3fn_core.types import BoolArray, FloatArray

NEXT = ("next_ids", "next_shares")
STRIP_PIXELS = 2**16
"""Pixels that are smoothed at once, without those around them."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is to be drawn, and how.

    Attributes
    ----------
    cube : Cube
    classes : ClassSet
    where : array of bool, shape (lines, samples), or None
        The pixels that are to get a class, by default all.
    probabilities : bool
        Keep the probability of every class, not only of the chosen one.
    into : path or None
        Folder for the maps.
    strength : float
        Of the smoothing (see :mod:`~s3fn_core.model.smoothing`), 0 for none.
    novelty : bool
        Draw how unlike the labels every pixel is, too.
    block : range or None
        The lines to draw, whole rows of tiles, by default all; they come out as in the whole map.
    """

    cube: Cube
    classes: ClassSet
    where: BoolArray | None = None
    probabilities: bool = False
    into: Folder | None = None
    strength: float = 0.0
    novelty: bool = False
    block: range | None = None

    def __post_init__(self) -> None:
        shape = self.cube.shape[:2]
        if self.where is not None and self.where.shape != shape:
            raise LabelError(
                "The mask is {shape}, {name} {expected} (lines, samples); they must agree.",
                shape=self.where.shape,
                name=self.cube.name,
                expected=shape,
            )

    @property
    def lines(self) -> range:
        """The lines to draw."""
        return range(self.cube.lines) if self.block is None else self.block

    def looked_at(self, side: int) -> range:
        """Those and the rows of tiles around them that have a say in them, by the smoothing."""
        around, lines = halo(self.strength), self.lines
        first, last = max(0, lines.start - around), min(self.cube.lines, lines.stop + around) - 1
        rows = [row for row in rows_of_tiles(self.cube, side) if row.stop > first and row.start <= last]
        return range(rows[0].start, rows[-1].stop)

    def begin(self, maps: Maps) -> None:
        """Add the empty maps of the lines to draw."""
        shape = (len(self.lines), self.cube.samples)
        maps.new("classes", shape, np.uint8)
        maps.new("confidence", shape, np.float32)
        if self.probabilities:
            maps.new("probabilities", (*shape, len(self.classes)), np.float32)
        if self.novelty:
            maps.new("novelty", shape, np.float32)
        if self.into is None:
            for name in NEXT:
                maps.new(name, (*shape, KEPT), np.uint8)


@dataclass(frozen=True, eq=False)
class MapOptions:
    """What a caller may choose of a map, whoever draws it.

    Attributes
    ----------
    where : array of bool, shape (lines, samples), or None
        The pixels that are to get a class; the others count as background.
    probabilities : bool
        Give the probability of every class, not only of the chosen one.
    smooth : bool
        Let neighbours that look alike have a say, as far as the model has learned that it helps.
    into : path or None
        Folder for the maps as memory-mapped ``NAME_classes.npy``, ``NAME_confidence.npy``,
        ``NAME_novelty.npy`` and ``NAME_probabilities.npy``: then the cube and its maps may be larger
        than memory.
    tile : int or None
        Side of the tiles in pixels; it changes the memory that is needed, not the result.
    """

    where: BoolArray | None = None
    probabilities: bool = False
    smooth: bool = True
    into: Folder | None = None
    tile: int | None = None

    def drawing(self, cube: Cube, classes: ClassSet, strength: float, novelty: bool = False) -> Drawing:
        """Of a cube, with the smoothing that there is."""
        strength = strength if self.smooth else 0.0
        return Drawing(cube, classes, self.where, self.probabilities, self.into, strength, novelty)


def draw(
    drawing: Drawing,
    side: int,
    look: Callable[[Tile], Seen],
    score: Callable[[Seen], FloatArray],
    *read: object,
) -> Operation[Maps]:
    """Maps `classes`, `confidence` and, if asked for, `probabilities` and `novelty`; 0 on background.

    Of a block they have its lines only.  In memory also `next_ids` and `next_shares`, those of a
    :class:`~s3fn_core.results.next_best.NextBest`.

    Parameters
    ----------
    side : int
        Of the tiles in pixels.
    look, score : callable
        What is seen of a tile, and the probabilities (lines, samples, classes) that follow.
    read : objects
        What is read during that, whose pages may be let go.

    Raises
    ------
    ModelError, ExportError
    """
    cube, where = drawing.cube, drawing.where
    likeness = Likeness.of(cube) if drawing.strength else None
    lines, looked_at = drawing.lines, drawing.looked_at(side)
    with Maps(drawing.into, cube.name) as maps:
        drawing.begin(maps)
        answers = Answers(drawing, maps)
        draft = None if likeness is None else _draft(drawing, likeness, looked_at)

        def classify(tile: Tile) -> None:
            if where is not None and not where[tile.place].any():
                return
            seen = look(tile)
            measured = seen.measured if where is None else seen.measured & where[tile.place]
            if not measured.any():
                return
            probability = np.where(measured[..., None], score(seen), np.float32(0))
            check_probability(probability, cube)
            if drawing.novelty and seen.novelty is not None and tile.top in lines:
                place = tile.place_from(lines.start)
                maps["novelty"][place] = np.where(measured, seen.novelty, np.float32(0))
            if draft is None or likeness is None:
                answers.keep(tile.place_from(lines.start), probability, measured)
            else:
                place = tile.place_from(looked_at.start)
                draft.probability[place] = probability
                draft.coordinates[place] = likeness.coordinates(seen.spectra())

        def let_go() -> None:
            maps.release(*read)
            if draft is not None:
                draft.release()

        share = 1.0 if draft is None else 0.8
        yield from scaled(over_tiles(cube, side, "predict", classify, let_go, looked_at), 0.0, share)
        if draft is not None:
            first = lines.start - looked_at.start
            for place, probability, measured, progress in draft.smoothed(range(first, first + len(lines))):
                yield Progress(progress.step, share + (1 - share) * progress.fraction, progress.message)
                answers.keep(place, probability, measured)
                let_go()
    return maps


class Answers:
    """The maps that probabilities become."""

    def __init__(self, drawing: Drawing, maps: Maps) -> None:
        self._maps, self._all = maps, drawing.probabilities
        self._ids = np.array(drawing.classes.ids, np.uint8)
        self._next = next_best_of(maps)

    def keep(self, place: tuple[slice, slice], probability: FloatArray, measured: BoolArray) -> None:
        """Keep those of a part of the cube, shape (lines, samples, classes), 0 on background."""
        self._maps["classes"][place] = np.where(measured, self._ids[probability.argmax(-1)], 0)
        self._maps["confidence"][place] = probability.max(-1)
        if self._all:
            self._maps["probabilities"][place] = probability
        if self._next is not None:
            self._next.put(place, probability, self._ids)


def next_best_of(maps: Maps) -> NextBest | None:
    """What comes after the best class; None where only that is kept, in a folder."""
    ids, shares = (maps.get(name) for name in NEXT)
    return None if ids is None or shares is None else NextBest(ids, shares)


@dataclass(frozen=True, eq=False)
class Draft:
    """Probabilities before their neighbours were heard, and how like each other pixels are.

    Attributes
    ----------
    strength : float
    probability : array of float32, shape (lines, samples, classes)
        0 on background.
    coordinates : array of float32, shape (lines, samples, components)
        See :class:`~s3fn_core.model.smoothing.Likeness`.
    """

    strength: float
    probability: FloatArray
    coordinates: FloatArray

    def release(self) -> None:
        """Let the pages of arrays that lie in a file go."""
        release(self.probability)
        release(self.coordinates)

    def smoothed(
        self, some: range | None = None
    ) -> Iterator[tuple[tuple[slice, slice], FloatArray, BoolArray, Progress]]:
        """Place, probabilities (lines, samples, classes) and measured pixels of all lines, strip by strip.

        Of `some` lines the places are counted from the first of these.
        """
        lines, samples = self.probability.shape[:2]
        wanted = range(lines) if some is None else some
        height, around = max(1, STRIP_PIXELS // samples), halo(self.strength)
        for top in range(wanted.start, wanted.stop, height):
            bottom = min(wanted.stop, top + height)
            first, last = max(0, top - around), min(lines, bottom + around)
            given = np.asarray(self.probability[first:last])
            measured: BoolArray = np.any(given, axis=-1)
            edges = edges_of(np.asarray(self.coordinates[first:last]), measured)
            found = smooth(given, edges, self.strength)
            inner = slice(top - first, bottom - first)
            done = bottom - wanted.start
            progress = Progress(
                "smooth", done / len(wanted), tr("Line {number} of {lines}", number=done, lines=len(wanted))
            )
            place = slice(top - wanted.start, done), slice(0, samples)
            yield place, found[inner], measured[inner], progress


def _draft(drawing: Drawing, likeness: Likeness, lines: range) -> Draft:
    """An empty draft of some lines; large arrays lie in temporary files."""
    shape, sizes = (len(lines), drawing.cube.samples), (len(drawing.classes), likeness.axes.shape[1])
    probability, coordinates = (scratch((*shape, size), np.float32, KEPT_IN_MEMORY) for size in sizes)
    return Draft(drawing.strength, probability, coordinates)


def check_probability(probability: FloatArray, cube: Cube) -> None:
    """Raise ModelError where there is no answer: the first class would stand for it."""
    if not np.isfinite(probability).all():
        raise ModelError(
            "No class can be told for some pixels of {name}: their probabilities are not finite. "
            "Declare values that are far too large missing (no-data), or use an intact copy of the "
            "model.",
            name=cube.name,
        )
