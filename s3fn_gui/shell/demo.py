"""The demonstration: a simulated scene from its labels to its exported map.

It drives the real window through the same actions as a user.  Where there is no display the window
is drawn off screen, progress goes to the terminal, and a screenshot is left behind.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from s3fn_core.labels.exchange import write_labels
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import per_cent
from s3fn_core.types import IdArray
from s3fn_gui.base.ask import AnswerT, Ask, Asking, P
from s3fn_gui.base.screen import go_off_screen, has_display
from s3fn_gui.project.unsaved_work_dialog import UnsavedDialog
from s3fn_gui.results.export_dialog import ExportChoice, ExportDialog
from s3fn_gui.session.messages import Report

if TYPE_CHECKING:
    from s3fn_core.cubes.simulate import SimulatedScene
    from s3fn_gui.shell.window import MainWindow


SCENE, STEM = "fruit", "fruit"
SIZE = (1366, 768)
EXPECTED = 0.9  # agreement with the truth
PATIENCE_SECONDS = 900
STEP_SHARE = 0.1  # without a terminal, a line of progress for every tenth


@dataclass(frozen=True)
class Prepared:
    """The scene on disk, as a user would have it."""

    scene: SimulatedScene
    cube: Path
    classes: Path
    labels: Path
    label_ids: IdArray


class DemoError(Exception):
    """The demonstration did not come to its end."""


def prepare(folder: Path) -> Operation[Prepared]:
    """Simulate the scene and write it, its classes and a part of its labels."""
    yield Progress("scene", 0.0, tr("Simulating fruit on a tray"))
    from s3fn_core.cubes.simulate import partial_labels, simulate, write_scene

    scene = simulate(SCENE)
    yield Progress("scene", 0.8, tr("Writing the scene"))
    cube = write_scene(scene, folder)
    labels = folder / f"{STEM}_labels.tif"
    ids = partial_labels(scene)
    write_labels(ids, labels, scene.classes)
    return Prepared(scene, cube, folder / "classes.json", labels, ids)


class DemoAnswers(Ask):
    """Answers what the window would ask a user."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window, window.settings)
        self._answers: dict[object, Any] = {
            ExportDialog: ExportChoice(folder, STEM, ("envi", "png", "csv")),
            UnsavedDialog: "discard",
        }

    def answer(
        self, make: Callable[Concatenate[QWidget, P], Asking[AnswerT]], *args: P.args, **options: P.kwargs
    ) -> AnswerT:
        if make not in self._answers:
            return super().answer(make, *args, **options)
        answer: AnswerT = self._answers[make]
        return answer

    def may_replace(self, paths: Iterable[Path]) -> bool:
        """The files of an earlier run are replaced."""
        return True


