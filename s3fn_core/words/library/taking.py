"""Taking an entry for a class: its closing line becomes part of the description."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.labels.paragraphs import Descriptions, split
from s3fn_core.languages import tr
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import angle_between

ALIKE_ANGLE = 3.0
"""Degrees below which two curves are nearly the same: spectra of one class differ by as much."""
ALIKE_LEVEL = 0.2
"""Of the logarithm of brightness."""


@checked(WordsError)
def taken(
    descriptions: Descriptions, entry: Entry, range_nm: tuple[float, float] | None = None
) -> Descriptions:
    """Descriptions that expect the curve of an entry.

    A paragraph with the closing line is appended.  Closing lines that other unlocked paragraphs
    hold go, since two of them would be averaged; so does what was taken from the library before.

    Parameters
    ----------
    descriptions : tuple of Description
    entry : Entry
    range_nm : (float, float), optional
        Of the cube: only knots inside are stated.

    Raises
    ------
    WordsError
        When the curve and the range share fewer than three knots.
    """
    line = entry.line(range_nm)
    kept = [_without_line(d) for d in split(descriptions) if d.locked or d.source != "library"]
    text = f"Like {entry.name}. {line}"
    new = Description.now(text, "library", model=entry.provenance)
    return (*(d for d in kept if d is not None), new)


def _without_line(one: Description) -> Description | None:
    """A paragraph without its closing lines; None where nothing else is in it."""
    places = line_places(one.text)
    if one.locked or not places:
        return one
    text = one.text
    for start, stop in reversed(places):
        text = text[:start].rstrip() + text[stop:]
    text = text.strip()
    if not text:
        return None
    return Description(text, one.source, one.model, one.prompt, one.created)


def likenesses(chosen: Mapping[int, Entry], classes: ClassSet) -> tuple[str, ...]:
    """Warnings about classes whose curves do not tell them apart, a sentence each."""
    found = []
    for one, other in combinations(chosen, 2):
        names = {"name": classes[one].name, "other": classes[other].name, "entry": chosen[one].name}
        if chosen[one] is chosen[other]:
            found.append(
                tr('"{name}" and "{other}" both take "{entry}"; take another for one of them.', **names)
            )
        elif nearly_same(chosen[one], chosen[other]):
            found.append(
                tr(
                    '"{name}" and "{other}" take nearly the same curve ({entry}, {twin}): '
                    "words cannot tell them apart, only labels can.",
                    twin=chosen[other].name,
                    **names,
                )
            )
    return tuple(found)


def nearly_same(one: Entry, other: Entry) -> bool:
    """Whether two curves are as alike as two spectra of one material."""
    b = other.at(one.wavelengths)
    both = np.isfinite(one.reflectance) & np.isfinite(b)
    if not both.any():
        return False
    x, y = one.reflectance[both].astype(np.float64), b[both].astype(np.float64)
    level = abs(np.log((np.linalg.norm(x) + 1e-9) / (np.linalg.norm(y) + 1e-9)))
    return angle_between(x, y) < ALIKE_ANGLE and bool(level < ALIKE_LEVEL)


def guard(cube: Cube | None) -> str | None:
    """What to say where a cube holds no reflectance; None where it does."""
    return None if cube is None or is_reflectance(cube) else not_reflectance(cube.name)


def not_reflectance(name: str) -> str:
    """What to say of a cube, or of spectra, that are none."""
    return tr(
        "{name} does not hold reflectance, so curves of the library say little about it. Calibrate it first.",
        name=name,
    )
