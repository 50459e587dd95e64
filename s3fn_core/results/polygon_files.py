"""Polygons of a class map as GeoPackage and GeoJSON (RFC 7946)."""

from __future__ import annotations

import errno
import json
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.files import whole_file
from s3fn_core.labels.exchange.geojson import PIXELS, UPWARDS, dense, turned
from s3fn_core.labels.exchange.places import LONGITUDE_LATITUDE, reprojected, to_map
from s3fn_core.labels.exchange.regions import Points, Region, moved
from s3fn_core.labels.rasters import Place, is_on_earth, system_of
from s3fn_core.languages import tr
from s3fn_core.results.gis_style import Rgb, polygon_style
from s3fn_core.results.polygons import Polygons

_DECIMALS = 9
"""Of degrees: a tenth of a millimetre."""
_LITTLE_ENDIAN, _POLYGON = 1, 3
"""Marks of well-known binary (OGC 06-103r4, 8.2)."""
_VERSION = "1.2"
"""Of GeoPackage; GDAL before 3.7, which QGIS 3.22 has, warns of later ones."""
_UTC = 100
"""As GDAL counts time zones (OGRFieldDefn)."""
_STYLES = "layer_styles"
"""The table in which QGIS keeps the styles of the layers of a GeoPackage."""


def write_geopackage(
    found: Polygons, path: Path, place: Place | None, area: float | None, about: Mapping[str, str]
) -> None:
    """Write one layer, called as the file, with its style for QGIS.

    Parameters
    ----------
    found : Polygons
    path : Path
    place : Place or None
        Without one, or in coordinates of a laboratory, the layer has no coordinate system; without
        one x is the sample and y is -line, as GIS programs place an image that lies nowhere.
    area : float or None
        Square metres of a pixel.
    about : mapping
        Metadata of the layer.

    Raises
    ------
    LabelError
        When the coordinate system is not understood.
    OSError
        When it cannot be written.
    """
    from pyogrio import raw, read_info
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

    system = system_of(place)
    crs = system.to_wkt() if place is not None and is_on_earth(place) else None
    regions = moved(found.regions, _upwards if place is None else lambda xy: to_map(xy, place))
    shapes = np.empty(len(regions), object)
    shapes[:] = [_well_known_binary(region) for region in regions]
    about = about if place is not None else {**about, "coordinates": UPWARDS}
    table = _columns(found, area, about)
    described = {"IDENTIFIER": path.stem, "DESCRIPTION": "; ".join(f"{k}: {v}" for k, v in about.items())}
    with whole_file(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # there is none
        try:
            raw.write(
                temporary,
                shapes,
                list(table.values()),
                list(table),
                layer=path.stem,
                driver="GPKG",
                geometry_type="Polygon",
                crs=crs,
                layer_metadata=dict(about),
                layer_options=described,
                dataset_options={"VERSION": _VERSION},
            )
            _write_style(temporary, path.stem, regions, about)
            complete = read_info(temporary, layer=path.stem)["features"] == len(regions)
        except (CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError) as error:
            raise OSError(errno.EIO, str(error)) from error
        if not complete:
            raise OSError(errno.EIO, tr("what was written does not read back, as on a full disk"))


def write_geojson(
    found: Polygons, path: Path, place: Place | None, area: float | None, about: Mapping[str, str]
) -> None:
    """Write polygons in longitude and latitude (WGS 84), which is all that RFC 7946 knows.

    Without a place on the earth x is the sample and y is -line, and a member of the file says so.
    Polygons over the 180th meridian are not cut.

    Raises
    ------
    LabelError
        When the coordinate system is not understood.
    OSError
        When it cannot be written.
    """
    system_of(place)
    regions = found.regions
    content: dict[str, Any] = {"type": "FeatureCollection", "name": path.stem, **about}
    if place is not None and is_on_earth(place):
        pieces = [Region(r.kind, tuple(map(dense, r.rings)), r.name, r.class_id, r.color) for r in regions]
        regions = moved(pieces, lambda xy: reprojected(to_map(xy, place), place.crs, LONGITUDE_LATITUDE))
    else:
        regions = moved(regions, _upwards)
        content[PIXELS] = UPWARDS
    table = _columns(found, area, about)
    rows = zip(*(map(_plain, column) for column in table.values()), strict=True)
    head = json.dumps(content, ensure_ascii=False).removesuffix("}")
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{head}, "features": [')
        for number, (region, row) in enumerate(zip(regions, rows, strict=True)):
            rings = [np.round(ring, _DECIMALS).tolist() for ring in turned(region)]
            feature = {
                "type": "Feature",
                "properties": dict(zip(table, row, strict=True)),
                "geometry": {"type": "Polygon", "coordinates": rings},
            }
            file.write(f"{',' if number else ''}\n{json.dumps(feature, ensure_ascii=False)}")
        file.write("\n]}\n")


def _columns(found: Polygons, area: float | None, about: Mapping[str, str]) -> dict[str, npt.NDArray[Any]]:
    """The attributes, one value a polygon; what is not known is NaN.

    A remark also stands in each row, for rows are what is copied.
    """
    unknown = np.full(len(found.pixels), np.nan)
    remark = {"remark": np.full(len(found.pixels), about["remark"], object)} if "remark" in about else {}
    return {
        "class_id": np.array([region.class_id for region in found.regions], np.int32),
        "class_name": np.array([region.name for region in found.regions], object),
        "color": np.array([region.color for region in found.regions], object),
        "pixels": found.pixels,
        "area_m2": unknown if area is None else found.pixels * area,
        "confidence": unknown if found.confidence is None else np.round(found.confidence, 6),
        **remark,
    }


def _plain(value: Any) -> Any:
    """A value as JSON takes it."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if plain != plain else plain  # NaN


def _upwards(xy: Points) -> Points:
    return np.asarray(xy * (1, -1) + 0.0)  # no -0


def _well_known_binary(region: Region) -> bytes:
    parts = [struct.pack("<BII", _LITTLE_ENDIAN, _POLYGON, len(region.rings))]
    for ring in turned(region):
        parts += [struct.pack("<I", len(ring)), ring.astype("<f8").tobytes()]
    return b"".join(parts)


def _write_style(path: Path, layer: str, regions: list[Region], about: Mapping[str, str]) -> None:
    """Add the table of styles with one for `layer`, which QGIS takes when it opens the layer."""
    from pyogrio import raw

    classes = {r.class_id or 0: (r.name or "", _rgb_of(r.color or "")) for r in regions}
    row: dict[str, Any] = {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": layer,
        "f_geometry_column": "geom",
        "styleName": layer,
        "styleQML": polygon_style(dict(sorted(classes.items())), about),
        "styleSLD": "",
        "useAsDefault": True,
        "description": "",
        "owner": "",
        "ui": "",
        "update_time": np.datetime64("now", "ms"),
    }
    columns = [np.array([v], object if isinstance(v, str) else None) for v in row.values()]
    zones = {"update_time": np.array([_UTC])}
    raw.write(
        path, None, columns, list(row), layer=_STYLES, driver="GPKG", append=True, gdal_tz_offsets=zones
    )


def _rgb_of(color: str) -> Rgb:
    """Three bytes of ``"#b5651d"``."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue
