"""GeoTIFF cubes: metadata by rasterio (GDAL), pixels by memory map or window by window."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, Georeference, Layout, LazyArray
from s3fn_core.cubes.formats.lazy import WindowedArray
from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

NAME = "GeoTIFF"
SUFFIXES = (".tif", ".tiff")

# "band 12 (478.2 Nanometers)", "478.2 nm", "0.478 um", or a bare number such as "478.2".
_IN_DESCRIPTION = re.compile(
    r"(\d+(?:\.\d+)?)\s*(nanomet\w*|nm|micromet\w*|microns?|um|µm|μm)\b|^\s*(\d+(?:\.\d+)?)\s*$",
    re.IGNORECASE,
)


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Layout | None = None, variable: str | None = None) -> Cube:
    """Open a TIFF whose bands are samples, planes or pages.

    Raises
    ------
    CubeError
        No TIFF, damaged, or complex values.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # most laboratory cubes
            with rasterio.open(path, driver="GTiff") as source:
                if source.count == 1:
                    pages = _pages(path)
                    if pages is not None:
                        return pages
                return _open_source(source, path)
    except (RasterioError, ValueError) as error:
        why = (str(error).splitlines() or [""])[0][:160]
        raise CubeError(f"{path} is no whole TIFF ({why}); save or copy it again.") from error


def _open_source(source: Any, path: Path) -> Cube:
    if np.dtype(source.dtypes[0]).kind not in "fiu":
        raise CubeError(f"{path} holds {source.dtypes[0]} values; a cube holds real numbers.")
    notes: list[str] = []
    tags = [source.tags(band) for band in source.indexes]
    uneven = len(set(source.scales)) > 1 or any(source.offsets)
    data = None if uneven else _memory_map(path, source.shape, source.count)
    if uneven:
        notes.append("Scale and offset of each band were applied.")
    nodata = source.nodata
    a, b, c, d, e, f = tuple(source.transform)[:6]
    placed = source.crs is not None or not source.transform.is_identity
    return Cube(
        _windows(source, path, uneven) if data is None else data,
        path.stem,
        path,
        wavelengths=_wavelengths(source, tags, notes),
        good_bands=_good_bands(tags),
        nodata=None if uneven or nodata is None or np.isnan(nodata) else float(nodata),
        scale=1.0 if uneven else float(source.scales[0]),
        interleave="bip" if source.interleaving.value.lower() == "pixel" else "bsq",
        georeference=Georeference(source.crs.to_wkt() if source.crs else "", (a, b, c, d, e, f))
        if placed
        else None,
        notes=tuple(notes),
    )


def _memory_map(path: Path, size: tuple[int, int], bands: int) -> LazyArray | None:
    """The pixels as a memory map, where they lie in one uncompressed block."""
    import tifffile

    try:
        array = tifffile.memmap(path, mode="r", series=0)
    except (ValueError, tifffile.TiffFileError, KeyError, IndexError):
        return None
    if array.shape == (*size, bands):
        return np.asarray(array)
    if array.shape == (bands, *size):
        return np.asarray(array).transpose(1, 2, 0)
    return None


def _windows(source: Any, path: Path, uneven: bool) -> WindowedArray:
    """Read through GDAL.

    The file is opened for every window: GDAL's data sets may not be shared between threads
    (display and training), and an open handle would lock the file on Windows.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError
    from rasterio.windows import Window

    scales = np.array(source.scales, np.float32)
    offsets = np.array(source.offsets, np.float32)

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        window = Window.from_slices((lines.start, lines.stop), (samples.start, samples.stop))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                with rasterio.open(path, driver="GTiff") as opened:
                    block = opened.read([band + 1 for band in bands], window=window)
                    missing = opened.nodata
        except RasterioError as error:
            raise CubeError(f"{path} cannot be read: {error}. Copy the file again.") from error
        block = np.moveaxis(np.asarray(block), 0, 2)
        if not uneven:
            return block
        values = block.astype(np.float32)
        if missing is not None:
            values[block == missing] = np.nan
        return np.asarray(values * scales[bands] + offsets[bands])

    dtype = np.float32 if uneven else source.dtypes[0]
    return WindowedArray((source.height, source.width, source.count), dtype, read)


def _wavelengths(source: Any, tags: list[dict[str, str]], notes: list[str]) -> Wavelengths | None:
    """Band centres from band tags, GDAL's imagery domain, or the descriptions of the bands."""
    lower = [{key.lower(): value for key, value in band.items()} for band in tags]
    if all("wavelength" in band for band in lower):
        unit = lower[0].get("wavelength_units") or lower[0].get("wavelength_unit")
        found, remarks = to_nm([band["wavelength"] for band in lower], unit, source.count)
    else:
        imagery = [source.tags(band, ns="IMAGERY") for band in source.indexes]
        if all("CENTRAL_WAVELENGTH_UM" in band for band in imagery):
            centres = [band["CENTRAL_WAVELENGTH_UM"] for band in imagery]
            found, remarks = to_nm(centres, "um", source.count)
        else:
            matches = [_IN_DESCRIPTION.search(text or "") for text in source.descriptions]
            hits = [match for match in matches if match]
            if len(hits) != source.count:
                return None
            unit = hits[0][2] and ("nm" if hits[0][2].lower().startswith("n") else "um")
            found, remarks = to_nm([hit[1] or hit[3] for hit in hits], unit, source.count)
            if source.count > 1 and unit is None and found is not None and found.max() < 100:
                return None  # bare running numbers are no wavelengths
    notes += remarks
    return found


def _good_bands(tags: list[dict[str, str]]) -> BoolArray:
    """The bad-band list that EnMAP and ENVI exports keep in the band tags; 1 means good."""
    values = [{key.lower(): value for key, value in band.items()}.get("bbl", "1") for band in tags]
    return np.array([value.strip() not in ("0", "0.0", "false") for value in values])


def _pages(path: Path) -> Cube | None:
    """A stack with one band a page, as microscopes and tifffile write it; None where it is not."""
    import tifffile

    with tifffile.TiffFile(path) as file:
        series = file.series[0]
        shape, dtype = series.shape, series.dtype
        if len(shape) != 3 or len(series.pages) != shape[0] or dtype is None:
            return None
        if file.pages[0].shape != shape[1:]:
            return None

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        with tifffile.TiffFile(path) as opened:
            stack = opened.asarray(key=bands).reshape(len(bands), *shape[1:])
        return np.asarray(stack[:, lines, samples]).transpose(1, 2, 0)

    size = (shape[1], shape[2])
    data = _memory_map(path, size, shape[0])
    if data is None:
        data = WindowedArray((*size, shape[0]), dtype, read)
    return Cube(data, path.stem, path, interleave="bsq", notes=("One band was read a page.",))
