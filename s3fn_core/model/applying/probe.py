"""Where in a scene a free phrase matches: exploration, not classification.

The phrase is embedded like a description and compared with every pixel's z'.  A projection has
learned to tell the trained classes apart and nothing else, so the answer is about how the phrase
relates to these classes; of other things it says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.progress import Operation, scaled
from s3fn_core.types import FloatArray
from s3fn_core.words.encoder import encode_classes, encode_texts


@dataclass(frozen=True, eq=False)
class Probe:
    """How well a phrase fits every pixel.

    Attributes
    ----------
    phrase, against : str
        `against` is empty where one phrase was asked for by itself.
    values : array of float32, shape (lines, samples)
        Cosine of z' with the phrase, less that with the one against it; NaN on background.
    """

    phrase: str
    against: str
    values: FloatArray


def probe(rescorer: Rescorer, model: S3FNModel, phrase: str, against: str = "") -> Operation[Probe]:
    """Compare a phrase with every pixel, or two phrases with each other.

    Raises
    ------
    WordsError
        When there is no phrase, or the model's text encoder cannot be loaded.
    ModelError
        When the model has another backbone than the features.
    """
    phrases = [phrase, against] if against.strip() else [phrase]
    vectors = yield from scaled(_directions(model, phrases), 0.0, 0.6)
    work = rescorer.along(model, vectors)
    cosines = yield from scaled(work, 0.6, 1.0)
    values = cosines[..., 0] - cosines[..., 1] if len(phrases) > 1 else cosines[..., 0]
    return Probe(phrase.strip(), against.strip(), values)


def _directions(model: S3FNModel, phrases: list[str]) -> Operation[FloatArray]:
    """Unit vectors (n, d) of phrases, centred like the label embeddings of the model."""
    fusion = model.config.fusion
    found = yield from scaled(encode_texts(phrases, encoder=model.encoder), 0.0, 0.5)
    vectors = found.astype(np.float64)
    if fusion.centre:
        work = encode_classes(model.classes, encoder=model.encoder, pooling=fusion.pooling)
        labels = yield from scaled(work, 0.5, 1.0)
        vectors = vectors - labels.vectors.mean(0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
