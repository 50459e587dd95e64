"""How a command classifies a cube: by a model or by words alone, its pixels and its objects."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.exchange import read_labels
from s3fn_core.labels.rasters import read_band
from s3fn_core.progress import Operation, scaled

if TYPE_CHECKING:
    from s3fn_core.model.inference import Prediction
    from s3fn_core.model.objects import ObjectPrediction

    Classified: TypeAlias = tuple[Prediction, ObjectPrediction | None]

Numbers: TypeAlias = npt.NDArray[np.integer[Any]]
Classify: TypeAlias = "Callable[[Cube, Numbers | None, Path | None], Operation[Classified]]"
"""From a cube, its object map, and a folder for maps that are too large for memory."""
Vote: TypeAlias = Literal["votes", "mean"]
LARGE_MAP = 2**26
"""Pixels from which on a map is made in files instead of in memory."""


def by_model(path: Path, device: str, vote: Vote = "votes", min_patches: int = 10) -> Classify:
    """What a model says; where there are objects, its backbone looks at the cube once for both."""
    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.model.features import compute_features
    from s3fn_core.model.inference import predict, rescore
    from s3fn_core.model.objects import VoteRule, predict_objects

    model = load_model(path)

    def classify(cube: Cube, objects: Numbers | None, into: Path | None) -> Operation[Classified]:
        if objects is None:
            return (yield from predict(model, cube, device=device, into=into)), None
        looking = compute_features(model, cube, device=device)
        with (yield from scaled(looking, 0.0, 0.8)) as features:
            found = yield from scaled(rescore(features, into=into), 0.8, 0.9)
            rule = VoteRule(min_patches, max(min_patches, VoteRule().most), decide=vote)
            judging = predict_objects(model, cube, objects, rule, features=features)
            return found, (yield from scaled(judging, 0.9, 1.0))

    return classify


def by_words(path: Path, vote: Vote = "votes", min_patches: int = 10) -> Classify:
    """What the descriptions of a class set expect."""
    from s3fn_core.model.inference import predict_from_words
    from s3fn_core.model.objects import VoteRule, predict_objects_from_words

    classes = read_classes(path)

    def classify(cube: Cube, objects: Numbers | None, into: Path | None) -> Operation[Classified]:
        mapping = predict_from_words(classes, cube, into=into)
        if objects is None:
            return (yield from mapping), None
        found = yield from scaled(mapping, 0.0, 0.8)
        rule = VoteRule(min_patches, max(min_patches, VoteRule().most), decide=vote)
        judging = predict_objects_from_words(classes, cube, objects, rule)
        return found, (yield from scaled(judging, 0.8, 1.0))

    return classify


@contextmanager
def room_for_maps(cube: Cube, out: Path) -> Iterator[Path | None]:
    """A folder in `out` for maps too large for memory, removed in the end; None for others."""
    if cube.lines * cube.samples < LARGE_MAP:
        yield None
        return
    options: dict[str, Any] = {"dir": out, "prefix": ".maps-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**options) as folder:
        yield Path(folder)


def read_object_maps(
    paths: Sequence[Path] | None, cubes: Sequence[Cube]
) -> list[Numbers] | list[None]:
    """The object map of each cube; None for each where none is given."""
    if not paths:
        return [None] * len(cubes)
    if len(paths) != len(cubes):
        raise LabelError(
            f"Cubes: {len(cubes)}, object maps: {len(paths)}; give one object map per cube, in the "
            "same order, or none."
        )
    return [_read_objects(path, cube) for path, cube in zip(paths, cubes, strict=True)]


def _read_objects(path: Path, cube: Cube) -> Numbers:
    """Number of the object at each pixel of `cube`; .npy and .tif may hold numbers above 255."""
    readers: dict[str, Callable[[Path], npt.NDArray[Any]]] = {
        ".npy": lambda file: np.load(file, allow_pickle=False),
        ".tif": read_band,
        ".tiff": read_band,
    }
    read = readers.get(path.suffix.lower())
    if read is None or not path.is_file():
        return read_labels(path, shape=cube.shape[:2])
    try:
        stored = read(path)
    except Exception as error:  # two libraries, each with its own errors for damaged files
        raise LabelError(f"{path} cannot be read as an object map ({error}).") from error
    whole = stored.dtype.kind in "bui" or (
        stored.dtype.kind == "f" and bool((stored == np.round(stored)).all())
    )
    if stored.shape != cube.shape[:2] or not whole or stored.min(initial=0) < 0:
        raise LabelError(
            f"{path} is no object map of {cube.name}: it has the shape {stored.shape} and "
            f"{stored.dtype} values, but {cube.lines} x {cube.samples} (lines x samples) whole "
            "numbers from 0 (no object) are needed."
        )
    return stored.astype(np.int64)
