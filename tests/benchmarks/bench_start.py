"""How long it takes until the window can be seen, next to napari's and to a bare window.

Each program starts in a process of its own, one after the other in turn, with settings of its own;
the time runs from the start of the process to the end of the first paint of its window.  Of ours it
is also told when all commands are there.  napari lives in an environment outside this project:

    python3 -m venv /tmp/napari && /tmp/napari/bin/pip install "napari[pyside6]"
    make bench-start ARGS="--napari /tmp/napari/bin/python"

It needs a display, or QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
STARTED = "S3FN_BENCH_STARTED"

# Both parts run in the program that is measured, which need not be able to import this module.
WATCH = """
import os, sys, time
def tell(what):
    print(what, time.time() - float(os.environ["S3FN_BENCH_STARTED"]), flush=True)
def watch(app, QtCore, QtWidgets, last, then):
    class Watch(QtCore.QObject):
        seen = False
        def eventFilter(self, watched, event):
            if (not self.seen and event.type() == QtCore.QEvent.Type.UpdateRequest
                    and isinstance(watched, QtWidgets.QMainWindow)):
                self.seen = True
                QtCore.QTimer.singleShot(0, lambda: (tell("painted"), last and os._exit(0)))
                then(watched)
            return False
    app.watch = Watch()
    app.installEventFilter(app.watch)
"""
PROGRAMS = {
    "bare": """
from PySide6 import QtCore, QtWidgets
import pyqtgraph
app = QtWidgets.QApplication([])
watch(app, QtCore, QtWidgets, True, lambda window: None)
window = QtWidgets.QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.show()
app.exec()
""",
    "s3fn": """
from PySide6 import QtCore, QtWidgets
from s3fn_gui.shell.window import make_app
watch(make_app(), QtCore, QtWidgets, False,
      lambda window: window.painted.connect(lambda: (tell("ready"), os._exit(0))))
from s3fn_gui.app import main
main([])
""",
    "napari": """
from PySide6 import QtCore, QtWidgets
app = QtWidgets.QApplication([])
watch(app, QtCore, QtWidgets, True, lambda window: None)
import napari
viewer = napari.Viewer()
app.exec()
""",
}


def started(python: str, name: str, folder: Path) -> dict[str, float]:
    """Seconds until the window is painted, and until it is ready where that is told."""
    homes = {key: str(folder / name) for key in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    environment = {**os.environ, **homes, STARTED: str(time.time())}
    done = subprocess.run(
        [python, "-c", WATCH + PROGRAMS[name]],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=PATIENCE_SECONDS,
    )
    told = [line.split() for line in done.stdout.splitlines()]
    found = {words[0]: float(words[1]) for words in told if words[:1] in (["painted"], ["ready"])}
    if "painted" not in found:
        raise SystemExit(f"{name} showed no window:\n{done.stderr[-2000:]}")
    return found


def main() -> None:
    """Measure in turn, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--napari", metavar="PYTHON", help="the interpreter of napari's environment")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    pythons = {"bare": sys.executable, "s3fn": sys.executable}
    if options.napari:
        pythons["napari"] = options.napari
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(options.runs + 1):
            for name, python in pythons.items():
                for what, seconds in started(python, name, Path(folder)).items():
                    if run:  # the first fills the caches of files
                        times.setdefault(f"{name} {what}", []).append(seconds)
    medians = {what: statistics.median(found) for what, found in times.items()}
    for what, found in times.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        print(f"{what:16} {medians[what]:5.2f} s   ({spread}, {options.runs} runs)")
    for other in ("bare painted", "napari painted"):
        if other in medians:
            for what in ("s3fn painted", "s3fn ready"):
                print(f"{what} / {other}: {medians[what] / medians[other]:.2f}")


if __name__ == "__main__":
    main()
