"""The work of describe --source measured: what the labelled pixels of each cube say of the classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.quantity import is_unsure, judged
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import read_classes, write_classes
from s3fn_core.labels.paragraphs import replaced
from s3fn_core.labels.reading import read_for_classes
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_core.words.measured import measured_descriptions

LABELS = "labels"
"""Name of the label map among the files that belong to a cube."""


@dataclass(frozen=True)
class Describing:
    """NAME_classes.json of every cube: the classes with what was measured there."""

    classes: Path
    match: Literal["names", "ids"] | None = None
    attribute: str | None = None
    values: Literal["reflectance", "other"] | None = None

    command = "describe"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The classes."""
        return (self.classes,)

    @property
    def settings(self) -> Mapping[str, Any]:
        """How labels and values are understood."""
        return {"match": self.match, "attribute": self.attribute, "values": self.values}

    def check(self, shared: str) -> tuple[str, ...]:
        """Raise LabelError where the classes cannot be read."""
        return tuple(
            tr("{name}: all descriptions are locked", name=c.name)
            for c in read_classes(self.classes)
            if c.is_settled
        )

    def files(self, task: Task) -> list[Path]:
        """The classes of one cube."""
        return [task.folder / f"{task.stem}_classes.json"]

    def make(self, task: Task) -> Operation[Made]:
        """Measure and describe."""
        classes = read_classes(self.classes)
        cube = open_cube(task.cube).with_(name=task.stem)
        notes = list(cube.notes)
        ids, guessed = read_for_classes(
            task.beside[LABELS],
            classes,
            cube.shape[:2],
            cube.georeference,
            attribute=self.attribute,
            match=self.match,
        )
        notes += guessed
        cube = of_quantity(cube, self.values, notes)
        found = yield from measured_descriptions(cube, ids, classes)
        if not found:
            raise LabelError("No class has labels on measured pixels of {name}; label some.", name=cube.name)
        after, words = classes, dict[str, int]()
        for one in classes:
            if one.id not in found:
                notes.append(tr("{name}: no labelled pixel, not described", name=one.name))
            elif not one.is_settled:
                after = after.changed(one.id, descriptions=replaced(one.descriptions, (found[one.id],)))
                words[one.name] = len(found[one.id].text.split())
        (path,) = self.files(task)
        write_classes(after, path)
        row = {f"{name}: words": count for name, count in words.items()}
        told = {"described": {one.name: found[one.id].to_json() for one in classes if one.name in words}}
        return Made((task.relative(path),), row, told, tuple(notes))


def of_quantity(cube: Cube, values: str | None, notes: list[str]) -> Cube:
    """The cube, of whose values it is known what they are; `notes` tells what was assumed."""
    if values is not None:
        return cube.with_(reflectance=values == "reflectance")
    if is_unsure(cube):
        notes.append(
            tr(
                "the values look like reflectance and were treated as such; if they are not, use --values "
                "other."
            )
        )
    return judged(cube)
