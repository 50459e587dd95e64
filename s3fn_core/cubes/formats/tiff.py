"""TIFF cubes: which image of a file is meant, and who reads it: GDAL single pages, tifffile others."""

from __future__ import annotations

import warnings
from pathlib import Path

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats import tiff_gdal, tiff_pages
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.tiff_images import Image, as_variables, images
from s3fn_core.cubes.formats.tiff_promise import FAILURES, check_promise
from s3fn_core.cubes.formats.variables import Variable
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

NAME = "GeoTIFF"
SUFFIXES = (".tif", ".tiff")


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open a TIFF whose bands are samples, planes or pages.

    Of several images the one with the most bands is taken, or the one called `variable`.

    Raises
    ------
    CubeError
        No TIFF, damaged, or complex values.
    """
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        check_promise(path)  # GDAL would read for minutes what a damaged head promises
        found = _images(path)
        image = _chosen(found, variable, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # most laboratory cubes
            if image is None or image.is_one_page:
                cube = tiff_gdal.open_page(path, image)
            else:
                cube = tiff_pages.open_pages(path, image, layout)
    except (RasterioError, ValueError) as error:
        why = (str(error).splitlines() or [""])[0][:160]
        raise CubeError(
            "{path} is not a complete TIFF ({why}); save or copy it again.", path=path, why=why
        ) from error
    if image is None or len(found) < 2:
        return cube
    others = named(
        [f"{one.name} ({one.bands} x {one.lines} x {one.samples})" for one in found if one != image]
    )
    note = tr(
        "The file holds several images; {name} was used. Others to choose: {others}.",
        name=image.name,
        others=others,
    )
    return cube.with_(notes=(note, *cube.notes))


def variables(path: Path) -> tuple[Variable, ...]:
    """The images of a file that holds several.

    Raises
    ------
    CubeError
        No TIFF, or damaged.
    """
    try:
        return as_variables(_images(path))
    except ValueError as error:
        raise CubeError(
            "{path} is not a complete TIFF ({error}); save or copy it again.", path=path, error=error
        ) from error


def _images(path: Path) -> list[Image]:
    import tifffile

    try:
        with tifffile.TiffFile(path, _multifile=False) as file:  # no file but this one
            return images(file)
    except FAILURES as error:
        raise ValueError(first_line(error)) from error


def _chosen(found: list[Image], variable: str | None, path: Path) -> Image | None:
    if variable is None:
        return next(iter(found), None)
    for image in found:
        if image.name == variable:
            return image
    raise CubeError(
        '{path} holds no image "{variable}"; it holds {found}.',
        path=path,
        variable=variable,
        found=named([one.name for one in found]),
    )
