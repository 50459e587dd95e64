"""The part of the session that draws: strokes, shapes, what grows from a pixel, superpixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.similar import Numbers
from s3fn_core.labels.labelmap import LabelEdit, merge_edits
from s3fn_core.labels.shapes import Box, brush_stroke
from s3fn_core.types import BoolArray, FloatArray
from s3fn_gui.labels.drawing.splitting import Splitting
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.work import Preview, Work

if TYPE_CHECKING:
    from s3fn_gui.session.session import Session


NO_CLASS = "Add a class first: the tools paint the class that is selected."
PROTECTED = "Nothing was painted: the classes there are protected, locked or not the one to split."
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


class Drawing(QObject):
    """Everything that tools share.  All labels are painted here, and nowhere else protected.

    `work` is the tool's action that Esc would take back, `growth` what is growing, `preview` what
    is shown above the image.
    """

    preview_changed = Signal()
    growth_changed = Signal()
    superpixels_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._stroke: Stroke | None = None
        self._verb = ""
        self._superpixels: list[Superpixels] = []
        self.splitting = Splitting(session)
        self.work: Work | None = None
        self.growth: Growth | None = None
        self.preview: Preview | None = None

    # --- painting ------------------------------------------------------------------------------

    def edit(self, item: OpenCube, box: Box, mask: BoolArray, class_id: int) -> LabelEdit:
        """The edit that paints a class and leaves alone what is protected."""
        protect, locked = self._session.view.protect, self._session.locked
        if class_id and class_id == self.splitting.part:
            mask, protect = self.splitting.inside(item, box, mask), False
        return item.labels.edit(box, mask, class_id, protect, locked)

    def class_to_paint(self, erase: bool) -> int | None:
        """The id to paint, 0 to erase; None, and a word about it, without a class."""
        if erase:
            return 0
        if self._session.current_class is None:
            self._session.report("info", NO_CLASS)
            return None
        return self.splitting.class_to_paint() or self._session.class_id

    def paint(self, box: Box, mask: BoolArray, verb: str, erase: bool) -> None:
        """Give some pixels the current class, or none: one step to undo."""
        item, class_id = self._session.current, self.class_to_paint(erase)
        if item is None or class_id is None or not mask.any():
            return
        edit = self.edit(item, box, mask, class_id)
        if edit.is_empty and class_id and (self._ids(item, box)[mask] != class_id).any():
            self._session.report("info", PROTECTED)
        self._push(item, edit, class_id, verb)

    def _push(self, item: OpenCube, edit: LabelEdit, class_id: int, verb: str, done: bool = False) -> None:
        if class_id and class_id == self.splitting.part:
            self.splitting.push(item, edit, done)
        else:
            self._session.push_labels(item, edit, self._text(edit, class_id, verb), done)

    @staticmethod
    def _ids(item: OpenCube, box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        top, left, bottom, right = box
        return item.labels.ids[top:bottom, left:right]

    def _text(self, edit: LabelEdit, class_id: int, verb: str) -> str:
        what = f"{verb} {self._session.classes[class_id].name}" if class_id else "Erase"
        return f"{what} ({edit.pixels} px)"

    # --- strokes -------------------------------------------------------------------------------

    def begin_stroke(self, position: Position, erase: bool) -> None:
        """Start to paint the current class with the brush, or to erase."""
        if self.open_stroke(erase, "Paint"):
            self.extend_stroke(position)

    def open_stroke(self, erase: bool, verb: str) -> bool:
        """Start a stroke without a pixel yet; False where nothing can be painted."""
        self.abort_stroke()
        item, class_id = self._session.current, self.class_to_paint(erase)
        if item is None or class_id is None:
            return False
        view = self._session.view
        size, square = view.brush_size, view.options.square
        self._stroke = Stroke(item, class_id, self.edit, size, square)
        self._verb = verb
        return True

    def extend_stroke(self, position: Position) -> None:
        """The brush has moved."""
        if self._stroke is not None:
            self._tell(self._stroke.extend(position))

    def add_to_stroke(self, box: Box, mask: BoolArray) -> None:
        """Some more pixels belong to the stroke."""
        if self._stroke is not None:
            self._tell(self._stroke.add(box, mask))

    def end_stroke(self) -> None:
        """Finish the stroke; it becomes one step to undo."""
        stroke, self._stroke = self._stroke, None
        edit = None if stroke is None else stroke.finish()
        if stroke is not None and edit is not None:
            self._push(stroke.item, edit, stroke.class_id, self._verb, done=True)

    def abort_stroke(self) -> None:
        """Take the running stroke back."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._tell(stroke.abort())

    def _tell(self, edit: LabelEdit | None) -> None:
        if edit is not None:
            self._session.labels_changed.emit(edit.box)

    @property
    def is_painting(self) -> bool:
        """Whether labels or a mask are on show that no undo step has yet."""
        return self._stroke is not None or self._session.mask.is_painting

    # --- what is being drawn -------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether there is something that Esc would take back."""
        return self.work is not None or self.is_painting

    def begin(self, work: Work) -> None:
        """A tool has begun something."""
        if self.work is not work:
            self.abort()
            self.work = work

    def end(self) -> None:
        """It is done, or given up."""
        self.work = None
        self.set_preview(None)

    def abort(self) -> None:
        """Take back everything that is not done."""
        work, self.work = self.work, None
        if work is not None:
            work.abort()
        self.abort_stroke()
        self._session.mask.abort_stroke()
        self.set_growth(None)
        self.set_preview(None)

    def step_back(self) -> None:
        """Take back the last part of what is being drawn."""
        if self.work is not None:
            self.work.step_back()
        else:
            self.abort()

    def set_preview(self, preview: Preview | None) -> None:
        """Show something above the image."""
        if preview is not None or self.preview is not None:
            self.preview = preview
            self.preview_changed.emit()

    # --- what is alike -------------------------------------------------------------------------

    def grow(self, tool: str, seed: Position, erase: bool) -> bool:
        """Look for the pixels around a seed that are like it; False where there is no pixel."""
        item = self._session.current
        if item is None or not item.contains(seed) or self.class_to_paint(erase) is None:
            return False
        self.set_growth(Growth(tool, item, item.cube, seed, erase))
        return True

    def set_growth(self, growth: Growth | None) -> None:
        """Another seed, or none."""
        if growth is not self.growth:
            self.growth = growth
            self.growth_changed.emit()

    @property
    def superpixels(self) -> Superpixels | None:
        """Those of the cube on show in the size wanted, where they are known."""
        item, size = self._session.current, self._session.view.options.superpixel
        fitting = (
            s for s in self._superpixels if item is not None and s.cube is item.cube and s.size == size
        )
        return next(fitting, None)

    def forget_closed(self) -> None:
        """Superpixels of cubes that are not open any more go."""
        cubes = [item.cube for item in self._session.items]
        self._superpixels = [s for s in self._superpixels if any(s.cube is c for c in cubes)]

    def keep_superpixels(self, found: Superpixels) -> None:
        """They were made; the oldest go."""
        self._superpixels = [*self._superpixels, found][-KEPT_MAPS:]
        self.superpixels_changed.emit()


