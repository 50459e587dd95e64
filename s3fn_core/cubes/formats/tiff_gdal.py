"""A page of a TIFF whose samples are the bands: metadata by GDAL, pixels mapped or read in windows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Axes, Cube, Georeference, LazyArray
from s3fn_core.cubes.formats.axes import transposed
from s3fn_core.cubes.formats.meaning import Mask, Meaning
from s3fn_core.cubes.formats.tiff_images import Image
from s3fn_core.cubes.formats.tiff_promise import FAILURES, check_promise
from s3fn_core.cubes.formats.tiff_texts import called_opacity, described, own_text
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray

_LINES = 16  # looked at
_OPAQUE = 0.3  # share of the pixels that are opaque, where edges are soft


def open_page(path: Path, image: Image | None) -> Cube:
    """Open a page by GDAL; the first one where it is not said which.

    Raises
    ------
    CubeError
        Complex values.
    ValueError, rasterio.errors.RasterioError
        Damaged.
    """
    import rasterio

    name = gdal_name(path, image)
    if image is not None:
        check_promise(path, image.pages[0])
    with rasterio.open(name, driver="GTiff") as source:
        if np.dtype(source.dtypes[0]).kind not in "fiu":
            raise CubeError(
                "{path} holds {dtypes} values; a cube holds real numbers.", path=path, dtypes=source.dtypes[0]
            )
        notes: list[str] = []
        spectral = _spectral(source, notes)
        data: LazyArray | None = None if len(spectral) < source.count else _mapped(path, image, source)
        cube = Cube(
            _windows(source, name, path, spectral) if data is None else data,
            path.stem,
            path,
            interleave="bip" if source.interleaving.value.lower() == "pixel" else "bsq",
            georeference=place(source, notes),
        )
        scales, offsets = np.array(source.scales, np.float64), np.array(source.offsets, np.float64)
        missing = () if source.nodata is None else (float(source.nodata),)
        meaning = Meaning(scales[spectral], offsets[spectral], missing)
        if (mask := _mask(source, name, path, spectral, notes)) is not None:
            meaning = replace(meaning, mask=mask)
        return described(cube, meaning, source, spectral, notes)


def gdal_name(path: Path, image: Image | None) -> str:
    """How GDAL is asked for a page of a file, which need not be the first."""
    if image is None or image.pages[0] == 0:
        return str(path)
    return f"GTIFF_DIR:off:{image.offset}:{path}"


def place(source: Any, notes: list[str]) -> Georeference | None:
    """Where GDAL says that the image lies; positions that are not simple are told."""
    if source.crs is not None or not source.transform.is_identity:
        a, b, c, d, e, f = tuple(source.transform)[:6]
        return Georeference(source.crs.to_wkt() if source.crs else "", (a, b, c, d, e, f))
    points, _ = source.gcps
    if points:
        notes.append(
            tr(
                "The file places the image by {count} control points, which are not used; rectify it "
                "(gdalwarp).",
                count=len(points),
            )
        )
    elif source.rpcs:
        notes.append(
            tr("The file places the image by a sensor model (RPC), which is not used; rectify it (gdalwarp).")
        )
    return None


def _spectral(source: Any, notes: list[str]) -> list[int]:
    """The bands (from 0) that are measured; one that says how opaque pixels are is not.

    GDAL and tifffile call the fourth band of four so unless told otherwise: one with a text of its
    own, or with values that no opacity has, was measured.
    """
    from rasterio.enums import ColorInterp

    called = [
        band
        for band, kind in enumerate(source.colorinterp)
        if kind == ColorInterp.alpha or called_opacity(source, band)
    ]
    alpha = [band for band in called if not own_text(source, band) and _is_opacity(source, band)]
    if not alpha or len(alpha) == source.count:
        return list(range(source.count))
    notes.append(
        tr("Band {alpha} is an alpha channel: it was used as a mask, not as a band.", alpha=alpha[0] + 1)
    )
    return [band for band in range(source.count) if band not in alpha]


def _is_opacity(source: Any, band: int) -> bool:
    """Whether a band is clear or opaque nearly everywhere, by some of its lines."""
    lines = np.unique(np.linspace(0, source.height - 1, _LINES).astype(int)).tolist()
    everything = slice(0, source.width)
    values = np.concatenate(
        [source.read(band + 1, window=_window(slice(line, line + 1), everything))[0] for line in lines]
    )
    opaque = values == values.max()
    return bool((opaque | (values == 0)).all() or opaque.mean() >= _OPAQUE)


def _mask(source: Any, name: str, path: Path, spectral: list[int], notes: list[str]) -> Mask | None:
    """The mask of the file: inside of it, a .msk beside it, or an alpha channel that is not a band."""
    from rasterio.enums import MaskFlags

    flags = source.mask_flag_enums[0]
    alpha = next((band + 1 for band in range(source.count) if band not in spectral), None)
    if alpha is None:
        if MaskFlags.per_dataset not in flags or MaskFlags.alpha in flags:
            return None
        notes.append(tr("The file holds a mask; what it leaves out counts as missing."))

    def mask(lines: slice, samples: slice) -> BoolArray:
        window = _window(lines, samples)
        with _opened(name, path) as opened:
            read = opened.dataset_mask(window=window) if alpha is None else opened.read(alpha, window=window)
        here: BoolArray = np.asarray(read) != 0
        return here

    return mask


def _mapped(path: Path, image: Image | None, source: Any) -> np.ndarray[Any, Any] | None:
    """The array of the page, where it lies in one uncompressed block."""
    import tifffile

    try:
        page = image.pages[0] if image else 0
        array = np.asarray(tifffile.memmap(path, mode="r", page=page))
    except FAILURES:
        return None
    for axes in (Axes("lsb"), Axes("bls")):
        if array.ndim == 3 and transposed(array, axes).shape == (*source.shape, source.count):
            return transposed(array, axes)
    return None


def _window(lines: slice, samples: slice) -> Any:
    from rasterio.windows import Window

    return Window.from_slices((lines.start, lines.stop), (samples.start, samples.stop))


@contextmanager
def _opened(name: str, path: Path) -> Iterator[Any]:
    """The file opened for one window.

    GDAL's data sets may not be shared between threads (display and training), and an open handle
    would lock the file on Windows.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(name, driver="GTiff") as opened:
                yield opened
    except RasterioError as error:
        raise CubeError(
            "{path} cannot be read: {error}. Copy the file again.", path=path, error=error
        ) from error


def _windows(source: Any, name: str, path: Path, chosen: list[int]) -> WindowedArray:
    """Read through GDAL."""

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        with _opened(name, path) as opened:
            block = opened.read([chosen[band] + 1 for band in bands], window=_window(lines, samples))
        return np.moveaxis(np.asarray(block), 0, 2)

    return WindowedArray((source.height, source.width, len(chosen)), source.dtypes[0], read)
