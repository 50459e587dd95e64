"""Training with classes that no label shows: what the words may claim for them, and what that costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledPixels
from s3fn_core.model.learning.division import Division
from s3fn_core.model.learning.fusion import Fused, HeldOut
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.word_classes import WordClasses
from s3fn_core.types import BoolArray, FloatArray


def unshown_ids(labels: LabelledPixels, classes: ClassSet, config: TrainConfig) -> tuple[int, ...]:
    """Ids of the classes without labels.

    Raises
    ------
    ModelError
        When there are some, and a training with `config` reads no expected spectra.
    """
    ids = tuple(i for k, i in enumerate(classes.ids) if k not in labels.targets)
    if ids and not (config.fusion.evidence and config.fusion.temperature):
        raise ModelError(
            'No labelled pixels: {names}. The preset "{preset}" does not read the spectra that '
            "descriptions expect: label some pixels of each class, or choose another preset.",
            names=", ".join(classes[i].name for i in ids),
            preset=config.preset,
        )
    return ids


def with_claims(
    fused: Fused, held_out: HeldOut, division: Division, panel: Panel, classes: ClassSet, ids: tuple[int, ...]
) -> Fused:
    """What is said of the held-out pixels where the words may claim them for the classes `ids`."""
    if not ids or not fused.spoken:
        return fused
    claimed = np.empty_like(fused.held_out)
    for fold in np.unique(held_out.fold):
        here = held_out.fold == fold
        train = next((one.train for one in division.rounds if one.fold == fold), division.kept)
        places = held_out.places[here]
        unshown = WordClasses(ids, fused.claims[int(fold)])
        novelty = _novelty_at(panel, train, places)
        claimed[here] = unshown.log_probability(
            fused.held_out[here], classes.ids, fused.words[places], novelty
        )
    return replace(fused, held_out=claimed)


def _novelty_at(panel: Panel, train: BoolArray, places: Numbers) -> FloatArray | None:
    """How unlike the pixels of `train` those at `places` are."""
    novelty = panel.novelty(train)
    return (
        None if novelty is None or panel.seen is None else novelty(panel.seen.means["reflectance", 1][places])
    )
