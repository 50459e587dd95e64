"""GeoJSON (RFC 7946): regions with the name, id and colour of their class as properties.

The standard knows longitude and latitude only.  Drawing programs write pixels, older GIS name
another system in a member "crs"; so what a file means is settled by where its points lie.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.attributes import Drawn, classed
from s3fn_core.labels.exchange.labelfile import Stored, Wanted
from s3fn_core.labels.exchange.places import LONGITUDE_LATITUDE, reprojected, to_map, to_pixels
from s3fn_core.labels.exchange.regions import Points, Region, burned, closed, moved, outlined, points
from s3fn_core.labels.rasters import Place, is_on_earth
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = "GeoJSON"
SUFFIXES = (".geojson", ".json")

PIXELS = "pixel_coordinates"
"""A member of our own, which RFC 7946 (6.1) allows: true where x and y count pixels."""
UPWARDS = "sample, -line"
"""Its value where y grows upwards, as GIS programs place an image that lies nowhere."""
_COUNTED = tr("pixels")
_PIECE = 16
"""Pixels between two points of an edge: a line straight on the map bends in degrees."""


def read(wanted: Wanted) -> Stored:
    """Read polygons, lines and points in pixels, in map coordinates, or in degrees."""
    content = json.loads(wanted.path.read_bytes().decode("utf-8-sig"))
    if not isinstance(content, dict):
        raise wanted.error(
            "{path} is not a label map: GeoJSON is an object with a type. Choose another file."
        )
    shape = wanted.cube_shape()
    skipped: list[str] = []
    drawn = [
        Drawn(feature.get("properties") or {}, list(_shapes(feature.get("geometry"), skipped)))
        for feature in _features(content)
    ]
    regions, assumed = classed(drawn, wanted)
    regions, notes = _in_pixels(regions, content, shape, wanted)
    notes += assumed
    if skipped:
        notes.append(tr("Geometries left out: {kinds}.", kinds=", ".join(sorted(set(skipped)))))
    return burned(regions, wanted, notes)


def _features(content: dict[str, Any]) -> list[dict[str, Any]]:
    if content.get("type") == "FeatureCollection":
        return [feature for feature in content["features"] if isinstance(feature, dict)]
    return [content if content.get("type") == "Feature" else {"geometry": content}]


def _shapes(geometry: Any, skipped: list[str]) -> Iterator[Region]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _shapes(part, skipped)
        return
    coordinates = geometry.get("coordinates") if kind else None
    if kind == "Polygon" and coordinates:
        yield Region("polygon", tuple(points(ring) for ring in coordinates))
    elif kind == "MultiPolygon":
        for polygon in coordinates or ():
            yield Region("polygon", tuple(points(ring) for ring in polygon))
    elif kind == "LineString":
        yield Region("line", (points(coordinates),))
    elif kind == "MultiLineString":
        for line in coordinates or ():
            yield Region("line", (points(line),))
    elif kind in ("Point", "MultiPoint"):
        yield Region("points", (points([coordinates] if kind == "Point" else coordinates),))
    else:
        skipped.append(str(kind or "none"))


def _in_pixels(
    regions: list[Region], content: dict[str, Any], shape: tuple[int, int], wanted: Wanted
) -> tuple[list[Region], list[str]]:
    """The regions in pixels of the cube, and what was taken for their coordinates.

    Of the meanings that the coordinates can have, the first that brings any onto the cube: what
    lies on a cube by degrees or by its map does so by no accident, while any small number is a
    pixel.  Regions around the whole cube come after those that lie on it.
    """
    place = wanted.place
    if content.get(PIXELS) is True or not regions:
        return regions, []
    if content.get(PIXELS) == UPWARDS:
        return moved(regions, lambda xy: np.asarray(xy * (1, -1))), []
    if place is None:
        if content.get("crs") or _seem_degrees(regions):
            raise wanted.error(
                "{path} holds regions in map coordinates or degrees, but the cube has no georeference. Open "
                "the georeferenced cube, or draw the regions in pixels of the image."
            )
        return regions, []
    around: tuple[list[Region], str] | None = None
    for meaning, move in _meanings(content, place):
        try:
            candidate = moved(regions, move)
        except Exception:  # rasterio has several errors for points without a place
            continue
        if meaning == _COUNTED and _seem_degrees(regions):
            continue
        if _lie_on(candidate, shape):
            around = candidate, meaning
            break
        if around is None and _touch(candidate, shape):
            around = candidate, meaning
    if around is not None:
        return around[0], [tr("The coordinates were taken as {meaning}.", meaning=around[1])]
    raise wanted.error(
        "{path} holds no region on the cube, whether its coordinates are taken as degrees, as map "
        "coordinates or as pixels. Choose the file that belongs to the cube."
    )


def _seem_degrees(regions: Sequence[Region]) -> bool:
    """Whether coordinates are longitude and latitude rather than pixels.

    Nothing is drawn outside of an image, or within one of its pixels, and hardly any point is
    set to a thousandth of one.
    """
    xy = np.concatenate([ring for region in regions for ring in region.rings])
    if not (np.abs(xy) <= (180, 90)).all():
        return False
    largest = max(float(np.ptp(ring, axis=0).max()) for region in regions for ring in region.rings)
    fine = np.abs(100 * xy - np.round(100 * xy)) > 1e-6
    if all(region.kind == "points" for region in regions):
        return bool((xy < -1).any() or fine.mean() > 0.5)
    return bool((xy < -1).any() or largest < 1)


def _meanings(content: dict[str, Any], place: Place) -> Iterator[tuple[str, Callable[[Points], Points]]]:
    def of(system: str) -> Callable[[Points], Points]:
        return lambda xy: to_pixels(reprojected(xy, system, place.crs), place)

    if isinstance(named := content.get("crs"), dict) and place.crs:
        name = str((named.get("properties") or {}).get("name", ""))
        yield tr("the file's own system, {name}", name=name), of(name)
    if place.crs:
        yield tr("longitude and latitude"), of(LONGITUDE_LATITUDE)
    yield tr("map coordinates of the cube"), lambda xy: to_pixels(xy, place)
    yield _COUNTED, lambda xy: xy


def _lie_on(regions: Sequence[Region], shape: tuple[int, int]) -> bool:
    """Whether any corner lies on the image."""
    xy = np.concatenate([ring for region in regions for ring in region.rings])
    return bool(((xy >= -1e-6) & (xy <= np.array(shape[::-1]) + 1e-6)).all(axis=1).any())


def _touch(regions: Sequence[Region], shape: tuple[int, int]) -> bool:
    """Whether the rectangle around any region meets the image."""
    corners = [np.concatenate(region.rings) for region in regions]
    return any((xy.max(axis=0) >= 0).all() and (xy.min(axis=0) <= shape[::-1]).all() for xy in corners)


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write the outlines of connected pixels: in degrees where the cube has a place on the earth.

    Without one the coordinates count pixels from the upper left corner of the image, and the file
    says so.
    """
    regions, on_earth = outlined(ids, classes), place is not None and is_on_earth(place)
    if place is not None and on_earth:
        pieces = [replace(r, rings=tuple(dense(ring) for ring in r.rings)) for r in regions]
        regions = moved(pieces, lambda xy: reprojected(to_map(xy, place), place.crs, LONGITUDE_LATITUDE))
    content: dict[str, Any] = {"type": "FeatureCollection"}
    if not on_earth:
        content[PIXELS] = True
    content["features"] = [_feature(region) for region in regions]
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def dense(ring: Points) -> Points:
    """The ring with further points on its long edges."""
    ends = np.roll(ring, -1, axis=0)
    numbers = np.ceil(np.abs(ends - ring).max(axis=1) / _PIECE).astype(int)
    edge = np.repeat(np.arange(len(ring)), numbers)
    part = (np.arange(len(edge)) - np.repeat(np.cumsum(numbers) - numbers, numbers)) / numbers[edge]
    return np.asarray(ring[edge] + part[:, None] * (ends - ring)[edge])


def _feature(region: Region) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": region.name, "class_id": region.class_id, "color": region.color},
        "geometry": {
            "type": "Polygon",
            "coordinates": [np.round(ring, 12).tolist() for ring in turned(region)],
        },
    }


def turned(region: Region) -> list[Points]:
    """The rings of a polygon, closed and in the standard's direction.

    That is counterclockwise for the outer one and clockwise for holes.
    """
    return [_turned(ring, hole=place > 0) for place, ring in enumerate(region.rings)]


def _turned(ring: Points, hole: bool) -> Points:
    ring = closed(ring)
    x, y = (ring - ring[0]).T
    counterclockwise = float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) > 0
    return ring[::-1] if counterclockwise == hole else ring
