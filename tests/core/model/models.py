"""Models with random weights: what tests need that are about applying, not about learning."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import torch

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.network.modules import S3FN, Projection, make_backbone
from s3fn_core.model.preprocess import Bands, Preprocess
from s3fn_core.progress import run
from s3fn_core.words.encoder import LabelEmbeddings, Pooling, encode_classes
from tests.core.model.scenes import classes


def small(name: str, patch: int | None = None) -> TrainConfig:
    """A preset with few filters and components, to be quick."""
    config = preset(name)
    network = replace(config.network, filters=(3, 4, 5), features=12, hidden=10)
    preprocess = replace(config.preprocess, components=14)
    default = 5 if name == "pixel" else 16
    return config.with_(network=network, preprocess=preprocess, patch=patch or default)


@cache
def embed(words: ClassSet, pooling: Pooling = "mean") -> LabelEmbeddings:
    """What the bundled encoder makes of the classes."""
    return run(encode_classes(words, pooling=pooling))


def untrained(config: TrainConfig, cube: Cube, words: ClassSet | None = None) -> S3FNModel:
    """A model of `config` for the bands of `cube`; its words are really embedded."""
    words = words or classes()
    torch.manual_seed(config.seed)
    spectra = np.nan_to_num(cube.read()).reshape(-1, cube.bands)
    preprocess = Preprocess.fit(spectra, np.arange(len(spectra)), Bands.of(cube), config.preprocess)
    backbone = make_backbone(config.network, len(preprocess.channels), preprocess.depth, config.patch)
    embedded = embed(words, config.fusion.pooling)
    vectors = torch.from_numpy(embedded.unit(config.fusion.centre))
    projection = Projection(config.fusion, config.network.features, vectors)
    network = S3FN(backbone, projection).eval()
    return S3FNModel(network, config, words, preprocess, embedded.encoder)
