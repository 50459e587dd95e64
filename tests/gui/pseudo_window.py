"""Open the window, use its rooms, and print what is shown in English where a language of brackets is set.

``python -m tests.gui.pseudo_window FOLDER`` is a process of its own: modules hold their texts.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from s3fn_gui.base.settings import Settings
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import make_window
from s3fn_gui.shell.workspaces import WORKSPACES
from tests.gui.support import Hands, put_labels, settle
from tests.pseudo import shown, untranslated

KEYS = re.compile(r"(Ctrl|Shift|Alt)\+[\w+,-]+|Del|Esc|Space|Tab")
WORDS = re.compile(r"[^\W\d_][\w²-]*")
NAMES = "scene Soil Leaf S3FN pixel px mm² CLS SNV Savitzky-Golay RGB PCA MNF CPU CUDA MiniLM float32 BIP"
"""Of the test's own data, and what has the same name everywhere."""


def wait(done: Callable[[], bool], timeout: int) -> None:
    end = time.monotonic() + timeout / 1000
    while not done():
        QApplication.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end:
            raise TimeoutError


def use(folder: Path) -> QWidget:
    """A scene with two classes that are labelled, described, trained and mapped, and every workspace seen."""
    window = make_window(Settings(folder / "settings.ini"))
    window.show()
    hands = Hands(window, wait)
    hands.open_scene()
    for name in ("Soil", "Leaf"):
        class_edits.add_class(hands.session, name)
    item = hands.session.cubes.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[5:20, 2:12], ids[5:20, 25:35] = 1, 2
    put_labels(hands.session, item, ids)
    hands.trigger("words.measure_all")
    hands.trigger("train.start")
    hands.until(lambda: hands.session.model is not None and not hands.states.training.running)
    for workspace in WORKSPACES:
        window.workspaces.choose(workspace.name)
        settle()
    return window


def english(root: QWidget) -> list[str]:
    """What is shown without brackets, each with where it is."""
    found = {(place, untranslated(KEYS.sub(" ", text))) for place, text in shown(root)}
    return sorted(
        f"{place}: {text}" for place, text in found if set(WORDS.findall(text)) - set(NAMES.split())
    )


if __name__ == "__main__":
    print(*english(use(Path(sys.argv[1]))), sep="\n")
    sys.stdout.flush()
    os._exit(0)  # nothing is to be saved or asked
