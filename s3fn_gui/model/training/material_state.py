"""What a training would learn from, and how it would divide that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.types import IdArray
from s3fn_gui.model.training.jobs import Material
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:
    from s3fn_core.model.learning.split_preview import SplitPreview


class MaterialState(QObject):
    """Labels of all cubes, counted, and the preview of a split.

    `material` is None until the labels were counted once.  While a preview is `wanted`, `preview`
    is how the labels are divided, or None while that is found out; `problem` says why it cannot be.
    `number` is the round on show, `items` the cubes (as they were) that the preview is of.
    """

    counted = Signal()
    split_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.material: Material | None = None
        self.wanted = False
        self.preview: SplitPreview | None = None
        self.problem = ""
        self.number = 0
        self.items: list[OpenCube] = []

    def set_material(self, material: Material | None) -> None:
        """The labels were counted."""
        self.material = material
        self.counted.emit()

    def want(self, items: list[OpenCube]) -> None:
        """A preview of the split of these labels is on its way; what is shown stays until then."""
        self.wanted, self.items, self.problem = True, items, ""
        self.split_changed.emit()

    def show(self, preview: SplitPreview) -> None:
        """It was found."""
        self.preview, self.number = preview, min(self.number, max(preview.rounds - 1, 0))
        self.split_changed.emit()

    def fail(self, problem: str) -> None:
        """The labels cannot be divided in this way."""
        self.wanted, self.preview, self.problem = True, None, problem
        self.split_changed.emit()

    def withdraw(self) -> None:
        """It is no longer looked at, or no longer true."""
        if self.wanted:
            self.wanted, self.preview, self.problem = False, None, ""
            self.number, self.items = 0, []
            self.split_changed.emit()

    def choose(self, number: int) -> None:
        """Show another round."""
        if self.preview is not None and 0 <= number < self.preview.rounds and number != self.number:
            self.number = number
            self.split_changed.emit()

    def map_of(self, item: OpenCube) -> IdArray | None:
        """What becomes of each pixel of a cube in the round on show; None where nothing is shown."""
        if self.preview is None or not self.preview.rounds:
            return None
        keys = [known.key for known in self.items]
        return self.preview.map_of(self.number, keys.index(item.key)) if item.key in keys else None
