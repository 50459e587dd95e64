"""One slot for several signals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance


def follow(slot: Callable[..., object] | SignalInstance, *signals: SignalInstance) -> None:
    """Call `slot` after each of `signals`, with as many of their values as it takes."""
    for signal in signals:
        signal.connect(slot)
