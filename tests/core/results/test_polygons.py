from __future__ import annotations

import json
import struct
import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import rasterio

from s3fn_core.cubes.cube import Georeference
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import read_label_file
from s3fn_core.results import polygons
from s3fn_core.results.export import GUESS, USUAL, ClassMap, export_map, map_files
from s3fn_core.results.origin import origin_of
from s3fn_core.types import FloatArray

UTM = Georeference(rasterio.CRS.from_epsg(32633).to_wkt(), (30.0, 0, 366015.0, 0, -30.0, 5809965.0))
NAMES = ('soil "dry" & <bare>', "Gewässer, {tief}", "Wiese 'nass'")
CLASSES = ClassSet(
    (
        LabelClass(1, NAMES[0], "#b5651d"),
        LabelClass(4, NAMES[1], "#228833"),
        LabelClass(2, NAMES[2], "#4477aa"),
    )
)
IDS = np.zeros((40, 50), np.uint8)
IDS[:30, :30] = 1
IDS[5:10, 5:10] = 0  # a hole
IDS[12:15, 12:15] = 4  # an island
IDS[30:33, 30:33] = 1  # touches the first at a corner only: a polygon of its own
IDS[39, 49] = 2
PIXELS = {(1, 866), (4, 9), (1, 9), (2, 1)}
CONFIDENCE: FloatArray = np.linspace(0, 1, IDS.size, dtype=np.float32).reshape(IDS.shape)


@pytest.fixture
def class_map() -> ClassMap:
    return ClassMap(IDS, CONFIDENCE, CLASSES, "field 7", UTM)


def table_of(path: Path) -> tuple[dict[str, Any], dict[str, list[Any]], list[bytes]]:
    """What a GeoPackage says of its layer, its columns, and its geometries."""
    about = pyogrio.read_info(path, layer=path.stem)
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=path.stem)
    columns = {name: column.tolist() for name, column in zip(meta["fields"], columns, strict=True)}
    return about, columns, list(shapes)


def rings_of(shape: bytes) -> list[np.ndarray[Any, Any]]:
    """The rings of a polygon in well-known binary."""
    count, at, rings = struct.unpack_from("<I", shape, 5)[0], 9, []
    for _ in range(count):
        (length,) = struct.unpack_from("<I", shape, at)
        rings.append(np.frombuffer(shape, "<f8", 2 * length, at + 4).reshape(-1, 2))
        at += 4 + 16 * length
    return rings


def area_of(ring: np.ndarray[Any, Any]) -> float:
    """Its area, negative where it runs clockwise."""
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


