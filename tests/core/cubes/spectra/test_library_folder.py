"""Folders of spectra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.spectra.library import SpectralLibrary, holds_spectra, read_libraries, write_library
from s3fn_core.errors import CubeError
from s3fn_core.progress import run
from tests.core.cubes.spectra.instrument_files import ECOSTRESS, ECOSTRESS_ROWS, UM, write_asd, write_usgs

NM = np.array([400.0, 500, 600, 700])


def test_spectra_with_the_same_wavelengths_are_one_library(tmp_path: Path) -> None:
    first, second, third = run(read_libraries(write_usgs(tmp_path)))
    assert first.names == ("Actinolite HS116.1B", "Alunite GDS84")
    assert first.spectra.shape == (2, 8)
    assert len(first.sources) == 2
    assert {len(library.wavelengths) for library in (second, third)} == {3 + 1, 6}
    assert not first.notes


def test_what_cannot_be_read_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    write_asd(tmp_path / "good.asd", NM, 2 * NM)
    (tmp_path / "bad.asd").write_bytes(b"as7")
    (tmp_path / "readme.txt").write_text("About these spectra.\n")
    (tmp_path / "a.ancillary.txt").write_text("More about the sample\n")
    (tmp_path / ".hidden.asd").write_bytes(b"as7")
    (tmp_path / "a.spectrum.txt").write_text(ECOSTRESS + ECOSTRESS_ROWS)
    library = SpectralLibrary(("x", "y", "z"), NM, np.ones((3, 4), np.float32))
    write_library(library, tmp_path / "below.hdr")
    write_library(library, tmp_path / "table.csv")
    found = run(read_libraries(tmp_path))
    assert [len(one.names) for one in found] == [6, 1, 1]
    assert found[0].notes == (
        "Left out (2): bad.asd ends before its spectrum does; copy the file again., "
        "readme.txt holds no spectra",
    )
    assert found[0].sources == ("",) * 6
    assert all("Left out" not in note for one in found[1:] for note in one.notes)


def test_a_folder_without_spectra_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(CubeError, match=r"holds no spectra that can be read\. Choose another"):
        run(read_libraries(tmp_path))
    (tmp_path / "bad.asd").write_bytes(b"as7")
    with pytest.raises(CubeError, match=r"can be read: bad\.asd ends before"):
        run(read_libraries(tmp_path))
    with pytest.raises(CubeError, match="missing"):
        run(read_libraries(tmp_path / "missing"))
    with pytest.raises(CubeError, match="x"):
        run(read_libraries(tmp_path / ("x" * 1000)))


def test_one_file_is_a_library_too(tmp_path: Path) -> None:
    (found,) = run(read_libraries(write_asd(tmp_path / "leaf.asd", NM, 2 * NM)))
    assert found.names == ("leaf",)


def test_reading_can_be_cancelled_and_tells_how_far_it_is(tmp_path: Path) -> None:
    for number in range(60):
        write_asd(tmp_path / f"leaf{number}.asd", NM, 2 * NM)
    operation = read_libraries(tmp_path)
    reports = [next(operation) for _ in range(4)]
    assert [report.fraction for report in reports] == [0, 0, 0, pytest.approx(1 / 3)]
    assert "20 of 60" in reports[-1].message
    operation.close()


def test_wavelengths_that_come_later_are_found(tmp_path: Path) -> None:
    folder = write_usgs(tmp_path)
    axis = folder / f"splib07a_Wavelengths_{next(iter(UM))}.txt"
    content = axis.read_bytes()
    axis.unlink()
    assert len(run(read_libraries(folder))) == 2
    axis.write_bytes(content)
    assert len(run(read_libraries(folder))) == 3


def test_whether_a_folder_holds_spectra(tmp_path: Path) -> None:
    assert not holds_spectra(tmp_path)
    (tmp_path / "labels.csv").write_text("line,sample,label\n3,4,1\n")
    assert not holds_spectra(tmp_path)
    write_usgs(tmp_path / "below")
    assert holds_spectra(tmp_path)
