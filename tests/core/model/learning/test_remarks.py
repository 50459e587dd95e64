"""What is said of the data before a training, when it is not too late."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.remarks import before_training
from s3fn_core.model.learning.training import train
from s3fn_core.progress import Progress
from tests.core.model.scenes import QUICK, classes, some_labels, stripes


def said(words: ClassSet, name: str, *data: LabelledCube) -> str:
    return " ".join(before_training(labelled_pixels(data, words), preset(name), None))


@pytest.mark.parametrize("kind", ["fruit", "blueberries"])
@pytest.mark.parametrize("mapped", [False, True])
def test_objects_smaller_than_the_patches_are_told(kind: str, mapped: bool) -> None:
    """The program's own scenes, whose background is blank, with and without a map of objects."""
    scene = simulate(kind, lines=64, samples=64)
    data = LabelledCube(scene.cube, scene.truth, scene.objects if mapped else None)
    for name, small in (("object", True), ("paper", True), ("pixel", False)):
        told = said(scene.classes, name, data)
        assert ("too small for patches of 32 × 32 pixels" in told) == small
        assert ("only their mean, spread and texture" in told) == (mapped and name == "object")
        assert ("they will get no class" in told) == (small and "only their mean" not in told)


def test_only_objects_with_labels_count_and_large_ones_are_fine() -> None:
    cube = stripes(120, 120)
    labels = np.zeros(cube.shape[:2], np.uint8)
    labels[10:50, 0:6], labels[10:50, 6:12] = 1, 2
    objects = np.zeros(cube.shape[:2], np.int64)
    objects[5:60, 0:60] = 4
    objects[80:84, 80:84] = 700
    assert "too small" not in said(classes(), "object", LabelledCube(cube, labels, objects))
    labels[82, 82] = 1
    told = said(classes(), "object", LabelledCube(cube, labels, objects))
    assert "1 of 2 labelled objects is too small" in told
    assert "too small" not in said(classes(), "object", LabelledCube(cube, labels))  # one whole


def test_objects_of_two_classes_and_in_two_cubes_are_told() -> None:
    def cube(seed: int) -> LabelledCube:
        scene = stripes(seed=seed)
        columns = np.arange(scene.samples) // 6 + 1
        objects = np.repeat(columns[None], scene.lines, axis=0)
        objects[-2:] = 0
        return LabelledCube(scene, some_labels(scene), objects)

    one, other = cube(0), cube(1)
    assert said(classes(), "pixel", one) == ""
    assert "6 object numbers occur in several cubes" in said(classes(), "pixel", one, other)
    assert one.objects is not None
    joined = LabelledCube(one.cube, one.labels, (one.objects + 1) // 2)
    assert "3 objects bear labels of more than one class" in said(classes(), "pixel", joined)


def test_every_cube_of_another_unit_is_named_also_among_namesakes() -> None:
    def scan(factor: float) -> LabelledCube:
        scene = stripes()
        data = np.asarray(scene.data) * np.float32(factor)
        return LabelledCube(Cube(data, "scan", wavelengths=scene.wavelengths), some_labels(scene))

    assert said(classes(), "pixel", scan(1), scan(2)) == ""
    assert "The values of scan reach" in said(classes(), "pixel", scan(1), scan(10_000), scan(1))


def test_notes_come_before_the_first_epoch() -> None:
    cube = stripes()
    counts = cube.with_(data=np.asarray(cube.data) * np.float32(10_000))
    data = [LabelledCube(one, some_labels(one)) for one in (cube, counts)]
    told: list[Progress] = []
    for progress in train(data, classes(), QUICK.with_epochs(1), device="cpu"):
        if "loss" in progress.metrics:
            break
        told.append(progress)
    assert any("times as much" in note for progress in told for note in progress.notes)