class Demo:
    """One run; `run` goes from the scene to the exported map."""

    def __init__(self, window: MainWindow, folder: Path, tell: Callable[[str], None]) -> None:
        self._window = window
        self._folder = folder
        self._tell = tell
        self._session = window.session
        self._last: Report | None = None
        self._said = ("", -1.0)
        self.agreement = 0.0
        self.map = folder / f"{STEM}_classes.png"
        self._session.reported.connect(self._reported)
        window.runner.progressed.connect(self._progressed)

    def run(self) -> None:
        """Everything, step by step; raises DemoError where a step fails."""
        for line in self.steps():
            self._tell(line)

    def steps(self) -> Iterator[str]:
        """The same, one step after the other: what each did."""
        prepared = self._prepare()
        yield self._open(prepared)
        yield self._train()
        yield self._export(prepared)

    # --- steps ---------------------------------------------------------------------------------

    def _prepare(self) -> Prepared:
        ready: list[Prepared] = []
        folder, title = self._folder / "scene", tr("Simulating")
        self._window.runner.start("demo", title, lambda: prepare(folder), ready.append)
        self._until(lambda: bool(ready), "the scene")
        return ready[0]

    def _open(self, prepared: Prepared) -> str:
        files, session = self._window.flows.opening, self._session
        files.open_cube(prepared.cube)
        self._until(lambda: session.cubes.current is not None, "the cube")
        self._window.flows.class_files.load(prepared.classes)
        self._window.flows.label_files.import_labels(prepared.labels)
        item = session.cubes.current
        assert item is not None
        self._until(lambda: bool(item.counts[1:].any()), "the labels")
        session.select_class(session.classes.ids[0])
        for class_id in session.classes.ids:
            lines, samples = np.nonzero(item.labels.ids == class_id)
            session.spectra.pin((int(lines[len(lines) // 2]), int(samples[len(lines) // 2])))
        names = ", ".join(c.name for c in session.classes)
        return f"{item.cube.name}: {int(item.counts[1:].sum())} labelled pixels of {names}"

    def _train(self) -> str:
        self._window.actions_by_id["train.start"].trigger()
        self._until(lambda: not self._window.states.training.running, "the training")
        if self._session.model is None:
            raise DemoError(self._last.text if self._last else "The training gave no model.")
        return self._last.text if self._last else ""

    def _export(self, prepared: Prepared) -> str:
        item = self._session.cubes.current
        assert item is not None
        assert item.prediction is not None
        self._window.actions_by_id["file.export"].trigger()
        self._until(lambda: self._window.runner.get("export") is None, "the export")
        if not self.map.is_file():
            raise DemoError(self._last.text if self._last else "The map was not written.")
        truth, found = prepared.scene.truth, item.prediction.ids
        fruit = truth > 0
        self.agreement = float(np.mean(truth[fruit] == found[fruit]))
        touched = np.unique(prepared.scene.objects[prepared.label_ids > 0])
        unseen = fruit & ~np.isin(prepared.scene.objects, touched)
        text = f"Agreement with the simulated truth: {per_cent(self.agreement)} of all fruit pixels"
        if unseen.any():
            text += f", {per_cent(np.mean(truth[unseen] == found[unseen]))} on fruit without any label"
        return f"{text}."

    def screenshot(self, path: Path) -> None:
        """The window as it is now."""
        item = self._session.cubes.current
        self._session.cubes.hover(item.pins[0] if item is not None and item.pins else None)
        pause(1.0)  # class spectra and curves are drawn when things have come to rest
        self._window.grab().save(str(path))

    # --- waiting and telling -------------------------------------------------------------------

    def _until(self, done: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while not done():
            if time.monotonic() > limit:
                raise DemoError(f"Gave up waiting for {what}.")
            if not self._window.isVisible():
                raise DemoError("The window was closed.")
            if self._last is not None and self._last.level == "error":
                raise DemoError(self._last.text)
            pause(0.02)

    def _reported(self, report: Report) -> None:
        self._last = report

    def _progressed(self, _: object, progress: Progress) -> None:
        text, share = self._said
        step = progress.fraction - share >= STEP_SHARE or progress.fraction < share
        if progress.message and (progress.step != text or step):
            self._said = (progress.step, progress.fraction)
            self._tell(f"{per_cent(progress.fraction, 0):>5}  {progress.message}")


def pause(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def run_demo(folder: Path = Path("demo-output"), *, stay: bool = True) -> int:
    """Run the demonstration; with a display (and `stay`) the window is left to the user."""
    shown = has_display()
    if not shown:
        go_off_screen()
    from s3fn_gui.base.settings import Settings
    from s3fn_gui.shell.window import make_window

    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:  # the user's own settings stay as they are
        settings = Settings(Path(scratch) / "settings.ini")
        settings.theme = Settings().theme if shown else "light"
        window = make_window(settings)
        window.context.ask = DemoAnswers(window, folder)
        if not shown:  # else the window fits itself to the screen
            window.resize(*SIZE)
        window.show()
        demo = Demo(window, folder, lambda text: print(text, flush=True))
        try:
            demo.run()
            demo.screenshot(folder / "window.png")
        except DemoError as error:
            print(f"The demonstration failed: {error}", file=sys.stderr)
            window.close()
            return 1
        print(f"Map:        {demo.map}\nScreenshot: {folder / 'window.png'}")
        print(f"Done in {time.monotonic() - started:.0f} s.", flush=True)
        while shown and stay and window.isVisible():
            pause(0.1)
        window.close()
    if demo.agreement < EXPECTED:
        print(f"The map agrees in less than {per_cent(EXPECTED, 0)} of the pixels.", file=sys.stderr)
        return 1
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of ``s3fn-gui --demo``."""
    parser = argparse.ArgumentParser(prog="s3fn-gui --demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo-output"), metavar="DIR")
    parser.add_argument("--quit", action="store_true", help="close the window at the end")
    options = parser.parse_args(sys.argv[1:] if arguments is None else list(arguments))
    return run_demo(options.out, stay=not options.quit)


if __name__ == "__main__":
    sys.exit(main())
