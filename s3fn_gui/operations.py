"""Slow work of the window as generators for worker threads; nothing here touches a widget."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from s3fn_core.cubes.composite import FITTED, Composite, default_composite
from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.display import default_rgb
from s3fn_core.cubes.formats import Variable, open_cube, variables_of
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.place import pixel_size
from s3fn_core.cubes.reference_files import find_references
from s3fn_core.cubes.reference_sources import looks_raw
from s3fn_core.cubes.region import RegionSpectrum, region_spectrum
from s3fn_core.cubes.rendering import Rendering, compose
from s3fn_core.cubes.spectra import transform
from s3fn_core.cubes.treatment import Metadata, Treatment
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.shapes import Box
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.progress import Operation, Progress, run, scaled
from s3fn_core.types import IdArray
from s3fn_gui import pictures
from s3fn_gui.masks.labels import objects_held_together
from s3fn_gui.regions.roles import test_labels
from s3fn_gui.state import OpenCube, Statistics, TrainSettings, key_of

if TYPE_CHECKING:  # importing these would import torch
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.fitting import Features
    from s3fn_core.model.inference import Prediction
    from s3fn_core.model.training import TrainResult
    from s3fn_core.results.export import ClassMap

FIRST_VALUES = 12_000_000  # read for a first picture at most: about a tenth of a second
SPECTRA_PER_CLASS = 20_000  # more move no curve by a pixel, but take seconds


def open_file(
    path: Path,
    layout: Arrangement | None = None,
    variable: str | None = None,
    metadata: Metadata | None = None,
) -> Operation[OpenCube]:
    """Open a cube and prepare what the window shows of it.

    `metadata` that were edited before are kept, unless it has other bands now.
    """
    yield Progress("open", 0.0, f"Opening {path.name}")
    cube = open_cube(path, layout=layout, variable=variable)
    if variable is not None:  # another array of the file may be open beside it
        cube = cube.with_(name=f"{cube.name} {variable.rsplit('/', 1)[-1]}")
    fits = metadata is not None and len(metadata.good_bands) == cube.bands
    treatment = Treatment(metadata) if fits else None
    item = yield from scaled(preparing(cube, variable, treatment), 0.3, 1.0)
    if cube.path is not None and looks_raw(cube):
        item.references = find_references(cube.path)
    return item


def open_or_list(path: Path) -> Operation[OpenCube | tuple[Variable, ...]]:
    """Open a cube; of a file with several arrays that may be meant, list them instead."""
    yield Progress("open", 0.0, f"Opening {path.name}")
    variables = variables_of(path)
    if sum(variable.likely for variable in variables) > 1:
        return variables
    item = yield from open_file(path)
    return item


def prepare(
    source: Cube,
    variable: str | None = None,
    treatment: Treatment | None = None,
    composite: Composite | None = None,
) -> OpenCube:
    """A cube with its first picture and its thumbnail.

    A composite that many values have to be read for waits: three bands are shown first.  Raises
    CubeError when `composite` does not fit the cube.
    """
    return run(preparing(source, variable, treatment, composite))


def preparing(
    source: Cube,
    variable: str | None = None,
    treatment: Treatment | None = None,
    composite: Composite | None = None,
) -> Operation[OpenCube]:
    """:func:`prepare` in steps, for cubes that take their time."""
    treatment = treatment or Treatment()
    cube = treatment.applied(source)
    if cube.bands < 2 or cube.lines * cube.samples < 4:
        raise CubeError(
            f"{cube.name} holds {cube.lines} x {cube.samples} pixels with {cube.bands} band(s), "
            "which is no hyperspectral cube; open an image with several bands."
        )
    composite = composite or default_composite(cube)
    rendering = _first_rendering(cube, composite)
    picture = yield from pictures.rendered(rendering)
    release(source.data)  # three bands of a BIL or BIP file touch nearly all of its pages
    pixel_size(cube.georeference, cube.shape[:2])  # remembered; PROJ takes its time at first
    thumbnail = pictures.thumbnail(picture.image)
    key = key_of(source.path, source.name, variable)
    return OpenCube(key, source, cube, composite, picture, thumbnail, treatment, variable)


def _first_rendering(cube: Cube, composite: Composite) -> Rendering:
    """The composite where that is quick, else three bands."""
    if composite.kind not in FITTED:
        wanted = compose(cube, composite)
        if len(wanted.bands) * cube.lines * cube.samples <= FIRST_VALUES:
            return wanted
    return compose(cube, Composite("false", default_rgb(cube)[0]))


def class_statistics(cube: Cube, ids: IdArray) -> Operation[dict[int, Statistics]]:
    """Mean and deviation of every labelled class, from at most SPECTRA_PER_CLASS pixels each."""
    result: dict[int, Statistics] = {}
    present = [int(i) for i in np.unique(ids) if i]
    for done, class_id in enumerate(present):
        places = np.flatnonzero(ids == class_id)
        region = np.zeros(ids.shape, bool)
        region.flat[places[:: -(-len(places) // SPECTRA_PER_CLASS)]] = True
        share = (done / len(present), (done + 1) / len(present))
        found = yield from scaled(region_spectrum(cube, region), *share)
        if found.pixels:  # labels on background alone have no spectrum
            result[class_id] = Statistics(found.mean, found.deviation, found.pixels)
    return result


def region_statistics(cube: Cube, box: Box) -> Operation[RegionSpectrum]:
    """Mean and deviation of all pixels of a rectangle.

    Raises CubeError when none of them was measured.
    """
    top, left, bottom, right = box
    region = np.zeros((cube.lines, cube.samples), bool)
    region[top:bottom, left:right] = True
    found = yield from region_spectrum(cube, region)
    if not found.pixels:
        raise CubeError(f"{cube.name}: the region is background only; draw it around an object.")
    return found


def prepare_transform(kind: str) -> Operation[None]:
    """Transform one spectrum, so that the library behind it is not loaded under the cursor."""
    yield Progress("transform", 0.0, "Loading the numerical libraries")
    bands = np.arange(1.0, 20.0)
    transform(bands, kind, wavelengths=bands)


@dataclass(frozen=True)
class Trained:
    """A training's result, the map of `cube`, which was on show, and what serves other words."""

    result: TrainResult
    prediction: Prediction
    cube: Cube
    learned: dict[str, Features]


