"""GeoTIFF with a colour table and the names of its categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.checksums import check_tiff
from s3fn_core.labels.exchange.grids import lay, place_in
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.exchange.xml import parsed
from s3fn_core.labels.rasters import Place, category_file, quiet_rasterio, write_geotiff
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = "GeoTIFF"
SUFFIXES = (".tif", ".tiff")

_UNSET = "#000000"  # what GDAL fills a colour table with


def read(wanted: Wanted) -> Stored:
    """Read the only band; what is declared as no-data, or masked, becomes 0.

    Names come from PATH.aux.xml, where GDAL (and so QGIS) keeps them.
    """
    import rasterio
    from rasterio.enums import ColorInterp
    from rasterio.windows import Window

    with quiet_rasterio(), rasterio.open(wanted.path) as source:
        with_mask = source.count == 2 and source.colorinterp[1] == ColorInterp.alpha
        if source.count != 1 and not with_mask:
            wanted.check_size((source.count, *source.shape), 0)
        if wanted.place is not None and source.gcps[0]:
            raise wanted.error(
                "{path} is placed by ground control points, which do not place single pixels; warp it onto "
                "a grid (gdalwarp), or save it without a place (.npy, .png)."
            )
        laid = lay(wanted, place_in(source), source.shape, np.dtype(source.dtypes[0]).itemsize)
        check_tiff(wanted.path)
        window = Window.from_slices(laid.rows, laid.columns)
        band = np.asarray(source.read(1, window=window))
        band[source.read_masks(1, window=window) == 0] = 0
        colors = _colors(source)
    names, notes = _names(category_file(wanted.path))
    return Stored(laid.onto(band), names, colors, (*laid.notes, *notes), laid.moved)


def _colors(source: Any) -> dict[int, str]:
    from rasterio.enums import ColorInterp

    if source.colorinterp[0] != ColorInterp.palette:
        return {}
    table = {i: f"#{bytes(rgba[:3]).hex()}" for i, rgba in source.colormap(1).items()}
    return {i: color for i, color in table.items() if color != _UNSET}


def _names(path: Path) -> tuple[dict[int, str], tuple[str, ...]]:
    """Names of the categories; a damaged file of names is no reason to refuse the map."""
    if not path.is_file():
        return {}, ()
    try:
        categories = parsed(path.read_bytes()).findall("PAMRasterBand/CategoryNames/Category")
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        return {}, (
            tr("{name}, which names the classes, was left out: {error}.", name=path.name, error=error),
        )
    return {i: category.text or "" for i, category in enumerate(categories)}, ()


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write one band, deflated, with colour table and names."""
    write_geotiff(ids, path, place, class_legend(classes, ids))
