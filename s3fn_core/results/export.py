"""Classification maps as files: rasters, polygons, a picture with legend, and a table of areas."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.checked import check_numbers, checked
from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.place import pixel_area
from s3fn_core.errors import ExportError, LabelError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels import rasters
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet
from s3fn_core.labels.exchange import UNLABELLED_NAME, class_legend
from s3fn_core.results.gis_style import write_style
from s3fn_core.results.legend import LegendRow, grey_picture, map_picture
from s3fn_core.results.polygon_files import PolygonWriter, write_geojson, write_geopackage
from s3fn_core.results.polygons import polygons_of
from s3fn_core.types import FloatArray, IdArray

GUESS = "guess from the words alone"
LIVE = "live map of the quick expert, not measured"
LARGEST_PICTURE = 8192
"""Side in pixels beyond which the picture of a map shows every second (third ...) pixel."""
STRIP_PIXELS = 2**22
USUAL = ("envi", "geotiff", "png", "npy", "csv")
"""The formats of a map when none are asked for."""


@checked(ExportError)
@dataclass(frozen=True, eq=False)
class ClassMap:
    """A classified cube.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples)
        Class of each pixel, 0 = background.
    confidence : array of float32, shape (lines, samples), or None
        Probability of that class, 0..1.
    classes : ClassSet
    cube_name : str
    georeference : Georeference or None
    simulated : bool
        Whether the cube was computed; then the picture says so.
    remark : str
        What every file of the map says of it, such as :data:`GUESS` or :data:`LIVE`.
    novelty : array of float32, shape (lines, samples), or None
        How unlike the labels each pixel is; above 1 nothing labelled is like it.
    origin : mapping
        How the map was made (``origin.origin_of``), for the metadata of GeoTIFF and polygons.
    """

    ids: IdArray
    confidence: FloatArray | None
    classes: ClassSet
    cube_name: str
    georeference: Georeference | None = None
    simulated: bool = False
    remark: str = ""
    novelty: FloatArray | None = None
    origin: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_numbers(self.ids, "A map of classes", ExportError, MAX_CLASSES)
        object.__setattr__(self, "ids", self.ids.astype(np.uint8, copy=False))
        for name, values in self.layers:
            if values.shape != self.ids.shape:
                raise ExportError(
                    f"The map of {self.cube_name} is {self.ids.shape}, its {name} "
                    f"{values.shape}; they must agree."
                )

    @property
    def about(self) -> dict[str, str]:
        """What the metadata of its files say."""
        return {"cube": self.cube_name, **self.origin, **({"remark": self.remark} if self.remark else {})}

    @property
    def layers(self) -> tuple[tuple[str, FloatArray], ...]:
        """Name and values of what there is beside the classes."""
        known = (("confidence", self.confidence), ("novelty", self.novelty))
        return tuple((name, values) for name, values in known if values is not None)


@dataclass(frozen=True)
class AreaRow:
    """How much of the map is one class.

    Attributes
    ----------
    percent : float
        Of the classified pixels.
    area : float or None
        In square metres, where the pixel size is known.
    """

    class_id: int
    name: str
    pixels: int
    percent: float
    area: float | None


def areas(class_map: ClassMap) -> list[AreaRow]:
    """Pixels, per cent and area of each class, in the classes' order."""
    counts = np.zeros(256, np.int64)
    for lines in _strips(class_map.ids):  # counting widens the ids to eight bytes each
        counts += np.bincount(lines.ravel(), minlength=256)
    classified = max(int(counts[list(class_map.classes.ids)].sum()), 1)
    square_metres = pixel_area(class_map.georeference)
    return [
        AreaRow(
            c.id,
            c.name,
            int(counts[c.id]),
            100 * float(counts[c.id]) / classified,
            None if square_metres is None else float(counts[c.id]) * square_metres,
        )
        for c in class_map.classes
    ]