def train_and_map(
    items: Sequence[OpenCube], shown: Cube, classes: ClassSet, settings: TrainSettings
) -> Operation[Trained]:
    """Train on the labels of `items`, then map the cube `shown`."""
    yield Progress("prepare", 0.0, "Starting the numerical libraries")
    from s3fn_core.model import inference, training  # heavy: torch

    yield Progress("prepare", 0.01, "Reading the labelled pixels")
    data, config = training_data(items), train_config(settings)
    learned: dict[str, Features] = {}
    result = yield from scaled(
        training.train(data, classes, config, device=settings.device, shared=learned), 0.02, 0.9
    )
    prediction = yield from scaled(inference.predict(result.model, shown, device=settings.device), 0.9, 1.0)
    return Trained(result, prediction, shown, learned)


def train_config(settings: TrainSettings) -> TrainConfig:
    """What the training panel asks for, as the core knows it."""
    config = preset(settings.preset)
    if settings.epochs:
        config = config.with_epochs(settings.epochs)
    fusion = replace(
        config.fusion,
        encoder=settings.encoder,
        pooling=settings.pooling or config.fusion.pooling,
        labels=settings.labels,
    )
    return config.with_(fusion=fusion)


def training_data(items: Sequence[OpenCube]) -> list[LabelledCube]:
    """What a training sees of some cubes: labels, objects, the user's own test regions."""
    from s3fn_core.model.dataset import LabelledCube

    return [
        LabelledCube(item.cube, item.labels.ids, objects, test_labels(item))
        for item, objects in zip(items, objects_held_together(items), strict=True)
    ]


def snapshot(item: OpenCube) -> OpenCube:
    """A copy for a worker thread: later strokes do not reach it."""
    taken = copy.copy(item)  # not `replace`, which would count all pixels anew
    taken.labels, taken.counts = item.labels.copy(), item.counts.copy()
    return taken


def map_cube(model: S3FNModel, cube: Cube, device: str) -> Operation[Prediction]:
    """Apply a model to one cube."""
    yield Progress("predict", 0.0, "Starting the numerical libraries")
    from s3fn_core.model import inference

    prediction = yield from inference.predict(model, cube, device=device)
    return prediction


def map_from_words(classes: ClassSet, cube: Cube) -> Operation[Prediction]:
    """Guess a map of one cube from the descriptions alone."""
    yield Progress("predict", 0.0, "Starting the numerical libraries")
    from s3fn_core.model import inference

    prediction = yield from inference.predict_from_words(classes, cube)
    return prediction


def open_model(path: Path) -> Operation[S3FNModel]:
    """Read a model file."""
    yield Progress("model", 0.0, f"Opening {path.name}")
    from s3fn_core.model.checkpoint import load_model

    return load_model(path)


def save_model_file(model: S3FNModel, path: Path) -> Operation[Path]:
    """Write a model file."""
    yield Progress("model", 0.0, f"Writing {path.name}")
    from s3fn_core.model.checkpoint import save_model

    save_model(model, path)
    return path


def write_map(
    class_map: ClassMap, folder: Path, stem: str, formats: tuple[str, ...]
) -> Operation[list[Path]]:
    """Export a map; one file format after the other, so that Cancel works in between."""
    from s3fn_core.results.export import export_map

    paths: list[Path] = []
    for done, kind in enumerate(formats):
        yield Progress("export", done / len(formats), f"Writing {stem} ({kind})")
        paths += [p for p in export_map(class_map, folder, stem, (kind,)) if p not in paths]
    return paths
