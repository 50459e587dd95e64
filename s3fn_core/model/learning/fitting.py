"""Fitting one model to some of the labelled pixels, and asking it about others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import NO_EXPERTS, FusionConfig, SplitConfig, TrainConfig
from s3fn_core.model.dataset import LabelledPixels, read_patches, spectra_by_line
from s3fn_core.model.digest import digest_of
from s3fn_core.model.experts.scene import KeptStatistics
from s3fn_core.model.learning.optimise import Examples
from s3fn_core.model.learning.recovery import EVERY, Recovery, Slot
from s3fn_core.model.learning.splits import margin_mask, object_maps, split_folds, thin_out
from s3fn_core.model.learning.stages import Augment, cache_views, parts_for, train_backbone, train_projection
from s3fn_core.model.network.device import drawn_from, one_thread, reproducible
from s3fn_core.model.network.modules import S3FN, Backbone, Classifier, Projection, make_backbone
from s3fn_core.model.preprocess import Bands, Channel, Preprocess, apply_bands, match_bands
from s3fn_core.progress import Progress, inside, scaled
from s3fn_core.types import BoolArray, FloatArray

MAX_FIT_SPECTRA = 20_000
"""Spectra that statistics and PCA are fitted to, at most."""
MAX_CHECKED_SPECTRA = 2000
"""Spectra that tell whether a training that is to go on has the cubes that it began with."""
VALIDATION_PER_CLASS = 5
"""Early stopping needs that many validation pixels of every class, or it is left out."""


@dataclass(frozen=True, eq=False)
class Task:
    """Labelled pixels with what does not change between the folds.

    The `embeddings` (classes, d) may have no column yet: stage 1 needs their number only.  Trainings
    of one scene that differ in nothing but words may give each other what they have `shared`: what
    stage 1 learned, by its name.  With `frozen`, stage 1 is left out and the backbone of `initial`
    stays as it is.  The `statistics` of the scenes may be kept from an earlier training.
    """

    labels: LabelledPixels
    config: TrainConfig
    embeddings: FloatArray
    device: str
    initial: S3FNModel | None
    recovery: Recovery | None = None
    shared: dict[str, Stage1] | None = None
    frozen: bool = False
    statistics: KeptStatistics | None = None


@dataclass(frozen=True)
class Stage1:
    """What stage 1 gives, and all that stage 2 sees.  No word has been read yet.

    Attributes
    ----------
    backbone : Backbone
        Trained, in evaluation mode, on the task's device.
    preprocess : Preprocess
    views : Examples
        Features of the training patches and of changed views of them, with their classes;
        features of the validation patches where there are enough.
    name : str
        Which pixels they were learned from.
    notes : tuple of str
        What the user should know: memory was short, and the like.
    """

    backbone: Backbone
    preprocess: Preprocess
    views: Examples
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Fitted:
    network: S3FN
    preprocess: Preprocess
    notes: tuple[str, ...] = ()


def fit(task: Task, train_mask: BoolArray) -> Generator[Progress, None, Fitted]:
    """One model from the pixels of `train_mask`; nothing else of the scenes is looked at."""
    features = yield from scaled(features_of(task, train_mask), 0.0, 0.9)
    return (yield from scaled(align(task, features), 0.9, 1.0))


def features_of(task: Task, train_mask: BoolArray) -> Generator[Progress, None, Stage1]:
    """Stage 1, unless another training has it to share."""
    if task.config.network.kind == "none":
        yield Progress("prepare", 0.0, tr("Leaving the network out"))
        return _nothing_seen(task)
    shared = {} if task.shared is None else task.shared
    name = features_name(task, train_mask)
    if name not in shared:
        shared[name] = yield from learn_features(task, train_mask)
    return shared[name]


def _nothing_seen(task: Task) -> Stage1:
    """Stage 1 of a network that sees nothing, for models whose experts speak alone."""
    config, bands = task.config, Bands.of(task.labels.data[0].cube)
    good = int(bands.good.sum())
    zeros, ones = np.zeros(good, np.float32), np.ones(good, np.float32)
    preprocess = Preprocess(bands, (Channel(zeros, ones, np.zeros((good, 1), np.float32)),))
    backbone = make_backbone(config.network, 1, preprocess.depth, config.patch).to(task.device).eval()
    nothing = torch.zeros((0, config.network.features)), torch.zeros(0, dtype=torch.int64)
    return Stage1(backbone, preprocess, Examples(*nothing, len(task.embeddings)))


def features_name(task: Task, train_mask: BoolArray) -> str:
    """What stage 1 depends on, as the name of its result."""
    return digest_of(_wordless(task.config).to_json(), task.labels.pixels, task.labels.targets, train_mask)


def learn_features(task: Task, train_mask: BoolArray) -> Generator[Progress, None, Stage1]:
    """Stage 1: what the pixels of `train_mask` look like; their classes' words are not needed."""
    config, device = task.config, task.device
    rng = np.random.default_rng(config.seed)
    chosen = np.flatnonzero(train_mask)
    chosen = chosen[thin_out(task.labels.targets[chosen], config.per_class, rng)]
    yield Progress("prepare", 0.0, tr("Reading {chosen} patches", chosen=len(chosen)))

    preprocess = task.initial.preprocess if task.initial is not None else _fit_preprocess(task, chosen, rng)
    inputs = yield from _inputs(task, preprocess, chosen)
    train_part, validation_part = _validation(task, chosen)
    targets = torch.from_numpy(task.labels.targets[chosen]).to(device)
    examples = Examples(
        inputs[train_part],
        targets[train_part],
        len(task.embeddings),
        inputs[validation_part] if len(validation_part) else None,
        targets[validation_part] if len(validation_part) else None,
    )
    black = torch.from_numpy(preprocess.black()).to(device)
    grained = config.preprocess.grain > 0
    augment = Augment.of(config.augment, black, examples.inputs, grained)
    backbone, classifier, dropped = _build(task, preprocess)
    name, parts = digest_of(task.labels.pixels[chosen]), parts_for(backbone, device)
    small = config.network.kind == "pixel"
    if not task.frozen:
        stage1 = train_backbone(
            backbone,
            classifier,
            examples,
            config.network,
            config.stage1,
            augment,
            _seeded(task, device),
            dropped,
            parts,
            Slot(f"backbone {name}", task.recovery),
        )
        yield from scaled(inside(stage1, lambda: _alone(small)), 0.05, 0.9)
    cached = cache_views(backbone, examples, augment, _seeded(task, device), parts)
    views = yield from scaled(inside(cached, lambda: _alone(small)), 0.9, 1.0)
    return Stage1(backbone, preprocess, views, name, tuple(parts.notes))


