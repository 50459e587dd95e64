"""The images of a stack: what their heads tell, and how a window of one is read."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.tiff_promise import check_promise
from s3fn_core.errors import CubeError
from s3fn_core.grey_png import stored_values
from s3fn_core.languages import tr

# Pillow's modes with one measured value a pixel; a palette ("P") holds numbers of colours.
_MODES = {"1": "u1", "L": "u1", "I;16": "u2", "I;16B": "u2", "I;16L": "u2", "I": "i4", "F": "f4"}
_KEPT_BYTES = 256 << 20  # of decoded PNG images: they cannot be read in parts


@dataclass(frozen=True)
class Band:
    """One image: what its head tells."""

    path: Path
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    georeference: Georeference | None = None
    masked: bool = False


def head(path: Path) -> Band:
    try:
        return _png_head(path) if path.suffix.lower() == ".png" else _tiff_head(path)
    except (ValueError, SyntaxError, OSError) as error:
        raise CubeError(
            "{path} is not a complete image ({first_line}); copy it again, or leave it out.",
            path=path,
            first_line=first_line(error),
        ) from error


def _png_head(path: Path) -> Band:
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            mode, (samples, lines) = image.mode, image.size
            clear = image.info.get("transparency")
    except Image.DecompressionBombError as error:
        raise CubeError("{path} is too large for a PNG of one band; save it as TIFF.", path=path) from error
    if mode not in _MODES:
        raise CubeError(
            "{path} is a colour image ({mode}); a band has one grey value per pixel.", path=path, mode=mode
        )
    nodata = None if not isinstance(clear, int) else float(clear)  # the grey value that is not to be seen
    if mode == "1" and nodata:  # Pillow calls its white 255
        nodata = 1.0
    return Band(path, (lines, samples), np.dtype(_MODES[mode]), nodata)


def _tiff_head(path: Path) -> Band:
    from rasterio.enums import ColorInterp, MaskFlags

    check_promise(path)
    with _rasterio(path) as source:
        alpha = source.count == 2 and source.colorinterp[1] == ColorInterp.alpha
        # GDAL takes pages for data sets.
        count = max(1 if alpha else source.count, len(source.subdatasets))
        if count != 1 or np.dtype(source.dtypes[0]).kind not in "fiu":
            raise CubeError(
                "{path} has {count} bands of {dtypes}; an image of a stack has one band of real numbers.",
                path=path,
                count=count,
                dtypes=source.dtypes[0],
            )
        a, b, c, d, e, f = tuple(source.transform)[:6]
        place = None
        if source.crs is not None or not source.transform.is_identity:
            place = Georeference(source.crs.to_wkt() if source.crs else "", (a, b, c, d, e, f))
        missing = source.nodata
        masked = MaskFlags.per_dataset in source.mask_flag_enums[0]
        return Band(
            path,
            (source.height, source.width),
            np.dtype(np.float32 if masked else source.dtypes[0]),
            None if missing is None or np.isnan(missing) else float(missing),
            float(source.scales[0]),
            float(source.offsets[0]),
            place,
            masked,
        )


def is_single(path: Path) -> bool:
    try:
        _tiff_head(path)
    except (CubeError, ValueError, OSError):
        return False
    return True


def _rasterio(path: Path) -> Any:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            return rasterio.open(path, driver="GTiff")
        except RasterioError as error:
            raise ValueError(first_line(error)) from error


def reader(bands: list[Band]) -> Callable[[Band, slice, slice], np.ndarray[Any, Any]]:
    """Read a window of one image.

    PNG images are decoded as a whole; as many as fit are kept, the others decoded again.  None is
    dropped for another: a scan over all bands would then find none of them.
    """
    kept: dict[Path, np.ndarray[Any, Any]] = {}

    def png(band: Band) -> np.ndarray[Any, Any]:
        from PIL import Image

        if band.path in kept:
            return kept[band.path]
        with Image.open(band.path, formats=["PNG"]) as image:
            values = stored_values(np.asarray(image), band.path).astype(band.dtype, copy=False)
        if values.nbytes + sum(array.nbytes for array in list(kept.values())) <= _KEPT_BYTES:
            kept[band.path] = values
        return values

    def tiff(band: Band, lines: slice, samples: slice) -> np.ndarray[Any, Any]:
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window = Window.from_slices((lines.start, lines.stop), (samples.start, samples.stop))
        with _rasterio(band.path) as source:
            try:
                values = np.asarray(source.read(1, window=window))
                if not band.masked:
                    return values
                return np.where(source.dataset_mask(window=window) == 0, np.nan, values).astype(np.float32)
            except RasterioError as error:
                raise ValueError(first_line(error)) from error

    def read(band: Band, lines: slice, samples: slice) -> np.ndarray[Any, Any]:
        try:
            if band.path.suffix.lower() == ".png":
                values = png(band)
                if values.shape != band.shape:
                    raise ValueError(tr("it changed since it was opened"))
                return values[lines, samples]
            return tiff(band, lines, samples)
        except (ValueError, SyntaxError, OSError, zlib.error) as error:
            raise CubeError(
                "{path} cannot be read ({first_line}); copy it again.",
                path=band.path,
                first_line=first_line(error),
            ) from error

    return read
