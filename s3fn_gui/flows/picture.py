"""What is drawn in the background while one looks: bands, composites, class spectra."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from s3fn_gui import operations
from s3fn_gui.flows.context import Context
from s3fn_gui.state import Bands, Picture, Statistics

REST_MS = 400  # class spectra are computed again when the brush has rested that long


class PictureFlow(QObject):
    """The newest wish wins; an older one that is still being read is dropped."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._session = context.session
        self._runner = context.runner
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._measure)
        session = context.session
        session.view.mode_changed.connect(self._draw)
        for signal in (session.labels_changed, session.cube_changed):
            signal.connect(self._timer.start)

    def choose_bands(self, bands: Bands) -> None:
        """Compose the picture from three other bands."""
        item = self._session.current
        if item is None or bands == item.rgb:
            self._session.view.set_picture(self._session.view.picture)  # markers back in place
            return

        def done(picture: Picture) -> None:
            item.rgb, item.colour = bands, picture
            if item is self._session.current:
                self._draw()

        self._runner.start(
            "picture", "Drawing", lambda: operations.load_colours(item.cube, bands), done
        )

    def _draw(self) -> None:
        item, view = self._session.current, self._session.view
        if item is None:
            view.set_picture(None)
        elif view.mode == "colour":
            self._runner.cancel("picture")
            view.set_picture(item.colour)
        else:
            band = view.band

            def done(picture: Picture) -> None:
                if item is self._session.current and (view.mode, view.band) == ("band", band):
                    view.set_picture(picture)

            self._runner.start(
                "picture", "Reading a band", lambda: operations.load_band(item.cube, band), done
            )

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
