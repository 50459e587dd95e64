"""Which page tells of which panel, and which panel is in use."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

OF_PANELS = {
    "cubes": "open.md#metadata",
    "display": "open.md#view-it",
    "mask": "objects.md#make-a-mask",
    "classes": "label.md#classes",
    "description": "describe.md",
    "spectra": "open.md#spectra",
    "training": "train.md",
    "results": "judge.md#results",
    "models": "judge.md#compare-models",
    "validation": "validate.md",
    "regions": "label.md#regions-and-outliers",
    "objects": "objects.md#label-and-classify-objects",
    "facts": "describe.md#from-measurement",
    "similarity": "describe.md#compare-descriptions",
    "probe": "describe.md#see-what-the-words-do",
}
OF_WORKSPACES = {
    "look": "open.md",
    "label": "label.md",
    "describe": "describe.md",
    "train": "train.md",
    "judge": "judge.md",
    "objects": "objects.md",
}
"""Where no panel is in use."""
START = "quick-start.md"


def place_in_use(docks: Mapping[str, QDockWidget], workspace: str) -> str:
    """The page, and its section, of the panel that has the focus or else lies under the cursor."""
    for widget in (QApplication.focusWidget(), QApplication.widgetAt(QCursor.pos())):
        name = _panel_of(widget, docks)
        if name:
            return OF_PANELS[name]
    return OF_WORKSPACES.get(workspace, START)


def _panel_of(widget: QWidget | None, docks: Mapping[str, QDockWidget]) -> str:
    if widget is None:
        return ""
    held = (name for name, dock in docks.items() if dock is widget or dock.isAncestorOf(widget))
    return next((name for name in held if docks[name].isVisible()), "")
