"""Wavelengths in whatever unit a header states or forgets, and the bands it proposes to show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import default_rgb
from s3fn_core.cubes.viewing.rendering import compose
from tests.core.cubes.formats.envi.envi_bytes import LINES, SAMPLES, check, pair, text

NM = [400.0, 500.0, 650.0, 700.0, 800.0]
UNITS: list[tuple[str | None, float, str]] = [
    ("nm", 1, ""),
    ("NM", 1, ""),
    ("Nanometers", 1, ""),
    ("[nanometer]", 1, ""),
    ("Nanometers (nm)", 1, ""),
    ("um", 1e-3, ""),
    ("µm", 1e-3, ""),
    ("Micrometers", 1e-3, ""),
    ("micrometer", 1e-3, ""),
    ("microns", 1e-3, ""),
    ("Millimeters", 1e-6, ""),
    ("Angstroms", 10, ""),
    (None, 1, "no unit; they were taken as nm"),
    ("", 1, "no unit"),
    (None, 1e-3, "taken as micrometres"),
    ("Unknown", 1e-3, "taken as micrometres"),
    ("furlong", 1, '"furlong" is unknown; they were taken as nm'),
    ("?m", 1e-3, '"?m" is unknown; they were taken as micrometres'),
    ("Nanometers", 1e-3, 'cannot be in "Nanometers"; they were taken as micrometres'),
    ("Micrometers", 1, 'cannot be in "Micrometers"; they were taken as nm'),
]


@pytest.mark.parametrize(("unit", "factor", "note"), UNITS)
def test_wavelength_units_end_in_nm(tmp_path: Path, unit: str | None, factor: float, note: str) -> None:
    more = f"wavelength = {{{', '.join(f'{w * factor:.9g}' for w in NM)}}}\n"
    if unit is not None:
        more += f"wavelength units = {unit}\n"
    cube = open_cube(pair(tmp_path, text({}, more)))
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, NM)
    check(cube, *([note] if note else []))


@pytest.mark.parametrize("unit", ["Wavenumber", "wavenumbers", "cm-1", "cm^-1", "Wavenumber (1/cm)"])
def test_wavenumbers_become_wavelengths(tmp_path: Path, unit: str) -> None:
    more = "wavelength = {20000, 16000, 12500, 10000, 8000}\n"
    more += f"wavelength units = {unit}\n"
    cube = open_cube(pair(tmp_path, text({}, more)))
    check(cube)
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, [500, 625, 800, 1000, 1250])


@pytest.mark.parametrize("listed", ["1, 2, 3, 4, 5", "1e-320, 1, 1, 1, 1", "-1, 2, 3, 4, 5"])
def test_what_are_no_wavelengths_is_left_out(tmp_path: Path, listed: str) -> None:
    unit = "Index" if listed[:2] == "1," else "Wavenumber"
    more = f"wavelength = {{{listed}}}\nwavelength units = {unit}\n"
    cube = open_cube(pair(tmp_path, text({}, more)))
    check(cube, "left out")
    assert cube.wavelengths is None


def test_default_bands_are_shown_where_wavelengths_say_nothing(tmp_path: Path) -> None:
    cube = open_cube(pair(tmp_path, text({}, "default bands = {5, 1, 3}\n")))
    assert default_rgb(cube) == ((4, 0, 2), "bands 5/1/3")
    grey = open_cube(pair(tmp_path, text({}, "default bands = {2}\n")))
    bands, _ = default_rgb(grey)
    assert bands == (1, 1, 1)
    assert compose(grey, Composite("false", bands)).image().shape == (LINES, SAMPLES, 3)
