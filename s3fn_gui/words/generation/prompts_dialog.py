"""What a language model is asked, edited with a view of what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QToolButton,
    QWidget,
)

from s3fn_core.errors import S3FNError, WordsError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.llm import DescribeContext
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.prompts import (
    PLACEHOLDER,
    PLACEHOLDERS,
    PROMPT_NAMES,
    PromptTemplate,
    check_prompt,
    default_prompt,
    fill,
    load_prompt,
    prompt_names,
    reset_prompt,
    save_prompt,
)
from s3fn_gui.base import theme
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import column, label, named, push_button, row
from s3fn_gui.words.generation.jobs import Contexts

BETWEEN = 12  # pixels from what is written to what is read
WIDTH, HEIGHT = 940, 600
REST_MS = 150  # after the last key, before the preview follows
SYSTEM_HEIGHT = 110
MEANINGS = {
    "label": tr("Name of the class"),
    "other_labels": tr("Names of the other classes"),
    "domain": tr("What the classes belong to"),
    "sensor": tr("The instrument"),
    "range_nm": tr("First and last wavelength"),
    "spectral_facts": tr("What was measured on its labels"),
    "materials": tr("Library materials it may be, with spectra"),
    "language": tr("Language of the answer"),
}
NO_CLASS = LabelClass(1, "the class", "#777777")  # as it stands in the prompt
TITLES = {
    "general": tr("General"),
    "fruit": tr("Fruit"),
    "wood": tr("Wood"),
    "land_cover": tr("Land cover"),
    "minerals": tr("Minerals"),
}


class Placeholders(QSyntaxHighlighter):
    """Placeholders in colour; those that nothing fills in the colour of an error."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._format = QTextCharFormat()

    def highlightBlock(self, text: str) -> None:  # noqa: N802 (Qt's name)
        """Colour one line."""
        colours = theme.current()
        for found in PLACEHOLDER.finditer(text):
            known = found[1] in PLACEHOLDERS
            self._format.setForeground(QColor(colours.accent if known else colours.error))
            self.setFormat(found.start(), found.end() - found.start(), self._format)


