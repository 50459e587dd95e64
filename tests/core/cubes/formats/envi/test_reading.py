"""ENVI: what is written comes back, and headers as cameras and converters really write them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.cubes.formats import can_open, open_cube, write_envi
from s3fn_core.envi.text import parse
from s3fn_core.errors import CubeError

DTYPES = ("u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")


def written(folder: Path, values: np.ndarray, interleave: str = "bil", name: str = "x.hdr") -> Path:
    waves = np.linspace(400, 1000, values.shape[2])
    return write_envi(values, folder / name, waves, interleave=interleave)


@pytest.fixture
def values() -> np.ndarray:
    return np.arange(5 * 4 * 6, dtype=np.int16).reshape(5, 4, 6) + 1


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["bil", "bip", "bsq"]), st.sampled_from(DTYPES), st.booleans())
def test_every_interleave_type_and_byte_order_comes_back(
    data: st.DataObject, interleave: str, dtype: str, big: bool
) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=3, max_dims=3, max_side=6))
    values = data.draw(hnp.arrays(dtype, shape))
    with tempfile.TemporaryDirectory() as folder:
        path = write_envi(values, Path(folder) / "x.hdr", interleave=interleave, byte_order=int(big))
        cube = open_cube(path)
        assert cube.interleave == interleave
        assert cube.shape == shape
        np.testing.assert_array_equal(np.asarray(cube.data), values)
        del cube  # Windows cannot remove a mapped file


@pytest.mark.parametrize("suffix", ["", ".img", ".raw", ".dat", ".bin", ".bil", ".bip", ".bsq", ".IMG"])
@pytest.mark.parametrize("double", [False, True])
def test_header_and_data_file_find_each_other(
    tmp_path: Path, values: np.ndarray, suffix: str, double: bool
) -> None:
    header = written(tmp_path, values)
    data = header.with_suffix(".img").rename(tmp_path / f"scan 1{suffix}")
    header = header.rename(tmp_path / (f"scan 1{suffix}.hdr" if double else "scan 1.hdr"))
    for path in (header, data):
        assert can_open(path)
        cube = open_cube(path)
        np.testing.assert_array_equal(np.asarray(cube.data), values)
        assert cube.name == "scan 1"
        assert cube.path == header


def test_the_data_file_that_fits_wins(tmp_path: Path, values: np.ndarray) -> None:
    header = written(tmp_path, values)
    (tmp_path / "x.dat").write_bytes(header.with_suffix(".img").read_bytes())
    header.with_suffix(".img").write_bytes(b"a thumbnail")
    np.testing.assert_array_equal(np.asarray(open_cube(header).data), values)


def test_metadata_comes_back(tmp_path: Path) -> None:
    stored = np.full((3, 4, 5), 2500, np.int16)
    stored[0, 0] = -9999
    cube = Cube(
        stored,
        "simulated x",
        wavelengths=np.array([500.0, 600, 550, 700, 800]),
        good_bands=np.array([1, 1, 0, 1, 1], bool),
        nodata=-9999.0,
        scale=1e-4,
        simulated=True,
        default_bands=(4, 1, 0),
        georeference=Georeference("", (30.0, 0.0, 366015.0, 0.0, -30.0, 5809965.0)),
    )
    opened = open_cube(write_envi(cube, tmp_path / "x.hdr"))
    assert opened.wavelengths is not None
    np.testing.assert_allclose(opened.wavelengths, [500, 600, 550, 700, 800])
    assert opened.good_bands.tolist() == [True, True, False, True, True]
    assert opened.nodata == -9999
    assert opened.scale == pytest.approx(1e-4)
    assert opened.simulated
    assert opened.default_bands == (4, 1, 0)
    assert opened.georeference is not None
    assert opened.georeference.transform == cube.georeference.transform  # type: ignore[union-attr]
    assert np.isnan(opened.spectrum(0, 0)).all()
    np.testing.assert_allclose(opened.spectrum(1, 1), 0.25)


def edit(header: Path, *changes: tuple[str, str | None]) -> None:
    """Replace or drop fields of a header."""
    lines = header.read_text().splitlines()
    for key, value in changes:
        lines = [line for line in lines if line.partition("=")[0].strip() != key]
        if value is not None:
            lines.append(f"{key} = {value}")
    header.write_text("\n".join(lines) + "\n")


def test_missing_fields_are_assumed_and_noted(tmp_path: Path, values: np.ndarray) -> None:
    header = written(tmp_path, values, "bsq")
    edit(header, ("byte order", None), ("header offset", None), ("file type", None), ("interleave", None))
    cube = open_cube(header)
    np.testing.assert_array_equal(np.asarray(cube.data), values)
    assert "byte order" in " ".join(cube.notes)
    assert "interleave" in " ".join(cube.notes)


def test_a_header_in_latin_1_with_capitals_and_comments(tmp_path: Path, values: np.ndarray) -> None:
    header = written(tmp_path, values, "bip")
    text = "ENVI\n; written by a camera\nDescription = {Messung für Ü}\nSAMPLES=4\nLines = 5\n"
    text += "Bands   = 6\nHeader Offset = 0\nData Type = 2\nInterleave = BIP\nByte Order = 0\n"
    text += "Wavelength Units = µm\nWavelength = {\n 0.4, 0.5,\n ; comment\n 0.6, 0.7, 0.8, 0.9}\n"
    header.write_bytes(text.encode("latin-1"))
    cube = open_cube(header)
    np.testing.assert_array_equal(np.asarray(cube.data), values)
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, [400, 500, 600, 700, 800, 900])


@pytest.mark.parametrize(
    ("unit", "listed", "expected"),
    [
        ("Nanometers", "400, 500, 600, 700, 800, 900", 400.0),
        ("Micrometers", "0.4, 0.5, 0.6, 0.7, 0.8, 0.9", 400.0),
        (None, "0.4, 0.5, 0.6, 0.7, 0.8, 0.9", 400.0),
        ("Unknown", "400, 500, 600, 700, 800, 900", 400.0),
        ("Wavenumber", "10000, 9000, 8000, 7000, 6000, 5000", 1000.0),
        ("Nanometers", "400, 500", None),
        ("Nanometers", "0, 0, 0, 0, 0, 0", None),
        ("Nanometers", "a, b, c, d, e, f", None),
        ("Nanometers", "nan, 500, 600, 700, 800, 900", None),
    ],
)
def test_wavelengths_end_in_nm_or_in_a_note(
    tmp_path: Path, values: np.ndarray, unit: str | None, listed: str, expected: float | None
) -> None:
    header = written(tmp_path, values)
    edit(header, ("wavelength units", unit), ("wavelength", "{" + listed + "}"))
    cube = open_cube(header)
    if expected is None:
        assert cube.wavelengths is None
        assert any("avelengths" in note for note in cube.notes)
    else:
        assert cube.wavelengths is not None
        assert cube.wavelengths[0] == pytest.approx(expected)


@pytest.mark.parametrize("interleave", ["bil", "bip"])
def test_a_short_file_opens_with_its_whole_lines(tmp_path: Path, values: np.ndarray, interleave: str) -> None:
    data = written(tmp_path, values, interleave).with_suffix(".img")
    data.write_bytes(data.read_bytes()[: 3 * 4 * 6 * 2 + 7])
    cube = open_cube(data)
    np.testing.assert_array_equal(np.asarray(cube.data), values[:3])
    assert "3 of 5 lines" in " ".join(cube.notes)


def test_a_short_bsq_keeps_whole_bands_else_the_lines_of_its_first_band(
    tmp_path: Path, values: np.ndarray
) -> None:
    data = written(tmp_path, values, "bsq").with_suffix(".img")
    whole = data.read_bytes()
    data.write_bytes(whole[: (3 * 5 * 4 + 7) * 2])  # three bands and a bit
    cube = open_cube(data)
    np.testing.assert_array_equal(np.asarray(cube.data), values[:, :, :3])
    assert cube.wavelengths is not None
    assert len(cube.wavelengths) == 3
    assert "3 of 6 bands" in " ".join(cube.notes)
    data.write_bytes(whole[: 2 * 4 * 2 + 1])  # two lines of the first band
    cube = open_cube(data)
    np.testing.assert_array_equal(np.asarray(cube.data), values[:2, :, :1])
    assert "1 of 6 bands and 2 of 5 lines" in " ".join(cube.notes)


def test_a_band_reads_only_its_own_bytes(tmp_path: Path) -> None:
    header = tmp_path / "large.hdr"
    header.write_text(
        "ENVI\nsamples = 1000\nlines = 1000\nbands = 200\ndata type = 4\ninterleave = bsq\n"
        "byte order = 0\nheader offset = 0\n"
    )
    with (tmp_path / "large.img").open("wb") as file:
        file.truncate(1000 * 1000 * 200 * 4)  # 800 MB that take no room on the disk
    cube = open_cube(header)
    assert cube.band(199).shape == (1000, 1000)
    assert cube.spectrum(999, 999).shape == (200,)


BAD_FIELDS = [
    ("lines", "0"),
    ("samples", "-3"),
    ("bands", "many"),
    ("bands", "1e400"),
    ("bands", None),
    ("data type", "6"),
    ("data type", "77"),
    ("data type", None),
    ("interleave", "diagonal"),
    ("byte order", "2"),
    ("header offset", "-1"),
    ("header offset", "99999999"),
    ("lines", "1.5"),
    ("file type", "ENVI Spectral Library"),
    ("file compression", "1"),
    ("samples", "99999999999999999999"),
]


@pytest.mark.parametrize(("key", "value"), BAD_FIELDS)
def test_a_header_that_cannot_be_true_is_named(
    tmp_path: Path, values: np.ndarray, key: str, value: str | None
) -> None:
    header = written(tmp_path, values)
    edit(header, (key, value))
    with pytest.raises(CubeError, match=r"x\.(hdr|img)"):
        open_cube(header)


def test_a_header_may_lie_about_any_size_without_harm(tmp_path: Path, values: np.ndarray) -> None:
    header = written(tmp_path, values, "bil")
    edit(header, ("lines", "4000000000"))
    cube = open_cube(header)
    assert cube.shape == values.shape
    assert "shorter" in " ".join(cube.notes)


def test_bad_lists_are_left_out_with_a_note(tmp_path: Path, values: np.ndarray) -> None:
    header = written(tmp_path, values)
    edit(header, ("bbl", "{1, 0}"), ("data ignore value", "none"))
    cube = open_cube(header)
    assert cube.good_bands.all()
    assert cube.nodata is None
    assert len(cube.notes) == 2


def test_files_that_are_no_cube_are_named(tmp_path: Path, values: np.ndarray) -> None:
    text = tmp_path / "letter.hdr"
    text.write_text("Dear reader,\nthis is not a header.\n")
    binary = tmp_path / "noise.hdr"
    binary.write_bytes(bytes(range(256)) * 4)
    alone = tmp_path / "alone.raw"
    alone.write_bytes(b"12345")
    empty = tmp_path / "empty.hdr"
    empty.touch()
    for path in (text, binary, alone, empty):
        with pytest.raises(CubeError, match=path.name):
            open_cube(path)
    header = written(tmp_path, values, name="lost.hdr")
    header.with_suffix(".img").unlink()
    with pytest.raises(CubeError, match=r"lost\.hdr.*missing"):
        open_cube(header)
    header = written(tmp_path, values, name="hollow.hdr")
    header.with_suffix(".img").write_bytes(b"")
    with pytest.raises(CubeError, match=r"hollow\.img.*too short"):
        open_cube(header)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300) | st.sampled_from(["lines = {", "a = {1,\nbands = 3\n", "=\n=}"]))
def test_no_header_text_breaks_the_parser(text: str) -> None:
    parse("ENVI\n" + text)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".hdr", ".npy", ".mat", ".tif", ".xyz"]))
def test_no_bytes_raise_anything_but_a_cube_error(content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{suffix}"
        path.write_bytes((b"ENVI\n" if suffix == ".hdr" else b"") + content)
        with pytest.raises(CubeError, match="any"):
            open_cube(path)


def test_an_open_brace_ends_at_the_next_known_field() -> None:
    entries, notes = parse("ENVI\nwavelength = { 400, 500\nbands = 2\n")
    assert {key: entry.text for key, entry in entries.items()} == {"wavelength": "400, 500", "bands": "2"}
    assert len(notes) == 1


def test_writing_refuses_what_envi_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(CubeError, match=r"x\.hdr"):
        write_envi(np.zeros((2, 2), np.float32), tmp_path / "x.hdr")
    with pytest.raises(CubeError, match=r"x\.hdr"):
        write_envi(np.zeros((2, 2, 2), np.float16), tmp_path / "x.hdr")
    with pytest.raises(CubeError, match=r"x\.hdr"):
        write_envi(np.zeros((2, 2, 2), np.float32), tmp_path / "no folder" / "x.hdr")
    assert not list(tmp_path.iterdir())
