"""ENVI headers as they occur: what is read, noted or refused; spectral is the second opinion."""

from __future__ import annotations

import re
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spectral.io import envi as spectral_envi

from s3fn_core.cubes.formats import can_open, open_cube
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.envi.envi_bytes import (
    BANDS,
    CODES,
    EXPECTED,
    FIVE,
    LINES,
    ORDERS,
    SAMPLES,
    check,
    pair,
    pixels,
    text,
)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("interleave", ORDERS)
@pytest.mark.parametrize("big", [False, True])
def test_every_layout_is_read_without_a_note(tmp_path: Path, code: int, interleave: str, big: bool) -> None:
    header = text(
        {
            "data type": str(code),
            "interleave": interleave.upper(),
            "byte order": str(int(big)),
            "header offset": "13",
        }
    )
    cube = open_cube(pair(tmp_path, header, b"thirteen byte" + pixels(interleave, code, big)))
    check(cube)
    assert cube.interleave == interleave


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(ORDERS)),
    st.sampled_from(sorted(CODES)),
    st.booleans(),
    st.integers(0, 70),
    st.tuples(*[st.integers(1, 5)] * 3),
    st.data(),
)
def test_spectral_reads_the_same(
    interleave: str, code: int, big: bool, offset: int, size: tuple[int, int, int], data: st.DataObject
) -> None:
    count = size[0] * size[1] * size[2] * struct.calcsize(f"<{CODES[code]}")
    content = data.draw(st.binary(min_size=count, max_size=count))
    header = text(
        {
            "lines": str(size[0]),
            "samples": str(size[1]),
            "bands": str(size[2]),
            "data type": str(code),
            "interleave": interleave,
            "byte order": str(int(big)),
            "header offset": str(offset),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = pair(Path(folder), header, b"\x07" * offset + content)
        cube = open_cube(path)
        other = spectral_envi.open(str(path)).open_memmap(interleave="bip")
        ours = np.asarray(cube.data[:, :, :])
        assert ours.dtype == other.dtype
        assert ours.tobytes() == np.asarray(other).tobytes()  # also where both are NaN
        del cube, other, ours  # Windows cannot remove a mapped file


NAMES = [
    ("s.hdr", "s.raw"),
    ("s.hdr", "s"),
    ("s.hdr", "s.BIL"),
    ("S.HDR", "S.IMG"),
    ("s.HDR", "s.bin"),
    ("s.bil.hdr", "s.bil"),
    ("s.BSQ.HDR", "s.BSQ"),
    ("s.hdr", "s.dat"),
    ("s.hdr", "s.bip"),
    ("cut_ort_img.hdr", "cut_ort_img"),
    ("s 1.5.hdr", "s 1.5"),
    ("S.HDR", "s.bsq"),
]


@pytest.mark.parametrize(("header", "data"), NAMES)
def test_header_and_data_find_each_other(tmp_path: Path, header: str, data: str) -> None:
    (tmp_path / header).write_text(text())
    (tmp_path / data).write_bytes(pixels())
    for name in (header, data):
        assert can_open(tmp_path / name)
        check(open_cube(tmp_path / name))


def test_of_several_data_files_the_one_that_fits_is_taken_and_named(tmp_path: Path) -> None:
    path = pair(tmp_path, text(), suffix="raw")
    (tmp_path / "scan.img").write_bytes(b"a thumbnail")
    check(open_cube(path), "scan.raw was used as the data file")


# Each: changed fields, text behind them, and the notes that must be made, in order.
MENDED: list[tuple[dict[str, str | None], str, list[str]]] = [
    ({"byte order": None}, "", ["no byte order; 0 (little-endian)"]),
    ({"byte order": ""}, "", ["no byte order"]),
    ({"header offset": None}, "", ["no header offset; 0"]),
    ({"file type": None}, "", ["no file type"]),
    ({"file type": "Camera 7"}, "", ['"Camera 7" is unknown']),
    ({"file type": "ENVI Classification"}, "", ["classification"]),
    ({}, "; a comment\n  ; another\nsensor type =\n", []),
    ({"samples": "4 ; pixels across"}, "", []),
    ({"samples": "4.0"}, "", []),
    ({"data type": "{12}"}, "description = \n{ lines = 9 }\n", []),
    ({}, "description = {\nlines = 9\nbands = 1 of {many}\n}\n", []),
    ({}, "description = {never closed\nsensor type = x\n", ["never closes"]),
    ({}, "bands = 5\n", ["repeats"]),
    ({}, "a line of nothing\n= 3\n", ["left out: 10, 11"]),
    ({}, "bbl = {1, 0, 1}\n", ["3 values for 5 bands"]),
    ({}, "bbl = {1, 1, x, 1, 1}\n", ["marks band 3 neither good nor bad; taken as good"]),
    ({}, "bbl = {0, 0, 0, 0, 0}\n", ["every band as bad"]),
    ({}, "bbl = {}\n", []),
    ({}, "data ignore value = none\n", ["not a number"]),
    ({}, "data ignore value = NaN\n", []),
    ({}, "reflectance scale factor = 0\n", ["not a usable positive number"]),
    ({}, "reflectance scale factor = -1\n", ["not a usable positive number"]),
    ({}, "reflectance scale factor = 1e-320\n", ["not a usable positive number"]),
    ({}, "reflectance scale factor = high\n", ["not a usable positive number"]),
    ({}, "default bands = {3, 2}\n", ["neither one band"]),
    ({}, "default bands = {3, 2, 6}\n", ["do not exist (1 to 5 do)"]),
    ({}, "default bands = {0}\n", ["do not exist"]),
    ({}, "default bands = {red, 2, 1}\n", ["do not exist"]),
    ({}, "default bands = {3, 2, 1}\n", []),
    ({}, FIVE, []),
    ({}, FIVE.replace("800", "650"), ["turn back at band 5"]),
    ({}, FIVE.replace("500", "400"), ["wavelength of another (band 2)"]),
    ({}, FIVE.replace("800", "high"), ["not numbers"]),
    ({}, FIVE.replace(", 800", ""), ["4 wavelengths for 5 bands"]),
    ({}, "map info = {somewhere}\n", ["map information"]),
    ({"major frame offsets": "{0, 0}"}, "", []),
]


@pytest.mark.parametrize(("changes", "more", "notes"), MENDED)
def test_what_is_mended_is_noted(
    tmp_path: Path, changes: dict[str, str | None], more: str, notes: list[str]
) -> None:
    check(open_cube(pair(tmp_path, text(changes, more))), *notes)


# Each: changed fields, the line that must be named (0: none to name), and a part of the mend.
REFUSED: list[tuple[dict[str, str | None], int, str]] = [
    ({"samples": None}, 0, 'no field "samples"; write'),
    ({"lines": ""}, 3, '"lines" is empty; write'),
    ({"lines": "0"}, 3, "correct it"),
    ({"bands": "many"}, 4, "whole number"),
    ({"bands": "4.5"}, 4, "whole number"),
    ({"bands": "nan"}, 4, "whole number"),
    ({"samples": "1e400"}, 2, "whole number"),
    ({"header offset": "-4"}, 5, "cannot be negative"),
    ({"file type": "ENVI Spectral Library"}, 6, "spectral library"),
    ({"file type": "TIFF"}, 6, "by itself"),
    ({"data type": None}, 0, 'no field "data type"'),
    ({"data type": "6"}, 7, "real numbers"),
    ({"interleave": "diagonal"}, 8, "bil, bip or bsq"),
    ({"byte order": "2"}, 9, "0 (little-endian)"),
    ({"file compression": "1"}, 10, "without compression"),
    ({"major frame offsets": "{128, 0}"}, 10, "without gaps"),
]


@pytest.mark.parametrize(("changes", "line", "mend"), REFUSED)
def test_what_cannot_be_mended_names_file_line_and_mend(
    tmp_path: Path, changes: dict[str, str | None], line: int, mend: str
) -> None:
    path = pair(tmp_path, text(changes))
    with pytest.raises(CubeError) as caught:
        open_cube(path)
    message = str(caught.value)
    place = rf"{re.escape(str(path))}, line {line}\b" if line else rf"{re.escape(str(path))} has no"
    assert re.match(place, message)
    assert mend in message


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    header = text({"data type": "7"}).replace("ENVI\n", "\n\nENVI\n; \x0b \x85\n").encode()
    with pytest.raises(CubeError, match="line 10 says"):
        open_cube(pair(tmp_path, header.replace(b"\n", b"\r\n")))
    with pytest.raises(CubeError, match="line 10 says"):
        open_cube(pair(tmp_path, header.replace(b"\n", b"\r")))


def test_a_camera_header_with_everything_at_once(tmp_path: Path) -> None:
    header = (
        "ENVI\n; Kamera für Äpfel\nDESCRIPTION = {Messung\n bei 20 °C}\nSAMPLES=4\nLINES   =  3\n"
        "BANDS = 5\nDATA TYPE = 12\nINTERLEAVE = BIL\nFile Type = ENVI Standard\n"
        "WAVELENGTH UNITS = µm\nWAVELENGTH =\n{0.4,\n 0.5, 0.6,\n\n; a comment\n0.7\n0.8}\n"
        "Reflectance Scale Factor = 100\nData Ignore Value = 1\nbbl = {1,1,\n1,1,0}\n"
    )
    cube = open_cube(pair(tmp_path, header.encode("latin-1")))
    check(cube, "Latin-1", "no header offset", "no byte order", "bad: band 5")
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, [400, 500, 600, 700, 800])
    assert cube.good_bands.tolist() == [True] * 4 + [False]
    spectrum = cube.spectrum(0, 0)
    assert np.isnan(spectrum[0])
    np.testing.assert_allclose(spectrum[1:], EXPECTED[0, 0, 1:] / 100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_the_position_is_read_from_an_unusual_header(tmp_path: Path, encoding: str) -> None:
    more = "MAP  INFO = { UTM, 1, 1, 366015, 5809965,\n 30, 30, 33, North, WGS-84,\n units=Meters}\n"
    header = text({"byte order": None, "description": "{20 °C}"}, more)
    path = pair(tmp_path, header.encode(encoding), pixels()[:50])
    cube = open_cube(path.rename(tmp_path / "scan.HDR"))
    assert cube.lines == 1
    assert cube.georeference is not None
    assert cube.georeference.transform == (30, 0, 366015, 0, -30, 5809965)
    assert "WGS_1984" in cube.georeference.crs
    assert '"central_meridian",15' in cube.georeference.crs  # of zone 33, by GDAL's own words


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_headers_of_text_editors(tmp_path: Path, encoding: str) -> None:
    path = pair(tmp_path, text().encode(encoding))
    check(open_cube(path), *(["UTF-16"] if encoding == "utf-16" else []))


@pytest.mark.parametrize("interleave", ["bil", "bip", "bsq"])
def test_a_missing_interleave_is_the_suffix_or_bsq(tmp_path: Path, interleave: str) -> None:
    path = pair(tmp_path, text({"interleave": None}), pixels(interleave), suffix=interleave)
    check(open_cube(path), f"no interleave; {interleave} is the file's suffix")
    (tmp_path / f"scan.{interleave}").rename(tmp_path / "scan.raw")
    (tmp_path / "scan.raw").write_bytes(pixels("bsq"))
    check(open_cube(path), "no interleave; band sequential")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(ORDERS)), st.integers(0, 3 * 4 * 5 * 2 + 20), st.integers(0, 9))
