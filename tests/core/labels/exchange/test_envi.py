"""Headers of ENVI label maps are read as leniently as those of cubes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange import read_label_file

IDS = np.array([[0, 1, 2, 3], [3, 3, 0, 2], [1, 1, 2, 9]], np.uint8)
HEADER = """ENVI
samples = 4
lines = 3
bands = 1
header offset = 0
file type = ENVI Classification
data type = 1
interleave = bsq
byte order = 0
classes = 4
class names = {unclassified, soil, Wälder, water}
"""


def map_of(folder: Path, header: str | bytes, data: bytes = IDS.tobytes(), suffix: str = ".img") -> Path:
    path = folder / "map.hdr"
    path.write_bytes(header.encode() if isinstance(header, str) else header)
    (folder / f"map{suffix}").write_bytes(data)
    return path


@pytest.mark.parametrize(
    "header",
    [
        HEADER.encode("utf-16"),
        HEADER.encode("utf-16-le"),
        HEADER.encode("utf-16-be"),
        HEADER.encode("latin-1"),
        HEADER.encode("utf-8-sig"),
        HEADER.replace("bands = 1", "bands = 1.0"),
        HEADER.replace("lines = 3", "lines = 3 ; of the tray"),
        HEADER.replace("ENVI\n", "ENVI\n; written by hand\n; lines = 7\n"),
        HEADER.replace("samples = 4", "Samples  =  4.0"),
        HEADER + "data ignore value = none\n",
        HEADER.replace("water}", "water"),
        HEADER.replace("\n", "\r\n"),
        HEADER.replace("byte order = 0\n", ""),
        HEADER.replace("class names = {", "class names =\n {"),
        HEADER.replace("class names", "Class_Names").replace("data type", "data_type"),
        HEADER.replace("unclassified, soil, Wälder, water", "unclassified; soil; Wälder; water"),
        HEADER.replace("unclassified, soil, Wälder, water", 'unclassified, "soil", "Wälder", "water"'),
    ],
)
def test_headers_as_they_occur(header: str | bytes, tmp_path: Path) -> None:
    file = read_label_file(map_of(tmp_path, header), shape=(3, 4))
    np.testing.assert_array_equal(file.ids, IDS)
    assert [c.name for c in file.classes] == ["soil", "Wälder", "water", None]


def test_the_value_that_is_no_data(tmp_path: Path) -> None:
    file = read_label_file(map_of(tmp_path, HEADER + "data ignore value = 9.0\n"), shape=(3, 4))
    np.testing.assert_array_equal(file.ids, np.where(IDS == 9, 0, IDS))
    assert not file.notes
    file = read_label_file(map_of(tmp_path, HEADER + "data ignore value = none\n"), shape=(3, 4))
    assert '"data ignore value = none" is not a number' in file.notes[0]


def test_of_two_data_files_the_size_decides(tmp_path: Path) -> None:
    path = map_of(tmp_path, HEADER)
    (tmp_path / "map.dat").write_bytes(bytes(5))
    file = read_label_file(path, shape=(3, 4))
    np.testing.assert_array_equal(file.ids, IDS)
    assert "map.img was used as the data file" in file.notes[0]


@pytest.mark.parametrize("suffix", [".bil", ".bip", ".bsq", ".IMG", ""])
def test_data_files_of_any_name(suffix: str, tmp_path: Path) -> None:
    path = map_of(tmp_path, HEADER, suffix=suffix)
    np.testing.assert_array_equal(read_label_file(path, shape=(3, 4)).ids, IDS)
    data = read_label_file(tmp_path / f"map{suffix}", shape=(3, 4))
    np.testing.assert_array_equal(data.ids, IDS)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("lines = 3", "lines = three"), r"map\.hdr, line 3.*whole number"),
        (HEADER.replace("data type = 1\n", ""), r'no field "data type"'),
        (HEADER.replace("bands = 1", "bands = 2"), "2 bands"),
        (HEADER.replace("lines = 3", "lines = 300"), r"300 x 4 but the cube 3 x 4"),
        ("Hello", "not an ENVI header"),
    ],
)
def test_headers_that_cannot_be_read(header: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=said):
        read_label_file(map_of(tmp_path, header), shape=(3, 4))


def test_a_map_that_is_cut_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"promises 12 bytes, map\.img has 7"):
        read_label_file(map_of(tmp_path, HEADER, IDS.tobytes()[:7]), shape=(3, 4))


def test_names_that_hold_a_comma(tmp_path: Path) -> None:
    header = HEADER.replace("soil", '"soil, dry"')
    file = read_label_file(map_of(tmp_path, header), shape=(3, 4))
    assert [c.name for c in file.classes] == ["soil, dry", "Wälder", "water", None]


def test_names_without_one_for_zero(tmp_path: Path) -> None:
    ids = np.where(IDS == 9, 0, IDS).astype(np.uint8)
    header = HEADER.replace("unclassified, ", "")
    file = read_label_file(map_of(tmp_path, header, ids.tobytes()), shape=(3, 4))
    assert [c.name for c in file.classes] == ["soil", "Wälder", "water"]
    assert any("none for 0" in note for note in file.notes)
