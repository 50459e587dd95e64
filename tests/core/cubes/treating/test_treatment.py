"""Treatments: applied in order, and the same after a round trip through a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment, as_bytes, read_treatment
from s3fn_core.errors import CubeError

LINES, SAMPLES, BANDS = 4, 5, 3
NM = np.array([500.0, 600.0, 700.0])
NUMBERS = st.floats(-1e6, 1e6, width=32)


def raw() -> Cube:
    counts = np.arange(LINES * SAMPLES * BANDS, dtype=np.uint16).reshape(LINES, SAMPLES, BANDS)
    return Cube(counts + 10, "raw", Path("/somewhere/raw.hdr"), wavelengths=NM)


def calibration() -> Calibration:
    white = Reference(np.full((SAMPLES, BANDS), 110.0), "white", NM, "tint = 8", ("worn",))
    return Calibration(white, Reference.constant(10), np.array([0.5]), 4095.0)


def test_nothing_done_is_the_file() -> None:
    cube = raw()
    assert Treatment().is_empty
    assert Treatment().applied(cube) is cube


def test_parts_are_applied_in_order() -> None:
    cube = raw()
    objects = np.zeros((LINES, SAMPLES), np.int32)
    objects[1] = 3
    edited = Metadata((400.0, 500.0, 600.0), (True, False, True), 10.0, 1.0)
    treated = Treatment(edited, calibration(), Mask(objects)).applied(cube)
    assert (treated.name, treated.path) == (cube.name, cube.path)
    assert treated.wavelengths is not None
    assert treated.wavelengths.tolist() == [400, 500, 600]
    assert treated.good_bands.tolist() == [True, False, True]
    expected = 0.5 * np.arange(LINES * SAMPLES * BANDS).reshape(cube.shape) / 100
    assert np.allclose(treated.read()[1], expected[1])
    assert not treated.read()[[0, 2, 3]].any()
    assert cube.read()[0, 0, 0] == 10  # the source is as it was


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"good_bands": (True,)}, "describe 1"),
        ({"wavelengths": (1.0, 2.0, -3.0)}, "positive"),
        ({"wavelengths": (1.0, 2.0, float("nan"))}, "positive"),
        ({"scale": 0.0}, "scale factor"),
    ],
)
def test_impossible_metadata_are_refused(change: dict[str, object], told: str) -> None:
    cube = raw()
    metadata = Metadata(**{**vars(Metadata.of(cube)), **change})
    with pytest.raises(CubeError, match=told):
        Treatment(metadata).applied(cube)


@given(
    centres=st.none() | st.lists(st.floats(1, 1e5), min_size=BANDS, max_size=BANDS),
    nodata=st.none() | NUMBERS,
    scale=st.floats(1e-6, 1e6),
    white=arrays(np.float64, (SAMPLES, BANDS), elements=NUMBERS | st.just(float("nan"))),
    objects=st.none() | arrays(np.int32, (LINES, SAMPLES)),
    low=st.none() | NUMBERS,
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    centres: list[float] | None,
    nodata: float | None,
    scale: float,
    white: Any,
    objects: Any,
    low: float | None,
) -> None:
    metadata = Metadata(None if centres is None else tuple(centres), (True, False, True), nodata, scale)
    recipe = None if low is None else Recipe(Threshold(Band(1), low=low))
    before = Treatment(
        metadata, Calibration(Reference(white, "w", NM)), None if objects is None else Mask(objects, recipe)
    )
    path = tmp_path_factory.mktemp("treated") / "one.npz"
    path.write_bytes(as_bytes(before))
    after = read_treatment(path)
    assert after.metadata == metadata
    assert after.calibration is not None
    assert np.array_equal(after.calibration.white.values, white, equal_nan=True)
    assert (after.mask is None) == (objects is None)
    if after.mask is not None:
        assert np.array_equal(after.mask.objects, objects)
        assert after.mask.recipe == recipe
    assert as_bytes(after) == as_bytes(before)


def test_damaged_files_are_named(tmp_path: Path) -> None:
    whole = as_bytes(Treatment(Metadata.of(raw()), calibration()))
    path = tmp_path / "one.npz"
    generator = np.random.default_rng(1)
    told = []
    for _ in range(200):
        damaged = bytearray(whole[: generator.integers(0, len(whole) + 1)])
        for place in generator.integers(0, max(1, len(damaged)), 3 if damaged else 0):
            damaged[place] = generator.integers(256)
        path.write_bytes(bytes(damaged))
        try:
            read_treatment(path)
        except CubeError as error:
            told.append(str(error))
    assert len(told) > 150
    assert all(str(path) in text for text in told)
    with pytest.raises(CubeError, match="missing"):
        read_treatment(tmp_path / "missing.npz")
