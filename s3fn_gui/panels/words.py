"""The description of the selected class: edited in place, or generated while one watches."""

from __future__ import annotations

from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from s3fn_core.labels.classes import Description
from s3fn_core.labels.paragraphs import edited
from s3fn_gui import edits
from s3fn_gui.session import Session
from s3fn_gui.widgets import column, label, named, push_button, row, tool_button
from s3fn_gui.words.editor import DescriptionEdit

EMPTY = "Describe what this class looks like: where it absorbs, where it reflects, and why."
SOURCES = {"user": "you", "llm": "a language model", "measured": "measurement"}
PREVIEW = 60


class WordsPanel(QWidget):
    """Follows the selected class; while a text is generated the editor shows it arriving."""

    def __init__(self, session: Session, generate: QAction, cancel: QAction) -> None:
        super().__init__()
        self._session = session
        self._shown: int | None = None
        self._title = label(role="heading", name="description_class")
        self._swatch = label(name="description_swatch")
        self._swatch.setFixedSize(10, 10)
        self._history_button = tool_button(
            "history", "description_history", "Earlier versions", lambda: None
        )
        self._history_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._history_menu = QMenu(self)
        self._history_menu.aboutToShow.connect(self._fill_history)
        self._history_button.setMenu(self._history_menu)
        self.editor = named(DescriptionEdit(), "description_editor", "Description of the class")
        self.editor.setPlaceholderText(EMPTY)
        self.editor.textChanged.connect(self._typed)
        self._provenance = label(role="muted", name="description_provenance", wrap=True)
        self._generate = push_button(
            "Generate", "generate_button", generate.trigger, icon="generate"
        )
        self._cancel = push_button("Stop", "generate_stop", cancel.trigger)
        for button, action in ((self._generate, generate), (self._cancel, cancel)):
            _follow(button, action)
        self.setLayout(
            column(
                row(self._swatch, self._title, 1, self._history_button),
                self.editor,
                self._provenance,
                row(self._generate, self._cancel, 1),
                margins=6,
                spacing=4,
            )
        )
        session.classes_changed.connect(self._show)
        session.class_selected.connect(self._show)
        session.generation.changed.connect(self._show)
        session.generation.arrived.connect(self._arrived)
        self._show()

    # --- following the session -----------------------------------------------------------------

    def _show(self) -> None:
        target = self._session.current_class
        writing = self._session.generation.running
        arriving = None if target is None else self._session.generation.of(target.id)
        self.editor.setEnabled(target is not None)
        self.editor.setReadOnly(arriving is not None)
        self._cancel.setVisible(writing)
        self._generate.setVisible(not writing)
        if target is None:
            self._title.setText("No class selected")
            self._swatch.setStyleSheet("")
            self._shown = None
            self._put("")
            self._provenance.setText("Add a class, then say in words what it is.")
            return
        self._title.setText(target.name)
        self._swatch.setStyleSheet(f"background: {target.color}; border-radius: 3px;")
        self._history_button.setEnabled(bool(self._session.history.get(target.id)))
        if arriving is not None:
            self._put(arriving.text)
            self._provenance.setText("A language model is writing…")
            return
        typed = edited(target.descriptions, self.editor.toPlainText())
        if target.id != self._shown or typed != target.descriptions:
            self._put(target.text)
        self._shown = target.id
        note = self._session.generation.note
        self._provenance.setText(note or provenance(target.descriptions))

    def _arrived(self, class_id: int, text: str) -> None:
        if class_id == self._session.class_id:
            self.editor.moveCursor(QTextCursor.MoveOperation.End)
            self.editor.blockSignals(True)
            self.editor.insertPlainText(text)
            self.editor.blockSignals(False)

    def _put(self, text: str) -> None:
        """Show a text that was not typed, with the cursor near where it was."""
        if text == self.editor.toPlainText():
            return
        place = self.editor.textCursor().position()
        self.editor.blockSignals(True)
        self.editor.setPlainText(text)
        self.editor.blockSignals(False)
        cursor = self.editor.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.editor.setTextCursor(cursor)

    # --- what the user does --------------------------------------------------------------------

    def _typed(self) -> None:
        target = self._session.current_class
        if target is not None and not self.editor.isReadOnly():
            self._session.generation.forget_note()
            edits.describe_class(self._session, target.id, self.editor.toPlainText())

    def _fill_history(self) -> None:
        self._history_menu.clear()
        target = self._session.current_class
        if target is None:
            return
        for version in reversed(self._session.history.get(target.id, [])):
            first = " ".join(version[0].text.split())[:PREVIEW] if version else ""
            action = self._history_menu.addAction(f"{provenance(version)}: {first}…")
            action.triggered.connect(lambda _=False, v=version: self._restore(v))

    def _restore(self, version: tuple[Description, ...]) -> None:
        target = self._session.current_class
        if target is not None:
            text = f"Restore a description of {target.name}"
            edits.put_description(self._session, target.id, version, text)


def _follow(button: QPushButton, action: QAction) -> None:
    """A button that is enabled when its action is."""
    button.setToolTip(action.toolTip())
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())


def provenance(descriptions: tuple[Description, ...]) -> str:
    """Who wrote a description, and when, in one line."""
    if not descriptions:
        return "No description yet: the class is known by its name only."
    authors = list(dict.fromkeys(d.model or SOURCES[d.source] for d in descriptions))
    dates = sorted(d.created[:10] for d in descriptions if d.created)
    when = f", {dates[-1]}" if dates else ""
    words = sum(len(d.text.split()) for d in descriptions)
    return f"{words} words by {' and '.join(authors)}{when}"
