"""Label rasters with a place of their own come to lie where their coordinates say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio import CRS, Affine
from rasterio.control import GroundControlPoint
from rasterio.warp import Resampling, reproject, transform

from s3fn_core.cli import run
from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import read_label_file, read_labels, read_objects, write_labels
from s3fn_core.types import IdArray

LINES, SAMPLES = SHAPE = (24, 20)
UTM = CRS.from_epsg(32632)
GRID = Affine(10.0, 0, 500_000.0, 0, -10.0, 5_400_000.0)
CUBE = Georeference(UTM.to_wkt(), tuple(GRID)[:6])
TRUTH = np.random.default_rng(1).integers(1, 4, SHAPE).astype(np.uint8)
CLASSES = ClassSet().added("soil").added("water").added("roof")


def geotiff(path: Path, ids: np.ndarray, grid: Affine = GRID, crs: CRS | None = UTM, **more: Any) -> Path:
    profile = {"driver": "GTiff", "height": ids.shape[0], "width": ids.shape[1], "dtype": ids.dtype}
    with rasterio.open(path, "w", count=1, crs=crs, transform=grid, **profile, **more) as target:
        target.write(ids, 1)
    return path


def envi(path: Path, ids: IdArray, grid: Affine, crs: CRS = UTM) -> Path:
    write_labels(ids, path.with_suffix(".hdr"), CLASSES, Georeference(crs.to_wkt(), tuple(grid)[:6]))
    return path.with_suffix(".hdr")


def read(path: Path) -> tuple[IdArray, str]:
    file = read_label_file(path, shape=SHAPE, place=CUBE)
    return file.ids.astype(np.uint8), " ".join(file.notes)


@pytest.mark.parametrize("write", [geotiff, envi])
def test_a_map_on_the_cube_s_own_grid_is_taken_as_it_is(write: Any, tmp_path: Path) -> None:
    ids, notes = read(write(tmp_path / "map.tif", TRUTH, GRID))
    np.testing.assert_array_equal(ids, TRUTH)
    assert notes == ""


@pytest.mark.parametrize("write", [geotiff, envi])
@pytest.mark.parametrize(
    ("turned", "grid"),
    [
        (np.roll(TRUTH, (3, -2), (0, 1)), GRID @ Affine.translation(-2, 3)),  # of the same size
        (TRUTH[::-1], GRID @ Affine.translation(0, LINES) @ Affine.scale(1, -1)),  # south-up
        (TRUTH[:, ::-1], GRID @ Affine.translation(SAMPLES, 0) @ Affine.scale(-1, 1)),
        (TRUTH.T, GRID @ Affine(0, 1, 0, 1, 0, 0)),
        (np.pad(TRUTH, 5), GRID @ Affine.translation(-5, -5)),  # a larger map, as of a whole county
        (TRUTH.repeat(3, 0).repeat(3, 1), GRID @ Affine.scale(1 / 3)),
    ],
    ids=["shifted", "south up", "mirrored", "transposed", "larger", "finer"],
)
def test_a_map_is_placed_by_its_coordinates(
    write: Any, turned: np.ndarray, grid: Affine, tmp_path: Path
) -> None:
    if write is envi and (grid.b or grid.a != -grid.e or grid.a < 0):
        pytest.skip("spectral's header cannot say it")
    ids, notes = read(write(tmp_path / "map.tif", np.ascontiguousarray(turned), grid))
    shifted = turned.shape == SHAPE and grid.c < GRID.c
    inside = np.zeros(SHAPE, bool)
    inside[3 if shifted else 0 :, : -2 if shifted else None] = True
    if shifted:
        expected = np.zeros_like(TRUTH)
        expected[3:, :-2] = turned[:-3, 2:]
    else:
        expected = TRUTH
    np.testing.assert_array_equal(ids, expected)
    assert "placed by its coordinates" in notes
    assert f"covers {100 * inside.mean():.0f} % of the cube" in notes
    assert ("nearest" in notes) == (turned.shape == (72, 60))


def test_other_pixels_give_the_nearest_label(tmp_path: Path) -> None:
    coarse = np.arange(1, 13, dtype=np.uint8).reshape(4, 3)
    grid = GRID @ Affine.translation(1, -1) @ Affine.scale(7, 6.5)
    ids, notes = read(geotiff(tmp_path / "map.tif", coarse, grid))
    expected = np.zeros(SHAPE, np.uint8)
    for line in range(LINES):
        for sample in range(SAMPLES):
            y, x = int((line + 1.5) // 6.5), int((sample - 0.5) // 7)
            if 0 <= y < 4 and 0 <= x < 3:
                expected[line, sample] = coarse[y, x]
    np.testing.assert_array_equal(ids, expected)
    assert "the nearest was used" in notes


@pytest.mark.parametrize("code", [4326, 32633, 3857, 3035])
def test_another_coordinate_system(code: int, tmp_path: Path) -> None:
    crs = CRS.from_epsg(code)
    west, south, east, north = rasterio.warp.transform_bounds(UTM, crs, *bounds())
    size = 400
    grid = Affine((east - west) / size, 0, west, 0, (south - north) / size, north)
    blocky = np.add.outer(np.arange(LINES) // 6, np.arange(SAMPLES) // 5) % 3 + 1
    fine = np.zeros((size, size), np.uint8)
    options = {"src_transform": GRID, "src_crs": UTM, "dst_transform": grid, "dst_crs": crs}
    reproject(blocky.astype(np.uint8), fine, **options, resampling=Resampling.nearest)
    ids, notes = read(geotiff(tmp_path / "map.tif", fine, grid, crs))
    inner = (slice(1, -1), slice(1, -1))
    assert (ids[inner] == blocky[inner]).mean() > 0.99
    assert "placed by its coordinates" in notes


def test_every_pixel_of_a_wide_cube_is_placed_exactly(tmp_path: Path) -> None:
    """Between the points that are worked out, the way across the map is straight."""
    lon, lat = Affine(0.0008, 0, 8.9, 0, -0.0008, 48.8), (300, 360)
    numbers = np.arange(1, lat[0] * lat[1] + 1, dtype=np.int32).reshape(lat)
    path = geotiff(tmp_path / "map.tif", numbers, lon, CRS.from_epsg(4326))
    shape, grid = (180, 150), Affine(60.0, 7, 499_000, -5, -60.0, 5_402_000)
    place = Georeference(UTM.to_wkt(), tuple(grid)[:6])
    with pytest.warns(UserWarning, match="placed by its coordinates"):
        ids = read_objects(path, shape=shape, place=place)
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    east, north = grid @ (x.ravel(), y.ravel())
    degrees = np.array(transform(UTM, CRS.from_epsg(4326), east, north))
    column, row = ~lon @ tuple(degrees)
    clear = np.minimum(abs(column - np.round(column)), abs(row - np.round(row))) > 0.01
    expected = numbers[np.floor(row).astype(int), np.floor(column).astype(int)]
    np.testing.assert_array_equal(ids.ravel()[clear], expected[clear])
    assert clear.mean() > 0.9


def bounds() -> tuple[float, float, float, float]:
    return 500_000.0, 5_400_000.0 - 10 * LINES, 500_000.0 + 10 * SAMPLES, 5_400_000.0


@pytest.mark.parametrize("write", [geotiff, envi])
def test_a_map_of_another_area_is_refused(write: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "map.tif", TRUTH, GRID @ Affine.translation(400, 0))
    with pytest.raises(LabelError, match=r"lies elsewhere: .* save it without one"):
        read_label_file(path, shape=SHAPE, place=CUBE)


def test_control_points_are_refused(tmp_path: Path) -> None:
    points = [
        GroundControlPoint(row, column, *(GRID @ (column, row)))
        for row in (0, LINES)
        for column in (0, SAMPLES)
    ]
    path = tmp_path / "map.tif"
    profile = {"driver": "GTiff", "height": LINES, "width": SAMPLES, "count": 1, "dtype": "uint8"}
    with rasterio.open(path, "w", **profile, gcps=points, crs=UTM) as target:
        target.write(TRUTH, 1)
    with pytest.raises(LabelError, match="control points"):
        read_label_file(path, shape=SHAPE, place=CUBE)
    file = read_label_file(path, shape=SHAPE)  # on a cube without a place, as ever
    np.testing.assert_array_equal(file.ids, TRUTH)


def test_without_a_place_of_the_cube_pixel_by_pixel_and_said(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "map.tif", TRUTH, GRID @ Affine.translation(5, 5))
    file = read_label_file(path, shape=SHAPE)
    np.testing.assert_array_equal(file.ids, TRUTH)
    assert "the cube does not: it was matched pixel by pixel" in file.notes[0]
    Image.fromarray(TRUTH).save(tmp_path / "map.png")
    assert read(tmp_path / "map.png")[1] == ""


def test_a_place_without_a_system_is_taken_for_the_cube_s(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "map.tif", TRUTH[3:, 2:], GRID @ Affine.translation(2, 3), None)
    ids, notes = read(path)
    np.testing.assert_array_equal(ids[3:, 2:], TRUTH[3:, 2:])
    assert not ids[:3].any()
    assert "The map names no coordinate system" in notes


def test_the_world_file_of_a_picture_counts(tmp_path: Path) -> None:
    Image.fromarray(TRUTH[:, 4:]).save(tmp_path / "map.png")
    a, b, c, d, e, f = tuple(GRID @ Affine.translation(4.5, 0.5))[:6]
    (tmp_path / "map.pgw").write_text("\n".join(map(str, (a, d, b, e, c, f))))
    ids, notes = read(tmp_path / "map.png")
    np.testing.assert_array_equal(ids[:, 4:], TRUTH[:, 4:])
    assert not ids[:, :4].any()
    assert "covers 80 % of the cube" in notes


def test_masks_count(tmp_path: Path) -> None:
    hidden = np.zeros(SHAPE, bool)
    hidden[4:9] = True
    path = geotiff(tmp_path / "map.tif", TRUTH)
    with rasterio.open(path, "r+") as target:  # beside it, as .msk
        target.write_mask(~hidden)
    np.testing.assert_array_equal(read(path)[0], np.where(hidden, 0, TRUTH))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = geotiff(tmp_path / "inside.tif", TRUTH)
        with rasterio.open(path, "r+") as target:
            target.write_mask(~hidden)
    np.testing.assert_array_equal(read(path)[0], np.where(hidden, 0, TRUTH))
    picture = Image.fromarray(TRUTH, "P")
    picture.putpalette([0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 200])
    picture.save(tmp_path / "map.png", transparency=2)
    np.testing.assert_array_equal(read(tmp_path / "map.png")[0], np.where(TRUTH == 2, 0, TRUTH))
    bands = np.stack([TRUTH, np.where(hidden, 0, 255).astype(np.uint8)])
    profile = {"driver": "GTiff", "height": LINES, "width": SAMPLES, "count": 2, "dtype": "uint8"}
    with rasterio.open(tmp_path / "a.tif", "w", **profile, crs=UTM, transform=GRID, ALPHA="YES") as target:
        target.write(bands)
    np.testing.assert_array_equal(read(tmp_path / "a.tif")[0], np.where(hidden, 0, TRUTH))


def test_of_a_large_map_only_the_part_under_the_cube_is_read(tmp_path: Path) -> None:
    """40,000 x 40,000 pixels would be 1.6 GB."""
    size = 40_000
    path = tmp_path / "map.tif"
    profile = {"driver": "GTiff", "height": size, "width": size, "count": 1, "dtype": "uint8"}
    options = {"sparse_ok": True, "tiled": True, "compress": "deflate"}
    grid = GRID @ Affine.translation(-20_000, -30_000)
    with rasterio.open(path, "w", **profile, **options, crs=UTM, transform=grid) as target:
        target.write(TRUTH, 1, window=rasterio.windows.Window(20_000, 30_000, SAMPLES, LINES))
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.testing.assert_array_equal(read(path)[0], TRUTH)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_read_labels_warns_of_what_it_assumed(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "map.tif", TRUTH, GRID @ Affine.translation(5, 0))
    with pytest.warns(UserWarning, match=r"map\.tif: .*placed by its coordinates"):
        assert not read_labels(path, shape=SHAPE, place=CUBE)[:, :5].any()


def test_the_command_line_places_labels_objects_and_test_regions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same map, shifted and with the place that says so, gives the same accuracy: all of it."""
    scene = simulate("fruit", seed=0, lines=32, samples=32)
    bands = np.moveaxis(scene.cube.read(), 2, 0)
    profile = {"driver": "GTiff", "height": 32, "width": 32, "count": len(bands), "dtype": "float32"}
    with rasterio.open(tmp_path / "scene.tif", "w", **profile, crs=UTM, transform=GRID) as target:
        target.write(bands)
    cube = open_cube(tmp_path / "scene.tif")
    assert cube.georeference is not None
    from s3fn_core.model.checkpoint import save_model
    from tests.core.model.models import small, untrained

    save_model(untrained(small("pixel"), cube, scene.classes), tmp_path / "model.s3fn")
    command = ["predict", f"{tmp_path}/model.s3fn", f"{tmp_path}/scene.tif", "--out", f"{tmp_path}/out"]
    assert run([*command, "--device", "cpu", "--format", "npy", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["cubes"]
    said = np.load(told["files"][0])
    shifted = np.roll(said, (4, 3), (0, 1))
    shifted[:4] = shifted[:, :3] = 0
    path = geotiff(tmp_path / "map.tif", shifted, GRID @ Affine.translation(-3, -4))
    command = ["evaluate", f"{tmp_path}/model.s3fn", f"{tmp_path}/scene.tif", "--labels", str(path)]
    assert run([*command, "--device", "cpu", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["oa"] == 1.0
    assert figures["count"] == np.count_nonzero(said[:-4, :-3])
    assert any("map.tif: The map was placed" in note for note in figures["notes"])
    whole = geotiff(tmp_path / "objects.tif", np.pad(said, 2), GRID @ Affine.translation(-2, -2))
    command = ["predict", f"{tmp_path}/model.s3fn", f"{tmp_path}/scene.tif", "--out", f"{tmp_path}/out"]
    command += ["--objects", str(whole), "--device", "cpu", "--format", "npy", "--json"]
    assert run(command) == 0
    assert "objects.tif: The map was placed" in " ".join(json.loads(capsys.readouterr().out)["notes"])
