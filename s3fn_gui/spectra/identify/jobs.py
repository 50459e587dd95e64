"""What looks a spectrum up in a worker."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.spectra.library import read_libraries
from s3fn_core.progress import Operation
from s3fn_core.words.library.bundled import bundled
from s3fn_core.words.library.identifying import Match, identify
from s3fn_core.words.library.own import Own, own_entries
from s3fn_gui.spectra.identify.state import Question

COUNT = 100
"""Rows of the list; nobody reads more."""


def answer(question: Question) -> tuple[Match, ...]:
    """The entries that a spectrum is most like.

    Raises
    ------
    WordsError
        When the library cannot be read, or nothing can be compared.
    """
    one = question.subject
    return identify(
        one.values,
        one.wavelengths,
        one.good_bands,
        (*bundled(), *question.own),
        range_nm=question.range_nm,
        by=question.by,
        collections=[question.collection] if question.collection else None,
        count=COUNT,
    )


def read_own(path: Path) -> Operation[Own]:
    """The spectra of a file or folder as entries, and notes.

    Raises
    ------
    CubeError
        When it cannot be read.
    """
    libraries = yield from read_libraries(path)
    parts = [own_entries(library, path.name) for library in libraries]
    notes = [note for library in libraries for note in library.notes]
    notes += [note for part in parts for note in part.notes]
    return Own(tuple(e for part in parts for e in part.entries), tuple(dict.fromkeys(notes)))
