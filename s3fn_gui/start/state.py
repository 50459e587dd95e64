"""What was open lately, and what of it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from s3fn_core.files import PROJECT_SUFFIX
from s3fn_gui.base.settings import Settings


@dataclass(frozen=True)
class Recent:
    """A cube, model or project that was open."""

    path: Path
    missing: bool

    @property
    def is_project(self) -> bool:
        """Whether it is the folder of a project."""
        return self.path.suffix == PROJECT_SUFFIX

    @property
    def name(self) -> str:
        """As people call it."""
        return self.path.stem if self.is_project else self.path.name


class StartState(QObject):
    """`entries` are the newest first.

    `shown` comes when they are about to be seen, `wanted` when one is to be opened, `asked` with the
    id of a command.
    """

    shown = Signal()
    asked = Signal(str)
    wanted = Signal(Path)
    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._missing: frozenset[str] = frozenset()

    @property
    def entries(self) -> tuple[Recent, ...]:
        """Those of the settings."""
        return tuple(Recent(Path(path), path in self._missing) for path in self._settings.recent)

    def set_missing(self, paths: frozenset[str]) -> None:
        """These are not there."""
        self._missing = paths
        self.changed.emit()

    def open(self, entry: Recent) -> None:
        """Open it again."""
        self.wanted.emit(entry.path)

    def remove(self, entry: Recent) -> None:
        """Take one off the list."""
        self._settings.remove_recent(entry.path)
        self.changed.emit()