def features_of(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    content = json.loads(path.read_text("utf-8"))
    return content, [feature["properties"] for feature in content["features"]]


def test_geopackage_has_the_classes_as_polygons(class_map: ClassMap, tmp_path: Path) -> None:
    (path,) = export_map(class_map, tmp_path, "field", ["geopackage"])
    assert path.name == "field_classes.gpkg"
    about, table, shapes = table_of(path)
    assert (about["crs"], about["geometry_type"]) == ("EPSG:32633", "Polygon")
    assert set(zip(table["class_id"], table["pixels"], strict=True)) == PIXELS
    assert dict(zip(table["class_id"], table["class_name"], strict=True)) == dict(
        zip((1, 4, 2), NAMES, strict=True)
    )
    assert {(c.id, c.color) for c in CLASSES} == set(zip(table["class_id"], table["color"], strict=True))
    assert table["area_m2"] == [900 * pixels for pixels in table["pixels"]]
    signed = [[area_of(ring) for ring in rings_of(shape)] for shape in shapes]
    assert [sum(areas) for areas in signed] == table["area_m2"]
    assert all(areas[0] > 0 and all(hole < 0 for hole in areas[1:]) for areas in signed)
    largest = table["pixels"].index(866)
    assert len(signed[largest]) == 3
    expected = CONFIDENCE[:30, :30][IDS[:30, :30] == 1].mean()
    assert table["confidence"][largest] == pytest.approx(float(expected), abs=1e-5)


def test_geopackage_brings_its_colours_for_qgis(class_map: ClassMap, tmp_path: Path) -> None:
    (path,) = export_map(class_map, tmp_path, "field", ["geopackage"])
    meta, _, _, columns = pyogrio.raw.read(path, layer="layer_styles")
    style = {name: column[0] for name, column in zip(meta["fields"], columns, strict=True)}
    assert (style["f_table_name"], style["f_geometry_column"]) == ("field_classes", "geom")
    assert style["useAsDefault"] == 1
    root = ElementTree.fromstring(style["styleQML"])
    assert [(c.get("value"), c.get("label")) for c in root.iter("category")] == [
        ("1", NAMES[0]),
        ("2", NAMES[2]),
        ("4", NAMES[1]),
    ]
    colors = [p.get("v") for p in root.iter("prop") if p.get("k") == "color"]
    assert colors == ["181,101,29,255", "68,119,170,255", "34,136,51,255"]


def test_geojson_is_in_degrees_and_reads_back(class_map: ClassMap, tmp_path: Path) -> None:
    (path,) = export_map(class_map, tmp_path, "field", ["geojson"])
    content, rows = features_of(path)
    assert "crs" not in content
    assert {(row["class_id"], row["pixels"]) for row in rows} == PIXELS
    assert {row["class_name"] for row in rows} == set(NAMES)
    assert sum(row["area_m2"] for row in rows) == 900 * np.count_nonzero(IDS)
    info = pyogrio.read_info(path)
    assert info["features"] == len(rows)
    west, south, east, north = info["total_bounds"]
    assert 13 < west < east < 13.1
    assert 52.4 < south < north < 52.5
    read = read_label_file(path, shape=IDS.shape, place=UTM)
    np.testing.assert_array_equal(read.ids, IDS)
    assert {c.id: c.name for c in read.classes} == {c.id: c.name for c in CLASSES}


def test_without_a_place_polygons_are_in_pixels(class_map: ClassMap, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        unplaced = replace(class_map, georeference=None)
        package, collection = export_map(unplaced, tmp_path, "field", ["geopackage", "geojson"])
    about, table, _ = table_of(package)
    assert tuple(about["total_bounds"]) == (0, -40, 50, 0)
    assert np.isnan(table["area_m2"]).all()
    assert about["layer_metadata"]["coordinates"] == "sample, -line"
    content, rows = features_of(collection)
    assert content["pixel_coordinates"] == "sample, -line"
    assert {row["area_m2"] for row in rows} == {None}
    np.testing.assert_array_equal(read_label_file(collection, shape=IDS.shape).ids, IDS)


def test_coordinates_of_a_laboratory_stay(class_map: ClassMap, tmp_path: Path) -> None:
    local = 'LOCAL_CS["table",UNIT["millimetre",0.001]]'
    placed = replace(class_map, georeference=Georeference(local, (2.0, 0, 10, 0, -2.0, 5)))
    package, collection = export_map(placed, tmp_path, "field", ["geopackage", "geojson"])
    assert tuple(table_of(package)[0]["total_bounds"]) == (10, -75, 110, 5)
    assert features_of(collection)[0]["pixel_coordinates"] == "sample, -line"
    broken = replace(class_map, georeference=Georeference("nonsense", UTM.transform))
    for name in ("geopackage", "geojson"):
        with pytest.raises(ExportError, match="coordinate system"):
            export_map(broken, tmp_path, "broken", [name])


def test_a_map_upside_down_has_its_outlines_counterclockwise(class_map: ClassMap, tmp_path: Path) -> None:
    south_up = replace(class_map, georeference=Georeference(UTM.crs, (30.0, 0, 366015.0, 0, 30.0, 0.0)))
    (path,) = export_map(south_up, tmp_path, "field", ["geopackage"])
    signed = [[area_of(ring) for ring in rings_of(shape)] for shape in table_of(path)[2]]
    assert all(areas[0] > 0 and all(hole < 0 for hole in areas[1:]) for areas in signed)


def test_an_empty_map_gives_empty_files(class_map: ClassMap, tmp_path: Path) -> None:
    empty = replace(class_map, ids=np.zeros_like(IDS), confidence=None)
    package, collection = export_map(empty, tmp_path, "field", ["geopackage", "geojson"])
    assert table_of(package)[0]["features"] == 0
    assert features_of(collection)[1] == []


def test_a_guess_is_called_one(class_map: ClassMap, tmp_path: Path) -> None:
    guess = replace(class_map, remark=GUESS, confidence=None)
    package, collection = export_map(guess, tmp_path, "field", ["geopackage", "geojson"])
    about, table, _ = table_of(package)
    assert about["layer_metadata"]["remark"] == GUESS
    assert GUESS in about["layer_metadata"]["DESCRIPTION"]
    assert set(table["remark"]) == {GUESS}
    assert np.isnan(table["confidence"]).all()
    content, rows = features_of(collection)
    assert content["remark"] == GUESS
    assert {row["remark"] for row in rows} == {GUESS}
    assert (
        "remark" not in features_of(export_map(replace(guess, remark=""), tmp_path, "m", ["geojson"])[0])[0]
    )


def test_files_tell_how_the_map_was_made(class_map: ClassMap, tmp_path: Path) -> None:
    origin = origin_of("grün.s3fn", {"held_out": {"oa": 0.9312, "count": 480}})
    made = replace(class_map, origin=origin)
    raster, *_, package, collection = export_map(
        made, tmp_path, "field", ["geotiff", "geopackage", "geojson"]
    )
    with rasterio.open(raster) as source:
        tags = source.tags()
    metadata = table_of(package)[0]["layer_metadata"]
    content, _ = features_of(collection)
    for told in (metadata, content, {k.removeprefix("S3FN_").lower(): v for k, v in tags.items()}):
        assert told["cube"] == "field 7"
        assert told["model"] == "grün.s3fn"
        assert told["accuracy"] == "93.1 % of 480 held-out pixels correct"
        assert told["program"].startswith("S3FN 0")
        assert datetime.fromisoformat(told["written"]).tzinfo is not None
    assert origin_of("", {})["accuracy"] == "not measured"
    assert "model" not in origin_of("", {})


def test_a_speckled_map_is_refused_with_the_way_out(
    class_map: ClassMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polygons, "MOST_POLYGONS", 3)
    for name in ("geopackage", "geojson"):
        with pytest.raises(ExportError, match=r"falls into 4 polygons; no more than 3 .*smooth"):
            export_map(class_map, tmp_path, "field", [name])
    assert not list(tmp_path.iterdir())
    assert {"geopackage", "geojson"}.isdisjoint(USUAL)  # so that no usual export fails by it


def test_polygons_replace_those_of_before(class_map: ClassMap, tmp_path: Path) -> None:
    formats = ["geopackage", "geojson"]
    export_map(class_map, tmp_path, "field", formats)
    written = export_map(replace(class_map, ids=np.full_like(IDS, 4)), tmp_path, "field", formats)
    assert table_of(written[0])[1]["class_id"] == [4]
    assert set(tmp_path.iterdir()) == set(map_files(tmp_path, "field", formats))
    assert {path.suffix for path in written} == {".gpkg", ".geojson"}
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for name in formats:
        with pytest.raises(ExportError, match="Choose another folder"):
            export_map(class_map, blocked, "field", [name])
