"""Stacks: a folder of PNG or TIFF images with one band each, as filter-wheel cameras write them."""

from __future__ import annotations

import re
import warnings
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube, Georeference
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.tiff_promise import check_promise
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.errors import CubeError
from s3fn_core.types import Wavelengths

NAME = "Stack of images, one a band, named like 450nm"
SUFFIXES = (".png", ".tif", ".tiff")

# "450nm", "450.5 nm", "0.45um": a number and a unit, not in the middle of a word.
_WAVELENGTH = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?)[ _-]?(nm|nanomet\w*|um|µm|μm|micromet\w*|microns?)(?![a-z])", re.IGNORECASE
)
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
# Pillow's modes with one measured value a pixel; a palette ("P") holds numbers of colours.
_MODES = {"1": "u1", "L": "u1", "I;16": "u2", "I;16B": "u2", "I;16L": "u2", "I": "i4", "F": "f4"}
_KEPT_BYTES = 256 << 20  # of decoded PNG images: they cannot be read in parts
_MOST_NAMED = 4


@dataclass(frozen=True)
class _Band:
    """One image: what its head tells."""

    path: Path
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    georeference: Georeference | None = None


def can_open(path: Path) -> bool:
    """A folder with images, or one image of several whose names differ in the wavelength only."""
    if path.is_dir():
        return bool(_images(path))
    if path.suffix.lower() not in SUFFIXES or not _WAVELENGTH.search(path.stem):
        return False
    return len(_family(path)) > 1 and (path.suffix.lower() == ".png" or _is_single(path))


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the images of a folder, or those whose names differ from `path` in the wavelength only.

    The bands are sorted by wavelength where the names state it, else by name, 2 before 10.

    Raises
    ------
    CubeError
        Fewer than two images, images of different sizes, with several channels, or damaged.
    """
    if not path.is_dir():
        return _stack(_family(path), path, path.parent.name or path.stem, ())
    chosen, left = _largest_family(_images(path))
    if len(chosen) < 2:
        raise CubeError(f"{path} holds {len(chosen)} image(s); a stack has one for each band.")
    notes: tuple[str, ...] = ()
    if left:
        listed = ", ".join(file.name for file in left[:_MOST_NAMED])
        more = ", ..." if len(left) > _MOST_NAMED else ""
        notes = (f"{len(left)} image(s) of the folder are named otherwise, left out: {listed}{more}.",)
    # A file that opens the same stack again is better known to a project than a folder.
    again = chosen[0] if _WAVELENGTH.search(chosen[0].stem) else path
    return _stack(chosen, again, path.name, notes)


def open_files(paths: Sequence[Path]) -> Cube:
    """Open chosen images, one a band; the cube has no path of its own.

    Raises
    ------
    CubeError
        As :func:`open`.
    """
    if len(paths) < 2:
        raise CubeError(f"{len(paths)} image(s) were given; a stack has one for each band.")
    return _stack(list(paths), None, paths[0].parent.name or paths[0].stem, ())


def _images(folder: Path) -> list[Path]:
    return sorted(
        (file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file()),
        key=_natural,
    )


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort key that puts band2 before band10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _kin(path: Path) -> str:
    """The name without what counts the bands: a wavelength, or else the last number."""
    stem = path.stem.lower()
    plain = _WAVELENGTH.sub("#nm", stem, count=1)
    if plain == stem:
        plain = _LAST_NUMBER.sub("#", stem)
    return plain + path.suffix.lower()


def _family(path: Path) -> list[Path]:
    return [other for other in _images(path.parent) if _kin(other) == _kin(path)]


def _largest_family(images: list[Path]) -> tuple[list[Path], list[Path]]:
    """Images named alike, and the others; all of them where no two are named alike."""
    families: dict[str, list[Path]] = defaultdict(list)
    for image in images:
        families[_kin(image)].append(image)
    largest = max(families.values(), key=len, default=[])
    if len(largest) < 2:
        return images, []
    return largest, [image for image in images if image not in largest]


def _stack(files: list[Path], path: Path | None, name: str, notes: tuple[str, ...]) -> Cube:
    """A cube over images of one size."""
    wavelengths, files, remarks = _wavelengths(files)
    bands = [_head(file) for file in files]
    first = bands[0]
    for band in bands:
        if band.shape != first.shape:
            raise CubeError(
                f"{band.path} has {band.shape[0]} x {band.shape[1]} pixels, {first.path.name} "
                f"{first.shape[0]} x {first.shape[1]}; all bands of a stack have one size."
            )
    told = [f"{len(bands)} images were stacked, {files[0].name} to {files[-1].name}.", *remarks]
    types = {band.dtype for band in bands}
    if len(types) > 1:
        told.append(f"The images hold different types: {', '.join(sorted(map(str, types)))}.")
    for what in ("nodata", "scale", "offset"):
        if len({getattr(band, what) for band in bands}) > 1:
            told.append(f"The images state different values of {what}; the first one's was taken.")
    if first.offset:
        told.append(f"An offset of {first.offset:g} was not applied.")
    reader = _reader(bands)

    def read(lines: slice, samples: slice, chosen: list[int]) -> np.ndarray[Any, Any]:
        return np.stack([reader(bands[index], lines, samples) for index in chosen], axis=2)

    return Cube(
        WindowedArray((*first.shape, len(bands)), np.result_type(*types), read),
        name,
        path,
        wavelengths=wavelengths,
        nodata=first.nodata,
        scale=first.scale,
        interleave="bsq",
        georeference=first.georeference,
        notes=(*notes, *told),
    )


def _wavelengths(files: list[Path]) -> tuple[Wavelengths | None, list[Path], tuple[str, ...]]:
    """Band centres from the names, the files in the order of the bands, and what was guessed."""
    files = sorted(files, key=_natural)
    matches = [_WAVELENGTH.search(file.stem) for file in files]
    found = [match for match in matches if match]
    if len(found) < len(files):
        told = f"{len(found)} of {len(files)} names state a wavelength: left out."
        return None, files, (told,) if found else ()
    centres = np.empty(len(files))
    for index, match in enumerate(found):
        factor = 1.0 if match[2].lower().startswith("n") else 1e3
        centres[index] = float(match[1].replace(",", ".")) * factor
    order = np.argsort(centres, kind="stable")
    wavelengths, remarks = band_centres(centres[order], "nm", len(files))
    told = "Wavelengths were read from the names of the files."
    return wavelengths, [files[index] for index in order], (told, *remarks)


def _head(path: Path) -> _Band:
    try:
        return _png_head(path) if path.suffix.lower() == ".png" else _tiff_head(path)
    except (ValueError, SyntaxError, OSError) as error:
        raise CubeError(
            f"{path} is no whole image ({first_line(error)}); copy it again, or leave it out."
        ) from error


def _png_head(path: Path) -> _Band:
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            mode, (samples, lines) = image.mode, image.size
    except Image.DecompressionBombError as error:
        raise CubeError(f"{path} is too large for a PNG of one band; save it as TIFF.") from error
    if mode not in _MODES:
        raise CubeError(f"{path} is a colour image ({mode}); a band has one grey value a pixel.")
    return _Band(path, (lines, samples), np.dtype(_MODES[mode]))


def _tiff_head(path: Path) -> _Band:
    check_promise(path)
    with _rasterio(path) as source:
        count = max(source.count, len(source.subdatasets))  # GDAL takes pages for data sets
        if count != 1 or np.dtype(source.dtypes[0]).kind not in "fiu":
            raise CubeError(
                f"{path} has {count} bands of {source.dtypes[0]}; an image of a stack has one "
                "band of real numbers."
            )
        a, b, c, d, e, f = tuple(source.transform)[:6]
        place = None
        if source.crs is not None or not source.transform.is_identity:
            place = Georeference(source.crs.to_wkt() if source.crs else "", (a, b, c, d, e, f))
        missing = source.nodata
        return _Band(
            path,
            (source.height, source.width),
            np.dtype(source.dtypes[0]),
            None if missing is None or np.isnan(missing) else float(missing),
            float(source.scales[0]),
            float(source.offsets[0]),
            place,
        )


def _is_single(path: Path) -> bool:
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


def _reader(bands: list[_Band]) -> Callable[[_Band, slice, slice], np.ndarray[Any, Any]]:
    """Read a window of one image.

    PNG images are decoded as a whole; as many as fit are kept, the others decoded again.  None is
    dropped for another: a scan over all bands would then find none of them.
    """
    kept: dict[Path, np.ndarray[Any, Any]] = {}

    def png(band: _Band) -> np.ndarray[Any, Any]:
        from PIL import Image

        if band.path in kept:
            return kept[band.path]
        with Image.open(band.path, formats=["PNG"]) as image:
            values = np.asarray(image).astype(band.dtype, copy=False)
        if values.nbytes + sum(array.nbytes for array in list(kept.values())) <= _KEPT_BYTES:
            kept[band.path] = values
        return values

    def tiff(band: _Band, lines: slice, samples: slice) -> np.ndarray[Any, Any]:
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window = Window.from_slices((lines.start, lines.stop), (samples.start, samples.stop))
        with _rasterio(band.path) as source:
            try:
                return np.asarray(source.read(1, window=window))
            except RasterioError as error:
                raise ValueError(first_line(error)) from error

    def read(band: _Band, lines: slice, samples: slice) -> np.ndarray[Any, Any]:
        try:
            if band.path.suffix.lower() == ".png":
                values = png(band)
                if values.shape != band.shape:
                    raise ValueError("it changed since it was opened")
                return values[lines, samples]
            return tiff(band, lines, samples)
        except (ValueError, SyntaxError, OSError, zlib.error) as error:
            raise CubeError(f"{band.path} cannot be read ({first_line(error)}); copy it again.") from error

    return read