@checked(ExportError)
def export_map(
    class_map: ClassMap, folder: str | PathLike[str], stem: str, formats: Sequence[str] = USUAL
) -> list[Path]:
    """Write a classification map, and its confidence and novelty where there are some.

    Parameters
    ----------
    class_map : ClassMap
    folder : path
        Made where it is missing.
    stem : str
        Start of the file names, e.g. the cube's name.
    formats : sequence of {"envi", "geotiff", "png", "npy", "csv", "geopackage", "geojson"}
        Those of ``USUAL`` unless others are asked for: a map may have more polygons than are written.

    Returns
    -------
    list of Path
        ``STEM_classes.hdr``, ``STEM_confidence.hdr``, ``STEM_novelty.hdr``, ``STEM_classes.tif`` ...
        In the picture of the novelty the threshold, 1, is the middle grey.

    Raises
    ------
    ExportError
        For an unknown format, for more polygons than any GIS shows, or when the folder cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ExportError(f'Maps are not exported as "{unknown[0]}"; choose from {", ".join(FORMATS)}.')
    if not formats or not stem.strip():
        raise ExportError("Nothing is exported without a format and a start of the file names; give both.")
    start = Path(folder) / file_stem(stem)
    written: list[Path] = []
    try:
        start.parent.mkdir(parents=True, exist_ok=True)
        for name in dict.fromkeys(formats):
            written += FORMATS[name](class_map, start)
    except OSError as error:
        raise ExportError(
            f"The map cannot be written to {folder}: {reason(error)}. Choose another folder."
        ) from error
    except LabelError as error:
        raise ExportError(str(error)) from error
    return written


def map_files(
    folder: str | PathLike[str], stem: str, formats: Sequence[str] = (), *, layers: bool = True
) -> list[Path]:
    """All files that :func:`export_map` writes in these formats, or in any if none is named."""
    start = Path(folder) / file_stem(stem)
    parts = [_FILES[name][: None if layers else 1] for name in formats or FORMATS]
    return [_beside(start, ending) for kinds in parts for endings in kinds for ending in endings]


def objects_file(folder: str | PathLike[str], stem: str) -> Path:
    """The file that :func:`export_objects` writes."""
    return _beside(Path(folder) / file_stem(stem), "_objects.csv")


def file_stem(name: str) -> str:
    """`name` without the characters that a file's name cannot have."""
    return re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", name)


def _beside(start: Path, ending: str) -> Path:
    return start.with_name(start.name + ending)


def _export_envi(m: ClassMap, start: Path) -> list[Path]:
    classes = _beside(start, "_classes.hdr")
    rasters.write_envi(m.ids, classes, m.georeference, class_legend(m.classes, m.ids), m.remark)
    written = [classes, classes.with_suffix(".img")]
    for name, values in m.layers:
        path = _beside(start, f"_{name}.hdr")
        rasters.write_envi(values, path, m.georeference, remark=m.remark)
        written += [path, path.with_suffix(".img")]
    return written


def _export_geotiff(m: ClassMap, start: Path) -> list[Path]:
    classes, legend = _beside(start, "_classes.tif"), class_legend(m.classes, m.ids)
    write_style(_beside(start, "_classes.qml"), legend, _listed(m))
    rasters.write_geotiff(m.ids, classes, m.georeference, legend, m.remark, m.about)
    written = [classes]
    for name, values in m.layers:
        written.append(_beside(start, f"_{name}.tif"))
        rasters.write_geotiff(values, written[-1], m.georeference, remark=m.remark, about=m.about)
    return written


