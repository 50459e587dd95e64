"""Damage to what the program itself writes and reads again: projects, labels, treatments, models.

Most of it are single flipped bits, which change a value and leave the file readable.  What is read
has to be what was written, or the damage is told: in a note, or in an error that names the file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating import treatment
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment, read_treatment
from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import ClassSet, read_classes, write_classes
from s3fn_core.labels.exchange import WRITTEN_SUFFIXES, read_label_file, write_labels
from s3fn_core.model.checkpoint import load_model, save_model
from s3fn_core.project import Project
from tests.core.labels.exchange import test_damage
from tests.core.model.models import small, untrained
from tests.core.model.scenes import stripes
from tests.fuzz.cubes import refused
from tests.fuzz.tally import CHANGED, OPENED, SAME, TOLD, Outcome

SHAPE = (12, 17)
IDS = np.random.default_rng(3).integers(0, 4, SHAPE).astype(np.uint8)
CLASSES = ClassSet().added("soil").added("Wälder").added("water")


def damaged(whole: bytes, seed: int) -> bytes:
    """Flip bits, one in most cases; else cut the file, or overwrite or repeat a part of it."""
    chance = random.Random(seed)
    flips = chance.choices([1, 2, 3, 20, 0], [12, 2, 1, 1, 4])[0]
    if not flips:
        return test_damage.mutated(whole, chance.randrange(4), np.random.default_rng(seed))
    content = bytearray(whole)
    for _ in range(flips):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


class Projects:
    """Any file of a project, opened as the window opens it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "work.s3fnproj"
        project = Project.create(self._folder)
        header = write_envi(np.ones((*SHAPE, 4), np.float32), folder / "field.hdr")
        entry = project.add_cube(open_cube(header))
        project.classes = CLASSES
        project.labels[entry.id] = IDS
        project.test_regions[entry.id] = IDS == 1
        project.treatments[entry.id] = Treatment(
            Metadata((400.0, 500.0, 600.0, 700.0), (True,) * 4, None, 2.0),
            mask=Mask((IDS > 1).astype(np.int32)),
        )
        project.settings = {"picture": {"low": 0.25, "names": ["a", "b"], "shown": True}}
        project.models = [project.store_model(lambda path: path.write_bytes(bytes(range(256)) * 4))]
        project.save()
        every = [path for path in self._folder.rglob("*") if path.is_file() and path.suffix != ".xml"]
        self._files = {f"project {path.parent.name}": path for path in every if path.parent != self._folder}
        self._files["project.json"] = self._folder / "project.json"
        self.kinds = tuple(self._files)
        self._whole = {kind: path.read_bytes() for kind, path in self._files.items()}
        self._said = self._read()[0]

    def try_one(self, kind: str, seed: int) -> Outcome:
        """Damage a file, open the project, and mend the file."""
        self._files[kind].write_bytes(damaged(self._whole[kind], seed))
        try:
            said, notes = self._read()
        except S3FNError as error:
            return refused(kind, error, "project.json")
        finally:
            self._files[kind].write_bytes(self._whole[kind])
        if said == self._said:
            return Outcome(kind, SAME)
        return Outcome(kind, TOLD if notes else CHANGED)

    def _read(self) -> tuple[Any, list[str]]:
        project = Project.load(self._folder)
        said = (
            project.cubes,
            project.classes,
            project.settings,
            project.models,
            {key: ids.tobytes() for key, ids in project.labels.items()},
            {key: marked.tobytes() for key, marked in project.test_regions.items()},
            {key: treatment.as_bytes(value) for key, value in project.treatments.items()},
        )
        return said, project.notes


class Alone:
    """Files that are read by themselves; each says what it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        recipe = Recipe()
        treated = Treatment(mask=Mask((IDS > 1).astype(np.int32), recipe))
        model = untrained(small("pixel"), stripes())
        self._read: dict[str, Callable[[Path], Any]] = {}
        self._keep("model.s3fn", lambda path: save_model(model, path), self._model)
        self._keep(
            "treatment.npz",
            lambda path: path.write_bytes(treatment.as_bytes(treated)),
            lambda path: treatment.as_bytes(read_treatment(path)),
        )
        self._keep("classes.json", lambda path: write_classes(CLASSES, path), read_classes)
        for suffix in WRITTEN_SUFFIXES:
            self._keep(f"labels{suffix}", lambda path: write_labels(IDS, path, CLASSES), labels)
        self.kinds = tuple(self._read)
        self._whole = {kind: (folder / kind).read_bytes() for kind in self.kinds}
        self._said = {kind: read(folder / kind) for kind, read in self._read.items()}

    def _keep(self, kind: str, write: Callable[[Path], object], read: Callable[[Path], Any]) -> None:
        write(self._folder / kind)
        self._read[kind] = read

    def _model(self, path: Path) -> str:
        """The digest of all that a model says; its file orders what it holds at random."""
        again = self._folder / "again.s3fn"
        save_model(load_model(path), again)
        with safe_open(again, "pt") as file:
            return str(file.metadata()["digest"])

    def try_one(self, kind: str, seed: int) -> Outcome:
        """Damage a file and read it."""
        path = self._folder / kind
        path.write_bytes(damaged(self._whole[kind], seed))
        try:
            said = self._read[kind](path)
        except S3FNError as error:
            return refused(kind, error, kind)
        finally:
            path.write_bytes(self._whole[kind])
        if said == self._said[kind]:
            return Outcome(kind, SAME)
        return Outcome(kind, CHANGED if kind in GUARDED else OPENED)


GUARDED = {
    *("model.s3fn", "treatment.npz"),
    *("labels.tif", "labels.tiff", "labels.png", "labels.h5", "labels.hdf5"),
}
"""Formats with a checksum; in all others any value may as well have been meant.

That of MATLAB files, Adler-32, is the same for some neighbours in so small a map.
"""


def labels(path: Path) -> bytes:
    """The ids of a label file of the cube."""
    ids = read_label_file(path, shape=SHAPE).ids
    assert ids.shape == SHAPE, "the labels have another shape"
    return ids.astype(np.int64).tobytes()
