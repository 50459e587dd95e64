"""Regions of interest as ENVI 5 saves them: XML with the outlines of each region.

    RegionsOfInterest > Region (name, color "r,g,b") > GeometryDef
        > CoordSysStr ("none": pixels; else a coordinate system as text)
        > Polygon > Exterior, Interior > LinearRing > Coordinates "x y x y ..."

A region is a class.  The file has no ids, so the classes are numbered in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, hex_color
from s3fn_core.labels.exchange.places import reprojected, to_map, to_pixels
from s3fn_core.labels.exchange.regions import (
    OutlineKind,
    Points,
    Region,
    burned,
    closed,
    moved,
    outlined,
    points,
)
from s3fn_core.labels.exchange.xml import parsed
from s3fn_core.labels.rasters import Place, system_of
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("ENVI regions of interest")
SUFFIXES = (".xml", ".roi")

_KINDS: dict[str, OutlineKind] = {
    "polygon": "polygon",
    "linestring": "line",
    "polyline": "line",
    "multilinestring": "line",
    "point": "points",
    "multipoint": "points",
}


def read(wanted: Wanted) -> Stored:
    """Read the regions' polygons, lines and points; other definitions are left out, with a note."""
    content = wanted.path.read_bytes()
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise wanted.error(
            "{path} is not a label map in XML; an older ENVI saves regions in another format. Save them "
            "from ENVI 5 as .xml, or export them as ASCII (.txt)."
        )
    root = parsed(content)
    if root.tag != "RegionsOfInterest":
        raise wanted.error("{path} is not a label map: it holds <{tag}>, not regions of ENVI.", tag=root.tag)
    skipped: set[str] = set()
    regions = [
        region
        for number, element in enumerate(root.iter("Region"), start=1)
        for region in _regions(element, tr("region {number}", number=number), wanted, skipped)
    ]
    notes = [tr("Left out of the regions: {skipped}.", skipped=", ".join(sorted(skipped)))] if skipped else []
    return burned(regions, wanted, notes)


def _regions(element: Element, otherwise: str, wanted: Wanted, skipped: set[str]) -> list[Region]:
    """One region of the file, in pixels; a class of its own also where it has no name."""
    name = element.get("name", "").strip() or otherwise
    color = hex_color(element.get("color", ""))
    found = []
    for definition in element:
        if definition.tag != "GeometryDef":
            skipped.add(definition.tag)
            continue
        shapes = list(_shapes(definition, skipped))
        found += moved(shapes, _move(definition.findtext("CoordSysStr", "none").strip(), wanted))
    return [replace(region, name=name, color=color) for region in found]


def _shapes(definition: Element, skipped: set[str]) -> Iterator[Region]:
    for shape in definition:
        if shape.tag == "CoordSysStr":
            continue
        kind = _KINDS.get(shape.tag.lower())
        rings = tuple(_coordinates(item.text or "") for item in shape.iter("Coordinates"))
        if kind is None or not rings:
            skipped.add(shape.tag)
        elif kind == "polygon":
            yield Region(kind, rings)
        else:
            yield from (Region(kind, (ring,)) for ring in rings)


def _coordinates(text: str) -> Points:
    values = np.array(text.replace(",", " ").split(), np.float64)
    if not values.size or values.size % 2:
        raise ValueError(tr("coordinates are not pairs of numbers"))
    return points(values.reshape(-1, 2))


def _move(system: str, wanted: Wanted) -> Callable[[Points], Points]:
    """From the coordinates of a definition to pixels of the cube."""
    place = wanted.place
    if system.lower() in ("", "none"):
        return lambda xy: xy
    if place is None:
        raise wanted.error(
            "{path} holds regions in map coordinates, but the cube has no georeference. In ENVI, draw "
            "them on the image without map information, or open the georeferenced cube."
        )
    if not place.crs:
        return lambda xy: to_pixels(xy, place)
    return lambda xy: to_pixels(reprojected(xy, system, place.crs), place)


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write a region for each class, with the outlines of its connected pixels.

    In map coordinates where the cube has a coordinate system; else in pixels.
    """
    system = system_of(place)
    regions = outlined(ids, classes)
    if place is not None and system is not None:
        regions = moved(regions, lambda xy: to_map(xy, place))
    root = Element("RegionsOfInterest", version="1.1")
    for _, group in groupby(regions, key=lambda region: region.class_id):
        parts = list(group)
        color = ",".join(str(value) for value in bytes.fromhex((parts[0].color or "#808080")[1:]))
        element = SubElement(root, "Region", name=parts[0].name or "", color=color)
        definition = SubElement(element, "GeometryDef")
        text = "none" if system is None else system.to_wkt(version="WKT1_ESRI")
        SubElement(definition, "CoordSysStr").text = text
        for region in parts:
            _add_polygon(definition, region)
    ElementTree.indent(root)
    with whole_file(path) as temporary:
        ElementTree.ElementTree(root).write(temporary, encoding="UTF-8", xml_declaration=True)


def _add_polygon(definition: Element, region: Region) -> None:
    polygon = SubElement(definition, "Polygon")
    for place, ring in enumerate(region.rings):
        side = SubElement(polygon, "Interior" if place else "Exterior")
        coordinates = SubElement(SubElement(side, "LinearRing"), "Coordinates")
        coordinates.text = " ".join(map(repr, closed(ring).ravel().tolist()))
