"""Label maps in the formats that others use: npy, MATLAB, PNG, TIFF, ENVI classification.

A label map holds a class id for every pixel, 0 = unlabelled, as integers or as floats that are
whole numbers.  An object map holds the number of an object instead, which may be any.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import Image

from s3fn_core.errors import LabelError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels import rasters
from s3fn_core.labels.classes import MAX_CLASSES, PALETTE, UNLABELLED, ClassSet, LabelClass
from s3fn_core.labels.rasters import Array, Legend, Place
from s3fn_core.types import IdArray, ObjectMap

Shape = tuple[int, int]
UNLABELLED_NAME = "unclassified"

LABEL_SUFFIXES = (".npy", ".mat", ".png", ".tif", ".tiff", ".hdr", ".img", ".dat", ".bin", ".raw")
WRITTEN_SUFFIXES = (".tif", ".tiff", ".png", ".npy", ".hdr")


def read_labels(path: str | PathLike[str], *, shape: tuple[int, int] | None = None) -> IdArray:
    """Read a label map, shape (lines, samples).

    Parameters
    ----------
    path : path
        .npy, .mat, .png, .tif, or an ENVI classification (.hdr, or its data file).
    shape : (lines, samples), optional
        What the cube has; in a .mat with several maps it also chooses the one.

    Raises
    ------
    LabelError
        When the file is no label map, or has another shape than `shape`.
    """
    path = Path(path)
    ids = _read_whole_numbers(path, shape, "a label map")
    if (high := ids.max(initial=0)) > MAX_CLASSES:
        raise LabelError(
            f"{path} holds the id {high:g}; class ids run from 0 (unlabelled) to {MAX_CLASSES}. "
            "Renumber the classes."
        )
    return np.ascontiguousarray(ids, dtype=np.uint8)


def read_objects(path: str | PathLike[str], *, shape: tuple[int, int] | None = None) -> ObjectMap:
    """Read the number of the object at each pixel, 0 = none, shape (lines, samples).

    Parameters
    ----------
    path : path
        As for :func:`read_labels`; the numbers may be of any size.
    shape : (lines, samples), optional

    Raises
    ------
    LabelError
        When the file is no such map, or has another shape than `shape`.
    """
    numbers = _read_whole_numbers(Path(path), shape, "an object map")
    if (high := numbers.max(initial=0)) >= np.iinfo(np.int64).max:
        raise LabelError(f"{path} holds the number {high:g}, which is too large for an object.")
    return np.ascontiguousarray(numbers, dtype=np.int64)


def read_label_classes(path: str | PathLike[str], ids: IdArray) -> ClassSet:
    """Classes for the ids of a label map: names and colours of an ENVI header, else "class 3"."""
    names, colors = {}, {}
    header = envi_header(Path(path))
    if header is not None and header.is_file():
        import spectral.io.envi as envi

        fields = envi.read_envi_header(str(header))
        names = dict(enumerate(fields.get("class names", ())))
        lookup = [int(value) for value in fields.get("class lookup", ())]
        colors = {i // 3: f"#{bytes(lookup[i : i + 3]).hex()}" for i in range(0, len(lookup), 3)}
    used = [int(i) for i in np.union1d(np.unique(ids), list(names)) if i != UNLABELLED]
    return ClassSet(
        tuple(
            LabelClass(
                i, names.get(i, f"class {i}"), colors.get(i, PALETTE[(i - 1) % len(PALETTE)])
            )
            for i in used
        )
    )


def write_labels(
    ids: IdArray, path: str | PathLike[str], classes: ClassSet, place: Place | None = None
) -> None:
    """Write a label map; .tif, .png and ENVI (.hdr + .img) carry the classes' colours.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    path : path
        The suffix chooses the format: .tif (deflate), .png (indexed), .npy or .hdr.
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
    legend = class_legend(classes, ids)
    try:
        if suffix in (".tif", ".tiff"):
            rasters.write_geotiff(ids, path, place, legend)
        elif suffix == ".hdr":
            rasters.write_envi(ids, path, place, legend)
        elif suffix == ".png":
            with whole_file(path) as temporary:
                _indexed_image(ids, legend).save(temporary)
        elif suffix == ".npy":
            with whole_file(path) as temporary:
                np.save(temporary, ids, allow_pickle=False)
        else:
            raise LabelError(
                f'Label maps are not written as "{path.suffix}" ({path.name}); use one of '
                f"{', '.join(WRITTEN_SUFFIXES)}."
            )
    except OSError as error:
        raise LabelError(f"{path} cannot be written: {reason(error)}.") from error


def class_legend(classes: ClassSet, ids: IdArray) -> Legend:
    """Name and colour of every value from 0 to the highest id in use; 0 is "unclassified"."""
    legend = [(UNLABELLED_NAME, (0, 0, 0))]
    for i in range(1, max((int(ids.max(initial=0)), *classes.ids)) + 1):
        legend.append((classes[i].name, classes[i].rgb) if i in classes else _unused(i))
    return legend


def _unused(i: int) -> tuple[str, tuple[int, int, int]]:
    return f"class {i}", (128, 128, 128)


