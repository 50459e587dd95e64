"""MATLAB files up to version 7: as SciPy reads them, but never beyond their end."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from s3fn_core.cubes.formats import open_cube, variables_of
from s3fn_core.cubes.formats.matfile import load, numeric_arrays
from s3fn_core.errors import CubeError

RNG = np.random.default_rng(3)
TYPES = ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
PLAIN = {f"a_{name}": RNG.integers(0, 99, (4, 5, 6)).astype(name) for name in TYPES}
ODD = {
    "text": "hello",
    "cell": np.array([1, "b", [2]], object),
    "struct": {"a": np.ones((3, 3, 3))},
    "complex_": np.ones((2, 3, 4), complex),
    "truth": np.ones((2, 3, 4), bool),
}


@pytest.mark.parametrize("packed", [False, True])
def test_all_types_beside_what_is_no_number(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "x.mat"
    small = {"one": np.array([[7.0]]), "two": np.array([[3]], np.uint8), "none": np.zeros((0, 4))}
    savemat(path, ODD | PLAIN | small, do_compression=packed)
    found = numeric_arrays(path)
    assert set(found) == {*PLAIN, *small}
    expected = loadmat(path)
    for name, stored in found.items():
        values = load(path, stored)
        assert values.dtype == expected[name].dtype
        np.testing.assert_array_equal(values, expected[name])
        if name in PLAIN:
            assert isinstance(values, np.memmap) == (not packed)


@pytest.mark.parametrize("order", ["<", ">"])
def test_whole_numbers_that_matlab_wrote_as_bytes(tmp_path: Path, order: str) -> None:
    """A double array of small numbers, in both byte orders."""
    values = np.arange(24, dtype=np.uint8)
    head = struct.pack(f"{order}IIII", 6, 8, 6, 0)  # flags: a double array
    sides = struct.pack(f"{order}IIiiii", 5, 12, 2, 3, 4, 0)
    called = struct.pack(f"{order}I", 4 << 16 | 1) + b"cube"
    if order == ">":
        called = struct.pack(">HH", 4, 1) + b"cube"
    real = struct.pack(f"{order}II", 2, 24) + values.tobytes()
    inside = head + sides + called + real
    header = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack(f"{order}H", 0x0100)
    mark = b"IM" if order == "<" else b"MI"
    path = tmp_path / "x.mat"
    path.write_bytes(header + mark + struct.pack(f"{order}II", 14, len(inside)) + inside)
    expected = loadmat(path)["cube"]
    array = numeric_arrays(path)["cube"]
    np.testing.assert_array_equal(load(path, array), expected)
    assert array.dtype == expected.dtype == np.uint8
    assert open_cube(path).shape == (2, 3, 4)


def test_version_4(tmp_path: Path) -> None:
    spectra = RNG.random((300, 20))
    path = tmp_path / "old.mat"
    content = {
        "Y": spectra,
        "x": spectra[:, :1].astype(np.float32),
        "t": "text",
        "c": np.ones((30, 9), complex),
        "n": np.arange(12, dtype=np.int16).reshape(3, 4),
    }
    savemat(path, content, format="4")
    found = numeric_arrays(path)
    assert set(found) == {"Y", "x", "n"}
    for name, stored in found.items():
        np.testing.assert_array_equal(load(path, stored), content[name])
    assert open_cube(path).bands == 20
    whole = path.read_bytes()
    # SciPy goes round and round where the sides of an array are negative.
    path.write_bytes(whole[:4] + struct.pack("<i", -300) + whole[8:])
    with pytest.raises(CubeError, match=r"old\.mat"):
        variables_of(path)


@pytest.mark.parametrize("packed", [False, True])
def test_damage_of_any_kind_ends_in_an_error_or_a_cube(tmp_path: Path, packed: bool) -> None:
    """SciPy's reader ends the program on some of these files."""
    path = tmp_path / "x.mat"
    waves = np.linspace(400, 900, 6)
    savemat(path, ODD | {"cube": PLAIN["a_u2"], "wavelength": waves}, do_compression=packed)
    whole = path.read_bytes()
    random = np.random.default_rng(5)
    opened, refused, unnamed = 0, 0, list[str]()
    for _ in range(1500):
        content = bytearray(whole)
        for place in random.integers(0, len(content), random.integers(1, 9)):
            content[place] = random.choice([0, 1, 14, 15, 255, random.integers(0, 256)])
        path.write_bytes(content[: random.choice([len(content), random.integers(len(content))])])
        try:
            cube = open_cube(path)
            assert cube.read().size < 10**6
            opened += 1
        except CubeError as error:
            refused += 1
            unnamed += [] if "x.mat" in str(error) else [str(error)]
    assert not unnamed
    assert opened > 50
    assert refused > 50


def test_nothing_is_allocated_for_a_promise(tmp_path: Path) -> None:
    savemat(tmp_path / "x.mat", {"cube": np.zeros((9, 9, 9))}, do_compression=False)
    whole = (tmp_path / "x.mat").read_bytes()
    sides = struct.pack("<iii", 9, 9, 9)
    assert whole.count(sides) == 1
    (tmp_path / "x.mat").write_bytes(whole.replace(sides, struct.pack("<iii", 2**31 - 1, 2**30, 9)))
    with pytest.raises(CubeError, match=r"x\.mat.*bytes of values"):
        open_cube(tmp_path / "x.mat")
