"""What is probed for, and where it matches; nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.display import ByteImage, Limits
from s3fn_gui.base.colour_maps import DIVERGING
from s3fn_gui.session.cube import Position

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.probe import Probe
    from s3fn_core.model.checkpoint import S3FNModel


SEQUENTIAL = "viridis"
LEVELS = 255
RANGE = (2.0, 98.0)
"""Per cent of the pixels between which the colours are spread."""


@dataclass(frozen=True, eq=False)
class Heat:
    """A probe of a cube as a picture.

    Attributes
    ----------
    image : array of uint8, shape (lines, samples)
        0 is background, 1 to 255 go from the lower to the upper limit.
    limits : (float, float)
        Symmetric about 0 where two phrases were held against each other.
    """

    probe: Probe
    model: S3FNModel
    cube: Cube
    image: ByteImage
    limits: Limits

    @property
    def colours(self) -> str:
        """Name of its colour map: white in the middle where two phrases are compared."""
        return DIVERGING if self.probe.against else SEQUENTIAL

    def at(self, position: Position) -> float:
        """The value of a pixel, NaN on background."""
        return float(self.probe.values[position])


def heat_of(probe: Probe, model: S3FNModel, cube: Cube) -> Heat:
    """Spread the colours over the values that occur."""
    values = probe.values
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, RANGE) if known.size else (0.0, 1.0)
    if probe.against:
        high = max(abs(low), abs(high))
        low = -high
    spread = max(float(high - low), 1e-6)
    levels = 1 + np.clip((values - low) / spread, 0, 1) * (LEVELS - 1)
    image = np.where(np.isfinite(values), levels, 0).astype(np.uint8)
    return Heat(probe, model, cube, image, (float(low), float(low) + spread))


class ProbeState(QObject):
    """`heat` is drawn above the image while `visible`; `phrase` and `against` are being typed.

    `is_open` while the panel can be seen: nothing else explains what is drawn.
    """

    changed = Signal()
    typed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phrase = ""
        self.against = ""
        self.heat: Heat | None = None
        self.visible = True
        self.is_open = False
        self.opacity = 0.75

    def type(self, phrase: str, against: str) -> None:
        """The phrases that are being typed."""
        self.phrase, self.against = phrase, against
        self.typed.emit()

    def put(self, heat: Heat | None) -> None:
        """A new picture, or none; a new one is shown."""
        if heat is not None or self.heat is not None:
            self.heat, self.visible = heat, True
            self.changed.emit()

    def set_open(self, is_open: bool) -> None:
        """The panel comes to light, or goes."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.changed.emit()

    def set_visible(self, visible: bool) -> None:
        if visible != self.visible:
            self.visible = visible
            self.changed.emit()

    def set_opacity(self, opacity: float) -> None:
        if opacity != self.opacity:
            self.opacity = opacity
            self.changed.emit()
