"""The ring around the place to label."""

from __future__ import annotations

from s3fn_gui.model.next_place.state import NextPlaceState
from s3fn_gui.picture.canvas.pixel_mark import PixelMark


class PlaceLayer(PixelMark):
    """Marks the place on the image."""

    def __init__(self, state: NextPlaceState) -> None:
        super().__init__(state)
        self._state = state
        state.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.mark(self._state.position)
