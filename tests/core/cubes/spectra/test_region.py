"""Mean and deviation of a region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.spectra import region as region_module
from s3fn_core.cubes.spectra.region import Moments, label_spectra, region_spectrum
from s3fn_core.errors import CubeError
from s3fn_core.progress import run


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_moments_of_blocks_are_those_of_the_whole(seed: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(seed)
    blocks = [rng.normal(rng.normal(0, 9), 1, (size, 3)) for size in sizes]
    blocks[0][0, 0] = np.nan
    moments = Moments(3)
    for block in blocks:
        moments.add(block)
    whole = np.concatenate(blocks)
    np.testing.assert_array_equal(moments.count, np.isfinite(whole).sum(axis=0))
    seen = moments.count > 0
    np.testing.assert_allclose(moments.mean[seen], np.nanmean(whole[:, seen], axis=0), atol=1e-12)
    np.testing.assert_allclose(moments.deviation[seen], np.nanstd(whole[:, seen], axis=0), atol=1e-12)


def test_a_small_spread_on_a_large_mean_keeps_its_digits() -> None:
    moments = Moments(1)
    for _ in range(100):
        moments.add(np.array([[1e9 - 1], [1e9 + 1]]))
    assert moments.deviation[0] == 1  # squares minus the squared mean would give 0 or nonsense


@pytest.mark.parametrize("block_bytes", [200, 32 << 20])
def test_a_mask_and_a_list_give_the_same_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr(region_module, "_BLOCK_BYTES", block_bytes)
    rng = np.random.default_rng(0)
    values = rng.integers(1, 9000, (30, 20, 7)).astype(np.int16)
    values[:, :, 3] = -1  # a band that was never measured
    cube = open_cube(write_envi(Cube(values, "x", nodata=-1.0, scale=1e-4), tmp_path / "x.hdr"))
    mask = rng.random((30, 20)) < 0.2
    steps: list[float] = []
    found = run(region_spectrum(cube, mask), lambda progress: steps.append(progress.fraction))
    assert found.pixels == mask.sum()
    assert steps == sorted(steps)
    assert (len(steps) > 10) == (block_bytes == 200)
    inside = np.where(values == -1, np.nan, values * 1e-4)[mask]
    others = [0, 1, 2, 4, 5, 6]
    np.testing.assert_allclose(found.mean[others], inside.mean(axis=0)[others], rtol=1e-5)
    np.testing.assert_allclose(found.deviation[others], inside.std(axis=0)[others], rtol=1e-5)
    assert np.isnan([found.mean[3], found.deviation[3]]).all()
    assert found.count.tolist() == [mask.sum()] * 3 + [0] + [mask.sum()] * 3
    places = rng.permutation(np.argwhere(mask))
    listed = run(region_spectrum(cube, np.concatenate([places, places[:5]])))
    np.testing.assert_array_equal(listed.mean, found.mean)
    assert listed.pixels == found.pixels


def test_a_list_of_the_first_pixels_is_no_mask() -> None:
    values = np.arange(1, 31, dtype=np.float32).reshape(3, 2, 5)
    found = run(region_spectrum(Cube(values, "x"), np.array([[0, 1], [1, 1]])))
    np.testing.assert_allclose(found.mean, values[[0, 1], [1, 1]].mean(axis=0))


def test_background_does_not_count() -> None:
    values = np.random.default_rng(0).uniform(0.4, 0.6, (4, 6, 3)).astype(np.float32)
    values[:, 3:] = 0  # masked
    values[:, 3:, 2] = 7  # in a band that is never used
    values[0, 0, 0] = 0  # a value of 0 is one
    cube = Cube(values, "half", good_bands=np.array([True, True, False]))
    found = run(region_spectrum(cube, np.ones((4, 6), bool)))
    np.testing.assert_allclose(found.mean, values[:, :3].mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(found.deviation, values[:, :3].std((0, 1)), rtol=1e-4)
    assert found.pixels == 12
    nothing = run(region_spectrum(cube, np.array([[0, 5]])))
    assert np.isnan(nothing.mean).all()
    assert nothing.pixels == 0


def test_no_window_is_larger_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_module, "_BLOCK_BYTES", 4 * 10 * 8)  # ten pixels of eight bands
    largest = 0

    class Counting:
        shape = (1000, 10, 8)
        dtype = np.dtype(np.float32)

        def __getitem__(self, key: tuple[slice, slice, slice]) -> np.ndarray:
            nonlocal largest
            lines, samples, _ = key
            size = (lines.stop - lines.start) * (samples.stop - samples.start)
            largest = max(largest, size)
            return np.ones((lines.stop - lines.start, samples.stop - samples.start, 8), np.float32)

    corners = np.array([[0, 9], [999, 0], [500, 4], [501, 4], [502, 4]])
    assert run(region_spectrum(Cube(Counting(), "large"), corners)).mean.tolist() == [1] * 8
    assert largest <= 10


def test_what_is_no_region_is_said() -> None:
    cube = Cube(np.ones((4, 5, 3), np.float32), "x")
    with pytest.raises(CubeError, match="holds no pixel"):
        run(region_spectrum(cube, np.zeros((4, 5), bool)))
    with pytest.raises(CubeError, match="mask"):
        run(region_spectrum(cube, np.ones((5, 4), bool)))
    with pytest.raises(CubeError, match="beyond"):
        run(region_spectrum(cube, np.array([[4, 0]])))


def test_spectra_of_labels_take_all_pixels_and_leave_out_what_is_missing() -> None:
    values = np.random.default_rng(3).uniform(0.1, 0.9, (30, 40, 6)).astype(np.float32)
    values[0, 0] = np.nan
    values[29] = 0  # background
    ids = np.zeros(values.shape[:2], np.uint8)
    ids[0, :5] = 4
    ids[29] = 5
    ids[7:20] = 2
    found = run(label_spectra(Cube(values, "scene"), ids))
    assert {key: one.pixels for key, one in found.items()} == {2: 13 * 40, 4: 4}
    np.testing.assert_allclose(found[4].mean, values[0, 1:5].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(found[2].deviation, values[7:20].reshape(-1, 6).std(axis=0), rtol=1e-4)
