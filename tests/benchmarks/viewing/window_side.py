"""The window itself, off screen: from opening a file to the drawn picture."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from s3fn_core.cubes.spectra.region import label_spectra
from s3fn_core.progress import run
from s3fn_gui.base.settings import Settings
from s3fn_gui.shell.window import MainWindow, make_app, make_window
from tests.benchmarks.viewing.measure import BANDS_SHOWN, REGION, positions, resident_mb, spread

BEAT_MS, LIMIT_S = 5, 60.0


class Heart:
    """Beats in the event loop and remembers the longest pause, which is what a user would feel."""

    def __init__(self) -> None:
        self.last, self.longest = time.perf_counter(), 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest, self.last = max(self.longest, now - self.last), now


def until(what: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    end = time.perf_counter() + LIMIT_S
    while not what():
        QApplication.processEvents()
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there in a minute")


def drawn() -> None:
    """Have the window paint what it was told to show: what is asked for while painting, too."""
    for _ in range(2):
        QApplication.processEvents()


def measure(window: MainWindow, header: Path) -> dict[str, object]:
    session = window.session
    empty, started = resident_mb(), time.perf_counter()
    window.flows.opening.open_any([header])
    until(lambda: session.view.picture is not None)
    drawn()
    first = time.perf_counter() - started
    memory = resident_mb() - empty
    cube = session.cubes.current.cube
    heart = Heart()
    bands = []
    for band in BANDS_SHOWN:
        before, started = session.view.picture, time.perf_counter()
        session.view.show_mode("band", int(band))
        until(lambda before=before: session.view.picture is not before)
        drawn()
        bands.append(time.perf_counter() - started)
    spectra = []
    for position in positions(cube.lines, cube.samples):
        started = time.perf_counter()
        session.cubes.hover(position)
        drawn()
        spectra.append(time.perf_counter() - started)
    ids = np.zeros(cube.shape[:2], np.uint8)
    ids[REGION] = 1
    started = time.perf_counter()
    run(label_spectra(cube, ids))
    return {
        "first": first,
        "memory": memory,
        "band": spread(bands),
        "spectrum": spread(spectra),
        "region": time.perf_counter() - started,
        "stall": heart.longest,
    }


def main() -> None:
    make_app()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Settings(Path(folder) / "settings.ini"))
        window.resize(1366, 768)
        window.show()
        for _ in range(20):
            QApplication.processEvents()
        found = measure(window, Path(sys.argv[1]))
        window.runner.shut_down()
    print(json.dumps(found), flush=True)
    os._exit(0)  # nothing of the window is to be saved or asked


if __name__ == "__main__":
    main()
