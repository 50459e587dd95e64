"""What a tool shows above the image before it is applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from s3fn_core.labels.shapes import Box
from s3fn_core.types import BoolArray


@dataclass(frozen=True, eq=False)
class Preview:
    """In image coordinates: x is the sample, y the line, a pixel's corner at whole numbers.

    Attributes
    ----------
    path : QPainterPath
        The line that is being drawn.
    band : QPainterPath
        How it would go on to the cursor.
    corners : points that get a handle
    area : Box and mask of its pixels, or None
        Pixels that would be painted.
    erase : bool
        They would be erased.
    """

    path: QPainterPath = field(default_factory=QPainterPath)
    band: QPainterPath = field(default_factory=QPainterPath)
    corners: tuple[QPointF, ...] = ()
    area: tuple[Box, BoolArray] | None = None
    erase: bool = False


class Work(Protocol):
    """Something that is being drawn and can be taken back."""

    def abort(self) -> None:
        """Forget all of it."""

    def step_back(self) -> None:
        """Take back its last part."""
