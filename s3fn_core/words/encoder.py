"""From class descriptions to label embeddings: one vector per class, the frozen half of the fusion.

Each paragraph of each class is embedded by itself, in overlapping windows where it is longer than
the encoder's limit, and a class is the mean of its paragraphs.  (The published code joins all
classes into one text cut at 512 tokens, so that most of it is never seen.)
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import LONGEST_TEXT, ClassSet
from s3fn_core.labels.paragraphs import paragraphs
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.quoting import named
from s3fn_core.types import FloatArray
from s3fn_core.words import cache
from s3fn_core.words.cache import TextVector
from s3fn_core.words.transformer import DEFAULT_ENCODER, POOLINGS, Pooling, TextEncoder, fingerprint, locate

NO_ENCODER = "none"
"""Of models without a network: nothing compares their pixels with a text's vectors."""
__all__ = [
    "DEFAULT_ENCODER",
    "NO_ENCODER",
    "POOLINGS",
    "LabelEmbeddings",
    "Pooling",
    "encode_classes",
    "encode_short",
    "encode_texts",
    "mark_of",
]


@dataclass(frozen=True, eq=False)
class LabelEmbeddings:
    """What the text encoder makes of the classes.

    Attributes
    ----------
    class_ids : tuple of int, K of them
    vectors : array of float32, shape (K, d)
        Mean over each class's paragraphs as the encoder gives it: neither centred nor normalised.
    encoder : str
        The encoder as it was asked for.
    fingerprint : str
        Hash of the encoder's files.
    pooling : str
        ``"mean"``, ``"label"`` or ``"cls"``.
    tokens, chunks : tuples of int, K each
        Length of each class's text in tokens, and windows it was cut into.
    notes : tuple of str
        What the user should know, e.g. a class that has no description.
    paragraphs : tuple of arrays of float32, shape (paragraphs of the class, d)
        What the vectors are the means of; NaN rows where label pooling found nothing.
    """

    class_ids: tuple[int, ...]
    vectors: FloatArray
    encoder: str
    fingerprint: str
    pooling: str
    tokens: tuple[int, ...]
    chunks: tuple[int, ...]
    notes: tuple[str, ...] = ()
    paragraphs: tuple[FloatArray, ...] = ()

    def unit(self, centre: bool = True) -> FloatArray:
        """Vectors of length 1, shape (K, d), with `centre` taken from their mean over the classes.

        Uncentred label vectors of one encoder are nearly parallel; centring removes what all
        classes have in common.  A single class is never centred (nothing would be left), and
        classes with identical text come out as zero vectors.
        """
        vectors = self.vectors.astype(np.float64)
        scale = np.linalg.norm(vectors, axis=1, keepdims=True).max(initial=0.0)
        if centre and len(vectors) > 1:
            vectors -= vectors.mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[norms[:, 0] <= 1e-6 * scale] = 0.0  # rounding noise is not a direction
        return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)

    def similarity(self, centre: bool = False) -> FloatArray:
        """Cosine of each class's vector with each other's, shape (K, K)."""
        unit = self.unit(centre)
        return np.asarray(np.clip(unit @ unit.T, -1.0, 1.0), np.float32)


@checked(WordsError)
def encode_classes(
    classes: ClassSet,
    *,
    encoder: str = DEFAULT_ENCODER,
    pooling: Pooling = "mean",
    device: str = "cpu",
    keep: bool = True,
) -> Operation[LabelEmbeddings]:
    """Embed the description of every class.

    Parameters
    ----------
    classes : ClassSet
        A class without a description is embedded by its name, and a note says so.
    encoder : str
        ``"default"`` (the bundled all-MiniLM-L6-v2), the folder of a Hugging Face model, the name
        of one on the hub, or ``"none"``, which gives zeros.
    pooling : {"mean", "label", "cls"}
        ``"label"`` falls back on the mean for a class whose text never names it.
    device : str
        Where torch computes: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    keep : bool
        Keep the embeddings on disk too, not only while the program runs: texts that are being
        typed need not stay.

    Raises
    ------
    WordsError
        Without classes, or when the encoder cannot be found or loaded.
    """
    if not len(classes):
        raise WordsError("There are no classes to embed; add a class first.")
    if encoder == NO_ENCODER:
        none = (0,) * len(classes)
        return LabelEmbeddings(
            classes.ids, np.zeros((len(classes), 1), np.float32), encoder, "", pooling, none, none
        )
    texts = [paragraphs(c.text) or [c.name.strip()] for c in classes]
    wordless = [c.name for c in classes if not paragraphs(c.text)]
    notes = (
        [tr("Without a description, known by name only: {names}.", names=named(wordless))] if wordless else []
    )
    work = _embed_groups(texts, classes.names, encoder, pooling, device, keep)
    groups, mark = yield from scaled(work, 0.0, 0.9)
    pooled = list(groups)
    silent = [k for k, group in enumerate(groups) if all(v.is_empty for v in group)]
    if silent:  # only label pooling finds nothing to pool
        names = [classes.names[k] for k in silent]
        notes += [
            tr('The text of class "{name}" never names it; all its words are averaged instead.', name=name)
            for name in names
        ]
        work = _embed_groups([texts[k] for k in silent], names, encoder, "mean", device, keep)
        fallback, _ = yield from scaled(work, 0.9, 1.0)
        for k, group in zip(silent, fallback, strict=True):
            pooled[k] = group
    yield Progress("words", 1.0, tr("The class descriptions are embedded"))
    return LabelEmbeddings(
        classes.ids,
        np.stack([_mean(group) for group in pooled]),
        encoder,
        mark,
        pooling,
        tuple(sum(v.tokens for v in group) for group in groups),
        tuple(sum(v.chunks for v in group) for group in groups),
        tuple(notes),
        tuple(np.stack([v.vector for v in group]) for group in pooled),
    )


