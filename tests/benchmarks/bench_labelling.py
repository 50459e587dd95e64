"""Painting labels on 4,000 x 4,000 pixels with a brush of 50: real mouse events, off screen.

Each event is timed until the window has painted what it changed.

    make bench-labelling ARGS="--strokes 30 --steps 1000"
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session.undo import Step
from s3fn_gui.shell.window import MainWindow, make_app, make_window
from tests.benchmarks.engine.table import Row, show
from tests.benchmarks.viewing.measure import resident_mb, spread

SIDE, BANDS, BRUSH = 4000, 4, 50
MOVES = 40  # events of a stroke
STEP = 25.0  # screen pixels between two events: a fast hand
MEDIAN_GOAL, LATE_GOAL, MEMORY_GOAL = 16, 33, 200
FRAME = 16  # ms; nothing may keep the window from its next picture for longer
Kind = QEvent.Type


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strokes", type=int, default=30, help="that are timed, at each zoom")
    parser.add_argument("--steps", type=int, default=1000, help="to undo, whose memory is measured")
    chosen = parser.parse_args()
    make_app()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Settings(Path(folder) / "settings.ini"))
        window.resize(1366, 768)
        window.show()
        prepared(window)
        hand = Hand(window)
        show("The whole map", whole_map(window, hand, Path(folder) / "labels.npy"))
        for title, zoom in (
            ("The whole image in view", window.session.view.fit),
            ("One pixel on a pixel of the screen", window.session.view.show_pixels),
            ("Eight times as large", lambda: window.session.view.zoom(8.0)),
        ):
            show(title, timed(hand, zoom, chosen.strokes))
        window.session.view.fit()
        show("From corner to corner, with its undo", across(hand, chosen.strokes))
        show("Undo", kept(hand, chosen.steps))
        window.runner.shut_down()
    os._exit(0)  # nothing of the window is to be saved or asked


def prepared(window: MainWindow) -> None:
    """A large cube with five classes, one of them selected."""
    generator = np.random.default_rng(0)
    coarse = generator.integers(200, 4000, (SIDE // 100, SIDE // 100, BANDS), dtype=np.uint16)
    cube = Cube(np.repeat(np.repeat(coarse, 100, axis=0), 100, axis=1), "large")
    window.session.cubes.add(prepare(cube))
    for name in ("one", "two", "three", "four", "five"):
        class_edits.add_class(window.session, name)
    window.actions_by_id["label.brush"].trigger()
    window.session.view.set_brush(size=BRUSH)
    for _ in range(20):
        QApplication.processEvents()


class Hand:
    """Drags the mouse over the image in curves that end within it."""

    def __init__(self, window: MainWindow) -> None:
        self.session = window.session
        self._view = window.cube_view
        self.viewport = window.cube_view.canvas.viewport()
        self._generator = np.random.default_rng(1)

    def stroke(self, paint: bool) -> Iterator[tuple[str, float]]:
        """One stroke in another class: each event's kind and seconds, painting included."""
        corner, reach = self._room()
        place = corner + self._generator.random(2) * reach
        heading = self._generator.random() * 2 * np.pi
        places = [place]
        for _ in range(MOVES):
            heading += self._generator.normal(0, 0.4)
            place = place + STEP * np.array((np.cos(heading), np.sin(heading)))
            # Back at the edges, as from a mirror.
            place = corner + reach - np.abs((place - corner) % (2 * reach) - reach)
            places.append(place)
        yield from self._drag(places, paint)

    def stroke_across(self) -> Iterator[tuple[str, float]]:
        """One stroke from corner to corner of what is in view."""
        corner, reach = self._room()
        yield from self._drag([corner + reach * way for way in np.linspace(0, 1, MOVES)], True)

    def _drag(self, places: list[np.ndarray], paint: bool) -> Iterator[tuple[str, float]]:
        ids = self.session.classes.ids
        self.session.select_class(ids[int(self._generator.integers(len(ids)))])
        yield "press", self._send(Kind.MouseButtonPress, places[0], paint)
        for place in places[1:]:
            yield "move", self._send(Kind.MouseMove, place, paint)
        yield "release", self._send(Kind.MouseButtonRelease, places[-1], paint)

    def _room(self) -> tuple[np.ndarray, np.ndarray]:
        """The first corner and the size of the image as far as it is in view, in screen pixels."""
        view = self._view
        shown = view.box.viewRect().intersected(QRectF(0, 0, SIDE, SIDE))
        first, last = (
            view.canvas.mapFromScene(view.box.mapViewToScene(corner))
            for corner in (shown.topLeft(), shown.bottomRight())
        )
        return np.array((first.x(), first.y())), np.array((last - first).toTuple(), float)

    def _send(self, kind: QEvent.Type, place: np.ndarray, paint: bool) -> float:
        point, left = QPointF(*map(float, place)), Qt.MouseButton.LeftButton
        moving, released = kind == Kind.MouseMove, kind == Kind.MouseButtonRelease
        event = QMouseEvent(
            kind,
            point,
            self.viewport.mapToGlobal(point),
            Qt.MouseButton.NoButton if moving else left,
            Qt.MouseButton.NoButton if released else left,
            Qt.KeyboardModifier.NoModifier,
        )
        started = time.perf_counter()
        QApplication.sendEvent(self.viewport, event)
        if paint:
            painted(self.viewport)
        return time.perf_counter() - started


