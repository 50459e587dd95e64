"""Arrays of a project in files that are named by their content: one that is referred to is final.

A save writes new files beside the old ones and never over them, so that breaking off loses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from s3fn_core.cubes.treating import treatment
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.files import remove_unfinished, whole_file
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import write_labels
from s3fn_core.types import BoolArray, IdArray

_DIGITS = 16
_TEST = ClassSet((LabelClass(1, "test", "#d1348b"),))


def store_labels(folder: Path, key: str, ids: IdArray, classes: ClassSet) -> str:
    """Write a label map unless it is there already; gives its name."""
    content = repr((ids.shape, classes.names)) + repr([c.color for c in classes])
    path = folder / f"{key}-{_digest(content.encode(), ids.tobytes())}.tif"
    if not path.is_file():
        write_labels(ids, path, classes)
    return path.name


def store_test_regions(folder: Path, key: str, marked: BoolArray) -> str:
    """Write a map of test regions (1 inside) unless it is there already; gives its name."""
    folder.mkdir(exist_ok=True)
    return store_labels(folder, key, marked.astype(np.uint8), _TEST)


def store_treatment(folder: Path, key: str, value: Treatment) -> str:
    """Write a treatment unless it is there already; gives its name."""
    content = treatment.as_bytes(value)
    path = folder / f"{key}-{_digest(content)}{treatment.SUFFIX}"
    if not path.is_file():
        folder.mkdir(exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_bytes(content)
    return path.name


def store_file(folder: Path, stem: str, suffix: str, write: Callable[[Path], object]) -> Path:
    """Let `write` make a file, and name it by its content."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / f"{stem}-new{suffix}"
    write(staged)
    path = folder / f"{stem}-{_digest(staged.read_bytes())}{suffix}"
    staged.replace(path)
    return path


def prune(folder: Path, used: Iterable[str]) -> None:
    """Remove files named by their content that are not `used`, and unfinished ones; no others."""
    remove_unfinished(folder)
    kept = set(used)
    for path in folder.glob("*-" + "[0-9a-f]" * _DIGITS + ".*"):
        if path.name not in kept and path.name.removesuffix(".aux.xml") not in kept:
            path.unlink(missing_ok=True)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:_DIGITS]
