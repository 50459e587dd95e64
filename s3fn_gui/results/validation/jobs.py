"""What is read and drawn in a worker thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import mapped, propose_mapping, read_label_file
from s3fn_core.languages import tr
from s3fn_core.quoting import listed
from s3fn_core.results.sampling import draw_sample
from s3fn_core.results.validation_points import ValidationPoints, read_reference_points
from s3fn_core.types import BoolArray, IdArray
from s3fn_gui.results.validation.state import Reference
from s3fn_gui.session.cube import OpenCube

TABLES = (".csv", ".txt")


def draw(ids: IdArray, wanted: dict[int, int], seed: int, excluded: BoolArray | None) -> ValidationPoints:
    """A sample at which nobody has looked yet; raises LabelError."""
    return ValidationPoints.of(draw_sample(ids, wanted, seed=seed, excluded=excluded))


def read_reference(path: Path, item: OpenCube, classes: ClassSet) -> Reference:
    """A reference for a cube from a table of points or a label map, in the project's class ids.

    Raises
    ------
    LabelError
        When it cannot be read, does not fit the cube, or shares no class with the project.
    """
    shape = item.labels.shape
    if path.suffix.lower() in TABLES:
        return Reference(item, path.name, read_reference_points(path, classes, shape), "points")
    file = read_label_file(path, shape=shape, place=item.cube.georeference)
    matches = [m for m in propose_mapping(file.classes, classes) if m.found.pixels]
    mapping = {m.found.id: m.class_id for m in matches if m.class_id is not None}
    if not mapping:
        raise LabelError(
            "{path} has no class of the project: it holds {names}. Give the classes the same names.",
            path=path,
            names=listed([_name(m.found.name, m.found.id) for m in matches]) or tr("no label"),
        )
    other = [_name(m.found.name, m.found.id) for m in matches if m.class_id is None]
    notes = [*file.notes]
    if other:
        text = tr("{names} of {file} left out: no class of that name.", names=listed(other), file=path.name)
        notes.insert(0, text)
    ids = mapped(file.ids, mapping)
    return Reference(item, path.name, np.ascontiguousarray(ids), "pixels", " ".join(notes))


def _name(name: str | None, number: int) -> str:
    return name or tr("class {number}", number=number)
