"""Makes the pictures of cubes, calibration and masks: the real window, off screen, on a simulated tray.

Run by ``make pictures``; what is shown is simulated, no measured data are needed.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Step, Threshold
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_gui.base.settings import Settings
from s3fn_gui.shell.demo import DemoAnswers, Prepared, pause
from s3fn_gui.shell.window import MainWindow, make_window

FOLDER = Path(__file__).parent / "pictures"
SIZE = (1366, 768)
PATIENCE_SECONDS = 60


def write_raw(folder: Path) -> Path:
    """A tray of fruit as a 12-bit line scanner would store it, with its references beside it."""
    scene = simulate("fruit", seed=2).cube
    reflectance = np.nan_to_num(scene.read()) + 0.03
    samples, bands = reflectance.shape[1:]
    noise = np.random.default_rng(1)
    gain = (2500 + 400 * np.sin(np.linspace(0, 9, samples)))[:, None]
    gain = gain * (0.3 + 0.7 * np.exp(-(np.linspace(-1, 1, bands) ** 2)))
    dark = 90 + 10 * noise.random((samples, bands))
    panel = np.ones((40, samples, bands))
    scenes = {"tray_07": reflectance, "WHITEREF_tray_07": 0.97 * panel, "DARKREF_tray_07": 0 * panel}
    for name, values in scenes.items():
        counts = values * gain + dark + noise.normal(0, 3, values.shape)
        stored = np.clip(np.round(counts), 0, 4095).astype(np.uint16)
        write_envi(stored, folder / f"{name}.hdr", scene.wavelengths)
    return folder / "tray_07.hdr"


class Album:
    """The window, and pictures of it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session
        self.states = window.states

    def until(self, done: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait for something that a job does."""
        limit = time.monotonic() + seconds
        while not done():
            if time.monotonic() > limit:
                raise TimeoutError("The window did not do what the picture should show.")
            pause(0.05)

    def rest(self) -> None:
        """Wait until nothing is drawn any more."""
        pause(0.8)
        self.until(lambda: not self.window.runner.active)
        pause(0.3)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Keep what the window, or a part of it, looks like."""
        self.rest()
        path = FOLDER / f"{name}.png"
        (widget or self.window).grab().save(str(path))
        print(path.name, f"{path.stat().st_size / 1000:.0f} kB")

    def dialog(self, action: str, name: str, seconds: float = 4) -> None:
        """Open a dialog by its command, keep what it looks like, and cancel it."""

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            assert dialog is not None
            self.take(name, dialog)
            dialog.close()

        QTimer.singleShot(round(1000 * seconds), look)
        self.window.actions_by_id[action].trigger()
        self.until(lambda: QApplication.activeModalWidget() is None and self._taken(name))

    def _taken(self, name: str) -> bool:
        path = FOLDER / f"{name}.png"
        return path.exists() and time.time() - path.stat().st_mtime < PATIENCE_SECONDS

    def arrange(self, workspace: str) -> None:
        """Arrange the panels for a task."""
        self.window.actions_by_id[f"workspace.{workspace}"].trigger()

    def open_labelled(self, prepared: Prepared, recipe: Callable[[Cube], Recipe] | None = None) -> None:
        """Open a prepared scene, find its objects by a recipe if there is one, and label it."""
        self.window.flows.opening.open_cube(prepared.cube)
        self.until(lambda: self.session.cubes.current)
        item = self.session.cubes.current
        assert item is not None
        if recipe is not None:
            self.states.mask.set_recipe(recipe(item.cube))
            self.window.actions_by_id["mask.apply"].trigger()
            self.until(lambda: item.treatment.mask)
        self.session.push_classes(prepared.scene.classes, "Classes")
        self.session.push_labels(item, item.labels.replace_all(prepared.label_ids), "Labels")

    def show(self, dock: str) -> None:
        """Bring a tab to the front."""
        self.window.docks[dock].raise_()


def open_raw(album: Album, path: Path) -> None:
    """Opening; references are next to the cube."""
    window, session = album.window, album.session
    window.flows.opening.open_cube(path)
    album.until(lambda: session.cubes.current)
    album.take("open")
    window.message_bar.hide()
    album.dialog("cube.metadata", "metadata")
    album.dialog("cube.calibrate", "calibrate", 6)


def look_at(album: Album, cube: Cube) -> None:
    """Composites, histograms, a comparison."""
    window, session = album.window, album.session
    album.show("display")
    album.take("true-colour")
    bands = [int(np.argmin(np.abs(cube.wavelengths - nm))) for nm in (860, 650, 550)]
    session.cubes.set_composite(Composite("false", (bands[0], bands[1], bands[2])))
    album.take("false-colour", window.docks["display"])
    session.cubes.set_composite(Composite("mnf", (0, 1, 2)))
    album.take("mnf", window.docks["display"])
    window.actions_by_id["view.compare"].trigger()
    session.cubes.set_composite(Composite("difference", (bands[0], bands[1])))
    album.take("compare")
    window.actions_by_id["view.compare"].trigger()
    session.cubes.set_composite(Composite("true"))
    album.rest()
    album.show("cubes")
    session.cubes.hover((60, 80))


def spectra(album: Album) -> None:
    """Pixels, a region, a transform."""
    session = album.session
    item = session.cubes.current
    assert item is not None
    for place in ((13, 12), (38, 65), (66, 93)):
        session.spectra.pin(place)
    session.spectra.keep_region(item, (30, 5, 46, 20))
    album.take("spectra", album.window.docks["spectra"])
    session.spectra.show_as("continuum_removed")
    album.take("continuum", album.window.docks["spectra"])
    session.spectra.show_as("reflectance")


def mask_recipe(cube: Cube) -> Recipe:
    """What finds the fruit on a tray."""
    infrared = int(np.argmin(np.abs(cube.wavelengths - 800)))
    steps = (Step("open", 1), Step("fill", 40))
    return Recipe(Threshold(Band(infrared), low=0.25), steps, Splitting("watershed", smallest=40))


def mask(album: Album, cube: Cube) -> None:
    """The recipe of a mask with its preview."""
    album.show("mask")
    album.states.mask.set_recipe(mask_recipe(cube))
    album.take("mask")


@contextmanager
def album() -> Iterator[tuple[Album, Path]]:
    """A window in its first state, and a folder for what it opens."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(Path(scratch) / "settings.ini")
        settings.theme = "light"
        window = make_window(settings)
        window.context.ask = DemoAnswers(window, FOLDER)  # closing asks nothing
        window.resize(*SIZE)
        window.show()
        yield Album(window), Path(scratch)
        window.close()


def main() -> None:
    """All pictures."""
    with album() as (book, folder):
        book.take("start")
        open_raw(book, write_raw(folder))
        book.window.flows.opening.open_cube(simulated(folder))
        book.until(lambda: len(book.session.cubes.items) == 2)
        book.window.message_bar.hide()
        item = book.session.cubes.current
        assert item is not None
        look_at(book, item.cube)
        spectra(book)
        mask(book, item.cube)


def simulated(folder: Path) -> Path:
    """The same tray as reflectance."""
    cube = simulate("fruit", seed=2).cube
    return write_envi(np.asarray(cube.read()), folder / "fruit.hdr", cube.wavelengths)


if __name__ == "__main__":
    main()
