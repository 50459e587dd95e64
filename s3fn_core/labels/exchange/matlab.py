"""MATLAB files up to version 7, as the ground truths of the community are spread."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, hex_color
from s3fn_core.labels.rasters import Place, plain_name
from s3fn_core.types import IdArray

NAME = "MATLAB"
SUFFIXES = (".mat",)

_MAP, _IDS, _NAMES, _COLORS = "labels", "class_ids", "class_names", "class_colors"
_NUMERIC = {
    "double",
    "single",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "logical",
}
_ITEMSIZE = 8  # at most
_MOST = 3 * 256  # values of what lies beside the map: the colours of all classes


def read(wanted: Wanted) -> Stored:
    """Read the only matrix, the only one of the cube's shape, or the one called "labels"."""
    from scipy.io import loadmat, whosmat

    try:
        listed = whosmat(wanted.path)
    except NotImplementedError as error:
        raise wanted.error(
            "{path} is a MATLAB 7.3 file, which is not read; save it in MATLAB with save(..., '-v7')."
        ) from error
    shapes = {name: tuple(shape) for name, shape, kind in listed if kind in _NUMERIC}
    name = _choose(shapes, {name for name, _, _ in listed}, wanted)
    wanted.check_size(shapes[name], _ITEMSIZE)
    beside = [n for n, shape, _ in listed if n in (_IDS, _NAMES, _COLORS) and math.prod(shape) <= _MOST]
    loaded = loadmat(wanted.path, variable_names=[name, *beside])
    names, colors = _classes(loaded) if name == _MAP else ({}, {})
    return Stored(np.asarray(loaded[name]), names, colors)


def _choose(shapes: dict[str, tuple[int, ...]], every: set[str], wanted: Wanted) -> str:
    """The variable that is the map; `shapes` are those of the numeric ones."""
    if {_MAP, _NAMES} <= every and _MAP in shapes:  # as written below
        return _MAP
    maps = {name: shape for name, shape in shapes.items() if len(shape) == 2 and min(shape) > 1}
    fitting = [name for name, shape in maps.items() if shape == wanted.shape] or list(maps)
    if not fitting:
        raise wanted.error("{path} holds no matrix (lines x samples) of class ids.")
    if len(fitting) > 1:
        raise wanted.error(
            "{path} holds several matrices ({fitting}); save the label map alone.", fitting=", ".join(fitting)
        )
    return fitting[0]


def _classes(loaded: dict[str, Any]) -> tuple[dict[int, str], dict[int, str]]:
    """Names and colours from the variables beside the map; what does not fit is left out."""
    ids = [int(i) for i in np.ravel(loaded.get(_IDS, []))]
    names = [_text(cell) for cell in np.ravel(loaded.get(_NAMES, []))]
    rows: Iterable[Any] = np.atleast_2d(loaded.get(_COLORS, []))
    colors = [hex_color(row.tolist()) for row in rows]
    return (
        dict(zip(ids, names, strict=False)),
        {i: color for i, color in zip(ids, colors, strict=False) if color},
    )


def _text(cell: Any) -> str:
    """The text of a cell, which SciPy gives as an array of one text, or of none."""
    return "".join(map(str, np.ravel(cell)))


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write the variables labels, class_ids, class_names (a cell) and class_colors (RGB rows)."""
    from scipy.io import savemat

    names = np.empty(len(classes), dtype=object)
    names[:] = [plain_name(name) for name in classes.names]
    variables = {
        _MAP: ids,
        _IDS: np.array(classes.ids, np.uint8),
        _NAMES: names,
        _COLORS: np.array([c.rgb for c in classes], np.uint8).reshape(-1, 3),
    }
    with whole_file(path) as temporary:
        savemat(temporary, variables, do_compression=True)
