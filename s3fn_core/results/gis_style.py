"""The styles that QGIS takes for class maps: their legends list the classes and nothing else.

A colour table in a TIFF has 256 colours whatever the number of classes, and QGIS lists them all.
A file of the same name that ends in .qml is taken instead (QgsMapLayer::loadDefaultStyle), whatever
the ending of the layer's own file: so one style is written for all of them, which says how to draw a
raster of ids and how to draw polygons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from s3fn_core.files import whole_file
from s3fn_core.labels.rasters import Legend, plain_name

Rgb = tuple[int, int, int]

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.16.0"
"""The oldest QGIS whose reader of styles knows all that is written here."""


def write_style(path: Path, legend: Legend, values: Sequence[int], about: Mapping[str, str]) -> None:
    """Write a .qml for rasters of ids and for polygons; pixels that it does not list are transparent.

    Parameters
    ----------
    path : Path
    legend : Legend
        Name and colour of each value.
    values : sequence of int
        What the legend in QGIS lists, in this order.
    about : mapping
        Metadata of the map, which QGIS shows as the notes of the layer.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    root = _root(about)
    pipe = ElementTree.SubElement(root, "pipe")
    renderer = ElementTree.SubElement(
        pipe, "rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1", nodataColor=""
    )
    ElementTree.SubElement(renderer, "rasterTransparency")
    palette = ElementTree.SubElement(renderer, "colorPalette")
    for value in values:
        name, rgb = legend[value]
        color, label = f"#{bytes(rgb).hex()}", plain_name(name)
        ElementTree.SubElement(
            palette, "paletteEntry", value=str(value), color=color, alpha="255", label=label
        )
    _add_polygons(root, {value: legend[value] for value in values})
    ElementTree.SubElement(root, "blendMode").text = "0"
    with whole_file(path) as temporary:
        temporary.write_text(_text(root), "utf-8")


def polygon_style(classes: Mapping[int, tuple[str, Rgb]], about: Mapping[str, str]) -> str:
    """A style of polygons only: name and colour of each `class_id`, and the notes."""
    root = _root(about)
    _add_polygons(root, classes)
    return _text(root)


def _add_polygons(root: ElementTree.Element, classes: Mapping[int, tuple[str, Rgb]]) -> None:
    """Fill each `class_id` with its colour, without an outline."""
    renderer = ElementTree.SubElement(root, "renderer-v2", type="categorizedSymbol", attr="class_id")
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, (class_id, (name, rgb)) in enumerate(classes.items()):
        ElementTree.SubElement(
            categories,
            "category",
            value=str(class_id),
            symbol=str(number),
            label=plain_name(name),
            render="true",
            type="long",
        )
        symbol = ElementTree.SubElement(symbols, "symbol", type="fill", name=str(number), alpha="1")
        layer = ElementTree.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1"})
        color = ",".join(map(str, (*rgb, 255)))
        for key, value in (("color", color), ("outline_style", "no")):
            ElementTree.SubElement(layer, "prop", k=key, v=value)
    ElementTree.SubElement(root, "layerGeometryType").text = "2"


def _root(about: Mapping[str, str]) -> ElementTree.Element:
    """A style with notes, which are HTML."""
    root = ElementTree.Element("qgis", version=_VERSION, styleCategories="Symbology|Notes")
    lines = (f"<p>{escape(plain_name(f'{key}: {value}'))}</p>" for key, value in about.items())
    ElementTree.SubElement(root, "userNotes", value="".join(lines))
    return root


def _text(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return _DOCTYPE + ElementTree.tostring(root, encoding="unicode") + "\n"
