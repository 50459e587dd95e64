"""Which page tells of which panel or dialog, and which one is in use."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QTabBar, QWidget

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
OF_DIALOGS = {
    "AboutDialog": "index.md",
    "AttributeDialog": "label.md#import-and-export",
    "CalibrateDialog": "calibrate.md#in-the-window",
    "ChangesDialog": "judge.md#compare-models",
    "ClassesDialog": "library.md#describe-a-class",
    "DataSetDialog": "datasets.md",
    "DrawDialog": "validate.md#draw-label-read",
    "EntryDialog": "library.md#describe-a-class",
    "ExportDialog": "export.md",
    "ExportLabelsDialog": "label.md#import-and-export",
    "FolderDialog": "batch.md#from-the-window",
    "HelpWindow": "window.md#messages-undo-help",
    "HistoryDialog": "window.md#messages-undo-help",
    "IdentifyDialog": "library.md#identify-a-spectrum",
    "LanguageModelDialog": "describe.md#from-a-language-model",
    "LayoutDialog": "open.md#formats",
    "MappingDialog": "label.md#import-and-export",
    "MetadataDialog": "open.md#metadata",
    "OriginDialog": "describe.md",
    "OwnSpectraDialog": "library.md#your-own-spectra",
    "ProblemDialog": "troubleshooting.md#report-a-problem",
    "PromptsDialog": "describe.md#from-a-language-model",
    "RestoreDialog": "projects.md#after-a-crash",
    "RuleDialog": "objects.md#label-and-classify-objects",
    "SendingDialog": "describe.md#from-a-language-model",
    "SettingsDialog": "window.md#messages-undo-help",
    "ShortcutsDialog": "window.md#messages-undo-help",
    "SpectraDialog": "open.md#spectra",
    "TextControlsDialog": "describe.md#see-what-the-words-do",
    "UnsavedDialog": "projects.md",
    "VariableDialog": "open.md#formats",
    "VersionsDialog": "describe.md#write",
    "WhichProjectDialog": "projects.md",
}
"""By the name of the class; a question that is not listed belongs to what asked it."""
START = "quick-start.md"


class Attention(QObject):
    """Which panel the user is at: the one that has the focus, or where the cursor went since it got it.

    A click on the tab of a panel leaves the focus where it was.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cursor = QCursor.pos()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self) -> None:
        self._cursor = QCursor.pos()

    def place(self, docks: Mapping[str, QDockWidget], workspace: str) -> str:
        """The page, and its section, of that panel or dialog; of the workspace where the user is at none."""
        window = QApplication.activeWindow()
        if isinstance(window, QDialog) and type(window).__name__ in OF_DIALOGS:
            return OF_DIALOGS[type(window).__name__]
        pointed, focused = _panel_under_cursor(docks), _panel_of(QApplication.focusWidget(), docks)
        moved = QCursor.pos() != self._cursor
        name = (pointed or focused) if moved else (focused or pointed)
        return OF_PANELS[name] if name else OF_WORKSPACES.get(workspace, START)


def _panel_under_cursor(docks: Mapping[str, QDockWidget]) -> str:
    """The panel there, or the one whose tab that is."""
    widget = QApplication.widgetAt(QCursor.pos())
    if isinstance(widget, QTabBar):
        title = widget.tabText(widget.tabAt(widget.mapFromGlobal(QCursor.pos())))
        return next((name for name, dock in docks.items() if dock.windowTitle() == title), "")
    return _panel_of(widget, docks)


def _panel_of(widget: QWidget | None, docks: Mapping[str, QDockWidget]) -> str:
    if widget is None:
        return ""
    held = (name for name, dock in docks.items() if dock is widget or dock.isAncestorOf(widget))
    return next((name for name in held if docks[name].isVisible()), "")
