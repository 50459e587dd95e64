"""PRISMA, as its product specification lays out the file."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube, variables_of

LINES, SAMPLES = 9, 11
VNIR, SWIR = np.linspace(970, 400, 7), np.linspace(2490, 920, 8)
DN = np.random.default_rng(0).integers(1, 65535, (LINES, 8, SAMPLES)).astype(np.uint16)


def write(path: Path, level: str = "L2D", **root: object) -> Path:
    """Three VNIR and SWIR bands are empty: their wavelength is 0."""
    vnir, swir = VNIR.copy(), SWIR.copy()
    vnir[[2, 6]], swir[0] = 0, 0
    with h5py.File(path, "w") as file:
        file.attrs.update({"List_Cw_Vnir": vnir, "List_Cw_Swir": swir, "Product_ID": f"PRS_{level}_STD"})
        file.attrs.update({"List_Fwhm_Vnir": vnir / 50, "List_Cw_Vnir_Flags": (vnir > 0).astype("u1")})
        file.attrs.update(root)
        swath = f"HDFEOS/SWATHS/PRS_{level}_HCO"
        file[f"{swath}/Data Fields/VNIR_Cube"] = DN[:, :7]
        file[f"{swath}/Data Fields/SWIR_Cube"] = DN
        file[f"{swath}/Data Fields/SWIR_PIXEL_L2_ERR_MATRIX"] = np.zeros(DN.shape, np.uint8)
        file[f"{swath}/Geolocation Fields/Latitude"] = np.ones((LINES, SAMPLES), np.float32)
    return path


@pytest.mark.parametrize("detector", ["VNIR", "SWIR"])
def test_reflectance_is_stretched_between_two_attributes(tmp_path: Path, detector: str) -> None:
    limits = {"VnirMin": 0.0, "VnirMax": 1.25, "SwirMin": -0.1, "SwirMax": 0.9}
    path = write(tmp_path / "x.he5", **{f"L2Scale{key}": np.float32(value) for key, value in limits.items()})
    cube = open_cube(path, variable=f"{detector}_Cube")
    low, high = limits[f"{detector.capitalize()}Min"], limits[f"{detector.capitalize()}Max"]
    stored = DN[:, :7] if detector == "VNIR" else DN
    expected = (stored.transpose(0, 2, 1) / 65535) * (high - low) + low
    kept = [0, 1, 3, 4, 5] if detector == "VNIR" else list(range(1, 8))
    np.testing.assert_allclose(cube.read(), expected[:, :, kept], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cube.wavelengths, (VNIR if detector == "VNIR" else SWIR)[kept])
    assert any("hence left out: band" in note for note in cube.notes)
    assert any("L2Scale" in note for note in cube.notes)


def test_radiance_has_a_factor_and_an_offset(tmp_path: Path) -> None:
    path = write(tmp_path / "x.he5", "L1", ScaleFactor_Swir=100.0, Offset_Swir=0.5)
    expected = DN.transpose(0, 2, 1)[:, :, 1:] / 100 - 0.5
    np.testing.assert_allclose(open_cube(path).read(), expected, rtol=1e-5)
    assert variables_of(path)[0].name.endswith("SWIR_Cube")  # not the matrix of errors
