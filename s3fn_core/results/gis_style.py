"""The style that QGIS takes for a class map: its legend lists the classes and nothing else.

A colour table in a TIFF has 256 colours whatever the number of classes, and QGIS lists them all.
A file of the same name that ends in .qml is taken instead (QgsMapLayer::loadDefaultStyle).
"""

from __future__ import annotations

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
    root = ElementTree.Element("qgis", version=_VERSION, styleCategories="Symbology")
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
    ElementTree.indent(root)
    with whole_file(path) as temporary:
        temporary.write_text(_DOCTYPE + ElementTree.tostring(root, encoding="unicode") + "\n", "utf-8")
