"""The open cubes: which there are, which one is shown, and what is made and shown of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_gui.session.basis import Basis
from s3fn_gui.session.cube import OpenCube, Position, Shown
from s3fn_gui.session.view import Mode, ViewState
from s3fn_gui.session.work import UnderWay

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


class OpenCubes(QObject):
    """Every change of a cube comes through here and is followed by a signal.

    `leaving` comes before a cube is closed or replaced, while it can still be found; `listed` when
    the user has opened or closed one, `changed` whenever others are open, `composite_changed` when
    the current one is to be shown in another way, `drawn` when a thumbnail has changed.
    """

    listed = Signal()
    changed = Signal()
    drawn = Signal()
    current_changed = Signal()
    treatment_changed = Signal()
    composite_changed = Signal()
    prediction_changed = Signal()
    leaving = Signal()

    def __init__(self, view: ViewState, work: UnderWay, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._work = work
        self.items: list[OpenCube] = []
        self.current: OpenCube | None = None
        self.closed: set[str] = set()
        view.mode_changed.connect(self._follow_band)

    def add(self, item: OpenCube) -> None:
        """Open a cube, or replace the one with the same key, and show it."""
        if item.key in (keys := [i.key for i in self.items]):
            self.leaving.emit()
            self.items[keys.index(item.key)] = item
        else:
            self.items.append(item)
        self.closed.discard(item.key)
        self._tell_list()
        self.select(item.key)

    def add_all(self, items: Sequence[OpenCube]) -> None:
        """Open the cubes of a project and show the first; each by itself would be shown in turn."""
        new = {item.key: item for item in items}
        self.items = [*(item for item in self.items if item.key not in new), *new.values()]
        self.closed -= new.keys()
        self._tell_list()
        if items:
            self.select(items[0].key)

    def remove(self, key: str) -> None:
        """Close a cube; its labels go with it."""
        self._work.abort()
        self.leaving.emit()
        self.items = [i for i in self.items if i.key != key]
        self.closed.add(key)
        self._tell_list()
        if self.current is not None and self.current.key == key:
            self._show(self.items[0] if self.items else None)

    def _tell_list(self) -> None:
        self.listed.emit()
        self.changed.emit()

    def clear(self) -> None:
        """Forget all of them: another project is opened."""
        self.items = []
        self._show(None)
        self.changed.emit()

    def select(self, key: str) -> None:
        """Show one of the open cubes."""
        self._work.abort()
        self._show(self.item(key))

    def item(self, key: str) -> OpenCube:
        """The open cube called `key`."""
        return next(i for i in self.items if i.key == key)

    def find(self, cube: Cube) -> OpenCube | None:
        """The open cube whose values these are; None once it was closed or treated otherwise."""
        return next((i for i in self.items if i.cube is cube), None)

    def _show(self, item: OpenCube | None) -> None:
        self.current = item
        self._view.mode = "colour"
        self._view.band = item.marked_bands[0] if item is not None and item.marked_bands else 0
        self._view.statistics = {}
        self.hover(None)
        self.current_changed.emit()
        self._view.mode_changed.emit()

    # --- what is made and shown of one ---------------------------------------------------------

    def treat(self, key: str, treatment: Treatment, shown: Shown | None = None) -> None:
        """Treat a cube; see :meth:`OpenCube.treat`.  Only undo steps call this."""
        item = self.item(key)
        item.treat(treatment, shown)
        if item is self.current:
            self.hover(None)
            self.treatment_changed.emit()
            self.prediction_changed.emit()

    @property
    def wanted(self) -> Composite | None:
        """What the current cube is to be shown as; its picture may still be in the making."""
        if self.current is None:
            return None
        return self.current.single if self._view.mode == "band" else self.current.composite

    def set_composite(self, composite: Composite) -> None:
        """Show the current cube in another way; its picture is drawn next."""
        if (item := self.current) is None:
            return
        mode: Mode = "band" if composite.kind == "band" else "colour"
        band = composite.channels[0] if mode == "band" else self._view.band
        if mode == "band":
            item.single = composite
        else:
            item.composite = composite
        if (mode, band) == (self._view.mode, self._view.band):
            self.composite_changed.emit()
        else:
            self._view.show_mode(mode, band)

    def _follow_band(self) -> None:
        """Another band is shown in the look of the last one."""
        if self.current is not None and self._view.mode == "band":
            self.current.single = self.current.single_band(self._view.band, self._view.looks.hold)

    def set_colours(self, item: OpenCube, picture: Picture) -> None:
        """The picture of a cube in colours was drawn."""
        item.colour, found = picture, picture.rendering.components
        if found is not None:
            item.components[found.method] = found
        self._show_colours(item)

    def keep_colours(self, item: OpenCube) -> None:
        """Another picture in colours cannot be drawn: stay with the one there is."""
        item.composite = item.colour.composite
        self._show_colours(item)

    def _show_colours(self, item: OpenCube) -> None:
        if item is self.current and self._view.mode == "colour":
            self._view.set_picture(item.colour)

    def set_thumbnail(self, item: OpenCube, thumbnail: ByteImage) -> None:
        """The small picture of a cube, once its large one rests."""
        item.thumbnail = thumbnail
        self.drawn.emit()

    def set_prediction(self, key: str, prediction: Prediction | None, basis: Basis | None = None) -> None:
        """A map of one of the cubes; dropped if the cube has been closed since.

        `basis` is what it was made from, where that was no model.
        """
        for item in self.items:
            if item.key == key:
                item.prediction, item.basis = prediction, basis
        self.prediction_changed.emit()

    # --- looking -------------------------------------------------------------------------------

    def step_band(self, steps: int) -> None:
        """Show the band that many further on."""
        if self.current is not None:
            band = min(max(self._view.band + steps, 0), self.current.cube.bands - 1)
            self._view.show_mode("band", band)

    def hover(self, position: Position | None) -> None:
        """The cursor is on a pixel, or (None) outside of the image; its spectrum is read once."""
        if (item := self.current) is None or position is None or not item.contains(position):
            self._view.set_hover(None, None)
        elif position != self._view.hover:
            self._view.set_hover(position, item.cube.spectrum(*position))
