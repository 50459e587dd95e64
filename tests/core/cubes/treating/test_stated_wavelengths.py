"""Wavelengths that an analyst states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_core.cubes.treating.stated_wavelengths import evenly, from_file, from_text, in_nm, in_steps, remarks
from s3fn_core.errors import CubeError

NM = np.linspace(400, 1000, 7)


def test_units() -> None:
    for values, unit in (([0.4, 0.5], "µm"), ([25000, 20000], "cm-1"), ([400, 500], "nm")):
        centres, problem = in_nm(values, unit)
        assert not problem
        assert centres is not None
        np.testing.assert_allclose(centres, [400, 500])
    assert in_nm([400, np.nan], "nm")[0] is None
    assert "positive" in in_nm([400, -1], "nm")[1]


def test_a_text_without_a_unit_is_guessed_and_says_so() -> None:
    assert from_text("400 500 600", 3).unit == "nm"
    found = from_text("0.4\n0.5\n0.6", 3)
    assert found.unit == "µm"
    assert "µm" in found.notes[-1]
    stated = from_text("Wavelength (nm)\n400\n500\n600", 3)
    assert (stated.unit, stated.notes) == ("nm", ())


def test_every_kind_of_file(tmp_path: Path) -> None:
    cube = Cube(np.ones((3, 4, 7), np.float32), "x", wavelengths=NM)
    header = write_envi(cube, tmp_path / "cube.hdr")
    library = write_library(SpectralLibrary(("a",), NM, np.ones((1, 7), np.float32)), tmp_path / "lib.sli")
    table = write_library(SpectralLibrary(("a",), NM, np.ones((1, 7), np.float32)), tmp_path / "lib.csv")
    text = tmp_path / "list.txt"
    text.write_text("\n".join(f"{value / 1000:.4f}".replace(".", ",") for value in NM))
    data = next(p for p in tmp_path.glob("cube.*") if p.suffix != ".hdr")
    for path in (header, data, library, library.with_suffix(".sli"), table, text):
        found = from_file(path, 7)
        centres, _ = in_nm(found.values, found.unit)
        assert centres is not None, path
        np.testing.assert_allclose(centres, NM, err_msg=str(path))
        assert found.notes[0] == f"Read from {path.name}."


def test_files_without_wavelengths_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cube.npy"
    np.save(path, np.ones((3, 4, 7), np.float32))
    with pytest.raises(CubeError, match="no wavelengths"):
        from_file(path, 7)
    with pytest.raises(CubeError, match="cannot be read"):
        from_file(tmp_path / "missing.txt", 7)
    other = tmp_path / "what.docx"
    other.write_bytes(b"1 2 3")
    with pytest.raises(CubeError, match="choose a table"):
        from_file(other, 7)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_what_spreadsheets_write(tmp_path: Path, code: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Wellenlänge (µm);Wert\n0,4;1\n0,5;1\n0,6;2\n".encode(code))
    found = from_file(path, 3)
    assert (found.values, found.unit) == ((0.4, 0.5, 0.6), "µm")


def test_even_spacing() -> None:
    assert evenly(400, 500, 3) == (400, 450, 500)
    assert in_steps(400, 2.5, 3) == (400, 402.5, 405)


def test_what_is_odd_about_wavelengths() -> None:
    assert remarks(np.array([400.0, 410, 420])) == ()
    assert remarks(np.array([420.0, 410, 400])) == ()
    assert "repeats at band 3" in remarks(np.array([400.0, 410, 410]))[0]
    assert "turn back at band 3" in remarks(np.array([400.0, 420, 410, 430]))[0]
    assert len(remarks(np.array([400.0, 420, 410, 420, 430]))) == 2
    assert "at 0.4 nm; is the unit right" in remarks(np.array([0.4, 0.5]))[0]
    assert "at 2e+06 nm" in remarks(np.array([400, 2e6]))[0]
