"""Five short hints for a newcomer: where each step of the work begins."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from s3fn_core.languages import tr
from s3fn_gui.base.settings import Settings


class Hint(NamedTuple):
    """`places` are names of widgets or ids of commands; the first that can be seen is pointed at."""

    title: str
    text: str
    places: tuple[str, ...]


HINTS = (
    Hint(
        tr("Open"),
        tr("Open a cube, drop a file on the window, or try one of the simulated scenes."),
        ("file.open",),
    ),
    Hint(
        tr("Label"),
        tr(
            "Add a class, take the brush, and paint a few pixels of each class. The keys 1 to 9 "
            "choose a class."
        ),
        ("button_label.add_class", "step.label"),
    ),
    Hint(
        tr("Describe"),
        tr("Say in words what each class looks like: write it, measure it, or take it from the library."),
        ("description_editor", "step.describe"),
    ),
    Hint(
        tr("Train"),
        tr("Train uses labels and words together, then maps the whole image."),
        ("train_button", "train.start", "step.train"),
    ),
    Hint(
        tr("Judge"), tr("See how accurate the map is and where it is wrong. Then export it."), ("step.judge",)
    ),
)


class Tour(QObject):
    """`hint` is the one shown, None while there is none; who has ended it once is not shown it again."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._place: int | None = None

    @property
    def hint(self) -> Hint | None:
        """The one to show."""
        return None if self._place is None else HINTS[self._place]

    @property
    def number(self) -> int:
        """Of the hint, from 1."""
        return (self._place or 0) + 1

    def offer(self) -> None:
        """At the start: only to somebody who has not seen it."""
        if not self._settings.tour_seen:
            self.begin()

    def begin(self) -> None:
        """From the first hint on."""
        self._go(0)

    def go_on(self, step: int = 1) -> None:
        """The next hint or the one before; after the last one it ends."""
        place = (self._place or 0) + step
        if place < len(HINTS):
            self._go(max(0, place))
        else:
            self.end()

    def opened(self) -> None:
        """The first thing is done."""
        if self._place == 0:
            self.go_on()

    def came_to(self, step: str) -> None:
        """Somebody has gone ahead to a step, named as its workspace: the hint follows, never back."""
        ahead = [place for place, hint in enumerate(HINTS) if hint.title.lower() == step]
        if self._place and ahead and ahead[0] > self._place:
            self._go(ahead[0])

    def end(self) -> None:
        """No more hints; the menu brings them back."""
        self._settings.tour_seen = True
        self._go(None)

    def _go(self, place: int | None) -> None:
        self._place = place
        self.changed.emit()
