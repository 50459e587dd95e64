"""From a file of named arrays with attributes and dimensions (HDF5, NetCDF) to a cube.

The two libraries only list and read; what is guessed of axes, wavelengths, scale and missing
values is guessed here, once, and told in the notes of the cube.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube
from s3fn_core.cubes.formats.arrays import cube_of_array
from s3fn_core.cubes.formats.axes import (
    ASKED,
    BY_NAMES,
    UNKNOWN,
    alternatives,
    asked_axes,
    guessed_axes,
    interleave,
    note_on,
    windows,
)
from s3fn_core.cubes.formats.axis_names import named_axes, plain
from s3fn_core.cubes.formats.companions import (
    Listed,
    called_good_bands,
    called_names,
    good_bands_beside,
    listed_in_text,
    marked_good,
    packing_beside,
    plane_beside,
    wavelengths_beside,
)
from s3fn_core.cubes.formats.container_file import Container
from s3fn_core.cubes.formats.container_place import place_of
from s3fn_core.cubes.formats.expansion import check_expansion
from s3fn_core.cubes.formats.packing import is_packing, read_packing
from s3fn_core.cubes.formats.prisma import prisma_packing
from s3fn_core.cubes.formats.variables import Content, array_of, choice_note, choose, stated_size
from s3fn_core.cubes.formats.wavelengths import called_wavelengths, running_numbers, unit_in
from s3fn_core.envi.lists import split_numbers
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Wavelengths

_LONGER_NAMES = ("standard_name", "long_name")


def cube_of_container(
    container: Container, path: Path, *, layout: Arrangement | None, variable: str | None
) -> Cube:
    """Make a cube of the largest array with three axes, or of the one called `variable`.

    Raises
    ------
    CubeError
        When no array can be a cube, or the one asked for is none.
    """
    content = container.content
    name = choose(content, str(path), variable)
    notes = [*container.notes, *choice_note(content, name, variable is not None)]
    listed = _wavelengths(container, content, name)
    if len(content.shapes[name]) == 2:
        notes.append(tr("A matrix of pixels is read into memory as a whole."))
        stored = container.arrays[name]
        check_expansion(path, path.stat().st_size, math.prod(stored.shape) * stored.dtype.itemsize)
        cube = cube_of_array(
            content.load(name),
            path,
            variable=name,
            layout=layout,
            size=stated_size(content, name),
            bands=None if listed is None else len(listed),
        )
    else:
        known = None if listed is None else (len(listed), listed.source)
        cube = _solid(container, path, name, layout, known)
    stated = {
        **_of_groups(container, name),
        **packing_beside(content, name),
        **container.arrays[name].attributes,
    }
    prisma, told = prisma_packing(name, container.groups[""], content.dtypes[name])
    packing, remarks = read_packing({**stated, **prisma}, content.dtypes[name], cube.bands)
    notes += [*told, *remarks]
    cube = packing.applied(cube)
    wavelengths: Wavelengths | None = None
    if listed is not None:
        wavelengths, remarks = listed.centres(cube.bands)
        notes += remarks
    return cube.with_(
        wavelengths=wavelengths,
        good_bands=_good_bands(container, content, name, cube.bands),
        notes=(*notes, *cube.notes),
    )


def _of_groups(container: Container, name: str) -> dict[str, Any]:
    """What the groups of an array, the nearest last, plainly say of the values of all in them."""
    groups = [attributes for _, attributes in container.scopes(name)][:0:-1]
    return {key: group[key] for group in groups for key in group if is_packing(key, of_file=True)}


def _wavelengths(container: Container, content: Content, name: str) -> Listed | None:
    """Band centres that the file lists for an array.

    Variables come before attributes; of several the plainly named, those that share a word with
    the array's name ("VNIR"), and the nearest come first.
    """
    folders = name.split("/")[:-1]

    def rank(other: str) -> tuple[int, ...]:
        shared = 0
        for own, theirs in zip(folders, other.split("/")[:-1], strict=False):
            if own != theirs:
                break
            shared += 1
        return -_kinship(other, name), "wavelen" not in other.rsplit("/", 1)[-1].lower(), -shared

    axes = {dimension.rsplit("/", 1)[-1] for dimension in container.arrays[name].dimensions}

    def called(other: str) -> bool:
        stored = container.arrays.get(other)
        if stored is None or len(stored.shape) != 1:
            return False
        words = (stored.attributes.get(key) for key in _LONGER_NAMES)
        unit = stored.attributes.get("units")
        in_unit = other.rsplit("/", 1)[-1] in axes and isinstance(unit, str) and unit_in(unit) is not None
        return in_unit or any(isinstance(word, str) and called_wavelengths(word) for word in words)

    listed = wavelengths_beside(content, name, rank, called)
    if listed is not None:
        return _as_stated(container, listed)
    for where, attributes in container.scopes(name):
        for key in sorted(attributes, key=lambda key: -_kinship(key, name)):
            values = _numbers(attributes[key], content.shapes[name]) if called_wavelengths(key) else None
            if values is not None and values.size in content.shapes[name]:
                names = (f"{key}units", f"{key}unit", "wavelengthunits", "wavelengthunit")
                return Listed(values, f"{where}@{key}", _unit(attributes, names) or unit_in(key))
    for where, attributes in container.scopes(name):
        for key in filter(_holds_texts, attributes):
            value = attributes[key]
            text = value if isinstance(value, str) else "; ".join(map(str, np.ravel(value)))
            listed = listed_in_text(
                text, f"{where}@{key}", content.shapes[name], called=not called_names(key)
            )
            if listed is not None:
                return listed
    return None


def _holds_texts(key: str) -> bool:
    return called_wavelengths(key) or called_names(key)


def _as_stated(container: Container, listed: Listed) -> Listed:
    """Wavelengths with the unit, the scale and the missing values that their variable states."""
    stored = container.arrays.get(listed.source)
    if stored is None:
        return listed
    unit = _unit_beside(container, listed.source) or listed.unit
    packing, _ = read_packing(stored.attributes, stored.dtype, len(listed))
    values, meaning = listed.values, packing.meaning
    missing = np.isnan(values) | np.isin(values, np.array(meaning.missing))
    values = np.where(missing, 0, values * meaning.scale + meaning.offset)  # 0: it has none
    return replace(listed, values=values, unit=unit)


def _kinship(one: str, other: str) -> int:
    """How many words the last parts of two paths share."""
    words = [
        set(re.findall(r"[A-Za-z][a-z]{2,}|[A-Z]{3,}", path.rsplit("/", 1)[-1])) for path in (one, other)
    ]
    return len({word.lower() for word in words[0]} & {word.lower() for word in words[1]})


def _unit_beside(container: Container, source: str) -> str | None:
    attributes = container.arrays[source].attributes if source in container.arrays else {}
    unit = _unit(attributes, ("units", "unit"))
    folder = source.rpartition("/")[0]
    for name in (f"{source}_units", f"{source}_unit", f"{folder}/wavelength_units".strip("/")):
        if unit is None and name in container.texts:
            unit = next(iter(container.spell(name)), None)
    return unit


def _numbers(value: Any, sides: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """A vector of numbers, also where it is written as text, with as many as a side has."""
    if isinstance(value, str):
        value = next((items for n in sides if len(items := split_numbers(value, n)) == n), ())
    try:
        numbers = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None
    if numbers.ndim != 1 or numbers.size < 2 or running_numbers(numbers):
        return None
    return numbers


def _unit(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    wanted = [plain(name) for name in names]
    for key, value in attributes.items():
        if plain(key) in wanted and isinstance(value, str):
            return value
    return None


def _solid(
    container: Container, path: Path, name: str, layout: Arrangement | None, known: tuple[int, str] | None
) -> Cube:
    """A cube over an array of three axes, and others of length 1, read window by window."""
    stored = container.arrays[name]
    places = list(range(len(stored.shape)))
    if len(places) > 3:
        places = [place for place in places if stored.shape[place] > 1]
    if len(places) != 3 or 0 in stored.shape:
        sides = " x ".join(map(str, stored.shape)) or tr("of a single value")
        raise CubeError(
            "{path}, array {name}, has the shape {sides}; a cube is lines x samples x bands. Choose "
            "another array.",
            path=path,
            name=name,
            sides=sides,
        )

    def read(index: tuple[Any, ...]) -> np.ndarray[Any, Any]:
        whole: list[Any] = [0] * len(stored.shape)
        for place, part in zip(places, index, strict=True):
            whole[place] = part
        return container.read(name, tuple(whole))

    shape = [stored.shape[place] for place in places]
    axes, why = asked_axes(layout, array_of(path, name)), ASKED
    if axes is None:
        names = [plain(stored.dimensions[place]) for place in places]
        axes, why = named_axes(names, shape, known)
    if axes is None:
        view, plane = windows(shape, stored.dtype, read, Axes("lsb")), plane_beside(container.content, name)
        axes, why = guessed_axes(view, None if known is None else known[0], plane=plane)
        why = why or UNKNOWN
    told = axes != Axes("lsb") or why != BY_NAMES
    called = dict(zip(axes.order, (stored.dimensions[place] for place in places), strict=True))
    georeference, notes = place_of(container, name, called, dict(zip(axes.order, shape, strict=True)), path)
    return Cube(
        windows(shape, stored.dtype, read, axes),
        path.stem,
        path,
        interleave=interleave(axes),
        layouts=alternatives(axes),
        georeference=georeference,
        notes=(*((note_on(axes, why),) if told else ()), *notes),
    )


def _good_bands(container: Container, content: Content, name: str, bands: int) -> BoolArray:
    """The bands that a variable, or an attribute, such as ``bbl`` marks with 1; else all."""
    good = good_bands_beside(content, bands)
    for _, attributes in container.scopes(name) if good is None else ():
        for key in filter(called_good_bands, attributes):
            value = attributes[key]
            flags = split_numbers(value, bands) if isinstance(value, str) else value
            good = marked_good(flags, bands) if good is None else good
    return np.ones(bands, bool) if good is None else good
