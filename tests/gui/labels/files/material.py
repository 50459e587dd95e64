"""Label maps of other programs, and how they come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import write_labels
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import Hands

SHAPE = (30, 40)
FOREIGN = ClassSet().added("Water", "#0000ff").added("soil", "#aa5500").added("roof", "#ff0000")


def paint(hands: Hands, class_id: int, lines: slice) -> None:
    item = current(hands)
    mask = np.zeros(SHAPE, bool)
    mask[lines] = True
    hands.session.push_labels(item, item.labels.edit((0, 0, *SHAPE), mask, class_id), "Paint")


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


def foreign_ids() -> np.ndarray:
    """Water (1) on lines 5 to 14, soil (2) on 15 to 19, roof (3) on 20."""
    ids = np.zeros(SHAPE, np.uint8)
    ids[5:15], ids[15:20], ids[20] = 1, 2, 3
    return ids


def foreign(folder: Path, name: str = "foreign.hdr") -> Path:
    write_labels(foreign_ids(), folder / name, FOREIGN)
    return folder / name


def start_import(hands: Hands, path: Path) -> None:
    hands.ask.paths["labels"] = path
    hands.trigger("file.import_labels")


def drop(hands: Hands, *paths: Path) -> None:
    hands.window.flows.opening.open_any(paths)
