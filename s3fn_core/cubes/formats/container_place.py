"""Where an array of an HDF5 or NetCDF file lies.

CF-1.11, section 5.6: the array's attribute ``grid_mapping`` names a variable, whose attributes hold
the coordinate system, as WKT or as parameters of a projection; the coordinates are variables called
like the axes.  GDAL adds the affine map as ``GeoTransform``, which counts lines from the north even
where the file does not: it is used only where there are no coordinates.  Others keep ENVI's ``map
info`` as a text (NEON), or the corners of the image (PRISMA).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.formats.axis_names import DIMENSIONS, plain
from s3fn_core.cubes.formats.cf_projection import states_crs, wkt_of, wkt_of_projection
from s3fn_core.cubes.formats.container_file import Container
from s3fn_core.cubes.formats.prisma import prisma_place
from s3fn_core.envi.place import position
from s3fn_core.envi.text import Entry, HeaderText
from s3fn_core.languages import tr

_TOLERANCE = 1e-3  # of a step: coordinates in float32 are not more regular
_KILOMETRES = ("km", "kilometer", "kilometers", "kilometre", "kilometres")
_DEGREES = {"lat": "lon", "latitude": "longitude"}
_MAP_FIELDS = {"mapinfo": "map info", "coordinatesystemstring": "coordinate system string"}

Affine = tuple[float, float, float, float, float, float]


def place_of(
    container: Container, name: str, called: Mapping[str, str], sides: Mapping[str, int], path: Path
) -> tuple[Georeference | None, tuple[str, ...]]:
    """The place of an array, None where the file does not state it simply, and what to tell.

    Parameters
    ----------
    container : Container
    name : str
        Of the array.
    called : mapping
        The name of the axis of lines ("l") and of samples ("s").
    sides : mapping
        Their lengths.
    path : Path
        Of the file.
    """
    lines = _coordinates(container, name, "l", called["l"], sides["l"])
    samples = _coordinates(container, name, "s", called["s"], sides["s"])
    grid = _grid_mapping(container, name)
    if grid is not None:
        wkt = wkt_of(grid, "km" if samples and _unit(container, samples) in _KILOMETRES else "m")
        transform = _of_coordinates(container, lines, samples) or _of_gdal(grid.get("GeoTransform"))
        if wkt and transform:
            return Georeference(wkt, transform), ()
        if transform:
            return None, (
                tr(
                    "The file states a grid mapping; its coordinate system is not understood, so no place "
                    "is known."
                ),
            )
        return None, (
            tr(
                "The file states a grid mapping; its position of the lines and samples is not understood, "
                "so no place is known."
            ),
        )
    notes: list[str] = []
    envi = _of_map_info(container, name, path, notes)
    if envi is not None:
        return envi, tuple(notes)
    prisma = prisma_place(container.groups.get("", {}), (sides["l"], sides["s"]))
    if prisma is not None:
        return prisma, (*notes, tr("The place comes from the corners of the product."))
    if lines and samples and _DEGREES.get(plain(lines)) == plain(samples):
        transform = _of_coordinates(container, lines, samples)
        if transform:
            wkt = wkt_of_projection({"grid_mapping_name": "latitude_longitude"})
            return Georeference(wkt, transform), (
                *notes,
                tr("Latitudes and longitudes were taken as WGS 84."),
            )
    if _each_pixel(container, (sides["l"], sides["s"])):
        notes.append(
            tr("Latitudes and longitudes of single pixels are not used as a place; rectify the image.")
        )
        return None, tuple(notes)
    return _of_groups(container, name, _of_coordinates(container, lines, samples), notes), tuple(notes)


def _of_groups(
    container: Container, name: str, coordinates: Affine | None, notes: list[str]
) -> Georeference | None:
    """The place by what the groups of an array state, or by its coordinates alone."""
    for _, attributes in container.scopes(name):
        stated = next((attributes[key] for key in attributes if plain(key) == "geotransform"), None)
        wkt, transform = wkt_of(attributes), coordinates or _of_gdal(stated)
        if wkt and transform:
            return Georeference(wkt, transform)
    if coordinates is None or (abs(coordinates[0]), abs(coordinates[4])) == (1, 1):  # a mere count
        return None
    notes.append(tr("The file states coordinates of the lines and samples, but no coordinate system."))
    return Georeference("", coordinates)


def _near(container: Container, name: str) -> Iterator[str]:
    """Folders in which to look for what belongs to an array, the nearest first; "" is the root."""
    parts = name.split("/")[:-1]
    for depth in range(len(parts), -1, -1):
        yield "/".join(parts[:depth])


def _grid_mapping(container: Container, name: str) -> Mapping[str, Any] | None:
    """The attributes of the variable that holds the coordinate system.

    It is named by ``grid_mapping``, by some programs only among the ``coordinates``.
    """
    stated = container.arrays[name].attributes
    words = [str(stated.get(key, "")).split() for key in ("grid_mapping", "coordinates")]
    named = [words[0][0].rstrip(":")] if words[0] else [*words[1], "spatial_ref", "crs"]
    for other in named:
        for folder in _near(container, name):
            found = container.attributes(f"{folder}/{other}".strip("/"))
            if found is not None and (words[0] or states_crs(found)):
                return found
    known = {one: stored.attributes for one, stored in container.arrays.items()} | dict(container.groups)
    beside = [
        found for one, found in known.items() if one and {"grid_mapping_name", "crs_wkt"} & found.keys()
    ]
    return beside[0] if len(beside) == 1 else None  # named by nothing, but the only one


def _coordinates(container: Container, name: str, axis: str, called: str, side: int) -> str | None:
    """The name of the vector of coordinates along an axis."""
    wanted = [called.strip("/").rsplit("/", 1)[-1]] if called else []
    for folder in _near(container, name):
        beside = [other for other in container.arrays if other.rpartition("/")[0] == folder]
        likely = [other for other in beside if plain(other) in DIMENSIONS[axis]]
        for other in (called.strip("/"), *(f"{folder}/{one}".strip("/") for one in wanted), *likely):
            known = container.arrays.get(other)
            if known is not None and known.shape == (side,):
                return other
    return None


def _unit(container: Container, name: str) -> str:
    return str(container.arrays[name].attributes.get("units", "")).lower()


def _of_coordinates(container: Container, lines: str | None, samples: str | None) -> Affine | None:
    if lines is None or samples is None:
        return None
    down, across = _regular(container.read(lines, ...)), _regular(container.read(samples, ...))
    if down is None or across is None:
        return None
    (top, height), (left, width) = down, across
    return width, 0.0, left - width / 2, 0.0, height, top - height / 2


def _regular(centres: np.ndarray[Any, Any]) -> tuple[float, float] | None:
    """First value and step of evenly spaced coordinates."""
    if centres.ndim != 1 or centres.size < 2:
        return None
    values = centres.astype(np.float64)
    step = float(values[-1] - values[0]) / (values.size - 1)
    if not np.isfinite(step) or step == 0:
        return None
    away = np.abs(values - (values[0] + step * np.arange(values.size)))
    return (float(values[0]), step) if away.max() <= _TOLERANCE * abs(step) else None


def _of_gdal(text: Any) -> Affine | None:
    """x of the corner, step, turn, y of the corner, turn, step."""
    try:
        values = text.split() if isinstance(text, str) else list(text)
        x, across, turn_x, y, turn_y, down = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    return across, turn_x, x, turn_y, down, y


def _of_map_info(container: Container, name: str, path: Path, notes: list[str]) -> Georeference | None:
    """The place that a text called ``Map_Info`` states as an ENVI header does."""
    entries: dict[str, Entry] = {}
    for _, attributes in container.scopes(name):
        for key, value in attributes.items():
            field = _MAP_FIELDS.get(re.sub("[^a-z]", "", key.lower()))
            if field and isinstance(value, str):
                entries.setdefault(field, Entry(value.strip("{} "), 0))
    root = name.split("/")[0]
    for text in sorted(container.texts, key=lambda text: text.split("/")[0] != root):
        field = _MAP_FIELDS.get(plain(text))
        if field and field not in entries:
            entries[field] = Entry(_joined(container.spell(text)).strip("{} "), 0)
    stated = position(HeaderText(path, entries), notes) if "map info" in entries else None
    return None if stated is None else Georeference(*stated)


def _joined(texts: list[str]) -> str:
    return ("" if texts[0].rstrip().endswith(",") else ",").join(texts) if texts else ""


def _each_pixel(container: Container, sides: tuple[int, int]) -> bool:
    return any(
        plain(name).startswith(("lat", "lon")) and sorted(stored.shape) == sorted(sides)
        for name, stored in container.arrays.items()
    )
