"""What a training's settings change of its preset, in words that files keep.  Imports nothing heavy."""

from __future__ import annotations

from s3fn_core.model import kept_texts
from s3fn_core.model.config import PRESETS, TrainConfig


def changes_of_preset(config: TrainConfig) -> str:
    """E.g. "50 epochs, tuned vectors"; "" where nothing was changed."""
    own = PRESETS.get(config.preset)
    if own is None:
        return ""
    told = []
    if config.stage1.epochs != own.stage1.epochs:
        told.append(kept_texts.EPOCHS.format(count=config.stage1.epochs))
    if config.fusion.encoder != own.fusion.encoder:
        told.append(kept_texts.ENCODER.format(name=config.fusion.encoder.rstrip("/").rsplit("/", 1)[-1]))
    if config.fusion.pooling != own.fusion.pooling:
        told.append(kept_texts.POOLING.format(name=config.fusion.pooling))
    if config.fusion.labels != own.fusion.labels:
        told.append(kept_texts.TUNED)
    if config.split.method != own.split.method:
        told.append(kept_texts.SINGLE_PIXELS)
    if config.split.folds != own.split.folds:
        told.append(kept_texts.OTHER_FOLDS.format(count=config.split.folds))
    if config.seed != own.seed:
        told.append(kept_texts.SEED.format(number=config.seed))
    return ", ".join(told)
