"""The styles that QGIS takes for class maps: their legends list the classes and nothing else.

A colour table in a TIFF has 256 colours whatever the number of classes, and QGIS lists them all.
A file of the same name that ends in .qml is taken instead (QgsMapLayer::loadDefaultStyle).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from s3fn_core.files import whole_file
from s3fn_core.labels.rasters import Legend, plain_name

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.16.0"
"""The oldest QGIS whose reader of styles knows all that is written here."""


def write_style(path: Path, legend: Legend, values: list[int]) -> None:
    """Write a .qml of the renderer "paletted"; pixels that it does not list are transparent.

    Parameters
    ----------
    path : Path
    legend : Legend
        Name and colour of each value.
    values : list of int
        What the legend in QGIS lists, in this order.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    root = _root()
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
    ElementTree.SubElement(root, "blendMode").text = "0"
    with whole_file(path) as temporary:
        temporary.write_text(_text(root), "utf-8")


def polygon_style(classes: Mapping[int, tuple[str, str]]) -> str:
    """A style of polygons: each `class_id` filled with its colour, without an outline.

    Parameters
    ----------
    classes : mapping
        Name and colour (``"#b5651d"``) of each class id.
    """
    root = _root()
    renderer = ElementTree.SubElement(root, "renderer-v2", type="categorizedSymbol", attr="class_id")
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, (class_id, (name, color)) in enumerate(classes.items()):
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
        red, green, blue = bytes.fromhex(color.removeprefix("#"))
        for key, value in (("color", f"{red},{green},{blue},255"), ("outline_style", "no")):
            ElementTree.SubElement(layer, "prop", k=key, v=value)
    ElementTree.SubElement(root, "layerGeometryType").text = "2"
    return _text(root)


def _root() -> ElementTree.Element:
    return ElementTree.Element("qgis", version=_VERSION, styleCategories="Symbology")


def _text(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return _DOCTYPE + ElementTree.tostring(root, encoding="unicode") + "\n"
