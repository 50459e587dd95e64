"""Text embeddings that were computed before, in memory and in the user's cache folder."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import appdirs
import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.types import FloatArray


@dataclass(frozen=True, eq=False)
class TextVector:
    """What an encoder makes of one paragraph.

    Attributes
    ----------
    vector : array of float32, shape (d,)
        All NaN when nothing was there to pool (label pooling of a text without the label).
    tokens : int
        Tokens of the text, those of overlaps counted once.
    chunks : int
        Windows the text was cut into.
    """

    vector: FloatArray
    tokens: int
    chunks: int

    @property
    def is_empty(self) -> bool:
        return bool(np.isnan(self.vector).any())


def cache_folder() -> Path:
    """Where embeddings are kept; safe to delete at any time."""
    return Path(appdirs.user_cache_dir("s3fn", appauthor=False)) / "embeddings"


def cache_key(*parts: str) -> str:
    """One name for everything an embedding depends on."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.hexdigest()


_memory: dict[str, TextVector] = {}


def recall(key: str) -> TextVector | None:
    """The embedding stored under `key`, or None."""
    if key not in _memory:
        try:
            with np.load(cache_folder() / f"{key}.npz", allow_pickle=False) as stored:
                tokens, chunks = (int(number) for number in stored["counts"])
                vector = np.asarray(stored["vector"], np.float32).reshape(-1)
                _memory[key] = TextVector(vector, tokens, chunks)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None  # missing or damaged: it is computed again
    return _memory[key]


def remember(key: str, result: TextVector, *, on_disk: bool = True) -> None:
    """Store an embedding.  A cache folder that cannot be written costs time, not results."""
    _memory[key] = result
    if not on_disk:
        return
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with whole_file(cache_folder() / f"{key}.npz") as temporary:
            np.savez(temporary, vector=result.vector, counts=(result.tokens, result.chunks))
    except OSError:
        pass


def clear() -> None:
    """Forget every embedding."""
    _memory.clear()
    for file in cache_folder().glob("*.npz"):
        file.unlink(missing_ok=True)
