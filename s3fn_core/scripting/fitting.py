"""Learning a model in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from s3fn_core.labels.reading import Match
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.scripting.following import Follow, follow
from s3fn_core.scripting.given import (
    ClassesLike,
    CubeLike,
    MapLike,
    classes_of,
    cube_of,
    ids_of,
    listed,
    objects_of,
)
from s3fn_core.scripting.model import Device, Model


def fit(
    cubes: CubeLike | Sequence[CubeLike],
    labels: MapLike | Sequence[MapLike],
    classes: ClassesLike,
    *,
    settings: str | TrainConfig = "pixel",
    seed: int | None = None,
    objects: MapLike | Sequence[MapLike] | None = None,
    test: MapLike | Sequence[MapLike] | None = None,
    initial: Model | None = None,
    match: Match | None = None,
    device: Device = "auto",
    progress: Follow = False,
) -> Model:
    """Learn from labelled cubes and described classes, and measure on labels that were held out.

    Parameters
    ----------
    cubes : Cube or path, or a list of them
        The first one decides the bands; the others are resampled to them by wavelength.
    labels : array of class ids (lines, samples), or file of a label map; a list for several cubes
        0 where nothing is labelled.
    classes : ClassSet, mapping of names to descriptions, or CLASSES.json
    settings : {"pixel", "quick", "object", "paper"} or TrainConfig
        A preset, or one that was changed: ``s3fn.preset("pixel").with_epochs(50)``.
    seed : int, optional
        Other random numbers than those of the settings.
    objects : array or file; a list for several cubes
        Number of the object at each pixel, 0 = none; no object is divided between training and test.
        One number is the same object in all cubes.
    test : array or file; a list for several cubes
        Labels where it is not 0 are measured and never learned.
    initial : Model, optional
        Start from what it has learned.
    match : {"names", "ids"}, optional
        What counts where a label file names its classes otherwise.
    device : {"auto", "cpu", "cuda", "mps"}
    progress : bool or function
        Show a bar on stderr, or call this with every report.

    Returns
    -------
    Model
        ``print(model)`` tells how well it does.

    Raises
    ------
    CubeError, LabelError, ModelError, WordsError
    """
    single = not isinstance(cubes, list | tuple)
    given: list[Any] = [cubes] if single else list(cubes)  # type: ignore[arg-type] # a list, as asked above
    opened = [cube_of(one) for one in given]
    words = classes_of(classes)

    def each(maps: Any, what: str) -> list[Any]:
        return [None] * len(opened) if maps is None else listed(maps, single, what, len(opened))

    data = [
        LabelledCube(
            cube,
            ids_of(of_labels, cube, words, match),
            None if of_objects is None else objects_of(of_objects, cube),
            None if of_test is None else objects_of(of_test, cube) > 0,
        )
        for cube, of_labels, of_objects, of_test in zip(
            opened,
            each(labels, tr("label maps")),
            each(objects, tr("object maps")),
            each(test, tr("maps of test regions")),
            strict=True,
        )
    ]
    config = preset(settings) if isinstance(settings, str) else settings
    config = config if seed is None else replace(config, seed=seed)
    before = None if initial is None else initial.core
    trained = follow(train(data, words, config, device=device, initial=before), "training", progress)
    notes = tuple(f"{cube.name}: {note}" for cube in opened for note in cube.notes)
    return Model(trained.model, (*notes, *trained.notes))
