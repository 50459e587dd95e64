"""What a look at some pixels proposes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.proposals import propose_bad_bands, propose_nodata, sample
from s3fn_core.progress import run

NM = np.linspace(1300, 2000, 15)  # 50 nm apart


def counts() -> np.ndarray:
    return np.random.default_rng(1).integers(100, 4000, (40, 50, 15)).astype(np.int16)


def test_the_edge_that_was_filled_is_proposed_as_nodata() -> None:
    values = counts()
    values[:6] = values[-6:] = values[:, :6] = values[:, -6:] = -9999
    first, *_ = propose_nodata(run(sample(Cube(values, "x"))))
    assert first.value == -9999
    assert first.why == "It fills 100 % of the image's edge."


def test_a_value_that_most_have_is_proposed() -> None:
    values = counts()
    values[10:30, 5:45, :] = 4095
    found = propose_nodata(run(sample(Cube(values, "x"))))
    assert [p.value for p in found] == [4095]
    assert "exactly" in found[0].why


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_measured_values_are_not_proposed(kind: type) -> None:
    assert propose_nodata(run(sample(Cube(counts().astype(kind), "x")))) == ()


def test_the_mean_leaves_out_background_and_nodata(tmp_path: Path) -> None:
    values = np.full((40, 50, 15), 7, np.int16)
    values[:20] = 0
    values[30:, :, 3] = -1
    values[:, :, 4] = -1
    seen = run(sample(open_cube(write_envi(Cube(values, "x"), tmp_path / "x.hdr"))))
    mean = seen.mean(-1)
    assert np.isnan(mean[4])
    assert np.all(np.delete(mean, 4) == 7)
    assert seen.mean(None)[4] == -1


def test_bad_bands_are_empty_or_in_water_vapour() -> None:
    values = counts()
    values[:, :, 0] = 5
    values[:, :, 8] = -1
    cube = Cube(values, "x", wavelengths=NM, nodata=-1.0)
    found = run(propose_bad_bands(cube, run(sample(cube))))
    assert np.flatnonzero(found.bands).tolist() == [0, 1, 2, 3, 8, 10, 11, 12, 13]
    assert found.why == "Proposed: no information in 1, 9; water vapour in 2-4, 11-14."


def test_good_bands_are_not_proposed() -> None:
    cube = Cube(counts(), "x")
    found = run(propose_bad_bands(cube, run(sample(cube))))
    assert not found.bands.any()
    assert found.why == "No band looks bad."


def test_a_picture_of_one_value_keeps_its_bands() -> None:
    cube = Cube(np.full((9, 9, 4), 3, np.uint8), "x")
    assert not run(propose_bad_bands(cube, run(sample(cube)))).bands.any()
