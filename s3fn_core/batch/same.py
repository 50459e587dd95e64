"""Do the same with other cubes: a recipe of what was done with one, and the run of it as one operation."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.many import doing, prepared
from s3fn_core.batch.pool import in_processes, in_turn
from s3fn_core.batch.recipe import (
    BESIDE,
    CalibrateStep,
    ExportStep,
    PredictStep,
    RunRecipe,
    VoteStep,
    read_run_recipe,
    write_run_recipe,
)
from s3fn_core.batch.summary import check_summary, write_summary
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.cubes.treating.treatment import Treatment, as_bytes
from s3fn_core.errors import ExportError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels.classes import ClassSet, write_classes
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel

RECIPE = "recipe.yaml"


@dataclass(frozen=True, eq=False)
class Same:
    """What was done with one cube and is to be done with others.

    Attributes
    ----------
    treatment : Treatment
        Its metadata, calibration, and the recipe of its mask.
    model : S3FNModel or None
    classes : ClassSet or None
        Without a model: their descriptions make the map.
    beside : bool
        Take the references next to each cube, not those of the treatment.
    judge : bool
        Give every object of the mask a class.
    export : ExportStep
    """

    treatment: Treatment
    model: S3FNModel | None = None
    classes: ClassSet | None = None
    beside: bool = False
    judge: bool = False
    export: ExportStep = field(default_factory=ExportStep)

    def files(self, path: Path) -> dict[str, Path]:
        """What is written for a recipe at `path`, besides it."""
        wanted = {
            "model.s3fn": self.model is not None,
            "classes.json": self.model is None and self.classes is not None,
            "references.npz": self.treatment.calibration is not None and not self.beside,
        }
        return {name: path.with_name(f"{path.stem}_{name}") for name, there in wanted.items() if there}

    def recipe(self, path: Path) -> RunRecipe:
        """The recipe, as it lies at `path`.

        Raises
        ------
        ExportError
            When the mask was drawn by hand, and so cannot be made for another cube.
        """
        files = {name: file.name for name, file in self.files(path).items()}
        mask, predict = None, None
        if (found := self.treatment.mask) is not None:
            if found.recipe is None:
                raise ExportError(
                    "The mask was drawn by hand, so it has no recipe; find the objects by their values."
                )
            mask = json.loads(found.recipe.to_json())
        if self.model is not None or self.classes is not None:
            predict = PredictStep(model=files.get("model.s3fn"), classes=files.get("classes.json"))
        metadata = self.treatment.metadata
        return RunRecipe(
            metadata=None if metadata is None else _plain(asdict(metadata)),
            calibrate=self._calibrating(files),
            mask=mask,
            predict=predict,
            vote=VoteStep() if self.judge else None,
            export=self.export,
        )

    def _calibrating(self, files: Mapping[str, str]) -> CalibrateStep | None:
        calibration = self.treatment.calibration
        if calibration is None:
            return None
        if not self.beside:
            return CalibrateStep(kept=files["references.npz"])
        factors = np.unique(calibration.panel)
        if len(factors) > 1:
            raise ExportError("The panel has a certificate; take the same references for all cubes.")
        return CalibrateStep(white=BESIDE, dark=BESIDE, panel=float(factors[0]), maximum=calibration.maximum)

    def write(self, path: Path) -> None:
        """Write the recipe, and beside it the model, the classes and the references.

        Raises
        ------
        S3FNError
            When what was done cannot be put into a recipe, or a file cannot be written.
        """
        recipe, files = self.recipe(path), self.files(path)
        recipe.check()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if (file := files.get("references.npz")) is not None:
                with whole_file(file) as temporary:
                    temporary.write_bytes(as_bytes(Treatment(calibration=self.treatment.calibration)))
        except OSError as error:
            raise ExportError(
                "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
            ) from error
        if self.model is not None:
            _keep_model(self.model, files["model.s3fn"])
        elif self.classes is not None:
            write_classes(self.classes, files["classes.json"])
        write_run_recipe(recipe, path)


def do_same(
    same: Same, cubes: Sequence[Path], out: Path, workers: int = 1, device: str = "auto"
) -> Operation[list[Outcome]]:
    """Write the recipe into a folder, do what it says with cubes, and write their summary.

    Raises
    ------
    S3FNError
        When no cube is found, the recipe cannot be written, or nothing could be done with any cube.
    """
    yield Progress("prepare", 0.0, tr("Looking for cubes"))
    found = find_cubes(cubes, out)
    path = out / RECIPE
    yield Progress("prepare", 0.0, tr("Writing the recipe"))
    same.write(path)
    work = read_run_recipe(path).chain(out, device)
    tasks, notes = prepared([Task(work, cube, name, out, work.beside(cube)) for cube, name in found.cubes])
    table = check_summary(out)
    pool = in_turn if workers < 2 else in_processes(min(workers, os.cpu_count() or 1))
    yield Progress("prepare", 0.0, tr("{tasks} cubes", tasks=len(tasks)), notes=(*found.notes, *notes))
    outcomes = yield from scaled(doing(tasks, pool), 0.0, 1.0)
    write_summary(outcomes, table)
    return outcomes


def _keep_model(model: S3FNModel, path: Path) -> None:
    """Write a model, unless the file holds it: two files of one model differ in the order of their parts."""
    from s3fn_core.model.checkpoint import save_model, stated_digest

    fresh = path.with_name(f".{path.stem}-new{path.suffix}")
    try:
        save_model(model, fresh)
        if stated_digest(fresh) != stated_digest(path):
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    """Tuples as lists, as YAML has them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
