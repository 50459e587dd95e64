"""Files of regions: outlines and pixels become the label map that was drawn, and come back."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rasterio.features import rasterize
from rasterio.warp import transform
from skimage.draw import polygon

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import mapped, propose_mapping, read_label_file, write_labels
from s3fn_core.labels.exchange.regions import filled
from s3fn_core.types import IdArray


@dataclass(frozen=True)
class Ground:
    crs: str
    transform: tuple[float, float, float, float, float, float]


UTM = Ground(rasterio.CRS.from_epsg(32633).to_wkt(), (30.0, 0.0, 366_000.0, 0.0, -30.0, 5_808_000.0))
TURNED = Ground(UTM.crs, (3.0, 1.0, 366_000.0, 1.5, -2.0, 5_808_000.0))
DEGREES = Ground(rasterio.CRS.from_epsg(4326).to_wkt(), (1e-4, 0, 13.0, 0, -1e-4, 52.4))
LAB = Ground("", (0.1, 0.0, 0.0, 0.0, 0.1, 0.0))
CLASSES = ClassSet(
    (
        LabelClass(1, "Löss & <Ton>", "#b5651d"),
        LabelClass(3, "水面", "#102030"),
        LabelClass(200, "road, {old}", "#ee6677"),
    )
)
SUFFIXES = (".geojson", ".xml", ".txt", ".csv")
MAPS = hnp.arrays(
    np.uint8,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=14),
    elements=st.sampled_from((0, *CLASSES.ids)),
)


def placed(rows: slice, columns: slice, inside: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[rows, columns] = inside
    return mask


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), corners=st.integers(3, 12))
def test_a_polygon_holds_the_pixels_of_skimage_and_of_gdal(seed: int, corners: int) -> None:
    shape = (17, 23)
    xy = np.random.default_rng(seed).uniform(-6, 28, (corners, 2))  # beyond the image too
    ours = placed(*filled([xy], shape), shape)
    theirs = np.zeros(shape, bool)
    theirs[polygon(xy[:, 1] - 0.5, xy[:, 0] - 0.5, shape)] = True
    np.testing.assert_array_equal(ours, theirs)
    ring = [*xy.tolist(), xy[0].tolist()]
    gdal = rasterize([{"type": "Polygon", "coordinates": [ring]}], shape)
    np.testing.assert_array_equal(ours, gdal > 0)


def test_neighbours_share_no_pixel() -> None:
    """Edges through the centres of pixels: each centre belongs to one side."""
    left = np.array([[0.5, 0.5], [2.5, 0.5], [2.5, 3.5], [0.5, 3.5]])
    right = left + np.array((2, 0))
    below = left + np.array((0, 3))
    total = sum(placed(*filled([p], (9, 9)), (9, 9)).astype(int) for p in (left, right, below))
    assert total.max() == 1
    assert total.sum() == 3 * 6


def drawn(path: Path, ids: IdArray, place: Ground | None = None) -> IdArray:
    """Written, read again, and brought to the classes as the dialogue would propose."""
    write_labels(ids, path, CLASSES, place)
    file = read_label_file(path, shape=ids.shape, place=place)
    matches = propose_mapping(file.classes, CLASSES)
    assert all(match.reason == "name" for match in matches)
    assert {CLASSES[m.class_id or 0].color: m.found.color for m in matches} == {
        CLASSES[int(i)].color: CLASSES[int(i)].color for i in np.unique(ids) if i
    }
    return mapped(file.ids, {m.found.id: m.class_id or 0 for m in matches})


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=30, deadline=None)
@given(ids=MAPS)
def test_a_map_comes_back(suffix: str, ids: IdArray, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("regions") / f"map{suffix}"
    if ids.any():
        np.testing.assert_array_equal(drawn(path, ids), ids)
        return
    write_labels(ids, path, CLASSES)
    with pytest.raises(LabelError, match=r"regions|shapes"):
        read_label_file(path, shape=ids.shape)


@pytest.mark.parametrize("place", [UTM, TURNED, DEGREES, LAB], ids=["utm", "turned", "deg", "lab"])
@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=12, deadline=None)
@given(ids=MAPS.filter(np.any))
def test_a_map_comes_back_to_its_place(
    suffix: str, place: Ground, ids: IdArray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("regions") / f"map{suffix}"
    np.testing.assert_array_equal(drawn(path, ids, place), ids)


def test_long_straight_edges_stay_straight(tmp_path: Path) -> None:
    ids = np.zeros((1500, 1500), np.uint8)
    ids[3:1490, 2:1495] = 1
    ids[700:701, 5:1400] = 3
    np.testing.assert_array_equal(drawn(tmp_path / "map.geojson", ids, UTM), ids)


# -- GeoJSON ---------------------------------------------------------------------------------------

SQUARE = [[2.0, 1.0], [6.0, 1.0], [6.0, 4.0], [2.0, 4.0], [2.0, 1.0]]
INSIDE = np.zeros((8, 9), bool)
INSIDE[1:4, 2:6] = True


def feature(ring: list[list[float]], **properties: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def geojson(path: Path, *features: object, **members: object) -> Path:
    content = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(content), "utf-8")
    return path


def on_map(ring: list[list[float]], system: int | None) -> list[list[float]]:
    a, b, c, d, e, f = UTM.transform
    xy = [(a * x + b * y + c, d * x + e * y + f) for x, y in ring]
    if system is None:
        return [list(point) for point in xy]
    xs, ys = transform(UTM.crs, rasterio.CRS.from_epsg(system), *zip(*xy, strict=True))
    return [list(point) for point in zip(xs, ys, strict=True)]


@pytest.mark.parametrize(
    ("system", "members", "said"),
    [
        (4326, {}, "longitude and latitude"),
        (None, {}, "map coordinates of the cube"),
        (3857, {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}, "EPSG::3857"),
    ],
)
def test_coordinates_on_the_map(
    system: int | None, members: dict[str, object], said: str, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "a.geojson", feature(on_map(SQUARE, system), name="soil"), **members)
    file = read_label_file(path, shape=(8, 9), place=UTM)
    np.testing.assert_array_equal(file.ids > 0, INSIDE)
    assert any(said in note for note in file.notes)


def test_pixels_on_a_georeferenced_cube(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", feature(SQUARE, name="soil"))
    file = read_label_file(path, shape=(8, 9), place=UTM)
    np.testing.assert_array_equal(file.ids > 0, INSIDE)
    assert file.notes == ("The coordinates were taken as pixels.",)
    path = geojson(tmp_path / "b.geojson", feature([[x + 500, y] for x, y in SQUARE]))
    with pytest.raises(LabelError, match=r"b\.geojson holds no region on the cube"):
        read_label_file(path, shape=(8, 9), place=UTM)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"name": "soil", "class_id": 4, "color": "#0A0b0c"}, (4, "soil", "#0a0b0c")),
        ({"class": "soil", "colour": [10, 11, 12]}, (1, "soil", "#0a0b0c")),
        ({"label": 7}, (7, None, None)),
        ({"classification": {"name": "soil", "color": [1, 2, 3]}}, (1, "soil", "#010203")),
        ({}, (1, "a", None)),
    ],
)
def test_what_properties_say(
    properties: dict[str, object], expected: tuple[object, ...], tmp_path: Path
) -> None:
    path = geojson(tmp_path / "a.json", feature(SQUARE, **properties))
    (found,) = read_label_file(path, shape=(8, 9)).classes
    assert (found.id, found.name, found.color) == expected
    assert found.pixels == 12


def test_holes_lines_points_and_what_is_none(tmp_path: Path) -> None:
    hole = [[3.0, 2.0], [5.0, 2.0], [5.0, 3.0], [3.0, 3.0], [3.0, 2.0]]
    geometries = [
        {"type": "MultiPolygon", "coordinates": [[SQUARE, hole]]},
        {"type": "LineString", "coordinates": [[0.5, 7.5], [100.5, 7.5]]},
        {"type": "MultiPoint", "coordinates": [[8.9, 0.1, 300.0], [-1, 0], [0, 0]]},
        {"type": "Solid"},
        None,
    ]
    features = [
        {"type": "Feature", "properties": {"class_id": i + 1}, "geometry": geometry}
        for i, geometry in enumerate(geometries)
    ]
    file = read_label_file(geojson(tmp_path / "a.geojson", *features), shape=(8, 9))
    expected = INSIDE.astype(int)
    expected[2, 3:5] = 0
    expected[7] = 2
    expected[0, 8] = expected[0, 0] = 3
    np.testing.assert_array_equal(file.ids, expected)
    assert file.notes == ("Geometries left out: Solid, none.",)


def test_overlaps_and_what_lies_outside_are_told(tmp_path: Path) -> None:
    other = [[x + 2, y + 1] for x, y in SQUARE]
    far = [[x + 50, y] for x, y in SQUARE]
    path = geojson(
        tmp_path / "a.geojson",
        feature(SQUARE, name="soil"),
        feature(other, name="water"),
        feature(far, name="soil"),
    )
    file = read_label_file(path, shape=(8, 9))
    assert file.ids[2, 4] == 2
    assert file.notes == (
        "1 of 3 regions holds no pixel of the cube.",
        "4 pixels lie in regions of several classes; the last was used.",
    )


# -- ENVI ------------------------------------------------------------------------------------------

ENVI_5 = """<?xml version="1.0" encoding="UTF-8"?>
<RegionsOfInterest version="1.1">
  <Region name="water" color="0,0,255">
    <GeometryDef>
      <CoordSysStr>{system}</CoordSysStr>
      <Polygon>
        <Exterior><LinearRing><Coordinates>
          {ring}
        </Coordinates></LinearRing></Exterior>
      </Polygon>
    </GeometryDef>
    <ThresholdDef/>
  </Region>