MakeEdit = Callable[[OpenCube, Box, BoolArray, int], LabelEdit]


class Stroke:
    """One movement: painted live, finished as one edit or taken back as a whole.

    `make` gives the edit that paints a class where a mask is set; it knows what is protected.
    """

    def __init__(
        self, item: OpenCube, class_id: int, make: MakeEdit, size: int = 1, square: bool = False
    ) -> None:
        self.item = item
        self.class_id = class_id
        self._make = make
        self._size = size
        self._square = square
        self._whole: LabelEdit | None = None
        self._last: Position | None = None

    def extend(self, position: Position) -> LabelEdit | None:
        """Brush from the last position to this one; the edit made, None where nothing changed."""
        start = position if self._last is None else self._last
        self._last = position
        shape = self.item.labels.shape
        return self.add(*brush_stroke(shape, start, position, self._size, square=self._square))

    def add(self, box: Box, mask: BoolArray) -> LabelEdit | None:
        """Paint some pixels; the edit made, None where nothing changed."""
        if not mask.any():
            return None
        edit = self._make(self.item, box, mask, self.class_id)
        if edit.is_empty:
            return None
        self.item.apply(edit)
        self._whole = edit if self._whole is None else merge_edits((self._whole, edit))
        return edit

    def finish(self) -> LabelEdit | None:
        """Everything that was painted, as one edit."""
        return self._whole

    def abort(self) -> LabelEdit | None:
        """Take everything back; the edit that was reverted."""
        whole, self._whole = self._whole, None
        if whole is not None:
            self.item.apply(whole, undo=True)
        return whole
