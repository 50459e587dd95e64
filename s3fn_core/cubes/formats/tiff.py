"""GeoTIFF cubes: metadata by rasterio (GDAL), pixels by memory map or window by window."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube, Georeference
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.axes import (
    ASKED,
    alternatives,
    asked_axes,
    guessed_axes,
    interleave,
    transposed,
    windows,
)
from s3fn_core.cubes.formats.band_texts import centres_of_file, centres_of_tags, centres_of_texts
from s3fn_core.cubes.formats.tiff_promise import FAILURES, check_promise
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

NAME = "GeoTIFF"
SUFFIXES = (".tif", ".tiff")


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open a TIFF whose bands are samples, planes or pages.

    Raises
    ------
    CubeError
        No TIFF, damaged, or complex values.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        check_promise(path)  # GDAL would read for minutes what a damaged head promises
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # most laboratory cubes
            with rasterio.open(path, driver="GTiff") as source:
                if source.count == 1:
                    pages = _pages(path, layout)
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
    data = None if uneven else _mapped_bands(path, source.shape, source.count)
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


def _memory_map(path: Path) -> np.ndarray[Any, Any] | None:
    """The array of the file, where it lies in one uncompressed block."""
    import tifffile

    try:
        return np.asarray(tifffile.memmap(path, mode="r", series=0))
    except FAILURES:
        return None


def _mapped_bands(path: Path, size: tuple[int, int], bands: int) -> np.ndarray[Any, Any] | None:
    array = _memory_map(path)
    for axes in (Axes("lsb"), Axes("bls")):
        if array is not None and array.ndim == 3:
            turned = transposed(array, axes)
            if turned.shape == (*size, bands):
                return turned
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
    """Band centres: band tags, GDAL's imagery domain, descriptions, tags of the file."""
    for found, remarks in _stated(source, tags):
        notes += remarks
        if found is not None:
            return found
    return None


def _stated(source: Any, tags: list[dict[str, str]]) -> Iterator[tuple[Wavelengths | None, tuple[str, ...]]]:
    bands = int(source.count)
    yield centres_of_tags([{k.lower(): v for k, v in band.items()} for band in tags], bands)
    imagery = [source.tags(band, ns="IMAGERY").get("CENTRAL_WAVELENGTH_UM") for band in source.indexes]
    if all(imagery):
        yield band_centres(imagery, "um", bands)
    yield centres_of_texts(source.descriptions, "band descriptions")
    yield centres_of_file(source.tags(), bands)


def _good_bands(tags: list[dict[str, str]]) -> BoolArray:
    """The bad-band list that EnMAP and ENVI exports keep in the band tags; 1 means good."""
    values = [{key.lower(): value for key, value in band.items()}.get("bbl", "1") for band in tags]
    return np.array([value.strip() not in ("0", "0.0", "false") for value in values])


def _pages(path: Path, layout: Arrangement | None) -> Cube | None:
    """A stack with one band a page, as microscopes and tifffile write it; None where it is not."""
    try:
        return _open_pages(path, layout)
    except FAILURES as error:
        raise CubeError(f"{path} is no whole TIFF ({first_line(error)}); save or copy it again.") from error


def _open_pages(path: Path, layout: Arrangement | None) -> Cube | None:
    import tifffile

    with tifffile.TiffFile(path) as file:
        series = file.series[0]
        shape, dtype = series.shape, series.dtype
        if len(shape) != 3 or len(series.pages) != shape[0] or dtype is None:
            return None
        if file.pages[0].shape != shape[1:]:
            return None
        if np.dtype(dtype).kind not in "fiu":
            raise CubeError(f"{path} holds {dtype} values; a cube holds real numbers.")
        wavelengths, remarks = _page_wavelengths(file, series.pages, shape[0])

    size = path.stat().st_size

    def read(index: tuple[Any, ...]) -> np.ndarray[Any, Any]:
        chosen, rest = index[0], index[1:]
        try:
            with tifffile.TiffFile(path) as opened:
                pages: Any = opened.series[0].pages
                places = range(shape[0])[chosen] if isinstance(chosen, slice) else chosen
                return np.stack([_unpacked(pages[place], size)[rest] for place in places])
        except FAILURES as error:
            raise CubeError(f"{path} cannot be read ({first_line(error)}). Copy the file again.") from error

    mapped = _memory_map(path)
    if mapped is not None and mapped.shape != shape:
        mapped = None
    axes, why = asked_axes(layout, str(path)), ASKED
    if axes is None:
        # Pages that have to be unpacked one by one are not unpacked for a guess.
        count = shape[0] if wavelengths is not None or mapped is None else None
        looked_at = windows(shape, dtype, read, Axes("lsb")) if mapped is None else mapped
        axes, why = guessed_axes(looked_at, count, Axes("bls"))
    if wavelengths is not None and axes.order[0] != "b":
        wavelengths, remarks = None, ("The wavelengths of the pages were left out.",)
    paged = {"b": "band", "l": "line", "s": "sample"}[axes.order[0]]
    note = f"One {paged} was read a page{', ' if why else ''}{why}."
    return Cube(
        windows(shape, dtype, read, axes) if mapped is None else transposed(mapped, axes),
        path.stem,
        path,
        wavelengths=wavelengths,
        interleave=interleave(axes),
        layouts=alternatives(axes),
        notes=(note, *remarks),
    )


def _unpacked(page: Any, size: int) -> np.ndarray[Any, Any]:
    """The pixels of a page; a length beyond the file is not believed."""
    if sum(page.databytecounts) > size:
        raise ValueError("a page is longer than the file")
    return np.asarray(page.asarray())


def _page_wavelengths(file: Any, pages: Any, count: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from the labels of ImageJ, the metadata of tifffile, or texts of the pages."""
    labels = list((file.imagej_metadata or {}).get("Labels", ()))
    if len(labels) == count:
        return centres_of_texts(labels, "labels of the pages")
    for metadata in file.shaped_metadata or ():
        found, remarks = centres_of_file(metadata, count)
        if found is not None:
            return found, remarks
    told: tuple[str, ...] = ()
    for tag, source in (("PageName", "names of the pages"), ("ImageDescription", "descriptions")):
        texts = [_page_text(page, tag) for page in pages]
        found, told = centres_of_texts(texts, source)
        if found is not None:
            break
    return found, told


def _page_text(page: Any, tag: str) -> str | None:
    """A tag of a page; pages without tags of their own, only an offset, have none."""
    value = getattr(page, "tags", {}).get(tag)
    return str(value.value) if value is not None else None
