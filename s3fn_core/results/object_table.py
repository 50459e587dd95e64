"""The table of the objects of one or more trays: what the window lists and the command line writes."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.place import pixel_size
from s3fn_core.cubes.treating.objects import ObjectRow, object_table
from s3fn_core.errors import ExportError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.objects import labels_of_objects
from s3fn_core.progress import Operation
from s3fn_core.results.origin import stamp, texts_of, write_beside
from s3fn_core.results.region_spectra import RegionLook, region_looks
from s3fn_core.results.voting import Verdict
from s3fn_core.types import FloatArray, IdArray, ObjectMap, Wavelengths

SQUARE_MILLIMETRES = 1e6  # of a square metre
PLACE = (
    "tray",
    "object",
    "first_line",
    "first_sample",
    "last_line",
    "last_sample",
    "centre_line",
    "centre_sample",
    "pixels",
    "area_mm2",
    "label_id",
    "label",
)
VERDICT = (
    "class_id",
    "class",
    "decided_by",
    "votes",
    "valid_patches",
    "agreement",
    "agreement_low",
    "agreement_high",
    "probability",
    "stride",
    "share",
    "novelty",
    "unknown",
    "defect",
)


@dataclass(frozen=True, eq=False)
class Tray:
    """The objects of one cube, and what is known of them.

    Attributes
    ----------
    name : str
        Of the cube.
    rows : tuple of ObjectRow
    millimetres : float or None
        Square millimetres of a pixel, where the cube says how large it is.
    wavelengths : array of float64, shape (bands,), or None
        In nm.
    bands : int
    looks : mapping of int to RegionLook
        Mean spectra by number of the object.
    labels : mapping of int to int
        The class that an object was labelled as; those without a label are not in it.
    verdicts : mapping of int to Verdict
        What a model, or the pixels of a map, say of the objects.
    classes : ClassSet
        Of the verdicts' votes and probabilities, in their order.
    label_classes : ClassSet
        Of the labels.
    origin : mapping
        Who judged the objects (``origin.origin_of``), for the metadata of the file.
    names : mapping of int to str
        What objects are called.
    """

    name: str
    rows: tuple[ObjectRow, ...]
    millimetres: float | None = None
    wavelengths: Wavelengths | None = None
    bands: int = 0
    looks: Mapping[int, RegionLook] = field(default_factory=dict)
    labels: Mapping[int, int] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    classes: ClassSet = field(default_factory=ClassSet)
    label_classes: ClassSet = field(default_factory=ClassSet)
    origin: Mapping[str, str] = field(default_factory=stamp)
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def about(self) -> dict[str, str]:
        """What the metadata say of it: who judged its objects, and what each class was described as."""
        return {"cube": self.name, **self.origin, **texts_of(self.classes)}

    def area(self, row: ObjectRow) -> float | None:
        """Square millimetres of an object, where the size of a pixel is known."""
        return None if self.millimetres is None else self.millimetres * row.pixels


def tray_of(
    cube: Cube,
    objects: ObjectMap,
    verdicts: Sequence[Verdict] = (),
    classes: ClassSet | None = None,
    ids: IdArray | None = None,
    label_classes: ClassSet | None = None,
    pixels_each: int | None = None,
    origin: Mapping[str, str] | None = None,
) -> Operation[Tray]:
    """Everything that is known of the objects of a cube.

    Parameters
    ----------
    cube : Cube
    objects : array of int, shape (lines, samples)
        Number of the object at each pixel, 0 outside.
    verdicts, classes
        What they were judged to be, and the classes of that.
    ids : array of uint8, shape (lines, samples), optional
        Labels, of `label_classes`.
    pixels_each : int, optional
        Pixels of each object that its mean spectrum is made from; all unless given.
    origin : mapping, optional
        Who judged them, for the metadata.
    """
    rows = rows_of(objects)
    looks = yield from region_looks(cube, objects, rows, pixels_each)
    return Tray(
        cube.name,
        rows,
        square_millimetres(cube),
        cube.wavelengths,
        cube.bands,
        looks,
        {} if ids is None else labels_of_objects(ids, objects),
        {one.number: one for one in verdicts},
        classes or ClassSet(),
        label_classes or ClassSet(),
        stamp() if origin is None else origin,
    )


def rows_of(objects: ObjectMap) -> tuple[ObjectRow, ...]:
    """Size and place of every object, also where the numbers are as large as a serial number."""
    numbers = np.unique(objects)
    numbers = numbers[numbers > 0]
    index = np.where(objects > 0, np.searchsorted(numbers, objects) + 1, 0)
    return tuple(replace(row, number=int(numbers[row.number - 1])) for row in object_table(index))


def square_millimetres(cube: Cube) -> float | None:
    """Of a pixel of a cube, where it says how large that is."""
    size = pixel_size(cube.georeference, cube.shape[:2])
    return None if size is None else size.across * size.down * SQUARE_MILLIMETRES


def table_of(trays: Sequence[Tray]) -> list[tuple[str, ...]]:
    """The table of the objects of all trays as texts, its headings first.

    After place, size, label and verdict come the share of the votes and the mean probability of
    every class, the mean spectrum, and the name.  Where trays have other bands, or classes, each has cells
    in its own columns.
    """
    names = list(dict.fromkeys(c.name for tray in trays for c in tray.classes))
    bands = _bands(trays)
    head = (
        *PLACE,
        *VERDICT,
        *(f"votes: {name}" for name in names),
        *(f"probability: {name}" for name in names),
        *bands,
        "name",
    )
    return [head, *(_line(tray, row, names, bands) for tray in trays for row in tray.rows)]


def write_objects_table(trays: Sequence[Tray], path: str | PathLike[str]) -> Path:
    """Write :func:`table_of` as CSV that spreadsheets take for UTF-8 (it begins with a byte order mark).

    How each tray was judged is written beside it, to :func:`~s3fn_core.results.origin.beside`.

    Raises
    ------
    ExportError
        When the file cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_beside(path, *(tray.about for tray in trays))
        with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(table_of(trays))
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
        ) from error
    return path


