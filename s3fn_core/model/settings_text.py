"""What a training's settings change of its preset, in words.  Imports nothing heavy."""

from __future__ import annotations

from s3fn_core.model.config import PRESETS, TrainConfig


def changes_of_preset(config: TrainConfig) -> str:
    """E.g. "50 epochs, tuned vectors"; "" where nothing was changed."""
    own = PRESETS.get(config.preset)
    if own is None:
        return ""
    told = []
    if config.stage1.epochs != own.stage1.epochs:
        told.append(f"{config.stage1.epochs} epochs")
    if config.fusion.encoder != own.fusion.encoder:
        told.append(f"encoder {config.fusion.encoder.rstrip('/').rsplit('/', 1)[-1]}")
    if config.fusion.pooling != own.fusion.pooling:
        told.append(f"pooling {config.fusion.pooling}")
    if config.fusion.labels != own.fusion.labels:
        told.append("tuned vectors")
    if config.split.method != own.split.method:
        told.append("single pixels held out")
    if config.split.folds != own.split.folds:
        told.append(f"{config.split.folds} folds")
    if config.seed != own.seed:
        told.append(f"seed {config.seed}")
    return ", ".join(told)
