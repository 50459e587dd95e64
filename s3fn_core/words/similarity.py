"""How alike the descriptions of the classes are, and which paragraph pulls which way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.paragraphs import paragraphs
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_core.types import FloatArray
from s3fn_core.words.encoder import DEFAULT_ENCODER, LabelEmbeddings, Pooling, encode_classes

TOO_CLOSE = 0.95
"""Cosine from which on two descriptions say nearly the same."""
STRAYING = 0.1
"""A paragraph counts as more like another class when its cosine is larger by that."""


@dataclass(frozen=True, eq=False)
class Paragraph:
    """Where a paragraph pulls its class.

    Attributes
    ----------
    class_id : int
    number : int
        Its place in the description, from 0 on.
    pulls : array of float32, shape (K,)
        Cosine with the label embedding of each class, all centred over the classes.
    nearest : int
        Id of the class that it is most like.
    text : str
    """

    class_id: int
    number: int
    pulls: FloatArray
    nearest: int
    text: str

    @property
    def strays(self) -> bool:
        """Whether it is more like another class than like its own, of which it is a part."""
        return self.nearest != self.class_id


@dataclass(frozen=True, eq=False)
class Similarity:
    """What a text encoder makes of the descriptions of a class set.

    Attributes
    ----------
    classes : ClassSet
    embeddings : LabelEmbeddings
    cosine : array of float32, shape (K, K)
        Of the vectors as the encoder gives them.  One encoder's vectors are all more or less
        parallel, so only high values say something.
    centred : array of float32, shape (K, K)
        Of the vectors without their mean over the classes: what a model sees of them.
    paragraphs : tuple of Paragraph
    """

    classes: ClassSet
    embeddings: LabelEmbeddings
    cosine: FloatArray
    centred: FloatArray
    paragraphs: tuple[Paragraph, ...]

    @property
    def too_close(self) -> tuple[tuple[int, int, float], ...]:
        """Pairs of class ids whose descriptions say nearly the same, with their cosine."""
        ids = self.classes.ids
        return tuple(
            (ids[i], ids[j], float(self.cosine[i, j]))
            for i in range(len(ids))
            for j in range(i + 1, len(ids))
            if self.cosine[i, j] >= TOO_CLOSE
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should be mended in the texts, a sentence each."""
        name = {c.id: c.name for c in self.classes}
        close = (
            tr(
                'the descriptions of "{name}" and "{other}" say nearly the same '
                "(cosine {cosine:.3f}); name what tells them apart",
                name=name[i],
                other=name[j],
                cosine=cosine,
            )
            for i, j, cosine in self.too_close
        )
        strays = (
            tr(
                'paragraph {number} of "{name}" is more like "{other}"; say in it what sets the class apart',
                number=p.number + 1,
                name=name[p.class_id],
                other=name[p.nearest],
            )
            for p in self.paragraphs
            if p.strays
        )
        return (*close, *strays)


def similarity(
    classes: ClassSet,
    *,
    encoder: str = DEFAULT_ENCODER,
    pooling: Pooling = "mean",
    device: str = "cpu",
    keep: bool = True,
) -> Operation[Similarity]:
    """Embed the descriptions and compare them; takes and raises what `encode_classes` does."""
    embeddings = yield from encode_classes(
        classes, encoder=encoder, pooling=pooling, device=device, keep=keep
    )
    return Similarity(
        classes,
        embeddings,
        embeddings.similarity(),
        embeddings.similarity(centre=True),
        _paragraphs(classes, embeddings),
    )


def _paragraphs(classes: ClassSet, embeddings: LabelEmbeddings) -> tuple[Paragraph, ...]:
    ids, vectors = embeddings.class_ids, embeddings.vectors
    centre = vectors.mean(0) if len(vectors) > 1 else np.float32(0)
    found = []
    for target, group in zip(classes, embeddings.paragraphs, strict=True):
        texts = paragraphs(target.text) or [target.name]
        for number, vector in enumerate(group):
            if np.isnan(vector).any():
                continue  # label pooling, and the paragraph does not name its class
            pulls = _cosine(vector - centre, vectors - centre)
            tied = pulls[ids.index(target.id)] >= pulls.max() - STRAYING
            nearest = target.id if tied else ids[int(pulls.argmax())]
            found.append(Paragraph(target.id, number, pulls, nearest, texts[number]))
    return tuple(found)


def _cosine(vector: FloatArray, others: FloatArray) -> FloatArray:
    """Cosines (n,) of a vector with others (n, d); 0 with a zero vector."""
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(vector)
    return np.asarray(others @ vector / np.maximum(lengths, 1e-12), np.float32)
