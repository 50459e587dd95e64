"""What drawing tools compute: spectral angles to a seed, what grows from it, superpixels."""

from __future__ import annotations

import math

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.similar import angle_image, grown, superpixels
from s3fn_core.labels.packing import trimmed
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_core.types import BoolArray, Box, FloatArray
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.state import DrawingState, Growth, Superpixels
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import Position
from s3fn_gui.session.work import Preview

ANGLES, GROWING, SUPERPIXELS = "spectral angles", "growing", "superpixels"


class DrawingFlow(Flow):
    """Computes what the tools need; remembers their options on this computer."""

    def __init__(self, context: Context, drawing: DrawingState, painting: Painting) -> None:
        super().__init__(context)
        session = context.session
        self._state = drawing
        self._painting = painting
        self._dividing: tuple[Cube, int] | None = None
        self._rest = resting(self, self._divide)
        session.view.set_options(context.settings.tools)
        self._state.growth_changed.connect(self._compare)
        view, cubes = session.view, session.cubes
        view.brush_changed.connect(self._options_changed)
        follow(self._divide, view.tool_changed, cubes.current_changed, cubes.treatment_changed)
        cubes.treatment_changed.connect(self._stop_growing)

    def _options_changed(self) -> None:
        """Remember the options, and compute again what they change."""
        self._context.settings.tools = self._session.view.options
        self._grow()
        if self._session.view.tool == "superpixel":
            self._rest.start()

    # --- what grows ----------------------------------------------------------------------------

    def _compare(self) -> None:
        """The seed has changed or is gone."""
        growth = self._state.growth
        if growth is None:
            self._runner.cancel(ANGLES)
            return

        def done(angles: FloatArray) -> None:
            growth.angles = angles
            self._grow()

        def failed(error: BaseException) -> None:
            if self._state.growth is growth:
                self._session.work.abort()
            self._errors.show(tr("Comparing spectra"), error)

        self._runner.start(
            ANGLES,
            tr("Comparing spectra"),
            lambda: angle_image(growth.cube, growth.seed),
            done,
            failed=failed,
            cancelled=lambda: self._give_up(growth),
        )

    def _stop_growing(self) -> None:
        """The spectra are others now."""
        if self._state.growth is not None:
            self._session.work.abort()

    def _give_up(self, growth: Growth) -> None:
        if self._state.growth is growth:
            self._session.work.abort()

    def _grow(self) -> None:
        """One angle at a time; those passed while one is computed are skipped."""
        growth = self._state.growth
        if growth is None or growth.angles is None or self._runner.get(GROWING) is not None:
            return
        angles, limit = growth.angles, self._session.view.options.tolerance(growth.tool)
        if growth.limit == limit:
            return

        def done(area: tuple[Box, BoolArray]) -> None:
            growth.area, growth.limit = area, limit
            if growth is self._state.growth and growth.cube is growth.item.cube:
                self._show(growth, area)
            self._grow()

        self._runner.start(GROWING, tr("Growing"), lambda: grow(angles, growth.seed, limit), done, brief=True)

    def _show(self, growth: Growth, area: tuple[Box, BoolArray]) -> None:
        """Fill paints at once; what grows waits for Enter or a click."""
        if growth.tool == "fill":
            self._session.work.abort()
            self._painting.paint(*area, "fill", growth.erase)
        else:
            self._session.work.set_preview(Preview(area=area, erase=growth.erase))

    # --- superpixels ---------------------------------------------------------------------------

    def _divide(self) -> None:
        """Once for each cube and size, when they are wanted."""
        item, view = self._session.cubes.current, self._session.view
        if view.tool != "superpixel" or item is None or self._state.superpixels is not None:
            return
        cube, size = item.cube, view.options.superpixel
        if self._dividing == (cube, size) and self._runner.get(SUPERPIXELS) is not None:
            return
        self._dividing = cube, size
        self._runner.start(
            SUPERPIXELS, tr("Making superpixels"), lambda: divide(cube, size), self._state.keep_superpixels
        )


def grow(angles: FloatArray, seed: Position, degrees: float) -> tuple[Box, BoolArray]:
    """The connected pixels around a seed whose spectral angle is small enough, and their box."""
    region = grown(angles, seed, math.radians(degrees))
    lines, samples = region.shape
    return trimmed((0, 0, lines, samples), region)


def divide(cube: Cube, size: int) -> Operation[Superpixels]:
    """The superpixels of a cube, with the box of each."""
    from scipy.ndimage import find_objects

    numbers = yield from superpixels(cube, size)
    places = tuple(
        (0, 0, 0, 0) if place is None else (place[0].start, place[1].start, place[0].stop, place[1].stop)
        for place in find_objects(numbers)
    )
    return Superpixels(cube, size, numbers, places)
