"""A trained model as a script holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Literal, Self

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import Prediction, predict, rescore, reworded
from s3fn_core.model.applying.objects import ObjectPrediction, VoteRule, predict_objects
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.progress import Operation, scaled
from s3fn_core.quoting import per_cent
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.metrics import Accuracy
from s3fn_core.results.origin import remark_of
from s3fn_core.scripting.following import Follow, follow
from s3fn_core.scripting.given import CubeLike, MapLike, cube_of, objects_of
from s3fn_core.scripting.result import Result
from s3fn_core.types import ObjectMap

Device = Literal["auto", "cpu", "cuda", "mps"]


@checked(ModelError)
@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A trained model.

    Attributes
    ----------
    core : S3FNModel
        The model itself, as the functions underneath take it.
    notes : tuple of str
        What the user should know of the training; a file does not keep them.
    name : str
        Where it lies, for the metadata of the maps that it makes.
    reworded : bool
        Whether it has other descriptions than it was trained with, so that its maps say so.
    """

    core: S3FNModel
    notes: tuple[str, ...] = ()
    name: str = ""
    reworded: bool = False

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a model that :meth:`save`, the window or ``s3fn train`` wrote."""
        return cls(load_model(path), name=Path(path).name)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the model as one file; one that exists is replaced when the new one is complete."""
        save_model(self.core, path)
        return Path(path)

    @property
    def classes(self) -> ClassSet:
        return self.core.classes

    @property
    def accuracy(self) -> Accuracy | None:
        """Measured on held-out labels only; None where nothing was held out or could be kept."""
        return None if self.held_out is None else self.held_out.accuracy(self.classes)

    @property
    def held_out(self) -> HeldOutAnswers | None:
        """What was answered about every held-out label by a model that had not seen it.

        Truth, answer, out-of-fold probabilities and fold by cube, line and sample.
        """
        return self.core.answers

    @property
    def folds(self) -> tuple[Accuracy, ...]:
        """The accuracy of each fold by itself."""
        return () if self.held_out is None else self.held_out.by_fold(self.classes)

    @property
    def split(self) -> str:
        """How the held-out part was made, or why there is none."""
        return str(self.core.metrics.get("split", "not measured"))

    def predict(
        self,
        cube: CubeLike,
        *,
        objects: MapLike | None = None,
        rule: VoteRule | None = None,
        probabilities: bool = True,
        smooth: bool = True,
        device: Device = "auto",
        progress: Follow = False,
    ) -> Result:
        """Classify every pixel of a cube, and its objects.

        Parameters
        ----------
        cube : Cube or path
        objects : array or file, optional
            Number of the object at each pixel, 0 = none: each is judged as a whole too, and what lies
            outside of them gets no class.
        rule : VoteRule, optional
            How the patches of an object are chosen and counted; the model's own when not given.
        probabilities : bool
            Keep the probability of every class: 4 bytes a pixel and class.
        smooth : bool
            Let neighbours that look alike have a say, as far as the model has learned that it helps.
        device : {"auto", "cpu", "cuda", "mps"}
        progress : bool or function
            Show a bar on stderr, or call this with every report.

        Raises
        ------
        CubeError, LabelError, ModelError
        """
        opened = cube_of(cube)
        if objects is None:
            mapping = predict(self.core, opened, device=device, probabilities=probabilities, smooth=smooth)
            return self._result(opened, follow(mapping, opened.name, progress))
        numbers = objects_of(objects, opened)
        how = rule or self.core.handling.rule
        judging = self._judged(opened, numbers, how, probabilities, smooth, device)
        return follow(judging, opened.name, progress)

    def _judged(
        self,
        cube: Cube,
        numbers: ObjectMap,
        rule: VoteRule,
        probabilities: bool,
        smooth: bool,
        device: Device,
    ) -> Operation[Result]:
        """Pixels and objects; the backbone looks at the cube once for both."""
        looking = compute_features(self.core, cube, device=device)
        with (yield from scaled(looking, 0.0, 0.8)) as features:
            mapping = rescore(features, where=numbers > 0, probabilities=probabilities, smooth=smooth)
            found = yield from scaled(mapping, 0.8, 0.9)
            judging = predict_objects(self.core, cube, numbers, rule, features=features)
            return self._result(cube, found, (yield from scaled(judging, 0.9, 1.0)), numbers)

    def _result(
        self,
        cube: Cube,
        found: Prediction,
        objects: ObjectPrediction | None = None,
        numbers: ObjectMap | None = None,
    ) -> Result:
        remark = remark_of(from_words=found.from_words, reworded=self.reworded)
        return Result(cube, found, objects, numbers, self.name, remark)

    def with_words(self, *classes: ClassSet | Mapping[str, str], **descriptions: str) -> Model:
        """The same model with other descriptions; nothing is trained.

        Parameters
        ----------
        *classes : ClassSet, or mapping of str to str
            A new class set; or names and descriptions, for names that are not Python identifiers.
        **descriptions : str
            Names and descriptions.  A name that the model does not have becomes a class that is known
            by its words alone.

        Raises
        ------
        ModelError, WordsError
            When the model's text encoder cannot be loaded.
        """
        words = self.classes
        for given in (*classes, descriptions):
            if isinstance(given, ClassSet):
                words = given
                continue
            if not isinstance(given, Mapping):
                raise ModelError(
                    "with_words takes descriptions by name, or a ClassSet, not {kind}.",
                    kind=type(given).__name__,
                )
            for name, text in given.items():
                words = (words if name in words.names else words.added(name)).described(name, text)
        core = reworded(self.core, words)
        return replace(self, core=core, notes=(), reworded=True)

    @property
    def _figures(self) -> str:
        if self.accuracy is not None:
            return str(self.accuracy)
        if not (kept := self.core.metrics.get("held_out")):
            return "nothing was measured"
        return f"OA {per_cent(kept['oa'])}, AA {per_cent(kept['aa'])}, n = {kept['count']}"

    def __repr__(self) -> str:
        return f"Model({', '.join(self.classes.names)}; {self.core.config.preset})"

    def __str__(self) -> str:
        """Five lines: classes, settings, held-out figures, split, notes."""
        bands, config = self.core.preprocess.bands, self.core.config
        nm = (
            ""
            if bands.wavelengths is None
            else f", {bands.wavelengths.min():.0f} to {bands.wavelengths.max():.0f} nm"
        )
        return "\n".join(
            (
                f"Model of {len(self.classes)} classes: {', '.join(self.classes.names)}",
                f"Trained: preset {config.preset}, seed {config.seed}, {int(bands.good.sum())} bands{nm}",
                f"Held out: {self._figures}",
                f"Split: {self.split}",
                f"Notes: {' '.join(self.notes) or ('not kept in a file' if self.name else 'none')}",
            )
        )
