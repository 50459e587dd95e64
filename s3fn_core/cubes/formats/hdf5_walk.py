"""Going through an HDF5 file: what lies in it by hard links, not too deep, and in no other file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

DEEPEST = 32
"""Levels of groups that are looked at; every path is as long as it is deep, so that thousands take
minutes."""


def items(file: Any) -> Iterator[tuple[str, Any]]:
    """Path and object of every group and data set, each once, parents first.

    Links to other places and to other files are not followed.
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
            hard = isinstance(name, str) and isinstance(item.get(name, getlink=True), h5py.HardLink)
            if hard:  # bytes are names in no encoding that is known
                ahead.append((f"{path}/{name}" if path else name, item[name], depth + 1))


def lies_elsewhere(data: Any) -> bool:
    """Whether the values of a data set are in other files: external storage, or a virtual one.

    What a file names there may be anything that the user may read.
    """
    if data.external:
        return True
    return bool(data.is_virtual) and any(source.file_name != "." for source in data.virtual_sources())


def axis_names(data: Any, attributes: dict[str, Any]) -> tuple[str, ...]:
    """Names of the axes: dimension scales or labels, vigra's ``axistags``, lists of names."""
    names = [_dimension(data.dims[axis]) for axis in range(len(data.shape))]
    if any(names):
        return tuple(names)
    for key, value in attributes.items():
        stated = _stated(re.sub(r"[^a-z]", "", key.lower()), value)
        if len(stated) == len(data.shape):
            return stated
    return tuple(names)


def _dimension(dimension: Any) -> str:
    try:
        return str(dimension[0].name if len(dimension) else dimension.label)
    except (RuntimeError, KeyError, ValueError):  # a scale that is gone
        return ""


def _stated(key: str, value: Any) -> tuple[str, ...]:
    """The names that an attribute lists, innermost axis last."""
    if key == "axistags" and isinstance(value, str):
        try:
            return tuple(str(axis["key"]) for axis in json.loads(value)["axes"])
        except (KeyError, TypeError, ValueError, RecursionError):
            return ()
    if key not in ("axes", "dims", "dimensions", "dimensionlabels", "dimensionnames", "arraydimensions"):
        return ()
    if not isinstance(value, str):
        value = " ".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in value)
    listed = tuple(part for part in re.split(r"[\s,;:\[\]()\"']+", value) if part)
    listed = tuple(value) if len(listed) == 1 else listed
    return listed if any(name.strip("0123456789") for name in listed) else ()
