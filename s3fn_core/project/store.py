"""Arrays of a project in files that are named by their content: one that is referred to is final.

A save writes new files beside the old ones and never over them, so that breaking off loses nothing;
the names tell whether a file still holds what was written.  Nothing is followed out of the project.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np

from s3fn_core.cubes.treating import treatment
from s3fn_core.cubes.treating.treatment import Treatment, read_treatment
from s3fn_core.errors import CubeError, LabelError, ProjectError
from s3fn_core.files import remove_unfinished, whole_file
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import read_labels, write_labels
from s3fn_core.labels.rasters import category_file
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, IdArray

_DIGITS, _LOOKS = 16, 8
_NAMED = re.compile(rf".*-([0-9a-f]{{{_DIGITS}}})([0-9a-f]{{{_LOOKS}}})?(\.\w+)(\.aux\.xml)?", re.DOTALL)
_TEST = ClassSet((LabelClass(1, "test", "#d1348b"),))
_FRESH_SECONDS = 3600
_T = TypeVar("_T")
_known: set[Path] = set()
"""What this process has written or read; other files may belong to somebody who is about to save."""


class Store:
    """The files of a project, and which of them the present save has made.

    Parameters
    ----------
    folder : Path
        Of the project.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[Path] = []

    def make(self, kind: str) -> Path:
        """The folder of a kind of files; made where it is missing.

        Raises
        ------
        ProjectError
            When it is a link, which could lead out of the project.
        """
        folder = self.folder / kind
        if _leads_out(folder):
            raise ProjectError(
                "{folder} is a link, and a project keeps everything inside its folder; put a real "
                "folder in its place.",
                folder=folder,
            )
        self._made += reversed([path for path in (folder, *folder.parents) if not path.exists()])
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def labels(self, kind: str, key: str, ids: IdArray, classes: ClassSet) -> str:
        """Write a label map unless it is there already; gives its name."""
        ids = ids.astype(np.uint8, copy=False)
        looks = _digest(repr((classes.names, [c.color for c in classes])).encode())[:_LOOKS]
        path = self.make(kind) / f"{key}-{_digest_of_ids(ids)}{looks}.tif"
        if not _is_there(path):
            self._made += [path, category_file(path)]
            write_labels(ids, path, classes)
        return path.name

    def test_regions(self, kind: str, key: str, marked: BoolArray) -> str:
        """Write a map of test regions (1 inside) unless it is there already; gives its name."""
        return self.labels(kind, key, marked.astype(np.uint8), _TEST)

    def treatment(self, kind: str, key: str, value: Treatment) -> str:
        """Write a treatment unless it is there already; gives its name."""
        content = treatment.as_bytes(value)
        path = self.make(kind) / f"{key}-{_digest(content)}{treatment.SUFFIX}"
        if not _is_there(path):
            self._made.append(path)
            with whole_file(path) as temporary:
                temporary.write_bytes(content)
        return path.name

    def file(self, kind: str, stem: str, suffix: str, write: Callable[[Path], object]) -> Path:
        """Let `write` make a file, and name it by its content."""
        return store_file(self.make(kind), stem, suffix, write, self._made)

    def adopted(self, path: Path, kind: str) -> Path:
        """A file in its folder, copied from elsewhere if need be."""
        if Path(os.path.abspath(path)).parent == self.folder / kind:  # noqa: PTH100
            return path
        return self.copy(path, kind, _free_name(self.folder / kind / path.name).name)

    def copy(self, source: Path, kind: str, name: str) -> Path:
        """Take a file over under a name that nothing has yet."""
        target = self.make(kind) / name
        self._made.append(target)
        with whole_file(target) as temporary:
            shutil.copyfile(source, temporary)
        return target

    def settle(self) -> None:
        """The save is complete: its files stay."""
        _known.update(self._made)
        self._made.clear()

    def undo(self, kept: set[str] | None) -> None:
        """The save has failed: what it made goes, so that a full disk does not fill up for good.

        Files that something refers to are `kept`; all are where that is not known (None).
        """
        for path in reversed(self._made) if kept is not None else ():
            if kept is not None and path.name.removesuffix(".aux.xml") in kept:
                continue
            try:
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
            except OSError:
                continue  # a folder that somebody else uses now
        self._made.clear()


