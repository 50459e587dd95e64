"""What descriptions of a language model shall be like."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from s3fn_core.words.llm_settings import HOTTEST, MOST_AT_ONCE, MOST_PARAGRAPHS, LLMSettings
from s3fn_gui.widgets import named

AUTOMATIC = -0.1  # below the lowest temperature: the endpoint decides
LANGUAGES = ("English", "Dutch", "French", "German", "Italian", "Portuguese", "Spanish")


class AnswerForm(QWidget):
    """Language, length and number of the answers, and how long they are waited for."""

    def __init__(self, llm: LLMSettings) -> None:
        super().__init__()
        self.language = named(QComboBox(), "llm_language", "Language of the descriptions")
        self.language.setEditable(True)
        self.language.addItems(LANGUAGES)
        self.language.setEditText(llm.language)
        self.sensor = named(QLineEdit(llm.sensor), "llm_sensor", "Instrument, for the prompt")
        self.sensor.setPlaceholderText("not named")
        self.paragraphs = _whole("llm_paragraphs", "Paragraphs of each class", 1, MOST_PARAGRAPHS)
        self.paragraphs.setValue(llm.paragraphs)
        self.max_tokens = _whole("llm_max_tokens", "Longest answer, in tokens", 1, 100_000)
        self.max_tokens.setSingleStep(100)
        self.max_tokens.setSuffix(" tokens")
        self.max_tokens.setValue(llm.max_tokens)
        self.temperature = named(
            QDoubleSpinBox(), "llm_temperature", "How freely it writes: 0 is always the same"
        )
        self.temperature.setRange(AUTOMATIC, HOTTEST)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        self.temperature.setSpecialValueText("as the server has it")
        self.temperature.setValue(AUTOMATIC if llm.temperature is None else llm.temperature)
        self.timeout = _whole("llm_timeout", "Longest silence before giving up", 1, 3600)
        self.timeout.setSuffix(" s")
        self.timeout.setValue(round(llm.timeout))
        self.at_once = _whole("llm_at_once", "Classes asked about at a time", 1, MOST_AT_ONCE)
        self.at_once.setValue(llm.at_once)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for text, widget in (
            ("Language", self.language),
            ("Instrument", self.sensor),
            ("Paragraphs per class", self.paragraphs),
            ("Longest answer", self.max_tokens),
            ("Temperature", self.temperature),
            ("Longest silence", self.timeout),
            ("Classes at a time", self.at_once),
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
