"""Names of objects: what the user calls them, and which of several cubes are one object.

A name is kept at a pixel of its object, since the numbers of objects change whenever their mask is corrected.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.types import ObjectMap

LONGEST = 80
"""Characters of a name."""


@checked(LabelError)
@dataclass(frozen=True)
class ObjectNames:
    """The names that were given in one cube.

    Attributes
    ----------
    given : tuple of (line, sample, name)
        Where two lie on one object, as after it grew, the first counts.
    """

    given: tuple[tuple[int, int, str], ...] = ()

    def of(self, objects: ObjectMap) -> dict[int, str]:
        """Names by the number of the object, of a map of objects (lines, samples)."""
        found: dict[int, str] = {}
        for line, sample, name in self.given:
            inside = line < objects.shape[0] and sample < objects.shape[1]
            if inside and (number := int(objects[line, sample])):
                found.setdefault(number, name)
        return found

    def renamed(self, objects: ObjectMap, number: int, name: str) -> ObjectNames:
        """With another name of an object; "" takes its name away.

        Raises
        ------
        LabelError
            When there is no such object.
        """
        lines, samples = np.nonzero(objects == number)
        if not number or not lines.size:
            raise LabelError("There is no object {number} that could be named.", number=number)
        others = tuple(one for one in self.given if objects[one[0], one[1]] != number)
        text = " ".join(name.split())[:LONGEST]
        if not text:
            return ObjectNames(others)
        middle = int(np.hypot(lines - lines.mean(), samples - samples.mean()).argmin())
        return ObjectNames((*others, (int(lines[middle]), int(samples[middle]), text)))

    def to_json(self) -> list[list[Any]]:
        return [list(one) for one in self.given]

    @classmethod
    def from_json(cls, record: object, shape: tuple[int, int]) -> ObjectNames:
        """What :meth:`to_json` gave, for a cube of a `shape` (lines, samples).

        Raises
        ------
        LabelError
            When it is something else.
        """
        try:
            given = tuple((int(line), int(sample), str(name)) for line, sample, name in record)  # type: ignore[attr-defined]  # whatever it is
        except (TypeError, ValueError) as error:
            raise LabelError("Its names of objects cannot be read: {error}.", error=error) from error
        if not all(0 <= line < shape[0] and 0 <= sample < shape[1] for line, sample, _ in given):
            raise LabelError("Its names of objects lie outside the cube; name the objects again.")
        return cls(given) if given else UNNAMED  # the same one: nothing has changed


UNNAMED = ObjectNames()
"""None were given."""


def known_as(cube: int, number: int, names: Mapping[int, str], same: bool) -> Hashable:
    """What tells an object from all others: its name, else its number, in this cube or (`same`) in all."""
    return names.get(number) or (number if same else (cube, number))


def numbered_over_all(
    maps: Sequence[ObjectMap | None], names: Sequence[Mapping[int, str]], same: bool
) -> list[ObjectMap | None]:
    """Maps of objects in which a number means one object of all cubes.

    Parameters
    ----------
    maps : sequence of arrays of int, shape (lines, samples), or None
    names : sequence of mappings from number to name
        Of each map; objects of the same name are one.
    same : bool
        So are those of the same number, as far as they have no name.
    """
    numbers: dict[Hashable, int] = {}
    found: list[ObjectMap | None] = []
    for cube, (own, named) in enumerate(zip(maps, names, strict=True)):
        if own is None:
            found.append(None)
            continue
        present, place = np.unique(own, return_inverse=True)
        keys = [known_as(cube, int(number), named, same) for number in present]
        new = [
            numbers.setdefault(key, len(numbers) + 1) if number else 0
            for key, number in zip(keys, present, strict=True)
        ]
        found.append(np.array(new, np.int32)[place.reshape(own.shape)])
    return found
