"""Files that hold several arrays: which one is the cube, and what the others say about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.wavelengths import called_wavelengths
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

_LINES = {"lines", "nlines", "nline", "rows", "nrow", "nrows", "row", "height", "nr"}
_SAMPLES = {"cols", "ncol", "ncols", "col", "columns", "samples", "nsamples", "width", "nc"}
_MOST_OTHERS = 6
PICTURE = 4  # channels; an array with so few is a picture rather than a cube
_FEW = 16  # bands of a multispectral image, or of components
_AUXILIARY = re.compile(
    r"mask|flag|qualit|uncert|(?:^|_)(?:err|error|std|labels?|gt|dark|white|preview|thumb\w*|rgb)\d*(?:$|_)",
    re.IGNORECASE,
)
_RIVAL = 10  # times smaller an array may be and still be meant: label maps are smaller by far


@dataclass(frozen=True)
class Variable:
    """An array that can be opened as a cube.

    Attributes
    ----------
    name : str
        What `open_cube` takes as ``variable``.
    shape : tuple of int
        As the format counts its axes.
    dtype : numpy.dtype
    likely : bool
        Whether it is the one that is taken unasked, or so large that it may be meant as well.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    likely: bool


@dataclass(frozen=True)
class Content:
    """The numeric arrays of a file, by name, and how to load one.

    ``solid_first`` says whether any array of three axes comes before any matrix.  MATLAB files are
    different: there a matrix of spectra beats a small stack of maps that happens to have three
    axes.  ``texts`` are the shapes of the arrays of texts, ``spell`` loads one; ``elsewhere`` names
    those whose values are in other files.
    """

    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, np.dtype[Any]]
    load: Callable[[str], np.ndarray[Any, Any]]
    solid_first: bool = False
    texts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spell: Callable[[str], list[str]] = lambda _: []
    elsewhere: tuple[str, ...] = ()

    def variables(self) -> tuple[Variable, ...]:
        """The arrays that can be a cube, the one that is taken unasked first."""
        names = _candidates(self)
        rival = prod(self.shapes[names[0]]) / _RIVAL if names else 0
        return tuple(
            Variable(name, self.shapes[name], self.dtypes[name], prod(self.shapes[name]) >= rival)
            for name in names
        )


def choose(content: Content, where: str, variable: str | None) -> str:
    """The array to open: the one asked for, else the largest that can be a cube.

    Parameters
    ----------
    content : Content
    where : str
        The file, for messages.
    variable : str or None
        The user's choice.

    Raises
    ------
    CubeError
        When there is no such array, or none that can be a cube.
    """
    candidates = _candidates(content)
    if variable in content.elsewhere or (content.elsewhere and not candidates):
        raise CubeError(
            "{where}: the values of {elsewhere} are in other files, which are not read; save a copy "
            "that holds them itself (h5repack, or copy the values).",
            where=where,
            elsewhere=named(content.elsewhere),
        )
    listing = _listing(content, content.shapes) or tr("no arrays")
    if variable is not None:
        if variable in content.shapes:
            return variable
        ends = [name for name in content.shapes if name.endswith(f"/{variable}")]
        if len(ends) == 1:
            return ends[0]
        raise CubeError(
            '{where} holds no array "{variable}"; it holds {listing}.',
            where=where,
            variable=variable,
            listing=listing,
        )
    if not candidates:
        raise CubeError(
            "{where} holds no array that can be a cube (it holds {listing}); save one as lines x "
            "samples x bands.",
            where=where,
            listing=listing,
        )
    return candidates[0]


def array_of(path: Path, name: str) -> str:
    """How a message names an array of a file, which it begins with."""
    return tr("{path}, array {name},", path=path, name=name)


def choice_note(content: Content, name: str, asked: bool) -> tuple[str, ...]:
    """What was used, what could be taken instead, and what cannot."""
    taken = _taken(content, name, asked)
    if not content.elsewhere:
        return taken
    return (
        *taken,
        tr("Not read, for their values are in other files: {elsewhere}.", elsewhere=named(content.elsewhere)),
    )


def _taken(content: Content, name: str, asked: bool) -> tuple[str, ...]:
    if len(content.shapes) < 2:
        return ()
    if asked:
        return (tr('Array "{name}" was used, as requested.', name=name),)
    others = [other for other in _candidates(content) if other != name]
    if not others:
        return (tr('Array "{name}" was used.', name=name),)
    instead = _listing(content, others[:_MOST_OTHERS])
    if len(others) > _MOST_OTHERS:
        instead += ", ..."
    return (
        tr(
            'Array "{name}" was used, the most likely cube. Other arrays: {others}.',
            name=name,
            others=instead,
        ),
    )


def _candidates(content: Content) -> list[str]:
    """Names of the arrays that can be a cube, best first.

    More than a picture or a few bands counts before size: a photograph, or components, may be larger
    than the cube beside them.
    """
    axes = {name: sum(n > 1 for n in shape) for name, shape in content.shapes.items()}
    able = [
        name
        for name, shape in content.shapes.items()
        if 0 not in shape and (axes[name] == 3 or (len(shape) == 2 and axes[name] == 2))
    ]
    wavelengths = [name for name in (*content.shapes, *content.texts) if called_wavelengths(_own(name))]
    sides = {**content.shapes, **content.texts}
    counted = {side for name in wavelengths for side in sides[name] if side > PICTURE}

    def rank(name: str) -> tuple[bool, bool, int, bool, int]:
        shape = content.shapes[name]
        return (
            content.solid_first and axes[name] == 3,
            bool(counted & set(shape)),
            _depth([side for side in shape if side > 1]),
            not _AUXILIARY.search(_own(name)),
            prod(shape),
        )

    return sorted(able, key=rank, reverse=True)


def _depth(sides: list[int]) -> int:
    """How much of a cube an array is: 0 a photograph, a map or a plot; 1 of few bands; else 2."""
    if min(sides) <= PICTURE or (len(sides) == 2 and max(sides) < 2 * min(sides)):
        return 0
    return 1 if min(sides) <= _FEW else 2


def _own(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _listing(content: Content, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {'x'.join(map(str, content.shapes[name]))}" for name in names)


def stated_size(content: Content, name: str) -> tuple[int, int] | None:
    """(lines, samples) of a matrix of pixels, as scalars of the file state them."""
    if len(content.shapes[name]) != 2:
        return None

    def scalar(names: set[str]) -> int | None:
        found = [n for n in content.shapes if n.lower() in names and prod(content.shapes[n]) == 1]
        value = float(np.asarray(content.load(found[0])).ravel()[0]) if found else 0.0
        return int(value) if value >= 1 and value == int(value) else None

    lines, samples = scalar(_LINES), scalar(_SAMPLES)
    if lines is None or samples is None or lines * samples not in content.shapes[name]:
        return None
    return lines, samples
