"""The tool bar: commands, choices of tools, and the options of the tool in use."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QMenu,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.tool_options import ANGLES, MAX_BRUSH, SUPERPIXELS
from s3fn_gui.base.widgets import holding, label, named, number_field, row
from s3fn_gui.session.session import Session
from s3fn_gui.shell.menus import LINE

TENTHS = 10  # a slider has whole numbers
SLIDER_WIDTH = 74
ROOM_FOR_TEXT = 1240  # pixels for all tools and the texts of some


class ToolChoice(QToolButton):
    """One button for several tools: it is the one used last, the others are in its menu."""

    def __init__(self, name: str, actions: Sequence[QAction]) -> None:
        super().__init__()
        named(self, name, ", ".join(action.text() for action in actions))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # as the other tools; keys are for the image
        menu = QMenu(self)
        for action in actions:
            menu.addAction(action)
            action.toggled.connect(lambda on, a=action: self._use(a, on))
        self.setMenu(menu)
        self.setDefaultAction(actions[0])

    def _use(self, action: QAction, on: bool) -> None:
        if on:
            self.setDefaultAction(action)


class ToolOptionsBox(QFrame):
    """The size of a brush and its shape, a spectral angle, or the size of superpixels."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        named(self, "tool_options")
        self._view = session.view
        self._pages = QStackedWidget()
        self._brush, self._alike = self._brush_page(), self._alike_page()
        self._superpixel = self._superpixel_page()
        self._nothing = QWidget()
        for page in (self._brush, self._alike, self._superpixel, self._nothing):
            self._pages.addWidget(page)
        self.setLayout(row(self._pages))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        follow(self._show, self._view.tool_changed, self._view.brush_changed)
        self._show()

    def _brush_page(self) -> QWidget:
        self._size = named(QSpinBox(), "label.size", tr("Diameter of the brush in pixels ([ and ])"))
        self._size.setRange(1, MAX_BRUSH)
        self._size.setSuffix(" px")
        self._size.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._size.valueChanged.connect(lambda size: self._view.set_brush(size=size))
        self._shape = named(QToolButton(), "label.square", tr("Round or square brush"))
        self._shape.setIconSize(QSize(16, 16))
        self._shape.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shape.clicked.connect(self._change_shape)
        return _page(label(tr("Size"), "muted"), self._size, self._shape)

    def _alike_page(self) -> QWidget:
        tip = tr("Largest spectral angle to the pixel clicked ([ and ])")
        self._slider = named(QSlider(Qt.Orientation.Horizontal), "label.angle_slider", tip)
        self._slider.setRange(*(round(TENTHS * angle) for angle in ANGLES))
        self._slider.setFixedWidth(SLIDER_WIDTH)
        self._slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter is for what has grown
        self._slider.valueChanged.connect(lambda tenths: self._set_angle(tenths / TENTHS))
        self._angle = number_field(QDoubleSpinBox(), "label.angle", tip)
        self._angle.setDecimals(1)
        self._angle.setRange(*ANGLES)
        self._angle.setSuffix("°")
        self._angle.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._angle.valueChanged.connect(self._set_angle)
        return _page(label(tr("Angle"), "muted"), self._slider, self._angle)

    def _superpixel_page(self) -> QWidget:
        tip = tr("Approximate number of pixels per superpixel ([ and ])")
        self._pixels = number_field(QSpinBox(), "label.superpixel_size", tip)
        self._pixels.setRange(*SUPERPIXELS)
        self._pixels.setSuffix(" px")
        self._pixels.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._pixels.valueChanged.connect(
            lambda size: self._view.set_options(self._view.options.with_superpixel(size))
        )
        return _page(label(tr("Area"), "muted"), self._pixels)

    def _change_shape(self) -> None:
        self._view.set_square(not self._view.options.square)

    def _set_angle(self, degrees: float) -> None:
        options, tool = self._view.options, self._view.tool
        if options.tolerance(tool) != degrees:
            self._view.set_options(options.with_tolerance(tool, degrees))

    def _show(self) -> None:
        """The page of the tool in use; tools that only look show the brush that comes next."""
        tool, options = self._view.tool, self._view.options
        pages = dict.fromkeys((*options.sizes, "pan", "inspect"), self._brush)
        pages |= {"fill": self._alike, "grow": self._alike, "superpixel": self._superpixel}
        self._pages.setCurrentWidget(pages.get(tool, self._nothing))
        theme.set_icon(self._shape, "square" if options.square else "round")
        angle = options.tolerance(tool)
        for box, value in (
            (self._size, options.size(tool)),
            (self._pixels, options.superpixel),
            (self._slider, round(TENTHS * angle)),
        ):
            with QSignalBlocker(box):
                box.setValue(value)
        with QSignalBlocker(self._angle):
            self._angle.setValue(angle)


def _page(*things: QWidget) -> QWidget:
    return holding(row(*things, 1, spacing=4))


TOOLS = (
    "file.open",
    "file.save",
    LINE,
    "edit.undo",
    "edit.redo",
    LINE,
    "view.pan",
    "view.inspect",
    "label.brush",
    "label.eraser",
    "label.polygon",
    "shapes",
    "alike",
    "label.superpixel",
    "label.pick",
    "options",
    "label.protect",
    LINE,
    "model.live",
    "train.start",
    "train.stop",
    LINE,
    "label.next_place",
    "file.export",
    LINE,
    "view.fit",
    "view.labels",
    "view.prediction",
)
"""In a narrow window the last ones go into the menu at its end: they stand at the image, too."""
CHOICES = {
    "shapes": ("label.rectangle", "label.ellipse", "label.lasso"),
    "alike": ("label.fill", "label.grow"),
}
WITH_TEXT = ("file.open", "model.live", "train.start", "file.export")


class ToolBar(QToolBar):
    """The texts beside icons go where the window is narrow; then the last tools go into a menu."""

    def __init__(self, actions: Actions, session: Session) -> None:
        super().__init__(tr("Tools"))
        named(self, "tool_bar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._with_text: list[QToolButton] = []
        for name in TOOLS:
            if name == LINE:
                self.addSeparator()
            elif name == "options":
                self.addWidget(ToolOptionsBox(session))
            elif name in CHOICES:
                self.addWidget(ToolChoice(f"choice.{name}", actions.pick(*CHOICES[name])))
            else:
                self.addAction(actions[name])
                button = self.widgetForAction(actions[name])
                if name in WITH_TEXT and isinstance(button, QToolButton):
                    self._with_text.append(button)
        rest = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if isinstance(rest, QToolButton):
            theme.set_icon(rest, "chevron")  # Qt's own is dark in the dark theme, too

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        styles = Qt.ToolButtonStyle
        roomy = event.size().width() >= ROOM_FOR_TEXT
        for button in self._with_text:
            button.setToolButtonStyle(styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly)
        super().resizeEvent(event)