class PromptsDialog(QDialog):
    """Prompts that were changed are written when it is accepted, as is which of them is used."""

    def __init__(self, parent: QWidget, settings: Settings, classes: ClassSet, class_id: int | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Prompts"))
        self._settings = settings
        self._llm: LLMSettings = settings.llm
        self._classes = classes if len(classes) else ClassSet((NO_CLASS,))
        self._contexts: Contexts = {}
        self._drafts: dict[str, PromptTemplate] = {}
        self._loading = False
        self._build_inputs()
        self._build_preview(class_id)
        self._place()
        self._later = resting(self, self._show_preview, REST_MS)
        names = prompt_names()
        used = self._llm.domain if self._llm.domain in names else "general"
        self._choose(names.index(used))

    def set_contexts(self, contexts: Mapping[int, DescribeContext]) -> None:
        """What is known of the classes, once it was measured."""
        self._contexts = contexts
        self._show_preview()

    # --- building ------------------------------------------------------------------------------

    def _build_inputs(self) -> None:
        self._name = named(QComboBox(), "prompt_name", tr("Prompt used to ask for descriptions"))
        for name in prompt_names():
            self._name.addItem(TITLES.get(name, name), name)
        self._name.currentIndexChanged.connect(self._choose)
        self._domain = named(
            QLineEdit(),
            "prompt_domain",
            tr("What the classes belong to: {placeholder}", placeholder="{domain}"),
        )
        self._system = named(_Part(), "prompt_system", tr("Who answers, and how"))
        self._user = named(_Part(), "prompt_user", tr("What is asked about each class"))
        self._last = self._user
        self._domain.textChanged.connect(self._edited)
        for part in (self._system, self._user):
            Placeholders(part.document())
            part.textChanged.connect(self._edited)
            part.cursorPositionChanged.connect(lambda p=part: setattr(self, "_last", p))
        self._problem = label("", "error", name="prompt_problem", wrap=True)
        self._reset = push_button(tr("Reset to default"), "prompt_reset", self._reset_draft)

    def _build_preview(self, class_id: int | None) -> None:
        self._class = named(QComboBox(), "prompt_class", tr("Class to show the prompt for"))
        for one in self._classes:
            self._class.addItem(unmarked(one.name), one.id)
        self._class.setCurrentIndex(max(0, self._class.findData(class_id)))
        self._class.currentIndexChanged.connect(lambda: self._show_preview())
        self._preview = named(_Part(), "prompt_preview", tr("What the language model reads"))
        self._preview.setReadOnly(True)

    def _place(self) -> None:
        form = QFormLayout()
        form.addRow(tr("Prompt for"), self._name)
        form.addRow("{domain}", self._domain)
        inputs, shown = QWidget(), QWidget()
        self._system.setMaximumHeight(SYSTEM_HEIGHT)
        inputs.setLayout(
            column(
                form,
                label(tr("Who answers (system)"), "muted"),
                self._system,
                label(tr("What is asked (user)"), "muted"),
                self._user,
                *self._insert_buttons(),
                spacing=4,
            )
        )
        shown.setLayout(column(row(label(tr("Preview for")), self._class, 1), self._preview, spacing=4))
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(inputs)
        halves.addWidget(shown)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(BETWEEN)
        halves.setSizes([WIDTH // 2, WIDTH // 2])
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self._save = named(buttons.button(kinds.Save), "prompt_save", tr("Keep and use this prompt"))
        self._save.setProperty("primary", True)
        buttons.accepted.connect(self._store)
        buttons.rejected.connect(self.reject)
        body = column(halves, self._problem, row(self._reset, 1, buttons), margins=12, spacing=8)
        body.setStretch(0, 1)
        self.setLayout(body)
        self.resize(WIDTH, HEIGHT)

    def _insert_buttons(self) -> list[QWidget]:
        """A button for each placeholder, in two rows."""
        buttons = []
        for name in PLACEHOLDERS:
            button = named(QToolButton(), f"prompt_insert_{name}", MEANINGS[name])
            button.setText(f"{{{name}}}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, n=name: self._insert(n))
            buttons.append(button)
        first, second = QWidget(), QWidget()
        first.setLayout(row(label(tr("Insert"), "muted"), *buttons[:4], 1, spacing=4))
        second.setLayout(row(*buttons[4:], 1, spacing=4))
        return [first, second]

    # --- editing -------------------------------------------------------------------------------

    @property
    def _current(self) -> str:
        return str(self._name.currentData())

    @property
    def draft(self) -> PromptTemplate:
        """The prompt as it stands in the inputs."""
        return PromptTemplate(
            self._current,
            self._domain.text().strip(),
            self._system.toPlainText().strip(),
            self._user.toPlainText().strip(),
        )

    def _choose(self, place: int) -> None:
        """Show a prompt: as it was edited here, else as it is kept."""
        with QSignalBlocker(self._name):
            self._name.setCurrentIndex(place)
        name, problem = self._current, ""
        try:
            template = self._drafts.get(name) or load_prompt(name)
        except WordsError as error:
            template, problem = self._default(name), str(error)
            self._drafts[name] = template  # saving it is the mend
        self._fill_in(template)
        if problem:
            self._problem.setText(problem)
            self._problem.show()

    def _default(self, name: str) -> PromptTemplate:
        """The program's prompt; one that the user has added begins as the general one."""
        known = name if name in PROMPT_NAMES else "general"
        return replace(default_prompt(known), name=name)

    def _fill_in(self, template: PromptTemplate) -> None:
        self._loading = True
        self._domain.setText(template.domain)
        self._system.setPlainText(template.system)
        self._user.setPlainText(template.user)
        self._loading = False
        self._show_preview()

    def _edited(self) -> None:
        if not self._loading:
            self._drafts[self._current] = self.draft
            self._later.start()

    def _insert(self, name: str) -> None:
        self._last.insertPlainText(f"{{{name}}}")
        self._last.setFocus()

    def _reset_draft(self) -> None:
        self._drafts[self._current] = template = self._default(self._current)
        self._fill_in(template)

    # --- what becomes of it --------------------------------------------------------------------

    def _show_preview(self) -> None:
        draft, problem = self.draft, ""
        try:
            check_prompt(draft)
            self._preview.setPlainText(self._filled(draft))
        except WordsError as error:
            problem = str(error)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._save.setEnabled(not problem)
        self._reset.setEnabled(draft != self._default(self._current))

    def _filled(self, draft: PromptTemplate) -> str:
        target = self._classes[int(self._class.currentData())]
        known = self._contexts.get(target.id, DescribeContext())
        messages = fill(
            draft,
            label=target.name,
            other_labels=[c.name for c in self._classes if c.id != target.id],
            sensor=self._llm.sensor,
            range_nm=known.range_nm,
            spectral_facts=known.spectral_facts,
            materials=known.materials,
            language=self._llm.language,
        )
        return "\n\n".join(message["content"] for message in messages)

    def _store(self) -> None:
        """Write what was changed; the dialog stays open where one cannot be kept."""
        try:
            for draft in self._drafts.values():
                check_prompt(draft)
            for name, draft in self._drafts.items():
                if name in PROMPT_NAMES and draft == default_prompt(name):
                    reset_prompt(name)
                else:
                    save_prompt(draft)
        except S3FNError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self._settings.llm = replace(self._settings.llm, domain=self._current)
        self.accept()


class _Part(QPlainTextEdit):
    """One part of a prompt; Tab goes on to the next input."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