def test_a_file_of_any_length_gives_what_it_holds(interleave: str, length: int, offset: int) -> None:
    header = text({"interleave": interleave, "header offset": str(offset)})
    content = (pixels(interleave) + b"x" * 20)[:length]
    with tempfile.TemporaryDirectory() as folder:
        path = pair(Path(folder), header, b"o" * offset + content)
        unit = {"bil": SAMPLES * BANDS, "bip": SAMPLES * BANDS, "bsq": SAMPLES}[interleave] * 2
        if length < unit:
            with pytest.raises(CubeError, match=r"scan\.img is too short.*scan\.hdr"):
                open_cube(path)
            return
        cube = open_cube(path)
        lines, samples, bands = cube.shape
        stored = np.asarray(cube.data[:, :, :])
        np.testing.assert_array_equal(stored, EXPECTED[:lines, :samples, :bands])
        full = LINES * SAMPLES * BANDS * 2
        if length == full:
            assert cube.notes == ()
        elif length > full:
            assert f"{length - full} bytes longer" in cube.notes[0]
        elif interleave == "bsq":
            whole = length // (LINES * SAMPLES * 2)
            assert (lines, bands) == ((LINES, whole) if whole else (length // unit, 1))
        else:
            assert (lines, bands) == (length // unit, BANDS)
        assert length == full or len(cube.notes) == 1
        del cube, stored


def test_what_a_cut_file_lost_is_no_longer_described(tmp_path: Path) -> None:
    more = FIVE + "bbl = {1, 0, 1, 1, 1}\ndefault bands = {4, 2, 1}\n"
    data = pixels("bsq")[: 2 * LINES * SAMPLES * 2]
    cube = open_cube(pair(tmp_path, text({"interleave": "bsq"}, more), data))
    assert cube.shape == (LINES, SAMPLES, 2)
    assert cube.wavelengths is not None
    assert cube.wavelengths.tolist() == [400, 500]
    assert cube.good_bands.tolist() == [True, False]
    assert cube.default_bands == ()
    told = " ".join(cube.notes)
    assert "72 bytes shorter" in told
    assert "2 of 5 bands" in told
    assert "(1 to 2 do)" in told


@pytest.mark.parametrize("key", ["lines", "samples", "bands"])
@pytest.mark.parametrize("interleave", ["bil", "bip", "bsq"])
def test_a_lying_size_allocates_nothing(tmp_path: Path, key: str, interleave: str) -> None:
    header = text({key: "900000000000", "interleave": interleave})
    path = pair(tmp_path, header, pixels(interleave))
    # What lies outside the unit that is kept whole only makes more units missing.
    if (key == "samples") or (key == "bands" and interleave != "bsq"):
        with pytest.raises(CubeError, match=r"scan\.img is too short"):
            open_cube(path)
        return
    cube = open_cube(path)
    assert cube.read().shape == cube.shape
    assert cube.lines * cube.samples * cube.bands <= EXPECTED.size
    assert "shorter" in cube.notes[0]
