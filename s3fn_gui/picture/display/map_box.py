"""How the map is drawn: which of its layers, which class, below what confidence none, how calm."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QSizePolicy, QSlider, QSpinBox

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent, unmarked
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import choice_box, column, label, named, number_field, row
from s3fn_gui.picture.canvas.map_shown import calmed_of, classes_of, has_layer, layer_shown, shown_alone
from s3fn_gui.session.map_look import MapLayer
from s3fn_gui.session.session import Session

LAYERS: dict[MapLayer, str] = {
    "classes": tr("Classes"),
    "second": tr("Second-best class"),
    "confidence": tr("Confidence"),
    "margin": tr("Margin"),
    "novelty": tr("Novelty"),
    "changes": tr("What changed"),
}
WINDOWS = {
    1: tr("No majority"),
    **{side: tr("Majority {side} × {side}", side=side) for side in (3, 5, 7, 9, 11)},
}
MOST_PIXELS = 9999
VALUE_WIDTH = 34


class MapBox(QFrame):
    """Follows the session; hidden where there is no map."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        named(self, "map_box")
        self._session, self._view = session, session.view
        self._layer = choice_box("map_layer", tr("Layer of the map"), LAYERS, narrow=True)
        self._only = choice_box("map_only", tr("All classes, or one alone"), {}, narrow=True)
        self._outlines = named(
            QCheckBox(tr("Outlines")), "map_outlines", tr("Draw only the edges between classes")
        )
        self._faded = named(
            QCheckBox(tr("Fade")), "map_faded", tr("Draw pixels with higher confidence in stronger colours")
        )
        tip = tr("Show pixels with lower confidence as unclassified; the map itself does not change")
        self._least = named(QSlider(Qt.Orientation.Horizontal), "map_least", tip)
        self._least.setRange(0, 100)
        self._value = label(role="muted", name="map_least_value")
        self._value.setFixedWidth(VALUE_WIDTH)
        self._share = label(role="muted", name="map_unclassified", wrap=True)
        tip = tr("Show the majority class of the surrounding pixels; the map itself does not change")
        self._window = choice_box("map_majority", tip, WINDOWS, narrow=True)
        tip = tr("Merge smaller areas into their surroundings; the map itself does not change")
        self._smallest = number_field(QSpinBox(), "map_smallest", tip)
        self._smallest.setRange(1, MOST_PIXELS)
        self._smallest.setSpecialValueText(tr("Areas of any size"))
        before, _, after = tr("Areas from {pixels} px", pixels="\0").partition("\0")  # the field's number
        self._smallest.setPrefix(before)
        self._smallest.setSuffix(after)
        self._smallest.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self.setLayout(
            column(
                label(tr("Map"), "heading"),
                self._layer,
                self._only,
                row(self._outlines, self._faded, 1),
                label(tr("Unclassified below"), "muted"),
                row(self._least, self._value),
                self._share,
                self._window,
                self._smallest,
                spacing=4,
            )
        )

    def _connect(self) -> None:
        view, cubes = self._view, self._session.cubes
        self._layer.activated.connect(lambda: view.show_map_layer(self._layer.currentData()))
        self._only.activated.connect(lambda: view.set_map_look(only=self._only.currentData()))
        self._outlines.toggled.connect(lambda on: view.set_map_look(outlines=on))
        self._faded.toggled.connect(lambda on: view.set_map_look(faded=on))
        self._least.valueChanged.connect(lambda percent: view.set_map_look(least=percent))
        self._window.activated.connect(lambda: self._calm(window=self._window.currentData()))
        self._smallest.valueChanged.connect(lambda pixels: self._calm(smallest=pixels))
        follow(self._show, cubes.current_changed, cubes.prediction_changed, self._session.class_list_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)

    def _calm(self, **changes: int) -> None:
        look = self._view.map_look
        self._view.set_map_look(calm=replace(look.calm, **changes))

    # --- following -----------------------------------------------------------------------------

    def _show(self) -> None:
        """The look that is wanted; what only classes have is off while another layer is shown."""
        item, look, layer = self._session.cubes.current, self._view.map_look, layer_shown(self._session)
        prediction = None if item is None else item.prediction
        self.setVisible(prediction is not None)
        if prediction is None:
            return
        for place in range(self._layer.count()):
            _enable(self._layer, place, has_layer(self._session, self._layer.itemData(place)))
        self._layer.setCurrentIndex(self._layer.findData(layer))
        self._offer_classes()
        for box, on in ((self._outlines, look.outlines), (self._faded, look.faded)):
            with QSignalBlocker(box):
                box.setChecked(on)
        with QSignalBlocker(self._least), QSignalBlocker(self._smallest):
            self._least.setValue(look.least)
            self._smallest.setValue(look.calm.smallest)
        self._value.setText(f"{look.least} %")
        self._window.setCurrentIndex(self._window.findData(look.calm.window))
        known = calmed_of(self._session, prediction)
        self._share.setText(
            tr("{share} of the map", share=per_cent(known.below[look.least])) if known is not None else ""
        )
        self._share.setVisible(bool(look.least))
        self._only.setEnabled(layer in ("classes", "second"))
        self._faded.setEnabled(layer == "classes" and not look.outlines)
        for widget in (self._outlines, self._least, self._window, self._smallest):
            widget.setEnabled(layer == "classes")

    def _offer_classes(self) -> None:
        item = self._session.cubes.current
        prediction = None if item is None else item.prediction
        classes = classes_of(self._session, prediction)
        names = [(tr("All classes"), None), *((tr("Only {name}", name=c.name), c.id) for c in classes)]
        if names != [(self._only.itemText(i), self._only.itemData(i)) for i in range(self._only.count())]:
            self._only.clear()
            for text, class_id in names:
                self._only.addItem(unmarked(text), class_id)
        self._only.setCurrentIndex(max(0, self._only.findData(shown_alone(self._session))))


def _enable(box: QComboBox, place: int, on: bool) -> None:
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    model.item(place).setEnabled(on)
