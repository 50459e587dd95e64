"""Ours: the pixel preset with words of all kinds, the other presets, and the words alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import predict, predict_from_words
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.fitting import Stage1
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.types import FloatArray, IdArray
from s3fn_core.words.encoder import LabelEmbeddings
from tests.benchmarks.accuracy import texts
from tests.benchmarks.accuracy.scenes import Draw

ALONE, ALONE_SHUFFLED = "words alone", "shuffled words alone"
BEST, PLAIN = "ours: descriptions + expectations", "ours: descriptions"
NO_TEXT, NAMES, RANDOM = "ours: no text", "ours: names only", "ours: random vectors"
SHUFFLED, SHUFFLED_PLAIN = "ours: shuffled + expectations", "ours: shuffled descriptions"
PRESETS = ("paper", "object")
QUICK = "ours: quick, names only"
VARIANTS = (NO_TEXT, NAMES, SHUFFLED_PLAIN, RANDOM, PLAIN, BEST, SHUFFLED)
RANDOM_WIDTH = 384


def names(per_class: int) -> list[str]:
    return [*PRESETS, QUICK, *VARIANTS] if per_class else [ALONE, ALONE_SHUFFLED]


def answers(made: Draw, wanted: list[str], table: texts.Table, device: str) -> Iterator[tuple[str, IdArray]]:
    """Name of each method, and what it says of the test pixels."""
    shuffled = _shuffled(made.classes, made.seed)
    data = [LabelledCube(p.cube, m) for p, m in zip(made.parts, made.labels, strict=True)]
    for name, classes in ((ALONE, made.classes), (ALONE_SHUFFLED, shuffled)):
        if name in wanted:
            yield name, _alone(made, classes)
    for name in PRESETS:
        if name in wanted:
            # The labels are few: all are trained on, none is kept back to measure the accuracy.
            config = preset(name).with_(seed=made.seed)
            config = config.with_(split=replace(config.split, folds=1))
            vectors = texts.vectors(table, made.classes, config.fusion.pooling)
            model = trained(data, made.classes, vectors, config, device)
            yield name, _answers(made, model, device)
    if QUICK in wanted:
        config = preset("quick").with_(seed=made.seed)
        model = run(train(data, texts.bare(made.classes), config, device="cpu")).model
        yield QUICK, _answers(made, model, "cpu")
    for name, model in _variants(made, data, wanted, shuffled, table):
        if name in wanted:
            yield name, _answers(made, model, "cpu")


def _variants(
    made: Draw, data: list[LabelledCube], wanted: list[str], shuffled: ClassSet, table: texts.Table
) -> Iterator[tuple[str, S3FNModel]]:
    """The pixel preset with each kind of words.

    It computes on the processor: its tensors are small, and every task has a core of its own.
    """
    shared: dict[str, Stage1] = {}
    config = preset("pixel").with_(seed=made.seed)
    bare = texts.bare(made.classes)
    count = len(bare)
    random = np.random.default_rng(made.seed).standard_normal((count, RANDOM_WIDTH))
    for name, make in (
        (NO_TEXT, lambda: np.eye(count, dtype=np.float32)),
        (NAMES, lambda: texts.vectors(table, bare, "mean")),
        (RANDOM, lambda: random.astype(np.float32)),
    ):
        if name in wanted:
            yield name, trained(data, bare, make(), config, "cpu", shared)
    for classes, plain, full in ((made.classes, PLAIN, BEST), (shuffled, SHUFFLED_PLAIN, SHUFFLED)):
        if full in wanted or plain in wanted:
            vectors = texts.vectors(table, classes, "mean")
            model = trained(data, classes, vectors, config, "cpu", shared)
            # The network is the same with and without: only its answers are weighed differently.
            yield full, model
            yield plain, replace(model, evidence_weight=0.0)


def trained(
    data: list[LabelledCube],
    classes: ClassSet,
    vectors: FloatArray,
    config: TrainConfig,
    device: str,
    shared: dict[str, Stage1] | None = None,
) -> S3FNModel:
    """train() with given label vectors in the place of the text encoder's."""
    none = (0,) * len(classes)
    pooling = config.fusion.pooling
    given = LabelEmbeddings(classes.ids, vectors, "default", "given", pooling, none, none)
    return run(train(data, classes, config, device=device, embeddings=given, shared=shared)).model


def _shuffled(classes: ClassSet, seed: int) -> ClassSet:
    """Every class with the description of another one."""
    shift = 1 + seed % (len(classes) - 1)
    others = (*classes.classes[shift:], *classes.classes[:shift])
    pairs = zip(classes, others, strict=True)
    return ClassSet(tuple(replace(c, descriptions=o.descriptions) for c, o in pairs))


def _answers(made: Draw, model: S3FNModel, device: str) -> IdArray:
    parts = [p for p in made.parts if p.test.any()]
    maps = [run(predict(model, p.cube, device=device)).ids[p.test > 0] for p in parts]
    return np.concatenate(maps)


def _alone(made: Draw, classes: ClassSet) -> IdArray:
    parts = [p for p in made.parts if p.test.any()]
    maps = [run(predict_from_words(classes, p.cube)).ids[p.test > 0] for p in parts]
    return np.concatenate(maps)