def _export_png(m: ClassMap, start: Path) -> list[Path]:
    palette = np.zeros((256, 3), np.uint8)
    for value, (_, rgb) in enumerate(class_legend(m.classes, m.ids)):
        palette[value] = rgb
    remarks = ", ".join(text for text in ("simulated" * m.simulated, m.remark) if text)
    title = f"{m.cube_name} ({remarks})" if remarks else m.cube_name
    every = -(-max(m.ids.shape) // LARGEST_PICTURE)  # a picture is to be looked at, and fits memory
    ids = np.ascontiguousarray(m.ids[::every, ::every])
    pictures = [(_beside(start, "_classes.png"), map_picture(ids, palette, title, _rows(m)))]
    for name, values in m.layers:
        grey = grey_picture(values[::every, ::every] / _WHITE[name])
        pictures.append((_beside(start, f"_{name}.png"), grey))
    for path, picture in pictures:
        with whole_file(path) as temporary:
            picture.save(temporary)
    return [path for path, _ in pictures]


def _export_npy(m: ClassMap, start: Path) -> list[Path]:
    written = []
    arrays: tuple[tuple[str, IdArray | FloatArray], ...] = (("classes", m.ids), *m.layers)
    for name, array in arrays:
        written.append(_beside(start, f"_{name}.npy"))
        with whole_file(written[-1]) as temporary:
            np.save(temporary, array, allow_pickle=False)
    return written


def _export_geopackage(m: ClassMap, start: Path) -> list[Path]:
    return [_write_polygons(m, _beside(start, "_classes.gpkg"), write_geopackage)]


def _export_geojson(m: ClassMap, start: Path) -> list[Path]:
    return [_write_polygons(m, _beside(start, "_classes.geojson"), write_geojson)]


def _write_polygons(m: ClassMap, path: Path, write: PolygonWriter) -> Path:
    found = polygons_of(m.ids, m.confidence, class_legend(m.classes, m.ids), m.cube_name)
    write(found, path, m.georeference, pixel_area(m.georeference), m.about)
    return path


def _export_csv(m: ClassMap, start: Path) -> list[Path]:
    header = ("id", "class", "pixels", "percent", "area_m2")
    remark = (m.remark,) if m.remark else ()
    rows = [(r.class_id, r.name, r.pixels, f"{r.percent:.4f}", _area(r.area), *remark) for r in areas(m)]
    path = _beside(start, "_areas.csv")
    _write_table(path, [(*header, "remark") if m.remark else header, *rows])
    return [path]


def _area(area: float | None) -> str:
    return "" if area is None else f"{area:.10g}"


def export_objects(records: Sequence[Mapping[str, Any]], folder: str | PathLike[str], stem: str) -> Path:
    """Write what the objects of a cube are as ``STEM_objects.csv``.

    Parameters
    ----------
    records : sequence of mappings
        ``ObjectResult.to_json()`` of each object.

    Raises
    ------
    ExportError
        When the folder cannot be written.
    """
    header = (
        "object",
        "class_id",
        "class",
        "votes",
        "valid_patches",
        "agreement",
        "agreement_low",
        "agreement_high",
        "probability",
        "pixels",
        "stride",
        "share",
        "novelty",
        "unknown",
        "defect",
    )
    rows = [
        (
            r["object"],
            r["id"],
            r["class"],
            round(r["agreement"] * r["patches"]),
            r["patches"],
            f"{r['agreement']:.4f}",
            *(f"{bound:.4f}" for bound in r["interval"]),
            f"{r['probability']:.4f}",
            r["pixels"],
            r["stride"],
            r["share"],
            "" if r["novelty"] is None else f"{r['novelty']:.4f}",
            "yes" if r["unknown"] else "no",
            "" if r["defect"] is None else f"{r['defect']:.4f}",
        )
        for r in records
    ]
    path = objects_file(folder, stem)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_table(path, [header, *rows])
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {reason(error)}. Choose another folder.") from error
    return path


def _write_table(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


FORMATS: dict[str, Callable[[ClassMap, Path], list[Path]]] = {
    "envi": _export_envi,
    "geotiff": _export_geotiff,
    "png": _export_png,
    "npy": _export_npy,
    "csv": _export_csv,
    "geopackage": _export_geopackage,
    "geojson": _export_geojson,
}
_FILES = {
    "envi": (
        ("_classes.hdr", "_classes.img"),
        ("_confidence.hdr", "_confidence.img"),
        ("_novelty.hdr", "_novelty.img"),
    ),
    "geotiff": (
        ("_classes.tif", "_classes.tif.aux.xml", "_classes.qml"),
        ("_confidence.tif",),
        ("_novelty.tif",),
    ),
    "png": (("_classes.png",), ("_confidence.png",), ("_novelty.png",)),
    "npy": (("_classes.npy",), ("_confidence.npy",), ("_novelty.npy",)),
    "csv": (("_areas.csv",),),
    "geopackage": (("_classes.gpkg",),),
    "geojson": (("_classes.geojson",),),
}
"""Endings of the files of each format: of the classes, and of what there is beside them."""
_WHITE = {"confidence": 1.0, "novelty": 2.0}
"""What is white in a picture."""


def _strips(array: IdArray) -> Iterator[IdArray]:
    """An array a few lines at a time, for what needs more memory than the array itself."""
    lines = max(1, STRIP_PIXELS // array.shape[1])
    for top in range(0, len(array), lines):
        yield array[top : top + lines]


def _listed(m: ClassMap) -> list[int]:
    """The values that a legend lists: the classes in their order, then others that the map has."""
    seen = np.zeros(256, bool)
    for lines in _strips(m.ids):
        seen[np.unique(lines)] = True
    seen[[UNLABELLED, *m.classes.ids]] = False
    return [*m.classes.ids, *np.flatnonzero(seen).tolist()]


def _rows(m: ClassMap) -> list[LegendRow]:
    """The legend: each class with its share, and what is not classified."""
    rows = [(m.classes[r.class_id].rgb, r.name, f"{r.percent:.1f} %") for r in areas(m)]
    if any((lines == UNLABELLED).any() for lines in _strips(m.ids)):
        rows.append(((0, 0, 0), UNLABELLED_NAME, ""))
    return rows
