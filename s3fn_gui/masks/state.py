"""The part of the session that looks for objects: the recipe in the making, what it would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.treating.feature_values import FeatureValues
from s3fn_core.cubes.treating.features import Band, Feature
from s3fn_core.cubes.treating.mask import Recipe, Step, Threshold
from s3fn_core.cubes.treating.objects import ObjectRow, Splitting
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Box, IdArray
from s3fn_gui.masks.values import Background, Choice, Voted
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.objects import ObjectPrediction

Shade = Literal["dim", "colour", "none"]
Page = Literal["find", "objects"]
OnShow = Literal["stroke", "mask", "preview", "nothing"]
MASK_TOOLS = ("mask_add", "mask_cut")
OBJECT_TOOLS = ("object", "object_label")
SMALLEST = 10  # pixels, to begin with: single pixels are noise


class MaskState(QObject):
    """Everything the mask panel and the image share.

    `judged` is what a model says of the objects of the map that is shown, `defect` the id of the class
    of small defects that is looked for (0: none).

    `selection` are the numbers of the objects selected, the one touched last (`selected`) at the end.
    `voted` are the maps whose objects have voted, by cube.

    `is_open` while the panel can be seen: only then is anything computed or shaded; `is_listed` while
    the table of objects can, which brings numbers and outlines, but no shade.  `window` is the visible
    part of the image.
    """

    recipe_changed = Signal()
    values_changed = Signal()
    background_changed = Signal()
    background_painted = Signal(object)
    ground_changed = Signal()
    objects_changed = Signal()
    selected_changed = Signal()
    look_changed = Signal()
    window_changed = Signal()
    vote_changed = Signal()
    judged_changed = Signal()
    object_looked_for = Signal(object)
    list_asked = Signal()
    stroke_ended = Signal(object)
    strokes_dropped = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._work = session.work
        session.work.aborted.connect(self.abort_stroke)
        session.cubes.current_changed.connect(self._clear)
        self.recipe = Recipe(Threshold(Band(0)), splitting=Splitting(smallest=SMALLEST))
        self.choice = Choice()
        self.dark = False
        self.values: FeatureValues | None = None
        self.preview: Background | None = None
        self.ground: ByteImage | None = None
        self.mask: Mask | None = None
        self.objects: tuple[ObjectRow, ...] = ()
        self._rows: dict[int, ObjectRow] = {}
        self.selection: tuple[int, ...] = ()
        self.is_open = self.is_listed = False
        self.page: Page = "find"
        self.shade: Shade = "dim"
        self.numbers = True
        self.vote = False
        self.defect = 0
        self.judged: ObjectPrediction | None = None
        self.voted: dict[str, Voted] = {}
        self.window: tuple[slice, slice] = (slice(0), slice(0))
        self.stroke: MaskStroke | None = None
        self.settling: MaskStroke | None = None

    # --- the recipe ----------------------------------------------------------------------------

    def set_recipe(self, recipe: Recipe, choice: Choice | None = None) -> None:
        """Replace the recipe in the making."""
        self.recipe = recipe
        self.choice = choice or Choice.of(recipe.threshold)
        if recipe.threshold is not None and (recipe.threshold.low is None) != (recipe.threshold.high is None):
            self.dark = recipe.threshold.low is None
        self.recipe_changed.emit()

    def set_feature(self, choice: Choice, feature: Feature | None) -> None:
        """Look at another grey image; the limits of the old one mean nothing for it."""
        threshold = None if feature is None else Threshold(feature)
        self.set_recipe(replace(self.recipe, threshold=threshold), choice)

    def set_limits(self, low: float | None, high: float | None) -> None:
        """What is foreground; limits in the wrong order are taken as they were meant."""
        threshold = self.recipe.threshold
        if threshold is None:
            return
        if low is not None and high is not None and low > high:
            low, high = high, low
        if (low, high) != (threshold.low, threshold.high):
            limited = replace(threshold, low=low, high=high)
            self.set_recipe(replace(self.recipe, threshold=limited), self.choice)

    def set_dark(self, dark: bool) -> None:
        """Objects are darker (or brighter) than the background: the limits change sides."""
        self.dark = dark
        threshold = self.recipe.threshold
        if threshold is not None and (threshold.low is None) != (threshold.high is None):
            self.set_limits(threshold.high, threshold.low)

    def propose(self) -> None:
        """Take Otsu's threshold."""
        if self.values is not None and self.values.proposal is not None:
            proposal = self.values.proposal
            self.set_limits(*((None, proposal) if self.dark else (proposal, None)))

    def set_steps(self, steps: tuple[Step, ...]) -> None:
        if steps != self.recipe.steps:
            self.set_recipe(replace(self.recipe, steps=steps), self.choice)

    def set_splitting(self, splitting: Splitting) -> None:
        if splitting != self.recipe.splitting:
            self.set_recipe(replace(self.recipe, splitting=splitting), self.choice)

    # --- what is computed ----------------------------------------------------------------------

    def set_values(self, values: FeatureValues | None) -> None:
        self.values = values
        self.values_changed.emit()

    def set_preview(self, preview: Background | None) -> None:
        self.preview = preview
        self.background_changed.emit()

    def set_ground(self, picture: ByteImage | None) -> None:
        """The picture without the mask, shown while one works on the mask."""
        self.ground = picture
        self.ground_changed.emit()

    def set_objects(self, mask: Mask | None, rows: Iterable[ObjectRow]) -> None:
        """The objects of the mask that the current cube has; the selection follows its object."""
        before = [self._place_of(number) for number in self.selection]
        self.mask, self.objects = mask, tuple(rows)
        self._rows = {row.number: row for row in self.objects}
        self.objects_changed.emit()
        if before:
            self.select(*(None if mask is None else _number_at(mask, place) for place in before))
        self.background_changed.emit()

    def _place_of(self, number: int) -> Position:
        """A pixel of an object."""
        assert self.mask is not None
        top, left, bottom, right = self.row(number).box
        inside = np.argwhere(self.mask.objects[top:bottom, left:right] == number)
        line, sample = inside[len(inside) // 2]
        return int(line) + top, int(sample) + left

    def row(self, number: int) -> ObjectRow:
        """What is known of an object."""
        return self._rows[number]

    # --- how it is looked at -------------------------------------------------------------------

    def set_open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self.look_changed.emit()

    def set_listed(self, is_listed: bool) -> None:
        if is_listed != self.is_listed:
            self.is_listed = is_listed
            self.look_changed.emit()

    def set_look(
        self, *, page: Page | None = None, shade: Shade | None = None, numbers: bool | None = None
    ) -> None:
        """Change what is shown above the image."""
        self.page, self.shade = page or self.page, shade or self.shade
        self.numbers = self.numbers if numbers is None else numbers
        self.look_changed.emit()

    def set_vote(self, vote: bool) -> None:
        """Whether each object of a map gets one class."""
        self.vote = vote
        self.vote_changed.emit()

    def set_defect(self, class_id: int) -> None:
        """Look for small defects of a class on every object; 0 for none."""
        if class_id != self.defect:
            self.defect = class_id
            self.vote_changed.emit()

    def set_judged(self, judged: ObjectPrediction | None) -> None:
        """What the objects of the map that is shown are."""
        if judged is not self.judged:
            self.judged = judged
            self.judged_changed.emit()

    def set_window(self, lines: slice, samples: slice) -> None:
        """What of the image is in view."""
        if (lines, samples) != self.window:
            self.window = lines, samples
            self.window_changed.emit()

    @property
    def selected(self) -> int | None:
        """The object that was selected last."""
        return self.selection[-1] if self.selection else None

    def select(self, *numbers: int | None) -> None:
        """Select objects; nothing that there is not."""
        known = {row.number for row in self.objects}
        selection = tuple(number for number in numbers if number is not None and number in known)
        if selection != self.selection:
            self.selection = selection
            self.selected_changed.emit()

    def select_at(self, position: Position, *, more: bool = False) -> None:
        """Select the object under the cursor, or none; `more` adds it to the others, or takes it away."""
        number = self.number_at(position)
        if not more:
            self.select(number)
        elif number is not None:
            others = [other for other in self.selection if other != number]
            self.select(*others, *([] if number in self.selection else [number]))

    def number_at(self, position: Position) -> int | None:
        """The object at a pixel."""
        return None if self.mask is None else _number_at(self.mask, position)

    def look_for(self, number: int) -> None:
        """Bring an object into view."""
        self.object_looked_for.emit(self.row(number))

    # --- the brush -----------------------------------------------------------------------------

    def begin_stroke(self, item: OpenCube, position: Position, add: bool, size: int) -> None:
        """Start to add to the mask of a cube, or to cut from it; nothing without a mask."""
        if item.treatment.mask is None:
            return
        settling = self.settling
        base = item.treatment.mask.objects > 0 if settling is None else settling.mask
        self.stroke = MaskStroke(item, base, add, size)
        self._work.set_painting(self, True)
        self.background_changed.emit()
        self.extend_stroke(position)

    def extend_stroke(self, position: Position) -> None:
        if self.stroke is not None:
            self.background_painted.emit(self.stroke.extend(position))

    def end_stroke(self) -> None:
        """The stroke is done; its objects are numbered next."""
        stroke, self.stroke = self.stroke, None
        self._work.set_painting(self, False)
        if stroke is not None and stroke.changed:
            self._settle(stroke)
            self.stroke_ended.emit(stroke)
        elif stroke is not None:
            self.background_changed.emit()

    def settled(self, stroke: MaskStroke) -> None:
        """A stroke has become a mask; it stays shaded while there is a newer one."""
        if self.settling is stroke:
            self._settle(None)
            self.background_changed.emit()

    def abort_stroke(self) -> None:
        """Take the running stroke back."""
        self._work.set_painting(self, False)
        if self.stroke is not None:
            self.stroke = None
            self.background_changed.emit()

    def drop_strokes(self) -> None:
        """Take back all strokes whose objects are not numbered yet."""
        if self.settling is not None:
            self._settle(None)
            self.strokes_dropped.emit()
            self.background_changed.emit()

    def _clear(self) -> None:
        """Another cube is shown: nothing that was computed is true for it."""
        self.stroke = None
        self._work.set_painting(self, False)
        self._settle(None)
        self.values = self.preview = self.ground = self.mask = None
        self.objects, self.selection = (), ()
        for signal in (
            self.values_changed,
            self.background_changed,
            self.ground_changed,
            self.objects_changed,
            self.selected_changed,
        ):
            signal.emit()

    def _settle(self, stroke: MaskStroke | None) -> None:
        """A stroke is done whose objects are not numbered yet: undo takes it back."""
        self.settling = stroke
        self._work.pending = None if stroke is None else self.drop_strokes


def on_show(state: MaskState, item: OpenCube | None, tool: str) -> OnShow:
    """What is shaded above the image of a cube: the newest of what one works on."""
    working = tool in (*MASK_TOOLS, *OBJECT_TOOLS)
    if item is None or state.shade == "none" or not (state.is_open or working):
        return "nothing"
    if state.stroke is not None or state.settling is not None:
        return "stroke"
    mask = item.treatment.mask
    if mask is not None and (working or state.page == "objects" or mask.recipe == state.recipe):
        return "mask"
    return "preview" if state.page == "find" else "nothing"


def objects_on_show(state: MaskState, what: OnShow) -> bool:
    """Whether the objects of the mask are outlined: beside their shade, or beside their table."""
    return what == "mask" or (state.is_listed and what == "nothing")


def _number_at(mask: Mask, position: Position) -> int | None:
    line, sample = position
    lines, samples = mask.objects.shape
    inside = 0 <= line < lines and 0 <= sample < samples
    return int(mask.objects[line, sample]) or None if inside else None


class MaskStroke:
    """Adds pixels to a copy of a mask, or cuts them from it.

    Attributes
    ----------
    background : array of uint8, shape (lines, samples)
        1 where the mask is not, as it is being painted.
    changed : int
        Pixels that are others now.
    """

    def __init__(self, item: OpenCube, mask: BoolArray, add: bool, size: int) -> None:
        self.item = item
        self.add = add
        self.background: IdArray = (~mask).view(np.uint8)
        self.changed = 0
        self._size = size
        self._last: Position | None = None

    @property
    def mask(self) -> BoolArray:
        """The mask with what was painted."""
        mask: BoolArray = self.background == 0
        return mask

    def extend(self, position: Position) -> Box:
        """Paint from the last position to this one; where it was."""
        lines, samples = self.background.shape
        start = position if self._last is None else self._last
        self._last = position
        box, touched = brush_stroke((lines, samples), start, position, self._size)
        top, left, bottom, right = box
        here = self.background[top:bottom, left:right]
        after = np.uint8(0 if self.add else 1)
        self.changed += int(np.count_nonzero(touched & (here != after)))
        here[touched] = after
        return box

    @property
    def text(self) -> str:
        """What the undo menu calls it."""
        if self.add:
            return tr("Add to the mask ({pixels} px)", pixels=self.changed)
        return tr("Cut from the mask ({pixels} px)", pixels=self.changed)
