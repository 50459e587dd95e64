"""The spectra's plot."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.gui.support import Hands


def picture(hands: Hands) -> QImage:
    """What the plot looks like now."""
    for _ in range(3):
        QApplication.processEvents()
    image: QImage = hands.window.spectrum_view.plot.grab().toImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> np.ndarray:
    """Shape (height, width, 4)."""
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)


def test_the_line_under_the_cursor_is_drawn_and_goes_with_it(hands: Hands) -> None:
    hands.open_scene()
    hands.move(10, 5, Qt.MouseButton.NoButton)
    hands.session.hover(None)
    empty = pixels(picture(hands))
    hands.move(10, 5, Qt.MouseButton.NoButton)
    left = pixels(picture(hands))
    hands.move(10, 35, Qt.MouseButton.NoButton)
    right = pixels(picture(hands))
    rows, columns = np.nonzero((left != empty).any(axis=2))
    assert np.corrcoef(rows, columns)[0, 1] < -0.9, "it rises with the wavelength"
    rows, columns = np.nonzero((right != empty).any(axis=2))
    assert np.corrcoef(rows, columns)[0, 1] > 0.9, "on the right half it falls"
    hands.session.hover(None)
    np.testing.assert_array_equal(pixels(picture(hands)), empty)


def test_the_plot_follows_theme_size_and_what_is_drawn(hands: Hands) -> None:
    hands.open_scene()
    light = picture(hands)
    hands.session.pin((3, 4))
    assert picture(hands) != light
    hands.window.set_theme("dark")
    dark = picture(hands)
    assert dark.pixelColor(2, 2) == QColor("#21252a")
    assert hands.window.spectrum_view.plot.getAxis("left").autoSIPrefixScale == 1.0
    hands.window.set_theme("light")
    hands.window.docks["spectra"].setFloating(True)
    hands.window.docks["spectra"].resize(700, 400)
    assert picture(hands).width() > light.width()
