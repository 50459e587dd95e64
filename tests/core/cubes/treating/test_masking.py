"""Masks from recipes, and their corrections by hand as small edits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.masking import ObjectsEdit, corrected, find_mask
from s3fn_core.cubes.treating.objects import Splitting, find_objects
from s3fn_core.errors import CubeError
from s3fn_core.progress import run

MAPS = hnp.arrays(np.int32, (9, 7), elements=st.integers(0, 5))


def disks() -> np.ndarray:
    """Two disks that touch, at samples 20 and 39."""
    line, sample = np.mgrid[:40, :60]
    return (np.hypot(line - 20, sample - 20) < 10) | (np.hypot(line - 20, sample - 39) < 10)


def test_a_recipe_finds_the_objects_of_a_scene() -> None:
    scene = simulate("fruit")
    mask = run(find_mask(scene.cube, Recipe(splitting=Splitting("watershed", smallest=30))))
    assert mask.objects.max() == scene.objects.max()
    assert mask.recipe is not None
    assert mask.recipe.splitting.method == "watershed"


def test_a_mask_without_objects_is_refused() -> None:
    scene = simulate("wood", lines=32, samples=32)
    with pytest.raises(CubeError, match="no object"):
        run(find_mask(scene.cube, Recipe(Threshold(Band(10), low=1e6))))


@given(old=MAPS, new=MAPS)
def test_an_edit_leads_there_and_back(old: np.ndarray, new: np.ndarray) -> None:
    edit = ObjectsEdit.between(old, new)
    if edit is None:
        np.testing.assert_array_equal(old, new)
        return
    before = old.copy()
    np.testing.assert_array_equal(edit.applied(old), new)
    np.testing.assert_array_equal(edit.applied(new), old)
    np.testing.assert_array_equal(old, before)


def test_an_edit_of_a_large_map_is_small() -> None:
    objects = np.kron(np.arange(1, 101, dtype=np.int32).reshape(10, 10), np.ones((120, 120), int))
    edit = ObjectsEdit.between(objects.astype(np.int32), (objects + 1).astype(np.int32))
    assert edit is not None
    assert len(edit.difference) < objects.size * 4 / 50


def test_a_cut_through_a_connected_object_makes_two() -> None:
    mask = disks()
    objects = find_objects(mask, Splitting())
    assert objects.max() == 1
    mask[:, 29:31] = False
    assert corrected(objects, mask, Splitting()).max() == 2


def test_circles_keep_their_objects_when_a_hand_corrects_them() -> None:
    splitting = Splitting("circles", radii=(8.0, 12.0), smallest=5)
    objects = find_objects(disks(), splitting)
    assert objects.max() == 2
    mask = objects > 0
    mask[2:6, 2:6] = True  # a square, which no search for circles would find
    mask[18:22, 49:55] = True  # beside the second disk, to which it belongs then
    mask[35, 1] = True  # too small
    after = corrected(objects, mask, splitting)
    assert after.max() == 3
    assert after[3, 3] == 1
    assert after[20, 52] == after[20, 45] == 3
    assert after[20, 20] == 2
    assert after[35, 1] == 0
    mask[20, :] = False
    assert corrected(after, mask, splitting).max() == 5
