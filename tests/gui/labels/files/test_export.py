"""Labels out of the window, for other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import spectral
from PySide6.QtWidgets import QComboBox, QLineEdit, QRadioButton
from rasterio.crs import CRS

from s3fn_core.cubes.cube import Georeference
from s3fn_core.labels.exchange import read_label_file, written_formats
from s3fn_gui.labels.files.export_dialog import ExportLabelsDialog, LabelExport, LabelExportQuestion
from tests.gui.labels.files.material import SHAPE, current, paint
from tests.gui.support import Hands, write_scene


def export(hands: Hands, choice: LabelExport) -> None:
    hands.ask.chosen_label_export = choice
    hands.trigger("file.export_labels")


@pytest.mark.parametrize("suffix", [suffix for _, suffix in written_formats()])
def test_every_format_goes_out_and_comes_back(labelled: Hands, tmp_path: Path, suffix: str) -> None:
    paint(labelled, 2, slice(20, 22))
    export(labelled, LabelExport(tmp_path, "out", suffix))
    path = tmp_path / f"out{suffix}"
    labelled.until(lambda: labelled.message)
    assert labelled.message == f"Labels exported to {path}."
    back = read_label_file(path, shape=SHAPE)
    assert sorted(c.pixels for c in back.classes) == [80, 400]


def test_place_names_and_colours_are_written(labelled: Hands, tmp_path: Path) -> None:
    item = current(labelled)
    place = Georeference(CRS.from_epsg(32633).to_wkt(), (30.0, 0, 500_000, 0, -30.0, 5_400_000))
    item.cube = replace(item.cube, georeference=place)
    for suffix in (".tif", ".hdr"):
        export(labelled, LabelExport(tmp_path, "placed", suffix))
        labelled.until(lambda suffix=suffix: f"placed{suffix}" in labelled.message)
    with rasterio.open(tmp_path / "placed.tif") as file:
        assert tuple(file.transform)[:6] == place.transform
        assert file.colormap(1)[1][:3] == labelled.session.classes[1].rgb
    header = spectral.io.envi.read_envi_header(str(tmp_path / "placed.hdr"))
    assert header["class names"][1] == "soil"
    assert "map info" in header


def test_all_labelled_cubes_go_into_a_folder(labelled: Hands, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    labelled.open_file(write_scene(folder))  # has the name of the first
    paint(labelled, 2, slice(0, 3))
    labelled.open_file(write_scene(folder, "empty"))
    export(labelled, LabelExport(folder, "", ".npy", every=True))
    labelled.until(lambda: f"Labels of 2 cubes exported to {folder}" in labelled.message)
    assert labelled.ask.export_question is not None
    assert labelled.ask.export_question.cubes == 2
    assert labelled.ask.export_question.others_only
    names = sorted(path.name for path in folder.glob("*.npy"))
    assert names == ["scene_labels.npy", "scene_labels_2.npy"]
    assert np.count_nonzero(np.load(folder / "scene_labels_2.npy") == 2) == 120


def test_files_are_replaced_only_when_sure(labelled: Hands, tmp_path: Path) -> None:
    path = tmp_path / "out.npy"
    path.write_bytes(b"precious")
    labelled.ask.sure = False
    export(labelled, LabelExport(tmp_path, "out", ".npy"))
    assert labelled.ask.asked[-1].startswith("Replace out.npy")
    assert path.read_bytes() == b"precious"


def test_exports_that_fail_say_so(labelled: Hands, tmp_path: Path) -> None:
    export(labelled, LabelExport(tmp_path / "missing", "out", ".npy"))
    labelled.until(lambda: labelled.message)
    assert "cannot be written" in labelled.message
    assert "out.npy" in labelled.message


def test_a_cube_is_never_written_over(labelled: Hands, tmp_path: Path) -> None:
    header = write_scene(tmp_path)
    before = header.read_bytes()
    labelled.open_file(header)
    paint(labelled, 1, slice(0, 3))
    export(labelled, LabelExport(tmp_path, "scene", ".hdr"))
    assert "stays as it is" in labelled.message
    assert header.read_bytes() == before
    export(labelled, LabelExport(tmp_path, "scene", ".png"))
    labelled.until(lambda: "scene.png" in labelled.message)


def test_without_labels_there_is_nothing_to_export(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("file.export_labels")
    assert "no labels to export" in hands.message
    assert "export labels" not in hands.ask.asked


def test_the_export_dialog_says_what_was_chosen(hands: Hands, tmp_path: Path) -> None:
    dialog = ExportLabelsDialog(hands.window, LabelExportQuestion("scene_labels", tmp_path, 2))
    box = dialog.findChild(QComboBox, "export_labels_format")
    stem = dialog.findChild(QLineEdit, "export_labels_stem")
    every = dialog.findChild(QRadioButton, "export_labels_every")
    assert box is not None
    assert stem is not None
    assert every is not None
    box.setCurrentIndex(box.findData(".png"))
    stem.setText("mine.PNG")
    assert dialog.answer() == LabelExport(tmp_path, "mine", ".png")
    every.click()
    assert not stem.isEnabled()
    assert dialog.answer().every
