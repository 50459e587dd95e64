"""The strip under the image: composite or band, the band's wavelength, the two overlays."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSlider, QToolButton

from s3fn_core.cubes.viewing.picture import band_caption
from s3fn_core.languages import tr
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import Wrapped, holding, label, named, row
from s3fn_gui.picture.canvas.map_shown import layer_shown
from s3fn_gui.session.session import Session
from s3fn_gui.session.view import Overlay, OverlayName

BAND_WIDTH, OPACITY_WIDTHS = 48, (28, 64)
LAYERS = tuple(f"view.map_{layer}" for layer in ("classes", "confidence", "novelty", "second", "margin"))
LOOKS = tuple(f"view.map_{look}" for look in ("outlines", "faded", "changes", "pixel", "settings", "plain"))
OPACITIES = {"labels": tr("Opacity of the labels"), "prediction": tr("Opacity of the prediction")}
CAPTION_WIDTH = 178  # the longest caption must not move the slider


class ViewStrip(Wrapped):
    """Choosing a band by hand switches to the single band."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("view_strip")
        self._session = session
        self._view = session.view
        self.slider = named(QSlider(Qt.Orientation.Horizontal), "band_slider", tr("Current band"))
        self.slider.setMinimumWidth(BAND_WIDTH)  # in a small window the opacities give way
        self.slider.valueChanged.connect(self._band_chosen)
        self._caption = label(role="muted", name="band_caption")
        self._caption.setFixedWidth(CAPTION_WIDTH)
        self._opacity = {
            "labels": self._opacity_slider("labels"),
            "prediction": self._opacity_slider("prediction"),
        }
        map_button = self._toggle(actions["view.prediction"], icon=True)
        self._offer_layers(map_button, actions)
        band = row(
            self._toggle(actions["view.colour"]),
            self._toggle(actions["view.band"]),
            self.slider,
            self._caption,
            spacing=4,
        )
        band.setStretch(2, 1)
        overlays = row(
            self._toggle(actions["view.labels"], icon=True),
            self._opacity["labels"],
            map_button,
            self._opacity["prediction"],
            1,
            spacing=4,
        )
        self.wrap(holding(band), holding(overlays))
        self.setContentsMargins(6, 3, 8, 3)
        session.cubes.current_changed.connect(self._show_cube)
        session.cubes.treatment_changed.connect(self._show_cube)
        self._view.mode_changed.connect(self._show_mode)
        follow(self._show_layers, self._view.overlays_changed, self._view.comparison.changed)
        session.cubes.prediction_changed.connect(self._show_layers)
        self._show_cube()
        self._show_layers()

    def _toggle(self, action: QAction, icon: bool = False) -> QToolButton:
        button = named(QToolButton(), f"strip_{action.objectName()}", action.toolTip())
        button.setDefaultAction(action)
        button.setIconSize(QSize(16, 16))
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if icon else style.ToolButtonTextOnly)
        return button

    def _offer_layers(self, button: QToolButton, actions: Actions) -> None:
        """Layer of the map and how, in the button's menu."""
        menu = QMenu(button)
        menu.addActions(actions.pick(*LAYERS))
        menu.addSeparator()
        menu.addActions(actions.pick(*LOOKS))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def _opacity_slider(self, name: Literal["labels", "prediction"]) -> QSlider:
        slider = named(QSlider(Qt.Orientation.Horizontal), f"{name}_opacity", OPACITIES[name])
        slider.setRange(5, 100)
        slider.setMinimumWidth(OPACITY_WIDTHS[0])
        slider.setMaximumWidth(OPACITY_WIDTHS[1])
        slider.valueChanged.connect(lambda v: self._view.set_overlay(self._overlay(name), opacity=v / 100))
        return slider

    def _overlay(self, name: Literal["labels", "prediction"]) -> OverlayName:
        """The overlay that a slider is for: confidence and novelty have an opacity of their own."""
        values = name == "prediction" and layer_shown(self._session) not in ("classes", "second")
        return "values" if values else name

    def _band_chosen(self, band: int) -> None:
        self._view.show_mode("band", band)

    def _show_cube(self) -> None:
        item = self._session.cubes.current
        self.setEnabled(item is not None)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, 0 if item is None else item.cube.bands - 1)
        self._show_mode()

    def _show_mode(self) -> None:
        item = self._session.cubes.current
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._view.band)
        self._caption.setText("" if item is None else band_caption(item.cube, self._view.band))

    def _show_layers(self) -> None:
        layers: tuple[tuple[Literal["labels", "prediction"], Overlay], ...] = (
            ("labels", self._view.labels),
            ("prediction", self._view.prediction),
        )
        for name, layer in layers:
            slider = self._opacity[name]
            with QSignalBlocker(slider):
                overlay: Overlay = getattr(self._view, self._overlay(name))
                slider.setValue(round(overlay.opacity * 100))
            slider.setEnabled(layer.visible)
