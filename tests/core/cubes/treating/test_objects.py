"""Objects: the right number of fruit, also of touching ones, in reading order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating.mask import Recipe, Step, make_mask
from s3fn_core.cubes.treating.objects import Splitting, find_objects, object_table, renumbered
from s3fn_core.errors import CubeError
from s3fn_core.progress import run


def disks(shape: tuple[int, int], *circles: tuple[float, float, float]) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.any([np.hypot(rows - y, columns - x) <= r for y, x, r in circles], axis=0)


def matched(found: np.ndarray, truth: np.ndarray) -> bool:
    """Whether every true object is one found object of its own, most pixels of it at least."""
    partners = []
    for number in range(1, truth.max() + 1):
        ids, pixels = np.unique(found[truth == number], return_counts=True)
        partners.append(int(ids[pixels.argmax()]))
        if pixels.max() < 0.9 * pixels.sum():
            return False
    return 0 not in partners and len(set(partners)) == truth.max() == found.max()


@pytest.mark.parametrize("name", ["fruit", "blueberries", "wood"])
@pytest.mark.parametrize("method", ["connected", "watershed"])
def test_objects_that_do_not_touch_are_found(name: str, method: str) -> None:
    scene = simulate(name)
    found = find_objects(scene.objects > 0, Splitting(method, depth=2.0))
    assert matched(found, scene.objects)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["fruit", "blueberries"])
def test_watershed_parts_touching_fruit(name: str, seed: int) -> None:
    """Fruit that swell by two pixels on all sides touch their neighbours."""
    scene = simulate(name, seed=seed)
    mask = run(make_mask(scene.cube, Recipe(steps=(Step("dilate", 2),))))
    assert find_objects(mask, Splitting("connected")).max() < scene.objects.max()
    assert matched(find_objects(mask, Splitting("watershed")), scene.objects)


@pytest.mark.parametrize(("name", "radii"), [("fruit", (8, 14)), ("blueberries", (5, 9))])
@pytest.mark.parametrize("seed", [0, 5])
def test_every_round_fruit_is_one_circle(name: str, radii: tuple[float, float], seed: int) -> None:
    scene = simulate(name, seed=seed)
    found = find_objects(scene.objects > 0, Splitting("circles", smallest=20, radii=radii))
    assert found.max() == scene.objects.max()
    for row in object_table(scene.objects):
        assert found[round(row.centre[0]), round(row.centre[1])] > 0


def test_circles_part_touching_round_fruit() -> None:
    circles = [(20.0, 20.0, 12.0), (20.0, 43.0, 12.0), (44.0, 32.0, 14.0)]
    mask = disks((70, 70), *circles)
    mask[60:66, 2:68] = True  # a bar, which is not a fruit
    found = find_objects(mask, Splitting("circles", smallest=50, radii=(9, 16)))
    rows = object_table(found)
    assert len(rows) == 3
    for row, (line, sample, radius) in zip(rows, circles, strict=True):
        assert np.hypot(row.centre[0] - line, row.centre[1] - sample) < 1.5
        assert row.pixels == pytest.approx(np.pi * radius**2, rel=0.1)
    assert not found[60:66, :10].any()


def test_large_circles_are_looked_for_in_a_coarser_mask() -> None:
    mask = disks((320, 460), (160, 120, 90), (160, 305, 96))
    rows = object_table(find_objects(mask, Splitting("circles", smallest=99, radii=(80, 110))))
    assert [row.centre[1] for row in rows] == pytest.approx([120, 305], abs=4)


def test_numbers_follow_the_rows_of_a_crooked_tray() -> None:
    """The left fruit of each row lies lower than the right one."""
    mask = disks((60, 80), (14, 12, 6), (12, 35, 6), (10, 60, 6), (42, 12, 6), (38, 60, 6))
    rows = object_table(find_objects(mask, Splitting()))
    centres = [(round(row.centre[0]), round(row.centre[1])) for row in rows]
    assert centres == [(14, 12), (12, 35), (10, 60), (42, 12), (38, 60)]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].box == (8, 6, 21, 19)
    assert rows[0].pixels == disks((60, 80), (14, 12, 6)).sum()


def test_scattered_objects_are_read_from_top_to_bottom() -> None:
    """Without rows, each object a little lower than the last, they are not one long row."""
    mask = disks((80, 80), *((8 + 3 * i, 70 - 30 * (i % 3), 3) for i in range(20)))
    lines = [row.centre[0] for row in object_table(find_objects(mask, Splitting()))]
    assert len(lines) == 20
    assert all(later > earlier - 5 for earlier, later in pairwise(lines))


def test_small_objects_are_dropped_and_the_rest_renumbered() -> None:
    mask = disks((30, 40), (8, 5, 2), (8, 20, 6), (8, 34, 2))
    assert find_objects(mask, Splitting(smallest=20)).max() == 1
    removed = find_objects(mask, Splitting())
    removed[removed == 2] = 0
    assert [row.number for row in object_table(renumbered(removed))] == [1, 2]


@settings(max_examples=80)
@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14)),
    st.sampled_from(["connected", "watershed", "circles"]),
    st.integers(0, 6),
)
def test_any_mask_gives_numbers_without_gaps(mask: np.ndarray, method: str, smallest: int) -> None:
    found = find_objects(mask, Splitting(method, smallest=smallest, radii=(2, 5)))
    assert found.shape == mask.shape
    assert not found[~mask].any()
    pixels = np.bincount(found.ravel())[1:]
    assert (pixels >= max(1, smallest)).all()
    assert [row.pixels for row in object_table(found)] == pixels.tolist()
    if method != "circles" and smallest <= 1:
        np.testing.assert_array_equal(found > 0, mask)


def test_what_cannot_be_searched_is_told() -> None:
    with pytest.raises(CubeError, match="1 <= smallest"):
        Splitting("circles", radii=(8, 3))
    with pytest.raises(CubeError, match="positive"):
        Splitting(depth=0)
