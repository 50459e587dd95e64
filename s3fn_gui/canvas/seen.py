"""What is in view."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF


def seen_part(box: Any, image: QRectF) -> QRectF:
    """The part of `image` in view, in image coordinates; the view itself where there is none."""
    view: QRectF = box.viewRect()
    seen = view.intersected(image)
    return view if seen.isEmpty() else seen
