"""What asks the library in a worker: where nothing matches, the nearest entries are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.words.library.bundled import bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Measured, fit
from s3fn_core.words.library.matching import PROPOSED, Library, Proposal, named, open_library
from s3fn_gui.words.library.state import Answer, Wanted

STARTING = tr("Starting the text encoder")
FOUND = 100
"""Rows of a search; nobody reads more."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked, of classes as they are then; `measured` are their labelled means."""

    wanted: Wanted
    targets: tuple[LabelClass, ...]
    measured: Mapping[int, Measured]


def answer(known: Library | None, own: tuple[Entry, ...], question: Question) -> Operation[Answer]:
    """Open the library unless it is known, and ask it.

    The text encoder takes seconds to start, and more where it has not read the names of all entries
    yet: until then there is an early answer by names alone.

    Raises
    ------
    WordsError
        When the library or the text encoder cannot be read.
    """
    library = known
    if library is None:
        yield Progress(
            "library", 0.0, tr("Opening the library"), early=_by_name((*bundled(), *own), question)
        )
        library = yield from scaled(open_library(own), 0.0, 0.5)
    found: dict[int, tuple[Proposal, ...]] = {}
    for place, target in enumerate(question.targets):
        share = place / len(question.targets)
        text = STARTING if known is None else tr("Comparing names and texts")
        yield Progress("library", 0.5 + 0.5 * share, text)
        found[target.id] = _entries(library, target, question)
    return Answer(question.wanted, library, found, question.measured)


def _by_name(known: Sequence[Entry], question: Question) -> Answer | None:
    """What needs no encoder; None where that is nothing."""
    wanted, measured = question.wanted, question.measured
    if wanted.is_search:
        return None
    found = {one.id: named(known, one, measured=measured.get(one.id)) for one in question.targets}
    entries = {i: kept for i, those in found.items() if (kept := _of(those, wanted.collection, PROPOSED))}
    return Answer(wanted, None, entries, measured) if entries else None


def _entries(library: Library, target: LabelClass, question: Question) -> tuple[Proposal, ...]:
    wanted, measured = question.wanted, question.measured.get(target.id)
    everything = len(library.entries)
    if not wanted.is_search:
        found = library.propose(target, measured=measured, count=everything)
        shown = _of(found, wanted.collection, PROPOSED)
        return shown or _of(library.nearest(target, count=everything), wanted.collection, PROPOSED)
    found = _of(library.search(wanted.text, everything), wanted.collection, FOUND)
    if measured is None:
        return found
    return tuple(replace(one, fit=fit(one.entry, measured)) for one in found)


def _of(found: Iterable[Proposal], collection: str, count: int) -> tuple[Proposal, ...]:
    """The first of one collection, or of all."""
    return tuple(one for one in found if collection in ("", one.entry.collection))[:count]