def align(task: Task, features: Stage1) -> Generator[Progress, None, Fitted]:
    """Stage 2: a projection that points the features at `task.embeddings`.

    One :class:`Stage1` can be aligned with many embeddings (``replace(task, embeddings=...)``);
    every result has a backbone of its own.
    """
    config, vectors = task.config, torch.from_numpy(task.embeddings)
    with drawn_from(_seeded(task, "cpu")):
        projection = Projection(config.fusion, config.network.features, vectors).to(task.device)
    if config.network.kind == "none":
        for weights in projection.linear.parameters():
            nn.init.zeros_(weights)
        return Fitted(S3FN(features.backbone, projection).eval(), features.preprocess)
    slot = Slot(f"projection {features.name} {digest_of(task.embeddings)}", task.recovery)
    stage2 = train_projection(
        projection, features.views, config.network, config.stage2, _seeded(task, task.device), slot
    )
    yield from inside(stage2, lambda: _alone(True))
    network = S3FN(copy.deepcopy(features.backbone), projection)
    for weights in network.state_dict().values():
        _require_finite(weights)
    return Fitted(network.eval(), features.preprocess, features.notes)


def _require_finite(values: Tensor) -> None:
    """Raise ModelError where a training has come to numbers that tell nothing apart."""
    if not bool(torch.isfinite(values).all()):
        raise ModelError(
            "The training diverged: its numbers are no longer finite. Look for values in the cubes "
            "that are far too large and declare them missing, or lower the learning rate."
        )


