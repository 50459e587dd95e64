"""Reflectance from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import open_cube, write_envi

Captured = pytest.CaptureFixture[str]
WAVES = np.linspace(400, 1000, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Counts of a true reflectance, and the references beside them."""
    truth = np.random.default_rng(0).uniform(0.1, 0.9, (6, 5, 4))
    white, dark = 3000 + 10 * np.arange(20).reshape(5, 4), 100 + np.arange(20).reshape(5, 4)
    raw = np.round(dark + truth * (white - dark)).astype(np.uint16)
    np.save(tmp_path / "truth.npy", truth)
    for name, values in (
        ("scan", raw),
        ("WHITEREF_scan", np.repeat(white[None], 3, 0)),
        ("DARKREF_scan", np.repeat(dark[None], 3, 0)),
    ):
        write_envi(values.astype(np.uint16), tmp_path / f"{name}.hdr", WAVES)
    return tmp_path


def arguments(folder: Path, *more: str) -> list[str]:
    return ["calibrate", f"{folder}/scan.hdr", "--out", f"{folder}/made.hdr", *more]


def test_counts_become_reflectance(folder: Path, capsys: Captured) -> None:
    white, dark = f"{folder}/WHITEREF_scan.hdr", f"{folder}/DARKREF_scan.hdr"
    given = ["--white", white, "--dark", dark, "--maximum", "2500", "--json"]
    assert run(arguments(folder, *given)) == 0
    told = json.loads(capsys.readouterr().out)
    raw = open_cube(folder / "scan.hdr").read()
    assert told["saturated"] == np.count_nonzero(raw >= 2500, axis=(0, 1)).tolist()
    assert (told["white"], told["dark"]) == ("WHITEREF_scan", "DARKREF_scan")
    assert told["dead"] == [0, 0, 0, 0]
    assert any("WHITEREF_scan" in note for note in told["notes"])
    found = open_cube(told["out"])
    np.testing.assert_allclose(found.read(), np.load(folder / "truth.npy"), atol=1e-3)
    assert found.wavelengths is not None


def test_the_panel_and_constants_count(folder: Path, capsys: Captured) -> None:
    (folder / "panel.csv").write_text("wavelength (nm),panel\n300,50\n1100,50\n")
    for panel in ("0.5", f"{folder}/panel.csv"):
        given = ["--white", "3000", "--dark", "100", "--panel", panel]
        assert run(arguments(folder, *given)) == 0
        assert capsys.readouterr().out == f"{folder}/made.hdr\n"
        raw = open_cube(folder / "scan.hdr").read()
        expected = 0.5 * (raw - 100) / 2900
        np.testing.assert_allclose(open_cube(folder / "made.hdr").read(), expected, rtol=1e-5)


def test_without_a_white_reference_the_one_beside_the_cube_is_named(folder: Path, capsys: Captured) -> None:
    assert run(arguments(folder)) == 2
    said = capsys.readouterr().err
    assert f"--white {folder}/WHITEREF_scan.hdr --dark {folder}/DARKREF_scan.hdr" in said
    assert not (folder / "made.hdr").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--white", "missing.hdr"], "missing.hdr does not exist"),
        (["--white", "50", "--panel", "-1"], "positive numbers"),
    ],
)
def test_what_cannot_be_used_is_one_line(folder: Path, capsys: Captured, given: list[str], told: str) -> None:
    assert run(arguments(folder, *given)) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1


def test_the_raw_cube_stays(folder: Path, capsys: Captured) -> None:
    before = (folder / "scan.img").read_bytes()
    given = ["calibrate", f"{folder}/scan.hdr", "--white", "3000", "--out", f"{folder}/scan.img"]
    assert run(given) == 2
    assert "stays as it is" in capsys.readouterr().err
    assert (folder / "scan.img").read_bytes() == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--white", "10", "--dark", "100"], "is not brighter than"),
        (["--white", "{}/DARKREF_scan.hdr", "--dark", "{}/WHITEREF_scan.hdr"], "Exchange them"),
        (["--white", "5000000", "--dark", "{}/DARKREF_scan.hdr"], "too dark for these references"),
    ],
)
def test_nonsense_is_refused_before_anything_is_written(
    folder: Path, capsys: Captured, given: list[str], told: str
) -> None:
    assert run(arguments(folder, *(word.format(folder) for word in given))) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not (folder / "made.hdr").exists()


def test_reflectance_is_not_calibrated_twice(folder: Path, capsys: Captured) -> None:
    references = ["--white", f"{folder}/WHITEREF_scan.hdr", "--dark", f"{folder}/DARKREF_scan.hdr"]
    assert run(arguments(folder, *references)) == 0
    again = ["calibrate", f"{folder}/made.hdr", "--out", f"{folder}/twice.hdr", *references]
    assert run(again) == 2
    assert "reflectance already" in capsys.readouterr().err


def test_dead_elements_are_counted(folder: Path, capsys: Captured) -> None:
    white = np.full((3, 5, 4), 3000, np.uint16)
    white[:, 1, :3] = 7
    write_envi(white, folder / "dead.hdr", WAVES)
    assert run(arguments(folder, "--white", f"{folder}/dead.hdr", "--dark", "100", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["dead_elements"], told["saturated_values"]) == (3, 0)
    assert any("3 of 20 detector elements" in note for note in told["notes"])
