"""A recipe in YAML or JSON: what run does with every cube."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from s3fn_core.batch.calibrating import References
from s3fn_core.batch.chain import Chain
from s3fn_core.batch.classify import RuleWish, Vote
from s3fn_core.batch.masking import read_recipe as read_mask
from s3fn_core.batch.predicting import Predicting
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.errors import CubeError, ExportError
from s3fn_core.files import json_text, read_file, read_record, reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.results.export import FORMATS, USUAL

VERSION = 1
BESIDE = "beside"
"""References that are found beside each cube, by the names of cameras."""
Share = Annotated[float, Field(ge=0, le=1)]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CalibrateStep(_Step):
    """Counts become reflectance; `kept` is a calibration that was written with the recipe."""

    white: float | str | None = None
    dark: float | str = 0.0
    panel: float | str = 1.0
    maximum: Annotated[float, Field(gt=0)] | None = None
    average_samples: bool = False
    kept: str | None = None


class PredictStep(_Step):
    """Which model, or which classes, say what a pixel is."""

    model: str | None = None
    classes: str | None = None
    smooth: bool = True
    expectations: bool = True
    unclassified_below: Share | None = None


class VoteStep(_Step):
    """Objects of the mask get one class each; as the options of predict."""

    by: Vote | None = None
    defect: str | None = None
    at_least: Annotated[float, Field(ge=0)] | None = None
    false_alarms: Share | None = None
    min_patches: Annotated[int, Field(ge=1)] | None = None


class ExportStep(_Step):
    """What is written."""

    formats: tuple[str, ...] = USUAL
    probabilities: bool = False
    reflectance: bool = False
    mask: bool = False


class RunRecipe(_Step):
    """A recipe; every step but the last may be left out, and paths are relative to its folder.

    `mask` is the recipe of a mask itself or the file of one; `metadata` are those of
    :class:`~s3fn_core.cubes.treating.treatment.Metadata`.
    """

    s3fn_recipe: Literal[1] = 1
    metadata: dict[str, Any] | None = None
    calibrate: CalibrateStep | None = None
    mask: dict[str, Any] | str | None = None
    predict: PredictStep | None = None
    vote: VoteStep | None = None
    export: ExportStep = ExportStep()

    def chain(self, folder: Path, device: str = "auto") -> Chain:
        """What the recipe says, as a work; paths are relative to `folder`.

        Raises
        ------
        S3FNError
            When its steps do not go together, or a file of it cannot be read.
        """
        self.check()
        calibrate, export = self.calibrate, self.export
        references = None
        if calibrate is not None and calibrate.kept is None:
            references = References(
                _reference(calibrate.white, folder),
                _reference(calibrate.dark, folder),
                _reference(calibrate.panel, folder) or "1",
                calibrate.maximum,
                calibrate.average_samples,
            )
        try:
            metadata = None if self.metadata is None else read_record(Metadata, self.metadata)
        except ValueError as error:
            raise CubeError("metadata: {error}.", error=error) from error
        return Chain(
            metadata,
            references,
            None if calibrate is None else _path(calibrate.kept, folder),
            self._mask(folder),
            self._predicting(folder, device),
            export.reflectance,
            export.mask,
        )

    def check(self) -> None:
        """Raise ExportError where steps do not go together."""
        calibrate, predict, export = self.calibrate, self.predict, self.export
        for wrong, told in (
            (predict and not (predict.model or predict.classes), tr("predict needs a model, or classes.")),
            (calibrate and calibrate.white is None and calibrate.kept is None, tr("calibrate needs white.")),
            (self.vote and not (self.mask and predict), tr("vote needs mask and predict.")),
            (export.reflectance and not calibrate, tr("export of the reflectance needs calibrate.")),
            (export.mask and not self.mask, tr("export of the mask needs mask.")),
            (
                not (predict or export.reflectance or export.mask),
                tr("nothing would be written; add predict."),
            ),
            (
                set(export.formats) - set(FORMATS),
                tr("export knows the formats {formats}.", formats=", ".join(FORMATS)),
            ),
        ):
            if wrong:
                raise ExportError(told)

    def _mask(self, folder: Path) -> Recipe | None:
        if self.mask is None:
            return None
        if isinstance(self.mask, str):
            return read_mask(folder / self.mask)
        return Recipe.from_json(json.dumps(self.mask))

    def _predicting(self, folder: Path, device: str) -> Predicting | None:
        predict, vote, export = self.predict, self.vote, self.export
        if predict is None:
            return None
        wish = RuleWish()
        if vote is not None:
            wish = RuleWish(vote.by, vote.min_patches, vote.defect, vote.at_least, vote.false_alarms)
        return Predicting(
            _path(predict.model, folder),
            _path(predict.classes, folder),
            vote is not None,
            wish,
            predict.smooth,
            predict.expectations,
            export.probabilities,
            export.formats,
            predict.unclassified_below,
            device,
        )


def read_run_recipe(path: Path) -> RunRecipe:
    """Read a recipe.

    Raises
    ------
    ExportError
        Naming the file and what is wrong with it.
    """
    try:
        content = yaml.safe_load(read_file(path).decode("utf-8-sig"))  # JSON is YAML, too
    except OSError as error:
        raise ExportError(
            "{path} cannot be read: {error}. Choose a recipe.", path=path, error=reason(error)
        ) from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise ExportError("{path} is neither YAML nor JSON: {reason}.", path=path, reason=told) from error
    try:
        return RunRecipe.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise ExportError(
            "{path} is not a recipe: {where}: {wrong}.", path=path, where=where, wrong=first["msg"]
        ) from error


def write_run_recipe(recipe: RunRecipe, path: Path) -> None:
    """Write a recipe as JSON where the file is called so, else as YAML.

    Raises
    ------
    ExportError
        When it cannot be written.
    """
    content = recipe.model_dump(mode="json", exclude_defaults=True)
    content = {"s3fn_recipe": VERSION, **content}
    as_json = path.suffix.lower() == ".json"
    text = json_text(content) if as_json else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_text(text, "utf-8")
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
        ) from error


def _path(name: str | None, folder: Path) -> Path | None:
    return None if name is None else folder / name


def _reference(value: float | str | None, folder: Path) -> str | None:
    """As :class:`References` takes it."""
    if value is None or value == BESIDE:
        return None
    return str(folder / value) if isinstance(value, str) else f"{value:g}"
