"""Where a camera puts its white and dark references, and what it calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.cubes.formats import SUFFIXES
from s3fn_core.languages import tr

_PART = r"ref(?:erence)?|panel|tile|current|frame|calib(?:ration)?"
# "dark chocolate" is a sample: the bare word counts only as the whole name, or beside the scene's.
_NAMED = re.compile(rf"(?:^|[\W_])(white|dark)[\W_]?(?:{_PART})(?=$|[\W_\d])", re.IGNORECASE)
_BARE = re.compile(r"^[\W_]*(white|dark)[\W_\d]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """References that were found beside a cube; a question to the user, not a decision."""

    white: Path | None = None
    dark: Path | None = None
    notes: tuple[str, ...] = ()


def find_references(path: str | Path) -> Proposal:
    """Look beside a cube for its white and dark reference, by the names that cameras use.

    Known are ``WHITEREF_scene`` and ``DARKREF_scene`` (Specim), ``WhiteReference`` and
    ``DarkReference`` (Resonon, Headwall), ``white`` and ``dark``, ``scene_white``; in any case of
    letters and with any suffix of a cube.

    Parameters
    ----------
    path : path
        Header or data file of the cube.

    Returns
    -------
    Proposal
        Empty for a cube that is a reference itself.
    """
    path = Path(path)
    scene = stem_of(path).lower()
    if is_reference(path):
        return Proposal()
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:  # a folder that may not be listed, or is none
        return Proposal()
    found: dict[str, list[tuple[int, bool, str, Path]]] = {"white": [], "dark": []}
    for file in beside:
        if file.suffix.lower() not in SUFFIXES or not file.is_file():
            continue
        match = _kind(stem_of(file).lower(), scene)
        if match is not None:
            kind, rank = match
            found[kind].append((rank, file.suffix.lower() != ".hdr", file.name, file))
    notes = []
    for kind, files in found.items():
        names = {stem_of(file) for rank, _, _, file in files if rank == min(files)[0]}
        if len(names) > 1:
            several = ", ".join(sorted(names))
            notes.append(
                tr("Several white references lie there: {names}.", names=several)
                if kind == "white"
                else tr("Several dark references lie there: {names}.", names=several)
            )
        if files and min(files)[0] == _OTHERS:
            notes.append(tr("{name} has the name of another scene.", name=min(files)[2]))
    best = {kind: min(files)[3] if files else None for kind, files in found.items()}
    return Proposal(best["white"], best["dark"], tuple(notes))


def is_reference(path: Path) -> bool:
    """Whether a file is, by its name, a white or a dark reference and not a scene."""
    return _kind(stem_of(path).lower(), "") is not None


_OWN, _GENERAL, _OTHERS = 0, 1, 2


def _kind(stem: str, scene: str) -> tuple[str, int] | None:
    """What a file's name says: ``("white" or "dark", rank)``, None for no reference."""
    rest, own = re.subn(rf"(?:^|(?<=[\W_])){re.escape(scene)}(?=$|[\W_])", " ", stem, count=1)
    if not scene:
        rest, own = stem, 0
    bare = _BARE.match(rest)
    named = _NAMED.search(rest)
    match = bare or named
    if match is None or stem == scene:
        return None
    if own:
        return match[1].lower(), _OWN
    alone = bare is not None or not re.search(r"[^\W_\d]", _NAMED.sub("", rest))
    return match[1].lower(), _GENERAL if alone else _OTHERS


def stem_of(path: Path) -> str:
    """Name without suffixes, for ``x.bil.hdr`` as for ``x.hdr``; other dots belong to the name."""
    stem = path.stem if path.suffix.lower() in SUFFIXES else path.name
    inner = Path(stem).suffix.lower()
    return Path(stem).stem if inner in SUFFIXES else stem