def _bands(trays: Sequence[Tray]) -> list[str]:
    """The columns of the mean spectra: by wavelength, for trays without any by number."""
    known = {float(nm) for tray in trays if tray.wavelengths is not None for nm in tray.wavelengths}
    most = max((tray.bands for tray in trays if tray.wavelengths is None), default=0)
    return list(dict.fromkeys([*(_nm(nm) for nm in sorted(known)), *(_band(n) for n in range(most))]))


def _nm(wavelength: float) -> str:
    return f"mean at {wavelength:.6g} nm"


def _band(number: int) -> str:
    return f"mean of band {number + 1}"


def _line(tray: Tray, row: ObjectRow, names: Sequence[str], bands: Sequence[str]) -> tuple[str, ...]:
    verdict, look = tray.verdicts.get(row.number), tray.looks.get(row.number)
    said = _verdict(verdict) if verdict is not None else ("",) * len(VERDICT)
    votes = _by_name(tray, () if verdict is None else [v / max(verdict.patches, 1) for v in verdict.votes])
    likely = _by_name(tray, () if verdict is None else verdict.probabilities)
    values = {} if look is None else _spectrum(tray, look.mean)
    return (
        *_place(tray, row),
        *said,
        *(votes.get(name, "") for name in names),
        *(likely.get(name, "") for name in names),
        *(values.get(band, "") for band in bands),
        tray.names.get(row.number, ""),
    )


def _place(tray: Tray, row: ObjectRow) -> tuple[str, ...]:
    top, left, bottom, right = row.box
    label, area = tray.labels.get(row.number, 0), tray.area(row)
    known = label in tray.label_classes
    return (
        tray.name,
        str(row.number),
        *map(str, (top, left, bottom - 1, right - 1)),
        *(f"{middle:.1f}" for middle in row.centre),
        str(row.pixels),
        "" if area is None else f"{area:.6g}",
        str(label) if label else "",
        tray.label_classes[label].name if known else "",
    )


def _verdict(one: Verdict) -> tuple[str, ...]:
    low, high = one.interval or (math.nan, math.nan)
    return (
        str(one.class_id),
        one.class_name,
        one.by,
        str(round(one.agreement * one.patches)),
        str(one.patches),
        *(_number(value) for value in (one.agreement, low, high, one.probability)),
        str(one.stride),
        f"{one.share:g}",
        _number(one.novelty),
        "yes" if one.novelty is not None and one.novelty > 1 else "no",
        _number(one.defect),
    )


def _by_name(tray: Tray, values: Sequence[float]) -> dict[str, str]:
    names = [c.name for c in tray.classes]
    return dict(zip(names, map(_number, values), strict=True)) if values else {}


def _spectrum(tray: Tray, mean: FloatArray) -> dict[str, str]:
    if tray.wavelengths is None:
        heads = [_band(number) for number in range(len(mean))]
    else:
        heads = [_nm(float(nm)) for nm in tray.wavelengths]
    return {head: f"{value:.6g}" for head, value in zip(heads, mean, strict=True) if np.isfinite(value)}


def _number(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.4f}"
