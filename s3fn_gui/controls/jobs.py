"""Slow work of the controls as generators for worker threads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_gui.operations import train_config, training_data
from s3fn_gui.state import OpenCube, TrainSettings

if TYPE_CHECKING:
    from s3fn_core.results.controls import Controls


def measure_controls(
    items: Sequence[OpenCube], classes: ClassSet, settings: TrainSettings, seeds: int
) -> Operation[Controls]:
    """Measure what the descriptions bring on the labels of `items`."""
    yield Progress("prepare", 0.0, "Starting the numerical libraries")
    from s3fn_core.model.controls import text_controls  # heavy: torch

    measuring = text_controls(
        training_data(items), classes, train_config(settings), seeds=seeds, device=settings.device
    )
    return (yield from scaled(measuring, 0.01, 1.0))


def write_controls(controls: Controls, folder: Path, stem: str) -> Operation[list[Path]]:
    """Write table, plot and record."""
    yield Progress("export", 0.0, f"Writing the controls of {stem}")
    from s3fn_core.results.controls import export_controls

    return export_controls(controls, folder, stem)
