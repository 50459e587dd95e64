"""Files with one spectrum, as instruments and public libraries write them."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.spectra.library import is_library, read_library
from s3fn_core.errors import CubeError
from tests.core.cubes.spectra.instrument_files import (
    ECOSTRESS,
    ECOSTRESS_ROWS,
    SVC,
    SVC_ROWS,
    UM,
    usgs_text,
    write_asd,
    write_usgs,
)

TARGET = np.array([100.0, 200, 300, 400])
WHITE = np.array([1000.0, 1000, 600, 500])
FACTORS = [0.1, 0.2, 0.5, 0.8]


# --- ECOSTRESS -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ecostress(tmp_path: Path, code: str, end: str) -> None:
    path = tmp_path / "mineral.silicate.coarse.quartz1.jhu.becknic.spectrum.txt"
    path.write_bytes((ECOSTRESS + ECOSTRESS_ROWS).replace("\n", end).encode(code))
    assert is_library(path)
    found = read_library(path)
    assert found.names == ("Quartz SiO2",)
    np.testing.assert_allclose(found.wavelengths, [400, 500, 1000, 2500])
    np.testing.assert_allclose(found.spectra, [[0.1, 0.2025, 0.3, 0.405]])
    assert found.notes == ("Reflectance in per cent was divided by 100.",)
    assert found.sources[0].startswith("mineral, Silicate, Tectosilicate; sample quartz.1; owner Dept.")


@pytest.mark.parametrize(
    ("old", "new", "factor"),
    [
        ("(percentage)", "(percent)", 0.01),
        ("(percentage)", "(%)", 0.01),
        ("Reflectance (percentage)", "Reflectance", 0.01),
        ("(percentage)", "(fraction)", 1),
    ],
)
def test_ecostress_in_other_units(tmp_path: Path, old: str, new: str, factor: float) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ECOSTRESS.replace(old, new) + ECOSTRESS_ROWS)
    np.testing.assert_allclose(read_library(path).spectra, np.array([[10, 20.25, 30, 40.5]]) * factor)


def test_ecostress_in_wavenumbers_and_with_fewer_values(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ECOSTRESS.replace("Wavelength (micrometers)", "Wavenumber (cm-1)") + "4000 1\n5000 2\n")
    found = read_library(path)
    np.testing.assert_allclose(found.wavelengths, [2000, 2500])
    assert "states 4 values and holds 2" in found.notes[0]


# --- Spectra Vista -------------------------------------------------------------------------------


def test_svc(tmp_path: Path) -> None:
    path = tmp_path / "gr091715_0003.sig"
    path.write_text(SVC + SVC_ROWS)
    assert is_library(path)
    found = read_library(path)
    assert found.names == ("gr091715_0003",)
    np.testing.assert_allclose(found.wavelengths, [338.1, 339.5, 340.9])
    np.testing.assert_allclose(found.spectra, [[0.05, 0.1, 0.25]])
    assert "instrument HI: 1172048" in found.sources[0]
    assert "comm maple, upper leaf" in found.sources[0]
    assert found.notes == ("Reflectance in per cent was divided by 100.",)


def test_svc_without_the_quotient_and_with_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.sig"
    path.write_text(SVC + "338,1 2000 100\n339,5 0 7\n340 2000 500\n")
    found = read_library(path)
    np.testing.assert_allclose(found.wavelengths, [338.1, 339.5, 340])
    np.testing.assert_allclose(found.spectra, [[0.05, np.nan, 0.25]])


# --- ASD -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("stored", [0, 1, 2])
@pytest.mark.parametrize("magic", [b"as2", b"as6", b"as7", b"as8"])
def test_asd_is_divided_by_its_white_reference(tmp_path: Path, magic: bytes, stored: int, kind: int) -> None:
    path = write_asd(tmp_path / "leaf.00001.asd", TARGET, WHITE, magic=magic, stored=stored, kind=kind)
    assert is_library(path)
    found = read_library(path)
    assert found.names == ("leaf.00001",)
    np.testing.assert_allclose(found.wavelengths, [350, 351, 352, 353])
    np.testing.assert_allclose(found.spectra, [FACTORS], rtol=1e-6)
    assert f"version {magic[2:].decode()}: " in found.sources[0]
    assert found.sources[0].endswith("target / white reference; oak leaf 1")


@pytest.mark.parametrize("magic", [b"ASD", b"as7"])
def test_asd_that_holds_reflectance_itself(tmp_path: Path, magic: bytes) -> None:
    path = write_asd(tmp_path / "a.001", np.array(FACTORS), None, magic=magic, stored=0, step=1.4)
    assert is_library(path)
    found = read_library(path)
    np.testing.assert_allclose(found.wavelengths, 350 + 1.4 * np.arange(4), rtol=1e-6)
    np.testing.assert_allclose(found.spectra, [FACTORS], rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "magic", "reason"),
    [
        (0, b"ASD", "raw counts and no white reference"),
        (2, b"as7", "radiance and no white reference"),
        (8, b"as7", "absorbance, not reflectance"),
        (77, b"as7", "numbers of the kind 77"),
    ],
)
def test_asd_without_reflectance_says_what_it_holds(
    tmp_path: Path, kind: int, magic: bytes, reason: str
) -> None:
    path = write_asd(tmp_path / "a.asd", TARGET, None, magic=magic, kind=kind)
    with pytest.raises(CubeError, match=reason):
        read_library(path)


@pytest.mark.parametrize(
    ("first", "step"), [(0, 1), (np.nan, 1), (350, 0), (350, -1), (350, np.inf), (350, 1e6)]
)
def test_asd_with_wavelengths_that_no_instrument_has(tmp_path: Path, first: float, step: float) -> None:
    path = write_asd(tmp_path / "a.asd", TARGET, WHITE, first=first, step=step)
    with pytest.raises(CubeError, match="which no instrument has"):
        read_library(path)


@pytest.mark.parametrize("size", [0, 2, 3, 300, 484, 490, 500, 517, 530, 541, 570])
def test_asd_that_ends_early_is_refused(tmp_path: Path, size: int) -> None:
    whole = write_asd(tmp_path / "a.asd", TARGET, WHITE, kind=0).read_bytes()
    assert len(whole) > size
    (tmp_path / "a.asd").write_bytes(whole[:size])
    with pytest.raises(CubeError, match=r"ends before its|not an ASD file"):
        read_library(tmp_path / "a.asd")


# --- USGS ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "axis", "start"),
    [
        ("Actinolite_HS116.1B_ASDFRb", "ASD_0.35-2.5_microns_2151_ch", 0),
        ("Alunite_GDS84_ASDNGa", "ASD_0.35-2.5_microns_2151_ch", 0),
        ("Actinolite_HS116.1B_BECKb", "BECK_Beckman_0.2-3.0_microns", 0),
        ("Quartz_HS32_NIC4aaa", "NIC4_Nicolet_1.12-216microns", 2),
    ],
)
def test_usgs_has_the_wavelengths_of_its_instrument(tmp_path: Path, file: str, axis: str, start: int) -> None:
    path = write_usgs(tmp_path) / "ChapterM_Minerals" / f"splib07a_{file}_AREF.txt"
    assert is_library(path)
    found = read_library(path)
    names = file.split("_")
    assert found.names == (" ".join(names[:2]),)
    within = UM[axis] <= 100
    np.testing.assert_allclose(found.wavelengths, UM[axis][within] * 1000)
    expected = np.linspace(0.1, 0.8, len(within))
    expected[0] = np.nan
    np.testing.assert_allclose(found.spectra, [expected[within]], rtol=1e-6)
    assert found.sources[0].startswith(
        f"USGS splib07a, record 1234; Minerals; {names[2]} AREF; wavelengths of"
    )
    assert ("left out: 2" in " ".join(found.notes)) == (start > 0)


def test_usgs_convolved_to_a_sensor(tmp_path: Path) -> None:
    write_usgs(tmp_path)  # in the same folder, with wavelengths that name the instrument
    axis = usgs_text(" s07_AV95 Record=1: Wavelengths in microns 224ch AVIRIS95", np.linspace(0.37, 2.5, 5))
    (tmp_path / "s07_AV95_Wavelengths_in_microns_224ch_AVIRIS95.1.txt").write_text(axis)
    path = tmp_path / "s07_AV95_Alunite_GDS84_BECKb_AREF.txt"
    path.write_text(usgs_text(" s07_AV95 Record=77: Alunite GDS84  BECKb AREF", np.full(5, 0.5)))
    found = read_library(path)
    assert (found.names, len(found.wavelengths)) == (("Alunite GDS84",), 5)


def test_usgs_without_its_wavelengths_says_which_file_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(usgs_text(" splib07a Record=1: Alunite GDS84 ASDFRb AREF", np.full(5, 0.5)))
    with pytest.raises(CubeError, match=r"5 values, and no file with as many wavelengths.*put it there"):
        read_library(path)
    # Those of another instrument that happen to be as many are not taken.
    for name, bands in (("AVIRIS_1996", 5), ("ASD_0.35-2.5_microns_2151_ch", 8)):
        axis = usgs_text(" splib07a Record=1: Wavelengths", np.linspace(0.4, 2.5, bands))
        (tmp_path / f"splib07a_Wavelengths_{name}.txt").write_text(axis)
    with pytest.raises(CubeError, match="There are splib07a_Wavelengths_ASD"):
        read_library(path)


def test_what_belongs_to_usgs_spectra_is_none(tmp_path: Path) -> None:
    folder = write_usgs(tmp_path)
    for path in (*folder.glob("*.txt"), *folder.rglob("errorbars*.txt")):
        with pytest.raises(CubeError, match="belongs to other spectra"):
            read_library(path)


# --- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.asd", b"", "not an ASD file"),
        ("a.sig", b"", "not a SIG file"),
        ("a.asd", b"\x00\xff" * 400, "not an ASD file"),
        ("a.sig", b"\x00\xff" * 400, "not a SIG file"),
        ("a.sig", SVC.encode(), "ends before its numbers"),
        ("a.sig", SVC.replace("data=", "").encode(), '"data=" are needed'),
        ("a.sig", (SVC + "400 1 2 3\n401 1 2\n").encode(), 'line 13 says "401 1 2" where 4 numbers'),
        ("a.sig", (SVC + "400 1 2 nan\n401 1 2 1e40\n").encode(), "no value that is a number"),
        ("a.sig", (SVC + "4 1 2 3\n5 1 2 3\n").encode(), "no wavelengths of light"),
        ("a.txt", ECOSTRESS.encode(), "ends before its numbers"),
        ("a.txt", (ECOSTRESS + "0.4 1\n0.5\n").encode(), "line 24 says"),
        ("a.txt", (ECOSTRESS + "0.4 1\n0.5 x\n").encode(), "line 24 says"),
        ("a.txt", (ECOSTRESS + "nan 1\n0.5 1\n").encode(), "must be wavelengths"),
        ("a.txt", (ECOSTRESS + "500 1\n900 1\n").encode(), None),  # nm, though µm are stated
        ("a.txt", (ECOSTRESS.replace("Reflect", "Transmitt") + ECOSTRESS_ROWS).encode(), "transmittance"),
        ("a.txt", b" splib07a Record=1: Quartz ASDFRa AREF\n0.1\nx\n", 'line 3 says "x"'),
        ("a.txt", b" splib07a Record=1: Quartz ASDFRa AREF", "0 values"),
    ],
)
def test_what_cannot_be_read_is_one_error(
    tmp_path: Path, name: str, content: bytes, reason: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    if reason is None:
        assert read_library(tmp_path / name).wavelengths[0] == 500
        return
    with pytest.raises(CubeError, match=reason) as caught:
        read_library(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_too_large_for_one_spectrum_is_not_read(tmp_path: Path) -> None:
    for name, head in (("a.asd", b"as7"), ("a.sig", SVC.encode()), ("a.txt", ECOSTRESS.encode())):
        with (tmp_path / name).open("wb") as file:
            file.write(head)
            file.truncate(1 << 34)
        with pytest.raises(CubeError, match="too large"):
            read_library(tmp_path / name)


HEADS = {
    "x.asd": b"as7" + bytes(300),
    "y.asd": b"ASD",
    "x.sig": SVC.encode(),
    "y.sig": b"/*** Spectra Vista",
    "x.txt": ECOSTRESS.encode(),
    "y.txt": b"Name: a\nX Units: Wavelength (micrometers)\n",
    "z.txt": b" splib07a Record=1: Quartz ASDFRa AREF\n",
}


@given(
    st.sampled_from(sorted(HEADS)),
    st.binary(max_size=900)
    | st.text(st.sampled_from("0123456789.,\t\n-eEna: "), max_size=60).map(str.encode),
)
def test_whatever_follows_the_first_letters_is_a_spectrum_or_a_cube_error(name: str, rest: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(HEADS[name] + rest)
        is_library(path)
        try:
            found = read_library(path)
        except CubeError as error:
            said = str(error)
        else:
            said = name
            assert found.spectra.shape == (1, len(found.wavelengths))
            assert 100 <= found.wavelengths.min() <= found.wavelengths.max() <= 100_000
    assert name in said


@given(st.binary(min_size=298, max_size=298), st.integers(0, 3), st.integers(0, 40), st.binary(max_size=900))
def test_no_head_of_an_asd_file_raises_anything_else(
    head: bytes, stored: int, channels: int, rest: bytes
) -> None:
    whole = bytearray(b"as7" + bytes(183) + head)
    whole[199] = stored
    if channels:
        whole[191:199] = struct.pack("<ff", 350, 1)
        whole[204:206] = struct.pack("<H", channels)
    said = "x.asd"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.asd"
        path.write_bytes(whole + rest)
        try:
            read_library(path)
        except CubeError as error:
            said = str(error)
    assert "x.asd" in said
