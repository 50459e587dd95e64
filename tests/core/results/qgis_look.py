"""What QGIS makes of files: run by the interpreter that has it, prints JSON.

Given a folder, it opens each file as QGIS would when the file is dragged into it.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsLayerNotesUtils,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsRasterLayer,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

RASTERS = (".tif", ".img", ".png", ".sli")
TABLES = (".csv", ".gpkg", ".geojson")


def main(folder: Path) -> dict[str, object]:
    """What there is to say of each file."""
    told: dict[str, object] = {"version": Qgis.version()}
    for path in sorted(folder.iterdir()):
        if path.suffix in RASTERS:
            layer = QgsRasterLayer(str(path), path.stem)
            told[path.name] = common(layer) | (raster(layer) if layer.isValid() else {})
        elif path.suffix in TABLES:
            layer = QgsVectorLayer(str(path), path.stem, "ogr")
            told[path.name] = common(layer) | (vector(layer) if layer.isValid() else {})
    return told


def common(layer: QgsMapLayer) -> dict[str, object]:
    """Of any layer."""
    told: dict[str, object] = {"valid": layer.isValid()}
    if layer.isValid():
        box = layer.extent()
        told["crs"] = layer.crs().authid()
        told["extent"] = [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
        told["notes"] = QgsLayerNotesUtils.layerNotes(layer)
        told["abstract"] = layer.metadata().abstract()
        node = QgsLayerTreeLayer(layer)
        legend = layer.legend()
        nodes = legend.createLayerTreeModelLegendNodes(node) if legend else []
        told["legend"] = [str(n.data(Qt.DisplayRole)) for n in nodes if not n.isEmbeddedInParent()]
    return told


def raster(layer: QgsRasterLayer) -> dict[str, object]:
    """Values, and the colours in which they are drawn."""
    renderer, provider = layer.renderer(), layer.dataProvider()
    shape = layer.width(), layer.height()
    drawn = renderer.block(1, layer.extent(), *shape)
    stored = provider.block(1, layer.extent(), *shape)
    places = [(line, sample) for line in range(shape[1]) for sample in range(shape[0])]
    told = {"renderer": renderer.type(), "shape": shape, "bands": layer.bandCount()}
    if len(places) < 1_000_000:  # colour by colour takes its time
        told["values"] = [stored.value(*place) for place in places]
        told["colors"] = [color_of(QColor.fromRgba(drawn.color(*place))) for place in places]
    if renderer.type() == "paletted":
        told["classes"] = [[c.value, c.label, color_of(c.color)] for c in renderer.classes()]
    return told


def vector(layer: QgsVectorLayer) -> dict[str, object]:
    """Attributes of the features, and the colours in which they are drawn."""
    context, renderer = QgsRenderContext(), layer.renderer()
    features = []
    if renderer is not None:
        renderer.startRender(context, layer.fields())
    for feature in layer.getFeatures():
        row = {name: plain(feature[name]) for name in layer.fields().names()}
        if renderer is not None:
            symbol = renderer.symbolForFeature(feature, context)
            row["drawn"] = None if symbol is None else color_of(symbol.color())
            row["drawn area"] = feature.geometry().area()
            row["is simple"] = feature.geometry().isGeosValid()
        features.append(row)
    if renderer is not None:
        renderer.stopRender(context)
    told = {"fields": layer.fields().names(), "features": features}
    if renderer is not None and renderer.type() == "categorizedSymbol":
        told["classes"] = [
            [str(c.value()), c.label(), color_of(c.symbol().color())] for c in renderer.categories()
        ]
    return told


def color_of(color: QColor) -> str:
    """As #rrggbb, or "" where nothing is drawn."""
    return color.name() if color.alpha() == 255 else ""


def plain(value: object) -> object:
    """As JSON takes it."""
    return value if isinstance(value, str | int | float) else None  # QVariant() is NULL


application = QgsApplication([], False)
application.initQgis()
print(json.dumps(main(Path(sys.argv[1]))))
application.exitQgis()
