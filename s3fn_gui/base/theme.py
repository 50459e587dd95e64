"""Light and dark: colours, the style sheet and the icons, all from one table."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QStyleFactory, QWidget

from s3fn_core.resources import resource

ICON_SIZES = (16, 20, 24, 32, 40, 48)
FRAMED = ("QCheckBox", "QComboBox", "QAbstractSpinBox", "QLineEdit")
DARKER = 140  # per cent by which Fusion draws a frame darker than the window
CHOICES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Theme:
    """Every colour of the application; the names are the placeholders of style/app.qss."""

    name: str
    window: str
    panel: str
    field: str
    canvas: str
    text: str
    muted: str
    faint: str
    border: str
    strong: str
    button: str
    hover: str
    pressed: str
    selection: str
    accent: str
    accent_hover: str
    on_accent: str
    tag: str
    tag_text: str
    success: str
    warning: str
    error: str
    info_back: str
    success_back: str
    warning_back: str
    error_back: str


LIGHT = Theme(
    name="light",
    window="#eef0f3",
    panel="#ffffff",
    field="#ffffff",
    canvas="#dfe3e8",
    text="#1f2a33",
    muted="#5c6a76",
    faint="#76808b",
    border="#d5dbe1",
    strong="#b9c2cb",
    button="#f8f9fb",
    hover="#e6ebef",
    pressed="#dbe2e8",
    selection="#d8ebee",
    accent="#1b7183",
    accent_hover="#165f6f",
    on_accent="#ffffff",
    tag="#fbe9c6",
    tag_text="#7a4e00",
    success="#2e7d4f",
    warning="#9a6200",
    error="#b3372f",
    info_back="#e8f4f6",
    success_back="#e9f5ee",
    warning_back="#fdf4e0",
    error_back="#fcebe9",
)
DARK = Theme(
    name="dark",
    window="#181b1f",
    panel="#21252a",
    field="#1b1e23",
    canvas="#101215",
    text="#e3e7eb",
    muted="#99a4af",
    faint="#76808b",
    border="#343a42",
    strong="#4a525c",
    button="#2a2f36",
    hover="#2e343b",
    pressed="#383f48",
    selection="#234650",
    accent="#4db3c4",
    accent_hover="#67c4d3",
    on_accent="#0d1a1d",
    tag="#4b3a12",
    tag_text="#f3cf80",
    success="#6cc492",
    warning="#e3b04f",
    error="#ef8078",
    info_back="#1d3339",
    success_back="#1e3428",
    warning_back="#3a2f18",
    error_back="#40221f",
)


class _Changes(QObject):
    """Tells that the application has another look."""

    happened = Signal()


_changes = _Changes()


def follow(restyle: Callable[[], None]) -> None:
    """Call the method `restyle` of a widget now and whenever the theme changes."""
    restyle()
    _changes.happened.connect(restyle)


def current() -> Theme:
    """The theme in use (kept on the application object, so that widgets need not be told)."""
    app = QApplication.instance()
    return DARK if app is not None and app.property("s3fn_theme") == "dark" else LIGHT


def translucent(colour: QColor | str, opacity: int) -> QColor:
    """A colour through which others are seen; `opacity` is of 255."""
    result = QColor(colour)
    result.setAlpha(opacity)
    return result


def resolve(choice: str) -> Theme:
    """The theme that a setting means; "auto" follows the desktop."""
    if choice == "auto":
        hints = QApplication.styleHints()
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole application the look of `theme`; icons of open windows follow."""
    app.setProperty("s3fn_theme", theme.name)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(theme))
    for name in FRAMED:
        framed = _palette(theme, frame=theme.faint)
        app.setPalette(framed, name)  # type: ignore[arg-type]  # the stubs say bytes, which it refuses
    template = string.Template(resource("style", "app.qss").read_text("utf-8"))
    app.setStyleSheet(template.substitute(asdict(theme)))
    for window in app.topLevelWidgets():
        retint(window)
    _changes.happened.emit()


@contextmanager
def styled_when_built() -> Iterator[None]:
    """Build many widgets inside and give them the look at the end, all at once.

    With a style sheet, Qt looks up its rules for a widget and all that it holds each time it is
    put into another; that took half the time of building the window.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def prepare_font(app: QApplication) -> None:
    """A size that fits the layout where the desktop gives none, or an odd one."""
    font = app.font()
    if app.platformName() == "offscreen" or not 8 <= font.pointSizeF() <= 11:
        font.setPointSizeF(9.0)
        app.setFont(font)


def _palette(theme: Theme, frame: str = "") -> QPalette:
    """Fusion draws combo, spin and check boxes from these; their `frame` is darker than its window."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.hover,
        roles.Text: theme.text,
        roles.Button: theme.button,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.error,
        roles.Link: theme.accent,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.ToolTipBase: theme.panel,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Mid: theme.border,
        roles.Light: theme.panel,
        roles.Dark: theme.strong,
        roles.Shadow: theme.strong,
        roles.Accent: theme.accent,
    }.items():
        palette.setColor(role, QColor(colour))
    if frame:
        palette.setColor(roles.Window, QColor(frame).lighter(DARKER))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette


@lru_cache(maxsize=256)
def _svg(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """The icon `name` drawn in one colour, sharp at any screen scaling."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    source = _svg(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon `name` in the current theme's colours, with its disabled state."""
    theme = current()
    return _icon(name, colour or theme.text, theme.faint)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    result = QIcon()
    for size in ICON_SIZES:
        result.addPixmap(pixmap(name, size, colour))
        result.addPixmap(pixmap(name, size, disabled), QIcon.Mode.Disabled)
    return result


def set_icon(target: QAction | QAbstractButton, name: str) -> None:
    """Give an icon that follows later changes of the theme."""
    target.setProperty("icon_name", name)
    target.setIcon(icon(name))


def set_picture(label: QLabel, name: str, size: int, colour_role: str) -> None:
    """Show an icon in a label, in the theme's colour called `colour_role`."""
    for key, value in (("icon_name", name), ("icon_size", size), ("icon_colour", colour_role)):
        label.setProperty(key, value)
    ratio = label.devicePixelRatioF()
    label.setPixmap(pixmap(name, size, getattr(current(), colour_role), ratio))


def retint(root: QWidget) -> None:
    """Redraw every icon below `root` in the current theme."""
    targets: list[QAction | QAbstractButton] = list(root.findChildren(QAction))
    targets += root.findChildren(QAbstractButton)
    for target in targets:
        name = target.property("icon_name")
        if name:
            target.setIcon(icon(name))
    for label in root.findChildren(QLabel):
        if label.property("icon_name"):
            set_picture(
                label, label.property("icon_name"), label.property("icon_size"), label.property("icon_colour")
            )


def role(label: QLabel, name: str) -> QLabel:
    """Mark a label for the style sheet: muted, heading, figure, tag, warning."""
    label.setProperty("role", name)
    style = label.style()
    style.unpolish(label)
    style.polish(label)
    return label