</RegionsOfInterest>
"""


def flat(ring: list[list[float]]) -> str:
    return " ".join(str(value) for point in ring for value in point)


def test_a_region_of_envi_in_pixels(tmp_path: Path) -> None:
    path = tmp_path / "rois.xml"
    path.write_text(ENVI_5.format(system="none", ring=flat(SQUARE)))
    file = read_label_file(path, shape=(8, 9), place=UTM)
    np.testing.assert_array_equal(file.ids > 0, INSIDE)
    (found,) = file.classes
    assert (found.name, found.color) == ("water", "#0000ff")
    assert file.notes == ("Left out of the regions: ThresholdDef.",)


def test_a_file_of_thresholds_only_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rois.xml"
    text = ENVI_5.format(system="none", ring=flat(SQUARE))
    path.write_text(text.replace("GeometryDef", "PixelDef"))
    with pytest.raises(LabelError, match=r"Left out of the regions: PixelDef, ThresholdDef\."):
        read_label_file(path, shape=(8, 9))


@pytest.mark.parametrize("system", [32633, 4326, 3857])
def test_a_region_of_envi_in_map_coordinates(system: int, tmp_path: Path) -> None:
    path = tmp_path / "rois.xml"
    text = rasterio.CRS.from_epsg(system).to_wkt(version="WKT1_ESRI")
    ring = on_map(SQUARE, None if system == 32633 else system)
    path.write_text(ENVI_5.format(system=text, ring=flat(ring)))
    file = read_label_file(path, shape=(8, 9), place=UTM)
    np.testing.assert_array_equal(file.ids > 0, INSIDE)
    with pytest.raises(LabelError, match="no georeference"):
        read_label_file(path, shape=(8, 9))


def test_the_xml_of_envi_is_written_as_envi_writes_it(tmp_path: Path) -> None:
    ids = np.zeros((5, 5), np.uint8)
    ids[1:4, 1:4], ids[2, 2], ids[0, 4] = 1, 0, 1
    write_labels(ids, tmp_path / "map.xml", CLASSES)
    (region,) = ElementTree.parse(tmp_path / "map.xml").getroot().findall("Region")
    assert region.attrib == {"name": "Löss & <Ton>", "color": "181,101,29"}
    assert region.findtext("GeometryDef/CoordSysStr") == "none"
    assert len(region.findall("GeometryDef/Polygon/Exterior/LinearRing/Coordinates")) == 2
    assert len(region.findall("GeometryDef/Polygon/Interior/LinearRing/Coordinates")) == 1
    assert region.findtext("GeometryDef/Polygon/Exterior/LinearRing/Coordinates") is not None


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rois.xml"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    text = ENVI_5.format(system="none", ring="&b;").replace("?>", "?>" + bomb)
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.replace("UTF-8", encoding).encode(encoding))
        with pytest.raises(LabelError, match=r"rois\.xml .*DOCTYPE"):
            read_label_file(path, shape=(8, 9))


def test_regions_of_envi_classic(tmp_path: Path) -> None:
    (tmp_path / "old.roi").write_bytes(b"\x00\x01binary")
    with pytest.raises(LabelError, match=r"old\.roi is not a label map in XML.*ASCII"):
        read_label_file(tmp_path / "old.roi", shape=(8, 9))


ASCII = """; ENVI Output of ROIs (4.8) [Sun Feb 07 09:41:07 2010]
; Number of ROIs: 3
; File Dimension: 9 x 8
;
; ROI name: Gewässer
; ROI rgb value: {0, 0, 255}
; ROI npts: 2
;
; ROI name: empty
; ROI rgb value: {0, 255, 0}
; ROI npts: 0
;
; ROI name: roof
; ROI rgb value: {255, 0, 0}
; ROI npts: 1
;   ID    X    Y       Map X       Map Y     B1     B2
     1    1    1   366015.00  5807985.00   11.0   12.0
     2    9    8   366255.00  5807775.00   11.0   12.0

     1    3    2   366075.00  5807955.00   11.0   12.0
