"""Hyperspectral Wood (doi:10.17632/2sfw446fht.2): small blocks of heartwood and sapwood as .npy."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from s3fn_core.cubes.formats.arrays import HEADER_FAILURES
from s3fn_core.errors import CubeError
from s3fn_core.importers.found import DataSet, FoundCube, Part, Wish
from s3fn_core.importers.holding_out import NOTHING, held_out
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.object_names import LONGEST
from s3fn_core.languages import tr
from s3fn_core.resources import resource

TITLE = "Hyperspectral Wood"
CLASSES = ("heartwood", "sapwood")
RANGE = (400.0, 1000.0)
"""Of the camera, nm; the files state none."""
_TEST = re.compile(r"test(?:ing)?(?:[ _-]?(?:set|data))?", re.IGNORECASE)


def look(folder: Path, wish: Wish) -> DataSet:
    """Blocks in folders called heartwood and sapwood, tested where a folder above is called test.

    Raises
    ------
    CubeError
        When there are none.
    """
    kinds = {path: kind for path in sorted(folder.rglob("*.npy")) if (kind := _kind(path, folder))}
    if not kinds:
        raise CubeError(
            "{folder} holds no .npy files in folders called heartwood and sapwood. Choose the "
            "folder that holds these two, or its train and test folders.",
            folder=folder,
        )
    tested = {path for path in kinds if _is_test(path, folder)}
    split = tr("the test folder of the data set")
    if not tested:
        drawn = held_out({str(path): kind for path, kind in kinds.items()})
        tested = {path for path in kinds if str(path) in drawn}
        split = (
            NOTHING
            if not drawn
            else tr("a quarter of the blocks of every class, drawn at random, as there is no test folder")
        )
    parts: dict[bool, Part] = {True: "test", False: "train"}
    cubes = tuple(
        FoundCube(path, kind, parts[path in tested], _name(path, folder), _centres(path))
        for path, kind in kinds.items()
    )
    notes = (
        tr(
            "The files state no wavelengths: {low:g} to {high:g} nm in even steps, as in the paper.",
            low=RANGE[0],
            high=RANGE[1],
        ),
        tr("Which blocks were cut from the same board is not known, so a board may be on both sides."),
    )
    classes = read_classes(resource("classes", "wood.json"))
    return DataSet("wood", TITLE, folder, cubes, classes, split, notes)


def _name(path: Path, folder: Path) -> str:
    """A block by the end of its place in the data set; nothing else shares it."""
    return path.relative_to(folder).with_suffix("").as_posix()[-LONGEST:]


def _centres(path: Path) -> tuple[float, ...] | None:
    """Wavelengths of a file by its head; None where it cannot be read, which the import reports."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (*HEADER_FAILURES, OSError):
        return None
    if not isinstance(array, np.ndarray) or array.ndim != 3:
        return None
    return tuple(map(float, np.linspace(*RANGE, array.shape[-1])))


def _kind(path: Path, folder: Path) -> str:
    names = [part.lower() for part in path.relative_to(folder).parts[:-1]]
    return next((kind for kind in CLASSES for name in reversed(names) if kind in name), "")


def _is_test(path: Path, folder: Path) -> bool:
    return any(_TEST.fullmatch(part) for part in path.relative_to(folder).parts[:-1])
