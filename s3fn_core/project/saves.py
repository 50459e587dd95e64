"""The save and the autosave of a project: what they refer to, and whether somebody else wrote them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from s3fn_core.errors import ProjectError
from s3fn_core.project.content import file_names, read_content

SAVED = "project.json"
AUTOSAVED = "autosave.json"
_seen: set[str] = set()
"""Digests of the saves that this process has read or written; any other is somebody else's."""


def note_saves(folder: Path) -> None:
    """Remember the saves in a folder, which this process has just read."""
    for path in _saves(folder):
        note_save(path.read_bytes())


def note_save(content: bytes) -> None:
    """Remember the content of a save that this process knows."""
    _seen.add(_digest(content))


def referred_to(folder: Path) -> set[str] | None:
    """Names of the files that the saves in a folder refer to; None where that cannot be known."""
    try:
        return _names(_saves(folder))
    except ProjectError:
        return None


def unseen_names(folder: Path) -> set[str]:
    """Files of saves that this process does not know: somebody else has just written them."""
    try:
        return _names([path for path in _saves(folder) if _digest(path.read_bytes()) not in _seen])
    except ProjectError:
        return set()


def _saves(folder: Path) -> list[Path]:
    return [path for path in (folder / SAVED, folder / AUTOSAVED) if path.is_file()]


def _names(saves: list[Path]) -> set[str]:
    return {name for path in saves for name in file_names(read_content(path))}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
