"""The part of the session that says how things are looked at; never saved, never undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.region import RegionSpectrum
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_core.types import Box, FloatArray, IdArray
from s3fn_gui.base.colour_maps import GREY
from s3fn_gui.base.tool_options import ToolOptions
from s3fn_gui.session.cube import Position
from s3fn_gui.session.map_look import Calmed, Difference, MapLayer, MapLook

Mode = Literal["colour", "band"]
OverlayName = Literal["labels", "prediction", "values", "scale_bar"]


@dataclass(frozen=True)
class Overlay:
    """One overlay of the image."""

    visible: bool = True
    opacity: float = 0.6


class ViewState(QObject):
    """Tool, brush, overlays, the band shown, and what lies under the cursor.

    `map_layer` is what is wanted of maps; those that lack it show their classes.  `map_look` is how
    these are drawn, `calmed` what was worked out for that.  While `blind`, no map is shown at all.
    """

    tool_changed = Signal(str)
    brush_changed = Signal()
    overlays_changed = Signal()
    blind_changed = Signal()
    mode_changed = Signal()
    picture_changed = Signal()
    hovered = Signal()
    statistics_changed = Signal()
    fit_requested = Signal()
    zoom_requested = Signal(float)
    pixels_requested = Signal()
    class_looked_for = Signal(int)
    map_settings_asked = Signal()
    member_answers_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison = Comparison(self)
        self.looks = Looks(self)
        self.tool = "inspect"
        self.options = ToolOptions()
        self.protect = False
        self.mode: Mode = "colour"
        self.seen: Box | None = None  # the part of the image in view, kept up to date by the canvas
        self.band = 0
        self.picture: Picture | None = None
        self.hover: Position | None = None
        self.hover_spectrum: FloatArray | None = None
        self.labels = Overlay(opacity=0.9)
        self.prediction = Overlay(opacity=0.45)
        self.map_layer: MapLayer = "classes"
        self.map_look = MapLook()
        self.calmed: Calmed | None = None
        self.difference: Difference | None = None
        self.pixel_card = True  # the best classes of the pixel under the cursor are told above the image
        self.member_answers: tuple[MemberAnswer, ...] = ()
        self.values = Overlay(opacity=1.0)  # of confidence and novelty: a scale is read by its colours
        self.scale_bar = Overlay(opacity=1.0)
        self.statistics: dict[int, RegionSpectrum] = {}
        self.blind = False
        self.stays = False  # at a place that waits for its label
        self._unhidden = True

    def set_tool(self, tool: str) -> None:
        """Choose what the mouse does on the image."""
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)

    @property
    def brush_size(self) -> int:
        """Of the brush in use, in pixels."""
        return self.options.size(self.tool)

    def set_brush(self, *, size: int | None = None, protect: bool | None = None) -> None:
        """Change the brush in use; its size is clipped to what is possible."""
        self.protect = self.protect if protect is None else protect
        options = self.options if size is None else self.options.with_size(self.tool, size)
        self.set_options(options)

    def set_square(self, square: bool) -> None:
        """Brushes are square, or round."""
        self.set_options(replace(self.options, square=square))

    def set_options(self, options: ToolOptions) -> None:
        """Change what is remembered of the tools."""
        self.options = options
        self.brush_changed.emit()

    def step_tool(self, steps: int) -> None:
        """A larger or smaller brush, angle or superpixel, whatever the tool has."""
        self.set_options(self.options.stepped(self.tool, steps))

    def set_overlay(self, name: OverlayName, **changes: Any) -> None:
        """Change visibility or opacity of an overlay; a map stays hidden while one must be blind to it."""
        if self.blind and name == "prediction":
            self._unhidden = bool(changes.pop("visible", self._unhidden))
        setattr(self, name, replace(getattr(self, name), **changes))
        self.overlays_changed.emit()

    def set_blind(self, blind: bool) -> None:
        """Hide the map and what it says of pixels, or show it again as it was, or was asked for since."""
        if blind != self.blind:
            self._unhidden = self.prediction.visible if blind else self._unhidden
            self.blind = False
            self.set_overlay("prediction", visible=not blind and self._unhidden)
            self.blind = blind
            self.blind_changed.emit()

    def show_map_layer(self, layer: MapLayer) -> None:
        """Show the map, and that of it: its classes, or how sure or new every pixel is."""
        self.map_layer = layer
        self.set_overlay("prediction", visible=True)

    def set_map_look(self, **changes: Any) -> None:
        """Draw the classes of maps in another way, and show the map."""
        look = replace(self.map_look, **changes)
        if look != self.map_look:
            self.map_look = look
            self.set_overlay("prediction", visible=True)

    def set_calmed(self, calmed: Calmed | None) -> None:
        """What a look needs of a map was worked out."""
        self.calmed = calmed
        self.overlays_changed.emit()

    def set_difference(self, difference: Difference | None) -> None:
        """Draw what differs from another map, or no longer."""
        first, self.difference = self.difference is None, difference
        if difference is None and self.map_layer == "changes":
            self.map_layer = "classes"
        elif difference is not None and first:
            self.map_layer = "changes"
        self.overlays_changed.emit()

    def show_changes(self, chosen: tuple[int, int] | None) -> None:
        """Draw only pixels that were one class and are another, or all that differ."""
        if self.difference is not None:
            self.difference = replace(self.difference, chosen=chosen)
            self.show_map_layer("changes")

    def set_pixel_card(self, on: bool) -> None:
        """Tell the best classes of the pixel under the cursor, or do not."""
        self.pixel_card = on
        self.overlays_changed.emit()

    def set_member_answers(self, answers: tuple[MemberAnswer, ...]) -> None:
        """Who says what of the pixel under the cursor; nothing while that is not known."""
        if answers != self.member_answers:
            self.member_answers = answers
            self.member_answers_changed.emit()

    def show_mode(self, mode: Mode, band: int | None = None) -> None:
        """Show the colour composite, or a single band."""
        band = self.band if band is None else band
        if (mode, band) != (self.mode, self.band):
            self.mode, self.band = mode, band
            self.mode_changed.emit()

    def set_picture(self, picture: Picture | None) -> None:
        self.picture = picture
        self.picture_changed.emit()

    def set_hover(self, position: Position | None, spectrum: FloatArray | None) -> None:
        """The pixel under the cursor and its spectrum, None outside of the image."""
        if position != self.hover:
            self.hover, self.hover_spectrum = position, spectrum
            self.set_member_answers(())
            self.hovered.emit()

    def set_statistics(self, statistics: dict[int, RegionSpectrum]) -> None:
        self.statistics = statistics
        self.statistics_changed.emit()

    def look_for(self, class_id: int) -> None:
        """Bring labels of a class into view, where none is."""
        self.class_looked_for.emit(class_id)

    def fit(self) -> None:
        """Show the whole image."""
        self.fit_requested.emit()

    def zoom(self, factor: float) -> None:
        """Enlarge what is under the cursor, or in the middle."""
        self.zoom_requested.emit(factor)

    def show_pixels(self) -> None:
        """One pixel of the image on one of the screen."""
        self.pixels_requested.emit()


@dataclass(frozen=True)
class KeptPicture:
    """What stays of a picture (not the values behind it), and the name of the cube it shows."""

    image: ByteImage
    caption: str
    name: str
    colour_map: str = GREY

    def fits(self, cube: Cube) -> bool:
        """Whether the pictures of `cube` have as many lines and samples."""
        return self.image.shape[:2] == (cube.lines, cube.samples)


@dataclass(frozen=True, eq=False)
class MapBefore:
    """A map that is drawn left of the handle in the place of the one shown; `of` says what differs."""

    ids: IdArray
    classes: ClassSet
    captions: tuple[str, str]
    of: Literal["words", "models"] = "words"


class Comparison(QObject):
    """The picture left of the handle, None while nothing is compared; and a map, if there is one.

    `map_aside` says that the prediction is drawn right of the handle only.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: KeptPicture | None = None
        self.before: MapBefore | None = None
        self.map_aside = False

    def keep(
        self, picture: Picture | None, name: str, colour_map: str = GREY, before: MapBefore | None = None
    ) -> None:
        """Compare with `picture` from now on; without a picture there is nothing to keep."""
        self.before = None if picture is None else before
        self.kept = None if picture is None else KeptPicture(picture.image, picture.caption, name, colour_map)
        self.changed.emit()

    def end(self) -> None:
        """Show one picture alone again."""
        if self.kept is not None:
            self.kept = self.before = None
            self.changed.emit()

    def set_map_aside(self, aside: bool) -> None:
        self.map_aside = aside
        self.changed.emit()


class Looks(QObject):
    """The colours of grey pictures, and whether the limits stay while the bands change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colour_map = GREY
        self.hold = False

    def set_colour_map(self, name: str) -> None:
        """One of :data:`s3fn_gui.base.colour_maps.COLOUR_MAPS`."""
        if name != self.colour_map:
            self.colour_map = name
            self.changed.emit()

    def set_hold(self, hold: bool) -> None:
        """Keep the limits in use while other bands are chosen."""
        if hold != self.hold:
            self.hold = hold
            self.changed.emit()
