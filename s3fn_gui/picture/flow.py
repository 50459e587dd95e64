"""What is drawn in the background while one looks: bands and composites."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.viewing.composite import FITTED, KINDS, Composite
from s3fn_core.cubes.viewing.picture import Picture, draw, draw_band, stretched, thumbnail
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

DRAWING = tr("Drawing")


@dataclass(frozen=True, eq=False)
class PictureJob:
    """A composite in the making."""

    item: OpenCube
    cube: Cube
    composite: Composite

    def makes(self, item: OpenCube) -> bool:
        """Whether it becomes what `item` is to show now, be it stretched in another way."""
        return self.cube is item.cube and self.composite.shows_same(item.composite)


class PictureFlow(Flow):
    """The newest wish wins; an older one that is still being read is dropped."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._drawing: PictureJob | None = None
        self._stretch_next: tuple[OpenCube, Picture, Composite] | None = None
        self._stretched: OpenCube | None = None
        self._thumbnail_rest = resting(self, self._renew_thumbnail)
        session = context.session
        session.view.mode_changed.connect(self._draw)
        session.cubes.composite_changed.connect(self._draw)
        session.cubes.treatment_changed.connect(self.redraw)

    # --- wishes --------------------------------------------------------------------------------

    def choose_bands(self, bands: tuple[int, ...]) -> None:
        """The picture's bands were dragged: another false colour, ratio or difference."""
        item, view = self._session.cubes.current, self._session.view
        if item is None:
            return
        if bands == item.marked_bands:
            view.set_picture(view.picture)  # markers back in place
            return
        kind = "false" if item.composite.kind == "true" else item.composite.kind
        composite = with_channels(item.composite, bands, view.looks.hold, kind)
        self._session.cubes.set_composite(composite)

    def redraw(self) -> None:
        """The cube's values are others now."""
        item = self._session.cubes.current
        if item is not None:
            self._compose(item)
            self._draw()

    def _draw(self) -> None:
        """Show what is wanted; the present picture stays until the new one is drawn."""
        item, view = self._session.cubes.current, self._session.view
        if item is None:
            view.set_picture(None)
        elif view.mode == "band":
            self._make_way()
            self._draw_band(item, item.single)
        else:
            self._runner.cancel("band")
            if item.is_drawn or not self._shows(item.cube):
                view.set_picture(item.colour)
            self._compose(item)

    def _make_way(self) -> None:
        """Bands follow a slider: what reads much of the file beside them waits until it is shown.

        Components go on, which somebody has asked for and waits for.
        """
        if self._drawing is not None and self._drawing.composite.kind not in FITTED:
            self._drawing = None
            self._runner.cancel("picture")

    def _shows(self, cube: Cube) -> bool:
        picture = self._session.view.picture
        return picture is not None and picture.rendering.cube is cube

    # --- composites ----------------------------------------------------------------------------

    def _compose(self, item: OpenCube) -> None:
        """Draw the picture in colours, unless it is there or in the making."""
        running = self._drawing
        if item.is_drawn or _can_stretch(item.colour, item.cube, item.composite):
            if running is not None and running.item is item:
                self._drawing = None
                self._runner.cancel("picture")
            if not item.is_drawn:
                self._stretch(item, item.colour, item.composite)
        elif running is None or not running.makes(item):
            self._start(PictureJob(item, item.cube, item.composite))

    def _start(self, drawing: PictureJob) -> None:
        self._drawing = drawing
        item, cube, composite = drawing.item, drawing.cube, drawing.composite
        components = item.components.get(composite.kind)

        def done(picture: Picture) -> None:
            if self._ended(drawing) and drawing.makes(item):
                self._drawn(item, picture)

        def failed(error: BaseException) -> None:
            if self._ended(drawing) and drawing.makes(item):
                self._session.cubes.keep_colours(item)
                self._errors.show(tr("The picture"), error)

        def cancelled() -> None:
            if self._ended(drawing) and drawing.makes(item):
                self._session.cubes.keep_colours(item)

        self._runner.start(
            "picture",
            KINDS[composite.kind].label if composite.kind in FITTED else DRAWING,
            lambda: draw(cube, composite, components),
            done,
            failed=failed,
            cancelled=cancelled,
            brief=composite.kind not in FITTED,
        )

    def _ended(self, drawing: PictureJob) -> bool:
        """Note that a drawing has come to an end; whether it was still wanted."""
        is_newest = self._drawing is drawing
        if is_newest:
            self._drawing = None
        return is_newest

    def _drawn(self, item: OpenCube, picture: Picture) -> None:
        """A composite is there; its stretch may have been changed while it was drawn."""
        self._session.cubes.set_colours(item, picture)
        self._session.cubes.set_thumbnail(item, thumbnail(picture.image))
        self._compose(item)

    # --- the same values in another stretch ----------------------------------------------------

    def _stretch(self, item: OpenCube, picture: Picture, composite: Composite) -> None:
        """Follow a limit that is dragged: pictures one after the other, none is broken off.

        Were each broken off by the next wish, there would be no picture before the mouse rests.
        """
        self._stretch_next = (item, picture, composite)
        if self._runner.get("stretch") is None:
            self._go_on_stretching()

    def _go_on_stretching(self) -> None:
        if self._stretch_next is None:
            return
        item, picture, composite = self._stretch_next
        self._stretch_next = None

        def done(new: Picture) -> None:
            self._show_stretched(item, new)
            self._go_on_stretching()

        self._runner.start("stretch", DRAWING, lambda: stretched(picture, composite), done, brief=True)

    def _show_stretched(self, item: OpenCube, picture: Picture) -> None:
        composite, view = picture.composite, self._session.view
        here = item is self._session.cubes.current and picture.rendering.cube is item.cube
        if composite.kind == "band":
            last = self._stretch_next is not None or composite == item.single
            if here and last and (view.mode, view.band) == ("band", composite.channels[0]):
                view.set_picture(picture)
        elif picture.rendering.cube is item.cube and composite.shows_same(item.composite):
            self._stretched = item
            self._session.cubes.set_colours(item, picture)
            self._thumbnail_rest.start()

    def _renew_thumbnail(self) -> None:
        item = self._stretched
        if item is not None and item in self._session.cubes.items:
            self._session.cubes.set_thumbnail(item, thumbnail(item.colour.image))

    # --- single bands --------------------------------------------------------------------------

    def _draw_band(self, item: OpenCube, composite: Composite) -> None:
        cube, view = item.cube, self._session.view
        if _can_stretch(view.picture, cube, composite):
            assert view.picture is not None
            self._runner.cancel("band")
            if view.picture.composite != composite:
                self._stretch(item, view.picture, composite)
            return

        def done(picture: Picture) -> None:
            current = item is self._session.cubes.current and item.cube is cube
            if current and view.mode == "band" and item.single.shows_same(composite):
                view.set_picture(picture)
                if item.single != composite:  # its stretch was changed by now
                    self._draw_band(item, item.single)

        self._runner.start("band", tr("Reading a band"), lambda: draw_band(cube, composite), done, brief=True)

    # --- histogram -----------------------------------------------------------------------------

    def sample(self, picture: Picture, done: Callable[[FloatArray], None]) -> None:
        """Give `done` some values of a picture."""
        self._runner.start("histogram", tr("Histogram"), lambda: sample(picture), done, brief=True)


