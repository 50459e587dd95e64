"""The option --library: spectra of the user's own beside those of the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.cli.output import follow
from s3fn_core.cubes.spectra.library import read_libraries
from s3fn_core.errors import WordsError
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.own import own_entries

OwnSpectra = Annotated[
    list[Path] | None,
    typer.Option(
        "--library", metavar="FILE...", help="Your own spectra, files or folders, to search as well."
    ),
]


def own_spectra(paths: Sequence[Path], notes: list[str]) -> tuple[Entry, ...]:
    """Entries of the user's files and folders; `notes` tells what was made of them."""
    entries: list[Entry] = []
    for path in paths:
        for read in follow(read_libraries(path), f"reading {path.name}"):
            own = own_entries(read, path.name)
            notes += [*(f"{path.name}: {note}" for note in read.notes), *own.notes]
            entries += own.entries
    if paths and not entries:
        raise WordsError(f"{', '.join(map(str, paths))}: no spectrum can be used. {' '.join(notes)}")
    return tuple(entries)