"""


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_pixels_of_envi_count_from_one(encoding: str, newline: str, tmp_path: Path) -> None:
    path = tmp_path / "rois.txt"
    path.write_bytes(ASCII.replace("\n", newline).encode(encoding))
    file = read_label_file(path, shape=(8, 9))
    assert [(c.name, c.color, c.pixels) for c in file.classes] == [
        ("Gewässer", "#0000ff", 2),
        ("roof", "#ff0000", 1),
    ]
    assert file.ids[0, 0] == file.ids[7, 8] == 1
    assert file.ids[1, 2] == 2


def test_tables_are_told_apart_by_empty_lines_too(tmp_path: Path) -> None:
    path = tmp_path / "rois.txt"
    lines = [line for line in ASCII.splitlines() if "npts" not in line and "empty" not in line]
    path.write_text("\n".join(lines), "utf-8")
    assert read_label_file(path, shape=(8, 9)).classes[1].pixels == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("9 x 8", "8 x 9", r"is 9 x 8 but the cube 8 x 9.*transposed"),
        ("npts: 1", "npts: 1000000000", "names 3 regions but holds the pixels of 2"),
        ("X    Y ", "P    Q ", "no pixel locations"),
        ("; ENVI", "ENVI", "an export of regions from ENVI"),
    ],
)
def test_ascii_that_is_not_whole(old: str, new: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "rois.txt"
    path.write_text(ASCII.replace(old, new), "utf-8")
    with pytest.raises(LabelError, match=said):
        read_label_file(path, shape=(8, 9))


# -- napari ----------------------------------------------------------------------------------------


def shapes_csv(path: Path, *shapes: tuple[str, list[tuple[float, float]]]) -> Path:
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["index", "shape-type", "vertex-index", "axis-0", "axis-1"])
        for index, (kind, corners) in enumerate(shapes):
            for number, corner in enumerate(corners):
                table.writerow([index, kind, number, *corner])
    return path


def test_shapes_of_napari(tmp_path: Path) -> None:
    path = shapes_csv(
        tmp_path / "leaf.csv",
        ("rectangle", [(0.6, 1.6), (0.6, 5.4), (3.4, 5.4), (3.4, 1.6)]),
        ("line", [(7, 0), (7, 3)]),
    )
    file = read_label_file(path, shape=(8, 9))
    expected = INSIDE.copy()
    expected[7, :4] = True
    np.testing.assert_array_equal(file.ids > 0, expected)
    assert [c.name for c in file.classes] == ["leaf"]
    assert "name no classes" in file.notes[0]


def test_an_ellipse_of_napari(tmp_path: Path) -> None:
    path = shapes_csv(tmp_path / "a.csv", ("ellipse", [(2.1, 5.3), (2.1, 25.3), (14.1, 25.3), (14.1, 5.3)]))
    ids = read_label_file(path, shape=(20, 30)).ids
    line, sample = np.mgrid[:20, :30]
    expected = ((line - 8.1) / 6) ** 2 + ((sample - 15.3) / 10) ** 2 < 1
    np.testing.assert_array_equal(ids > 0, expected)


def test_shapes_on_several_planes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "index,shape-type,vertex-index,axis-0,axis-1,axis-2\n"
        "0,polygon,0,0,0,0\n0,polygon,1,0,0,5\n0,polygon,2,1,5,5\n"
    )
    with pytest.raises(LabelError, match="several planes"):
        read_label_file(path, shape=(8, 9))


# -- all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_regions_need_a_cube(suffix: str, tmp_path: Path) -> None:
    write_labels(INSIDE.astype(np.uint8), tmp_path / f"map{suffix}", CLASSES)
    with pytest.raises(LabelError, match="open the cube first"):
        read_label_file(tmp_path / f"map{suffix}")


@pytest.mark.parametrize(
    "coordinates",
    [
        [[[0, 0], [1e300, 0], [0, 1e300]]],
        [[[0, 0], [float("nan"), 0], [1, 1]]],
        [[[0, 0], ["a", 0], [1, 1]]],
        [[[0, 0], [1, 1]]],
        [[]],
        [[[[0, 0]]]],
        "text",
    ],
)
def test_coordinates_that_are_none(coordinates: object, tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "coordinates": coordinates}
    path = geojson(tmp_path / "a.geojson", {"type": "Feature", "geometry": geometry})
    with pytest.raises(LabelError, match=r"a\.geojson"):
        read_label_file(path, shape=(8, 9))


def test_json_without_end(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text("[" * 100_000)
    with pytest.raises(LabelError, match=r"a\.geojson"):
        read_label_file(tmp_path / "a.geojson", shape=(8, 9))
