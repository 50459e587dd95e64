"""How a command classifies a cube: by a model or by words alone, its pixels and its objects."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from s3fn_core.cli.output import follow
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.progress import Operation, scaled
from s3fn_core.types import ObjectMap

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction
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

    def check(self, cube: Cube) -> None:
        """Raise ModelError where the cube cannot be classified, before any time is spent."""

    def __call__(self, cube: Cube, objects: ObjectMap | None, into: Path | None) -> Operation[Classified]:
        """Classify a cube, and its objects; `into` is for maps that are too large for memory."""


@dataclass(frozen=True)
class ByModel:
    """What a model says; where there are objects, its backbone looks at the cube once for both."""

    model: S3FNModel
    device: str
    rule: VoteRule
    notes: tuple[str, ...] = ()
    smooth: bool = True

    def check(self, cube: Cube) -> None:
        from s3fn_core.model.preprocess import match_bands

        match_bands(cube, self.model.preprocess.bands)

    def __call__(self, cube: Cube, objects: ObjectMap | None, into: Path | None) -> Operation[Classified]:
        from s3fn_core.model.applying.features import compute_features
        from s3fn_core.model.applying.inference import predict, rescore
        from s3fn_core.model.applying.objects import predict_objects

        model, device = self.model, self.device
        if objects is None:
            return (yield from predict(model, cube, device=device, smooth=self.smooth, into=into)), None
        looking = compute_features(model, cube, device=device)
        with (yield from scaled(looking, 0.0, 0.8)) as features:
            found = yield from scaled(
                rescore(features, where=objects > 0, smooth=self.smooth, into=into), 0.8, 0.9
            )
            if (features.measured & (objects == 0)).any():
                found = replace(
                    found, notes=(*found.notes, "What lies outside of the objects gets no class.")
                )
            judging = predict_objects(model, cube, objects, self.rule, features=features)
            return found, (yield from scaled(judging, 0.9, 1.0))


@dataclass(frozen=True)
class ByWords:
    """What the descriptions of a class set expect."""

    classes: ClassSet
    rule: VoteRule
    notes: tuple[str, ...] = ()
    smooth: bool = True

    def check(self, cube: Cube) -> None:
        from s3fn_core.model.evidence import evidence_of_words

        evidence_of_words(self.classes, cube)

    def __call__(self, cube: Cube, objects: ObjectMap | None, into: Path | None) -> Operation[Classified]:
        from s3fn_core.model.applying.inference import predict_from_words
        from s3fn_core.model.applying.objects import predict_objects_from_words

        where = None if objects is None else objects > 0
        mapping = predict_from_words(self.classes, cube, where=where, smooth=self.smooth, into=into)
        if objects is None:
            return (yield from mapping), None
        found = yield from scaled(mapping, 0.0, 0.8)
        judging = predict_objects_from_words(self.classes, cube, objects, self.rule)
        return found, (yield from scaled(judging, 0.8, 1.0))


def by_model(
    path: Path,
    device: str,
    vote: Vote = "model",
    min_patches: int = 10,
    words: Path | None = None,
    smooth: bool = True,
    defect: str | None = None,
) -> ByModel:
    """The model in a file, with the descriptions of `words` in the place of its own."""
    from s3fn_core.model.checkpoint import load_model

    model, rule = load_model(path), _rule(vote, min_patches)
    if defect is not None:
        rule = replace(rule, decide="defect", defect=_id_of(defect, model.classes))
    if words is None:
        return ByModel(model, device, rule, smooth=smooth)
    other, notes = _reworded(model, words)
    return ByModel(other, device, rule, notes, smooth)


def by_words(path: Path, vote: Vote = "model", min_patches: int = 10, smooth: bool = True) -> ByWords:
    """The descriptions in a file, without any model."""
    return ByWords(read_classes(path), _rule(vote, min_patches), smooth=smooth)


def _rule(vote: Vote, min_patches: int) -> VoteRule:
    from s3fn_core.model.votes import VoteRule

    return VoteRule(min_patches, max(min_patches, VoteRule().most), decide=vote)


def _id_of(name: str, classes: ClassSet) -> int:
    if name not in classes.names:
        raise ModelError(
            f'The model has no class "{name}" that could be a defect; it has {", ".join(classes.names)}.'
        )
    return classes.ids[classes.names.index(name)]


def _reworded(model: S3FNModel, path: Path) -> tuple[S3FNModel, tuple[str, ...]]:
    """The model with the classes of a file, embedded as its own were, and what differs."""
    from s3fn_core.model.applying.inference import reworded
    from s3fn_core.words.encoder import encode_classes

    classes = read_classes(path)
    embedding = encode_classes(classes, encoder=model.encoder, pooling=model.config.fusion.pooling)
    embeddings = follow(embedding, "describing classes")
    trained = {c.name: c.id for c in model.classes}
    notes = list(embeddings.notes)
    if new := [c.name for c in classes if c.name not in trained]:
        notes.append(f"The model was not trained on {', '.join(new)}: known by words alone.")
    moved = [c.name for c in classes if trained.get(c.name, c.id) != c.id]
    if moved:
        notes.append(f"Other ids than in the model, those of {path.name}: {', '.join(moved)}.")
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
