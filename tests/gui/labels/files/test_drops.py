"""Label maps that are dropped on the window, alone or with cubes and projects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rasterio.crs import CRS

from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import write_classes
from s3fn_core.labels.exchange import write_labels, written_formats
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.labels.files.jobs import ImportAnswer
from tests.gui.labels.files.material import FOREIGN, SHAPE, current, drop, foreign, foreign_ids
from tests.gui.support import Hands, scene_array, scene_cube, write_scene


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
