"""NumPy arrays: ids alone, also what napari saves as a labels layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted
from s3fn_core.labels.rasters import Place
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("NumPy array")
SUFFIXES = (".npy",)


def read(wanted: Wanted) -> Stored:
    """Read the array; a memory map, so that a header which promises too much allocates nothing."""
    mapped = np.load(wanted.path, mmap_mode="r", allow_pickle=False)
    wanted.check_size(mapped.shape, mapped.dtype.itemsize)
    return Stored(np.array(mapped))


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write the ids; the format has no place for names, colours or a georeference."""
    with whole_file(path) as temporary:
        np.save(temporary, ids, allow_pickle=False)
