"""Spectral libraries in files, and overlaid on a cube's bands."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from spectral.io import envi

from s3fn_core.cubes.spectra.library import SpectralLibrary, is_library, read_library, write_library
from s3fn_core.errors import CubeError

NM = np.arange(400.0, 1001, 10)


@st.composite
def libraries(draw: st.DrawFn, letters: st.SearchStrategy[str]) -> SpectralLibrary:
    names = draw(st.lists(letters, min_size=1, max_size=4))
    # Not all the same: readers take such wavelengths for filled-in values.
    waves = draw(st.lists(st.floats(1e-3, 1e7), min_size=2, max_size=6, unique=True))
    values = st.floats(width=32, allow_infinity=False)
    spectra = draw(hnp.arrays(np.float32, (len(names), len(waves)), elements=values))
    return SpectralLibrary(tuple(names), np.array(waves), spectra)


def same(found: SpectralLibrary, written: SpectralLibrary) -> None:
    np.testing.assert_array_equal(found.wavelengths, written.wavelengths)
    np.testing.assert_array_equal(found.spectra, written.spectra)
    assert found.notes == ()


@given(libraries(st.text(max_size=12) | st.sampled_from(['a,"b";c', "x\ny", "\r", "1.5", "µ;\t"])))
def test_csv_gives_back_what_was_written(library: SpectralLibrary) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read_library(write_library(library, Path(folder) / "x.csv"))
    same(found, library)
    assert found.names == library.names


@given(libraries(st.text(max_size=12) | st.sampled_from(["a, {b}", "x = 3", "; y", "lines = 1"])))
def test_envi_gives_back_what_was_written(library: SpectralLibrary) -> None:
    with tempfile.TemporaryDirectory() as folder:
        header = write_library(library, Path(folder) / "x.sli")
        assert sorted(p.name for p in Path(folder).iterdir()) == ["x.hdr", "x.sli"]
        for path in (header, header.with_suffix(".sli")):
            found = read_library(path)
            same(found, library)
            assert len(found.names) == len(library.names)
        theirs = envi.open(str(header))
    np.testing.assert_array_equal(theirs.spectra, library.spectra)
    np.testing.assert_array_equal(theirs.bands.centers, library.wavelengths)


def test_names_that_envi_can_hold_stay(tmp_path: Path) -> None:
    names = ("oak, heartwood", "kiwi (ripe) µ", "", "x = {3}")
    library = SpectralLibrary(names, NM, np.ones((4, len(NM)), np.float32))
    found = read_library(write_library(library, tmp_path / "x.hdr"))
    assert found.names == ("oak; heartwood", "kiwi (ripe) µ", "spectrum 3", "x = (3)")


@pytest.mark.parametrize(
    ("text", "nm", "names", "spectra", "guessed"),
    [
        ("Wavelength (um),a\n0.5,1\n1.0,2\n", [500, 1000], ["a"], [[1, 2]], False),
        ("wavelength_nm\ta\n500\t1\n\n600\t\n", [500, 600], ["a"], [[1, np.nan]], False),
        (
            "Wavenumber [cm-1];a;b\r\n10000;0,5;1\r\n5000;0,25;2\r\n",
            [1000, 2000],
            ["a", "b"],
            [[0.5, 0.25], [1, 2]],
            False,
        ),
        ("0.4,7\n0.5,8\n", [400, 500], ["spectrum 1"], [[7, 8]], True),
        ("Bande;Buche, trocken\n400;1\n500;2\n", [400, 500], ["Buche, trocken"], [[1, 2]], True),
    ],
)
def test_tables_of_other_programs(
    tmp_path: Path, text: str, nm: list[float], names: list[str], spectra: object, guessed: bool
) -> None:
    path = tmp_path / "theirs.txt"
    path.write_bytes(text.encode("latin-1"))
    found = read_library(path)
    np.testing.assert_allclose(found.wavelengths, nm)
    np.testing.assert_array_equal(found.spectra, spectra)
    assert list(found.names) == names
    assert bool(found.notes) == guessed


def test_envi_libraries_of_other_programs(tmp_path: Path) -> None:
    (tmp_path / "usgs.hdr").write_bytes(
        b"ENVI\r\nsamples = 3\r\nlines = 2\r\nbands = 1\r\nheader offset = 5\r\n"
        b"file type = ENVI Spectral Library\r\ndata type = 2\r\nbyte order = 1\r\n"
        b"wavelength units = Micrometers\r\nreflectance scale factor = 10000\r\n"
        b"data ignore value = -1\r\nspectra names = {\r\n Quartz \xb5m,\r\n Calcite}\r\n"
        b"wavelength = {\r\n 0.4, 0.5,\r\n 2.5}\r\n"
    )
    values = np.array([[1000, 2000, -1], [0, 5000, 10000]], ">i2")
    (tmp_path / "usgs.sli").write_bytes(b"12345" + values.tobytes())
    found = read_library(tmp_path / "usgs.sli")
    assert found.names == ("Quartz µm", "Calcite")
    np.testing.assert_allclose(found.wavelengths, [400, 500, 2500])
    np.testing.assert_allclose(found.spectra, [[0.1, 0.2, np.nan], [0, 0.5, 1]])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "not a table"),
        ("a.csv", b"nm,a\n400,1\n500\n", "same number of cells"),
        ("a.csv", b"nm,a\n", "no values"),
        ("a.csv", b"nm,a\n400,x\n", "row 1.*'x'"),
        ("a.csv", b"w,a\n-1,2\n4,5\n", "must be the wavelengths"),
        ("a.csv", b"\x00\xff", "not a table"),
        ("a.sli", b"", "no header a.hdr"),
        ("a.hdr", b"ENVI\n", "a.sli is missing"),
        ("a.csv", b"w,a\nnan,2\n", "must be the wavelengths"),
    ],
)
def test_what_is_no_library_is_said(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CubeError, match=reason) as caught:
        read_library(tmp_path / name)
    assert str(tmp_path / "a") in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("lines = 2", "lines = 2000000000000", "shorter than its header promises"),
        ("lines = 2", "lines = many", "a whole number"),
        ("lines = 2", "lines = 0", "per line"),
        ("data type = 4", "data type = 6", "real numbers"),
        ("wavelength = ", "w = ", "wavelengths"),
        ("Spectral Library", "Standard", "no spectral library"),
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    library = SpectralLibrary(("a", "b"), NM, np.ones((2, len(NM)), np.float32))
    header = write_library(library, tmp_path / "x.hdr")
    text = header.read_text("utf-8")
    assert old in text
    header.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CubeError, match=reason):
        read_library(header)


@given(
    st.sampled_from(["x.csv", "x.hdr"]),
    st.binary(max_size=200)
    | st.text(st.sampled_from('0123456789.,;\t\n"-eEnamW{}= '), max_size=60).map(str.encode),
)
def test_no_content_raises_anything_but_a_cube_error(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        path.with_suffix(".sli").write_bytes(content)
        try:
            found = read_library(path)
        except CubeError as error:
            reason = str(error)
        else:
            reason = "x."
            assert found.spectra.shape == (len(found.names), len(found.wavelengths))
    assert "x." in reason


def test_overlay_on_other_bands() -> None:
    waves = np.arange(400.0, 1001)
    line, bump = 0.001 * (waves - 300), np.exp(-0.5 * ((waves - 700) / 20) ** 2)
    holed = np.where(np.abs(waves - 600) < 15, np.nan, line)
    library = SpectralLibrary(("line", "bump", "holed"), waves, np.stack([line, bump, holed]))
    bands = np.array([700.0, 350, 450, 500, 550, 600, 650, 750, 1100])
    shown = library.at(bands)
    assert np.isnan(shown[:, [1, 8]]).all()
    np.testing.assert_allclose(shown[0, [0, 3, 4, 5, 6, 7]], [0.4, 0.2, 0.25, 0.3, 0.35, 0.45])
    # A Gaussian seen through a Gaussian, both by their variances.
    response = 50 / 2.3548
    assert shown[1, 0] == pytest.approx(20 / np.hypot(20, response), rel=0.03)
    assert np.isnan(shown[2, 5])
    assert np.isfinite(shown[2, [3, 4, 6, 7]]).all()
    np.testing.assert_allclose(library.at(np.array([500.0])), [[0.2], [0], [0.2]], atol=1e-6)
    coarse = SpectralLibrary(("line",), waves[::-100], line[None, ::-100])
    finer = np.arange(520.0, 900, 3)
    np.testing.assert_allclose(coarse.at(finer)[0], 0.001 * (finer - 300), rtol=1e-5)


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CubeError, match="a name for each"):
        SpectralLibrary(("a",), NM, np.ones((2, len(NM)), np.float32))
    with pytest.raises(CubeError, match="above 0"):
        SpectralLibrary(("a",), np.array([0.0, 1]), np.ones((1, 2), np.float32))
    library = SpectralLibrary(("a",), NM, np.ones((1, len(NM)), np.float32))
    with pytest.raises(CubeError, match=r"ends in \.csv"):
        write_library(library, tmp_path / "x.xlsx")
    with pytest.raises(CubeError, match="cannot be written"):
        write_library(library, tmp_path / "nowhere" / "x.csv")
    with pytest.raises(CubeError, match="cannot be written"):
        write_library(library, tmp_path / "nowhere" / "x.hdr")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "wavelength,oak\n400,0.1\n500,0.2\n600,0.3\n", True),
        ("a.txt", "400\t0.1\n500\t0.2\n600\t0.3\n", True),
        ("a.csv", "line,sample,label\n3,4,1\n3,5,1\n7,5,2\n", False),
        ("a.csv", "index,shape-type,vertex-index,axis-0,axis-1\n0,polygon,0,1.0,2.0\n", False),
        ("a.hdr", "ENVI\nfile type = ENVI Spectral Library\n", True),
        ("a.hdr", "ENVI\nfile type = ENVI Standard\n", False),
        ("a.txt", "", False),
    ],
)
def test_whether_a_file_holds_spectra(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "a.sli").write_bytes(bytes(8))
    assert is_library(tmp_path / name) is expected
    if name == "a.hdr":
        assert is_library(tmp_path / "a.sli") is expected
