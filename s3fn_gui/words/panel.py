"""The description of the selected class: edited in place, or generated while one watches."""

from __future__ import annotations

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from s3fn_core.labels.classes import LONGEST_TEXT, Description, LabelClass
from s3fn_core.labels.paragraphs import edited, replaced, split
from s3fn_core.labels.provenance import provenance
from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import (
    action_button,
    column,
    command_button,
    label,
    named,
    plain_tip,
    push_button,
    row,
    tool_button,
)
from s3fn_gui.session.session import Session
from s3fn_gui.words.check.claims_list import ClaimsList
from s3fn_gui.words.check.state import CheckState
from s3fn_gui.words.description_edits import describe_class
from s3fn_gui.words.editor.editor import DescriptionEdit
from s3fn_gui.words.editor.paragraph_menu import ParagraphMenu
from s3fn_gui.words.generation.progress_list import GenerationList
from s3fn_gui.words.generation.state import GenerationState, Writing

EMPTY = tr(
    "What does this class look like, and why?\n\n"
    "Name its material, surface and water, and say at which wavelengths it is bright or dark:\n\n"
    "“Dry bare soil. Reflectance rises steadily from 450 to 900 nm; "
    "there is no red edge near 700 nm, because nothing grows on it.”\n\n"
    "A blank line begins a new paragraph."
)
NO_CLASS = tr("Add a class (Ctrl+Shift+N), then say here in words what it is.")
NO_LABELS = tr("Label some pixels, then Measure describes them. Library needs no labels.")
LOCKED = tr("This paragraph is locked. Click its padlock to unlock it.")
ICON_ONLY, ROOM_FOR_TEXT = 30, 246  # pixels: of the button of the library, and of the panel
LINE = "-"
WAYS = (
    "words.generate",
    "words.generate_all",
    LINE,
    "words.measure",
    "words.measure_all",
    LINE,
    "words.library",
    "words.library_all",
    LINE,
    "words.map",
    LINE,
    "words.preview",
    "words.prompts",
    "words.model_settings",
)