def _indexed_image(ids: IdArray, legend: Legend) -> Image.Image:
    image = Image.fromarray(ids, "P")
    image.putpalette([byte for _, color in legend for byte in color])
    return image


# -- readers: each gives the stored array, which is then checked ----------------------------------


def _read_whole_numbers(path: Path, shape: Shape | None, what: str) -> Array:
    """The map in a file as it is stored, once it is known to hold whole numbers from 0 on."""
    if not path.is_file():
        raise LabelError(f"There is no {what.split(maxsplit=1)[1]} {path}; check the path.")
    read = _READERS.get(path.suffix.lower(), _read_envi)
    try:
        stored = read(path, shape)
    except LabelError:
        raise
    except Exception as error:  # five libraries, each with its own errors for damaged files
        raise LabelError(
            f"{path} cannot be read as {what} ({type(error).__name__}: {error}). Give an "
            "integer map as .npy, .mat, .png, .tif or ENVI classification."
        ) from error
    numbers = _checked(stored, path, what)
    if shape is not None and numbers.shape != tuple(shape):
        turned = " It seems to be transposed." if numbers.shape == tuple(shape)[::-1] else ""
        raise LabelError(
            f"{path} is {numbers.shape[0]} x {numbers.shape[1]} but the cube {shape[0]} x "
            f"{shape[1]} (lines x samples); {what} must have the shape of its cube.{turned}"
        )
    return numbers


def _checked(stored: Array, path: Path, what: str) -> Array:
    """The map without an axis of length 1; raises LabelError where it holds anything else."""
    if stored.ndim == 3 and 1 in (stored.shape[0], stored.shape[2]):
        stored = stored[:, :, 0] if stored.shape[2] == 1 else stored[0]
    if stored.ndim != 2:
        raise LabelError(
            f"{path} has the shape {stored.shape}; {what} has two axes (lines, samples)."
        )
    if stored.dtype.kind not in "buif":
        raise LabelError(f"{path} holds {stored.dtype} values; {what} holds whole numbers.")
    wrong = stored < 0
    if stored.dtype.kind == "f":  # NaN differs from itself, so it is found too
        wrong |= stored != np.round(stored)
    if wrong.any():
        line, sample = np.argwhere(wrong)[0]
        raise LabelError(
            f"{path} holds {stored[line, sample]} at line {line}, sample {sample}; {what} holds "
            "whole numbers from 0 (none) on."
        )
    return stored


def _read_npy(path: Path, shape: Shape | None) -> Array:
    return np.asarray(np.load(path, allow_pickle=False))


def _read_png(path: Path, shape: Shape | None) -> Array:
    with Image.open(path) as image:
        if image.mode not in ("1", "L", "P", "I", "I;16", "F"):
            raise LabelError(
                f"{path} is a picture in colours ({image.mode}), not a map of class ids; save it "
                "as an indexed or grey PNG whose values are the ids."
            )
        return np.asarray(image)


def _read_tiff(path: Path, shape: Shape | None) -> Array:
    return rasters.read_band(path)


def _read_envi(path: Path, shape: Shape | None) -> Array:
    import spectral.io.envi as envi

    header = envi_header(path)
    if header is None:
        raise LabelError(
            f"{path} is no label map that can be read: its suffix is none of "
            f"{', '.join(LABEL_SUFFIXES)} and no ENVI header (.hdr) lies beside it."
        )
    image = envi.open(str(header), None if path == header else str(path))
    if image.nbands != 1:
        raise LabelError(
            f"{path} has {image.nbands} bands, so it is a cube and no label map (one band)."
        )
    return np.asarray(image.read_band(0))


def _read_mat(path: Path, shape: Shape | None) -> Array:
    from scipy.io import loadmat

    try:
        variables = loadmat(path)
    except NotImplementedError as error:
        raise LabelError(
            f"{path} is a MATLAB 7.3 file, which is not read; save it in MATLAB with "
            "save(..., '-v7')."
        ) from error
    maps = {
        name: array
        for name, array in variables.items()
        if isinstance(array, np.ndarray) and array.ndim == 2 and min(array.shape) > 1
    }
    fitting = {name: array for name, array in maps.items() if array.shape == shape} or maps
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if not fitting:
        raise LabelError(f"{path} holds no matrix (lines x samples) of class ids.")
    raise LabelError(
        f"{path} holds several matrices ({', '.join(fitting)}); save the label map alone."
    )


_READERS: dict[str, Callable[[Path, Shape | None], Array]] = {
    ".npy": _read_npy,
    ".mat": _read_mat,
    ".png": _read_png,
    ".tif": _read_tiff,
    ".tiff": _read_tiff,
}


def envi_header(path: Path) -> Path | None:
    """The ENVI header of a data file (x.hdr or x.img.hdr beside it), or the file itself."""
    if path.suffix.lower() == ".hdr":
        return path
    candidates = (path.with_suffix(".hdr"), path.with_name(path.name + ".hdr"))
    return next((file for file in candidates if file.is_file()), None)
