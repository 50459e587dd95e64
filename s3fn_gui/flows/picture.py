"""What is drawn in the background while one looks: bands, composites, class spectra."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from s3fn_core.cubes.composite import Composite
from s3fn_gui import operations
from s3fn_gui.flows.context import Context
from s3fn_gui.pictures import draw, draw_band, thumbnail
from s3fn_gui.state import OpenCube, Picture, Statistics

REST_MS = 400  # class spectra are computed again when the brush has rested that long


class PictureFlow(QObject):
    """The newest wish wins; an older one that is still being read is dropped."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._session = context.session
        self._runner = context.runner
        self._errors = context.errors
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._measure)
        session = context.session
        session.view.mode_changed.connect(self._draw)
        for signal in (session.labels_changed, session.cube_changed, session.treatment_changed):
            signal.connect(self._timer.start)
        session.treatment_changed.connect(self.redraw)

    def choose_bands(self, bands: tuple[int, ...]) -> None:
        """The picture's bands were dragged: another false colour, ratio or difference."""
        item = self._session.current
        if item is None:
            return
        if bands == item.marked_bands:
            self._session.view.set_picture(self._session.view.picture)  # markers back in place
            return
        kind = "false" if item.composite.kind == "true" else item.composite.kind
        self.show_composite(Composite(kind, bands, gamma=item.composite.gamma))

    def show_composite(self, composite: Composite) -> None:
        """Show something else in colours; the present picture stays until the new one is drawn."""
        item = self._session.current
        if item is not None:
            item.composite = composite
            self._session.view.show_mode("colour")
            self._compose(item)

    def redraw(self) -> None:
        """The cube's values are others now."""
        item = self._session.current
        if item is not None:
            self._compose(item)
            self._draw()

    def _draw(self) -> None:
        """Show what the mode asks for."""
        item, view = self._session.current, self._session.view
        if item is None:
            view.set_picture(None)
        elif view.mode == "band":
            self._draw_band(item, view.band)
        else:
            self._runner.cancel("band")
            view.set_picture(item.colour)
            if not item.is_drawn:
                self._compose(item)

    def _compose(self, item: OpenCube) -> None:
        """Draw the picture in colours."""
        cube, wanted = item.cube, item.composite

        def done(picture: Picture) -> None:
            if item.cube is not cube or item.composite is not wanted:
                return
            self._session.set_colours(item, picture, thumbnail(picture.image))

        def failed(error: BaseException) -> None:
            item.composite = item.colour.composite
            self._errors.show("The picture", error)

        self._runner.start("picture", "Drawing", lambda: draw(cube, wanted), done, failed=failed)

    def _draw_band(self, item: OpenCube, band: int) -> None:
        cube, view = item.cube, self._session.view

        def done(picture: Picture) -> None:
            current = item is self._session.current and item.cube is cube
            if current and (view.mode, view.band) == ("band", band):
                view.set_picture(picture)

        composite = Composite("band", (band,))
        self._runner.start("band", "Reading a band", lambda: draw_band(cube, composite), done)

    def _measure(self) -> None:
        """Class spectra from a snapshot of the labels."""
        item = self._session.current
        if item is None or self._session.is_painting:
            if item is not None:
                self._timer.start()
            return
        ids = item.labels.ids.copy()

        def done(statistics: dict[int, Statistics]) -> None:
            if item is self._session.current:
                self._session.view.set_statistics(statistics)

        self._runner.start(
            "statistics",
            "Class spectra",
            lambda: operations.class_statistics(item.cube, ids),
            done,
        )
