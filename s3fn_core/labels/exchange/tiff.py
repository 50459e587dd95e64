"""GeoTIFF with a colour table and the names of its categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.exchange.xml import parsed
from s3fn_core.labels.rasters import Place, category_file, quiet_rasterio, write_geotiff
from s3fn_core.types import IdArray

NAME = "GeoTIFF"
SUFFIXES = (".tif", ".tiff")

_UNSET = "#000000"  # what GDAL fills a colour table with


def read(wanted: Wanted) -> Stored:
    """Read the only band; what is declared as no-data becomes 0.

    Names come from PATH.aux.xml, where GDAL (and so QGIS) keeps them.
    """
    import rasterio

    with quiet_rasterio(), rasterio.open(wanted.path) as source:
        stated = source.shape if source.count == 1 else (source.count, *source.shape)
        wanted.check_size(stated, np.dtype(source.dtypes[0]).itemsize)
        band = np.asarray(source.read(1))
        if source.nodata is not None:
            missing = np.isnan(band) if np.isnan(source.nodata) else band == source.nodata
            band[missing] = 0
        colors = _colors(source)
    names, notes = _names(category_file(wanted.path))
    return Stored(band, names, colors, notes)


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
        return {}, (f"{path.name}, which names the classes, was left out: {error}.",)
    return {i: category.text or "" for i, category in enumerate(categories)}, ()


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write one band, deflated, with colour table and names."""
    write_geotiff(ids, path, place, class_legend(classes, ids))
