"""Every export opens in QGIS with its place, classes, colours and attributes.

The real QGIS, headless; it is not among the requirements, for it is large.  On Debian and Ubuntu
``apt-get install --no-install-recommends python3-qgis qgis-providers`` brings it.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.results.class_map import ClassMap
from s3fn_core.results.export import FORMATS, export_map
from s3fn_core.results.origin import GUESS
from tests.core.results.test_provenance import CLASSES, CONFIDENCE, IDS, made

PYTHON = "/usr/bin/python3"  # Debian's QGIS has its modules there only
LOOK = Path(__file__).with_name("qgis_look.py")
SECONDS = 120
ENTRIES = [[c.id, c.name, c.color] for c in CLASSES]
COLORS = {0: "", **{c.id: c.color for c in CLASSES}}
DRAWN = [COLORS[i] for i in IDS.ravel().tolist()]
BOX = [366015.0, 5809845.0, 366165.0, 5809965.0]
UNREADABLE = {"field_spectra.sli"}
"""What GDAL has no reader for; ENVI and spectral have."""

pytestmark = pytest.mark.slow


def run_qgis(arguments: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
    }
    return subprocess.run(
        [PYTHON, *arguments], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for QGIS; skips where there is none."""
    home = tmp_path_factory.mktemp("home")
    if not Path(PYTHON).exists() or run_qgis(["-c", "import qgis.core"], home).returncode:
        pytest.skip(f"{PYTHON} has no QGIS (Debian: apt-get install python3-qgis qgis-providers)")
    return home


def opened(m: ClassMap, folder: Path, formats: list[str], home: Path) -> dict[str, Any]:
    """Export a map, and say what QGIS makes of each file."""
    folder.mkdir(exist_ok=True)
    export_map(m, folder, "field", formats)
    done = run_qgis([str(LOOK), str(folder)], home)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    print(f"QGIS {told.pop('version')}")
    return told


def test_every_export_opens(qgis: Path, tmp_path: Path) -> None:
    told = opened(made(GUESS), tmp_path / "maps", list(FORMATS), qgis)
    expected = {
        *(f"field_{k}.{end}" for k in ("classes", "confidence", "novelty") for end in ("img", "tif", "png")),
        *(f"field_{name}" for name in ("classes.gpkg", "classes.geojson", "areas.csv", "spectra.csv")),
        *UNREADABLE,
    }
    assert set(told) == expected
    assert {name for name, layer in told.items() if not layer["valid"]} == UNREADABLE
    for name in (f"field_{k}.{end}" for k in ("classes", "confidence", "novelty") for end in ("img", "tif")):
        assert (told[name]["crs"], told[name]["extent"]) == ("EPSG:32633", BOX), name
    for name in ("field_classes.img", "field_classes.tif"):
        assert told[name]["values"] == IDS.ravel().tolist()
        assert told[name]["colors"] == DRAWN  # 0 is transparent
    for name in ("field_confidence.img", "field_confidence.tif"):
        np.testing.assert_array_equal(np.array(told[name]["values"], np.float32), CONFIDENCE.ravel())
    for name in ("field_classes.img", "field_classes.tif", "field_classes.png"):
        assert told[name]["classes"] == ENTRIES
        assert told[name]["legend"][1:] == [c.name for c in CLASSES]  # below the name of the band
    assert [row["class"] for row in told["field_areas.csv"]["features"]] == list(CLASSES.names)
    assert told["field_spectra.csv"]["fields"][1:] == ["soil", "soil SD", "water", "water SD"]
    for name, layer in told.items():
        if name.startswith("field_classes"):
            assert GUESS in layer["notes"], name
            assert "grün.s3fn" in layer["notes"], name


def test_the_style_of_the_classes_fits_the_picture(qgis: Path, tmp_path: Path) -> None:
    picture = opened(made(), tmp_path / "maps", ["png", "geotiff"], qgis)["field_classes.png"]
    samples, lines = picture["shape"]
    drawn = np.array(picture["colors"], object).reshape(lines, samples)
    factor = 480 // IDS.shape[1]
    part = drawn[34 + factor // 2 :: factor, 8 + factor // 2 :: factor][: IDS.shape[0], : IDS.shape[1]]
    assert part.tolist() == np.array(DRAWN, object).reshape(IDS.shape).tolist()


@pytest.mark.parametrize("formats", [["geopackage"], ["geojson"], ["geotiff", "geopackage", "geojson"]])
def test_polygons_have_colours_and_attributes(qgis: Path, tmp_path: Path, formats: list[str]) -> None:
    told = opened(made(), tmp_path / "maps", formats, qgis)
    layers = [told[name] for name in ("field_classes.gpkg", "field_classes.geojson") if name in told]
    assert len(layers) == len({"geopackage", "geojson"} & set(formats))
    for layer in layers:
        assert layer["legend"] == [c.name for c in CLASSES]
        assert layer["classes"] == [[str(c.id), c.name, c.color] for c in CLASSES]
        for row, c in zip(layer["features"], CLASSES, strict=True):
            pixels = int(np.count_nonzero(c.id == IDS))
            assert (row["class_id"], row["class_name"], row["drawn"]) == (c.id, c.name, c.color)
            assert (row["pixels"], row["area_m2"], row["is simple"]) == (pixels, 900.0 * pixels, True)
            assert row["confidence"] == pytest.approx(float(CONFIDENCE[c.id == IDS].mean()), abs=1e-6)
    if "field_classes.gpkg" in told:
        assert told["field_classes.gpkg"]["crs"] == "EPSG:32633"
        assert [row["drawn area"] for row in told["field_classes.gpkg"]["features"]] == [9000.0, 4500.0]
    if "field_classes.geojson" in told:
        assert told["field_classes.geojson"]["crs"] == "EPSG:4326"


def test_a_map_of_a_laboratory_opens_without_a_place(qgis: Path, tmp_path: Path) -> None:
    told = opened(replace(made(), georeference=None), tmp_path / "maps", list(FORMATS), qgis)
    assert {name for name, layer in told.items() if not layer["valid"]} == UNREADABLE
    raster, polygons = told["field_classes.tif"], told["field_classes.gpkg"]
    assert (raster["crs"], polygons["crs"]) == ("", "")
    assert raster["extent"] == [0, -4, 5, 0]
    assert polygons["extent"] == [0, -4, 5, -1]  # over the pixels that have a class
    assert raster["colors"] == DRAWN
