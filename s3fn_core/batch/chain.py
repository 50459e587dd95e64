"""The work of run: what was done with one cube, done with many, from raw counts to classes of objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.calibrating import References, write_calibrated
from s3fn_core.batch.masking import write_map
from s3fn_core.batch.predicting import Predicting
from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.masking import find_mask
from s3fn_core.cubes.treating.treatment import Metadata, Treatment, read_treatment
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation, scaled


@dataclass(frozen=True)
class Chain:
    """Calibrate, mask, classify, judge objects, write; each only where it is given.

    Attributes
    ----------
    metadata : Metadata or None
        What was stated of the cubes.
    references : References or None
        Of the calibration.
    kept : Path or None
        A file with the calibration itself (see :mod:`~s3fn_core.cubes.treating.treatment`).
    mask : Recipe or None
    predicting : Predicting or None
        With `objects` the objects of the mask are judged.
    write_reflectance, write_mask : bool
    """

    metadata: Metadata | None = None
    references: References | None = None
    kept: Path | None = None
    mask: Recipe | None = None
    predicting: Predicting | None = None
    write_reflectance: bool = False
    write_mask: bool = False

    command = "run"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files of every step."""
        given = () if self.references is None else self.references.files
        kept = () if self.kept is None else (self.kept,)
        return (*given, *kept, *(() if self.predicting is None else self.predicting.inputs))

    @property
    def settings(self) -> Mapping[str, Any]:
        """Those of every step."""
        return {
            "metadata": None if self.metadata is None else asdict(self.metadata),
            "references": None if self.references is None else self.references.settings,
            "kept": self.kept is not None,
            "mask": None if self.mask is None else json.loads(self.mask.to_json()),
            "predict": None if self.predicting is None else dict(self.predicting.settings),
            "write": [self.write_reflectance, self.write_mask],
        }

    def beside(self, cube: Path) -> dict[str, Path]:
        """Files that belong to a cube and are found by their names."""
        return {} if self.references is None else self.references.beside(cube)

    def check(self, shared: str) -> tuple[str, ...]:
        """What to know of the model; raises S3FNError where a file of the recipe cannot be used."""
        for path in self.inputs:
            if not path.exists():
                raise CubeError(
                    "{path}, of the recipe, does not exist; check its name and folder.", path=path
                )
        if self.kept is not None:
            self._kept()
        return () if self.predicting is None else self.predicting.check(shared)

    def files(self, task: Task) -> list[Path]:
        """Those of every step."""
        found = [] if self.predicting is None else self.predicting.files(task)
        if self.write_mask:
            found.append(_mask_file(task))
        if self.write_reflectance:
            header = _reflectance_file(task)
            found += [header, header.with_suffix(".img")]
        return found

    def make(self, task: Task) -> Operation[Made]:
        """Do all steps with a cube."""
        source = open_cube(task.cube)
        calibration = yield from scaled(self._calibration(task, source), 0.0, 0.1)
        treatment = Treatment(self.metadata, calibration)
        told = () if self.references is None else self.references.remarks(task.beside)
        made = Made((), notes=(*source.notes, *told))
        if self.write_reflectance and calibration is not None:
            writing = self._reflectance(task, treatment.counts(source), calibration)
            made = _joined(made, (yield from scaled(writing, 0.1, 0.2)))
        numbers = None
        if self.mask is not None:
            mask = yield from scaled(find_mask(treatment.applied(source), self.mask), 0.2, 0.4)
            treatment, numbers = replace(treatment, mask=mask), mask.objects
            made = _joined(made, self._masked(task, numbers))
        cube = treatment.applied(source).with_(name=task.stem)
        if self.predicting is not None:
            judged_numbers = numbers if self.predicting.objects else None
            mapping = self.predicting.mapping_of(task, cube, judged_numbers)
            mapped, judged = yield from scaled(mapping, 0.4, 0.95)
            made = _joined(
                made, (yield from scaled(self.predicting.with_objects(task, mapped, judged), 0.95, 1))
            )
        return made

    def _calibration(self, task: Task, source: Cube) -> Operation[Calibration | None]:
        if self.kept is not None:
            return self._kept()
        if self.references is None:
            return None
        return (yield from self.references.calibration(source, task.cube, task.beside))

    def _kept(self) -> Calibration:
        assert self.kept is not None
        found = read_treatment(self.kept).calibration
        if found is None:
            raise CubeError("{kept} holds no calibration; write the recipe again.", kept=self.kept)
        return found

    def _reflectance(self, task: Task, counts: Cube, calibration: Calibration) -> Operation[Made]:
        header = _reflectance_file(task)
        made = yield from write_calibrated(counts, calibration, header)
        return replace(made, files=tuple(map(task.relative, (header, header.with_suffix(".img")))))

    def _masked(self, task: Task, numbers: np.ndarray[Any, Any]) -> Made:
        pixels = int(np.count_nonzero(numbers))
        files = write_map((numbers > 0).astype(np.uint8), _mask_file(task)) if self.write_mask else []
        cells = {"objects": int(numbers.max()), "pixels of objects": pixels}
        return Made(tuple(map(task.relative, files)), cells, {"masked": cells})


def _mask_file(task: Task) -> Path:
    return task.folder / f"{task.stem}_mask.npy"


def _reflectance_file(task: Task) -> Path:
    return header_path(task.folder / f"{task.stem}_reflectance")


def _joined(one: Made, other: Made) -> Made:
    """What two steps made of a cube."""
    return Made(
        (*one.files, *other.files),
        {**one.row, **other.row},
        {**one.told, **other.told},
        tuple(dict.fromkeys((*one.notes, *other.notes))),
        "\n".join(text for text in (one.text, other.text) if text),
    )
