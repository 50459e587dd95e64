"""From a key in the description's editor to the painted map, on 512 x 217 pixels with 200 bands.

A real window, off screen, with a cube from a file; the key is timed until the window has painted
the map in the new words: the pause after the last key, the text encoder, the scores, the overlay.
The model is as large as the preset "pixel" makes it, but its weights are random: time does not
depend on them.

    make bench-rescore ARGS="--edits 30"
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.config import preset
from s3fn_core.progress import run
from s3fn_core.resources import resource
from s3fn_core.words.expectation import expectations
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes import jobs as operations
from s3fn_gui.model.mapping_flow import map_cube
from s3fn_gui.shell.window import MainWindow, make_app, make_window
from tests.benchmarks.engine.table import Row, show
from tests.benchmarks.viewing.measure import spread
from tests.core.model.models import untrained

LINES, SAMPLES, BANDS, SCALE = 512, 217, 200, 10_000
GOAL = 500
WORD, FIGURE = "They", "10 %"
"""What is edited in the last paragraph of the first class: written anew, each time differently."""
PATIENCE_MS = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edits", type=int, default=30, help="of each kind that are timed")
    chosen = parser.parse_args()
    make_app()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Settings(Path(folder) / "settings.ini"))
        window.resize(1366, 768)
        window.show()
        classes = read_classes(resource("classes", "land_cover.json"))
        writer = Writer(window, scene(Path(folder), classes), classes)
        show(f"{LINES} x {SAMPLES} pixels, {BANDS} bands, {len(classes)} classes", rows(writer, chosen.edits))
        window.runner.shut_down()
    os._exit(0)  # nothing of the window is to be saved or asked


def scene(folder: Path, classes: ClassSet) -> Path:
    """A file of counts: parcels of what the classes are expected to look like, and noise."""
    generator = np.random.default_rng(0)
    wavelengths = np.linspace(400.0, 2500.0, BANDS)
    known = np.array([e.at(wavelengths) for e in expectations(classes) if e is not None])
    parcels = generator.integers(len(known), size=(LINES // 16 + 1, SAMPLES // 16 + 1))
    parcels = parcels.repeat(16, 0).repeat(16, 1)[:LINES, :SAMPLES]
    light = generator.uniform(0.7, 1.3, (LINES, SAMPLES, 1))
    counts = SCALE * (known[parcels] * light + generator.normal(0, 0.01, (LINES, SAMPLES, BANDS)))
    stored = counts.clip(1, 65535).astype(np.uint16)
    return write_envi(stored, folder / "scene.hdr", wavelengths)


class Writer:
    """Types into the description of the first class, and waits for the map."""

    def __init__(self, window: MainWindow, header: Path, classes: ClassSet) -> None:
        self.window, self.session = window, window.session
        source = open_cube(header)
        self.item = operations.prepare(source.with_(scale=1 / SCALE))
        self.session.cubes.add(self.item)
        self.session.push_classes(classes, "Classes")
        self.session.select_class(classes.ids[0])
        few = self.item.cube.with_(data=np.asarray(self.item.cube.data[:24]))
        model = untrained(preset("pixel"), few, classes)
        self.model = replace(model, evidence_weight=1.0)
        self.session.set_model(self.model)
        self.editor = window.findChild(QPlainTextEdit, "description_editor")
        self.map()

    def map(self) -> float:
        """Seconds of a map by the whole model."""
        started = time.perf_counter()
        prediction = run(map_cube(self.model, self.item.cube, "cpu"))
        seconds = time.perf_counter() - started
        self.session.cubes.set_prediction(self.item.key, prediction)
        self._painted()
        return seconds

    def write(self, old: str, new: str) -> float:
        """Type `new` over `old`; seconds from its last key to the painted map in these words."""
        text, cursor = self.editor.toPlainText(), self.editor.textCursor()
        start = text.index(old, text.rindex("\n\n"))
        cursor.setPosition(start)
        cursor.setPosition(start + len(old), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        QTest.keyClicks(self.editor, new[:-1])
        QApplication.processEvents()
        started = time.perf_counter()
        QTest.keyClick(self.editor, new[-1])
        self._wait()
        self._painted()
        return time.perf_counter() - started

    def _followed(self) -> bool:
        prediction: Prediction | None = self.item.prediction
        first = self.session.classes.classes[0]
        return prediction is not None and prediction.classes.classes[0].text == first.text

    def _painted(self) -> None:
        """Paint what has changed now, instead of at the screen's next beat."""
        QApplication.processEvents()
        QApplication.sendEvent(self.window, QEvent(QEvent.Type.UpdateRequest))
        assert self.window.cube_view.prediction.array is self.item.prediction.ids

    def _wait(self) -> None:
        """Let the window live until the map has followed; asking all the time would slow it."""
        loop = QEventLoop()
        self.session.cubes.prediction_changed.connect(lambda: loop.quit() if self._followed() else None)
        QTimer.singleShot(PATIENCE_MS, loop, lambda: loop.exit(1))
        if not self._followed() and loop.exec():
            raise TimeoutError("the map has not followed the words")


def rows(writer: Writer, edits: int) -> Iterator[Row]:
    maps = [writer.map() for _ in range(3)]
    whole = float(np.median(maps))
    yield Row("map by the whole model, s: median of 3", f"{whole:.2f}")
    first = writer.write(WORD, "These")
    yield Row("first edit (looks at the scene, loads the text encoder), s", f"{first:.2f}")
    words = ["These", *(f"Roofs {chr(97 + k % 26)}{k}" for k in range(edits))]
    figures = [FIGURE, *(f"{10.1 + k / 10:.1f} %" for k in range(edits))]
    for what, texts in (("a word", words), ("a figure of the expected reflectance", figures)):
        found = spread([writer.write(old, new) for old, new in pairwise(texts)])
        yield Row(
            f"{what}, ms: median (95 %) of {edits}",
            f"{found['median']:.0f} ({found['p95']:.0f})",
            str(GOAL),
            found["p95"] < GOAL,
        )
        yield Row(
            "a map by the whole model takes so many times as long", f"{whole * 1e3 / found['median']:.1f}"
        )


if __name__ == "__main__":
    main()
