"""What reads the user's own spectra in a worker."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.spectra.library import read_libraries
from s3fn_core.progress import Operation
from s3fn_core.words.library.own import Own, own_entries


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
