"""Timers that wait until the hand rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REST_MS = 400


def resting(parent: QObject, slot: Callable[[], None], interval: int = REST_MS) -> QTimer:
    """A timer whose `start` calls `slot` once nothing has started it for `interval` milliseconds."""
    timer = QTimer(parent, singleShot=True, interval=interval)
    timer.timeout.connect(slot)
    return timer
