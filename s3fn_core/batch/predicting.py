"""The work of predict: the map of a cube and the classes of its objects, as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from s3fn_core.batch.classify import Classifier, RuleWish, by_model, by_words, classifying, room_for_maps
from s3fn_core.batch.judged import JudgedCube, object_files, objects_text, write_objects
from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.exchange import OBJECT_MAP, read_label_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, scaled
from s3fn_core.quoting import columns
from s3fn_core.results.class_map import AreaRow
from s3fn_core.results.export import USUAL, areas, exporting, map_files
from s3fn_core.results.origin import remark_of
from s3fn_core.results.probabilities import export_probabilities, probability_files
from s3fn_core.results.voting import UNKNOWN
from s3fn_core.types import ObjectMap

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.mapper import Block, Blocks

OBJECTS = "objects"
"""Name of the map of objects among the files that belong to a cube."""


@dataclass(frozen=True)
class Predicting:
    """Classify cubes by a model, or by descriptions alone.

    Attributes
    ----------
    model : Path or None
        None: by the descriptions in `classes`.
    classes : Path or None
        Descriptions in the place of the model's own.
    objects : bool
        Whether every cube has a map of objects, which are judged, too.
    rule : RuleWish
    smooth, expectations, probabilities : bool
    formats : tuple of str
    least : float or None
        Confidence below which a pixel gets no class.
    device : str
    """

    model: Path | None
    classes: Path | None = None
    objects: bool = False
    rule: RuleWish = field(default_factory=RuleWish)
    smooth: bool = True
    expectations: bool = True
    probabilities: bool = False
    formats: tuple[str, ...] = USUAL
    least: float | None = None
    device: str = "auto"

    command = "predict"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The model and the classes."""
        return tuple(path for path in (self.model, self.classes) if path is not None)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Everything but the files and where it is computed."""
        told = asdict(self) | {"formats": list(self.formats)}
        del told["device"]
        return told | {"model": self.model is not None, "classes": self.classes is not None}

    @property
    def by(self) -> str:
        """What the files say that made them."""
        return ", ".join(path.name for path in self.inputs)

    @property
    def _remark(self) -> str:
        return remark_of(from_words=self.model is None, reworded=self.classes is not None)

    def check(self, shared: str) -> tuple[str, ...]:
        """What to know of the model and the classes; raises S3FNError where they cannot be used."""
        return self.classifier(shared).notes

    def classifier(self, shared: str) -> Classifier:
        """What classifies, read once as long as its files have the digest `shared`."""
        return _classifier(self, shared)

    def files(self, task: Task) -> list[Path]:
        """All files that may be written of a cube."""
        return [*self.map_files(task), *(self.object_files(task) if self.objects else ())]

    def map_files(self, task: Task) -> list[Path]:
        """Those of its map."""
        files = map_files(task.folder, task.stem, self.formats)
        return files + (probability_files(task.folder, task.stem, self.formats) if self.probabilities else [])

    def object_files(self, task: Task) -> list[Path]:
        """Those of its objects."""
        return object_files(task.folder, task.stem, self.formats)

    def make(self, task: Task) -> Operation[Made]:
        """Map a cube and judge its objects."""
        made, judged = yield from scaled(self.mapping(task), 0.0, 0.95)
        return (yield from scaled(self.with_objects(task, made, judged), 0.95, 1.0))

    @property
    def whole(self) -> str:
        """Objects may lie in several blocks."""
        return tr("its objects are judged as well") if self.objects else ""

    def blocks(self, task: Task, cube: Cube, count: int) -> list[range]:
        """The lines of blocks of a cube."""
        from s3fn_core.model.applying.mapper import blocks_of

        return blocks_of(cube, self.classifier(task.shared).side, count)

    def block(self, task: Task, lines: range) -> Operation[Block]:
        """Map some lines."""
        cube = open_cube(task.cube).with_(name=task.stem)
        return (yield from self.classifier(task.shared).mapper(cube).block(lines))

    def joined(self, task: Task, blocks: Blocks) -> Operation[Made]:
        """Write the map that its blocks make."""
        made, _ = yield from self.mapping(task, blocks)
        return made

    def mapping(self, task: Task, blocks: Blocks | None = None) -> Operation[tuple[Made, JudgedCube | None]]:
        """Write the map of a cube; what is known of its objects is not written yet."""
        cube = open_cube(task.cube).with_(name=task.stem)
        notes: list[str] = []
        numbers = read_numbers(task.beside[OBJECTS], cube, notes) if self.objects else None
        made, judged = yield from self.mapping_of(task, cube, numbers, blocks)
        return replace(made, notes=(*cube.notes, *notes, *made.notes)), judged

    def mapping_of(
        self, task: Task, cube: Cube, numbers: ObjectMap | None, blocks: Blocks | None = None
    ) -> Operation[tuple[Made, JudgedCube | None]]:
        """Likewise of a cube that is open, with the numbers of its objects, if these are to be judged."""
        classifier = self.classifier(task.shared)
        classifier.check(cube)
        with room_for_maps(cube, task.folder) as into:
            work = classifying(classifier, cube, numbers, into, blocks)
            found, whole = yield from scaled(work, 0.0, 0.9)
            result = found.class_map(cube, self.by, self._remark)
            if self.least is not None:
                result = result.without_unsure(self.least)
            files = yield from scaled(exporting(result, task.folder, task.stem, self.formats), 0.9, 1.0)
            if found.probabilities is not None:
                files += export_probabilities(found.probabilities, result, task.folder, self.formats)
            made = _of_map(task, cube, areas(result), files)
        told = {"novel_share": found.novel_share, **made.told}
        made = Made(made.files, made.row, told, found.notes, made.text)
        judged = None if whole is None or numbers is None else JudgedCube(cube, numbers, whole)
        return made, judged

    def with_objects(self, task: Task, made: Made, judged: JudgedCube | None) -> Operation[Made]:
        """Write what the objects of a mapped cube are, if it has any that were judged."""
        if judged is None:
            return made
        files = yield from write_objects(judged, task.folder, self.formats, self.by, self._remark)
        objects = judged.found.objects
        counts = Counter(UNKNOWN if one.shown_unknown else one.class_name for one in objects)
        names = dict.fromkeys((*judged.found.classes.names, UNKNOWN))
        row = {f"objects: {name}": counts[name] for name in names}
        return Made(
            (*made.files, *map(task.relative, files)),
            {**made.row, "objects": len(objects), **row},
            {**made.told, "objects": [one.to_json() for one in objects]},
            tuple(dict.fromkeys((*made.notes, *judged.found.notes))),
            f"{made.text}\n{objects_text(judged)}",
        )


def _of_map(task: Task, cube: Cube, rows: list[AreaRow], files: list[Path]) -> Made:
    """What the areas of a map tell."""
    cells: dict[str, Any] = {}
    for row in rows:
        cells |= {f"{row.name}: pixels": row.pixels, f"{row.name}: per cent": round(row.percent, 4)}
        if row.area is not None:
            cells[f"{row.name}: m2"] = row.area
    told = [
        {"id": r.class_id, "name": r.name, "pixels": r.pixels, "percent": r.percent, "area": r.area}
        for r in rows
    ]
    table = columns(
        [(cube.name, "pixels", "per cent"), *((r.name, str(r.pixels), f"{r.percent:.1f}") for r in rows)]
    )
    names = tuple(map(task.relative, files))
    return Made(names, cells, {"areas": told}, (), table)


@lru_cache(maxsize=1)
def _classifier(work: Predicting, shared: str) -> Classifier:
    if work.model is not None:
        return by_model(
            work.model,
            work.device,
            work.rule,
            words=work.classes,
            smooth=work.smooth,
            expectations=work.expectations,
            probabilities=work.probabilities,
        )
    if work.classes is None:
        raise ModelError("Maps need a model or classes; give one.")
    if not work.expectations:
        raise ModelError(
            "Without a model, a map comes from the expected spectra alone; leave out --no-expectations."
        )
    return by_words(work.classes, work.rule, work.smooth, probabilities=work.probabilities)


def read_numbers(path: Path, cube: Cube, notes: list[str]) -> ObjectMap:
    """The map of a cube's objects; what was assumed of it is added to `notes`.

    Raises
    ------
    LabelError
        When it is missing, is none, or does not fit the cube.
    """
    try:
        file = read_label_file(path, shape=cube.shape[:2], place=cube.georeference, what=OBJECT_MAP)
    except LabelError as error:
        raise LabelError("--objects: {error}", error=error) from error
    notes += [f"{path.name}: {note}" for note in file.notes]
    return file.ids.astype(np.int64)
