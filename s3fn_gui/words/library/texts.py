"""What the window says of an entry of the library, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterable

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Fit
from s3fn_core.words.library.matching import Proposal
from s3fn_core.words.library.taking import guard

Range = tuple[float, float] | None
AS_BRIGHT = 0.05
"""Of the logarithm of brightness: less is not worth telling."""


def matched(one: Proposal, searched: str = "") -> str:
    """Why an entry is in the list."""
    by_synonym = one.words != one.entry.name
    if one.literal and searched:
        return tr("contains “{text}”", text=searched)
    if one.literal and by_synonym:
        return tr("named in the class name as “{words}”", words=one.words)
    if one.literal:
        return tr("named in the class name")
    if by_synonym:
        return tr("similar to “{words}”, {score:.2f}", words=one.words, score=one.score)
    return tr("similar, {score:.2f}", score=one.score)


def agreement(found: Fit | None, reflectance: bool) -> str:
    """How far the labels are from it: "6° from the labelled mean; labels 0.8 × as bright"."""
    if found is None:
        return ""
    if not reflectance:
        return tr("{angle:.0f}° from the labelled mean", angle=found.angle)
    if abs(found.level) < AS_BRIGHT:
        return tr("{angle:.0f}° from the labelled mean, equally bright", angle=found.angle)
    return tr(
        "{angle:.0f}° from the labelled mean; labels {times:.1f} × as bright",
        angle=found.angle,
        times=math.exp(found.level),
    )


def about(entry: Entry) -> str:
    """Names, range, source and licence of an entry."""
    lines = [entry.summary]
    if entry.synonyms:
        lines.append(tr("Also called {synonyms}", synonyms=", ".join(entry.synonyms)))
    lines.append(tr("Source: {source}", source=entry.source))
    lines.append(tr("Licence: {licence}", licence=entry.licence))
    return "\n".join(lines)


def credit(entry: Entry) -> str:
    """Source and licence on a line."""
    return tr("Source: {source}. Licence: {licence}.", source=entry.source, licence=entry.licence)


def hindrance(entry: Entry, target: LabelClass, range_nm: Range) -> str:
    """Why a class cannot take an entry; empty where it can."""
    if target.is_settled:
        return tr("All paragraphs of {name} are locked; unlock one to take an entry.", name=target.name)
    try:
        entry.line(range_nm)
    except WordsError as error:
        return str(error)
    return ""


def consequence(target: LabelClass) -> str:
    """What becomes of spectra that the description states already; empty where it states none."""
    stating = [d for d in target.descriptions if line_places(d.text)]
    sentences = []
    if any(not d.locked and d.source == "library" for d in stating):
        sentences.append(tr("What was taken before is replaced."))
    if any(not d.locked and d.source != "library" for d in stating):
        sentences.append(tr("The description states a spectrum; its closing line is replaced."))
    if any(d.locked for d in stating):
        sentences.append(tr("A locked paragraph states a spectrum, too: both count the same."))
    return " ".join(sentences)


def obstacle(cube: Cube | None) -> str:
    """Why curves say little about a cube, or nothing; empty where they do."""
    if cube is not None and cube.wavelengths is None:
        return tr(
            "{name} has no wavelengths, so its spectra cannot be compared with the library's. "
            "Enter them with Cube > Edit metadata.",
            name=cube.name,
        )
    return guard(cube) or ""


def mend(cube: Cube | None) -> tuple[str, str]:
    """The command that removes the obstacle and the text of its button; empty where there is none."""
    if cube is None or not obstacle(cube):
        return "", ""
    if cube.wavelengths is None:
        return "cube.metadata", tr("Set wavelengths…")
    return "cube.calibrate", tr("Calibrate…")


def nothing_found(target: LabelClass, text: str) -> str:
    """In the place of an empty list."""
    if text:
        return tr("Nothing in the library is like “{text}”. Try another word.", text=text)
    return tr("No material matches {name}. Search for another word.", name=target.name)


def order(target: LabelClass, text: str, found: Iterable[Proposal]) -> str:
    """What the list shows, and in which order."""
    found = tuple(found)
    if text:
        return tr("{count} found; those that contain the words come first.", count=len(found))
    if not any(one.matches for one in found):
        return tr(
            "No material matches {name}; these are the nearest. Search for another word, too.",
            name=target.name,
        )
    if any(one.fit is not None for one in found):
        return tr(
            "Materials that {name} may mean, best match first by name, text and labelled pixels.",
            name=target.name,
        )
    return tr("Materials that {name} may mean, best match first by name and text.", name=target.name)
