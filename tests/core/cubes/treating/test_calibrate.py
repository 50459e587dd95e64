"""Raw counts to reflectance: what was put in comes out, and what cannot be known is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes import windows
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating import writing
from s3fn_core.cubes.treating.calibrate import Calibration, panel_factors, reflectance
from s3fn_core.cubes.treating.calibration_check import count_defects, write_reflectance
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.references import Reference, saturation_level
from s3fn_core.errors import CubeError
from s3fn_core.progress import run

WAVES = np.linspace(400, 1000, 5)


def cube_of(values: Any, name: str = "scan", **more: Any) -> Cube:
    return Cube(np.asarray(values), name, **more)


@pytest.fixture
def camera() -> tuple[Cube, Cube, Cube, np.ndarray]:
    """A simulated scene as a camera counts it, its references, and the true reflectance."""
    scene = simulate("fruit", lines=40, samples=48)
    truth = np.clip(scene.cube.read(), 0, 1)
    rng = np.random.default_rng(3)
    dark = rng.uniform(90, 110, truth.shape[1:])  # every detector element has its own
    white = dark + rng.uniform(2500, 3900, truth.shape[1:])
    raw = np.round(dark + truth * (white - dark)).astype(np.uint16)
    whites = np.round(white + rng.normal(0, 3, (50, *white.shape))).astype(np.uint16)
    darks = np.round(dark + rng.normal(0, 3, (50, *dark.shape))).astype(np.uint16)
    waves = scene.cube.wavelengths
    return (
        cube_of(raw, wavelengths=waves),
        cube_of(whites, "WHITEREF_scan", wavelengths=waves),
        cube_of(darks, "DARKREF_scan", wavelengths=waves),
        truth,
    )


def test_a_simulated_camera_is_undone(camera: tuple[Cube, Cube, Cube, np.ndarray]) -> None:
    raw, white, dark, truth = camera
    calibration = Calibration(Reference.of_cube(white), Reference.of_cube(dark))
    result = reflectance(raw, calibration)
    assert np.abs(result.read() - truth).max() < 2e-3  # rounding and averaged noise of 3 counts
    one = Calibration(Reference.of_cube(white).averaged(), Reference.of_cube(dark).averaged())
    assert np.abs(reflectance(raw, one).read() - truth).max() > 0.1  # elements are not alike
    assert result.wavelengths is raw.wavelengths
    assert any("WHITEREF_scan" in note for note in result.notes)


@given(
    raw=hnp.arrays(np.uint16, (4, 3, 5)),
    dark=hnp.arrays(np.uint16, (2, 3, 5)),
    white=hnp.arrays(np.uint16, (2, 3, 5)),
    panel=st.floats(0.05, 1.0),
    lines=st.slices(4),
    samples=st.slices(3),
    bands=st.one_of(st.slices(5), st.lists(st.integers(0, 4), min_size=1)),
)
def test_a_window_is_the_formula_and_never_infinite(
    raw: np.ndarray,
    dark: np.ndarray,
    white: np.ndarray,
    panel: float,
    lines: slice,
    samples: slice,
    bands: Any,
) -> None:
    low, high = dark.mean(axis=0, dtype=float), white.mean(axis=0, dtype=float)
    span = np.where(high > low, high - low, np.nan)
    expected = repaired(panel * (raw - low) / span)
    calibration = Calibration(
        Reference.of_cube(cube_of(white)), Reference.of_cube(cube_of(dark)), np.array([panel])
    )
    found = reflectance(cube_of(raw), calibration).window(lines, samples, bands)
    assert not np.isinf(found).any()
    np.testing.assert_allclose(found, expected[lines, samples][:, :, bands], rtol=1e-4, atol=1e-4)


def repaired(values: np.ndarray) -> np.ndarray:
    """Missing values between neighbours of the same line and band, at most three samples away."""
    filled = values.copy()
    for line, sample, band in np.argwhere(np.isnan(values)):
        near = [
            next((s for s in side if not np.isnan(values[line, s, band])), None)
            for side in (
                range(sample - 1, max(-1, sample - 4), -1),
                range(sample + 1, min(sample + 4, values.shape[1])),
            )
        ]
        known = [s for s in near if s is not None]
        if known:
            filled[line, sample, band] = np.interp(sample, known, values[line, known, band])
    return filled


def test_dead_elements_are_repaired_from_neighbours_along_the_line() -> None:
    rng = np.random.default_rng(0)
    raw = np.round(rng.uniform(500, 1500, (3, 12, 4))).astype(np.float32)
    raw[1, 3] = np.nan  # a missing pixel stays missing
    white = np.full((12, 4), 2100.0)
    white[2:4, 0] = white[0, 1] = white[4:12, 2] = 90  # a pair, one at the edge, a run that is too long
    calibration = Calibration(Reference(white, "w"), Reference.constant(100))
    found = reflectance(cube_of(raw), calibration).read()
    expected = (raw - 100) / 2000
    expected[:, 2, 0] = (2 * expected[:, 1, 0] + expected[:, 4, 0]) / 3
    expected[:, 3, 0] = (expected[:, 1, 0] + 2 * expected[:, 4, 0]) / 3
    expected[:, 0, 1] = expected[:, 1, 1]
    expected[:, 4:7, 2] = expected[:, 3:4, 2]
    expected[1, 3] = expected[:, 7:, 2] = expected[1, 4:7, 2] = np.nan
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_references_may_be_a_spectrum_or_a_constant() -> None:
    raw = cube_of(np.full((2, 3, 5), 110, np.uint16))
    white = Reference.spectrum([210, 310, 410, 510, 610], "tile")
    found = reflectance(raw, Calibration(white, Reference.constant(10))).read()
    np.testing.assert_allclose(found[1, 2], [100 / 200, 100 / 300, 100 / 400, 100 / 500, 100 / 600])
    scaled = reflectance(raw, Calibration(Reference.constant(200))).read()
    np.testing.assert_allclose(scaled, 0.55)


def test_missing_values_stay_missing_and_the_references_leave_them_out() -> None:
    raw = np.full((2, 2, 3), 50, np.int16)
    raw[0, 0] = -1
    white = np.full((3, 2, 3), 100, np.int16)
    white[0] = -1  # a line that the camera lost
    white[:, 1, 2] = -1  # an element that never measured
    reference = Reference.of_cube(cube_of(white, nodata=-1.0))
    found = reflectance(cube_of(raw, nodata=-1.0), Calibration(reference)).read()
    expected = np.full((2, 2, 3), 0.5)
    expected[0, 0] = np.nan
    expected[0, 1, 2] = np.nan  # its only neighbour is missing
    np.testing.assert_allclose(found, expected)


def test_defects_are_counted_and_dead_bands_marked() -> None:
    raw = np.full((4, 3, 5), 1000, np.uint16)
    raw[0, :, 1] = 4095
    raw[1, 0, 1] = 65535
    white = np.full((3, 5), 3000.0)
    white[:, 2] = 100  # as dark as the dark reference: a band without light
    white[1, 4] = 50  # one dead element
    calibration = Calibration(Reference(white, "w"), Reference.constant(100), maximum=4095)
    defects = run(count_defects(cube_of(raw), calibration))
    assert defects.saturated.tolist() == [0, 4, 0, 0, 0]
    assert defects.dead.tolist() == [0, 0, 3, 0, 1]
    assert np.argwhere(defects.where).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0]]
    told = " ".join(defects.summary())
    assert "1 band, at most 4 of 12 in band 2" in told
    assert "2 bands. 1 band is dead in every sample" in told
    result = reflectance(cube_of(raw), calibration)
    assert result.good_bands.tolist() == [True, True, False, True, True]
    assert any("2 bands. 1 band is dead in every sample" in note for note in result.notes)
    assert np.isnan(result.band(2)).all()
    np.testing.assert_allclose(result.band(4), (1000 - 100) / (3000 - 100), rtol=1e-6)
    assert "1 is repaired from its neighbours along the line. 3 are missing" in told
    repaired = replace(defects, dead=np.array([0, 0, 0, 0, 1]))
    told = " ".join(repaired.summary())
    assert told.endswith("in 1 band. 1 is repaired from its neighbours along the line.")
    assert np.isfinite(result.band(4)[:, [0, 2]]).all()


def test_saturation_is_the_types_own_maximum_unless_told() -> None:
    counts = cube_of(np.array([[[255, 254, 255]]], np.uint8))
    calibration = Calibration(Reference.constant(255))
    assert run(count_defects(counts, calibration)).saturated.tolist() == [1, 0, 1]
    missing = counts.with_(nodata=255.0)
    assert run(count_defects(missing, calibration)).saturated.tolist() == [0, 0, 0]
    real = cube_of(np.ones((1, 1, 3), np.float32))
    assert saturation_level(real) is None
    assert "Saturation was not looked for" in run(count_defects(real, calibration)).summary()[0]
    assert (
        run(
            count_defects(counts.with_(nodata=None), Calibration(Reference.constant(255), maximum=256))
        ).summary()
        == ()
    )


def test_a_saturated_or_single_white_line_is_noted() -> None:
    white = np.full((2, 3, 5), 3000, np.uint16)
    white[:, 1, 2] = 4095
    assert Reference.of_cube(cube_of(white)).notes == ()
    (note,) = Reference.of_cube(cube_of(white, "WHITE"), maximum=4095).notes
    assert note.startswith("WHITE is saturated in 6.67 %")
    calibration = Calibration(Reference.of_cube(cube_of(white[:1], "W")))
    assert any("W has a single line" in n for n in reflectance(cube_of(white), calibration).notes)


def test_what_does_not_fit_is_told() -> None:
    raw = cube_of(np.ones((2, 3, 5), np.uint16), wavelengths=WAVES)

    def refused(white: Reference, **more: Any) -> str:
        with pytest.raises(CubeError) as caught:
            reflectance(raw, Calibration(white, **more))
        return str(caught.value)

    assert "4 bands, scan has 5" in refused(Reference(np.ones((3, 4)), "w"))
    assert "2 samples, scan has 3" in refused(Reference(np.ones((2, 5)), "w"))
    assert "up to 100.0 nm" in refused(Reference.spectrum(np.ones(5), "w", WAVES + 100))
    assert "2 reflectance factors" in refused(Reference.constant(2), panel=np.ones(2))
    assert "positive" in refused(Reference.constant(2), panel=np.zeros(1))
    near = Reference.spectrum(np.full(5, 2), "near", WAVES + 20)
    assert any("20.00 nm" in n for n in reflectance(raw, Calibration(near)).notes)


def test_the_panels_certificate_is_interpolated() -> None:
    raw = cube_of(np.ones((1, 1, 5), np.uint16), wavelengths=WAVES)
    factors = panel_factors(np.array([1100.0, 300]), np.array([0.9, 0.1]), raw)
    np.testing.assert_allclose(factors, 0.1 + (WAVES - 300) / 1000)
    found = reflectance(raw, Calibration(Reference.constant(2), panel=factors)).read()
    np.testing.assert_allclose(found[0, 0], factors / 2, rtol=1e-6)
    with pytest.raises(CubeError, match="500 to 1100 nm"):
        panel_factors(np.array([500.0, 1100]), np.ones(2), raw)
    with pytest.raises(CubeError, match="no wavelengths"):
        panel_factors(np.array([500.0, 1100]), np.ones(2), raw.with_(wavelengths=None))


def test_another_integration_time_is_noted(tmp_path: Path) -> None:
    def saved(name: str, time: str) -> Cube:
        path = write_envi(np.full((2, 3, 4), 9, np.uint16), tmp_path / name, metadata={"tint": time})
        return open_cube(path)

    raw = saved("scan.hdr", "8.0")
    for time, noted in (("8", False), ("4.0", True)):
        white = Reference.of_cube(saved("white.hdr", time))
        notes = reflectance(raw, Calibration(white)).notes
        assert any("integration time (tint = 4.0)" in note for note in notes) == noted


def test_reflectance_is_written_in_blocks(
    tmp_path: Path, camera: tuple[Cube, Cube, Cube, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, white, dark, _ = camera
    blocks = windows.line_blocks
    monkeypatch.setattr(writing, "line_blocks", lambda cube: blocks(cube, block=50_000))
    calibration = Calibration(Reference.of_cube(white), Reference.of_cube(dark), maximum=4000)
    reports: list[float] = []
    header, defects = run(
        write_reflectance(raw, calibration, tmp_path / "r.img"), lambda p: reports.append(p.fraction)
    )
    assert len(reports) > 10
    assert reports == sorted(reports)
    assert defects.saturated.sum() == np.count_nonzero(np.asarray(raw.data) >= 4000)
    found, expected = open_cube(header), reflectance(raw, calibration)
    np.testing.assert_array_equal(found.read(), expected.read())
    np.testing.assert_allclose(found.wavelengths, expected.wavelengths, rtol=1e-9)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.hdr", "r.img"]


def test_a_cancelled_writing_leaves_nothing_and_the_old_as_it_was(
    tmp_path: Path, camera: tuple[Cube, Cube, Cube, np.ndarray]
) -> None:
    raw, white, _, _ = camera
    old = write_envi(np.ones((1, 1, 1), np.uint8), tmp_path / "r.hdr")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    job = write_reflectance(raw, Calibration(Reference.of_cube(white)), old)
    while next(job).step != "write":
        pass
    job.close()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_the_raw_cube_is_never_overwritten(tmp_path: Path) -> None:
    header = write_envi(np.ones((2, 2, 2), np.uint16), tmp_path / "x.hdr")
    raw = open_cube(header)
    with pytest.raises(CubeError, match="file of x itself"):
        run(write_reflectance(raw, Calibration(Reference.constant(2)), tmp_path / "x.img"))
    with pytest.raises(CubeError, match="cannot be written"):
        run(write_reflectance(raw, Calibration(Reference.constant(2)), tmp_path / "no" / "y.hdr"))


@pytest.mark.parametrize(
    ("names", "white", "dark"),
    [
        (["WHITEREF_a.hdr", "DARKREF_a.hdr", "WHITEREF_b.hdr"], "WHITEREF_a.hdr", "DARKREF_a.hdr"),
        (["whiteref_A.hdr", "WhiteReference.bil.hdr"], "whiteref_A.hdr", None),
        (["WhiteReference.bil.hdr", "WhiteReference.bil"], "WhiteReference.bil.hdr", None),
        (["darkReference.hdr", "whiteReference.hdr"], "whiteReference.hdr", "darkReference.hdr"),
        (["white.hdr", "DARK.HDR"], "white.hdr", "DARK.HDR"),
        (["a_white.hdr", "a_dark.hdr", "white.hdr"], "a_white.hdr", "a_dark.hdr"),
        (["white_ref.npy", "dark-current_01.mat"], "white_ref.npy", "dark-current_01.mat"),
        (["WHITEREF_b.hdr"], "WHITEREF_b.hdr", None),
        (["dark chocolate.hdr", "white_wood.hdr", "whitefly.hdr", "white.txt"], None, None),
    ],
)
def test_references_are_found_by_name(
    tmp_path: Path, names: list[str], white: str | None, dark: str | None
) -> None:
    for name in ("a.hdr", *names):
        (tmp_path / name).touch()
    found = find_references(tmp_path / "a.hdr")
    assert found.white == (tmp_path / white if white else None)
    assert found.dark == (tmp_path / dark if dark else None)
    assert any("another scene" in n for n in found.notes) == (names == ["WHITEREF_b.hdr"])


def test_a_folder_as_the_camera_leaves_it_becomes_reflectance(
    tmp_path: Path, camera: tuple[Cube, Cube, Cube, np.ndarray]
) -> None:
    raw, white, dark, truth = camera
    for cube in (raw, white, dark):
        write_envi(cube, tmp_path / f"{cube.name}.hdr")
    proposal = find_references(tmp_path / "scan.img")
    assert proposal.white is not None
    assert proposal.dark is not None
    calibration = Calibration(
        Reference.of_cube(open_cube(proposal.white)), Reference.of_cube(open_cube(proposal.dark))
    )
    header, _ = run(write_reflectance(open_cube(tmp_path / "scan.hdr"), calibration, tmp_path / "scan_r"))
    assert np.abs(open_cube(header).read() - truth).max() < 2e-3


def test_a_reference_needs_no_reference(tmp_path: Path) -> None:
    for name in ("WHITEREF_a.hdr", "DARKREF_a.hdr"):
        (tmp_path / name).touch()
    assert find_references(tmp_path / "WHITEREF_a.hdr").dark is None


Camera = tuple[Cube, Cube, Cube, np.ndarray]


def refusal(cube: Cube, white: Reference, dark: Reference | float = 0) -> str:
    """Why nothing is written, one sentence or two; nothing is then."""
    dark = dark if isinstance(dark, Reference) else Reference.constant(dark)
    with pytest.raises(CubeError) as caught:
        run(write_reflectance(cube, Calibration(white, dark), "never.hdr"))
    assert not Path("never.hdr").exists()
    return str(caught.value)


def test_references_that_make_nonsense_are_refused(
    camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw, whites, darks, _ = camera
    white, dark = Reference.of_cube(whites), Reference.of_cube(darks)
    assert "not brighter than" in refusal(raw, Reference.constant(10), 100)
    swapped = refusal(raw, dark, white)
    assert "WHITEREF_scan" in swapped
    assert "Exchange them" in swapped
    done = reflectance(raw, Calibration(white, dark))
    for once_more in (refusal(done, white, dark), refusal(done, white)):
        assert "It may be reflectance already" in once_more
    dim = Reference(white.values / 20 + dark.values, "another exposure")
    assert "another exposure" in refusal(raw, dim, dark)
    assert "outside 0 to 1.2" in refusal(raw, dim, dark)


def test_another_tray_as_the_white_reference_is_told(
    camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw, whites, darks, _ = camera
    white, dark = Reference.of_cube(whites), Reference.of_cube(darks)
    assert not run(count_defects(raw, Calibration(white, dark))).doubts
    tray = Reference.of_cube(raw.with_(name="tray"))
    assert tray.deviation > 0.2 > 10 * white.deviation
    assert "outside 0 to 1.2" in refusal(raw, tray, dark)
    bright = np.maximum(np.asarray(raw.data)[::-1], (white.values / 2).astype(np.uint16))
    bright[::3] = white.values  # a light belt with things on it
    wrong = Calibration(Reference.of_cube(raw.with_(data=bright, name="tray")), dark)
    _, defects = run(write_reflectance(raw, wrong, tmp_path / "r.hdr"))
    assert "lines of the white reference tray differ from each other" in " ".join(defects.summary())


def test_dead_and_saturated_elements_are_counted() -> None:
    raw = np.full((4, 3, 5), 1000, np.uint16)
    raw[0, :, 1] = raw[1, 0, 3] = 4095
    white = np.full((3, 5), 3000.0)
    white[0, :2] = 50
    calibration = Calibration(Reference(white, "w"), Reference.constant(100), maximum=4095)
    told = " ".join(run(count_defects(cube_of(raw), calibration)).summary())
    assert "Saturated (>= 4095): 4 values, in 2 bands" in told
    assert "2 of 15 detector elements" in told


def test_a_dark_scene_and_a_few_odd_values_are_no_reason_to_refuse() -> None:
    rng = np.random.default_rng(0)
    dark, white = Reference.constant(100), Reference.constant(3100)
    water = cube_of(np.round(100 + 3000 * rng.normal(0.01, 0.01, (30, 30, 5))).astype(np.int32))
    assert run(count_defects(water, Calibration(white, dark, maximum=4095))).doubts == ()
    gaps = np.full((30, 30, 5), np.nan, np.float32)
    assert run(count_defects(cube_of(gaps), Calibration(white, dark, maximum=4095))).doubts
