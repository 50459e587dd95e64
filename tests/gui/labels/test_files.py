"""Label maps of other programs into the window and out of it: dialogs, files, drops."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import spectral
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QRadioButton, QTableWidget
from rasterio.crs import CRS

from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import ClassSet, write_classes
from s3fn_core.labels.exchange import (
    Extent,
    FileClass,
    is_same,
    propose_mapping,
    read_label_file,
    write_labels,
    written_formats,
)
from s3fn_gui.base.ask import Ask
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.labels.files.attribute_dialog import AttributeDialog
from s3fn_gui.labels.files.export_dialog import ExportLabelsDialog, LabelExport, LabelExportQuestion
from s3fn_gui.labels.files.import_dialog import MappingDialog
from s3fn_gui.labels.files.jobs import ImportAnswer, ImportQuestion
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import Hands, scene_array, scene_cube, write_scene

SHAPE = (30, 40)
FOREIGN = ClassSet().added("Water", "#0000ff").added("soil", "#aa5500").added("roof", "#ff0000")


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    """The scene with two classes, of which soil is painted."""
    hands.open_scene()
    for name in ("soil", "water"):
        class_edits.add_class(hands.session, name)
    paint(hands, 1, slice(0, 10))
    return hands


def paint(hands: Hands, class_id: int, lines: slice) -> None:
    item = current(hands)
    mask = np.zeros(SHAPE, bool)
    mask[lines] = True
    hands.session.push_labels(item, item.labels.edit((0, 0, *SHAPE), mask, class_id), "Paint")


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


def foreign_ids() -> np.ndarray:
    """Water (1) on lines 5 to 14, soil (2) on 15 to 19, roof (3) on 20."""
    ids = np.zeros(SHAPE, np.uint8)
    ids[5:15], ids[15:20], ids[20] = 1, 2, 3
    return ids


def foreign(folder: Path, name: str = "foreign.hdr") -> Path:
    write_labels(foreign_ids(), folder / name, FOREIGN)
    return folder / name


def as_proposed(question: ImportQuestion) -> ImportAnswer:
    return ImportAnswer(question.matches)


def start_import(hands: Hands, path: Path) -> None:
    hands.ask.paths["labels"] = path
    hands.trigger("file.import_labels")


def drop(hands: Hands, *paths: Path) -> None:
    hands.window.flows.opening.open_any(paths)


def in_dialog(act: Callable[[MappingDialog], None]) -> None:
    """Use the dialog as soon as it is open, and close it whatever happens."""

    def use() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, MappingDialog):
            QTimer.singleShot(20, use)
            return
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, use)


def box_of(dialog: MappingDialog, class_id: int) -> QComboBox:
    box = dialog.findChild(QComboBox, f"mapping_class_{class_id}")
    assert box is not None
    return box


# --- in ----------------------------------------------------------------------------------------


def test_classes_are_mapped_by_name_in_the_real_dialog(labelled: Hands, tmp_path: Path) -> None:
    labelled.window.context.ask = Ask(labelled.window, labelled.window.settings)
    shown: dict[str, object] = {}

    def use(dialog: MappingDialog) -> None:
        shown["proposed"] = [box_of(dialog, i).currentText() for i in (1, 2, 3)]
        shown["choices"] = [box_of(dialog, 1).itemText(i) for i in range(5)]
        box_of(dialog, 3).setCurrentText("Leave out")
        button = dialog.findChild(QRadioButton, "mapping_unlabelled")
        assert button is not None
        button.click()
        accept = dialog.findChild(QPushButton, "mapping_import")
        assert accept is not None
        accept.click()

    in_dialog(use)
    labelled.window.flows.label_files.import_labels(foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert shown["proposed"] == ["water", "soil", "New class"]
    assert shown["choices"] == ["New class", "Leave out", "", "soil", "water"]
    assert labelled.session.classes.names == ("soil", "water")
    assert labelled.count(1) == 400 + 200  # lines 0 to 9 were soil already and stay
    assert labelled.count(2) == 200
    assert labelled.session.undo_stack.undoText() == "Import labels from foreign.hdr"
    labelled.trigger("edit.undo")
    assert (labelled.count(1), labelled.count(2)) == (400, 0)


def test_cancel_changes_nothing(labelled: Hands, tmp_path: Path) -> None:
    steps = labelled.session.undo_stack.count()
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "mapping" in labelled.ask.asked)
    assert labelled.count(1) == 400
    assert labelled.session.undo_stack.count() == steps


@pytest.mark.parametrize(
    ("extent", "soil", "water", "roof"),
    [("all", 200, 400, 40), ("unlabelled", 600, 200, 40), ("labelled", 400, 400, 40)],
)
def test_where_labels_go(
    labelled: Hands, tmp_path: Path, extent: Extent, soil: int, water: int, roof: int
) -> None:
    labelled.ask.chosen_import = lambda q: ImportAnswer(q.matches, extent)
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.session.classes.names == ("soil", "water", "roof")
    assert labelled.session.classes[3].color == "#ff0000"
    assert (labelled.count(1), labelled.count(2), labelled.count(3)) == (soil, water, roof)
    labelled.trigger("edit.undo")
    assert (labelled.count(1), labelled.session.classes.names) == (400, ("soil", "water"))


def test_locked_classes_stay(labelled: Hands, tmp_path: Path) -> None:
    labelled.session.class_looks.set_locked(1, True)
    labelled.ask.chosen_import = as_proposed
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.count(1) == 400 + 200
    assert labelled.count(2) == 200


def test_what_means_the_same_is_not_asked(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    for name in ("Water", "soil", "roof"):
        class_edits.add_class(hands.session, name)
    start_import(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert "mapping" not in hands.ask.asked
    assert hands.count(2) == 200


def test_a_project_without_classes_takes_those_of_the_file(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    start_import(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert "mapping" not in hands.ask.asked
    assert hands.session.classes == FOREIGN


def test_strokes_made_while_labels_are_read_are_kept(labelled: Hands, tmp_path: Path) -> None:
    """What was painted before the edit is applied is neither lost nor undone wrongly."""
    item, file = current(labelled), read_label_file(foreign(tmp_path), shape=SHAPE)
    matches = propose_mapping(file.classes, labelled.session.classes)
    labelled.ask.chosen_import = lambda _: ImportAnswer(matches, "unlabelled")
    labelled.window.flows.label_files.take_over(item, file)
    paint(labelled, 1, slice(10, 12))  # the job has its copy already
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.count(1) == 480 + 200
    labelled.trigger("edit.undo")
    assert labelled.count(1) == 480


def test_regions_are_read_on_the_cube_and_notes_are_told(labelled: Hands, tmp_path: Path) -> None:
    corners = [[2, 2], [8, 2], [8, 6], [2, 6], [2, 2]]
    outside = [[200, 200], [210, 200], [210, 210], [200, 200]]
    features = [
        {
            "type": "Feature",
            "properties": {"class": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in (("water", corners), ("water", outside))
    ]
    path = tmp_path / "regions.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    labelled.ask.chosen_import = lambda q: ImportAnswer(q.matches, "labelled")
    start_import(labelled, path)
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.ask.import_question is not None
    assert "1 of 2 regions hold no pixel" in " ".join(labelled.ask.import_question.notes)
    assert "1 of 2 regions hold no pixel" in labelled.message
    assert labelled.count(2) == 24


def test_useless_files_are_refused(labelled: Hands, tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros(SHAPE, np.uint8))
    np.save(tmp_path / "objects.npy", np.arange(1200).reshape(SHAPE))
    np.save(tmp_path / "turned.npy", np.ones(SHAPE[::-1], np.uint8))
    for name, told in (("empty", "no labels"), ("objects", "map of objects"), ("turned", "transposed")):
        start_import(labelled, tmp_path / f"{name}.npy")
        labelled.until(lambda told=told: told in labelled.message)
        assert f"{name}.npy" in labelled.message
    assert labelled.count(1) == 400


# --- the dialog --------------------------------------------------------------------------------


def question_of(labelled: int = 10) -> ImportQuestion:
    classes = ClassSet().added("soil").added("water")
    found = (FileClass(1, "Water", "#0000ff", 1234), FileClass(700, None, None, 5))
    matches = propose_mapping(found, classes)
    assert not is_same(matches)
    return ImportQuestion("map.mat", matches, classes, labelled, ("Something was guessed.",))


def test_the_dialog_says_what_was_chosen(hands: Hands) -> None:
    question = question_of()
    dialog = MappingDialog(hands.window, question)
    assert dialog.answer() == ImportAnswer(question.matches)
    box_of(dialog, 700).setCurrentText("soil")
    button = dialog.findChild(QRadioButton, "mapping_labelled")
    assert button is not None
    button.setChecked(True)
    answer = dialog.answer()
    assert [m.class_id for m in answer.matches] == [2, 1]
    assert answer.extent == "labelled"
    accept = dialog.findChild(QPushButton, "mapping_import")
    assert accept is not None
    for class_id in (1, 700):
        assert accept.isEnabled()
        box_of(dialog, class_id).setCurrentText("Leave out")
    assert not accept.isEnabled()


def test_an_unlabelled_cube_has_nothing_to_replace(hands: Hands) -> None:
    dialog = MappingDialog(hands.window, question_of(labelled=0))
    button = dialog.findChild(QRadioButton, "mapping_all")
    assert button is not None
    assert not button.isVisibleTo(dialog)


# --- drops -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [suffix for _, suffix in written_formats()])
def test_labels_that_are_dropped_on_their_cube_are_imported(
    hands: Hands, tmp_path: Path, suffix: str
) -> None:
    hands.open_scene()
    drop(hands, foreign(tmp_path, f"drop{suffix}"))
    hands.until(lambda: "imported" in hands.message)
    assert len(hands.session.cubes.items) == 1
    assert sorted(current(hands).counts[1:])[-3:] == [40, 200, 400]


def test_shapes_in_a_json_are_no_classes(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    drop(hands, foreign(tmp_path, "shapes.geojson").rename(tmp_path / "shapes.json"))
    hands.until(lambda: "imported" in hands.message)
    assert hands.session.classes.names == ("Water", "soil", "roof")


def test_a_cube_that_is_dropped_opens_though_it_has_the_size(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    whole = np.round(10 * scene_array()).astype(np.uint8)
    np.save(tmp_path / "cube.npy", whole)
    drop(hands, tmp_path / "cube.npy")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert not current(hands).counts[1:].any()


def test_a_list_of_pixels_opens_and_a_map_of_another_size_is_refused(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    drop(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    small = np.ones((10, 12), np.uint8)
    Image.fromarray(small).save(tmp_path / "small.png")
    write_labels(small, tmp_path / "small.tif", FOREIGN)
    for name in ("small.png", "small.tif"):
        drop(hands, tmp_path / name)
        hands.until(lambda name=name: name in hands.message)
        assert "10 x 12 but the cube 30 x 40" in hands.message
    np.save(tmp_path / "pixels.npy", scene_array().reshape(-1, scene_array().shape[2]))
    drop(hands, tmp_path / "pixels.npy")
    hands.until(lambda: len(hands.session.cubes.items) == 2)


def test_labels_find_the_cube_that_they_fit(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    small = write_envi(scene_array()[:10], tmp_path / "small.hdr", np.linspace(450, 900, 12))
    hands.open_file(small)
    assert current(hands).cube.lines == 10
    drop(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert current(hands).cube.lines == 30
    assert hands.count(1) == 400


def test_labels_dropped_on_an_empty_window_ask_for_a_cube(hands: Hands, tmp_path: Path) -> None:
    drop(hands, foreign(tmp_path, "lonely.geojson"))
    hands.until(lambda: hands.message)
    assert hands.message == "Open a cube first, then import lonely.geojson as its labels."


def test_a_cube_and_its_labels_are_dropped_together(hands: Hands, tmp_path: Path) -> None:
    cube = write_scene(tmp_path)
    np.save(tmp_path / "a_map.npy", foreign_ids())  # an array of two axes could be a cube
    roof = np.zeros(SHAPE, np.uint8)
    roof[25] = 3
    write_labels(roof, tmp_path / "b_map.geojson", FOREIGN)
    write_classes(FOREIGN, tmp_path / "classes.json")
    hands.ask.chosen_import = lambda asked: ImportAnswer(asked.matches, "labelled")
    names = ("a_map.npy", "b_map.geojson", "classes.json")
    drop(hands, *(tmp_path / name for name in names), cube)
    hands.until(lambda: hands.session.undo_stack.count() == 3)
    assert len(hands.session.cubes.items) == 1
    assert hands.session.classes.names == FOREIGN.names
    assert [hands.count(i) for i in (1, 2, 3)] == [400, 200, 80]
    assert hands.ask.asked == ["mapping"]  # the second finds labels there


def test_labels_are_not_looked_at_where_their_cube_does_not_open(hands: Hands, tmp_path: Path) -> None:
    (tmp_path / "broken.hdr").write_text("ENVI\n")
    drop(hands, foreign(tmp_path, "labels.geojson"), tmp_path / "broken.hdr")
    hands.until(lambda: "broken" in hands.message)
    hands.until(lambda: not hands.window.runner.active)
    assert "broken" in hands.message


def test_a_broken_cube_keeps_no_other_from_opening(hands: Hands, tmp_path: Path) -> None:
    (tmp_path / "broken.hdr").write_text("ENVI\n")
    drop(hands, tmp_path / "broken.hdr", write_scene(tmp_path))
    hands.until(lambda: hands.session.cubes.items)
    hands.until(lambda: "broken" in hands.message)  # though the other one was opened after it


def test_a_project_is_opened_before_what_is_dropped_with_it(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_scene(tmp_path))
    hands.ask.paths["project target"] = tmp_path / "work.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: hands.session.folder)
    drop(hands, foreign(tmp_path), tmp_path / "work.s3fnproj")
    hands.until(lambda: "imported" in hands.message)
    assert hands.session.folder == tmp_path / "work.s3fnproj"
    assert sorted(current(hands).counts[1:])[-3:] == [40, 200, 400]


def unclear(folder: Path) -> Path:
    """Regions with two attributes that may name their class."""
    features = [
        {
            "type": "Feature",
            "properties": {"plot": plot, "species": species},
            "geometry": {"type": "Polygon", "coordinates": [[[at, 1], [at + 3, 1], [at + 3, 4], [at, 1]]]},
        }
        for at, (plot, species) in enumerate((("a", "oak"), ("b", "beech"), ("c", "oak")))
    ]
    path = folder / "plots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("way", [start_import, drop])
def test_which_attribute_is_the_class_is_asked(
    hands: Hands, tmp_path: Path, way: Callable[[Hands, Path], None]
) -> None:
    hands.open_scene()
    way(hands, unclear(tmp_path))
    asked = "attribute of plots.geojson: plot, species"
    hands.until(lambda: asked in hands.ask.asked)  # and cancelled
    hands.until(lambda: not hands.window.runner.active)
    assert not current(hands).counts[1:].any()
    hands.ask.chosen_attribute = "species"
    way(hands, unclear(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert hands.session.classes.names == ("oak", "beech")


def test_the_dialog_of_attributes_shows_their_values(hands: Hands) -> None:
    dialog = AttributeDialog(hands.window, "a.geojson", {"plot": ["a", "b"], "species": ["oak"] * 6})
    rows = dialog.findChild(QTableWidget, "attribute_list")
    assert rows is not None
    assert [rows.item(line, 0).text() for line in (0, 1)] == ["plot", "species"]
    assert rows.item(1, 1).text() == "oak, oak, oak, oak and 2 more"
    assert dialog.chosen() == "plot"
    rows.selectRow(1)
    assert dialog.chosen() == "species"


def test_a_map_with_a_place_goes_to_its_place_on_its_own_cube(hands: Hands, tmp_path: Path) -> None:
    """Of two cubes with a place, a map lies on the edge of one and in the middle of the other."""
    places = [Georeference(CRS.from_epsg(32632).to_wkt(), (10, 0, x, 0, -10, 5e6)) for x in (5e5, 500_380)]
    for number, place in enumerate(places):
        hands.session.cubes.add(prepare(scene_cube().with_(name=str(number), georeference=place)))
    hands.session.cubes.select(hands.session.cubes.items[0].key)
    ids = np.full((10, 10), 3, np.uint8)
    grid = (10, 0, 500_390, 0, -10, 5e6 - 50)
    write_labels(ids, tmp_path / "part.tif", FOREIGN, Georeference(places[0].crs, grid))
    drop(hands, tmp_path / "part.tif")
    hands.until(lambda: "imported" in hands.message)
    item = current(hands)
    assert item.cube.name == "1"
    expected = np.zeros(SHAPE, bool)
    expected[5:15, 1:11] = True
    np.testing.assert_array_equal(item.labels.ids > 0, expected)
    assert "placed by its coordinates" in hands.message


# --- out ---------------------------------------------------------------------------------------


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


# --- errors ------------------------------------------------------------------------------------


def test_damaged_messages_of_gdal_are_no_error_of_their_own(
    labelled: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """rasterio hands the UnicodeDecodeError of its log to the interpreter's hook."""
    path = tmp_path / "damaged.tif"
    with rasterio.open(path, "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8") as f:
        f.write(np.ones((1, 2, 2), np.uint8))
        f.update_tags(note="text")
    content = path.read_bytes()
    assert b'name="note"' in content
    path.write_bytes(content.replace(b'name="note"', b'name="n" \xc8 '))
    monkeypatch.setattr(sys, "excepthook", labelled.window.errors._hook)
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    with caplog.at_level(logging.WARNING), rasterio.open(path) as file:
        file.tags()
    QApplication.processEvents()
    assert "cannot read a message of GDAL" in caplog.text
    assert labelled.message == ""


def test_other_errors_of_texts_are_shown(labelled: Hands) -> None:
    try:
        b"\xc8".decode("utf-8")
    except UnicodeDecodeError as error:
        labelled.window.errors._hook(type(error), error, error.__traceback__)
    labelled.until(lambda: "UnicodeDecodeError" in labelled.message)
