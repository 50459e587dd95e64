"""The trained model and its file: one safetensors file with everything, which can run no code."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError, S3FNError
from s3fn_core.files import reason, require_file, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.digest import digest_of
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.file_parts import (
    DEFECTS,
    answers_of,
    experts_json,
    experts_of,
    learned_json,
    learned_of,
    novelty_arrays,
    novelty_of,
    objects_of,
    word_classes_of,
)
from s3fn_core.model.handling import Handling
from s3fn_core.model.learned import Learned
from s3fn_core.model.network.modules import S3FN, Projection, make_backbone
from s3fn_core.model.novelty import Novelty
from s3fn_core.model.preprocess import Bands, Channel, Preprocess
from s3fn_core.model.whole import WholeObjects
from s3fn_core.model.word_classes import WordClasses
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.learning_curves import LearningCurves

FORMAT = "s3fn-model"
_TOLD = {"s3fn", "digest"}
VERSION = 4
"""2: components scaled by the grain; the evidence is a log-probability of its own.
3: experts and smoothing.  4: novelty."""
READABLE = (2, 3, 4)


@checked(ModelError)
@dataclass(frozen=True, eq=False)
class S3FNModel:
    """A trained model and all that is needed to apply it and to say where it came from.

    Attributes
    ----------
    network : S3FN
        In evaluation mode, on the CPU, all of its weights finite; its outputs follow the order of
        `classes`.
    evidence_weight : float
        Weight of the descriptions' expected spectra (``fusion``); 0 leaves them out.
    metrics : mapping
        Held-out accuracy (``results.metrics.Accuracy.to_json``), the split, seconds, device.
    learned : Learned or None
        What it has learned from; None where an earlier version wrote it.
    experts : Experts
        Classical experts whose scores are added to those of the network; they may be none.
    smoothing : float
        How far neighbours that look alike share their probabilities (``model.smoothing``).
    novelty : Novelty or None
        How unlike the labels a spectrum is; None where no expert was learned either.
    objects : WholeObjects
        What it knows of whole objects, where it was trained with maps of them.
    word_classes : WordClasses
        The classes that no label showed it.
    answers : HeldOutAnswers or None
        What its held-out accuracy was counted from, by pixel; None where nothing was held out, where
        that is too much to keep, or where an earlier version wrote it.
    handling : Handling
        How the objects of new cubes are found and judged.
    curves : LearningCurves
        Of the training, thinned; none where an earlier version wrote it.
    """

    network: S3FN
    config: TrainConfig
    classes: ClassSet
    preprocess: Preprocess
    encoder: str
    evidence_weight: float = 0.0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    learned: Learned | None = None
    experts: Experts = field(default_factory=Experts)
    smoothing: float = 0.0
    novelty: Novelty | None = None
    objects: WholeObjects = field(default_factory=WholeObjects)
    word_classes: WordClasses = field(default_factory=WordClasses)
    answers: HeldOutAnswers | None = None
    handling: Handling = field(default_factory=Handling)
    curves: LearningCurves = field(default_factory=LearningCurves)


@checked(ModelError)
def save_model(model: S3FNModel, path: str | PathLike[str]) -> None:
    """Write `model`; an existing file is replaced only when the new one is complete.

    Raises
    ------
    ModelError
        When the model holds values that are not finite, or the file cannot be written.
    """
    tensors: dict[str, Tensor] = {
        f"network.{name}": tensor.contiguous() for name, tensor in model.network.state_dict().items()
    }
    bands = model.preprocess.bands
    tensors["bands.good"] = torch.from_numpy(bands.good.copy())
    if bands.wavelengths is not None:
        tensors["bands.wavelengths"] = torch.from_numpy(bands.wavelengths.astype(np.float64))
    for number, channel in enumerate(model.preprocess.channels):
        for name in ("mean", "std", "components"):
            array = np.ascontiguousarray(getattr(channel, name))
            tensors[f"channel{number}.{name}"] = torch.from_numpy(array)
    for kind, experts in (("expert", model.experts), ("object_expert", model.objects.experts)):
        for number, expert in enumerate(experts.members):
            for name in ("weights", "bias"):
                tensors[f"{kind}{number}.{name}"] = torch.from_numpy(
                    np.ascontiguousarray(getattr(expert, name), np.float32)
                )
    defects = model.objects.defects
    if defects is not None:
        for name in DEFECTS:
            tensors[f"defects.{name}"] = torch.from_numpy(
                np.ascontiguousarray(getattr(defects, name), np.float32)
            )
    header = {
        "format": FORMAT,
        "version": VERSION,
        "config": model.config.to_json(),
        "classes": model.classes.to_json(),
        "channels": len(model.preprocess.channels),
        "encoder": model.encoder,
        "evidence_weight": model.evidence_weight,
        "metrics": dict(model.metrics),
        "experts": experts_json(model.experts),
        "smoothing": model.smoothing,
        "word_classes": {"ids": list(model.word_classes.ids), "share": model.word_classes.share},
        "handling": model.handling.to_json(),
        "curves": model.curves.to_json(),
        "objects": {
            "votes": model.objects.votes,
            "experts": experts_json(model.objects.experts),
            "defects": [] if defects is None else [[i, limit] for i, limit in defects.thresholds.items()],
        },
    }
    for kind, novelty in (("novelty", model.novelty), ("object_novelty", model.objects.novelty)):
        if novelty is not None:
            header[kind] = list(novelty.axes)
            for name, array in novelty_arrays(novelty, kind).items():
                tensors[name] = torch.from_numpy(np.ascontiguousarray(array, np.float32))
    if model.learned is not None:
        header["learned"] = learned_json(model.learned)
        for number, cube in enumerate(model.learned.cubes):
            tensors[f"learned{number}.places"] = torch.frombuffer(bytearray(cube.places), dtype=torch.uint8)
    if model.answers is not None:
        header["answers"], arrays = model.answers.to_parts()
        tensors |= {f"answers.{n}": torch.from_numpy(np.ascontiguousarray(a)) for n, a in arrays.items()}
    check_finite(tensors, model.evidence_weight)
    text = json.dumps(header)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            save_file(tensors, temporary, {"s3fn": text, "digest": _digest(text, tensors)})
    except (OSError, SafetensorError) as error:
        raise ModelError(
            "The model cannot be written to {path}: {error}. Choose a folder you may write to.",
            path=path,
            error=reason(error),
        ) from error


@checked(ModelError)
def load_model(path: str | PathLike[str]) -> S3FNModel:
    """Read a model that :func:`save_model` wrote.

    Raises
    ------
    ModelError
        When the file is missing, is not a model, is truncated, was tampered with, or holds values that
        are not finite.
    """
    path = Path(path)
    try:
        require_file(path)
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
            header = json.loads(told.get("s3fn", "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise ModelError("There is no model {path}.", path=path) from error
    except (OSError, SafetensorError, ValueError, RecursionError) as error:
        raise ModelError(
            "{path} is not a model, or is damaged ({error}). Use an intact copy.", path=path, error=error
        ) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ModelError("{path} is a safetensors file, but not an S3FN model.", path=path)
    version = header.get("version")
    if version not in READABLE:
        older = isinstance(version, int) and version < VERSION
        raise ModelError(
            "{path} has version {version}; this program reads version {known}. {advice}",
            path=path,
            version=version,
            known=VERSION,
            advice=tr("An older program made it: train again.") if older else tr("Update the program."),
        )
    try:
        model = _rebuild(header, tensors)
        if told.get("digest", digest := _digest(told["s3fn"], tensors)) != digest or told.keys() - _TOLD:
            raise ValueError(tr("its content is not what was written"))
        return model
    except S3FNError as error:
        raise ModelError("{path}: {error}", path=path, error=error) from error
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise ModelError(
            "{path} is damaged: its parts do not fit together ({error}). Use an intact copy.",
            path=path,
            error=error,
        ) from error


def stated_digest(path: Path) -> str:
    """By which a model is known whatever the order in its file; "" where there is none that can be read."""
    try:
        with safe_open(path, "pt") as file:
            return str((file.metadata() or {}).get("digest", ""))
    except (OSError, SafetensorError):
        return ""


def check_finite(tensors: Mapping[str, Tensor], evidence_weight: float = 0.0) -> None:
    """Raise ModelError where a model would say the same of every pixel, whatever it sees."""
    broken = [name for name, tensor in tensors.items() if not bool(torch.isfinite(tensor).all())]
    if not math.isfinite(evidence_weight):
        broken.append("evidence_weight")
    if broken:
        raise ModelError(
            "The model's {part} holds values that are not finite, so it can tell nothing apart. "
            "Use an intact copy of it, or train again.",
            part=broken[0],
        )


def _digest(header: str, tensors: Mapping[str, Tensor]) -> str:
    """Of all that a file says; a single changed bit changes it."""
    return digest_of(header, *(part for name in sorted(tensors) for part in (name, tensors[name])))


def _rebuild(header: dict[str, Any], tensors: dict[str, Tensor]) -> S3FNModel:
    config = TrainConfig.from_json(header["config"])
    classes = ClassSet.from_json(header["classes"], tr("its class set"))
    channels = tuple(
        Channel(*(tensors[f"channel{n}.{name}"].numpy() for name in ("mean", "std", "components")))
        for n in range(int(header["channels"]))
    )
    wavelengths = tensors.get("bands.wavelengths")
    bands = Bands(
        tensors["bands.good"].numpy().astype(bool),
        None if wavelengths is None else wavelengths.numpy().astype(np.float64),
    )
    preprocess = Preprocess(bands, channels)
    if any(c.components.shape[0] != bands.good.sum() for c in channels):
        raise ValueError(tr("its preprocessing has another number of bands than its band list"))
    weights = {
        name.removeprefix("network."): tensor
        for name, tensor in tensors.items()
        if name.startswith("network.")
    }
    check_finite(tensors, float(header["evidence_weight"]))
    embeddings = weights["projection.embeddings"]
    if len(embeddings) != len(classes):
        raise ValueError(
            tr(
                "{vectors} label embeddings for {classes} classes",
                vectors=len(embeddings),
                classes=len(classes),
            )
        )
    # On the meta device nothing is allocated until the sizes have proved to be the file's.
    with torch.device("meta"):
        backbone = make_backbone(config.network, len(channels), preprocess.depth, config.patch)
        projection = Projection(config.fusion, config.network.features, torch.empty_like(embeddings))
        network = S3FN(backbone, projection)
    network.load_state_dict(weights, assign=True)
    network.eval()
    return S3FNModel(
        network,
        config,
        classes,
        preprocess,
        str(header["encoder"]),
        float(header["evidence_weight"]),
        header.get("metrics", {}),
        learned_of(header.get("learned"), tensors),
        experts_of(header.get("experts", {}), tensors, int(bands.good.sum())),
        float(header.get("smoothing", 0.0)),
        novelty_of(header, tensors, int(bands.good.sum()), "novelty"),
        objects_of(header, tensors, int(bands.good.sum())),
        word_classes_of(header.get("word_classes", {}), classes),
        answers_of(header.get("answers"), tensors, classes),
        Handling.from_json(header.get("handling", {}), classes),
        LearningCurves.from_json(header.get("curves", {})),
    )
