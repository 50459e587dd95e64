"""Spectral libraries of the user's own, which every search in the library looks through as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from s3fn_core.words.library.entries import Entry


@dataclass(frozen=True, eq=False)
class OwnFile:
    """A file or folder of spectra; `entries` is None until it is read, `failure` says why it cannot be."""

    path: Path
    entries: tuple[Entry, ...] | None = None
    notes: tuple[str, ...] = ()
    failure: str = ""

    @property
    def is_read(self) -> bool:
        return self.entries is not None or bool(self.failure)


class OwnSpectra(QObject):
    """Files are remembered and read when a search first needs them.

    `asked` says that somebody needs the entries, `listed` that a file came, went or was read,
    `changed` that the entries are others.
    """

    asked = Signal()
    listed = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files: tuple[OwnFile, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Of all files that are read."""
        return tuple(entry for one in self.files for entry in one.entries or ())

    def ask(self) -> None:
        """Have the files read that are not yet."""
        if any(not one.is_read for one in self.files):
            self.asked.emit()

    def add(self, paths: Sequence[Path]) -> None:
        """Look through more files; one that is known is read again."""
        kept = [one for one in self.files if one.path not in paths]
        self.files = (*kept, *(OwnFile(path) for path in dict.fromkeys(paths)))
        self.listed.emit()
        self.changed.emit()

    def remove(self, path: Path) -> None:
        """Look through a file no longer; it stays where it is."""
        self.files = tuple(one for one in self.files if one.path != path)
        self.listed.emit()
        self.changed.emit()

    def put(self, found: OwnFile) -> None:
        """What a file holds, or why it cannot be read; nothing where it was removed meanwhile."""
        if all(one.path != found.path for one in self.files):
            return
        self.files = tuple(found if one.path == found.path else one for one in self.files)
        self.listed.emit()
        if found.entries:
            self.changed.emit()
