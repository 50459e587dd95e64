"""Classification maps as files: rasters, polygons, pictures and tables, in one operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from s3fn_core.checked import checked
from s3fn_core.cubes.place import pixel_area
from s3fn_core.errors import CubeError, ExportError, LabelError
from s3fn_core.files import reason
from s3fn_core.labels.exchange import class_legend
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, run, scaled
from s3fn_core.results.class_map import AreaRow, ClassMap, Layers, areas
from s3fn_core.results.export_pictures import write_png
from s3fn_core.results.export_rasters import write_classes_style, write_envi, write_geotiff, write_npy
from s3fn_core.results.export_tables import write_areas, write_spectra
from s3fn_core.results.map_layers import ValueName
from s3fn_core.results.origin import BESIDE, GUESS, LIVE
from s3fn_core.results.polygon_files import write_geojson, write_geopackage
from s3fn_core.results.polygons import Polygons, polygons_of

__all__ = [
    "FORMATS",
    "GUESS",
    "LAYERS",
    "LIVE",
    "USUAL",
    "USUAL_LAYERS",
    "AreaRow",
    "ClassMap",
    "Format",
    "areas",
    "export_map",
    "exporting",
    "file_stem",
    "map_files",
    "objects_file",
]

Writer: TypeAlias = Callable[[ClassMap, Path, Layers], Operation[None]]
USUAL = ("envi", "geotiff", "png", "npy", "csv")
"""The formats of a map when none are asked for."""
LAYERS: tuple[ValueName, ...] = ("confidence", "margin", "novelty")
"""What can be written beside the classes."""
USUAL_LAYERS: tuple[ValueName, ...] = ("confidence", "novelty")
"""Those that are, when none are asked for."""


@dataclass(frozen=True)
class Format:
    """How a map becomes files, whose names all begin alike.

    Attributes
    ----------
    write : function
        Takes the map, the start of the names, and the layers beside the classes.
    files : tuple of str
        Endings of what people open.
    beside : tuple of str
        Endings of what belongs to these: styles, names of categories, metadata.
    of_layer, beside_layer : tuple of str
        Likewise for each layer, whose name stands for ``{}``.
    """

    write: Writer
    files: tuple[str, ...]
    beside: tuple[str, ...] = ()
    of_layer: tuple[str, ...] = ()
    beside_layer: tuple[str, ...] = ()

    def endings(self, layers: Sequence[str], *, beside: bool = True) -> Iterator[str]:
        """Of all files, with or without what only belongs to others."""
        yield from self.files + self.beside * beside
        for layer in layers:
            yield from (ending.format(layer) for ending in self.of_layer + self.beside_layer * beside)


@checked(ExportError)
def exporting(
    class_map: ClassMap,
    folder: str | PathLike[str],
    stem: str,
    formats: Sequence[str] = USUAL,
    layers: Sequence[ValueName] = USUAL_LAYERS,
) -> Operation[list[Path]]:
    """Write a classification map, and its confidence and novelty where there are some.

    Parameters
    ----------
    class_map : ClassMap
    folder : path
        Made where it is missing.
    stem : str
        Start of the file names, e.g. the cube's name.
    formats : sequence of {"envi", "geotiff", "png", "npy", "csv", "geopackage", "geojson", "spectra"}
        Those of ``USUAL`` unless others are asked for: a map may have more polygons than are written.
    layers : sequence of {"confidence", "margin", "novelty"}
        Which of them are written, by formats of rasters and pictures.

    Returns
    -------
    list of Path
        ``STEM_classes.hdr``, ``STEM_confidence.hdr``, ``STEM_novelty.hdr``, ``STEM_classes.tif`` ...
        without those that only belong to these, which :func:`map_files` names too.
        In the picture of the novelty the threshold, 1, is the middle grey.

    Raises
    ------
    ExportError
        For an unknown format, for more polygons than any GIS shows, for spectra of a cube that is not
        known or has no wavelengths, or when the folder cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ExportError(
            'Maps are not exported as "{unknown}"; choose from {formats}.',
            unknown=unknown[0],
            formats=", ".join(FORMATS),
        )
    if not formats or not stem.strip():
        raise ExportError("Nothing is exported without a format and a start of the file names; give both.")
    start = Path(folder) / file_stem(stem)
    chosen = tuple((name, values) for name, values in class_map.layers if name in layers)
    names = tuple(dict.fromkeys(formats))
    try:
        start.parent.mkdir(parents=True, exist_ok=True)
        for done, name in enumerate(sorted(names, key=lambda name: name not in _REFUSED)):
            writing = FORMATS[name].write(class_map, start, chosen)
            yield from scaled(writing, done / len(names), (done + 1) / len(names))
    except OSError as error:
        raise ExportError(
            "The map cannot be written to {folder}: {error}. Choose another folder.",
            folder=folder,
            error=reason(error),
        ) from error
    except (CubeError, LabelError) as error:
        raise ExportError(str(error)) from error
    values = [layer for layer, _ in chosen]
    endings = (ending for name in names for ending in FORMATS[name].endings(values, beside=False))
    return [_beside(start, ending) for ending in endings]


