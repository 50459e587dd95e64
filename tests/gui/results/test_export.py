"""What the window writes replaces nothing that the user did not confirm, and no open cube."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.formats import write_envi
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.project import Project
from s3fn_core.results import export
from s3fn_gui.labels.files.export_dialog import LabelExport
from s3fn_gui.results import export_dialog
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
