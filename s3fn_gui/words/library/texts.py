"""What the window says of an entry of the library, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterable

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import LabelClass
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
    other = "" if one.words == one.entry.name else f" as “{one.words}”"
    if one.literal:
        return f"contains “{searched}”" if searched else f"named in the class name{other}"
    likeness = other.replace(" as ", " to ")
    return f"similar{likeness}, {one.score:.2f}"


def agreement(found: Fit | None, reflectance: bool) -> str:
    """How far the labels are from it: "6° from the labelled mean; labels 0.8 × as bright"."""
    if found is None:
        return ""
    text = f"{found.angle:.0f}° from the labelled mean"
    if not reflectance:
        return text
    if abs(found.level) < AS_BRIGHT:
        return f"{text}, equally bright"
    return f"{text}; labels {math.exp(found.level):.1f} × as bright"


def about(entry: Entry) -> str:
    """Names, range, source and licence of an entry."""
    first, last = entry.range_nm
    title = f" ({entry.title})" if entry.title and entry.title != entry.name else ""
    lines = [f"{entry.name}{title}: {entry.origin}, {first:.0f} to {last:.0f} nm"]
    if entry.synonyms:
        lines.append(f"Also called {', '.join(entry.synonyms)}")
    return "\n".join([*lines, f"Source: {entry.source}", f"Licence: {entry.licence}"])


def credit(entry: Entry) -> str:
    """Source and licence on a line."""
    return f"Source: {entry.source}. Licence: {entry.licence}."


def hindrance(entry: Entry, target: LabelClass, range_nm: Range) -> str:
    """Why a class cannot take an entry; empty where it can."""
    if target.is_settled:
        return f"All paragraphs of {target.name} are locked; unlock one to take an entry."
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
        sentences.append("What was taken before is replaced.")
    if any(not d.locked and d.source != "library" for d in stating):
        sentences.append("The description states a spectrum; its closing line is replaced.")
    if any(d.locked for d in stating):
        sentences.append("A locked paragraph states a spectrum, too: both count the same.")
    return " ".join(sentences)


def obstacle(cube: Cube | None) -> str:
    """Why curves say little about a cube, or nothing; empty where they do."""
    if cube is not None and cube.wavelengths is None:
        return (
            f"{cube.name} has no wavelengths, so its spectra cannot be compared with the library's. "
            "Enter them with Cube > Edit metadata."
        )
    return guard(cube) or ""


def mend(cube: Cube | None) -> tuple[str, str]:
    """The command that removes the obstacle and the text of its button; empty where there is none."""
    if cube is None or not obstacle(cube):
        return "", ""
    if cube.wavelengths is None:
        return "cube.metadata", "Set wavelengths…"
    return "cube.calibrate", "Calibrate…"


def nothing_found(target: LabelClass, text: str) -> str:
    """In the place of an empty list."""
    if text:
        return f"Nothing in the library is like “{text}”. Try another word."
    return f"No material matches {target.name}. Search for another word."


def order(target: LabelClass, text: str, found: Iterable[Proposal]) -> str:
    """What the list shows, and in which order."""
    found = tuple(found)
    if text:
        return f"{len(found)} found; those that contain the words come first."
    if not any(one.matches for one in found):
        return f"No material matches {target.name}; these are the nearest. Search for another word, too."
    if any(one.fit is not None for one in found):
        return f"Materials that {target.name} may mean, best match first by name, text and labelled pixels."
    return f"Materials that {target.name} may mean, best match first by name and text."
