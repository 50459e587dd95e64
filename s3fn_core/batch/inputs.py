"""Which cubes are meant by folders, patterns and files, and how the names of their results begin."""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s3fn_core.cubes.formats import SUFFIXES
from s3fn_core.cubes.formats.beside import files_of
from s3fn_core.cubes.formats.stack_images import is_single
from s3fn_core.cubes.treating.reference_files import is_reference, stem_of
from s3fn_core.envi.files import DATA_SUFFIXES, headers_of
from s3fn_core.envi.text import read_text
from s3fn_core.errors import CubeError
from s3fn_core.files import reason
from s3fn_core.languages import plural
from s3fn_core.quoting import named
from s3fn_core.results.export import file_stem

_IMAGES = (".png", ".tif", ".tiff")
_NO_CUBES = ("classification", "library")


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes
    ----------
    cubes : tuple of (Path, str)
        Each with its name, which is unique; a cube of a folder has the names of the folders
        between, "day1/scan".
    notes : tuple of str
        What was left out.
    several : bool
        Whether many may be meant: by a folder, by a pattern, or by more than one name.
    """

    cubes: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]
    several: bool


def find_cubes(given: Sequence[Path], out: Path | None = None) -> Found:
    """Find cubes; what was named by itself is one, whether it exists and can be opened or not.

    Parameters
    ----------
    given : sequence of Path
        Files, folders (those in them, too, but not hidden ones) and patterns such as ``day?/*.hdr``.
        A folder of images with one band each is one cube.
    out : Path, optional
        Folder of results, in which no cube is looked for.

    Raises
    ------
    CubeError
        When a folder cannot be read or is that of the results, or a folder or a pattern holds no cube.
    """
    found: list[tuple[Path, Path]] = []  # path, its name from the folder on
    notes: list[str] = []
    several = len(given) > 1
    for path in given:
        if _is_pattern(path):
            several = True
            matches = _matching(path, out)
            kept = [one for one in matches if one.is_dir() or _is_cube(one)]
            if not kept:
                raise CubeError("{path} matches no cube; check the pattern and the folder.", path=path)
            notes += _left_out(path, [one for one in matches if one not in kept])
            for one in _without_data_files(kept):
                found += _in_folder(one, out, notes) if one.is_dir() else [(one, Path(one.name))]
        elif path.is_dir() and not _is_stack(path):
            several = True
            if out is not None and out.resolve() == path.resolve():
                raise CubeError("{path} holds the cubes; choose another folder for the results.", path=path)
            inside = _in_folder(path, out, notes)
            if not inside:
                raise CubeError("{path} holds no cube; choose a folder of cubes.", path=path)
            found += inside
        else:
            found.append((path, Path(path.name)))
    unique = {path.resolve(): (path, name) for path, name in reversed(found)}
    return Found(_named(list(reversed(unique.values()))), tuple(notes), several)


def _in_folder(folder: Path, out: Path | None, notes: list[str]) -> list[tuple[Path, Path]]:
    """The cubes of a folder and of those in it."""
    if _is_stack(folder):
        return [(folder, Path(folder.name))]
    found: list[tuple[Path, Path]] = []
    left: list[Path] = []
    for place, inner, names in os.walk(folder, onerror=_refuse):
        here = Path(place)
        inner[:] = sorted(name for name in inner if name[0] != "." and not _within(here / name, out, folder))
        for name in [name for name in inner if _is_stack(here / name)]:
            inner.remove(name)
            found.append((here / name, (here / name).relative_to(folder)))
        files = [here / name for name in sorted(names) if not name.startswith(".")]
        cubes = [path for path in files if _is_cube(path)]
        left += [p for p in files if p not in cubes and p.suffix.lower() in SUFFIXES and not _has_header(p)]
        found += [(path, path.relative_to(folder)) for path in _without_data_files(cubes)]
    notes += _left_out(folder, left)
    return sorted(found, key=lambda one: one[1].parts)


def _refuse(error: OSError) -> None:
    raise CubeError(
        "{filename} cannot be read: {error}. Check the folder.", filename=error.filename, error=reason(error)
    ) from error


def _left_out(where: Path, files: Sequence[Path]) -> Iterator[str]:
    if files:
        names = named([path.name for path in files])
        yield plural(
            "{folder}: {count} file is a map, picture or reference and was left out: {names}.",
            "{folder}: {count} files are maps, pictures or references and were left out: {names}.",
            len(files),
            folder=where,
            names=names,
        )


def _is_pattern(path: Path) -> bool:
    return glob.has_magic(str(path)) and not path.exists()


def _matching(pattern: Path, out: Path | None) -> list[Path]:
    """What a pattern means, searched from the last folder on that is named in full."""
    parts = pattern.parts
    first = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:first])
    found = sorted(root.glob("/".join(parts[first:])))
    hidden = [one for one in found if any(part[0] == "." for part in one.relative_to(root).parts)]
    return [one for one in found if one not in hidden and not _within(one, out, root)]


def _within(path: Path, out: Path | None, searched: Path) -> bool:
    """Whether a path lies in the folder of the results, where that is a part of what is searched."""
    if out is None or searched.resolve().is_relative_to(out.resolve()):
        return False
    return path.resolve().is_relative_to(out.resolve())


def _is_stack(folder: Path) -> bool:
    """Whether a folder holds the images of one cube, and nothing that is a cube by itself."""
    files = [file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file()]
    images = [file for file in files if file.suffix.lower() in _IMAGES]
    return len(images) > 1 and images == files and all(p.suffix == ".png" or is_single(p) for p in images[:2])


def _is_cube(path: Path) -> bool:
    """Whether a file of a folder is taken for a cube: not a map, a picture, a library or a reference."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or is_reference(path) or not path.is_file() or suffix == ".png":
        return False
    if suffix in DATA_SUFFIXES:
        return _has_header(path)
    if suffix == ".hdr":
        return not _is_map(path)
    if suffix == ".npy":
        return _axes(path) in (None, 3)
    return suffix not in _IMAGES or not is_single(path)


def _is_map(header: Path) -> bool:
    try:
        text = read_text(header)
    except (CubeError, OSError):
        return False  # damaged: opening it reports that
    kind = text.get("file type").lower()
    return any(word in kind for word in _NO_CUBES) or text.get("bands").strip() == "1"


def _axes(path: Path) -> int | None:
    """Number of axes of an array; None for a damaged one, which opening reports."""
    try:
        return int(np.load(path, mmap_mode="r", allow_pickle=False).ndim)
    except (OSError, ValueError, EOFError):
        return None


def _has_header(path: Path) -> bool:
    return path.suffix.lower() in DATA_SUFFIXES and next(headers_of(path), None) is not None


def _without_data_files(paths: Sequence[Path]) -> list[Path]:
    """Each ENVI cube once, by its header."""
    headed = {
        file for path in paths if path.suffix.lower() == ".hdr" for file in files_of(path) if file != path
    }
    return [path for path in paths if path.suffix.lower() == ".hdr" or path not in headed]


def _named(found: Sequence[tuple[Path, Path]]) -> tuple[tuple[Path, str], ...]:
    """Names that differ: by the folders where files of several are called alike, then by the suffix."""
    names = {path: _name(short) for path, short in found}
    for alike in _alike(names):
        root = Path(os.path.commonpath([path.resolve().parent for path in alike]))
        for path in alike:
            names[path] = max(names[path], _name(path.resolve().relative_to(root)), key=_depth)
    for alike in _alike(names):
        for path in alike:
            names[path] = f"{names[path]}_{path.suffix[1:]}"
    for alike in _alike(names):
        for number, path in enumerate(alike[1:], 2):
            names[path] = f"{names[path]}_{number}"
    return tuple((path, names[path]) for path, _ in found)


def _alike(names: dict[Path, str]) -> list[list[Path]]:
    """Paths whose names are the same, also for a disk that knows no case of letters."""
    groups = defaultdict(list)
    for path, name in names.items():
        groups[name.casefold()].append(path)
    return [paths for paths in groups.values() if len(paths) > 1]


def _depth(name: str) -> int:
    return name.count("/")


def _name(short: Path) -> str:
    stem = short.name if short.suffix.lower() not in SUFFIXES else stem_of(short)
    return "/".join((*map(file_stem, short.parent.parts), file_stem(stem)))
