"""What the window writes replaces nothing that the user did not confirm, and no open cube."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import Description
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.project import Project
from s3fn_core.results import export
from s3fn_core.results.map_filter import MapFilter
from s3fn_core.results.next_best import NextBest
from s3fn_core.results.origin import GUESS, LIVE, REWORDED
from s3fn_gui.labels.files.export_dialog import LabelExport
from s3fn_gui.results import export_dialog
from s3fn_gui.results.export_dialog import ExportChoice, ExportDialog
from s3fn_gui.session import class_edits
from tests.gui.support import Hands


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    """A scene with a map."""
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    item = hands.session.cubes.current
    assert item is not None
    ids = np.ones(item.labels.shape, np.uint8)
    found = Prediction(ids, ids.astype(np.float32), hands.session.classes)
    hands.session.cubes.set_prediction(item.key, found)
    return hands


@pytest.mark.parametrize("taken", ["scene_classes.hdr", "scene_classes.img", "scene_areas.csv"])
def test_a_map_replaces_files_only_when_sure(mapped: Hands, tmp_path: Path, taken: str) -> None:
    tmp_path /= "maps"
    tmp_path.mkdir()
    mapped.ask.paths["export"] = tmp_path
    (tmp_path / taken).write_bytes(b"mine")
    mapped.ask.sure = False
    mapped.trigger("file.export")
    assert mapped.ask.asked[-1] == f"Replace {taken}?"
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    mapped.ask.sure = True
    mapped.trigger("file.export")
    mapped.until(lambda: "Map exported" in mapped.message)
    assert (tmp_path / taken).read_bytes() != b"mine"


def test_polygons_of_a_map_are_offered(mapped: Hands, tmp_path: Path) -> None:
    tmp_path /= "maps"
    assert set(export_dialog.FORMATS) == set(export.FORMATS)
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("geopackage", "geojson", "geotiff")
    mapped.trigger("file.export")
    mapped.until(lambda: "Map exported" in mapped.message)
    names = {f"scene_classes.{end}" for end in ("gpkg", "geojson", "tif", "tif.aux.xml", "qml")}
    assert {path.name for path in tmp_path.iterdir()} == {*names, "scene_confidence.tif"}
    content = json.loads((tmp_path / "scene_classes.geojson").read_text("utf-8"))
    assert content["accuracy"] == "not measured"
    (feature,) = content["features"]
    assert feature["properties"]["class_name"] == "soil"


@pytest.mark.parametrize(
    ("action", "key", "name", "beside"),
    [
        ("file.export_classes", "classes target", "out.json", "out.json"),
        ("spectra.save", "spectra target", "out.sli", "out.hdr"),
        ("spectra.save", "spectra target", "out.hdr", "out.sli"),
        ("file.export_labels", "", "out.hdr", "out.img"),
        ("file.export_labels", "", "out.tif", "out.tif.aux.xml"),
    ],
)
def test_every_export_asks_for_all_its_files(
    mapped: Hands, tmp_path: Path, action: str, key: str, name: str, beside: str
) -> None:
    item = mapped.session.cubes.current
    assert item is not None
    mapped.session.spectra.pin((3, 4))
    mapped.until(lambda: mapped.session.spectra.kept[0].values is not None)
    edit = mapped.session.label_edit(item, (0, 0, 2, 2), np.ones((2, 2), bool), 1)
    mapped.session.push_labels(item, edit, "Label")
    mapped.ask.paths[key] = tmp_path / name
    mapped.ask.chosen_label_export = LabelExport(tmp_path, "out", Path(name).suffix)
    (tmp_path / beside).write_bytes(b"mine")
    mapped.ask.sure = False
    mapped.trigger(action)
    assert "Replace" in mapped.ask.asked[-1]
    assert (tmp_path / beside).read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["scene.hdr", "scene.img"])
def test_an_open_cube_is_no_target(hands: Hands, tmp_path: Path, name: str) -> None:
    write_envi(np.ones((4, 5, 6), np.float32), tmp_path / "scene.hdr", np.linspace(400, 900, 6))
    hands.open_file(tmp_path / "scene.hdr")
    before = (tmp_path / name).read_bytes()
    class_edits.add_class(hands.session, "soil")
    hands.ask.paths["classes target"] = tmp_path / name
    hands.trigger("file.export_classes")
    assert "stays as it is" in hands.message
    assert (tmp_path / name).read_bytes() == before


def test_a_project_keeps_the_dots_of_its_name(tmp_path: Path) -> None:
    for name in ("scan_2024.11.29", "scan_2024.11.29.s3fnproj"):
        assert Project(tmp_path / name).name == "scan_2024.11.29"


def exported(mapped: Hands) -> None:
    mapped.trigger("file.export")
    mapped.until(lambda: "Map exported" in mapped.message)


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[ExportDialog]:
    parent = QWidget()  # owns the dialog, and must be kept
    qtbot.addWidget(parent)
    yield ExportDialog(parent, ExportChoice(tmp_path, "scene", ("csv",)), ("confidence",))
    parent.hide()


def listed(dialog: ExportDialog) -> list[str]:
    files = dialog.findChild(QListWidget, "export_files")
    return [files.item(i).text() for i in range(files.count())]


def check(dialog: ExportDialog, name: str, on: bool = True) -> None:
    dialog.findChild(QCheckBox, f"export_{name}").setChecked(on)


def test_the_dialog_lists_what_will_be_written(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    assert listed(dialog) == ["scene_areas.csv", "scene_areas.csv-metadata.json"]
    (tmp_path / "scene_classes.png").write_bytes(b"mine")
    check(dialog, "csv", on=False)
    check(dialog, "png")
    there = ["scene_classes.png (exists)", "scene_confidence.png"]  # this map has no novelty
    qtbot.waitUntil(lambda: listed(dialog) == there)
    assert dialog.findChild(QLabel, "export_summary").text() == "2 files, 1 to be replaced"
    assert dialog.findChild(QCheckBox, "export_calm").isHidden()  # the view has no filter
    check(dialog, "confidence", on=False)
    qtbot.waitUntil(lambda: listed(dialog) == there[:1])
    dialog.findChild(QLineEdit, "export_stem").setText("other")
    qtbot.waitUntil(lambda: listed(dialog) == ["other_classes.png"])
    dialog.findChild(QLineEdit, "export_folder").setText(str(tmp_path / "new"))
    assert dialog.choice() == ExportChoice(tmp_path / "new", "other", ("png",), ("novelty",))


@pytest.mark.parametrize(("field", "why"), [("export_stem", "name"), ("export_folder", "folder")])
def test_export_says_what_is_missing(dialog: ExportDialog, field: str, why: str) -> None:
    button = dialog.findChild(QPushButton, "export_accept")
    assert button.isEnabled()
    dialog.findChild(QLineEdit, field).setText("  ")
    assert not button.isEnabled()
    assert why in button.toolTip()
    dialog.findChild(QLineEdit, field).setText("x")
    check(dialog, "csv", on=False)
    assert button.toolTip() == "Choose a format"


def test_the_list_is_what_is_written(mapped: Hands, tmp_path: Path) -> None:
    """For every format, with the layers that the map has."""
    mapped.ask.paths["export"] = tmp_path
    for name in export_dialog.FORMATS:
        mapped.ask.formats = (name,)
        (folder := tmp_path / name).mkdir()
        mapped.ask.paths["export"] = folder
        mapped.trigger("file.export")
        mapped.until(lambda: str(folder) in mapped.message)  # done before the next one
        announced = ExportChoice(folder, "scene", (name,)).files(("confidence",))
        assert sorted(announced) == sorted(folder.iterdir())
        assert f"({len(announced)} file" in mapped.message


def test_choices_are_remembered(mapped: Hands, tmp_path: Path) -> None:
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("npy", "spectra")
    exported(mapped)
    record = mapped.window.settings.choices("export map")
    proposal = ExportChoice.proposed(record, "next", Path("elsewhere"))
    assert proposal == ExportChoice(tmp_path, "next", ("npy", "spectra"))
    other = ExportChoice(tmp_path, "x", ("csv",), ("novelty",), True, 75)
    assert ExportChoice.proposed(other.to_record(Path("usual")), "x", Path("usual")) == other
    exported(mapped)
    assert mapped.ask.export_proposal == ExportChoice(tmp_path, "scene", ("npy", "spectra"))


def test_the_usual_folder_is_that_of_each_project(tmp_path: Path) -> None:
    record = ExportChoice(tmp_path / "a", "x").to_record(tmp_path / "a")
    assert ExportChoice.proposed(record, "x", tmp_path / "b").folder == tmp_path / "b"
    record = ExportChoice(tmp_path / "gone", "x").to_record(tmp_path / "a")
    assert ExportChoice.proposed(record, "x", tmp_path / "b").folder == tmp_path / "b"


@pytest.mark.parametrize(
    "record",
    [{}, {"formats": 3}, {**ExportChoice(Path("x"), "x").to_record(Path("x")), "layers": ["weather"]}],
)
def test_damaged_settings_propose_the_usual(record: dict[str, Any]) -> None:
    assert ExportChoice.proposed(record, "x", Path("here")) == ExportChoice(Path("here"), "x")


def test_formats_of_another_version_are_left_out() -> None:
    record = ExportChoice(Path("x"), "x", ("hologram", "csv")).to_record(Path("x"))
    assert ExportChoice.proposed(record, "x", Path("x")).formats == ("csv",)


def test_open_folder_is_proposed_when_done(mapped: Hands, tmp_path: Path) -> None:
    action = mapped.window.actions_by_id["file.open_export_folder"]
    assert not action.isEnabled()
    mapped.ask.paths["export"] = tmp_path
    exported(mapped)
    assert action.isEnabled()
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    try:
        button = mapped.find("message_action")
        assert isinstance(button, QPushButton)
        assert button.text() == "Open folder"
        button.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opened.urls == [QUrl.fromLocalFile(str(tmp_path))]


class Opened(QObject):
    """What a file manager would show."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """A folder that was asked for."""
        self.urls.append(url)


def test_a_folder_that_is_gone_is_told(mapped: Hands, tmp_path: Path) -> None:
    mapped.ask.paths["export"] = tmp_path / "maps"
    exported(mapped)
    for path in (tmp_path / "maps").iterdir():
        path.unlink()
    (tmp_path / "maps").rmdir()
    mapped.trigger("file.open_export_folder")
    assert "cannot be opened" in mapped.message


@pytest.mark.parametrize(
    ("change", "stem", "remark"),
    [
        ({"from_words": True}, "scene_guess", GUESS),
        ({"live": True}, "scene_live", LIVE),
        ({"before": True}, "scene_edited_words", REWORDED),
    ],
)
def test_a_map_of_no_measured_model_says_so_in_the_name(
    mapped: Hands, tmp_path: Path, change: dict[str, Any], stem: str, remark: str
) -> None:
    item = mapped.session.cubes.current
    assert item is not None
    assert item.prediction is not None
    if "before" in change:
        change = {"before": item.prediction}
    mapped.session.cubes.set_prediction(item.key, replace(item.prediction, **change))
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("csv",)
    exported(mapped)
    told = json.loads((tmp_path / f"{stem}_areas.csv-metadata.json").read_text("utf-8"))
    assert told["notes"][0]["remark"] == remark


def test_descriptions_are_those_that_the_map_was_made_from(mapped: Hands, tmp_path: Path) -> None:
    item = mapped.session.cubes.current
    assert item is not None
    assert item.prediction is not None
    described = item.prediction.classes.changed(1, descriptions=(Description("Bare loam."),), name="old name")
    mapped.session.cubes.set_prediction(item.key, replace(item.prediction, classes=described))
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("csv",)
    exported(mapped)
    told = json.loads((tmp_path / "scene_areas.csv-metadata.json").read_text("utf-8"))
    assert told["notes"][0]["class_1"] == "soil: Bare loam."


def test_unsure_pixels_can_be_left_unclassified(mapped: Hands, tmp_path: Path) -> None:
    item = mapped.session.cubes.current
    assert item is not None
    assert item.prediction is not None
    confidence = np.full(item.labels.shape, 0.9, np.float32)
    confidence[:2] = 0.5
    mapped.session.cubes.set_prediction(item.key, replace(item.prediction, confidence=confidence))
    mapped.window.settings.set_choices(
        "export map", ExportChoice(tmp_path, "", ("npy",), (), True, 70).to_record(Path("usual"))
    )
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("npy",)
    exported(mapped)
    np.testing.assert_array_equal(np.load(tmp_path / "scene_classes.npy"), confidence >= 0.7)
    assert item.prediction.ids.all()


def test_the_confidence_below_which_the_image_shows_nothing_is_proposed(
    mapped: Hands, tmp_path: Path
) -> None:
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("npy",)
    mapped.session.view.set_map_look(least=100)
    exported(mapped)
    assert mapped.ask.export_proposal is not None
    assert mapped.ask.export_proposal.leave_unsure
    assert mapped.ask.export_proposal.unsure == export_dialog.MOST


def test_the_filter_of_the_view_and_the_margin_can_be_exported(mapped: Hands, tmp_path: Path) -> None:
    item = mapped.session.cubes.current
    assert item is not None
    assert item.prediction is not None
    ids = np.ones(item.labels.shape, np.uint8)
    ids[5, 5] = 2
    following = NextBest.zeros(*ids.shape)
    following.ids[..., 0], following.shares[..., 0] = 2, 51
    sure = np.full(ids.shape, 0.75, np.float32)
    shown = replace(item.prediction, ids=ids, confidence=sure, next_best=following)
    mapped.session.cubes.set_prediction(item.key, shown)
    mapped.session.view.set_map_look(calm=MapFilter(smallest=4))
    record = ExportChoice(tmp_path, "", ("npy",), ("margin",)).to_record(Path("usual"))
    mapped.window.settings.set_choices("export map", record)
    mapped.ask.paths["export"] = tmp_path
    mapped.ask.formats = ("npy",)
    exported(mapped)
    assert (np.load(tmp_path / "scene_classes.npy") == 1).all()
    assert np.load(tmp_path / "scene_margin.npy") == pytest.approx(0.55)
    told = json.loads((tmp_path / "scene_classes.npy-metadata.json").read_text("utf-8"))["notes"][0]
    assert told["filter"].startswith("areas under 4 px dissolved")
    assert not (tmp_path / "scene_confidence.npy").exists()


def test_the_filter_need_not_be_applied(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(parent, ExportChoice(tmp_path, "scene", ("csv",), calm=MapFilter(5)), ())
    box = dialog.findChild(QCheckBox, "export_calm")
    assert box.text() == "Apply the view's filter: majority 5 x 5"
    assert dialog.choice().calm == MapFilter(5)
    box.setChecked(False)
    assert not dialog.choice().calm


def test_spectra_of_a_cube_without_wavelengths_are_not_offered(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    proposal = ExportChoice(tmp_path, "scene", ("csv", "spectra"))
    dialog = ExportDialog(parent, proposal, (), spectra=False)
    assert dialog.choice().formats == ("csv",)
    box = dialog.findChild(QCheckBox, "export_spectra")
    assert not box.isEnabled()
    assert "no wavelengths" in box.toolTip()
