"""A file of named arrays with attributes and dimensions: all that is known before values are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.variables import Content


@dataclass(frozen=True)
class Stored:
    """One array of the file: all that is known without reading its values."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    dimensions: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Container:
    """A file: its numeric arrays, the attributes of all the rest, and how to read a block.

    ``texts`` are the shapes of arrays of texts, which ``spell(name)`` gives in one list;
    ``elsewhere`` names the arrays whose values are in other files.  ``read(name, index)`` opens the
    file again: an open handle would lock it on Windows, and two threads (display and training) read
    the same cube.
    """

    arrays: Mapping[str, Stored]
    groups: Mapping[str, Mapping[str, Any]]
    read: Callable[[str, Any], np.ndarray[Any, Any]]
    texts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spell: Callable[[str], list[str]] = lambda _: []
    elsewhere: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def content(self) -> Content:
        """The arrays, to choose from."""
        return Content(
            {name: stored.shape for name, stored in self.arrays.items()},
            {name: stored.dtype for name, stored in self.arrays.items()},
            lambda name: self.read(name, ...),
            solid_first=True,
            texts=self.texts,
            spell=self.spell,
            elsewhere=self.elsewhere,
        )

    def attributes(self, name: str) -> Mapping[str, Any] | None:
        """The attributes of an array, a group or a text; None where it does not exist."""
        return self.arrays[name].attributes if name in self.arrays else self.groups.get(name)

    def scopes(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The attributes of an array, then those of its groups from the inside out."""
        yield name, self.arrays[name].attributes
        parts = name.split("/")[:-1]
        for depth in range(len(parts), -1, -1):
            group = "/".join(parts[:depth])
            yield group, self.groups.get(group, {})
