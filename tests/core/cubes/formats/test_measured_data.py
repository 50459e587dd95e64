"""All measured cubes: orientation, wavelengths and no-data, against readings that are not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio.shutil
import spectral
from scipy.io import loadmat

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from tests import samson

TILES = 18
MISSING = [129, 130, 131, 132, 133, 134]  # in every pixel of every tile
TURNS = {
    f"{'transposed ' if transposed else ''}{turns * 90} degrees": (transposed, turns)
    for transposed in (False, True)
    for turns in range(4)
}  # all ways to lay a square on itself; the first leaves it as it is


def turned(image: np.ndarray, how: str) -> np.ndarray:
    transposed, turns = TURNS[how]
    return np.rot90(image.T if transposed else image, turns)


def between_classes(spectra: np.ndarray, ids: np.ndarray) -> tuple[float, float]:
    """Sums of squares between the class means, and in all (over all bands)."""
    known = ids > 0
    values, classes = spectra[known], ids[known]
    mean = values.mean(0)
    between = 0.0
    for class_id in np.unique(classes):
        own = values[classes == class_id]
        between += len(own) * float(((own.mean(0) - mean) ** 2).sum())
    return between, float(((values - mean) ** 2).sum())


@pytest.fixture(scope="module")
def tiles(data_folder: Path) -> list[Path]:
    found = sorted((data_folder / "enmap_potsdam" / "images").glob("*.tif"))
    assert len(found) == TILES
    return found


def labels(tile: Path) -> np.ndarray:
    with rasterio.open(tile.parents[1] / "labels" / tile.name) as source:
        ids: np.ndarray = source.read(1).astype(int)
    return ids


def test_enmap_tiles_agree_with_rasterio(tiles: list[Path]) -> None:
    for tile in tiles:
        cube = open_cube(tile)
        with rasterio.open(tile) as source:
            stored: Any = np.moveaxis(source.read(), 0, 2).astype(np.float64)
            tags = [source.tags(band) for band in source.indexes]
            assert cube.georeference is not None
            assert cube.georeference.transform == tuple(source.transform)[:6]
            assert rasterio.CRS.from_wkt(cube.georeference.crs) == source.crs
            assert cube.nodata == source.nodata == -32768
        assert cube.shape == stored.shape == (32, 32, 224)
        values = np.where(stored == -32768, np.nan, stored * 1e-4)
        np.testing.assert_allclose(cube.read(), values, rtol=1e-5)
        np.testing.assert_allclose(cube.spectrum(3, 29), values[3, 29], rtol=1e-5)
        np.testing.assert_allclose(cube.band(50), values[:, :, 50], rtol=1e-5)
        assert cube.wavelengths is not None
        np.testing.assert_allclose(cube.wavelengths, [float(tag["wavelength"]) for tag in tags])
        assert np.isnan(values[:, :, MISSING]).all()
        assert np.flatnonzero(~cube.good_bands).tolist() == MISSING
        told = " ".join(cube.notes)
        assert "bands 130 to 135" in told
        assert "turn back at band 92" in told
        assert not cube.simulated


def test_enmap_labels_lie_on_the_pixels_they_were_drawn_for(tiles: list[Path]) -> None:
    """Labels explain more of the spectra as they are than turned or mirrored in any way."""
    explained = dict.fromkeys(TURNS, 0.0)
    overall = dict.fromkeys(TURNS, 0.0)
    for tile in tiles:
        cube, ids = open_cube(tile), labels(tile)
        spectra = cube.read()[:, :, cube.good_bands]
        measured = np.isfinite(spectra).all(axis=2)
        for how in TURNS:
            between, total = between_classes(np.nan_to_num(spectra), np.where(measured, turned(ids, how), 0))
            explained[how] += between
            overall[how] += total
    shares = {how: explained[how] / overall[how] for how in TURNS}
    first, *others = shares
    assert shares[first] > 1.2 * max(shares[how] for how in others), shares


def test_enmap_spectra_are_those_of_their_classes(tiles: list[Path]) -> None:
    """Trees rise at the red edge, water falls: no band is out of its place."""
    means: dict[int, list[np.ndarray]] = {3: [], 4: [], 6: []}
    waves = None
    for tile in tiles:
        cube, ids = open_cube(tile), labels(tile)
        spectra, waves = cube.read(), cube.wavelengths
        for class_id, found in means.items():
            if (ids == class_id).any():
                found.append(spectra[ids == class_id].mean(axis=0))
    assert waves is not None
    red, infrared = (int(np.argmin(np.abs(waves - nm))) for nm in (670, 800))
    for class_id in (3, 4):
        mean = np.mean(means[class_id], axis=0)
        assert mean[infrared] > 3 * mean[red]
        assert 0 < mean[red] < mean[infrared] < 1
    water = np.mean(means[6], axis=0)
    assert water[infrared] < np.mean(means[4], axis=0)[infrared] / 2


@pytest.mark.parametrize("interleave", ["bil", "bip", "bsq"])
def test_enmap_as_gdal_writes_it_for_envi(tiles: list[Path], tmp_path: Path, interleave: str) -> None:
    """A header by GDAL, the pixels as spectral reads them."""
    path = tmp_path / "tile.img"
    rasterio.shutil.copy(tiles[3], path, driver="ENVI", INTERLEAVE=interleave)
    cube = open_cube(path)
    known = spectral.open_image(str(tmp_path / "tile.hdr"))
    np.testing.assert_array_equal(cube.data[:, :, :], np.array(known.load(dtype=np.float32, scale=False)))
    assert cube.interleave == interleave
    expected = open_cube(tiles[3])
    np.testing.assert_array_equal(np.isnan(cube.read()), np.isnan(expected.read()))
    assert cube.georeference is not None
    assert expected.georeference is not None
    np.testing.assert_allclose(cube.georeference.transform, expected.georeference.transform)


@pytest.fixture(scope="module")
def samson_cube(data_folder: Path) -> Cube:
    return open_cube(data_folder / "samson" / "Samson.mat")


def test_samson_agrees_with_scipy(data_folder: Path, samson_cube: Cube) -> None:
    stored = loadmat(data_folder / "samson" / "Samson.mat")["Y"]
    assert samson_cube.shape == (95, 95, 156)
    pixel_by_pixel = stored.T.reshape(95, 95, 156).transpose(1, 0, 2)
    np.testing.assert_array_equal(samson_cube.data[:, :, :], pixel_by_pixel)
    assert samson_cube.good_bands.all()
    assert samson_cube.nodata is None


def test_samson_abundances_lie_on_the_pixels_they_belong_to(data_folder: Path, samson_cube: Cube) -> None:
    ids = samson.ground_truth(data_folder)
    shares = {}
    for how in TURNS:
        between, total = between_classes(samson_cube.read(), turned(ids, how))
        shares[how] = between / total
    first, *others = shares
    assert shares[first] > 0.75
    assert shares[first] > 1.4 * max(shares[how] for how in others), shares
