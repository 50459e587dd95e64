"""Regions of several classes are never taken for one: which attribute counts is clear, or asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass, write_classes
from s3fn_core.labels.exchange import UnclearAttributeError, read_label_file
from tests.core.labels.exchange.test_grids import CUBE
from tests.core.labels.exchange.test_regions import geojson

SHAPE = (24, 20)


def box(left: float, top: float, width: float = 3.0) -> list[list[float]]:
    right, bottom = left + width, top + width
    return [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]


def feature(at: int, properties: dict[str, Any] | None) -> dict[str, Any]:
    """A square of 3 x 3 pixels, the next one beside it."""
    geometry = {"type": "Polygon", "coordinates": [box(4.0 * at, 1.0)]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def classes_in(path: Path, **options: Any) -> tuple[list[tuple[int, str | None, int]], str]:
    file = read_label_file(path, shape=SHAPE, **options)
    return [(c.id, c.name, c.pixels) for c in file.classes], " ".join(file.notes)


def drawn(path: Path, *properties: dict[str, Any] | None) -> Path:
    """The same regions as GeoJSON or as a table of napari."""
    if path.suffix == ".geojson":
        return geojson(path, *(feature(at, one) for at, one in enumerate(properties)))
    keys = list(dict.fromkeys(key for one in properties for key in one or {}))
    rows = [["index", "shape-type", "vertex-index", "axis-0", "axis-1", *keys]]
    for at, one in enumerate(properties):
        values = ["" if (one or {}).get(key) is None else str((one or {})[key]) for key in keys]
        for number, (x, y) in enumerate(box(4.0 * at, 1.0)[:4]):
            rows.append([str(at), "polygon", str(number), str(y - 0.5), str(x - 0.5), *values])
    path.write_text("\n".join(",".join(row) for row in rows))
    return path


@pytest.mark.parametrize("name", ["a.geojson", "a.csv"])
@pytest.mark.parametrize(
    "form", [int, float, str, "{}.0".format, " {} ".format], ids=["int", "float", "str", "point", "blanks"]
)
@pytest.mark.parametrize("key", ["class_id", "class", "label", "Class"])
def test_numbers_in_any_form(name: str, form: Any, key: str, tmp_path: Path) -> None:
    path = drawn(tmp_path / name, {key: form(2)}, {key: form(3)}, {key: form(2)})
    found, _ = classes_in(path)
    assert found == [(2, None, 18), (3, None, 9)]


@pytest.mark.parametrize("name", ["a.geojson", "a.csv"])
@pytest.mark.parametrize("key", ["species", "id", "gt_label", "DN", "Klasse", "fid"])
def test_the_only_attribute_is_the_class_whatever_it_is_called(name: str, key: str, tmp_path: Path) -> None:
    found, notes = classes_in(drawn(tmp_path / name, {key: 2}, {key: 3}))
    assert found == [(2, None, 9), (3, None, 9)]
    assert f'attribute "{key.lower()}" was used as the class' in notes
    found, _ = classes_in(drawn(tmp_path / name, {key: "oak"}, {key: "beech"}, {key: "oak"}))
    assert found == [(1, "oak", 18), (2, "beech", 9)]


@pytest.mark.parametrize("name", ["a.geojson", "a.csv"])
def test_of_several_attributes_the_user_chooses(name: str, tmp_path: Path) -> None:
    path = drawn(
        tmp_path / name,
        {"id": 1, "species": "oak", "area": 12.5, "stroke": "#ff0000"},
        {"id": 2, "species": "beech", "area": 2.0, "stroke": "#ff0000"},
        {"id": 3, "species": "oak", "area": 1.5, "stroke": "#ff0000"},
    )
    with pytest.raises(UnclearAttributeError, match=r"id \(1, 2, 3\); species \(oak, beech\)") as caught:
        classes_in(path)
    assert caught.value.attributes == {"id": ["1", "2", "3"], "species": ["oak", "beech"]}
    assert classes_in(path, attribute="Species")[0] == [(1, "oak", 18), (2, "beech", 9)]
    assert classes_in(path, attribute="id")[0] == [(1, None, 9), (2, None, 9), (3, None, 9)]
    with pytest.raises(LabelError, match='no attribute "genus"; there are: id, species'):
        classes_in(path, attribute="genus")


def test_regions_without_a_class_are_left_out_and_told(tmp_path: Path) -> None:
    found, notes = classes_in(drawn(tmp_path / "a.geojson", {"class": "soil"}, {"class": None}, {}, None))
    assert found == [(1, "soil", 9)]
    assert "3 of 4 regions have no class (class) and were left out" in notes
    found, notes = classes_in(drawn(tmp_path / "a.geojson", {"DN": 0}, {"DN": 4}))
    assert found == [(4, None, 9)]
    assert "1 of 2 regions has the class 0" in notes


def test_a_number_with_two_names_is_asked_about(tmp_path: Path) -> None:
    path = drawn(
        tmp_path / "a.geojson", {"class_id": 1, "class_name": "soil"}, {"class_id": 1, "class_name": "water"}
    )
    with pytest.raises(UnclearAttributeError, match="class_id"):
        classes_in(path)
    assert classes_in(path, attribute="class_name")[0] == [(1, "soil", 9), (2, "water", 9)]
    path = drawn(tmp_path / "b.geojson", {"class_id": 1, "name": "plot 1"}, {"class_id": 1, "name": "plot 2"})
    found, notes = classes_in(path)
    assert found == [(1, None, 18)]
    assert "several names" in notes


def test_regions_of_envi_without_names_are_not_merged(tmp_path: Path) -> None:
    ring = "0 0 3 0 3 3 0 3 0 0"
    region = (
        '<Region name="" color="0,0,255"><GeometryDef><CoordSysStr>none</CoordSysStr><Polygon>'
        "<Exterior><LinearRing><Coordinates>{}</Coordinates></LinearRing></Exterior></Polygon>"
        "</GeometryDef></Region>"
    )
    rings = (ring, ring.replace("3", "9").replace("0", "6"))
    content = "".join(region.format(one) for one in rings)
    (tmp_path / "rois.xml").write_text(f'<RegionsOfInterest version="1.1">{content}</RegionsOfInterest>')
    assert classes_in(tmp_path / "rois.xml")[0] == [(1, "region 1", 9), (2, "region 2", 9)]


# -- where they lie --------------------------------------------------------------------------------


def test_degrees_on_a_cube_without_a_place_are_refused(tmp_path: Path) -> None:
    def at(coordinates: Any, kind: str = "Polygon") -> dict[str, Any]:
        geometry = {"type": kind, "coordinates": coordinates}
        return {"type": "Feature", "properties": {"class": "soil"}, "geometry": geometry}

    for shapes in (
        [at([box(11.5, 8.1, 0.02)])],
        [at([box(-71.5, 42.1, 3.0)])],
        [at([11.57123, 8.13712], "Point"), at([11.57133, 8.1371], "Point")],
    ):
        path = geojson(tmp_path / "a.geojson", *shapes)
        with pytest.raises(LabelError, match=r"map coordinates or degrees, but the cube has no"):
            read_label_file(path, shape=SHAPE)
    path = geojson(tmp_path / "b.geojson", at([box(5, 5)]), crs={"properties": {"name": "EPSG:4326"}})
    with pytest.raises(LabelError, match="no georeference"):
        read_label_file(path, shape=SHAPE)
    path = geojson(tmp_path / "c.geojson", at([box(5, 5)]), at([1.5, 2.25], "Point"))
    assert read_label_file(path, shape=SHAPE).ids.sum() == 10  # pixels, as drawing programs write


def test_degrees_of_another_area_are_no_pixels(tmp_path: Path) -> None:
    """The cube lies near 9 degrees east; as pixels, 11.5 and 8.1 would be on it."""
    path = geojson(
        tmp_path / "a.geojson",
        feature(0, {"class": "soil"})
        | {"geometry": {"type": "Polygon", "coordinates": [box(11.5, 8.1, 0.02)]}},
    )
    with pytest.raises(LabelError, match="holds no region on the cube"):
        read_label_file(path, shape=SHAPE, place=CUBE)


def test_degrees_around_the_whole_cube_are_no_pixels(tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "coordinates": [box(8.5, 48.5, 0.9)]}
    whole = {"type": "Feature", "properties": {"class": "soil"}, "geometry": geometry}
    path = geojson(tmp_path / "a.geojson", whole)
    file = read_label_file(path, shape=(100, 100), place=CUBE)
    assert (file.ids == 1).all()
    assert "longitude and latitude" in file.notes[0]


def test_regions_beside_the_cube_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", feature(30, {"class": "soil"}))
    with pytest.raises(LabelError, match="no region that holds a pixel"):
        read_label_file(path, shape=SHAPE)


def test_the_command_line_takes_the_attribute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Classes of the file are those of the numbers or names, not all the first."""
    values = np.random.default_rng(0).random((24, 20, 8)).astype(np.float32)
    values[:, 4:8] += 1  # under the second region
    np.save(tmp_path / "cube.npy", values)
    classes = ClassSet((LabelClass(1, "soil", "#aa0000"), LabelClass(2, "oak", "#00aa00")))
    write_classes(classes, tmp_path / "classes.json")
    regions = drawn(tmp_path / "a.geojson", {"id": 7, "kind": "2.0"}, {"id": 8, "kind": "1"})
    command = ["describe", "--classes", f"{tmp_path}/classes.json", "--source", "measured"]
    command += ["--cube", f"{tmp_path}/cube.npy", "--labels", str(regions), "--out", f"{tmp_path}/out.json"]
    assert run(command) == 2
    assert "--attribute NAME" in capsys.readouterr().err
    assert run([*command, "--attribute", "kind", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["described"]) == ["soil", "oak"]
    assert run([*command, "--attribute", "id"]) == 2
    assert 'pixels of "7", which is not a class' in capsys.readouterr().err