def _can_stretch(picture: Picture | None, cube: Cube, composite: Composite) -> bool:
    """Whether `picture` has kept the values that `composite` shows."""
    return (
        picture is not None
        and (picture.planes is not None or composite.kind == "band")
        and picture.rendering.cube is cube
        and picture.composite.shows_same(composite)
    )


SAMPLE = 30_000  # pixels: counted within a millisecond, and more would draw the same curve


def sample(picture: Picture) -> FloatArray:
    """Some of a picture's values, shape (pixels, 1 or 3); NaN where nothing was measured."""
    lines, samples = picture.image.shape[:2]
    every = max(1, math.ceil(math.sqrt(lines * samples / SAMPLE))) | 1  # even steps see stripes
    rows, columns = (slice(min(every // 2, n - 1), None, every) for n in (lines, samples))
    if picture.planes is None:
        planes = picture.rendering.planes(rows, columns)
        release(picture.rendering.cube.data)
    else:
        planes = picture.planes[rows, columns]
    values: FloatArray = planes.reshape(-1, planes.shape[2]).copy()
    return values


def with_channels(composite: Composite, channels: tuple[int, ...], hold: bool, kind: str = "") -> Composite:
    """Other bands in the same look; the limits are the new bands' own, unless on `hold`."""
    kind = kind or composite.kind
    same = kind == composite.kind and len(channels) == len(composite.channels)
    limits = composite.limits if hold and same else ()
    return replace(composite, kind=kind, channels=channels, limits=limits)