def _wordless(config: TrainConfig) -> TrainConfig:
    """The configuration as far as stage 1 depends on it."""
    return config.with_(fusion=FusionConfig(), split=SplitConfig(), stage2=config.stage1, experts=NO_EXPERTS)


def recovering(task: Task, path: str | PathLike[str], every: float = EVERY) -> Task:
    """`task` with its state written to `path` from time to time, and going on from what is there.

    Descriptions may change in between: only stage 2 depends on them, and is then trained again.

    Raises
    ------
    ModelError
        When the file is damaged, or is the state of another training.
    """
    some = np.linspace(0, len(task.labels.targets) - 1, MAX_CHECKED_SPECTRA).astype(int)
    pixels = task.labels.pixels[np.unique(some)]
    spectra = [
        block
        for number, item in enumerate(task.labels.data)
        for _, block in spectra_by_line(item.cube, pixels[pixels[:, 0] == number, 1:])
    ]
    initial = task.initial.network.backbone.state_dict() if task.initial is not None else {}
    known = digest_of(
        task.config.to_json(),
        task.device,
        torch.__version__,
        task.labels.pixels,
        task.labels.targets,
        *spectra,
        *initial.values(),
    )
    return replace(task, recovery=Recovery(path, known, every))


def _seeded(task: Task, device: str) -> torch.Generator:
    """A new generator.  No stage depends on what was drawn before it, here or elsewhere."""
    return torch.Generator(device).manual_seed(task.config.seed)


@contextmanager
def _alone(one: bool) -> Iterator[None]:
    """How PyTorch computes while a model learns."""
    with one_thread(one), reproducible():
        yield


def _build(task: Task, preprocess: Preprocess) -> tuple[Backbone, Classifier, torch.Generator]:
    """Both networks with their first weights, and what dropout is drawn from."""
    config, generator = task.config, _seeded(task, "cpu")
    with drawn_from(generator):
        backbone = make_backbone(config.network, len(preprocess.channels), preprocess.depth, config.patch)
        classifier = Classifier(config.network, len(task.embeddings))
    if task.initial is not None:
        backbone.load_state_dict(task.initial.network.backbone.state_dict())
    dropped = generator if task.device == "cpu" else _seeded(task, task.device)
    return backbone.to(task.device), classifier.to(task.device), dropped


