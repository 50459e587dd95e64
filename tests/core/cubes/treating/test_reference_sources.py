"""References as an analyst names them: a file, lines of the scene, a number, a certificate."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.cubes import pages
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.mask import apply_mask
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.reference_sources import FromFile, FromScene, looks_raw, read_panel, read_source
from s3fn_core.cubes.treating.references import Reference, averaged_lines
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.cubes.treating.writing import write_windows
from s3fn_core.errors import CubeError
from s3fn_core.progress import run

WAVES = np.linspace(400, 1000, 5)


@pytest.fixture
def scene() -> Cube:
    """Counts of 10 lines x 6 samples; a tile of different samples lies in lines 2 to 4."""
    values = np.full((10, 6, 5), 100, np.uint16)
    values[2:5] = 1000 + 10 * np.arange(6)[None, :, None] + np.arange(3)[:, None, None]
    return Cube(values, "scan", wavelengths=WAVES)


def test_a_tile_in_the_scene_is_averaged_sample_by_sample(scene: Cube) -> None:
    found = run(read_source(FromScene((2, 4)), scene))
    assert found.values.shape == (6, 5)
    np.testing.assert_allclose(found.values[:, 3], 1001 + 10 * np.arange(6))
    assert found.name == "lines 2 to 4 of scan"
    assert np.allclose(reflectance(scene, Calibration(found)).read()[3], 1)


def test_a_tile_of_some_samples_holds_for_all(scene: Cube) -> None:
    found = run(read_source(FromScene((2, 4), (1, 3)), scene))
    assert found.values.shape == (1, 5)
    np.testing.assert_allclose(found.values, 1021)
    assert found.name == "lines 2 to 4, samples 1 to 3 of scan"
    whole = run(read_source(FromScene((2, 4), (0, 5)), scene))
    assert whole.values.shape == (6, 5)


@pytest.mark.parametrize("place", [FromScene((5, 4)), FromScene((10, 12)), FromScene((0, 9), (6, 8))])
def test_a_place_outside_of_the_scene_is_refused(scene: Cube, place: FromScene) -> None:
    with pytest.raises(CubeError, match="lines 0 to 9 and samples 0 to 5"):
        run(read_source(place, scene))


def test_lines_of_the_scene_tell_their_saturation_and_noise(scene: Cube) -> None:
    found = run(read_source(FromScene((4, 4), (5, 5)), scene, maximum=1052))
    assert any("single line" in note for note in found.notes)
    assert any("saturated in 100.00 %" in note for note in found.notes)
    below = run(read_source(FromScene((2, 4)), scene, maximum=1060))
    assert below.notes == ()


def test_missing_values_of_the_scene_are_left_out_of_its_tile(scene: Cube) -> None:
    stored = np.asarray(scene.data)
    stored[2, 0] = 7
    found = run(averaged_lines(scene.with_(nodata=7.0), lines=slice(2, 5)))
    np.testing.assert_allclose(found.values[0], 1001.5)


def test_a_file_is_read_with_each_sample_or_the_same_for_all(tmp_path: Path, scene: Cube) -> None:
    path = write_envi(np.asarray(scene.data)[2:5], tmp_path / "white.hdr", WAVES)
    reports: list[float] = []
    each = run(read_source(FromFile(path), scene), lambda p: reports.append(p.fraction))
    same = run(read_source(FromFile(path, same=True), scene))
    assert reports
    np.testing.assert_allclose(each.values[:, 0], 1001 + 10 * np.arange(6))
    np.testing.assert_allclose(same.values, 1026)
    with pytest.raises(CubeError, match=r"gone\.hdr does not exist"):
        run(read_source(FromFile(tmp_path / "gone.hdr"), scene))


def test_numbers_and_known_references_need_no_reading(scene: Cube) -> None:
    assert run(read_source(64.0, scene)).values.tolist() == [[64.0]]
    known = Reference.constant(3)
    assert run(read_source(known, scene)) is known


def test_a_certificate_may_be_in_per_cent(tmp_path: Path, scene: Cube) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("wavelength (nm),panel\n350,90\n700,\n1100,96\n")
    factors = read_panel(path, scene)
    np.testing.assert_allclose(factors, np.interp(WAVES, [350, 1100], [0.90, 0.96]), rtol=1e-6)
    path.write_text("wavelength (nm),panel\n350,0.5\n1100,0.5\n")
    np.testing.assert_allclose(read_panel(path, scene), 0.5)
    path.write_text("wavelength (nm),panel\n350,\n1100,\n")
    with pytest.raises(CubeError, match="no reflectance factors"):
        read_panel(path, scene)
    path.write_text("wavelength (nm),panel\n500,0.9\n1100,0.9\n")
    with pytest.raises(CubeError, match="cover 500 to 1100 nm"):
        read_panel(path, scene)


@pytest.mark.parametrize(
    ("values", "scale", "raw"), [(np.uint16, 1.0, True), (np.int16, 1e-4, False), (np.float32, 1.0, False)]
)
def test_counts_are_whole_numbers_without_a_scale(values: Any, scale: float, raw: bool) -> None:
    assert looks_raw(Cube(np.ones((2, 2, 3), values), "x", scale=scale)) is raw


def test_a_folder_that_cannot_be_listed_proposes_nothing(tmp_path: Path) -> None:
    assert find_references(tmp_path / "missing" / "scan.hdr").white is None


def test_references_are_in_the_files_unit_whatever_the_analyst_says(scene: Cube) -> None:
    edited = Metadata(tuple(WAVES + 300), (True,) * 5, 100.0, 0.5)
    treatment = Treatment(edited, Calibration(run(read_source(FromScene((2, 4)), scene))))
    cube = treatment.applied(scene)
    assert np.allclose(cube.read()[3], 1)
    assert np.isnan(cube.read()[0]).all()  # no-data, as the analyst says
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, WAVES + 300)


def test_pages_of_a_treated_cube_are_released(tmp_path: Path, scene: Cube) -> None:
    source = open_cube(write_envi(scene, tmp_path / "scan.hdr"))
    calibrated = reflectance(source, Calibration(Reference.constant(1000)))
    treated = apply_mask(calibrated, np.ones((10, 6), bool))
    reached: Any = treated.data
    while not isinstance(reached, mmap.mmap):
        reached = reached.base
    before = treated.read()
    pages.release(treated.data)
    np.testing.assert_array_equal(treated.read(), before)


def test_a_treated_cube_is_never_written_over_its_file(tmp_path: Path, scene: Cube) -> None:
    header = write_envi(scene, tmp_path / "scan.hdr")
    source = open_cube(header)
    treated = Treatment(calibration=Calibration(Reference.constant(1000))).applied(source)
    content = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("scan.hdr", "scan.img", "link/scan.hdr"):
        with pytest.raises(CubeError, match="stays as it is"):
            run(write_windows(treated, tmp_path / name))
    (tmp_path / "link").unlink()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == content
    written = run(write_windows(treated, tmp_path / "scan_r.hdr"))
    np.testing.assert_allclose(open_cube(written).read(), treated.read())
