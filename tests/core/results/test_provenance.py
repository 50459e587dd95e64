"""Every file of a map says how the map was made, whatever the format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import rasterio
import spectral
from PIL import Image

import s3fn_core
from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.cubes.spectra.library import read_library
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.results.class_map import ClassMap
from s3fn_core.results.export import FORMATS, LAYERS, export_map, map_files
from s3fn_core.results.map_filter import MapFilter, filtered
from s3fn_core.results.origin import BESIDE, GUESS, LIVE, REWORDED, origin_of
from s3fn_core.types import FloatArray, IdArray

UTM = Georeference(rasterio.CRS.from_epsg(32633).to_wkt(), (30.0, 0, 366015.0, 0, -30.0, 5809965.0))
TEXTS = (
    'Bare loam, {dry}; reflectance = 0.2 to 0.4,\n"no" cellulose & <no> clay.',
    "Gewässer, tief: 反射 < 2 %.",
)
CLASSES = ClassSet(
    (
        LabelClass(1, "soil", "#b5651d", (Description(TEXTS[0]),)),
        LabelClass(4, "water", "#4477aa", (Description(TEXTS[1]),)),
    )
)
IDS: IdArray = np.repeat([0, 1, 1, 4], 5).astype(np.uint8).reshape(4, 5)
CONFIDENCE: FloatArray = np.linspace(0, 1, IDS.size, dtype=np.float32).reshape(IDS.shape)
METRICS = {"held_out": {"oa": 0.9312, "count": 480}}
KINDS = pytest.mark.parametrize("remark", ["", GUESS, LIVE, REWORDED])


def made(remark: str = "") -> ClassMap:
    data = np.arange(IDS.size * 6, dtype=np.float32).reshape(*IDS.shape, 6) / 1000
    cube = Cube(data, "field 7", wavelengths=np.linspace(450.0, 950.0, 6))
    origin = origin_of("grün.s3fn", METRICS, "Labels changed since.")
    return ClassMap(IDS, CONFIDENCE, CLASSES, cube.name, UTM, False, remark, CONFIDENCE + 1, origin, cube)


def of_header(path: Path) -> str:
    return str(spectral.envi.read_envi_header(str(path))["description"])


def of_tags(path: Path) -> str:
    with rasterio.open(path) as source:
        return "\n".join(source.tags().values())


def of_picture(path: Path) -> str:
    with Image.open(path) as image:
        assert isinstance(image.text, Mapping)  # type: ignore[attr-defined]  # PNG has it
        return "\n".join(map(str, image.text.values()))  # type: ignore[attr-defined]  # PNG has it


def of_file_beside(path: Path) -> str:
    content = json.loads(path.with_name(path.name + BESIDE).read_text("utf-8"))
    assert content["url"] == path.name
    return "\n".join(content["notes"][0].values())


def of_layer(path: Path) -> str:
    return "\n".join(pyogrio.read_info(path, layer=path.stem)["layer_metadata"].values())


def of_members(path: Path) -> str:
    return "\n".join(v for v in json.loads(path.read_text("utf-8")).values() if isinstance(v, str))


def of_notes(path: Path) -> str:
    """What QGIS shows as the notes of the layer, which are HTML."""
    notes = ElementTree.parse(path).getroot().find("userNotes")
    assert notes is not None
    html = ElementTree.fromstring(f"<notes>{notes.get('value')}</notes>")
    return "\n".join(html.itertext())


READERS: dict[str, Callable[[Path], str]] = {
    ".hdr": of_header,
    ".tif": of_tags,
    ".png": of_picture,
    ".npy": of_file_beside,
    ".csv": of_file_beside,
    ".gpkg": of_layer,
    ".geojson": of_members,
    ".qml": of_notes,
}
PARTS = (".img", ".sli", ".aux.xml", BESIDE)
"""Endings of files that are parts of another, and no use alone."""


def plain(text: str) -> str:
    """A text without what one format or the other cannot hold."""
    return " ".join(text.translate(str.maketrans("{},;", "()..")).split())


@KINDS
@pytest.mark.parametrize("name", FORMATS)
def test_every_file_says_how_the_map_was_made(name: str, remark: str, tmp_path: Path) -> None:
    export_map(made(remark), tmp_path, "field", [name])
    files = sorted(path for path in tmp_path.iterdir() if not path.name.endswith(PARTS))
    assert files
    for path in files:
        told = plain(READERS[path.suffix](path))
        for wanted in (
            "field 7",
            "grün.s3fn",
            f"S3FN {s3fn_core.__version__}",
            datetime.now(UTC).astimezone().date().isoformat(),
            "93.1 % of 480 held-out pixels correct",
            "Labels changed since.",
            "soil: Bare loam",
            remark,
            *TEXTS,
        ):
            assert plain(wanted) in told, path.name
        assert remark or not any(plain(other) in told for other in (GUESS, LIVE, REWORDED)), path.name


@pytest.mark.parametrize("layers", [(), ("confidence",), ("confidence", "novelty")])
@pytest.mark.parametrize("name", FORMATS)
def test_the_files_are_those_that_were_announced(name: str, layers: tuple[str, ...], tmp_path: Path) -> None:
    written = export_map(made(), tmp_path, "field", [name], layers)  # type: ignore[arg-type]  # parametrized
    announced = map_files(tmp_path, "field", [name], layers)  # type: ignore[arg-type]  # parametrized
    assert sorted(announced) == sorted(tmp_path.iterdir())
    assert set(written) <= set(announced)
    assert len(set(announced)) == len(announced)


def test_formats_that_share_a_style_name_it_once() -> None:
    names = [path.name for path in map_files("x", "field")]
    assert len(set(names)) == len(names)
    assert names.count("field_classes.qml") == 1


def test_a_class_without_description_says_so(tmp_path: Path) -> None:
    silent = replace(made(), classes=ClassSet(tuple(replace(c, descriptions=()) for c in CLASSES)))
    (path,) = export_map(silent, tmp_path, "field", ["csv"])
    assert "water: no description" in of_file_beside(path)


def test_spectra_are_the_means_of_the_pixels_of_each_class(tmp_path: Path) -> None:
    m = made()
    assert m.cube is not None
    values = m.cube.window(slice(None), slice(None))
    table, header, data = export_map(m, tmp_path, "field", ["spectra"])
    assert data.suffix == ".sli"
    with_deviations, means = read_library(table), read_library(header)
    assert with_deviations.names == ("soil", "soil SD", "water", "water SD")
    assert means.names == ("soil", "water")
    for row, class_id in enumerate((1, 4)):
        expected = values[class_id == IDS]
        np.testing.assert_allclose(means.spectra[row], expected.mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(with_deviations.spectra[2 * row], expected.mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(with_deviations.spectra[2 * row + 1], expected.std(axis=0), rtol=1e-4)


def test_spectra_leave_out_what_is_not_known(tmp_path: Path) -> None:
    m = made()
    assert m.cube is not None
    data = m.cube.window(slice(None), slice(None))
    data[1, 0, 2] = np.nan
    good = np.array([1, 1, 1, 1, 1, 0], bool)
    cube = replace(m.cube, data=data, good_bands=good)
    only_soil = replace(m, cube=cube, ids=np.where(IDS == 1, IDS, 0))
    means = read_library(export_map(only_soil, tmp_path, "field", ["spectra"])[0])
    assert means.names == ("soil", "soil SD")
    assert np.isnan(means.spectra[:, 5]).all()
    expected = data[IDS == 1][1:, 2].mean()
    assert means.spectra[0, 2] == pytest.approx(expected, rel=1e-6)


def test_spectra_that_nobody_can_write_are_refused(tmp_path: Path) -> None:
    m = made()
    assert m.cube is not None
    for wrong, why in (
        (replace(m, cube=None), "need the cube"),
        (replace(m, cube=replace(m.cube, wavelengths=None)), "no wavelengths"),
        (replace(m, ids=np.zeros_like(IDS)), "No pixel"),
        (replace(m, cube=replace(m.cube, data=np.zeros((3, 5, 6)))), "must agree"),
    ):
        with pytest.raises(ExportError, match=why):
            export_map(wrong, tmp_path, "field", ["csv", "spectra"])
    assert not list(tmp_path.iterdir())


def test_unsure_pixels_lose_their_class_and_the_files_say_so(tmp_path: Path) -> None:
    m = made().without_unsure(0.6)
    np.testing.assert_array_equal(m.ids, np.where(CONFIDENCE < 0.6, 0, IDS))
    assert m.confidence is CONFIDENCE
    (path,) = export_map(m, tmp_path, "field", ["csv"])
    assert "where the confidence is below 60 %" in of_file_beside(path)
    with pytest.raises(ExportError, match="no confidences"):
        replace(made(), confidence=None).without_unsure(0.6)


def test_a_filtered_map_says_so_and_keeps_its_layers(tmp_path: Path) -> None:
    ids = IDS.copy()
    ids[2, 2] = 4
    whole = replace(made(), ids=ids, margin=CONFIDENCE / 2)
    files = export_map(whole.calmed(MapFilter(3)), tmp_path, "field", ["npy"], LAYERS)
    assert [path.name for path in files] == [
        f"field_{name}.npy" for name in ("classes", "confidence", "margin", "novelty")
    ]
    np.testing.assert_array_equal(np.load(files[0]), filtered(ids, MapFilter(3)))
    assert np.load(files[0])[2, 2] == 1
    np.testing.assert_array_equal(np.load(files[2]), CONFIDENCE / 2)
    assert "majority 3 x 3; the accuracy was measured without it" in of_file_beside(files[0])
    assert whole.calmed(MapFilter()) is whole
