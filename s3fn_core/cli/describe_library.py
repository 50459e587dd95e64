"""Descriptions from the library of materials: proposals, and what is taken without a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cli.own_spectra import own_spectra
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.quoting import columns
from s3fn_core.types import IdArray
from s3fn_core.words.class_spectra import ClassSpectra, class_spectra
from s3fn_core.words.describe_all import Described
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Measured
from s3fn_core.words.library.matching import Proposal, open_library
from s3fn_core.words.library.taking import guard, likenesses, taken

Scene = tuple[Cube | None, IdArray | None]
Some = tuple[Proposal, ...]


@dataclass(frozen=True)
class Found:
    """Proposals for each class by its id, and for those without any the nearest materials."""

    proposals: Mapping[int, Some]
    nearest: Mapping[int, Some]


def proposed(classes: ClassSet, scene: Scene, own: Sequence[Path], notes: list[str]) -> Found:
    """Proposals for every class that is not settled; `notes` tells what they are worth."""
    cube, ids = scene
    library = follow(open_library(own_spectra(own, notes)), "library")
    measured: Mapping[int, ClassSpectra] = {}
    if cube is not None and ids is not None and cube.wavelengths is not None:
        measured = follow(class_spectra(cube, ids, classes), "measuring")
    if (said := guard(cube)) is not None:
        notes.append(said)
    open_ = [c for c in classes if not c.is_settled]
    found = {c.id: library.propose(c, measured=_mean(cube, measured.get(c.id))) for c in open_}
    return Found(found, {c.id: library.nearest(c) for c in open_ if not found[c.id]})


def _mean(cube: Cube | None, known: ClassSpectra | None) -> Measured | None:
    if cube is None or known is None or cube.wavelengths is None:
        return None
    return Measured(cube.wavelengths, known.mean, cube.good_bands, is_reflectance(cube))


def first_taken(found: Found, classes: ClassSet, cube: Cube | None, notes: list[str]) -> Described:
    """Descriptions with the first proposal of each class."""
    chosen = {i: some[0].entry for i, some in found.proposals.items() if some}
    if not chosen:
        raise WordsError("No class matches a material of the library; name the classes by what they are.")
    notes += [f"{classes[i].name}: no material matches, not described" for i in found.nearest]
    notes += likenesses(chosen, classes)
    notes.append("These matches were not confirmed; check each one.")
    reach = None if cube is None else cube.range_nm
    return Described({i: taken(classes[i].descriptions, e, reach) for i, e in chosen.items()}, whole=True)


def give_proposals(found: Found, classes: ClassSet, notes: list[str], as_json: bool) -> None:
    """Print the proposals for each class."""
    warn(notes)
    result = {
        "proposals": _records(found.proposals, classes),
        "nearest": _records(found.nearest, classes),
        "notes": notes,
    }
    texts = [
        _told(classes[i].name, some)
        if some
        else _told(f"{classes[i].name}, no material matches; the nearest are", found.nearest[i])
        for i, some in found.proposals.items()
    ]
    give(result, as_json, "\n\n".join(texts))


def _records(some: Mapping[int, Some], classes: ClassSet) -> dict[str, list[dict[str, object]]]:
    return {classes[i].name: [record(one) for one in ranked] for i, ranked in some.items()}


def record(one: Proposal) -> dict[str, object]:
    """A proposal for a program."""
    return {
        **entry_record(one.entry),
        "score": round(one.score, 3),
        "words": one.words,
        "word_for_word": one.literal,
        "angle": None if one.fit is None else round(one.fit.angle, 2),
    }


def entry_record(entry: Entry) -> dict[str, object]:
    """What an entry is and where it comes from, for a program."""
    return {
        "name": entry.name,
        "title": entry.title,
        "collection": entry.collection,
        "group": entry.group,
        "geometry": entry.geometry,
        "spectra": entry.count,
        "source": entry.source,
        "licence": entry.licence,
    }


def _told(name: str, some: Sequence[Proposal]) -> str:
    rows = [
        (
            f"  {one.entry.name}",
            f"{one.score:.2f}",
            "" if one.fit is None else f"{one.fit.angle:.1f}°",
            one.entry.origin,
            one.entry.collection,
        )
        for one in some
    ]
    return f"{name}:\n{columns(rows)}"