def store_file(
    folder: Path, stem: str, suffix: str, write: Callable[[Path], object], made: list[Path] | None = None
) -> Path:
    """Let `write` make a file, and name it by its content; a new one is added to `made`."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / f".{stem}-{secrets.token_hex(4)}{suffix}"
    try:
        write(staged)
        path = folder / f"{stem}-{_digest(staged.read_bytes())}{suffix}"
        if _is_there(path):
            return path
        if made is not None:
            made.append(path)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    _known.add(path)
    return path


def stored_labels(path: Path, classes: ClassSet) -> IdArray:
    """Read a label map of a project whose classes are `classes`.

    Raises
    ------
    LabelError
        When it is missing, a link, or holds other labels than were written.
    """
    if path.is_symlink() or _leads_out(path.parent):
        raise LabelError("{path} is a link, which a project does not follow.", path=path)
    ids = read_labels(path)
    known = _NAMED.fullmatch(path.name)
    if known is None or _digest_of_ids(ids) == known[1]:
        return _noted(path, ids)
    if known[2] is None:  # as an earlier version named them
        content = repr((ids.shape, classes.names)) + repr([c.color for c in classes])
        if _digest(content.encode(), ids.tobytes()) == known[1]:
            return _noted(path, ids)
    raise LabelError(
        "{path} is damaged: its labels are not those that were saved. Restore it from a backup, or "
        "import it as labels and look through them.",
        path=path,
    )


def stored_test_regions(path: Path) -> BoolArray:
    """Read a map of test regions of a project; raises LabelError as :func:`stored_labels`."""
    inside: BoolArray = stored_labels(path, _TEST) > 0
    return inside


def stored_treatment(path: Path) -> Treatment:
    """Read a treatment of a project.

    Raises
    ------
    CubeError
        When it is missing, a link, or damaged.
    """
    if path.is_symlink() or _leads_out(path.parent):
        raise CubeError("{path} is a link, which a project does not follow.", path=path)
    if _is_damaged(path):
        raise CubeError("{path} is damaged: its content is not what was saved. Restore a backup.", path=path)
    return _noted(path, read_treatment(path))


def problem_of_model(path: Path) -> str | None:
    """What is wrong with a file among the models of a project, as a sentence; None for nothing."""
    name = path.name
    if path.is_symlink() or _leads_out(path.parent):
        return tr("The model {name} is a link, which a project does not follow.", name=name)
    if not path.is_file():
        return tr("The model {name} is missing from {folder}.", name=name, folder=path.parent)
    if _is_damaged(path):
        return tr(
            "The model {name} is damaged: the content of {path} is not what was saved.", name=name, path=path
        )
    _known.add(path)
    return None


def _is_damaged(path: Path) -> bool:
    """Whether the bytes of a file are not those that it was named by."""
    known = _NAMED.fullmatch(path.name)
    try:
        return path.is_file() and known is not None and _digest(path.read_bytes()) != known[1]
    except OSError:
        return False  # who reads it learns why


def prune(folder: Path, used: Iterable[str], *, alone: bool) -> None:
    """Remove files named by their content that are not `used`, and unfinished ones; no others.

    Where others may be saving at the same time (not `alone`), only what this process knows, or what
    has been lying there for an hour.
    """
    if _leads_out(folder):
        return
    remove_unfinished(folder)
    kept = set(used)
    for path in folder.glob("*-*"):
        plain = path.with_name(path.name.removesuffix(".aux.xml"))
        if plain.name in kept or _NAMED.fullmatch(path.name) is None or path.is_dir():
            continue
        try:
            if alone or plain in _known or time.time() - path.lstat().st_mtime > _FRESH_SECONDS:
                path.unlink()
        except OSError:
            continue  # gone, or somebody else's


def _leads_out(folder: Path) -> bool:
    """Whether a folder of a project is a link (or a junction of Windows)."""
    return folder.resolve().parent != folder.parent.resolve()


def _is_there(path: Path) -> bool:
    """Whether a file need not be written: one that nobody has looked into may be damaged."""
    return path in _known and path.is_file() and not path.is_symlink()


def _noted(path: Path, value: _T) -> _T:
    _known.add(path)
    return value


def _digest_of_ids(ids: IdArray) -> str:
    return _digest(repr((ids.shape, ids.dtype.str)).encode(), ids.tobytes())


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:_DIGITS]


def _free_name(path: Path) -> Path:
    """`path`, or with a number when that name is taken."""
    numbered = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 10_000))
    return next(p for p in (path, *numbered) if not p.exists())
