"""Whether the map of another tray is noticed, and the right one is not doubted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.simulate.scene import SimulatedScene
from s3fn_core.cubes.treating.outlines import off_their_edges
from s3fn_core.types import ObjectMap


def scenes(kind: str, belt: float | None, size: int) -> list[tuple[Cube, ObjectMap]]:
    """Three trays on a belt of that reflectance, or on none."""
    return [laid(simulate(kind, seed=seed, lines=size, samples=size), belt, seed) for seed in range(3)]


def laid(scene: SimulatedScene, belt: float | None, seed: int) -> tuple[Cube, ObjectMap]:
    values = np.asarray(scene.cube.data).copy()
    noise = np.random.default_rng(seed).normal(0, 0.005, values.shape)
    under = scene.objects == 0
    values[under] = 0 if belt is None else (belt + noise)[under]
    return scene.cube.with_(data=values), scene.objects


@pytest.mark.parametrize("belt", [None, 0.06, 0.25])
@pytest.mark.parametrize(("kind", "size"), [("fruit", 64), ("fruit", 100), ("blueberries", 90)])
def test_the_map_of_another_tray_is_noticed(kind: str, size: int, belt: float | None) -> None:
    trays = scenes(kind, belt, size)
    for i, (cube, objects) in enumerate(trays):
        for j, (_, others) in enumerate(trays):
            assert bool(off_their_edges(cube, others)) == (i != j), (i, j)
        generous = ndimage.grey_dilation(objects, 3)
        strict = np.where(ndimage.binary_erosion(objects > 0), objects, 0)
        some = np.where(objects % 3 == 1, objects, 0)
        for mine in (generous, strict, some):
            assert off_their_edges(cube, mine) == ()
        shifted = np.roll(objects, 3, 0)
        (note,) = off_their_edges(cube, shifted)
        assert f"not those in {cube.name}" in note
        assert "may belong to another cube, or be shifted" in note


def test_where_nothing_differs_nothing_is_said() -> None:
    cube, objects = scenes("fruit", 0.06, 64)[0]
    flat = cube.with_(data=np.full(cube.shape, 0.3, np.float32))
    rng = np.random.default_rng(0)
    noise = cube.with_(data=rng.normal(0.3, 0.02, cube.shape).astype(np.float32))
    empty, full = np.zeros_like(objects), np.ones_like(objects)
    for some in (flat, noise, cube):
        for numbers in (empty, full):
            assert off_their_edges(some, numbers) == ()
    for some in (flat, noise):
        assert off_their_edges(some, objects) == ()
    one_band = cube.with_(data=cube.data[..., :1], wavelengths=None)
    assert off_their_edges(one_band, objects) == ()