def painted(viewport: QWidget) -> None:
    """Paint what has changed now, instead of at the screen's next beat."""
    QApplication.processEvents()
    QApplication.sendEvent(viewport.window(), QEvent(Kind.UpdateRequest))


def timed(hand: Hand, zoom: Callable[[], object], strokes: int) -> Iterator[Row]:
    zoom()
    for _ in range(5):
        QApplication.processEvents()
    times: dict[str, list[float]] = {"press": [], "move": [], "release": []}
    for _ in range(strokes):
        for kind, seconds in hand.stroke(paint=True):
            times[kind].append(seconds)
    for kind, values in times.items():
        found = spread(values)
        figure = f"{found['median']:.1f} ({found['p95']:.1f})"
        goal = f"{MEDIAN_GOAL} ({LATE_GOAL})" if kind == "move" else ""
        met = found["median"] < MEDIAN_GOAL and found["p95"] < LATE_GOAL
        yield Row(f"{kind}, ms: median (95 %)", figure, goal, met if goal else None)


def across(hand: Hand, strokes: int) -> Iterator[Row]:
    stack, times = hand.session.undo_stack, dict[str, list[float]](release=[], undo=[], redo=[])
    for _ in range(strokes):
        times["release"] += [seconds for kind, seconds in hand.stroke_across() if kind == "release"]
        times["undo"].append(stall(hand, stack.undo))
        times["redo"].append(stall(hand, stack.redo))
    for kind, values in times.items():
        found = spread(values)
        figure = f"{found['median']:.1f} ({found['p95']:.1f})"
        yield Row(f"{kind}, ms: median (95 %)", figure, str(FRAME), found["median"] < FRAME)


def stall(hand: Hand, act: Callable[[], object], over: Callable[[], bool] = lambda: True) -> float:
    """Seconds for which `act`, and what follows until it is `over`, kept the window at most."""
    longest, step = 0.0, act
    while True:
        started = time.perf_counter()
        step()
        painted(hand.viewport)
        longest = max(longest, time.perf_counter() - started)
        if over():
            return longest
        step = QApplication.processEvents


def whole_map(window: MainWindow, hand: Hand, path: Path) -> Iterator[Row]:
    """Ragged patches of all classes and single pixels all over: worse than an analyst's map."""
    session, generator = window.session, np.random.default_rng(2)
    ids = generator.integers(1, 6, (SIDE // 10, SIDE // 10), dtype=np.uint8)
    ids = np.repeat(np.repeat(ids, 10, axis=0), 10, axis=1)
    ids[generator.random(ids.shape) < 0.05] = 0
    np.save(path, ids)
    stack = session.undo_stack
    steps = stack.count()
    undone = stack.undo
    for what, act, over in (
        (
            "importing it",
            lambda: window.flows.label_files.import_labels(path),
            lambda: stack.count() > steps and not window.runner.active,
        ),
        ("undoing that", undone, lambda: True),
        ("doing it again", stack.redo, lambda: True),
        ("deleting a class", lambda: class_edits.delete_class(session, 3), lambda: True),
        ("undoing that", undone, lambda: True),
        ("merging three classes", lambda: class_edits.merge_classes(session, 1, (2, 3)), lambda: True),
        ("undoing that", undone, lambda: True),
        ("undoing the import", undone, lambda: True),
    ):
        longest = 1e3 * stall(hand, act, over)
        figure = f"{longest:.1f} ({longest * 1e6 / SIDE**2:.1f} for a megapixel)"
        yield Row(f"{what}: longest stall, ms", figure, str(FRAME), longest < FRAME)
        time.sleep(1)  # nobody is faster, and steps are packed meanwhile


def kept(hand: Hand, steps: int) -> Iterator[Row]:
    stack = hand.session.undo_stack
    stack.clear()
    QApplication.processEvents()
    before = resident_mb()
    while stack.count() < steps:
        for _ in hand.stroke(paint=False):
            pass
    QApplication.processEvents()
    edits = [c.edit for i in range(steps) if isinstance(c := stack.command(i), Step) and c.edit]
    content = sum(edit.nbytes for edit in edits) / 2**20
    grown = resident_mb() - before
    yield Row(
        f"content of {len(edits)} strokes, MB", f"{content:.1f}", str(MEMORY_GOAL), content < MEMORY_GOAL
    )
    yield Row(
        "memory that the window took meanwhile, MB", f"{grown:.0f}", str(MEMORY_GOAL), grown < MEMORY_GOAL
    )
    for what, act in (("undo", stack.undo), ("redo", stack.redo)):
        times = []
        for _ in range(50):
            times.append(stall(hand, act))
        found = spread(times)
        yield Row(f"{what}, ms: median (95 %)", f"{found['median']:.1f} ({found['p95']:.1f})")


if __name__ == "__main__":
    main()
