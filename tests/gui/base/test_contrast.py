"""Contrast of the themes (WCAG 2.2, AA): 4.5 for text, 3 for what shows a control or its focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from s3fn_gui.base import theme
from s3fn_gui.shell.window import make_app

LOOKS = (theme.LIGHT, theme.DARK)
GROUNDS = "window panel field button hover"
TEXT = {
    "text": f"{GROUNDS} pressed selection info_back success_back warning_back error_back",
    "muted": "window panel field hover info_back",
    "accent": "window panel field",
    "on_accent": "accent accent_hover",
    "tag_text": "tag",
    "success": "panel",
    "warning": "panel warning_back",
    "error": "panel error_back",
}
CONTROLS = {"faint": "window panel field button", "accent": GROUNDS}


@pytest.fixture(autouse=True)
def light_again() -> Iterator[None]:
    yield
    theme.apply(make_app(), theme.LIGHT)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG."""
    shares = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_what_is_read_and_what_is_used_stands_out(look: theme.Theme) -> None:
    faint = {
        (ink, ground): contrast(getattr(look, ink), getattr(look, ground))
        for pairs, least in ((TEXT, 4.5), (CONTROLS, 3.0))
        for ink, grounds in pairs.items()
        for ground in grounds.split()
        if contrast(getattr(look, ink), getattr(look, ground)) < least
    }
    assert faint == {}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("kind", [QCheckBox, QLineEdit, QSpinBox, QComboBox])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_frame_of_an_empty_control_can_be_seen(
    qtbot: QtBot, look: theme.Theme, kind: type[QWidget], enabled: bool
) -> None:
    theme.apply(make_app(), look)
    ground, box = QWidget(), kind()
    qtbot.addWidget(ground)
    ground.setStyleSheet(f"QWidget#ground {{ background: {look.panel}; }}")
    ground.setObjectName("ground")
    box.setEnabled(enabled)
    ground.setLayout(QVBoxLayout())
    ground.layout().addWidget(box)
    ground.resize(120, 60)
    image = ground.grab().toImage()
    middle = image.height() // 2
    row = [image.pixelColor(x, middle).name() for x in range(box.x(), box.x() + 6)]
    assert max(contrast(colour, look.panel) for colour in row) >= 3
