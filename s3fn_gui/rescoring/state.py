"""The part of the session that says how far the map on show follows the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:  # importing these would import torch
    from s3fn_core.model.fitting import Features


class RescoringState(QObject):
    """What the bar under the image tells; never saved, never undone.

    Attributes
    ----------
    edited : bool
        There is a map by the model, and the words are not those it was trained with.
    following : bool
        The map follows the words; else it shows those of the training.
    busy : str
        What is being done before the map can follow, "" for nothing.
    fraction : float
        How much of that is done.
    closed : bool
        The user has closed the bar.
    learned : dict or None
        What the training of the model learned besides the words (``train(shared=...)``).
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edited = False
        self.following = False
        self.busy = ""
        self.fraction = 0.0
        self.closed = False
        self.learned: dict[str, Features] | None = None

    def put(
        self, *, edited: bool | None = None, following: bool | None = None, closed: bool | None = None
    ) -> None:
        """Change some of it, and tell if that changes anything; a bar is closed for one edit."""
        before = (self.edited, self.following, self.closed)
        self.edited = self.edited if edited is None else edited
        self.following = self.following if following is None else following
        self.closed = self.edited and (self.closed if closed is None else closed)
        if before != (self.edited, self.following, self.closed):
            self.changed.emit()

    def set_busy(self, busy: str, fraction: float = 0.0) -> None:
        """Say what is being done, and how far it is."""
        if (busy, fraction) != (self.busy, self.fraction):
            self.busy, self.fraction = busy, fraction
            self.changed.emit()
