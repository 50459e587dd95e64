"""What cubes and labels ask of an HDF5 data set before they read it."""

from __future__ import annotations

from typing import Any

import numpy as np


def lies_elsewhere(data: Any) -> bool:
    """Whether the values of a data set are in other files: external storage, or a virtual one.

    What a file names there may be anything that the user may read.
    """
    if data.external:
        return True
    return bool(data.is_virtual) and any(source.file_name != "." for source in data.virtual_sources())


def axis_labels(data: Any) -> tuple[str, ...]:
    """Dimension scales or labels of every axis, "" where it has none.

    They are read as attributes: the library's own functions for them end the process where an
    attribute of that name is of another type.
    """
    labels = np.asarray(_attribute(data, "DIMENSION_LABELS"))
    called = [text(label) for label in labels.ravel()] if labels.shape == (data.ndim,) else [""] * data.ndim
    return tuple(scale or label for scale, label in zip(_scales(data), called, strict=True))


def text(value: Any) -> str:
    """A text of an attribute or a data set."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _attribute(data: Any, name: str) -> Any:
    try:
        return data.attrs[name]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):  # none, or of an unknown type
        return ""


def _scales(data: Any) -> list[str]:
    """The path of the first dimension scale of every axis."""
    import h5py

    lists = _attribute(data, "DIMENSION_LIST")
    if np.shape(lists)[:1] != (data.ndim,):
        return [""] * data.ndim
    firsts = [next(iter(np.ravel(one)), None) for one in lists]
    return [_name(data, one) if isinstance(one, h5py.Reference) else "" for one in firsts]


def _name(data: Any, reference: Any) -> str:
    try:
        return str(data.file[reference].name)
    except (OSError, RuntimeError, KeyError, ValueError):  # a scale that is gone
        return ""
