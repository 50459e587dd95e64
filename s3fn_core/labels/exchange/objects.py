"""Writing maps of objects; every reader of label maps reads them."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels import rasters
from s3fn_core.labels.rasters import Place
from s3fn_core.types import ObjectMap

OBJECT_SUFFIXES = (".tif", ".tiff", ".npy", ".hdr")


def write_objects(objects: ObjectMap, path: str | PathLike[str], place: Place | None = None) -> None:
    """Write the number of the object at each pixel, for ``read_objects`` and other programs.

    Parameters
    ----------
    objects : array of int, shape (lines, samples)
        0 = none.
    path : path
        The suffix chooses the format: .tif (deflate), .hdr (ENVI) or .npy.
    place : georeference, optional
        Kept by .tif and .hdr.

    Raises
    ------
    LabelError
        When the suffix is none of these, a number is negative or beyond 32 bits, or the file
        cannot be written.
    """
    path = Path(path)
    numbers = np.asarray(objects)
    high = int(numbers.max(initial=0))
    if numbers.min(initial=0) < 0 or high > np.iinfo(np.int32).max:
        raise LabelError(
            "Objects are numbered from 1 to {highest}; renumber them.", highest=np.iinfo(np.int32).max
        )
    numbers = numbers.astype(np.uint16 if high <= np.iinfo(np.uint16).max else np.int32)
    suffix = path.suffix.lower()
    try:
        if suffix in (".tif", ".tiff"):
            rasters.write_geotiff(numbers, path, place)
        elif suffix == ".hdr":
            rasters.write_envi(numbers, path, place)
        elif suffix == ".npy":
            with whole_file(path) as temporary:
                np.save(temporary, numbers, allow_pickle=False)
        else:
            raise LabelError(
                'Maps of objects are not written as "{suffix}" ({name}); use one of {suffixes}.',
                suffix=path.suffix,
                name=path.name,
                suffixes=", ".join(OBJECT_SUFFIXES),
            )
    except OSError as error:
        raise LabelError("{path} cannot be written: {error}.", path=path, error=reason(error)) from error