def encode_texts(
    texts: Sequence[str], *, encoder: str = DEFAULT_ENCODER, device: str = "cpu"
) -> Operation[FloatArray]:
    """Mean-pooled embeddings of free texts, shape (len(texts), d)."""
    if not texts or not all(text.strip() for text in texts):
        raise WordsError("There is no text to embed; type a word or a phrase.")
    if encoder == NO_ENCODER:
        raise WordsError('A "quick" model reads no text; train with the preset "pixel" to look for phrases.')
    if (longest := max(map(len, texts))) > LONGEST_TEXT:
        raise WordsError(
            "A text has {longest:,} letters; at most {longest_text:,} are embedded. Shorten it.",
            longest=longest,
            longest_text=LONGEST_TEXT,
        )
    groups = [paragraphs(text) for text in texts]
    found, _ = yield from _embed_groups(groups, [""] * len(texts), encoder, "mean", device)
    return np.stack([_mean(group) for group in found])


def encode_short(texts: Sequence[str], *, encoder: str = DEFAULT_ENCODER, device: str = "cpu") -> FloatArray:
    """Unit vectors (len(texts), d) of names and sentences, all in one batch and none kept.

    What is longer than the encoder's window is cut.

    Raises
    ------
    WordsError
        When the encoder cannot be found or loaded.
    """
    folder = locate(encoder)
    with _one_at_a_time:
        return _loaded(folder, fingerprint(folder), device).embed_short(texts)


def mark_of(encoder: str) -> str:
    """Hash of an encoder's files; raises WordsError where there are none."""
    return fingerprint(locate(encoder))


def _embed_groups(
    groups: Sequence[Sequence[str]],
    labels: Sequence[str],
    encoder: str,
    pooling: Pooling,
    device: str,
    keep: bool = True,
) -> Operation[tuple[list[list[TextVector]], str]]:
    """Embed groups of paragraphs, each from the cache where it is known; and the fingerprint."""
    if pooling not in POOLINGS:
        raise WordsError(
            'There is no pooling "{pooling}"; choose {poolings}.',
            pooling=pooling,
            poolings=", ".join(POOLINGS),
        )
    yield Progress("words", 0.0, tr("Looking up the text encoder"))
    folder = locate(encoder)
    mark = fingerprint(folder)
    total = sum(map(len, groups))
    done = 0
    results: list[list[TextVector]] = []
    for group, label in zip(groups, labels, strict=True):
        results.append([])
        for text in group:
            key = cache.cache_key(mark, pooling, label if pooling == "label" else "", text)
            vector = cache.recall(key)
            if vector is None:
                if (mark, device) not in _last:
                    yield Progress("words", done / total, tr("Loading the text encoder"))
                yield Progress(
                    "words",
                    done / total,
                    tr("Embedding paragraph {done} of {total}", done=done + 1, total=total),
                )
                with _one_at_a_time:
                    vector = _loaded(folder, mark, device).embed(text, pooling, label)
                cache.remember(key, vector, on_disk=keep)
            results[-1].append(vector)
            done += 1
    return results, mark


_one_at_a_time = threading.Lock()
"""Two threads would load an encoder twice, and a tokenizer that one of them sets up while another
uses it raises "Already borrowed"."""
_last: dict[tuple[str, str], TextEncoder] = {}


def _loaded(folder: Path, mark: str, device: str) -> TextEncoder:
    """The encoder in `folder`; the one used last stays in memory."""
    encoder = _last.get((mark, device))
    if encoder is None:
        encoder = TextEncoder.load(folder, device)
        _last.clear()
        _last[mark, device] = encoder
    return encoder


def _mean(group: Sequence[TextVector]) -> FloatArray:
    """Mean over the paragraphs that have a vector, shape (d,)."""
    vectors = [v.vector for v in group if not v.is_empty]
    return np.asarray(np.mean(vectors, axis=0), np.float32)
