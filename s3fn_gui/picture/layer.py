"""What lies above what on the image, and what a feature hands in to be drawn there."""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Any, Protocol


class Level(IntEnum):
    """From the lowest to the highest."""

    PICTURE = auto()
    UNMASKED_PICTURE = auto()
    KEPT_PICTURE = auto()  # left of the handle
    BACKGROUND = auto()  # of a mask, shaded
    KEPT_MAP = auto()
    MAP = auto()
    HEAT = auto()
    LABELS = auto()
    TEST_REGIONS = auto()
    SPLIT = auto()  # covers the labels
    GRID = auto()
    CROSSHAIR = auto()
    OBJECTS = auto()
    REGIONS = auto()
    KEPT_SPECTRA = auto()
    SUPERPIXELS = auto()
    PREVIEW = auto()
    BRUSH = auto()


class Layer(Protocol):
    """Something that a feature draws on the image; it follows its own state."""

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """Graphics items in image coordinates, each with where it lies."""
