from __future__ import annotations

import csv
import warnings
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
import spectral
from PIL import Image

from s3fn_core.cubes.cube import Georeference
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import read_labels
from s3fn_core.results import class_map as class_map_module
from s3fn_core.results import export_pictures
from s3fn_core.results.export import GUESS, ClassMap, areas, export_map, map_files
from s3fn_core.results.legend import map_picture

UTM = Georeference(rasterio.CRS.from_epsg(32633).to_wkt(), (30.0, 0, 366015.0, 0, -30.0, 5809965.0))
CLASSES = ClassSet(
    (
        LabelClass(1, "soil", "#b5651d"),
        LabelClass(4, "low vegetation, {wet}", "#228833"),
        LabelClass(2, "Gewässer", "#4477aa"),
    )
)
IDS = np.zeros((6, 8), np.uint8)
IDS[:2] = 1
IDS[2:5, :4] = 4
IDS[5, 0] = 2


@pytest.fixture
def class_map() -> ClassMap:
    confidence = np.linspace(0, 1, IDS.size, dtype=np.float32).reshape(IDS.shape)
    return ClassMap(IDS, confidence, CLASSES, "field 7", UTM)


def test_names_are_those_of_the_interface(class_map: ClassMap, tmp_path: Path) -> None:
    written = export_map(class_map, tmp_path / "new" / "folder", "field")
    assert {path.name for path in written} == {
        "field_classes.hdr",
        "field_classes.img",
        "field_classes.tif",
        "field_classes.png",
        "field_classes.npy",
        "field_confidence.hdr",
        "field_confidence.img",
        "field_confidence.tif",
        "field_confidence.png",
        "field_confidence.npy",
        "field_areas.csv",
    }
    assert all(path.is_file() for path in written)
    left = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert left - {path.name for path in written} == {
        "field_classes.tif.aux.xml",
        "field_classes.qml",
        "field_classes.npy-metadata.json",
        "field_confidence.npy-metadata.json",
        "field_areas.csv-metadata.json",
    }


def test_spectral_opens_the_envi_map_with_its_classes(class_map: ClassMap, tmp_path: Path) -> None:
    export_map(class_map, tmp_path, "field", ["envi"])
    image = spectral.open_image(str(tmp_path / "field_classes.hdr"))
    assert image.metadata["file type"] == "ENVI Classification"
    assert image.metadata["class names"] == [
        "unclassified",
        "soil",
        "Gewässer",
        "class 3",
        "low vegetation- (wet)",
    ]
    lookup = np.array(image.metadata["class lookup"], int).reshape(-1, 3)
    assert lookup[0].tolist() == [0, 0, 0]
    assert tuple(lookup[1]) == CLASSES[1].rgb
    assert tuple(lookup[4]) == CLASSES[4].rgb
    np.testing.assert_array_equal(image.read_band(0), IDS)


@pytest.mark.parametrize(
    "name", ["field_classes.img", "field_classes.tif", "field_confidence.img", "field_confidence.tif"]
)
def test_rasters_lie_where_the_cube_lies(name: str, class_map: ClassMap, tmp_path: Path) -> None:
    export_map(class_map, tmp_path, "field", ["envi", "geotiff"])
    with rasterio.open(tmp_path / name) as source:
        assert source.crs.to_epsg() == 32633
        np.testing.assert_allclose(tuple(source.transform)[:6], UTM.transform)
        expected = IDS if "classes" in name else class_map.confidence
        np.testing.assert_array_equal(source.read(1), expected)


def test_geotiff_carries_colours_and_names(class_map: ClassMap, tmp_path: Path) -> None:
    from rasterio.shutil import copy

    export_map(class_map, tmp_path, "field", ["geotiff"])
    with rasterio.open(tmp_path / "field_classes.tif") as source:
        assert source.colormap(1)[4][:3] == CLASSES[4].rgb
    copy(tmp_path / "field_classes.tif", tmp_path / "look.vrt", driver="VRT")  # GDAL's own view
    assert "<Category>low vegetation, {wet}</Category>" in (tmp_path / "look.vrt").read_text()


def test_qgis_lists_the_classes_only(class_map: ClassMap, tmp_path: Path) -> None:
    names = ('soil "dry" & <bare>', "low vegetation", "Gewässer\n")
    classes = ClassSet(tuple(replace(c, name=n) for c, n in zip(CLASSES, names, strict=True)))
    ids = IDS.copy()
    ids[5, 7] = 9  # of no class, as in maps of another set
    export_map(replace(class_map, ids=ids, classes=classes), tmp_path, "field", ["geotiff"])
    style = ElementTree.parse(tmp_path / "field_classes.qml").getroot()
    (renderer,) = style.iter("rasterrenderer")
    assert (style.tag, renderer.get("type"), renderer.get("band")) == ("qgis", "paletted", "1")
    entries = [(e.get("value"), e.get("color"), e.get("label")) for e in style.iter("paletteEntry")]
    assert entries == [
        ("1", "#b5651d", names[0]),
        ("4", "#228833", names[1]),
        ("2", "#4477aa", "Gewässer"),
        ("9", "#808080", "class 9"),
    ]


