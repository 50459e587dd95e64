"""From the end of a stroke to the live map: real mouse events, off screen, painting included.

Scenes of 100 x 100 and 512 x 217 pixels with 204 bands, 16 classes and 20 labels of each.

    make bench-live ARGS="--strokes 20"
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.shell.window import MainWindow, make_app, make_window
from tests.benchmarks.engine.scene import LINES, SAMPLES, class_set, scene, some_labels
from tests.benchmarks.engine.table import Row, show
from tests.benchmarks.viewing.measure import spread
from tests.gui.support import put_labels

SMALL, FIELD = 100, 25
FIRST_GOALS = {SMALL: 0.5, LINES: 1.0}
"""Seconds from the end of a stroke to its first pixels, by the lines of the scene."""
MEDIAN_GOAL, LATE_GOAL = 16, 33
"""Milliseconds of an event while the map is drawn."""
MOVES, STEP = 12, 2  # events of a stroke, and pixels of the screen between two
FRAME_MS, BEAT_MS = 16, 2
PATIENCE_MS = 60_000
Kind = QEvent.Type


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strokes", type=int, default=20, help="that are timed on each scene")
    chosen = parser.parse_args()
    make_app()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Settings(Path(folder) / "settings.ini"))
        window.resize(1366, 768)
        window.show()
        for lines, samples, field in ((SMALL, SMALL, (FIELD, FIELD)), (LINES, SAMPLES, (64, 55))):
            cube, truth = scene(lines, samples, field)
            analyst = Analyst(window, prepare(cube), truth)
            title = f"{lines} x {samples} pixels, {cube.bands} bands, {len(window.session.classes)} classes"
            show(title, rows(analyst, chosen.strokes))
            window.session.live.set_on(False)
        window.runner.shut_down()
    os._exit(0)  # nothing of the window is to be saved or asked


@dataclass
class Followed:
    """Seconds after a stroke: until its first pixels and the whole map; how long the loop stood still."""

    first: float
    whole: float
    longest: float


class Analyst:
    """Paints what is true, and waits for the map."""

    def __init__(self, window: MainWindow, item: OpenCube, truth: np.ndarray) -> None:
        self.window, self.session, self.item, self._truth = window, window.session, item, truth
        self.viewport = window.cube_view.canvas.viewport()
        self._generator = np.random.default_rng(3)
        session = self.session
        session.cubes.add(item)
        session.set_classes(class_set())
        put_labels(session, item, some_labels(truth))
        session.view.set_tool("brush")
        session.view.set_brush(size=3)
        for _ in range(20):
            QApplication.processEvents()

    def switch_on(self) -> Followed:
        """The first map, which starts the numerical libraries and looks at the scene."""
        return self._wait(lambda: self.session.live.set_on(True))

    def stroke(self) -> list[float]:
        """Paint within a field; seconds of each event, painting included.  The mouse is left down."""
        line, sample = (int(self._generator.integers(2, size - 8)) for size in self._truth.shape)
        self.session.select_class(int(self._truth[line, sample]))
        self._place = self._point(line, sample)
        seconds = [self._send(Kind.MouseButtonPress)]
        for _ in range(MOVES):
            self._place += QPointF(STEP, 0) * float(self._generator.choice((-1, 1)))
            seconds.append(self._send(Kind.MouseMove))
            self._live(FRAME_MS)
        return seconds

    def release(self) -> Followed:
        """End the stroke and wait for the whole map."""
        return self._wait(lambda: self._send(Kind.MouseButtonRelease))

    def release_only(self) -> float:
        """End the stroke; seconds of the event."""
        return self._send(Kind.MouseButtonRelease)

    def _point(self, line: int, sample: int) -> QPointF:
        view = self.window.cube_view
        point = view.canvas.mapFromScene(view.box.mapViewToScene(QPointF(sample + 0.5, line + 0.5)))
        return QPointF(point)

    def _send(self, kind: QEvent.Type) -> float:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == Kind.MouseMove else left
        held = none if kind == Kind.MouseButtonRelease else left
        where = self.viewport.mapToGlobal(self._place)
        event = QMouseEvent(kind, self._place, where, button, held, Qt.KeyboardModifier.NoModifier)
        started = time.perf_counter()
        QApplication.sendEvent(self.viewport, event)
        self._paint()
        return time.perf_counter() - started

    def _paint(self) -> None:
        """Paint what has changed now, instead of at the screen's next beat."""
        QApplication.processEvents()
        QApplication.sendEvent(self.window, QEvent(Kind.UpdateRequest))

    @staticmethod
    def _live(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _wait(self, act: object) -> Followed:
        """Let the window live until the whole map is painted; asking all the time would slow it."""
        loop, beats, first = QEventLoop(), [time.perf_counter()], list[float]()
        beat = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        beat.timeout.connect(lambda: beats.append(time.perf_counter()))

        def changed() -> None:
            prediction = self.item.prediction
            if prediction is None or not prediction.live:
                return
            self._paint()
            first.append(time.perf_counter())
            if not prediction.partial:
                loop.quit()

        connection = self.session.cubes.prediction_changed.connect(changed)
        QTimer.singleShot(PATIENCE_MS, loop, lambda: loop.exit(1))
        assert callable(act)
        act()
        started = time.perf_counter()
        beat.start()
        failed = loop.exec()
        self.session.cubes.prediction_changed.disconnect(connection)
        beat.stop()
        if failed:
            raise TimeoutError(f"the map has not followed: {self.session.live.problem}")
        longest = max(np.diff(beats)) - BEAT_MS / 1e3
        return Followed(first[0] - started, first[-1] - started, longest)


def rows(analyst: Analyst, strokes: int) -> Iterator[Row]:
    on = analyst.switch_on()
    yield Row("switched on: first pixels, whole map, s", f"{on.first:.2f}, {on.whole:.2f}")
    followed = []
    for _ in range(strokes):
        analyst.stroke()
        followed.append(analyst.release())
    goal = FIRST_GOALS[analyst.item.cube.lines]
    first, whole = spread([f.first for f in followed]), spread([f.whole for f in followed])
    yield Row(
        f"end of a stroke to its first pixels, s: median (95 %) of {strokes}",
        f"{first['median'] / 1e3:.2f} ({first['p95'] / 1e3:.2f})",
        f"{goal} on two cores",
        first["median"] / 1e3 < goal,
    )
    yield Row("to the whole map, s: median (95 %)", f"{whole['median'] / 1e3:.2f} ({whole['p95'] / 1e3:.2f})")
    longest = 1e3 * max(f.longest for f in followed)
    yield Row("longest that the event loop stood still meanwhile, ms", f"{longest:.0f}")
    for what, live in (("while the map is drawn", True), ("with Live off", False)):
        analyst.session.live.set_on(live)
        events = []
        for _ in range(strokes):
            events += analyst.stroke()
            events.append(analyst.release_only())
        found = spread(events)
        yield Row(
            f"event of a stroke {what}, ms: median (95 %)",
            f"{found['median']:.1f} ({found['p95']:.1f})",
            f"{MEDIAN_GOAL} ({LATE_GOAL})",
            found["median"] < MEDIAN_GOAL and found["p95"] < LATE_GOAL,
        )


if __name__ == "__main__":
    main()
