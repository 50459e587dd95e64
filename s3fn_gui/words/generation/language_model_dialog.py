"""Which language model writes descriptions, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from s3fn_core.errors import S3FNError
from s3fn_core.languages import plural, tr
from s3fn_core.words.keys import Key, find_key, store_key
from s3fn_core.words.llm_settings import HOTTEST, MOST_AT_ONCE, MOST_PARAGRAPHS, LLMSettings
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.widgets import column, label, named, push_button, row
from s3fn_gui.session.messages import explain
from s3fn_gui.words.generation import jobs

MODELS, KEY, STORE = "llm models", "llm key", "llm store"
WIDTH = 500
NOTE_LINES = 2


@dataclass(frozen=True)
class Preset:
    """A server that many have; a local one answers few questions at a time."""

    name: str
    base_url: str
    at_once: int


PRESETS = (
    Preset("OpenAI", "https://api.openai.com/v1", 4),
    Preset(tr("Ollama on this computer"), "http://localhost:11434/v1", 1),
    Preset(tr("llama.cpp on this computer"), "http://localhost:8080/v1", 1),
    Preset(tr("vLLM on this computer"), "http://localhost:8000/v1", 4),
)
OTHER = tr("another server")
SOURCES = {
    "environment": tr("The key of the environment variable OPENAI_API_KEY is used."),
    "key store": tr("A key for this host is in the system's key store."),
    "none": tr("There is no key for this host. One that you enter is kept in the system's key store only."),
}


class LanguageModelDialog(QDialog):
    """Writes the settings when accepted; a key goes to the system's key store only."""

    def __init__(self, parent: QWidget, settings: Settings, runner: JobRunner) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Language model"))
        self._settings = settings
        self._runner = runner
        self._closed = False
        self._build_server(settings.llm)
        self.answers = AnswerForm(settings.llm)
        self._build_place()
        self.finished.connect(self._stop)
        self._address_changed()
        self._look_for_key()

    # --- building ------------------------------------------------------------------------------

    def _build_server(self, llm: LLMSettings) -> None:
        self._server = named(QComboBox(), "llm_server", tr("Where the language model runs"))
        for preset in PRESETS:
            self._server.addItem(preset.name, preset)
        self._server.addItem(OTHER)
        self._url = named(QLineEdit(llm.base_url), "llm_url", tr("Address, usually ending in /v1"))
        self._model = named(QComboBox(), "llm_model", tr("Name of the model"))
        self._model.setEditable(True)
        self._model.setEditText(llm.model)
        self._fetch = push_button(tr("Fetch list"), "llm_fetch", self._fetch_models)
        self._fetch.setToolTip(tr("Ask the server which models it has"))
        self._key = named(QLineEdit(), "llm_key", tr("A new key for this host"))
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._remove = push_button(tr("Remove"), "llm_remove_key", self._remove_key)
        self._remove.setToolTip(tr("Remove the key of this host from the system's key store"))
        self._key_note = label("", "muted", name="llm_key_note", wrap=True)
        self._test = push_button(tr("Test connection"), "llm_test", self._fetch_models)
        self._test.setToolTip(tr("Ask the server for its models, which checks address and key"))
        self._told = label("", "muted", name="llm_told", wrap=True)
        for note in (self._key_note, self._told):  # they come later, and move nothing
            note.setMinimumHeight(NOTE_LINES * note.fontMetrics().lineSpacing())
            note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._server.activated.connect(self._choose_preset)
        self._url.textEdited.connect(self._address_changed)
        self._url.editingFinished.connect(self._look_for_key)

    def _build_place(self) -> None:
        server = QFormLayout()
        server.addRow(tr("Server"), self._server)
        server.addRow(tr("Address"), self._url)
        server.addRow(tr("Model"), _wide(self._model, self._fetch))
        server.addRow(tr("Key"), _wide(self._key, self._remove))
        server.addRow("", self._key_note)
        server.addRow(self._test, self._told)
        trusted = ", ".join(self._settings.trusted)
        told = tr("Requests to {hosts} are sent without asking.", hosts=trusted)
        self._trusted = label(told, "muted", name="llm_trusted", wrap=True)
        self._ask_again = push_button(tr("Ask again"), "llm_ask_again", self._trust_nobody)
        for widget in (self._trusted, self._ask_again):
            widget.setVisible(bool(trusted))
        buttons, _ = accept_or_cancel(self, tr("OK"), "llm_ok", self._store)
        self.setLayout(
            column(
                server,
                label(tr("Descriptions"), "heading"),
                self.answers,
                row(self._trusted, 1, self._ask_again),
                1,
                buttons,
                margins=12,
                spacing=10,
            )
        )
        self.setMinimumWidth(WIDTH)

    # --- what the form says --------------------------------------------------------------------

    @property
    def chosen(self) -> LLMSettings:
        """What the form says."""
        return replace(
            self.answers.applied(self._settings.llm),
            base_url=self._url.text().strip(),
            model=self._model.currentText().strip(),
        )

    def _choose_preset(self, place: int) -> None:
        preset = self._server.itemData(place)
        if isinstance(preset, Preset):
            self._url.setText(preset.base_url)
            self.answers.at_once.setValue(preset.at_once)
            self._address_changed()
            self._look_for_key()
        else:
            self._url.setFocus()
            self._url.selectAll()

    def _address_changed(self) -> None:
        """Another server: its models are not known, and the last answer no longer applies."""
        url = self._url.text().strip().rstrip("/")
        known = [preset.base_url for preset in PRESETS]
        self._server.setCurrentIndex(known.index(url) if url in known else len(known))
        self._tell("")

    def _tell(self, text: str, role: str = "muted") -> None:
        self._told.setText(text)
        theme.role(self._told, role)

    # --- the models ----------------------------------------------------------------------------

    def _fetch_models(self) -> None:
        """Ask the server for its models, which also shows whether it can be used."""
        chosen, key = self.chosen, self._key.text()
        self._tell(tr("Asking {host}…", host=chosen.host or chosen.base_url))
        self._runner.start(
            MODELS,
            tr("Asking for the models"),
            lambda: jobs.list_offered_models(chosen, key),
            lambda names: self._list_models(chosen, names),
            failed=self._not_listed,
        )

    def _list_models(self, asked: LLMSettings, names: tuple[str, ...]) -> None:
        if self._closed or asked.base_url != self._url.text().strip():
            return
        model = self._model.currentText().strip()
        self._model.clear()
        self._model.addItems(names)
        self._model.setEditText(model)
        if model in names:
            found = plural(
                "{host} answers and has {model}; 1 model in all.",
                "{host} answers and has {model}; {count} models in all.",
                len(names),
                host=asked.host,
                model=model,
            )
            self._tell(found)
        else:
            missing = plural(
                '{host} answers, but has no "{model}"; 1 model to choose.',
                '{host} answers, but has no "{model}"; {count} models to choose.',
                len(names),
                host=asked.host,
                model=model,
            )
            self._tell(missing, "warning")

    def _not_listed(self, error: BaseException) -> None:
        if not self._closed:
            self._tell(explain(error, tr("Asking for the models")).text, "error")

    # --- the key -------------------------------------------------------------------------------

    def _look_for_key(self) -> None:
        if self._closed:
            return
        url = self._url.text().strip()
        self._runner.start(
            KEY, tr("Looking for the key"), lambda: find_key(url), lambda key: self._show_key(url, key)
        )

    def _show_key(self, url: str, key: Key) -> None:
        if not self._closed and url == self._url.text().strip():
            self._key_note.setText(SOURCES[key.source])
            theme.role(self._key_note, "muted")
            self._key.setPlaceholderText("" if key.source == "none" else tr("(unchanged)"))
            self._remove.setEnabled(key.source == "key store")

    def _remove_key(self) -> None:
        url = self._url.text().strip()
        self._runner.start(
            STORE,
            tr("Removing the key"),
            lambda: store_key(url, ""),
            lambda _: self._look_for_key(),
            failed=self._not_kept,
        )

    def _not_kept(self, error: BaseException) -> None:
        """The dialog stays open: what was typed would be lost."""
        if not self._closed:
            self._key_note.setText(explain(error, tr("Storing the key")).text)
            theme.role(self._key_note, "error")

    def _trust_nobody(self) -> None:
        self._settings.trust_nobody()
        self._trusted.setText(tr("You are asked before anything is sent."))
        self._ask_again.hide()

    # --- the end -------------------------------------------------------------------------------

    def _store(self) -> None:
        """Keep everything; the key first, since that may fail."""
        chosen, key = self.chosen, self._key.text()
        try:
            chosen.check_address()
        except S3FNError as error:
            self._tell(str(error), "error")
            return
        if not key.strip():
            self._accept(chosen)
            return
        self._runner.start(
            STORE,
            tr("Storing the key"),
            lambda: store_key(chosen.base_url, key),
            lambda _: self._accept(chosen),
            failed=self._not_kept,
        )

    def _accept(self, chosen: LLMSettings) -> None:
        if not self._closed:
            self._settings.llm = chosen
            self.accept()

    def _stop(self) -> None:
        self._closed = True
        self._key.clear()
        for kind in (MODELS, KEY):
            self._runner.cancel(kind)


