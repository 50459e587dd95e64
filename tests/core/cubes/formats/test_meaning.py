"""Scale and offset under every name, and values that are none: the same in all formats."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file, savemat

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.cubes.mapped import MappedArray
from tests.core.cubes.formats.envi.envi_bytes import EXPECTED, pair, text

GAINS = np.array([0.01, 0.02, 0.03, 0.04, 0.05])
OFFSETS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
STORED = np.random.default_rng(0).integers(1, 9000, (6, 7, 5)).astype(np.int16)
WAVES = np.linspace(450, 930, 5)


def check(path: Path, expected: np.ndarray, *notes: str) -> Cube:
    cube = open_cube(path)
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-5)
    np.testing.assert_allclose(cube.band(3), expected[:, :, 3], rtol=1e-5)
    window = cube.window(slice(1, 3), slice(2, 4), [4, 0])
    np.testing.assert_allclose(window, expected[1:3, 2:4][:, :, [4, 0]], rtol=1e-5)
    for note in notes:
        assert any(note in told for told in cube.notes), cube.notes
    return cube


def hdf5(path: Path, stored: np.ndarray = STORED, **attributes: object) -> Path:
    with h5py.File(path, "w") as file:
        file["cube"] = stored
        file["wavelength"] = WAVES
        file["cube"].attrs.update(attributes)
    return path


def listed(values: np.ndarray) -> str:
    return "{" + ", ".join(map(str, values)) + "}\n"


@pytest.mark.parametrize("kind", ["data", "data reflectance"])
def test_gains_and_offsets_of_an_envi_header(tmp_path: Path, kind: str) -> None:
    more = f"{kind} gain values = {listed(GAINS)}{kind} offset values = {listed(OFFSETS)}"
    more += "data ignore value = 1\n"
    expected = EXPECTED * GAINS + OFFSETS
    expected[0, 0, 0] = np.nan
    cube = check(pair(tmp_path, text(more=more)), expected, f"{kind} gain values")
    assert (cube.scale, cube.nodata) == (1.0, None)


def test_reflectance_comes_before_radiance_and_nothing_is_scaled_twice(tmp_path: Path) -> None:
    both = f"data gain values = {listed(GAINS)}data reflectance gain values = {listed(GAINS / 2)}"
    check(pair(tmp_path, text(more=both)), EXPECTED * GAINS / 2)
    factor = "reflectance scale factor = 100\n"
    cube = check(pair(tmp_path, text(more=f"data gain values = {listed(GAINS)}{factor}")), EXPECTED / 100)
    assert isinstance(cube.data, MappedArray)  # as it is stored
    check(pair(tmp_path, text(more=both + factor)), EXPECTED * GAINS / 2, "was left out")
    even = f"data gain values = {listed(np.ones(5))}data offset values = {{0}}\n"
    assert isinstance(check(pair(tmp_path, text(more=even)), EXPECTED).data, MappedArray)
    wrong = "data gain values = {1, 2}\ndata offset values = {a, b, c, d, e}\n"
    check(pair(tmp_path, text(more=wrong)), EXPECTED, '"data gain values"', '"data offset values"')


@pytest.mark.parametrize(
    ("attributes", "gain", "offset"),
    [
        ({"scale_factor": GAINS, "add_offset": OFFSETS}, GAINS, OFFSETS),
        ({"scale_factor": GAINS}, GAINS, 0),
        ({"scale_factor": 0.5, "add_offset": OFFSETS}, 0.5, OFFSETS),
        ({"slope": 0.02, "intercept": -3.0}, 0.02, -3),
        ({"Slope": GAINS, "Intercept": OFFSETS}, GAINS, OFFSETS),
        ({"slope": 20.0}, 20, 0),
        ({"scale": 0.1, "offset": 5.0}, 0.1, 5),
        ({"scale_factor": -0.5, "add_offset": 9000.0}, -0.5, 9000),
        ({"reflectance_scales": GAINS, "reflectance_offsets": OFFSETS}, GAINS, -OFFSETS * GAINS),
        ({"offset": 5.0}, 1, 0),  # of a camera, perhaps
        ({"gain": 2.5, "offset": 5.0}, 1, 0),  # likewise
        ({"gain": GAINS, "offset": OFFSETS}, GAINS, OFFSETS),
        ({"gains": GAINS, "offsets": OFFSETS}, GAINS, OFFSETS),
        ({"scale": 0.1, "bias": 5.0}, 0.1, 5),
        ({"reflectance_scale": 0.1, "reflectance_offset": 5.0}, 0.1, 5),
        ({"calibration_slope": GAINS, "calibration_intercept": OFFSETS}, GAINS, OFFSETS),
        ({"QUANTIFICATION_VALUE": 10000}, 1e-4, 0),
        ({"radiance_scale_factor": 100.0}, 0.01, 0),
        ({"mult": 0.1, "add": 5.0}, 0.1, 5),
    ],
)
def test_scale_and_offset_of_hdf5(
    tmp_path: Path, attributes: dict[str, object], gain: object, offset: object
) -> None:
    check(hdf5(tmp_path / "x.h5", **attributes), STORED * np.asarray(gain) + offset)


@pytest.mark.parametrize("names", [("scale_factor", "add_offset"), ("slope", "intercept"), ("gain", "bias")])
def test_scale_and_offset_as_arrays_beside_the_cube(tmp_path: Path, names: tuple[str, str]) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["g/cube"], file[f"g/{names[0]}"], file[f"g/{names[1]}"] = STORED, GAINS, -1.0
    check(tmp_path / "x.h5", STORED * GAINS - 1, *names)


def test_what_a_group_says_of_all_in_it(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["g/cube"] = STORED
        file.attrs.update({"scale_factor": 0.5, "add_offset": 1.0, "slope": 3.0})
        file["g"].attrs["Scale_Factor"] = 0.25
    check(tmp_path / "x.h5", STORED * 0.25 + 1, '"Scale_Factor"', '"add_offset"')
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["g/cube"] = STORED
        file["g"].attrs.update({"slope": 0.25, "intercept": -2.0, "scale": 9.0})
    check(tmp_path / "x.h5", STORED * 0.25 - 2, '"slope"', '"intercept"')


@pytest.mark.parametrize("name", ["gain", "DN_to_reflectance_factor"])
def test_what_may_be_a_scale_is_told(tmp_path: Path, name: str) -> None:
    check(hdf5(tmp_path / "x.h5", **{name: 1e-4}), STORED, f'"{name}" is not known as a scale')


@pytest.mark.parametrize("name", ["BackgroundValue", "null_value", "bad_value", "fill", "missing", "No_Data"])
def test_a_missing_value_under_other_names(tmp_path: Path, name: str) -> None:
    value = STORED[2, 3, 1]
    expected = np.where(value == STORED, np.nan, STORED)
    check(hdf5(tmp_path / "x.h5", **{name: value}), expected)


@pytest.mark.parametrize(
    ("field", "scale"),
    [
        ("scale factor = 10000", 1e-4),
        ("data scale factor = 10000", 1e-4),
        ("reflectance_scale_factor = 10000", 1e-4),
        ("radiance scale factor = 100", 1e-2),
        ("data scale = 0.0001", 1e-4),
        ("reflectance scale factor = 0.0001", 1e-4),
    ],
)
def test_the_factor_of_an_envi_header_under_other_names(tmp_path: Path, field: str, scale: float) -> None:
    cube = check(pair(tmp_path, text(more=f"{field}\n")), EXPECTED * scale)
    assert isinstance(cube.data, MappedArray)


@pytest.mark.parametrize("field", ["data_ignore_value", "nodata value", "no data value", "missing value"])
def test_the_missing_value_of_an_envi_header_under_other_names(tmp_path: Path, field: str) -> None:
    expected = np.where(EXPECTED == 61, np.nan, EXPECTED)
    check(pair(tmp_path, text(more=f"{field} = 61\n")), expected)


def test_a_list_of_another_length_is_left_out_aloud(tmp_path: Path) -> None:
    check(hdf5(tmp_path / "x.h5", scale_factor=GAINS[:3]), STORED, '"scale_factor" has 3 numbers for 5 bands')


@pytest.mark.parametrize("word", ["true", b"true", "True"])
def test_unsigned_numbers_in_a_signed_type(tmp_path: Path, word: object) -> None:
    real = np.random.default_rng(1).integers(1, 255, STORED.shape).astype(np.uint8)
    real[2, 3] = 255
    expected = real / 300 + 0.02
    expected[2, 3] = np.nan
    expected[real > 250] = np.nan
    packed = {"scale_factor": 1 / 300, "add_offset": 0.02, "_FillValue": np.int8(-1)}
    limits = {"valid_range": np.array([0, -6], np.int8)}
    path = hdf5(tmp_path / "x.nc", real.view(np.int8), _Unsigned=word, **packed, **limits)
    check(path, expected, "unsigned")
    path = hdf5(tmp_path / "y.h5", real.view(np.int8), _Unsigned=word)
    assert check(path, real).data.dtype == np.uint8
    with netcdf_file(tmp_path / "z.nc", "w") as file:
        for name, size in zip(("y", "x", "band"), real.shape, strict=True):
            file.createDimension(name, size)
        cube = file.createVariable("cube", "i1", ("y", "x", "band"))
        cube[...] = real.view(np.int8)
        cube._Unsigned, cube._FillValue = word, np.int8(-1)
    check(tmp_path / "z.nc", np.where(real == 255, np.nan, real))


def test_signed_numbers_in_an_unsigned_type(tmp_path: Path) -> None:
    path = hdf5(tmp_path / "x.nc", (STORED - 4500).view(np.uint16), _Unsigned="false")
    check(path, STORED - 4500, "signed")


@pytest.mark.parametrize(
    "attributes",
    [
        {"valid_range": np.array([1000, 8000], np.int16)},
        {"valid_min": np.int16(1000), "valid_max": np.int16(8000)},
        {"valid_range": np.array([0.1, 0.8]), "scale_factor": 1e-4},
        {"valid_range": np.array([-0.8, -0.1]), "scale_factor": -1e-4},
        {"valid_min": 0.1, "valid_max": np.float32(0.8), "scale_factor": 1e-4, "add_offset": 0.0},
        {"valid_range": np.array([1000, 8000], np.int16), "scale_factor": 1e-4},
    ],
)
def test_what_lies_beyond_the_valid_range_is_missing(tmp_path: Path, attributes: dict[str, object]) -> None:
    scale = float(attributes.get("scale_factor", 1))  # type: ignore[arg-type]
    expected = np.where((STORED >= 1000) & (STORED <= 8000), STORED * scale, np.nan)
    check(
        hdf5(tmp_path / "x.h5", **attributes), expected, '"valid_m' if "valid_min" in attributes else "range"
    )


def test_several_values_may_mean_missing(tmp_path: Path) -> None:
    stored = STORED.copy()
    stored[0, :3] = np.array([-1, -2, -3])[:, None]
    expected = stored.astype(float)
    expected[0, :3] = np.nan
    path = hdf5(tmp_path / "x.h5", stored, _FillValue=np.int16(-1), missing_value=np.int16([-2, -3]))
    check(path, expected, "Several values")


def test_a_mask_and_limits_for_each_band() -> None:
    cube = Cube(STORED, "x")
    here = np.arange(6)[:, None] + np.arange(7) > 3
    low = np.array([100.0, 2000, 0, 0, 4000])
    read = Meaning(low=low, mask=lambda lines, samples: here[lines, samples]).applied(cube).read()
    expected = np.where((low <= STORED) & here[:, :, None], STORED, np.nan)
    np.testing.assert_array_equal(read, expected.astype(np.float32))


@pytest.mark.parametrize("fill", [9.969209968386869e36, -3.4028234663852886e38, -1e34, np.inf])
def test_impossible_values_are_missing_before_and_after_a_scale(tmp_path: Path, fill: float) -> None:
    stored = STORED.astype(np.float32)
    stored[4, 5] = fill
    for attributes in ({}, {"scale_factor": 1e-10}, {"scale_factor": 1e-10, "add_offset": 1.0}):
        expected = STORED * attributes.get("scale_factor", 1.0) + attributes.get("add_offset", 0)
        expected[4, 5] = np.nan
        check(hdf5(tmp_path / "x.h5", stored, **attributes), expected)


@pytest.mark.parametrize("suffix", ["npz", "mat"])
def test_numbers_beside_the_array_of_an_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    content = {"cube": STORED, "scale_factor": GAINS, "add_offset": 2.0, "nodata": STORED[3, 3, 3]}
    if suffix == "npz":
        np.savez(path, **content)
    else:
        savemat(path, content)
    expected = np.where(STORED[3, 3, 3] == STORED, np.nan, STORED * GAINS + 2)
    check(path, expected, "scale_factor", "add_offset")


@pytest.mark.parametrize("scale", [1e-4, 0.5, 2.0, 20.0])
def test_a_saved_cube_keeps_its_scale(tmp_path: Path, scale: float) -> None:
    cube = open_cube(write_envi(Cube(STORED, "x", scale=scale), tmp_path / "x.hdr"))
    np.testing.assert_allclose(cube.read(), STORED * scale, rtol=1e-6)
    assert cube.scale == pytest.approx(scale)


def test_gains_of_an_envi_header_that_are_not_known_are_told(tmp_path: Path) -> None:
    more = f"radiance gains = {listed(GAINS)}data gain values = {listed(GAINS)}gain = 8.1\nsoffset = 3\n"
    cube = check(pair(tmp_path, text(more=more)), EXPECTED * GAINS, '"radiance gains" holds a number')
    assert not any('"gain"' in note for note in cube.notes)