def test_class_0_of_a_geotiff_is_no_data(class_map: ClassMap, tmp_path: Path) -> None:
    export_map(class_map, tmp_path, "field", ["geotiff"])
    with rasterio.open(tmp_path / "field_classes.tif") as source:
        assert source.nodata == 0
        np.testing.assert_array_equal(source.read_masks(1) > 0, IDS > 0)
        assert (source.colormap(1)[0][3], source.colormap(1)[1][3]) == (0, 255)
    with rasterio.open(tmp_path / "field_confidence.tif") as source:
        assert source.nodata is None
    np.testing.assert_array_equal(read_labels(tmp_path / "field_classes.tif"), IDS)


def test_without_georeference_nothing_warns(class_map: ClassMap, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export_map(replace(class_map, georeference=None), tmp_path, "field")
    np.testing.assert_array_equal(read_labels(tmp_path / "field_classes.tif"), IDS)


def test_areas_add_up(class_map: ClassMap) -> None:
    rows = areas(class_map)
    assert [row.name for row in rows] == list(CLASSES.names)
    assert [row.pixels for row in rows] == [16, 12, 1]
    assert sum(row.percent for row in rows) == pytest.approx(100)
    assert [row.area for row in rows] == [16 * 900.0, 12 * 900.0, 900.0]


@pytest.mark.parametrize(
    ("crs", "area"),
    [
        (rasterio.CRS.from_epsg(2263).to_wkt(), 16 * (1200 / 3937) ** 2),  # US survey feet
        (rasterio.CRS.from_epsg(4326).to_wkt(), None),  # degrees
        ("", None),
        ("nonsense", None),
    ],
)
def test_areas_are_square_metres_or_nothing(crs: str, area: float | None, class_map: ClassMap) -> None:
    georeference = Georeference(crs, (1.0, 0, 0, 0, -1.0, 0))
    assert areas(replace(class_map, georeference=georeference))[0].area == pytest.approx(area)


def test_map_without_any_class_has_no_areas(class_map: ClassMap) -> None:
    empty = replace(class_map, ids=np.zeros_like(IDS))
    assert [row.percent for row in areas(empty)] == [0, 0, 0]


def test_table_of_areas(class_map: ClassMap, tmp_path: Path) -> None:
    (path,) = export_map(class_map, tmp_path, "field", ["csv"])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == list(CLASSES.names)
    assert rows[0] == {"id": "1", "class": "soil", "pixels": "16", "percent": "55.1724", "area_m2": "14400"}


def test_picture_shows_map_and_legend(class_map: ClassMap, tmp_path: Path) -> None:
    path, _ = export_map(class_map, tmp_path, "field", ["png"])
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
        colors = {tuple(color) for color in pixels.reshape(-1, 3)}
        for c in CLASSES:
            assert c.rgb in colors
        # The map is magnified by 60: its lower right corner is unclassified, then the legend.
        assert image.width > 8 * 60
        legend = {tuple(color) for color in pixels[:, 8 * 60 + 20 :].reshape(-1, 3)}
        assert {c.rgb for c in CLASSES} <= legend


def test_picture_says_simulated(class_map: ClassMap, tmp_path: Path) -> None:
    pictures = []
    for simulated in (False, True):
        m = replace(class_map, simulated=simulated)
        path, _ = export_map(m, tmp_path / str(simulated), "field", ["png"])
        pictures.append(path.read_bytes())
    assert pictures[0] != pictures[1]


def test_long_titles_and_many_classes_fit() -> None:
    rows = [(i, f"class with a rather long name {i}", "1.0 %") for i in range(60)]
    palette = np.zeros((60, 3), np.uint8)
    palette[:, 0] = np.arange(60)
    image = map_picture(np.zeros((5, 5), np.uint8), palette, "A title " * 40, rows)
    pixels = np.asarray(image.convert("RGB"))
    assert (pixels[:, -4:] == 255).all()  # nothing touches the right edge
    assert (pixels[-4:] == 255).all()
    assert {(i, 0, 0) for i in range(60)} <= {tuple(p) for p in pixels.reshape(-1, 3)}


@pytest.mark.parametrize(("highest", "mode"), [(200, "P"), (239, "P"), (240, "RGB"), (255, "RGB")])
def test_the_values_of_a_picture_are_the_ids(highest: int, mode: str) -> None:
    palette = np.random.default_rng(0).integers(0, 256, (highest + 1, 3), np.uint8)
    ids = np.linspace(0, highest, 480 * 500).astype(np.uint8).reshape(480, 500)
    image = map_picture(ids, palette, "title", [(highest, "the last", "")])
    assert image.mode == mode
    drawn = np.asarray(image.convert("RGB"))[34:, 8:][:480, :500]  # below the title
    np.testing.assert_array_equal(drawn, palette[ids])
    if mode == "P":
        np.testing.assert_array_equal(np.asarray(image)[34:, 8:][:480, :500], ids)


def test_without_confidence_there_are_no_confidence_files(class_map: ClassMap, tmp_path: Path) -> None:
    written = export_map(replace(class_map, confidence=None), tmp_path, "field")
    assert not [path for path in written if "confidence" in path.name]


def test_exporting_again_replaces(class_map: ClassMap, tmp_path: Path) -> None:
    export_map(class_map, tmp_path, "field")
    export_map(replace(class_map, ids=np.full_like(IDS, 4)), tmp_path, "field")
    for name in ("field_classes.img", "field_classes.tif", "field_classes.npy"):
        assert (read_labels(tmp_path / name) == 4).all()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_cube_names_that_are_no_file_names(class_map: ClassMap, tmp_path: Path) -> None:
    (path,) = export_map(class_map, tmp_path, "day 1/kiwi: 07?", ["npy"])[:1]
    assert path.parent == tmp_path
    assert path.name == "day 1_kiwi_ 07__classes.npy"


def test_unknown_format(class_map: ClassMap, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match='"jpg"; choose from envi'):
        export_map(class_map, tmp_path, "field", ["npy", "jpg"])
    assert not list(tmp_path.iterdir())


def test_folder_that_is_a_file(class_map: ClassMap, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for form in ("envi", "geotiff", "png", "npy", "csv"):
        with pytest.raises(ExportError, match="Choose another folder"):
            export_map(class_map, blocked, "field", [form])


def test_broken_coordinate_system_is_told(class_map: ClassMap, tmp_path: Path) -> None:
    broken = replace(class_map, georeference=Georeference("nonsense", UTM.transform))
    with pytest.raises(ExportError, match="coordinate system"):
        export_map(broken, tmp_path, "field", ["geotiff"])
    export_map(broken, tmp_path, "field", ["png", "npy", "csv"])


def test_a_large_map_is_counted_in_strips_and_drawn_thinned(
    class_map: ClassMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = areas(class_map)
    monkeypatch.setattr(class_map_module, "STRIP_PIXELS", 10)  # a line at a time
    assert areas(class_map) == whole
    monkeypatch.setattr(export_pictures, "LARGEST_PICTURE", 4)
    classes, confidence = export_map(class_map, tmp_path, "field", ["png"])
    with Image.open(confidence) as image:
        assert image.size == (4, 3)
    with Image.open(classes) as image:
        colors = {tuple(color) for color in np.asarray(image.convert("RGB")).reshape(-1, 3)}
    assert {CLASSES[1].rgb, CLASSES[4].rgb} <= colors


def test_every_file_of_a_guess_says_that_it_is_one(class_map: ClassMap, tmp_path: Path) -> None:
    export_map(replace(class_map, remark=GUESS), tmp_path, "field", ["envi", "geotiff", "png", "csv"])
    for name in ("field_classes", "field_confidence"):
        assert GUESS in spectral.open_image(str(tmp_path / f"{name}.hdr")).metadata["description"]
        with rasterio.open(tmp_path / f"{name}.tif") as raster:
            assert raster.tags()["TIFFTAG_IMAGEDESCRIPTION"] == GUESS
    rows = list(csv.DictReader((tmp_path / "field_areas.csv").open(encoding="utf-8")))
    assert {row["remark"] for row in rows} == {GUESS}
    guessed = np.asarray(Image.open(tmp_path / "field_classes.png"))
    export_map(class_map, tmp_path, "model", ["png", "csv"])
    drawn = np.asarray(Image.open(tmp_path / "model_classes.png"))
    assert guessed.shape != drawn.shape or (guessed != drawn).any()  # the title says so
    assert "remark" not in (tmp_path / "model_areas.csv").read_text("utf-8")


def test_novelty_is_written_beside_the_confidence(class_map: ClassMap, tmp_path: Path) -> None:
    novelty = np.full(IDS.shape, 1.0, np.float32)
    written = export_map(replace(class_map, novelty=novelty), tmp_path, "field")
    names = {path.name for path in written if "novelty" in path.name}
    assert names == {f"field_novelty.{end}" for end in ("hdr", "img", "tif", "png", "npy")}
    assert set(written) <= set(map_files(tmp_path, "field"))
    assert np.array_equal(np.load(tmp_path / "field_novelty.npy"), novelty)
    with Image.open(tmp_path / "field_novelty.png") as image:
        assert np.asarray(image)[0, 0] == pytest.approx(127.5, abs=1)  # the threshold is the middle grey
    with pytest.raises(ExportError, match="its novelty"):
        replace(class_map, novelty=novelty[1:])
