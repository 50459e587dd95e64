"""Where the next label would help most."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import run
from s3fn_core.results.next_place import groups_of, next_place

CLASSES = ClassSet().added("soil").added("roof").added("tree")
NOTHING = np.zeros((20, 20), np.uint8)
ONE_GROUP = np.ones((20, 20), np.int32)


def certain() -> np.ndarray:
    found = np.zeros((20, 20, 3), np.float32)
    found[..., 0] = 1
    return found


def with_doubt(lines: slice, samples: slice) -> np.ndarray:
    found = certain()
    found[lines, samples] = (0.51, 0.48, 0.01)
    return found


def test_a_field_in_doubt_is_named_with_its_two_classes() -> None:
    place = next_place(with_doubt(slice(4, 9), slice(11, 16)), CLASSES, NOTHING, ONE_GROUP)
    assert place is not None
    assert 4 <= place.line < 9
    assert 11 <= place.sample < 16
    assert place.reason == "soil 51 %, roof 48 %"
    assert not place.novel


def test_a_certain_map_has_no_next_place() -> None:
    assert next_place(certain(), CLASSES, NOTHING, ONE_GROUP) is None
    assert next_place(certain()[..., :1], ClassSet().added("soil"), NOTHING, ONE_GROUP) is None


def test_what_no_label_looks_like_is_doubtful_however_sure_the_map_is() -> None:
    novelty = np.full((20, 20), 0.3, np.float32)
    novelty[10:14, 2:6] = 2.5
    place = next_place(certain(), CLASSES, NOTHING, ONE_GROUP, novelty=novelty)
    assert place is not None
    assert place.reason == "no label looks like this"
    assert novelty[place.line, place.sample] == 2.5


def test_labels_skips_and_background_are_passed_over() -> None:
    doubt = with_doubt(slice(2, 5), slice(2, 5))
    doubt[12:15, 12:15] = (0.5, 0.4, 0.1)
    first = next_place(doubt, CLASSES, NOTHING, ONE_GROUP)
    assert first is not None
    assert first.line < 8
    skipped = [(line, sample) for line in range(2, 5) for sample in range(2, 5)]
    second = next_place(doubt, CLASSES, NOTHING, ONE_GROUP, skipped=skipped)
    assert second is not None
    assert second.line >= 11
    doubt[10:] = 0  # background
    labels = NOTHING.copy()
    labels[2:5, 2:5] = 1
    assert next_place(doubt, CLASSES, labels, ONE_GROUP) is None


def test_a_group_with_many_doubtful_pixels_goes_before_an_odd_one() -> None:
    groups = np.where(np.arange(20)[:, None] < 10, 1, 2) * np.ones((1, 20), int)
    doubt = certain()
    doubt[3, 3] = (0.5, 0.5, 0)
    doubt[12:18] = (0.6, 0.4, 0)
    place = next_place(doubt, CLASSES, NOTHING, groups.astype(np.int32))
    assert place is not None
    assert place.line >= 11


def test_a_place_that_is_skipped_sends_on_to_another_group() -> None:
    groups = np.where(np.arange(20)[:, None] < 14, 1, 2) * np.ones((1, 20), int)
    doubt = with_doubt(slice(0, 20), slice(0, 20))
    first = next_place(doubt, CLASSES, NOTHING, groups.astype(np.int32))
    assert first is not None
    assert first.line < 14
    skipped = [(first.line, first.sample)]
    second = next_place(doubt, CLASSES, NOTHING, groups.astype(np.int32), skipped=skipped)
    assert second is not None
    assert second.line >= 14


def test_only_pixels_of_the_given_area_are_chosen() -> None:
    where = np.zeros((20, 20), bool)
    where[15:, 15:] = True
    place = next_place(with_doubt(slice(0, 20), slice(0, 20)), CLASSES, NOTHING, ONE_GROUP, where=where)
    assert place is not None
    assert where[place.line, place.sample]
    assert next_place(certain(), CLASSES, NOTHING, ONE_GROUP, where=~where & False) is None


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(LabelError, match="does not fit labels"):
        next_place(certain()[:5], CLASSES, NOTHING, ONE_GROUP)


def test_groups_follow_the_spectra_and_leave_out_the_background() -> None:
    rng = np.random.default_rng(0)
    scene = rng.normal(0, 0.002, (40, 50, 12)).astype(np.float32)
    scene[:20] += np.linspace(0.1, 0.4, 12, dtype=np.float32)
    scene[20:] += np.linspace(0.4, 0.1, 12, dtype=np.float32)
    scene[:, 45:] = 0
    groups = run(groups_of(Cube(scene, "scene")))
    assert (groups[:, 45:] == 0).all()
    assert (groups[:, :45] > 0).all()
    assert not set(groups[:18, :40].ravel().tolist()) & set(groups[22:, :40].ravel().tolist())
    assert (run(groups_of(Cube(scene, "scene"))) == groups).all()
    assert (run(groups_of(Cube(scene * 0, "blank"))) == 0).all()
