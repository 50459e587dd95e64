"""Going through an HDF5 file: what lies in it by hard links, not too deep, and in no other file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from s3fn_core.hdf5_sets import axis_labels, text

DEEPEST = 32
"""Levels of groups that are looked at; every path is as long as it is deep, so that thousands take
minutes."""
# Attributes that list the names of the axes.
_LISTS = {
    "axes",
    "axesnames",
    "axesorder",
    "axisnames",
    "axisorder",
    "arraydimensions",
    "dimensionlabels",
    "dimensionnames",
    "dimensionorder",
    "dimensions",
    "dimnames",
    "dimorder",
    "dims",
}


def items(file: Any, elsewhere: list[str] | None = None) -> Iterator[tuple[str, Any]]:
    """Path and object of every group and data set, each once, parents first.

    Links to other places and to other files are not followed; the latter are put into `elsewhere`.
    """
    import h5py

    seen = set()
    ahead = [("", file, 0)]
    while ahead:
        path, item, depth = ahead.pop()
        info = h5py.h5o.get_info(item.id)
        if (info.fileno, info.addr) in seen:
            continue
        seen.add((info.fileno, info.addr))
        yield path, item
        if not isinstance(item, h5py.Group) or depth == DEEPEST:
            continue
        for name in reversed(list(item)):
            if not isinstance(name, str):  # bytes are names in no encoding that is known
                continue
            link, inside = item.get(name, getlink=True), f"{path}/{name}" if path else name
            if isinstance(link, h5py.HardLink):
                ahead.append((inside, item[name], depth + 1))
            elif isinstance(link, h5py.ExternalLink) and elsewhere is not None:
                elsewhere.append(inside)


def axis_names(data: Any, attributes: dict[str, Any]) -> tuple[str, ...]:
    """Names of the axes: dimension scales or labels, vigra's ``axistags``, lists of names."""
    names = axis_labels(data)
    if any(names):
        return names
    for key, value in attributes.items():
        stated = _stated(re.sub(r"[^a-z]", "", key.lower()), value)
        if len(stated) == data.ndim:
            return stated
    return names


def _stated(key: str, value: Any) -> tuple[str, ...]:
    """The names that an attribute lists, innermost axis last."""
    if key == "axistags" and isinstance(value, str):
        try:
            return tuple(str(axis["key"]) for axis in json.loads(value)["axes"])
        except (KeyError, TypeError, ValueError, RecursionError):
            return ()
    if key not in _LISTS:
        return ()
    if not isinstance(value, str):
        value = " ".join(map(text, np.ravel(value)))
    listed = tuple(part for part in re.split(r"[\s,;:\[\]()\"']+", value) if part)
    listed = tuple(value) if len(listed) == 1 else listed
    return listed if any(name.strip("0123456789") for name in listed) else ()
