"""Vectors of the class descriptions, computed once, so that no worker loads a text encoder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet, LabelClass, read_classes
from s3fn_core.progress import run
from s3fn_core.resources import resource
from s3fn_core.types import FloatArray

POOLINGS = ("mean", "label")
Table = dict[str, FloatArray]
"""A vector for each pooling and text."""


def load(file: Path | None, *more: ClassSet) -> Table:
    """Vectors of all class sets that come along, and `more`; what `file` lacks is kept there."""
    table: Table = {}
    if file is not None and file.exists():
        with np.load(file, allow_pickle=False) as stored:
            table = dict(stored)
    sets = [read_classes(path) for path in sorted(resource("classes").glob("*.json"))]
    wanted = [
        (pooling, c)
        for classes in (*sets, *more)
        for described in classes
        for c in (described, _named(described))
        for pooling in POOLINGS
    ]
    missing = [(pooling, c) for pooling, c in wanted if _key(pooling, c) not in table]
    if missing:
        from s3fn_core.words.encoder import encode_classes

        for pooling, c in missing:
            vectors = run(encode_classes(ClassSet((c,)), pooling=pooling)).vectors
            table[_key(pooling, c)] = vectors[0]
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, **table)
    return table


def vectors(table: Table, classes: ClassSet, pooling: str) -> FloatArray:
    """Vectors (classes, d) as the text encoder gives them."""
    return np.stack([table[_key(pooling, c)] for c in classes])


def bare(classes: ClassSet) -> ClassSet:
    """The same classes, known by their names only."""
    return ClassSet(tuple(map(_named, classes)))


def _named(c: LabelClass) -> LabelClass:
    return LabelClass(c.id, c.name, c.color)


def _key(pooling: str, c: LabelClass) -> str:
    # The name counts where it is looked for in the text, or where it is all there is.
    name = c.name if pooling == "label" or not c.text.strip() else ""
    return hashlib.sha1(f"{pooling}\n{name}\n{c.text}".encode()).hexdigest()