class WordsPanel(QWidget):
    """Follows the selected class; while a text is generated the editor shows it arriving."""

    def __init__(
        self,
        session: Session,
        claims: CheckState,
        generation: GenerationState,
        actions: Actions,
        settings: Settings,
    ) -> None:
        super().__init__()
        self._generation = generation
        self._session = session
        self._shown: int | None = None
        self._text = ""
        self._settings = settings
        self._writing, self._measuring = actions.pick("words.generate", "words.measure")
        self._title = label(role="heading", name="description_class")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._swatch = label(name="description_swatch")
        self._swatch.setFixedSize(10, 10)
        self.editor = named(DescriptionEdit(), "description_editor")
        self.editor.setAccessibleName(tr("Description of the class"))
        self.editor.textChanged.connect(self._typed)
        self._claims = ClaimsList(session, claims, self.editor)
        self._paragraph_menu = ParagraphMenu(session, generation, self)
        self.editor.menu_asked.connect(self._paragraph_menu.fill)
        self._provenance = label(role="muted", name="description_provenance", wrap=True)
        self._reason = label(role="muted", name="generate_reason", wrap=True)
        self._build_buttons(actions)
        self.setLayout(
            column(
                row(self._swatch, self._title),
                self.editor,
                self._claims,
                GenerationList(session, generation),
                self._provenance,
                self._buttons,
                self._reason,
                margins=6,
                spacing=4,
            )
        )
        follow(self._show, session.classes_changed, session.class_selected, generation.changed)
        generation.arrived.connect(self._arrived)
        self._show()

    def _build_buttons(self, actions: Actions) -> None:
        self._generate = push_button("", "generate_button", lambda: self._way.trigger())
        self._ways = tool_button("chevron", "generate_menu", tr("More ways to a text"), lambda: None)
        self._ways.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._ways.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._ways.setMenu(_menu(self, actions))
        cancel = actions["words.cancel"]
        self._cancel = command_button(cancel, tr("Stop"), "generate_stop")
        self._cancel.setToolTip(cancel.toolTip())
        history = action_button(actions["words.history"], "description_history")
        joined = row(self._generate, self._ways, spacing=0)
        self._library = command_button(
            actions["words.library"], tr("Library"), "library_button", icon="library"
        )
        self._library.setToolTip(actions["words.library"].toolTip())
        self._library.setMinimumWidth(ICON_ONLY)
        self._buttons = row(joined, self._library, self._cancel, 1, history, spacing=2)
        follow(self._show_ways, self._writing.changed, self._measuring.changed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """In a narrow panel a picture says enough."""
        super().resizeEvent(event)
        self._library.setText(tr("Library") if self.width() >= ROOM_FOR_TEXT else "")

    @property
    def _way(self) -> QAction:
        """What is offered first: a language model where there is one, else what needs none."""
        return self._writing if self._settings.has_llm else self._measuring

    # --- following the session -----------------------------------------------------------------

    def _show(self) -> None:
        target = self._session.current_class
        arriving = None if target is None else self._generation.of(target.id)
        self._show_ways()
        self.editor.setEnabled(target is not None)
        self.editor.setReadOnly(arriving is not None)
        self.editor.setPlaceholderText(_hint(target, arriving))
        self._title.setText(tr("No class selected") if target is None else target.name)
        self._title.setToolTip(plain_tip("" if target is None else target.name))
        self._swatch.setVisible(target is not None)
        if target is None:
            self._shown = None
            self.editor.put("")
            self._provenance.setText("")
            return
        self._swatch.setStyleSheet(f"background: {target.color}; border-radius: 3px;")
        if arriving is not None:
            self._show_arriving(target, arriving)
        else:
            self._show_text(target)

    def _show_text(self, target: LabelClass) -> None:
        typed = edited(target.descriptions, self.editor.toPlainText())
        if target.id != self._shown or typed != target.descriptions:
            self.editor.put(target.text)
            self._claims.mark_again()
        self._shown, self._text = target.id, self.editor.toPlainText()
        self.editor.show_authors(split(target.descriptions))
        note = self._generation.note
        self._provenance.setText(note or provenance(target.descriptions))

    def _show_arriving(self, target: LabelClass, arriving: Writing) -> None:
        """What has arrived stands where it will be: around the locked paragraphs.

        Until something does, the text that there is stays.
        """
        self._shown = None
        text, paragraphs = arriving.text.strip(), target.descriptions
        if text:
            paragraphs = replaced(target.descriptions, [Description(text, "llm")])
        self.editor.put("\n\n".join(d.text for d in paragraphs))
        self.editor.show_authors(paragraphs)
        self.editor.show_end(text)
        waiting = tr("Waiting for its turn…") if arriving.state == "waiting" else tr("Writing…")
        self._provenance.setText(arriving.note or waiting)

    def _arrived(self, class_id: int, _: str) -> None:
        target, arriving = self._session.current_class, self._generation.of(class_id)
        if target is not None and target.id == class_id and arriving is not None:
            self._show_arriving(target, arriving)

    def _show_ways(self) -> None:
        writing = self._generation.running
        self._cancel.setVisible(writing)
        self._generate.setVisible(not writing)
        self._ways.setVisible(not writing)
        by_model = self._way is self._writing
        self._generate.setText(tr("Generate") if by_model else tr("Measure"))
        theme.set_icon(self._generate, "generate" if by_model else "ruler")
        enabled, tip = self._way.isEnabled(), self._way.toolTip()
        self._generate.setEnabled(enabled)
        self._generate.setToolTip(plain_tip(tip))
        has_class = self._session.current_class is not None
        self._reason.setVisible(has_class and not enabled and not writing)
        self._reason.setText(NO_LABELS)

    # --- what the user does --------------------------------------------------------------------

    def _typed(self) -> None:
        target = self._session.current_class
        if target is None or self.editor.isReadOnly():
            return
        text = self.editor.toPlainText()
        if len(text) > LONGEST_TEXT:
            self.editor.refuse(
                self._text, tr("A description has at most {count:,} letters.", count=LONGEST_TEXT)
            )
        elif describe_class(self._session, target.id, text):
            self._text = text
            self._generation.clear_note()
        else:
            self.editor.refuse(self._text, LOCKED)


def _hint(target: LabelClass | None, arriving: Writing | None) -> str:
    """What stands in an empty editor."""
    if target is None:
        return NO_CLASS
    return EMPTY if arriving is None else ""


def _menu(parent: QWidget, actions: Actions) -> QMenu:
    """The ways to a text that there are, and what to do with it."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for name in WAYS:
        if name == LINE:
            menu.addSeparator()
        elif name in actions:
            menu.addAction(actions[name])
    return menu