def export_map(
    class_map: ClassMap,
    folder: str | PathLike[str],
    stem: str,
    formats: Sequence[str] = USUAL,
    layers: Sequence[ValueName] = USUAL_LAYERS,
) -> list[Path]:
    """Do what :func:`exporting` does, at once."""
    return run(exporting(class_map, folder, stem, formats, layers))


def map_files(
    folder: str | PathLike[str],
    stem: str,
    formats: Sequence[str] = (),
    layers: Sequence[ValueName] = USUAL_LAYERS,
) -> list[Path]:
    """All files that :func:`exporting` writes in these formats, or in any if none is named."""
    start = Path(folder) / file_stem(stem)
    endings = (ending for name in formats or FORMATS for ending in FORMATS[name].endings(layers))
    return [_beside(start, ending) for ending in dict.fromkeys(endings)]


def objects_file(folder: str | PathLike[str], stem: str) -> Path:
    """The table of the objects of a cube (:mod:`~s3fn_core.results.object_table`)."""
    return _beside(Path(folder) / file_stem(stem), "_objects.csv")


def file_stem(name: str) -> str:
    """`name` without the characters that a file's name cannot have."""
    return re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", name)


def _beside(start: Path, ending: str) -> Path:
    return start.with_name(start.name + ending)


def _write_geopackage(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    path = _beside(start, "_classes.gpkg")
    yield Progress("export", 0.0, tr("Writing {name}", name=path.name))
    write_geopackage(_polygons(m), path, m.georeference, pixel_area(m.georeference), m.about)


def _write_geojson(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    path = _beside(start, "_classes.geojson")
    yield Progress("export", 0.0, tr("Writing {name}", name=path.name))
    found = _polygons(m)
    write_classes_style(m, start)
    write_geojson(found, path, m.georeference, pixel_area(m.georeference), m.about)


def _polygons(m: ClassMap) -> Polygons:
    return polygons_of(m.ids, m.confidence, class_legend(m.classes, m.ids), m.cube_name)


_STYLE = "_classes.qml"
_REFUSED = ("spectra", "geopackage", "geojson")
"""Formats that some maps cannot have; they come first, so that a refusal leaves no files of the others."""
FORMATS: dict[str, Format] = {
    "envi": Format(write_envi, ("_classes.hdr", "_classes.img"), (_STYLE,), ("_{}.hdr", "_{}.img")),
    "geotiff": Format(write_geotiff, ("_classes.tif",), ("_classes.tif.aux.xml", _STYLE), ("_{}.tif",)),
    "png": Format(write_png, ("_classes.png",), (), ("_{}.png",)),
    "npy": Format(
        write_npy, ("_classes.npy",), ("_classes.npy" + BESIDE,), ("_{}.npy",), ("_{}.npy" + BESIDE,)
    ),
    "csv": Format(write_areas, ("_areas.csv",), ("_areas.csv" + BESIDE,)),
    "geopackage": Format(_write_geopackage, ("_classes.gpkg",)),
    "geojson": Format(_write_geojson, ("_classes.geojson",), (_STYLE,)),
    "spectra": Format(
        write_spectra, ("_spectra.csv", "_spectra.hdr", "_spectra.sli"), ("_spectra.csv" + BESIDE,)
    ),
}
