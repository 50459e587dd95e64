"""Kept spectra on the clipboard and in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.library import SpectralLibrary, read_library, write_library
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.spectra.dialog import SpectraDialog
from tests.core.cubes.spectra.instrument_files import write_asd, write_usgs
from tests.gui.support import BANDS, SAMPLES, WAVELENGTHS, Hands, put_labels, scene_array, write_scene


@pytest.fixture
def keeping(hands: Hands) -> Hands:
    """A pin and the mean of a region."""
    hands.open_scene()
    hands.session.spectra.pin((3, 4))
    hands.session.spectra.keep_region(hands.session.cubes.items[0], (4, 2, 14, 12))
    hands.until(lambda: all(k.values is not None for k in hands.session.spectra.kept))
    hands.session.spectra.rename(hands.session.spectra.kept[1].number, "leaf, {dry}")
    return hands


def without_wavelengths(hands: Hands) -> None:
    """A second cube, of which a pixel is pinned."""
    hands.session.cubes.add(prepare(Cube(scene_array()[:, :, :8], "second")))
    hands.session.spectra.pin((3, 4))


def test_copy_gives_a_table_of_reflectance_whatever_is_shown(keeping: Hands) -> None:
    keeping.session.spectra.show_as("snv")
    without_wavelengths(keeping)
    keeping.trigger("spectra.copy")
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0] == [
        "wavelength (nm)",
        "Pixel 3, 4",
        "leaf, {dry}",
        "leaf, {dry} SD",
        "band",
        "Pixel 3, 4",
    ]
    assert len(lines) == BANDS + 1
    assert [float(line[0]) for line in lines[1:]] == pytest.approx(WAVELENGTHS.tolist())
    assert [float(line[1]) for line in lines[1:]] == pytest.approx(scene_array()[3, 4].tolist())
    assert [line[4] for line in lines[1:]] == [str(n) for n in range(1, 9)] + [""] * 4
    assert "3 spectra copied" in keeping.message


@pytest.mark.parametrize("name", ["spectra.csv", "spectra.hdr", "spectra.sli"])
def test_what_is_saved_can_be_loaded_as_an_overlay(keeping: Hands, tmp_path: Path, name: str) -> None:
    pixel, region = keeping.session.spectra.kept
    keeping.ask.paths["spectra target"] = keeping.ask.paths["spectra"] = tmp_path / name
    keeping.trigger("spectra.save")
    keeping.until(lambda: "saved" in keeping.message)
    keeping.trigger("spectra.clear")
    keeping.trigger("spectra.load")
    keeping.until(lambda: len(keeping.session.spectra.kept) == 2)
    again = keeping.session.spectra.kept
    for new, old in zip(again, (pixel, region), strict=True):
        np.testing.assert_allclose(new.values, old.values, rtol=1e-6)
    assert again[0].deviation is None
    if name.endswith(".csv"):
        np.testing.assert_allclose(again[1].deviation, region.deviation, rtol=1e-6)
        assert again[1].name == "leaf, {dry}"
    shown = keeping.window.panels.spectra.curves.shown
    assert [curve.dashed for curve in shown] == [True, True]


def test_other_wavelengths_go_to_a_file_of_their_own_and_none_are_left_out(
    keeping: Hands, tmp_path: Path
) -> None:
    without_wavelengths(keeping)
    other = Cube(scene_array()[:, :, :5], "third", wavelengths=WAVELENGTHS[:5])
    keeping.session.cubes.add(prepare(other))
    keeping.session.spectra.pin((3, 4))
    (tmp_path / "spectra_2.csv").write_text("somebody's")
    keeping.ask.paths["spectra target"] = tmp_path / "spectra.csv"
    keeping.trigger("spectra.save")
    keeping.until(lambda: "saved" in keeping.message)
    assert "3 spectra saved" in keeping.message
    assert "1 spectrum without wavelengths left out" in keeping.message
    assert (tmp_path / "spectra_2.csv").read_text() == "somebody's"
    assert read_library(tmp_path / "spectra_3.csv").spectra.shape == (1, 5)


def test_a_file_that_cannot_be_is_an_error_in_the_bar(keeping: Hands, tmp_path: Path) -> None:
    keeping.ask.paths["spectra target"] = tmp_path / "spectra.docx"
    keeping.trigger("spectra.save")
    keeping.until(lambda: ".csv" in keeping.message)
    assert "spectra.docx" in keeping.message
    keeping.ask.paths["spectra"] = tmp_path / "missing.csv"
    keeping.trigger("spectra.load")
    keeping.until(lambda: "missing.csv" in keeping.message)
    keeping.session.spectra.clear()
    without_wavelengths(keeping)
    keeping.ask.paths["spectra target"] = tmp_path / "numbers.csv"
    keeping.trigger("spectra.save")
    keeping.until(lambda: "wavelengths" in keeping.message)
    assert not list(tmp_path.glob("numbers*"))


def test_of_a_large_library_the_chosen_spectra_are_shown(hands: Hands, tmp_path: Path) -> None:
    values = np.linspace(0, 1, 30 * 4, dtype=np.float32).reshape(30, 4)
    names = tuple(f"mineral {i}" for i in range(30))
    library = SpectralLibrary(names, np.array([400.0, 500, 600, 700]), values)
    hands.ask.paths["spectra"] = write_library(library, tmp_path / "minerals.csv")
    hands.ask.chosen_spectra = [3, 20]
    hands.trigger("spectra.load")
    hands.until(lambda: hands.session.spectra.kept)
    assert [kept.name for kept in hands.session.spectra.kept] == ["mineral 3", "mineral 20"]
    assert "which of 30 spectra" in hands.ask.asked
    assert len(hands.window.panels.spectra.curves.shown) == 2, "shown though no cube is open"


def test_the_chooser_narrows_and_remembers_what_is_ticked(hands: Hands) -> None:
    dialog = SpectraDialog(hands.window, ["Grass", "Quartz", "dry grass"])
    found = dialog.findChild(QListWidget, "library_spectra")
    text = dialog.findChild(QLineEdit, "library_filter")
    ok = dialog.findChild(QPushButton, "library_show")
    assert not ok.isEnabled()
    found.item(1).setCheckState(Qt.CheckState.Checked)
    text.setText("GRASS")
    assert [found.item(i).isHidden() for i in range(3)] == [False, True, False]
    found.item(2).setCheckState(Qt.CheckState.Checked)
    assert dialog.chosen() == [1, 2]
    assert ok.isEnabled()


def test_class_means_are_kept_as_they_are_now(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.items[0]
    class_edits.add_class(hands.session, "rising")
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[:, : SAMPLES // 2] = 1
    put_labels(hands.session, item, ids, "labels.png")
    hands.until(lambda: hands.session.view.statistics)
    hands.trigger("spectra.keep_means")
    (kept,) = hands.session.spectra.kept
    pixels = scene_array()[:, : SAMPLES // 2].reshape(-1, BANDS)
    assert (kept.name, kept.colour) == ("rising", hands.session.classes[1].color)
    np.testing.assert_allclose(kept.values, pixels.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(kept.deviation, pixels.std(axis=0), rtol=1e-4)
    hands.trigger("label.clear")
    hands.until(lambda: not hands.session.view.statistics)
    assert hands.session.spectra.kept == (kept,)
    assert not hands.window.actions_by_id["spectra.keep_means"].isEnabled()


def test_a_region_of_background_is_not_kept(hands: Hands) -> None:
    values = scene_array()
    values[:10] = 0
    hands.session.cubes.add(prepare(Cube(values, "scene")))
    hands.session.spectra.keep_region(hands.session.cubes.items[0], (0, 2, 10, 12))
    hands.until(lambda: hands.message)
    assert "background only" in hands.message
    assert hands.session.spectra.kept == ()


def test_kept_spectra_come_back_with_the_project(hands: Hands, tmp_path: Path) -> None:
    session = hands.session
    hands.open_file(write_scene(tmp_path))
    item = session.cubes.items[0]
    class_edits.add_class(session, "rising")
    put_labels(session, item, np.ones(item.labels.shape, np.uint8))
    hands.until(lambda: session.view.statistics)
    session.spectra.pin((3, 4))
    session.spectra.keep_region(item, (4, 2, 14, 12))
    hands.trigger("spectra.keep_means")
    gap = np.array([0.5, np.nan, 0.25], np.float32)
    session.spectra.overlay(np.array([500.0, 600, 700]), [("leaf", gap, None)], "leaves.csv")
    hands.until(lambda: all(kept.values is not None for kept in session.spectra.kept))
    before = session.spectra.kept
    hands.ask.paths["project target"] = hands.ask.paths["project"] = tmp_path / "a.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty and session.folder)
    hands.trigger("file.open_project")
    hands.until(lambda: session.cubes.items and session.cubes.items[0] is not item)
    hands.until(lambda: all(kept.values is not None for kept in session.spectra.kept))
    assert not session.dirty
    for old, new in zip(before, session.spectra.kept, strict=True):
        assert (new.name, new.colour, new.box) == (old.name, old.colour, old.box)
        assert new.origin == old.origin
        np.testing.assert_allclose(new.values, old.values, rtol=1e-6)
        if old.deviation is not None:
            np.testing.assert_allclose(new.deviation, old.deviation, rtol=1e-5)
    assert len({kept.number for kept in session.spectra.kept}) == 4
    session.spectra.keep_region(session.cubes.items[0], (0, 0, 3, 3))
    assert session.spectra.kept[3].name == "Region 2"


def test_a_folder_of_spectra_is_shown_each_with_its_wavelengths(hands: Hands, tmp_path: Path) -> None:
    write_usgs(tmp_path)
    write_asd(tmp_path / "leaf.asd", np.array([100.0, 200]), np.array([200.0, 800]))
    (tmp_path / "broken.sig").write_bytes(b"\0\1\2")
    hands.ask.paths["spectra folder"] = tmp_path
    hands.trigger("spectra.load_folder")
    hands.until(lambda: len(hands.session.spectra.kept) == 5)
    assert {len(kept.axis.wavelengths) for kept in hands.session.spectra.kept} == {8, 6, 4, 2}
    assert "5 spectra of" in hands.message
    assert "Left out (1): broken.sig" in hands.message


def test_of_a_large_folder_the_chosen_spectra_are_shown(hands: Hands, tmp_path: Path) -> None:
    for number in range(24):
        write_asd(
            tmp_path / f"leaf{number:02}.asd", np.ones(2 + number // 12), np.full(2 + number // 12, 2.0)
        )
    hands.ask.paths["spectra folder"] = tmp_path
    hands.ask.chosen_spectra = [3, 20]
    hands.trigger("spectra.load_folder")
    hands.until(lambda: hands.session.spectra.kept)
    assert [kept.name for kept in hands.session.spectra.kept] == ["leaf03", "leaf20"]
    assert [len(kept.values) for kept in hands.session.spectra.kept] == [2, 3]


def test_reading_a_folder_is_cancelled(hands: Hands, tmp_path: Path) -> None:
    for number in range(400):
        write_asd(tmp_path / f"leaf{number:03}.asd", np.ones(9), np.full(9, 2.0))
    hands.ask.paths["spectra folder"] = tmp_path
    hands.trigger("spectra.load_folder")
    hands.window.runner.cancel("spectra")
    hands.until(lambda: not hands.window.runner.active)
    assert not hands.session.spectra.kept
