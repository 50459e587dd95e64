"""HDF5 as ilastik writes it: exported labels, and the simple segmentation.

The data set is called "exported_data"; its attribute "axistags" (JSON of vigra) names the axes,
usually z, y, x, c.  In a simple segmentation every pixel has a class, from 1 on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.hdf5_sets import axis_labels
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, hex_color
from s3fn_core.labels.rasters import Array, Place, plain_name
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = "ilastik HDF5"
SUFFIXES = (".h5", ".hdf5", ".ilp")

_DATA = "exported_data"
_AXES = "zyxc"
_LARGEST_SEARCHED = 1 << 30
"""Bytes; to search a larger file for heaps would take longer than reading its labels."""
_DEEPEST = 8
"""Levels of groups that are looked at: thousands would take minutes."""
_HEAP = b"GCOL\x01\x00\x00\x00"
_USUAL = {4: (1, 2), 5: (2, 3)}
"""Axes of lines and samples by the number of axes: (t,) z, y, x, c; y, x (, c) otherwise."""
_KINDS = {"x": 2, "y": 2, "z": 2, "c": 1, "t": 8}  # vigra's AxisType
_IDS, _NAMES, _COLORS = "class_ids", "class_names", "class_colors"


def read(wanted: Wanted) -> Stored:
    """Read "exported_data", or the only data set of another name."""
    import h5py

    if wanted.path.suffix.lower() == ".ilp":
        raise wanted.error(
            "{path} is a project of ilastik, not a label map; in ilastik, export its labels or the simple "
            "segmentation as HDF5 and choose that file."
        )
    _check_heaps(wanted.path)
    with h5py.File(wanted.path, "r") as file:
        data = _dataset(file, wanted)
        plane = lines, samples = _plane(data, wanted)
        wanted.check_size([data.shape[axis] for axis in plane], data.dtype.itemsize)
        index = tuple(slice(None) if axis in plane else 0 for axis in range(data.ndim))
        values: Array = np.asarray(data[index])
        names, colors = _classes(data.attrs)
    return Stored(values.T if samples < lines else values, names, colors)


def _check_heaps(path: Path) -> None:
    """Refuse a file whose heaps of texts are damaged: HDF5 1.14 would go round in one for ever.

    A heap is 16 bytes (signature, version, size) and objects, each 16 bytes (number, size in the
    last 8) and its bytes, filled up to a multiple of 8; the number 0 is the free rest, whose size
    counts its own 16 bytes (HDF5 File Format Specification 3.0, III.E).

    Raises
    ------
    ValueError
        When an object reaches beyond its heap, or the free rest is nothing.
    """
    if not 0 < path.stat().st_size <= _LARGEST_SEARCHED:
        return
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        start = content.find(_HEAP)
        while start >= 0:
            end = start + int.from_bytes(content[start + 8 : start + 16], "little")
            place = start + 16
            while place + 16 <= end:
                size = int.from_bytes(content[place + 8 : place + 16], "little")
                is_object = any(content[place : place + 2])
                place += 16 + -(-size // 8) * 8 if is_object else size
                if place > min(end, len(content)) or not (size or is_object):
                    raise ValueError(tr("a heap of texts is damaged"))
            start = content.find(_HEAP, start + len(_HEAP))


def _dataset(file: Any, wanted: Wanted) -> Any:
    """The data set that is the map, with its values in this file and no other."""
    found = [data for data in _data_sets(file) if data.shape is not None and data.ndim >= 2]
    named = [data for data in found if data.name == f"/{_DATA}"]
    if len(named or found) != 1:
        raise wanted.error(
            '{path} has no data set "{data}", and {found} others that could be a label map; export the '
            "labels from ilastik as HDF5.",
            data=_DATA,
            found=len(found),
        )
    data = (named or found)[0]
    if data.external or data.is_virtual:
        raise wanted.error("{path} keeps its labels in other files; save them into one, or choose that file.")
    return data


def _data_sets(file: Any) -> Iterator[Any]:
    """What lies in the file itself, not too deep: links to elsewhere are not followed."""
    import h5py

    seen = {h5py.h5o.get_info(file.id).addr}  # a group may lie in itself
    level: list[Any] = [file]
    for _ in range(_DEEPEST):
        level, groups = [], level
        for group, name in ((parent, name) for parent in groups for name in parent):
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            item = group[name]
            address = h5py.h5o.get_info(item.id).addr
            if isinstance(item, h5py.Dataset) and address not in seen:
                yield item
            elif isinstance(item, h5py.Group) and address not in seen:
                level.append(item)
            seen.add(address)


def _plane(data: Any, wanted: Wanted) -> tuple[int, int]:
    """The axes of lines and of samples."""
    keys = _axis_keys(data)
    if "x" in keys and "y" in keys:
        lines, samples = keys.index("y"), keys.index("x")
    elif len(long := [axis for axis, size in enumerate(data.shape) if size > 1]) == 2:
        lines, samples = long
    else:
        lines, samples = _USUAL.get(data.ndim, (0, 1))
    others = {axis: data.shape[axis] for axis in range(data.ndim) if axis not in (lines, samples)}
    for axis, size in others.items():
        if size != 1:
            if keys[axis : axis + 1] == "c":
                raise wanted.error(
                    '{path} holds {size} channels, such as probabilities; export "Simple Segmentation" or '
                    '"Labels" of one image.',
                    size=size,
                )
            raise wanted.error(
                '{path} holds {size} planes; export "Simple Segmentation" or "Labels" of one image.',
                size=size,
            )
    return lines, samples


def _axis_keys(data: Any) -> str:
    """The letters of the axes, e.g. "zyxc"; empty where they are unknown or do not fit."""
    text = data.attrs.get("axistags", "")
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        keys = "".join(str(axis["key"]) for axis in json.loads(text)["axes"])
    except (KeyError, TypeError, ValueError):
        keys = "".join(axis_labels(data))
    return keys if len(keys) == data.ndim and len(set(keys)) == len(keys) else ""


def _classes(attributes: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Names and colours as written below; ilastik itself exports none."""
    ids = [int(i) for i in np.ravel(attributes.get(_IDS, []))]
    names = [str(name) for name in np.ravel(attributes.get(_NAMES, []))]
    colors = [hex_color(row) for row in np.ravel(attributes.get(_COLORS, []))]
    return (
        dict(zip(ids, names, strict=False)),
        {i: color for i, color in zip(ids, colors, strict=False) if color},
    )


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write what ilastik imports as labels: axes z, y, x, c; names and colours as attributes."""
    import h5py

    tags = [{"key": key, "typeFlags": _KINDS[key], "resolution": 0, "description": ""} for key in _AXES]
    # the layout of HDF5 1.10 has checksums, without which a chunk may get lost in silence
    with whole_file(path) as temporary, h5py.File(temporary, "w", libver=("v110", "v110")) as file:
        data = file.create_dataset(
            _DATA, data=ids[np.newaxis, :, :, np.newaxis], chunks=True, compression="gzip"
        )
        data.attrs["axistags"] = json.dumps({"axes": tags})
        data.attrs[_IDS] = np.array(classes.ids, np.uint8)
        text = h5py.string_dtype()
        names = [plain_name(name) for name in classes.names]
        data.attrs.create(_NAMES, np.array(names, object), dtype=text)
        data.attrs.create(_COLORS, np.array([c.color for c in classes], object), dtype=text)
