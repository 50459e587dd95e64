"""Label files read as labels of known classes: by the ids they hold, or by the names."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import (
    LabelFile,
    check_ids,
    holds_regions,
    mapped,
    propose_mapping,
    read_label_file,
    says_nothing,
)
from s3fn_core.labels.rasters import Place
from s3fn_core.types import IdArray

Match: TypeAlias = Literal["names", "ids"]


@checked(LabelError)
def read_for_classes(
    path: str | PathLike[str],
    classes: ClassSet,
    shape: tuple[int, int],
    place: Place | None = None,
    *,
    attribute: str | None = None,
    match: Match | None = None,
) -> tuple[IdArray, tuple[str, ...]]:
    """The label map of a cube, and what was guessed in it.

    Maps mean `classes` by the ids that they hold, unless `match` says otherwise.  Files of regions
    mean them by their names, for many have no ids.

    Parameters
    ----------
    path : path
    classes : ClassSet
    shape : (lines, samples)
        Of the cube.
    place : Georeference, optional
        Of the cube; a map that has a place is laid under it.
    attribute : str, optional
        Of drawn regions: what names their class.
    match : {"names", "ids"}, optional
        What counts where a map names its classes otherwise.

    Raises
    ------
    LabelError
        When the file is missing, does not fit, names a class that there is not, or names its classes
        otherwise than `classes` and `match` does not say what counts.
    """
    path = Path(path)
    file = read_label_file(path, shape=shape, place=place, attribute=attribute)
    if match == "names" or holds_regions(path):
        ids = _by_name(file, classes)
    else:
        if match is None:
            _check_names(file, classes)
        check_ids(int(file.ids.max(initial=0)), file.path)
        ids = file.ids.astype(np.uint8)
    return ids, tuple(f"{path.name}: {note}" for note in file.notes)


def _by_name(file: LabelFile, classes: ClassSet) -> IdArray:
    """The ids that `classes` has for the classes of a file."""
    matches = propose_mapping(file.classes, classes)
    for match in matches:
        if match.class_id is None and match.found.pixels:
            raise LabelError(
                '{path} has pixels of "{name}", which is not a class; there are {names}. Rename it '
                "there, or add the class.",
                path=file.path,
                name=match.found.name or match.found.id,
                names=", ".join(classes.names),
            )
    return mapped(file.ids, {m.found.id: m.class_id for m in matches if m.class_id is not None})


def _check_names(file: LabelFile, classes: ClassSet) -> None:
    """Raise LabelError where a map names one of its classes otherwise than `classes`."""
    for found in file.classes:
        ours = classes[found.id].name if found.id in classes else ""
        if not found.pixels or not ours or says_nothing(found.id, found.name):
            continue
        if _letters(found.name or "") != _letters(ours):
            raise LabelError(
                '{path} calls its class {id} "{name}", but the class {id} is "{ours}". Say what counts: '
                "--match names, or --match ids.",
                path=file.path,
                id=found.id,
                name=found.name,
                ours=ours,
            )


def _letters(name: str) -> str:
    """What of a name every format keeps."""
    return "".join(c for c in name.casefold() if c.isalnum()) or name
