"""The workspaces: which panels each step of the work needs, where they lie, and which one is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal

from s3fn_core.languages import tr
from s3fn_gui.base.settings import Settings

PANELS = {
    "cubes": tr("Cubes"),
    "display": tr("Display"),
    "mask": tr("Mask"),
    "classes": tr("Classes"),
    "description": tr("Description"),
    "spectra": tr("Spectra"),
    "training": tr("Training"),
    "results": tr("Results"),
    "models": tr("Models"),
    "validation": tr("Validation"),
    "regions": tr("Regions"),
    "objects": tr("Objects"),
    "facts": tr("Facts"),
    "similarity": tr("Similarity"),
    "probe": tr("Probe"),
}
"""Names of all panels, and their titles."""
AREA = Qt.DockWidgetArea
LEFT, RIGHT, BOTTOM = AREA.LeftDockWidgetArea, AREA.RightDockWidgetArea, AREA.BottomDockWidgetArea
REFERENCE = (1366, 768)  # the window that all sizes are meant for; larger ones share what there is


class Part(NamedTuple):
    """Panels in tabs, the first one on top; `share` is its part of the height of its column."""

    panels: str
    share: int = 1


class Column(NamedTuple):
    """Parts below each other; `share` is its part of the width of its area."""

    parts: tuple[Part, ...]
    share: int = 1


class Area(NamedTuple):
    """Columns beside each other on one side of the image, `size` pixels wide (at the bottom: high)."""

    side: Qt.DockWidgetArea
    size: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Workspace:
    """A step of the work: what it is called and what is on the screen meanwhile."""

    name: str
    title: str
    keys: str
    tip: str
    areas: tuple[Area, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of its parts."""
        return tuple(part for area in self.areas for column in area.columns for part in column.parts)

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels that it begins with."""
        return tuple(name for part in self.parts for name in part.panels.split())


def _stack(*parts: Part, share: int = 1) -> Column:
    return Column(parts, share)


WORKSPACES = (
    Workspace(
        "look",
        tr("Look"),
        "F3",
        tr("Open cubes, and look at their bands and spectra"),
        (
            Area(LEFT, 232, (_stack(Part("cubes display mask")),)),
            Area(BOTTOM, 300, (_stack(Part("spectra")),)),
        ),
    ),
    Workspace(
        "label",
        tr("Label"),
        "F4",
        tr("Paint labels of the classes"),
        (
            Area(LEFT, 204, (_stack(Part("cubes display mask")),)),
            Area(RIGHT, 460, (_stack(Part("classes", 5), Part("spectra regions", 6)),)),
        ),
    ),
    Workspace(
        "describe",
        tr("Describe"),
        "F5",
        tr("Describe in words what the classes look like"),
        (
            Area(
                RIGHT,
                800,
                (
                    _stack(Part("spectra facts similarity"), share=5),
                    _stack(Part("classes", 5), Part("description", 6), share=3),
                ),
            ),
        ),
    ),
    Workspace(
        "train",
        tr("Train"),
        "F6",
        tr("Train a model and watch it learn"),
        (Area(LEFT, 232, (_stack(Part("classes")),)), Area(RIGHT, 440, (_stack(Part("training")),))),
    ),
    Workspace(
        "judge",
        tr("Judge"),
        "F7",
        tr("Find out how good the map is, and where"),
        (
            Area(RIGHT, 640, (_stack(Part("results models validation similarity")),)),
            Area(BOTTOM, 300, (_stack(Part("spectra display cubes")),)),
        ),
    ),
    Workspace(
        "objects",
        tr("Objects"),
        "F8",
        tr("Find objects, label them, and see what they are"),
        (Area(RIGHT, 600, (_stack(Part("objects classes mask cubes display")),)),),
    ),
)
START = Workspace("start", tr("Start"), "", tr("Open something"), ())
"""Where nothing is open yet: no panels, until a cube or another workspace is there."""
BY_NAME = {workspace.name: workspace for workspace in WORKSPACES}
HOMES = {"cubes": LEFT, "display": LEFT, "mask": LEFT, "classes": RIGHT, "description": RIGHT}
"""Where a panel opens that the workspace leaves out; those that are not named here, at the bottom."""


class Workspaces(QObject):
    """Which one is chosen, now and after the next start.

    `leaving` comes while the old one is still there, `changed` when there is another.
    """

    leaving = Signal()
    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._last = BY_NAME.get(settings.workspace, WORKSPACES[0])
        self.current = START

    def choose(self, name: str) -> None:
        """Go to another workspace."""
        self._last = BY_NAME[name]
        self._settings.workspace = name
        self._go(self._last)

    def begin(self) -> None:
        """There is something to work on: the one of the last time, unless one was chosen since."""
        if self.current is START:
            self._go(self._last)

    def rest(self) -> None:
        """Nothing is open any more."""
        self._go(START)

    def _go(self, workspace: Workspace) -> None:
        if workspace is not self.current:
            self.leaving.emit()
            self.current = workspace
        self.changed.emit()
