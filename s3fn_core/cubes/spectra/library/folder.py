"""Reading all spectra of a folder, such as an unpacked library of thousands of files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.spectra.library import ecostress, usgs
from s3fn_core.cubes.spectra.library.reading import SUFFIXES, is_library, is_spectrum, read_library
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import named

_STEP = 20  # files from one report to the next
_LOOKED_AT = 50  # files of a folder of which it is not known what it holds


def holds_spectra(folder: Path) -> bool:
    """Whether one of the first files in a folder, or below it, holds spectra, and is not a table."""
    files = (path for paths in _folders(folder) for path in paths)
    return any(is_spectrum(path) for path, _ in zip(files, range(_LOOKED_AT), strict=False))


@checked(CubeError)
def read_libraries(path: str | os.PathLike[str]) -> Operation[tuple[SpectralLibrary, ...]]:
    """Read all spectra of a folder and the folders in it, or those of one file.

    Parameters
    ----------
    path : path
        A folder, or a file that :func:`read_library` reads.

    Returns
    -------
    tuple of SpectralLibrary
        One for all spectra with the same wavelengths, the largest first.  Its notes say which files
        could not be read.

    Raises
    ------
    CubeError
        When the file cannot be read, or no file of the folder holds spectra.
    """
    path = Path(path)
    yield Progress("spectra", 0.0, tr("Looking for spectra in {name}", name=path.name))
    if not _is_folder(path):
        return (read_library(path),)
    files: list[Path] = []
    for paths in _folders(path):
        files += paths
        yield Progress(
            "spectra",
            0.0,
            tr("Looking for spectra in {name}: {count:,} files", name=path.name, count=len(files)),
        )
    return (yield from _read_files(path, files))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # told by who opens it
        return False


def _read_files(folder: Path, files: list[Path]) -> Operation[tuple[SpectralLibrary, ...]]:
    groups: dict[bytes, list[SpectralLibrary]] = {}
    failed: list[str] = []
    others: list[str] = []
    for number, file in enumerate(files):
        if number % _STEP == 0:
            told = tr(
                "Reading {name}: {number:,} of {count:,} files",
                name=folder.name,
                number=number,
                count=len(files),
            )
            yield Progress("spectra", number / len(files), told)
        try:
            if is_library(file):
                library = read_library(file)
                groups.setdefault(library.wavelengths.tobytes(), []).append(library)
            else:
                others.append(tr("{name} holds no spectra", name=file.name))
        except CubeError as error:
            failed.append(str(error).replace(str(file), file.name))
    failed += others  # what is damaged is named first
    if not groups:
        if not failed:
            raise CubeError(
                "{folder} holds no spectra that can be read. Choose another folder.", folder=folder
            )
        raise CubeError(
            "{folder} holds no spectra that can be read: {why}. Choose another folder.",
            folder=folder,
            why=named(failed),
        )
    told = tr("Left out ({count}): {reasons}", count=len(failed), reasons=named(failed))
    notes = (told,) if failed else ()
    ordered = sorted(groups.values(), key=lambda group: -sum(len(library.names) for library in group))
    return tuple(_joined(group, notes if place == 0 else ()) for place, group in enumerate(ordered))


def _joined(group: list[SpectralLibrary], notes: tuple[str, ...]) -> SpectralLibrary:
    """Libraries over the same wavelengths as one; each note once."""
    several = (note for library in group for note in library.notes)
    return SpectralLibrary(
        tuple(name for library in group for name in library.names),
        group[0].wavelengths,
        np.concatenate([library.spectra for library in group]),
        (*notes, *dict.fromkeys(several)),
        tuple(source for library in group for source in library.sources or [""] * len(library.names)),
    )


def _folders(folder: Path) -> Iterator[list[Path]]:
    """Files that may hold spectra, folder by folder; of an ENVI library the header."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.lower().startswith((".", usgs.ERRORBARS)))
        paths = [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        yield [path for path in paths if _may_hold_spectra(path)]


def _may_hold_spectra(path: Path) -> bool:
    name = path.name.lower()
    known = path.suffix.lower() in SUFFIXES and path.suffix.lower() != ".sli"
    return known and not name.endswith(ecostress.ANCILLARY) and not usgs.is_beside(path)
