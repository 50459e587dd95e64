"""A free phrase, or two against each other, and where in the scene they match."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSlider, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, command_button, holding, label, named, row
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.picture.display.colour_bar import ColourBar
from s3fn_gui.session.session import Session

LEFT_WIDTH = 300
NO_MODEL = tr("Train or open a model first. A phrase is then compared with every pixel.")
EXPLORATORY = tr(
    "For exploration only. The model knows only its own classes: "
    "a phrase is placed among them, and one that is unrelated to them says little."
)


class ProbePanel(QWidget):
    """Return in either field asks."""

    def __init__(self, session: Session, probe: ProbeState, ask: QAction) -> None:
        super().__init__()
        self._session = session
        self._state = probe
        self._ask = ask
        self.phrase = named(QLineEdit(), "probe_phrase", tr("Phrase to find in the scene"))
        self.phrase.setPlaceholderText(tr("dry grass with some soil showing through"))
        self.against = named(QLineEdit(), "probe_against", tr("Phrase to compare it with (optional)"))
        self.against.setPlaceholderText(tr("A second phrase (optional)"))
        for field in (self.phrase, self.against):
            field.textChanged.connect(self._typed)
            field.returnPressed.connect(ask.trigger)
        button = command_button(ask, tr("Show"), "probe_button", primary=True)
        self._shown = named(QCheckBox(tr("In the image")), "probe_visible", tr("Show the match in colours"))
        self._shown.toggled.connect(self._state.set_visible)
        self._opacity = named(
            QSlider(Qt.Orientation.Horizontal), "probe_opacity", tr("Opacity of the colours")
        )
        self._opacity.setRange(10, 100)
        self._opacity.valueChanged.connect(lambda value: self._state.set_opacity(value / 100))
        self._title = label(role="heading", name="probe_title", wrap=True)
        self._bar = ColourBar("probe_colour_bar")
        self._value = label(role="muted", name="probe_value")
        self._note = label(role="muted", name="probe_note", wrap=True)
        left = QWidget()
        left.setFixedWidth(LEFT_WIDTH)
        left.setLayout(
            column(
                label(tr("Phrase"), "muted"),
                self.phrase,
                label(tr("Against"), "muted"),
                self.against,
                row(button, 1),
                1,
                spacing=4,
            )
        )
        self._result = holding(
            column(self._title, self._bar, self._value, row(self._shown, self._opacity, 1), spacing=4)
        )
        right = column(self._result, self._note, 1, spacing=6)
        self.setLayout(row(left, right, margins=8, spacing=14))
        follow(self._show, self._state.changed, session.model_changed, session.cubes.current_changed)
        session.view.hovered.connect(self._show_value)
        self._show()

    def _typed(self) -> None:
        self._state.type(self.phrase.text(), self.against.text())

    def _show(self) -> None:
        heat, item = self._state.heat, self._session.cubes.current
        here = heat is not None and item is not None and heat.cube is item.cube
        self._result.setVisible(here)
        self._note.setText(NO_MODEL if self._session.model is None else EXPLORATORY)
        if heat is None or not here:
            return
        probe = heat.probe
        title = f"“{probe.phrase}”"
        if probe.against:
            title = tr("“{phrase}” rather than “{other}”", phrase=probe.phrase, other=probe.against)
        self._title.setText(title)
        self._bar.show_colours(heat.colours, heat.limits, 1.0)
        self._shown.setChecked(self._state.visible)
        self._opacity.setValue(round(100 * self._state.opacity))
        self._show_value()

    def _show_value(self, _: object = None) -> None:
        heat, item, here = self._state.heat, self._session.cubes.current, self._session.view.hover
        if heat is None or item is None or heat.cube is not item.cube or here is None:
            self._value.setText("")
            return
        value = heat.at(here)
        if math.isnan(value):
            text = tr("Under the cursor: background")
        elif heat.probe.against:
            text = tr("Under the cursor: difference of cosines {value:+.3f}", value=value)
        else:
            text = tr("Under the cursor: cosine {value:+.3f}", value=value)
        self._value.setText(text)