def _wide(first: QWidget, button: QWidget) -> QWidget:
    """An input that takes the room beside a button."""
    result = QWidget()
    layout = row(first, button)
    layout.setStretch(0, 1)
    result.setLayout(layout)
    return result


AUTOMATIC = -0.1  # below the lowest temperature: the endpoint decides
LANGUAGES = ("English", "Dutch", "French", "German", "Italian", "Portuguese", "Spanish")
"""As a language model is told; hence not translated."""


class AnswerForm(QWidget):
    """Language, length and number of the answers, and how long they are waited for."""

    def __init__(self, llm: LLMSettings) -> None:
        super().__init__()
        self.language = named(QComboBox(), "llm_language", tr("Language of the descriptions"))
        self.language.setEditable(True)
        self.language.addItems(LANGUAGES)
        self.language.setEditText(llm.language)
        self.sensor = named(QLineEdit(llm.sensor), "llm_sensor", tr("Instrument, for the prompt"))
        self.sensor.setPlaceholderText(tr("Not named"))
        self.paragraphs = _whole("llm_paragraphs", tr("Paragraphs per class"), 1, MOST_PARAGRAPHS)
        self.paragraphs.setValue(llm.paragraphs)
        self.max_tokens = _whole("llm_max_tokens", tr("Maximum length of an answer, in tokens"), 1, 100_000)
        self.max_tokens.setSingleStep(100)
        self.max_tokens.setSuffix(f" {tr('tokens')}")
        self.max_tokens.setValue(llm.max_tokens)
        self.temperature = named(
            QDoubleSpinBox(), "llm_temperature", tr("Randomness: 0 gives the same text every time")
        )
        self.temperature.setRange(AUTOMATIC, HOTTEST)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        self.temperature.setSpecialValueText(tr("server default"))
        self.temperature.setValue(AUTOMATIC if llm.temperature is None else llm.temperature)
        self.timeout = _whole("llm_timeout", tr("Time to wait for a response"), 1, 3600)
        self.timeout.setSuffix(" s")
        self.timeout.setValue(round(llm.timeout))
        self.at_once = _whole("llm_at_once", tr("Classes that are requested in parallel"), 1, MOST_AT_ONCE)
        self.at_once.setValue(llm.at_once)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for text, widget in (
            (tr("Language"), self.language),
            (tr("Instrument"), self.sensor),
            (tr("Paragraphs per class"), self.paragraphs),
            (tr("Maximum length"), self.max_tokens),
            (tr("Temperature"), self.temperature),
            (tr("Timeout"), self.timeout),
            (tr("Parallel requests"), self.at_once),
        ):
            form.addRow(text, widget)

    def applied(self, settings: LLMSettings) -> LLMSettings:
        """`settings` with what the form says."""
        temperature = self.temperature.value()
        return replace(
            settings,
            temperature=None if temperature < 0 else round(temperature, 1),
            max_tokens=self.max_tokens.value(),
            timeout=float(self.timeout.value()),
            paragraphs=self.paragraphs.value(),
            at_once=self.at_once.value(),
            language=self.language.currentText().strip() or LANGUAGES[0],
            sensor=self.sensor.text().strip(),
        )


def _whole(name: str, tip: str, low: int, high: int) -> QSpinBox:
    box = named(QSpinBox(), name, tip)
    box.setRange(low, high)
    return box
