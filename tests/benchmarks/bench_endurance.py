"""A long day at the window: strokes, undo, class edits, descriptions, bands, saves, over and over.

The window must end with the memory it had after its first minute, within 10 %.

    make bench-endurance ARGS="--minutes 20"
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from PySide6.QtCore import QEventLoop, QTimer

from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.simulate import simulate
from s3fn_gui.base.settings import Settings
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import make_window
from s3fn_gui.words.description_edits import describe_class
from tests.benchmarks.viewing.measure import resident_mb
from tests.gui.support import Hands

SEED = 7
GROWTH_GOAL = 1.10
PAUSE = 0.01  # seconds between two actions: a hand that never rests


class Analyst:
    """Does one thing after another, chosen by chance, with the mouse on the real canvas."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self._hands = hands
        self._session = hands.session
        self._chance = random.Random(SEED)
        self._folder = folder
        self.done: Counter[str] = Counter()
        self._kinds: list[tuple[int, Callable[[], None]]] = [
            (60, self.stroke),
            (12, self.undo),
            (6, self.redo),
            (4, self.choose),
            (3, self.rename),
            (3, self.describe),
            (4, self.band),
            (3, self.hover),
            (2, self.pin),
            (1, self.save),
        ]

    def act(self) -> None:
        weights = [weight for weight, _ in self._kinds]
        ((_, kind),) = self._chance.choices(self._kinds, weights)
        kind()
        self.done[kind.__name__] += 1

    def place(self) -> tuple[int, int]:
        item = self._session.cubes.current
        assert item is not None
        return self._chance.randrange(item.cube.lines), self._chance.randrange(item.cube.samples)

    def stroke(self) -> None:
        self._session.view.set_tool(self._chance.choice(("brush", "brush", "eraser")))
        self._session.view.set_brush(size=self._chance.randint(1, 30))
        self._hands.stroke(self.place(), self.place())

    def undo(self) -> None:
        self._session.undo_stack.undo()

    def redo(self) -> None:
        self._session.undo_stack.redo()

    def choose(self) -> None:
        self._session.select_class(self._chance.choice(self._session.classes.ids))

    def rename(self) -> None:
        chosen = self._chance.choice(self._session.classes.ids)
        class_edits.rename_class(self._session, chosen, f"class {self._chance.random():.6f}")

    def describe(self) -> None:
        chosen = self._chance.choice(self._session.classes.ids)
        describe_class(self._session, chosen, f"Reflects {self._chance.random():.3f}. " * 20)

    def band(self) -> None:
        self._session.cubes.step_band(self._chance.choice((-5, -1, 1, 5)))

    def hover(self) -> None:
        self._session.cubes.hover(self.place())

    def pin(self) -> None:
        self._session.view.set_tool("inspect")
        if len(self._session.cubes.current.pins) > 5:
            self._hands.trigger("view.clear_pins")
        self._session.spectra.pin(self.place())

    def save(self) -> None:
        self._hands.ask.paths["project target"] = self._folder / "work.s3fnproj"
        if self._hands.window.runner.get("project") is None:
            self._hands.trigger("file.save")


def live(seconds: float) -> None:
    """A loop of its own: processEvents alone never deletes what is to be deleted later."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait(done: Callable[[], bool], timeout: int) -> None:
    end = time.monotonic() + timeout / 1000
    while not done():
        live(0.01)
        if time.monotonic() > end:
            raise TimeoutError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cube = simulate("fruit", lines=512, samples=512).cube
        path = write_envi(cube.read(), folder / "fruit.hdr", cube.wavelengths)
        window = make_window(Settings(folder / "settings.ini"))
        window.show()
        hands = Hands(window, wait)
        hands.open_file(path)
        for name in ("one", "two", "three"):
            class_edits.add_class(hands.session, name)
        analyst = Analyst(hands, folder)
        started, marks = time.monotonic(), [resident_mb()]
        print(f"start: {marks[0]:.0f} MB", flush=True)
        while (spent := time.monotonic() - started) < 60 * minutes:
            analyst.act()
            live(PAUSE)
            if spent >= 60 * len(marks):
                marks.append(resident_mb())
                print(
                    f"minute {len(marks) - 1}: {marks[-1]:.0f} MB, {analyst.done.total()} actions", flush=True
                )
        last = resident_mb()
        print(", ".join(f"{count} x {name}" for name, count in analyst.done.items()))
        first = marks[min(1, len(marks) - 1)]
        verdict = "reached" if last < GROWTH_GOAL * first else "not reached"
        print(
            f"after the first minute {first:.0f} MB, at the end {last:.0f} MB: "
            f"{last / first - 1:+.1%} (goal +10 %: {verdict})"
        )
        window.close()


if __name__ == "__main__":
    main()
