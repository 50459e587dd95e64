"""A class map as rasters: ENVI, GeoTIFF and NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels import rasters
from s3fn_core.labels.exchange import class_legend
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.class_map import ClassMap, Layers, listed
from s3fn_core.results.gis_style import write_style
from s3fn_core.results.origin import as_text, write_beside
from s3fn_core.types import FloatArray, IdArray


def write_envi(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """An ENVI classification, and floats of each layer; what they are stands in their descriptions."""
    classes, legend = _named(start, "_classes.hdr"), class_legend(m.classes, m.ids)
    yield Progress("export", 0.0, tr("Writing {name}", name=classes.name))
    write_classes_style(m, start)
    rasters.write_envi(m.ids, classes, m.georeference, legend, as_text(m.about))
    for done, (name, values) in enumerate(layers, 1):
        path = _named(start, f"_{name}.hdr")
        yield Progress("export", done / (1 + len(layers)), tr("Writing {name}", name=path.name))
        rasters.write_envi(values, path, m.georeference, remark=as_text(m.about))


def write_geotiff(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """A GeoTIFF with colours and names, and floats of each layer; what they are stands in their tags."""
    classes, legend = _named(start, "_classes.tif"), class_legend(m.classes, m.ids)
    yield Progress("export", 0.0, tr("Writing {name}", name=classes.name))
    write_classes_style(m, start)
    rasters.write_geotiff(m.ids, classes, m.georeference, legend, m.remark, m.about)
    for done, (name, values) in enumerate(layers, 1):
        path = _named(start, f"_{name}.tif")
        yield Progress("export", done / (1 + len(layers)), tr("Writing {name}", name=path.name))
        rasters.write_geotiff(values, path, m.georeference, remark=m.remark, about=m.about)


def write_npy(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """Arrays, each with a file beside it that says what it is."""
    arrays: tuple[tuple[str, IdArray | FloatArray], ...] = (("classes", m.ids), *layers)
    for done, (name, array) in enumerate(arrays):
        path = _named(start, f"_{name}.npy")
        yield Progress("export", done / len(arrays), tr("Writing {name}", name=path.name))
        write_beside(path, m.about)
        with whole_file(path) as temporary:
            np.save(temporary, array, allow_pickle=False)


def write_classes_style(m: ClassMap, start: Path) -> None:
    """The style that QGIS takes for each file START_classes, raster or polygons."""
    write_style(_named(start, "_classes.qml"), class_legend(m.classes, m.ids), listed(m), m.about)


def _named(start: Path, ending: str) -> Path:
    return start.with_name(start.name + ending)
