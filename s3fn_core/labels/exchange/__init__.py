"""Label maps in the formats that others use; one module a format, each with ``read`` and ``write``.

A label map holds a class id for every pixel, 0 = unlabelled, as integers or as floats that are
whole numbers.  An object map holds the number of an object instead, which may be any.  Formats of
regions (outlines, lists of pixels) become a map on the cube they belong to.
"""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import cast

import numpy as np

from s3fn_core.checked import check_numbers, checked
from s3fn_core.errors import LabelError
from s3fn_core.files import reason, require_file
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet
from s3fn_core.labels.exchange import (
    envi,
    envi_points,
    envi_roi,
    geojson,
    ilastik,
    matlab,
    napari,
    npy,
    png,
    tiff,
)
from s3fn_core.labels.exchange.attributes import UnclearAttributeError
from s3fn_core.labels.exchange.labelfile import (
    LABEL_MAP,
    OBJECT_MAP,
    UNLABELLED_NAME,
    FileClass,
    Format,
    LabelFile,
    Stored,
    Wanted,
    check_ids,
    class_legend,
    class_set,
    classes_of,
    says_nothing,
    whole_numbers,
)
from s3fn_core.labels.exchange.mapping import (
    Extent,
    Match,
    check_importable,
    is_same,
    mapped,
    propose_mapping,
    taken_over,
    with_new_classes,
)
from s3fn_core.labels.exchange.objects import write_objects
from s3fn_core.labels.rasters import Array, Place
from s3fn_core.languages import tr
from s3fn_core.types import IdArray, ObjectMap

__all__ = [
    "LABEL_SUFFIXES",
    "OBJECT_MAP",
    "UNLABELLED_NAME",
    "WRITTEN_SUFFIXES",
    "Extent",
    "FileClass",
    "LabelFile",
    "Match",
    "UnclearAttributeError",
    "check_ids",
    "check_importable",
    "class_legend",
    "class_set",
    "file_filter",
    "holds_regions",
    "is_same",
    "mapped",
    "propose_mapping",
    "read_label_classes",
    "read_label_file",
    "read_labels",
    "read_objects",
    "says_nothing",
    "taken_over",
    "with_new_classes",
    "write_labels",
    "write_objects",
    "written_filters",
    "written_formats",
]

_MODULES = (tiff, png, npy, matlab, envi, envi_roi, envi_points, geojson, napari, ilastik)
FORMATS: tuple[Format, ...] = tuple(cast(Format, module) for module in _MODULES)
_BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.SUFFIXES}

_OF_REGIONS = (envi_roi, envi_points, geojson, napari)
_ONLY_READ = (".img", ".dat", ".bin", ".raw", ".roi", ".ilp")
LABEL_SUFFIXES = tuple(_BY_SUFFIX)
WRITTEN_SUFFIXES = tuple(suffix for suffix in _BY_SUFFIX if suffix not in _ONLY_READ)


def file_filter() -> str:
    """Filters of a Qt file dialog for reading: all label files, each format, everything."""
    single = [f"{format.NAME} ({_patterns(format.SUFFIXES)})" for format in FORMATS]
    return ";;".join([tr("Labels") + f" ({_patterns(LABEL_SUFFIXES)})", *single, tr("All files") + " (*)"])


def written_filters() -> tuple[str, ...]:
    """Filters of a Qt file dialog for writing, one a format."""
    return tuple(
        f"{format.NAME} ({_patterns(tuple(s for s in format.SUFFIXES if s not in _ONLY_READ))})"
        for format in FORMATS
    )


def written_formats() -> tuple[tuple[str, str], ...]:
    """Name and usual suffix of each format for writing."""
    return tuple((format.NAME, next(s for s in format.SUFFIXES if s not in _ONLY_READ)) for format in FORMATS)


def holds_regions(path: str | PathLike[str]) -> bool:
    """Whether a file lists regions by its suffix: their names count then, for many have no ids."""
    return any(Path(path).suffix.lower() in module.SUFFIXES for module in _OF_REGIONS)


def _patterns(suffixes: tuple[str, ...]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)


@checked(LabelError)
def read_label_file(
    path: str | PathLike[str],
    *,
    shape: tuple[int, int] | None = None,
    place: Place | None = None,
    attribute: str | None = None,
    what: str = LABEL_MAP,
) -> LabelFile:
    """Read a label map with the file's own ids, and what the file says of its classes.

    Parameters
    ----------
    path : path
        The suffix chooses the format; see ``FORMATS``.
    shape : (lines, samples), optional
        What the cube has; files of regions cannot be read without.
    place : Place, optional
        Where the cube lies.  A map that has a place too is laid under the cube by it, and need not
        have the cube's shape; regions in map coordinates cannot be read without.
    attribute : str, optional
        Of drawn regions, what names their class, in a file of which that is not clear.
    what : {"a label map", "an object map"}
        As errors name it.

    Raises
    ------
    UnclearAttributeError
        When several attributes of drawn regions may name their class.
    LabelError
        When the file is not a label map, or fits the cube neither by its place nor by its shape.
    """
    wanted = Wanted(Path(path), shape, place, what, attribute)
    stored, ids = _read_whole_numbers(wanted)
    return LabelFile(wanted.path, ids, classes_of(ids, stored), stored.notes, stored.moved)


