"""How cubes are classified: by a model or by words alone, its pixels and its objects."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, run, scaled
from s3fn_core.types import BoolArray, ObjectMap

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.mapper import Blocks, Mapper
    from s3fn_core.model.applying.objects import ObjectPrediction, VoteRule
    from s3fn_core.model.checkpoint import S3FNModel

    Classified: TypeAlias = tuple[Prediction, ObjectPrediction | None]

Vote: TypeAlias = Literal["model", "votes", "mean"]
LARGE_MAP = 2**26
"""Pixels from which on a map is made in files instead of in memory."""


class Classifier(Protocol):
    """What classifies cubes."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of it, whatever the cube."""

    @property
    def side(self) -> int:
        """Of the tiles by which maps are drawn, in pixels."""

    def check(self, cube: Cube) -> None:
        """Raise ModelError where the cube cannot be classified, before any time is spent."""

    def mapper(self, cube: Cube, into: Path | None = None) -> Mapper:
        """What draws the map of a cube; `into` is for maps that are too large for memory."""

    def __call__(self, cube: Cube, objects: ObjectMap, into: Path | None) -> Operation[Classified]:
        """Classify a cube and its objects."""


def classifying(
    classifier: Classifier,
    cube: Cube,
    objects: ObjectMap | None,
    into: Path | None,
    blocks: Blocks | None = None,
) -> Operation[Classified]:
    """Classify a cube, and its objects if it has some; or put together what `blocks` were found to be."""
    if objects is not None:
        return (yield from classifier(cube, objects, into))
    mapper = classifier.mapper(cube, into)
    return (yield from mapper.whole() if blocks is None else mapper.joined(blocks)), None


@dataclass(frozen=True)
class ByModel:
    """What a model says; where there are objects, its backbone looks at the cube once for both."""

    model: S3FNModel
    device: str
    rule: VoteRule
    notes: tuple[str, ...] = ()
    smooth: bool = True
    probabilities: bool = False

    @property
    def side(self) -> int:
        from s3fn_core.model.applying.tiles import tile_side

        return tile_side(self.model, None)

    def check(self, cube: Cube) -> None:
        from s3fn_core.model.preprocess import match_bands

        match_bands(cube, self.model.preprocess.bands)

    def mapper(self, cube: Cube, into: Path | None = None) -> Mapper:
        from s3fn_core.model.applying.inference import MapOptions, mapper_of_model

        return mapper_of_model(self.model, cube, MapOptions(**self._how(into)), device=self.device)

    def _how(self, into: Path | None) -> dict[str, Any]:
        return {"probabilities": self.probabilities, "smooth": self.smooth, "into": into}

    def __call__(self, cube: Cube, objects: ObjectMap, into: Path | None) -> Operation[Classified]:
        from s3fn_core.model.applying.features import compute_features
        from s3fn_core.model.applying.inference import rescore
        from s3fn_core.model.applying.objects import predict_objects

        model = self.model
        looking = compute_features(model, cube, device=self.device)
        with (yield from scaled(looking, 0.0, 0.8)) as features:
            rescoring = rescore(features, where=objects > 0, **self._how(into))
            found = yield from scaled(rescoring, 0.8, 0.9)
            if (features.measured & (objects == 0)).any():
                found = replace(found, notes=(*found.notes, tr("Pixels outside the objects get no class.")))
            judging = predict_objects(model, cube, objects, self.rule, features=features)
            return found, (yield from scaled(judging, 0.9, 1.0))


@dataclass(frozen=True)
class ByWords:
    """What the descriptions of a class set expect."""

    classes: ClassSet
    rule: VoteRule
    notes: tuple[str, ...] = ()
    smooth: bool = True
    probabilities: bool = False

    @property
    def side(self) -> int:
        from s3fn_core.model.applying.tiles import TILE

        return TILE["pixel"]

    def check(self, cube: Cube) -> None:
        from s3fn_core.model.evidence import evidence_of_words

        evidence_of_words(self.classes, cube)

    def mapper(self, cube: Cube, into: Path | None = None, where: BoolArray | None = None) -> Mapper:
        from s3fn_core.model.applying.inference import MapOptions, mapper_of_words

        return mapper_of_words(self.classes, cube, MapOptions(where, self.probabilities, self.smooth, into))

    def __call__(self, cube: Cube, objects: ObjectMap, into: Path | None) -> Operation[Classified]:
        from s3fn_core.model.applying.objects import predict_objects_from_words

        found = yield from scaled(self.mapper(cube, into, objects > 0).whole(), 0.0, 0.8)
        judging = predict_objects_from_words(self.classes, cube, objects, self.rule)
        return found, (yield from scaled(judging, 0.8, 1.0))


