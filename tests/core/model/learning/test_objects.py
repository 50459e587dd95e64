"""Whole objects: what is learned of them, and that it decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.objects import VoteRule, predict_objects
from s3fn_core.model.checkpoint import load_model, save_model
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.experts.whole import VIEWS, views_of
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.model.whole import WholeObjects
from s3fn_core.progress import run

SIDE, PITCH, BANDS = 8, 10, 16
"""Objects are squares of 8 pixels with two pixels of background around."""
CLASSES = ClassSet().added("smooth").added("scrambled")
QUICK = preset("quick")
QUICK = QUICK.with_(split=replace(QUICK.split, folds=3))
"""Without a network, but with objects held out."""


def tray(seed: int, count: int = 12) -> tuple[Cube, np.ndarray, np.ndarray]:
    """Squares whose pixels are the same in both classes: sorted, so that neighbours are alike, or dealt anew.

    Returns the cube, the map of objects and their classes.
    """
    rng = np.random.default_rng(seed)
    shape = PITCH, PITCH * count
    data, objects, truth = np.zeros((*shape, BANDS)), np.zeros(shape, int), np.zeros(shape, np.uint8)
    for place in range(count):
        box = (slice(1, 1 + SIDE), slice(PITCH * place + 1, PITCH * place + 1 + SIDE))
        ramp = np.linspace(0.2, 0.6, SIDE * SIDE)
        ramp = rng.permutation(ramp) if place % 2 else ramp
        data[box] = ramp.reshape(SIDE, SIDE, 1) * rng.uniform(0.8, 1.2, BANDS)
        objects[box], truth[box] = place + 1, 1 + place % 2
    data[objects > 0] += rng.normal(0, 0.005, (int((objects > 0).sum()), BANDS))
    return (
        Cube(data.astype(np.float32), f"tray {seed}", wavelengths=np.linspace(500, 900, BANDS)),
        objects,
        truth,
    )


def trained(config: TrainConfig = QUICK, maps: bool = True) -> TrainResult:
    cube, objects, truth = tray(0)
    return run(train([LabelledCube(cube, truth, objects if maps else None)], CLASSES, config, device="cpu"))


@pytest.fixture(scope="module")
def result() -> TrainResult:
    return trained()


def hits(result: TrainResult, rule: VoteRule | None = None) -> float:
    cube, objects, truth = tray(1)
    found = run(predict_objects(result.model, cube, objects, rule, device="cpu"))
    return float(np.mean([one.class_id == truth[objects == one.number][0] for one in found.objects]))


def test_texture_tells_objects_apart_whose_pixels_are_the_same(result: TrainResult) -> None:
    assert hits(result) == 1.0
    assert hits(result, VoteRule(decide="votes")) < 0.8  # pixel by pixel there is nothing to see


def test_without_maps_of_objects_votes_decide() -> None:
    without = trained(maps=False)
    assert not without.model.objects
    cube, objects, _ = tray(1)
    found = run(predict_objects(without.model, cube, objects, device="cpu"))
    assert {one.by for one in found.objects} == {"votes"}
    by_votes = run(predict_objects(without.model, cube, objects, VoteRule(decide="votes"), device="cpu"))
    np.testing.assert_array_equal(found.ids, by_votes.ids)


def test_held_out_objects_are_counted(result: TrainResult) -> None:
    measured = result.model.metrics["objects"]
    assert measured["count"] == 12
    assert measured["right"] >= 11
    confusion = np.array(measured["confusion"])
    assert measured["class_ids"] == [1, 2]
    assert confusion.sum(axis=1).tolist() == [6, 6]
    assert np.trace(confusion) == measured["right"]
    assert measured["shares"]["texture"] > 2 * measured["shares"]["mean shape"]
    told = f"{measured['right']} of 12 held-out objects"
    assert any(told in note for note in result.notes)


def test_the_file_keeps_what_is_known_of_objects(result: TrainResult, tmp_path: Path) -> None:
    save_model(result.model, tmp_path / "model.s3fn")
    again = load_model(tmp_path / "model.s3fn")
    assert again.objects.votes == result.model.objects.votes
    cube, objects, _ = tray(2)
    one, other = (run(predict_objects(m, cube, objects, device="cpu")) for m in (result.model, again))
    assert [o.probabilities for o in one.objects] == [o.probabilities for o in other.objects]


def test_objects_too_small_for_patches_are_named(result: TrainResult) -> None:
    large = result.model.config.with_(patch=5)  # no patch of 5 pixels lies on a strip
    cube, objects, _ = tray(1)
    thin = np.where(np.arange(PITCH)[:, None] == 4, objects, 0)
    model = replace(result.model, config=large)
    found = run(predict_objects(model, cube, thin, VoteRule(minimum=20), device="cpu"))
    assert all(one.class_id for one in found.objects)
    nothing = replace(model, objects=WholeObjects())
    found = run(predict_objects(nothing, cube, thin, VoteRule(minimum=20), device="cpu"))
    assert not any(one.class_id for one in found.objects)


def test_held_out_objects_change_nothing_of_what_was_learned() -> None:
    """Shares follow from held-out objects; each fold's experts do not."""
    from s3fn_core.model.dataset import labelled_pixels
    from s3fn_core.model.learning.labelled_objects import LabelledObjects
    from s3fn_core.model.learning.objects import RECIPES
    from s3fn_core.model.preprocess import Bands

    cube, objects, truth = tray(0)
    some = np.arange(12) < 8
    learned = []
    for changed in (cube, cube.with_(data=np.where(objects[..., None] > 8, cube.read() ** 2, cube.read()))):
        labels = labelled_pixels([LabelledCube(changed, truth, objects)], CLASSES)
        found = LabelledObjects.of(labels, Bands.of(changed), 2)
        assert found is not None
        learned.append(found.fit(some, (1, 2), RECIPES))
    for one, other in zip(learned[0].members, learned[1].members, strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 9), st.integers(0, 1000))
def test_views_are_finite_and_know_no_background(side: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = rng.random((side, side, 5)).astype(np.float32)
    mask = rng.random((side, side)) < 0.7
    mask[0, 0] = True
    other = np.where(mask[..., None], block, np.float32(9))
    first, second = views_of(block, mask), views_of(other, mask)
    assert tuple(first) == VIEWS
    for view in VIEWS:
        assert np.isfinite(first[view]).all()
        np.testing.assert_array_equal(first[view], second[view])


def test_objects_unlike_the_labelled_ones_are_unknown(result: TrainResult) -> None:
    cube, objects, _ = tray(1)
    data = cube.read()
    strange = objects == 5
    data[strange] = np.linspace(0.8, 0.1, BANDS)  # falls where all others are flat
    found = run(predict_objects(result.model, cube.with_(data=data), objects, device="cpu"))
    assert [one.number for one in found.objects if one.unknown] == [5]
    assert any(note.startswith("1 of 12 objects is unlike") for note in found.notes)
    assert result.model.objects.novelty is not None
    pixels_only = replace(result.model, objects=WholeObjects())
    found = run(predict_objects(pixels_only, cube.with_(data=data), objects, device="cpu"))
    assert found.objects[4].unknown
