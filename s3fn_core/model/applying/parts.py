"""A map that comes in parts: first what is looked at, then the rest.

What no label and no word changes of a cube is kept for the next map of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.languages import tr
from s3fn_core.model.applying.answering import Answering, KnownCube
from s3fn_core.model.applying.features import KEPT_IN_MEMORY, Seen
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.applying.mapping import check_probability
from s3fn_core.model.applying.storage import scratch
from s3fn_core.model.applying.tiles import Tile, tiles_of
from s3fn_core.model.novelty import remark
from s3fn_core.model.smoothing import edges_of, halo, smooth
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.next_best import NextBest
from s3fn_core.types import BoolArray, Box, FloatArray

CELL = 64
"""Side in pixels of what is scored at once; it can be cancelled after each."""
PART = 128
"""Side in pixels of what is drawn at once."""
FIRST = 64
"""Side in pixels of the part that is drawn first."""
HELD = 2**28
"""Bytes that the probabilities of a map may take to be kept with it."""
EVERY = 0.3
"""Seconds between two reports of what is drawn, at least."""


def draw_in_parts(
    known: KnownCube,
    answering: Answering,
    *,
    focus: tuple[int, int] | None = None,
    view: Box | None = None,
    before: Prediction | None = None,
) -> Operation[Prediction]:
    """Draw the map of a cube from what is looked at outwards.

    Reports have a ``Prediction`` as ``early``: the map as far as it is drawn, every time in arrays of
    its own.  The one at the end has its probabilities, unless they are large (:data:`HELD`).

    Parameters
    ----------
    known : KnownCube
    answering : Answering
    focus : (line, sample), optional
        What is around this pixel is drawn first; by default the middle of the view.
    view : (top, left, bottom, right), optional
        The part in view, drawn next; by default the whole cube.
    before : Prediction, optional
        What pixels are that have not been drawn yet, as far as its classes are still there.

    Raises
    ------
    ModelError
        When no class can be told for some pixels.
    """
    cube = known.cube
    top, left, bottom, right = view or (0, 0, cube.lines, cube.samples)
    focus = focus or ((top + bottom) // 2, (left + right) // 2)
    drawing, parts = _Parts(known, answering, before), list(tiles_of(cube, PART))
    view = (top, left, bottom, right)
    parts.sort(key=lambda part: (not _meets(part, view), _apart(part, focus)))
    in_view = sum(_meets(part, view) for part in parts)
    reports = _Reports(drawing)
    if len(parts) > 1:
        drawing.first(_around(cube, focus))
        yield Progress("live", 0.0, tr("The first part"), early=reports.now())
    for number, part in enumerate(parts):
        early = reports.now() if number == in_view else reports.due() if number else None
        told = tr("Part {number} of {parts}", number=number + 1, parts=len(parts))
        yield Progress("live", number / len(parts), told, early=early)
        for _ in drawing.scored_around(part):
            yield Progress("live", number / len(parts), told)
        drawing.finish(part)
        drawing.let_go()
    return drawing.prediction()


class _Reports:
    """A copy of the unfinished map, at intervals only: copying a large map takes time."""

    def __init__(self, drawing: _Parts) -> None:
        self._drawing = drawing
        self._last, self._pause = time.monotonic(), EVERY

    def now(self) -> Prediction:
        started = time.monotonic()
        found = self._drawing.prediction(partial=True)
        self._last = time.monotonic()
        self._pause = max(EVERY, 10 * (self._last - started))
        return found

    def due(self) -> Prediction | None:
        return self.now() if time.monotonic() - self._last > self._pause else None


def _meets(part: Tile, view: Box) -> bool:
    top, left, bottom, right = view
    return part.top < bottom and top < part.bottom and part.left < right and left < part.right


def _apart(part: Tile, focus: tuple[int, int]) -> float:
    """Squared distance of a pixel to the middle of a part."""
    line, sample = focus
    return (part.top + part.lines / 2 - line) ** 2 + (part.left + part.samples / 2 - sample) ** 2


def _around(cube: Cube, focus: tuple[int, int]) -> Tile:
    """The first part to draw: FIRST pixels around one, within the image."""
    top, left = (
        min(max(0, place - FIRST // 2), max(0, size - FIRST))
        for place, size in zip(focus, cube.shape[:2], strict=True)
    )
    return Tile(top, left, min(FIRST, cube.lines), min(FIRST, cube.samples))


class _Parts:
    """The maps that are drawn, and the probabilities that are known so far."""

    def __init__(self, known: KnownCube, answering: Answering, before: Prediction | None) -> None:
        self._known, self._answering = known, answering
        self._cube = known.cube
        shape, classes = self._cube.shape[:2], answering.classes
        self._class_ids = np.array(classes.ids, np.uint8)
        self._ids, self._confidence, novelty = np.zeros(shape, np.uint8), np.zeros(shape, np.float32), None
        if answering.novelty:
            novelty = np.zeros(shape, np.float32)
        self._novelty = novelty
        self._next = NextBest.zeros(*shape)
        if before is not None and before.ids.shape == shape:
            self._begin_with(before)
        self._probability = scratch((*shape, len(classes)), np.float32, KEPT_IN_MEMORY)
        small = self._probability.nbytes <= HELD
        self._smoothed = np.zeros(self._probability.shape, np.float32) if small else None
        self._cells = list(tiles_of(self._cube, CELL))
        self._scored: set[Tile] = set()

    def _begin_with(self, before: Prediction) -> None:
        stays = np.isin(before.ids, self._class_ids)
        np.copyto(self._ids, before.ids, where=stays)
        np.copyto(self._confidence, before.confidence, where=stays)
        if self._novelty is not None and before.novelty is not None:
            np.copyto(self._novelty, before.novelty, where=stays)
        if before.next_best is not None:
            self._next = before.next_best.copy()
            self._next.ids[~stays] = self._next.shares[~stays] = 0
            self._next.keep_where(self._answering.classes.ids)

    def first(self, part: Tile) -> None:
        """Draw a part by itself, with the pixels around it that have a say."""
        around = self._around(part)
        seen, probability = self._answer(around)
        coordinates = None
        if self._answering.strength:
            coordinates = self._known.likeness.coordinates(seen.spectra())
        self._draw(part, around, probability, coordinates)

    def scored_around(self, part: Tile) -> Iterator[Tile]:
        """Score all cells that have a say in a part and are not scored yet, one by one."""
        around = self._around(part)
        box = (around.top, around.left, around.bottom, around.right)
        for cell in self._cells:
            if cell not in self._scored and _meets(cell, box):
                seen, self._probability[cell.place] = self._answer(cell)
                if self._answering.strength:
                    self._known.note(cell, seen.spectra)
                self._scored.add(cell)
                yield cell

    def finish(self, part: Tile) -> None:
        """Draw a part whose surroundings are scored."""
        around = self._around(part)
        coordinates = self._known.coordinates[around.place] if self._answering.strength else None
        self._draw(part, around, self._probability[around.place], coordinates)

    def let_go(self) -> None:
        """Let the pages of arrays that lie in files go."""
        release(self._cube.data)
        release(self._probability)
        if self._answering.strength:
            release(self._known.coordinates)

    def _around(self, part: Tile) -> Tile:
        reach = halo(self._answering.strength)
        top, left = max(0, part.top - reach), max(0, part.left - reach)
        bottom, right = (
            min(self._cube.lines, part.bottom + reach),
            min(self._cube.samples, part.right + reach),
        )
        return Tile(top, left, bottom - top, right - left)

    def _answer(self, tile: Tile) -> tuple[Seen, FloatArray]:
        """What is seen of a tile and its probabilities, 0 on background; its novelty is drawn."""
        seen = self._answering.look(tile)
        measured = seen.measured
        if not measured.any():
            return seen, np.zeros((*measured.shape, len(self._class_ids)), np.float32)
        probability = np.where(measured[..., None], self._answering.score(seen), np.float32(0))
        check_probability(probability, self._cube)
        if self._novelty is not None and seen.novelty is not None:
            self._novelty[tile.place] = np.where(measured, seen.novelty, np.float32(0))
        return seen, probability

    def _draw(
        self, part: Tile, around: Tile, probability: FloatArray, coordinates: FloatArray | None
    ) -> None:
        measured: BoolArray = np.any(probability, axis=-1)
        if coordinates is not None:
            edges = edges_of(np.asarray(coordinates), measured)
            probability = smooth(np.asarray(probability), edges, self._answering.strength)
        down, right = part.top - around.top, part.left - around.left
        inner = (slice(down, down + part.lines), slice(right, right + part.samples))
        found, measured = probability[inner], measured[inner]
        self._ids[part.place] = np.where(measured, self._class_ids[found.argmax(-1)], 0)
        self._confidence[part.place] = found.max(-1)
        self._next.put(part.place, found, self._class_ids)
        if self._smoothed is not None:
            self._smoothed[part.place] = found

    def prediction(self, *, partial: bool = False) -> Prediction:
        """The map so far; a copy, because drawing goes on."""
        novelty = self._novelty
        if partial and novelty is not None:
            novelty = novelty.copy()
        answering = self._answering
        found = Prediction(
            self._ids.copy() if partial else self._ids,
            self._confidence.copy() if partial else self._confidence,
            answering.classes,
            None if partial else self._smoothed,
            notes=answering.notes,
            from_words=answering.from_words,
            metrics=answering.metrics,
            novelty=novelty,
            live=True,
            partial=partial,
            next_best=self._next.copy() if partial else self._next,
            member_answers=answering.member_answers,
        )
        return found if partial else replace(found, notes=(*found.notes, *remark(found.novel_share)))
