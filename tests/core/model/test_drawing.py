"""Of many labels as many of every object are drawn, always the same ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.drawing import draw
from s3fn_core.model.learned import Learned
from s3fn_core.model.learning.split_preview import preview_split
from s3fn_core.progress import run

CLASSES = ClassSet.of("one", "two")


def fruit(number: int, class_id: int, side: int = 12) -> LabelledCube:
    """A cube that shows one object, labelled as a whole."""
    values = np.random.default_rng(number).uniform(0.1, 0.9, (side, side, 6)).astype(np.float32)
    ids = np.zeros((side, side), np.uint8)
    ids[2:-2, 2:-2] = class_id
    return LabelledCube(Cube(values, f"fruit {number}"), ids, np.where(ids > 0, number, 0))


ORCHARD = [fruit(number, 1 + number % 2) for number in range(1, 9)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(0, 10), st.integers(1, 60))
def test_no_object_gets_more_than_its_share(sizes: list[int], per_object: int, most: int) -> None:
    ids = np.ones((1, sum(sizes)), np.uint8)
    objects = np.repeat(np.arange(1, len(sizes) + 1), sizes)[None]
    ((lines, samples),) = draw([(ids, objects)], per_object, 3, most)
    found = np.bincount(objects[lines, samples], minlength=len(sizes) + 1)[1:]
    wanted = np.minimum(sizes, per_object or 40)
    assert (found >= 1).all()
    assert (found <= wanted).all()
    assert found.sum() <= max(most, len(sizes))
    if wanted.sum() <= most:
        assert (found == wanted).all()
    else:
        assert (found[found < wanted] == found.max()).all()  # nobody gets less so that others get more
    ((again, there),) = draw([(ids, objects)], per_object, 3, most)
    assert (again.tolist(), there.tolist()) == (lines.tolist(), samples.tolist())


def test_labels_on_no_object_are_limited_together_only() -> None:
    ids = np.ones((10, 10), np.uint8)
    ((lines, _),) = draw([(ids, None)], 20, 0)
    assert len(lines) == 100
    ((lines, _),) = draw([(ids, None)], 20, 0, most=30)
    assert len(lines) == 30


def test_a_training_of_objects_looks_at_some_pixels_of_each() -> None:
    config = preset("object").with_(patch=4)
    labels = labelled_pixels(ORCHARD, CLASSES, config)
    assert np.bincount(labels.pixels[:, 0]).tolist() == [20] * 8
    assert labels.given == 8 * 64
    assert np.array_equal(labels.pixels, labelled_pixels(ORCHARD, CLASSES, config).pixels)
    every = labelled_pixels(ORCHARD, CLASSES, preset("pixel"))
    assert (len(every), every.given) == (8 * 64, 0)


def test_labels_that_were_not_drawn_have_been_seen_all_the_same() -> None:
    config = preset("object").with_(patch=4)
    labels = labelled_pixels(ORCHARD, CLASSES, config)
    learned = Learned.of(labels.only(labels.pixels[:, 0] < 6))
    seen = learned.seen(ORCHARD[0].cube)
    assert seen is not None
    assert np.array_equal(seen, ORCHARD[0].labels > 0)
    assert learned.seen(ORCHARD[7].cube) is None


@pytest.mark.parametrize("hidden", [False, True])
def test_what_is_held_out_of_a_cube_was_not_seen(hidden: bool) -> None:
    item = ORCHARD[0]
    half = np.zeros(item.labels.shape, bool)
    half[:6] = hidden
    labels = labelled_pixels([item.without(half), ORCHARD[1]], CLASSES, preset("object").with_(patch=4))
    (mask, _) = (cube.mask for cube in Learned.of(labels).cubes)
    assert mask[:6].any() is np.bool_(not hidden)
    assert np.array_equal(mask[6:], item.labels[6:] > 0)


def test_a_preview_shows_whole_objects() -> None:
    found = run(preview_split(ORCHARD, CLASSES, preset("object").with_(patch=4)))
    for number, item in enumerate(ORCHARD):
        roles = found.map_of(0, number)
        assert np.array_equal(roles > 0, item.labels > 0)
        assert len(np.unique(roles)) == 2