@checked(LabelError)
def read_labels(
    path: str | PathLike[str], *, shape: tuple[int, int] | None = None, place: Place | None = None
) -> IdArray:
    """Read a label map, shape (lines, samples), with the ids as they stand in the file.

    What had to be assumed is a warning (:func:`warnings.warn`); :func:`read_label_file` gives it.

    Parameters
    ----------
    path : path
        .npy, .mat, .png, .tif, an ENVI classification (.hdr, or its data file), or any other of
        ``FORMATS``.
    shape : (lines, samples), optional
        What the cube has; in a .mat with several maps it also chooses the one.
    place : Place, optional
        Where the cube lies, as for :func:`read_label_file`.

    Raises
    ------
    LabelError
        When the file is not a label map, or fits the cube neither by its place nor by its shape.
    """
    wanted = Wanted(Path(path), shape, place)
    stored, ids = _read_whole_numbers(wanted)
    check_ids(int(ids.max(initial=0)), wanted.path)
    _warn(stored, wanted)
    return np.ascontiguousarray(ids, dtype=np.uint8)


@checked(LabelError)
def read_objects(
    path: str | PathLike[str], *, shape: tuple[int, int] | None = None, place: Place | None = None
) -> ObjectMap:
    """Read the number of the object at each pixel, 0 = none, shape (lines, samples).

    Parameters
    ----------
    path : path
        As for :func:`read_labels`; the numbers may be of any size.
    shape : (lines, samples), optional
    place : Place, optional

    Raises
    ------
    LabelError
        When the file is not such a map, or fits the cube neither by its place nor by its shape.
    """
    wanted = Wanted(Path(path), shape, place, what=OBJECT_MAP)
    stored, numbers = _read_whole_numbers(wanted)
    _warn(stored, wanted)
    return np.ascontiguousarray(numbers, dtype=np.int64)


def _warn(stored: Stored, wanted: Wanted) -> None:
    for note in stored.notes:
        warnings.warn(f"{wanted.path}: {note}", stacklevel=4)


def read_label_classes(path: str | PathLike[str], ids: IdArray) -> ClassSet:
    """Classes for the ids of a label map: names and colours of its file, else "class 3"."""
    wanted = Wanted(Path(path), (ids.shape[0], ids.shape[1]))
    stored, _ = _read_whole_numbers(wanted)
    return class_set(classes_of(ids, stored))


def _read_whole_numbers(wanted: Wanted) -> tuple[Stored, Array]:
    """What the file holds, and its map once it is known to hold whole numbers from 0 on."""
    path, what = wanted.path, wanted.what
    try:
        require_file(path)
    except OSError as error:
        raise LabelError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    if path.is_dir():
        raise LabelError(
            "{path} is a folder, not a label map; save the map as a file (from napari as .tif or .npy).",
            path=path,
        )
    if not path.is_file():
        if what == OBJECT_MAP:
            raise LabelError("There is no object map {path}; check the path.", path=path)
        raise LabelError("There is no label map {path}; check the path.", path=path)
    reader = _BY_SUFFIX.get(path.suffix.lower(), cast(Format, envi))
    try:
        stored = reader.read(wanted)
        return stored, whole_numbers(stored.values, wanted)
    except LabelError:
        raise
    except Exception as error:  # many libraries, each with its own errors for damaged files
        why = next(iter(str(error).splitlines()), "")[:200]
        raise LabelError(
            "{path} cannot be read as {what} ({kind}: {why}). Copy or export it again, for example "
            "as .tif, .png, .npy or ENVI classification.",
            path=path,
            what=what,
            kind=type(error).__name__,
            why=why,
        ) from error


@checked(LabelError)
def write_labels(
    ids: IdArray, path: str | PathLike[str], classes: ClassSet, place: Place | None = None
) -> None:
    """Write a label map, with the classes' names and colours where the format holds them.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    path : path
        The suffix chooses the format: .tif (deflate), .png (indexed), .npy, .hdr ...
    classes : ClassSet
    place : georeference, optional
        Kept by .tif and .hdr.

    Raises
    ------
    LabelError
        When the suffix is none of these or the file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    check_numbers(ids, tr("A label map"), LabelError, MAX_CLASSES)
    if suffix not in WRITTEN_SUFFIXES:
        raise LabelError(
            'Label maps are not written as "{suffix}" ({name}); use one of {suffixes}.',
            suffix=path.suffix,
            name=path.name,
            suffixes=", ".join(WRITTEN_SUFFIXES),
        )
    try:
        _BY_SUFFIX[suffix].write(ids.astype(np.uint8, copy=False), path, classes, place)
    except OSError as error:
        raise LabelError("{path} cannot be written: {error}.", path=path, error=reason(error)) from error
