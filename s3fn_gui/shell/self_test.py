"""``s3fn-gui --self-test``: whether this installation works, found out by using it off screen.

A bundle can lack a library or a data file that nothing asks for until it is needed.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PySide6

import s3fn_core
from s3fn_core.labels.exchange import read_labels
from s3fn_core.progress import Progress
from s3fn_core.quoting import per_cent
from s3fn_core.resources import resource
from s3fn_gui.base.screen import go_off_screen
from s3fn_gui.help.pages import Manual
from s3fn_gui.shell.demo import EXPECTED, SIZE, STEM, Demo, DemoAnswers


class SelfTestError(Exception):
    """Something is missing or gives another result than it should."""


class QuietDemo(Demo):
    """Says what each step did, not how far it is."""

    def _progressed(self, _: object, progress: Progress) -> None:
        pass


def run_self_test() -> int:
    """Print a line for each step; the exit status."""
    go_off_screen()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="s3fn-self-test-") as scratch:
        try:
            for line in _steps(Path(scratch)):
                print(f"{time.monotonic() - started:5.1f} s  {line}", flush=True)
        except Exception as error:  # whatever it is, this installation does not work
            traceback.print_exc()
            print(f"The self-test failed: {error}", file=sys.stderr)
            return 1
    print("The self-test passed.")
    return 0


def _steps(folder: Path) -> Iterator[str]:
    where = "bundle" if getattr(sys, "frozen", False) else "Python packages"
    python, qt = platform.python_version(), PySide6.__version__
    yield f"S3FN {s3fn_core.__version__} ({where}), Python {python}, Qt {qt}"
    yield _data()
    from s3fn_gui.base.settings import Settings
    from s3fn_gui.shell.window import make_window

    window = make_window(Settings(folder / "settings.ini"))
    window.context.ask = DemoAnswers(window, folder)
    window.resize(*SIZE)
    window.show()
    yield "The window is open"
    demo = QuietDemo(window, folder, print)
    try:
        yield from demo.steps()
        demo.screenshot(folder / "window.png")
        item, model = window.session.cubes.current, window.session.model
    finally:
        window.close()
    _require(demo.agreement >= EXPECTED, f"the map agrees with only {per_cent(demo.agreement)} of the fruit")
    _require((folder / "window.png").stat().st_size > 10_000, "the picture of the window is empty")
    assert item is not None
    assert item.prediction is not None
    assert model is not None
    written = read_labels(folder / f"{STEM}_classes.hdr")
    _require(np.array_equal(written, item.prediction.ids), "the exported map is not the one in the window")
    yield "The exported map is the one in the window"
    again = s3fn_core.Model(model)
    again.save(folder / "model.s3fn")
    mapped = s3fn_core.Model.load(folder / "model.s3fn").predict(item.cube)
    _require(np.array_equal(mapped.ids, item.prediction.ids), "the saved model gives another map")
    yield "The model was saved, opened again, and gave the same map"
    yield _origin()


def _data() -> str:
    """What ships with the program is there and can be read."""
    from s3fn_core.words.library.bundled import bundled
    from s3fn_core.words.transformer import DEFAULT_ENCODER, locate

    weights = locate(DEFAULT_ENCODER) / "model.safetensors"
    for path in (resource("icons", "app.svg"), weights):
        _require(path.is_file(), f"{path} is missing")
    manual = Manual()
    texts = [manual.html(page) for page in manual.pages]
    return (
        f"The text encoder, {len(bundled())} spectra of the library and {len(texts)} pages of help are there"
    )


def _origin() -> str:
    """In a bundle nothing was taken from a Python that happens to be on this computer."""
    names = [getattr(module, "__file__", None) for module in tuple(sys.modules.values())]
    files = [Path(name) for name in names if name and Path(name).is_absolute()]  # not those of the start
    bundle = getattr(sys, "_MEIPASS", None)
    strangers = [] if bundle is None else [path for path in files if not path.is_relative_to(bundle)]
    _require(not strangers, f"{strangers[:1]} is not part of the bundle")
    return f"{len(files)} modules" + (" of the bundle, and no other ones" if bundle else "")


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise SelfTestError(otherwise[0].upper() + otherwise[1:] + ".")