def _fit_preprocess(task: Task, chosen: npt.NDArray[np.int64], rng: np.random.Generator) -> Preprocess:
    """Statistics and PCA from the pixels of the training patches."""
    config, first = task.config, task.labels.data[0].cube
    bands = Bands.of(first)
    per_patch = max(1, min(config.patch**2, MAX_FIT_SPECTRA // len(chosen)))
    spectra, patch = [], []
    for block, part in _read(task, chosen, bands):
        some = rng.permutation(config.patch**2)[:per_patch]
        flat = block.reshape(len(block), -1, len(bands))[:, some]
        valid = valid_pixels(flat)
        spectra.append(flat[valid])
        patch.append(np.broadcast_to(part[:, None], valid.shape)[valid])
    fitted = Preprocess.fit(np.concatenate(spectra), np.concatenate(patch), bands, config.preprocess)
    for channel in fitted.channels:
        for values in (channel.mean, channel.std, channel.components):
            _require_finite(torch.from_numpy(values))
    return fitted


def _read(
    task: Task, chosen: npt.NDArray[np.int64], bands: Bands
) -> Generator[tuple[FloatArray, npt.NDArray[np.int64]], None, None]:
    """Patches of the chosen pixels in portions of bounded memory, with their places."""
    portion = max(1, 2**25 // (task.config.patch**2 * len(bands)))  # 128 MB of float32
    numbers = task.labels.pixels[chosen, 0]
    for number, item in enumerate(task.labels.data):
        matrix = match_bands(item.cube, bands)
        places = np.flatnonzero(numbers == number)
        for start in range(0, len(places), portion):
            part = places[start : start + portion]
            patches = read_patches(item.cube, task.labels.pixels[chosen[part], 1:], task.config.patch)
            yield apply_bands(patches, matrix), part


def _inputs(
    task: Task, preprocess: Preprocess, chosen: npt.NDArray[np.int64]
) -> Generator[Progress, None, Tensor]:
    """Network input of the chosen pixels, shape (n, channels, depth, patch, patch)."""
    side = task.config.patch
    inputs = np.empty((len(chosen), len(preprocess.channels), preprocess.depth, side, side), np.float32)
    done = 0
    for block, part in _read(task, chosen, preprocess.bands):
        inputs[part] = preprocess.transform(block).transpose(0, 3, 4, 1, 2)
        done += len(part)
        yield Progress("prepare", 0.05 * done / len(chosen), tr("Read {done} patches", done=done))
    return torch.from_numpy(inputs).to(task.device)


def _validation(
    task: Task, chosen: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places in `chosen` to train on and to stop early by; none of the latter if too few."""
    every, none = np.arange(len(chosen)), np.zeros(0, np.int64)
    pixels, targets = task.labels.pixels[chosen], task.labels.targets[chosen]
    present, counts = np.unique(targets, return_counts=True)
    if not task.config.stage1.patience or counts.min() < 5 * VALIDATION_PER_CLASS:
        return every, none
    maps = object_maps(task.labels.data)
    split = split_folds(pixels, targets, task.config.patch, 5, task.config.seed, maps)
    if not split:
        return every, none
    held = split.folds == 0
    train_mask = margin_mask(pixels, held, task.config.patch, maps)
    classes = len(task.embeddings)
    if (
        np.bincount(targets[held], minlength=classes)[present].min() < VALIDATION_PER_CLASS
        or np.bincount(targets[train_mask], minlength=classes)[present].min() < VALIDATION_PER_CLASS
    ):
        return every, none
    return np.flatnonzero(train_mask), np.flatnonzero(held)


def score(task: Task, fitted: Fitted, asked: npt.NDArray[np.int64]) -> Generator[Progress, None, FloatArray]:
    """Probabilities (n, classes) that a fitted model gives for the pixels `asked`."""

    def probabilities(x: Tensor) -> Tensor:
        return torch.softmax(fitted.network(x), 1)

    width = len(task.embeddings)
    return (yield from _of_patches(task, fitted.preprocess, asked, probabilities, width))


def look(task: Task, features: Stage1, asked: npt.NDArray[np.int64]) -> Generator[Progress, None, FloatArray]:
    """Features (n, features) of the pixels `asked`: what any projection would score them by."""
    width = task.config.network.features
    return (yield from _of_patches(task, features.preprocess, asked, features.backbone, width))


@torch.inference_mode()
def _of_patches(
    task: Task,
    preprocess: Preprocess,
    asked: npt.NDArray[np.int64],
    function: Callable[[Tensor], Tensor],
    width: int,
) -> Generator[Progress, None, FloatArray]:
    """What `function` makes of the patches around the pixels `asked`, shape (n, width)."""
    answers = np.empty((len(asked), width), np.float32)
    done = 0
    for block, part in _read(task, asked, preprocess.bands):
        inputs = preprocess.transform(block).transpose(0, 3, 4, 1, 2)
        for rows in np.array_split(np.arange(len(part)), max(1, len(part) // 256)):
            x = torch.from_numpy(np.ascontiguousarray(inputs[rows])).to(task.device)
            answers[part[rows]] = function(x).cpu().numpy()
            done += len(rows)
            yield Progress("held-out", done / len(asked), tr("Scored {done} pixels", done=done))
    return answers