@dataclass(frozen=True)
class RuleWish:
    """What the options say of how objects are judged; the model's own rule where they say nothing.

    Attributes
    ----------
    vote : {"model", "votes", "mean"} or None
    min_patches : int or None
    defect : str or None
        Name of the class.
    least : float or None
        Share of the pixels of an object below 1, else their number, that must be of the defect.
    alarms : float or None
        Wanted share of false alarms.
    """

    vote: Vote | None = None
    min_patches: int | None = None
    defect: str | None = None
    least: float | None = None
    alarms: float | None = None

    def rule(self, model: S3FNModel | None) -> VoteRule:
        """The rule for a model; without one for words alone."""
        from s3fn_core.model.defect_rule import rule_of_alarms
        from s3fn_core.model.votes import VoteRule

        if self.defect is None and (self.least is not None or self.alarms is not None):
            raise ModelError("--at-least and --false-alarms apply to a defect; name its class with --defect.")
        if self.least is not None and self.alarms is not None:
            raise ModelError(
                "Give --at-least or --false-alarms; the false-alarm rate is known only for 1 % of the pixels."
            )
        rule = VoteRule() if model is None else model.handling.rule
        if self.vote is not None:
            rule = VoteRule(decide=self.vote)
        if self.defect is not None and model is not None:
            class_id = _id_of(self.defect, model.classes)
            rule = VoteRule(decide="defect", defect=class_id, least=self.least)
            if self.alarms is not None:
                rule = rule_of_alarms(model.metrics, class_id, self.alarms).rule
        if self.min_patches is None:
            return rule
        return replace(rule, minimum=self.min_patches, most=max(self.min_patches, rule.most))


def by_model(
    path: Path,
    device: str,
    wish: RuleWish | None = None,
    words: Path | None = None,
    smooth: bool = True,
    *,
    expectations: bool = True,
    probabilities: bool = False,
) -> ByModel:
    """The model in a file, with the descriptions of `words` in the place of its own."""
    from s3fn_core.model.checkpoint import load_model

    model = load_model(path)
    rule = (wish or RuleWish()).rule(model)
    if not expectations:
        model = _without_expectations(model)
    if words is None:
        return ByModel(model, device, rule, smooth=smooth, probabilities=probabilities)
    other, notes = _reworded(model, words)
    return ByModel(other, device, rule, notes, smooth, probabilities)


def by_words(path: Path, wish: RuleWish, smooth: bool = True, *, probabilities: bool = False) -> ByWords:
    """The descriptions in a file, without any model."""
    return ByWords(read_classes(path), wish.rule(None), smooth=smooth, probabilities=probabilities)


def _id_of(name: str, classes: ClassSet) -> int:
    if name not in classes.names:
        raise ModelError(
            'The model has no class "{name}" that could be a defect; it has {names}.',
            name=name,
            names=", ".join(classes.names),
        )
    return classes.ids[classes.names.index(name)]


def _without_expectations(model: S3FNModel) -> S3FNModel:
    """The model whose words have no say in classes that it has labels of, and its figures as that."""
    metrics = {**model.metrics, "held_out": model.metrics.get("without_expectations")}
    return replace(model, evidence_weight=0.0, metrics=metrics, answers=None)


def _reworded(model: S3FNModel, path: Path) -> tuple[S3FNModel, tuple[str, ...]]:
    """The model with the classes of a file, embedded as its own were, and what differs."""
    from s3fn_core.model.applying.inference import reworded
    from s3fn_core.words.encoder import encode_classes

    classes = read_classes(path)
    embedding = encode_classes(classes, encoder=model.encoder, pooling=model.config.fusion.pooling)
    embeddings = run(embedding)
    trained = {c.name: c.id for c in model.classes}
    notes = list(embeddings.notes)
    if new := [c.name for c in classes if c.name not in trained]:
        notes.append(
            tr(
                "The model was not trained on {names}: known only from their descriptions.",
                names=", ".join(new),
            )
        )
    moved = [c.name for c in classes if trained.get(c.name, c.id) != c.id]
    if moved:
        notes.append(
            tr(
                "Other ids than in the model, those of {file}: {names}.",
                file=path.name,
                names=", ".join(moved),
            )
        )
    return reworded(model, classes, embeddings), tuple(notes)


@contextmanager
def room_for_maps(cube: Cube, out: Path) -> Iterator[Path | None]:
    """A folder in `out` for maps too large for memory, removed in the end; None for others."""
    if cube.lines * cube.samples < LARGE_MAP:
        yield None
        return
    options: dict[str, Any] = {"dir": out, "prefix": ".maps-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**options) as folder:
        yield Path(folder)
