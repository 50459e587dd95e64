"""Vectors of many short texts, each set kept in one file of the cache."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray
from s3fn_core.words import cache
from s3fn_core.words.encoder import DEFAULT_ENCODER, encode_short, mark_of

_BATCH = 128
_SETS = 8  # kept in memory: the bundled library and some of the user's
_memory: dict[str, FloatArray] = {}


def text_vectors(texts: Sequence[str], *, encoder: str = DEFAULT_ENCODER) -> Operation[FloatArray]:
    """Unit vectors (len(texts), d) of short texts; those of a whole set are computed once.

    Raises
    ------
    WordsError
        When the encoder cannot be found or loaded.
    """
    key = cache.cache_key("library", mark_of(encoder), *texts)
    known = _memory.get(key)
    if known is None:
        known = _stored(key, len(texts))
    if known is None:
        # Texts of about one length waste no time on what fills up the shorter ones of a batch.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = []
        for first in range(0, len(texts), _BATCH):
            yield Progress("library", first / len(texts), tr("Reading the names of the library"))
            batch = [texts[i] for i in order[first : first + _BATCH]]
            parts.append(encode_short(batch, encoder=encoder))
        known = np.concatenate(parts)[np.argsort(order)]
        _store(key, known)
    while len(_memory) >= _SETS:
        del _memory[next(iter(_memory))]
    _memory[key] = known
    return known


def _stored(key: str, number: int) -> FloatArray | None:
    try:
        with np.load(cache.cache_folder() / f"{key}.npz", allow_pickle=False) as stored:
            vectors = np.asarray(stored["vectors"], np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # missing or damaged: they are computed again
    return vectors if vectors.ndim == 2 and len(vectors) == number else None


def _store(key: str, vectors: FloatArray) -> None:
    """Keep vectors.  A cache folder that cannot be written costs time, not results."""
    try:
        cache.cache_folder().mkdir(parents=True, exist_ok=True)
        with whole_file(cache.cache_folder() / f"{key}.npz") as temporary:
            np.savez(temporary, vectors=vectors.astype(np.float16))
    except OSError:
        pass
