"""Everything the window asks; tests and the demo answer in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QFileDialog, QMessageBox, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed, unmarked
from s3fn_gui.base.settings import Settings

P = ParamSpec("P")
AnswerT = TypeVar("AnswerT")
AnswerT_co = TypeVar("AnswerT_co", covariant=True)
DialogT = TypeVar("DialogT", bound=QDialog)

MOST_NAMED = 2  # files that a question names one by one
_PATTERN = re.compile(r"\*(\.\w+)")  # of a filter
_SUFFIX = re.compile(r"\.[a-z]{2,4}")  # not the end of a name as in scan_2024.11 or wood.v2


class Asking(Protocol[AnswerT_co]):
    """A dialog that returns an answer."""

    def ask(self) -> AnswerT_co: ...

    def deleteLater(self) -> None: ...  # noqa: N802 (Qt's name)


class Ask:
    """Questions of all rooms, above one window; None is the answer where the user cancels."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        self._parent = parent
        self._settings = settings
        self._beside: dict[object, QDialog] = {}

    # --- dialogs -------------------------------------------------------------------------------

    def answer(
        self, make: Callable[Concatenate[QWidget, P], Asking[AnswerT]], *args: P.args, **options: P.kwargs
    ) -> AnswerT:
        """Build a dialog and wait for its answer."""
        dialog = make(self._parent, *args, **options)
        answer = dialog.ask()
        dialog.deleteLater()  # its parent would keep it
        return answer

    def show(
        self, make: Callable[Concatenate[QWidget, P], DialogT], *args: P.args, **options: P.kwargs
    ) -> DialogT:
        """Build a dialog, open it without waiting, and delete it once it is closed."""
        dialog = make(self._parent, *args, **options)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def show_beside(
        self, make: Callable[Concatenate[QWidget, P], QDialog], *args: P.args, **options: P.kwargs
    ) -> None:
        """Bring the only dialog of its kind to the front; it stays open beside the work.

        Asked for in a dialog that waits for an answer, it can be used beside that one, too.
        """
        if make not in self._beside:
            self._beside[make] = make(self._parent, *args, **options)
        dialog = self._beside[make]
        waiting = QApplication.activeModalWidget()
        _belong(dialog, self._parent.window() if waiting is None or waiting is dialog else waiting)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def confirm(self, question: str, button: str) -> bool:
        """Ask before something that loses work."""
        box = QMessageBox(QMessageBox.Icon.Question, "S3FN", "", parent=self._parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(unmarked(question))
        yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is yes

    def colour(self, current: str) -> str | None:
        """A colour as ``#rrggbb``."""
        chosen = QColorDialog.getColor(QColor(current), self._parent, tr("Colour of the class"))
        return chosen.name() if chosen.isValid() else None

    # --- files ---------------------------------------------------------------------------------

    def open_file(self, title: str, filters: str) -> Path | None:
        """A file to read."""
        name, _ = QFileDialog.getOpenFileName(self._parent, title, self._settings.folder, filters)
        return self._remember(Path(name)) if name else None

    def open_files(self, title: str, filters: str) -> list[Path]:
        """Files to read."""
        names, _ = QFileDialog.getOpenFileNames(self._parent, title, self._settings.folder, filters)
        return [self._remember(Path(name)) for name in names]

    def save_file(
        self, title: str, start: str | Path, filters: str, *, suffixes: Mapping[str, str] | None = None
    ) -> Path | None:
        """A file to write; whether it may be replaced is not asked here.

        Parameters
        ----------
        start : str or pathlib.Path
            The name that is proposed; in the last folder unless it has one of its own that can
            be written.
        suffixes : mapping of str to str, optional
            For each filter, the suffix of a name that is typed without one; by default the first
            that the filter shows.
        """
        start = Path(start)
        last = Path(self._settings.folder) if self._settings.folder else None
        wanted = last if start.parent == Path() else start.parent.absolute()
        place = str(self._settings.to_write(wanted) / start.name)
        later = QFileDialog.Option.DontConfirmOverwrite
        name, chosen = QFileDialog.getSaveFileName(self._parent, title, place, filters, options=later)
        if not name:
            return None
        path = self._remember(Path(name))
        self._settings.written = str(path.parent)
        suffix = path.suffix.lower()
        if suffix in _PATTERN.findall(filters) or _SUFFIX.fullmatch(suffix):
            return path
        ending = (suffixes or {}).get(chosen) or next(iter(_PATTERN.findall(chosen)), "")
        return path.with_name(path.name + ending)

    def may_replace(self, paths: Iterable[Path]) -> bool:
        """Whether files may be written: those that exist only after a question."""
        there = [path for path in paths if path.exists() or path.is_symlink()]
        if not there:
            return True
        question = tr("Replace {names}?", names=listed([path.name for path in there]))
        if len(there) > MOST_NAMED:
            question = plural(
                "Replace {name} and {count} more file?",
                "Replace {name} and {count} more files?",
                len(there) - 1,
                name=there[0].name,
            )
        return self.confirm(question, tr("Replace"))

    def folder(self, title: str, start: Path | None = None) -> Path | None:
        """A folder, looked for from `start` or from the last one."""
        name = QFileDialog.getExistingDirectory(self._parent, title, str(start or self._settings.folder))
        return Path(name) if name else None

    def _remember(self, path: Path) -> Path:
        self._settings.folder = str(path.parent)
        return path


def _belong(dialog: QDialog, owner: QWidget) -> None:
    """Make `dialog` a window of `owner`: one that waits for an answer blocks all but its own."""
    handle = dialog.windowHandle()
    if handle is None or handle.transientParent() is not owner.windowHandle():
        dialog.hide()  # who is blocked is asked when a window is shown
        dialog.winId()  # now it has a handle
        dialog.windowHandle().setTransientParent(owner.windowHandle())
