"""Arrays drawn as images: whole, in part, thinned, and very long."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_gui.picture.canvas.raster import IdOverlay, Raster, cut

SIZE = 64  # of the screen


def paint(item: Raster, screen: QImage, scale: float, at: tuple[float, float], part: QRectF) -> None:
    """Put pixel `at` (sample, line) into the upper left corner of a screen and paint `part`."""
    option = QStyleOptionGraphicsItem()
    option.exposedRect = part
    painter = QPainter(screen)
    painter.scale(scale, scale)
    painter.translate(-at[0], -at[1])
    painter.setClipRect(part)
    item.paint(painter, option)
    painter.end()


def screen() -> QImage:
    made = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    made.fill(0)
    return made


def red(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)[..., 2].copy()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1, 255, shape).astype(np.uint8)


@pytest.mark.parametrize("scale", [0.11, 0.37, 0.5, 1.0, 1.7, 9.0])
@pytest.mark.parametrize("shape", [(600, 700), (600, 700, 3)])
def test_parts_painted_one_after_the_other_make_the_whole(scale: float, shape: tuple[int, ...]) -> None:
    item, whole, parts = Raster(), screen(), screen()
    item.set_array(noise(*shape))
    seen = QRectF(0, 0, SIZE / scale, SIZE / scale)
    paint(item, whole, scale, (0, 0), seen)
    for top in range(0, SIZE, 16):
        for left in range(0, SIZE, 16):
            part = QRectF(left / scale, top / scale, 16 / scale, 16 / scale)
            paint(item, parts, scale, (0, 0), part)
    assert red(whole).all(), "nothing stays unpainted"
    np.testing.assert_array_equal(red(parts), red(whole))


@pytest.mark.parametrize("shape", [(60, 70), (60, 70, 3)])
def test_pixels_keep_their_values(shape: tuple[int, ...]) -> None:
    array, item, seen = noise(*shape), Raster(), screen()
    item.set_array(array)
    paint(item, seen, 4.0, (10, 20), QRectF(10, 20, 16, 16))
    expected = array[20:36, 10:26] if array.ndim == 2 else array[20:36, 10:26, 0]
    np.testing.assert_array_equal(red(seen), np.kron(expected, np.ones((4, 4), np.uint8)))


@pytest.mark.parametrize("down", [True, False])
def test_an_image_may_be_long(down: bool) -> None:
    size = 90_000
    array = noise(size, 16) if down else noise(16, size)
    item, seen = Raster(), screen()
    item.set_array(array)
    start = size - 2
    at = (0, start) if down else (start, 0)
    paint(item, seen, 128.0, at, QRectF(*at, 0.5, 0.5))
    assert (red(seen) == array[at[1], at[0]]).all()


def test_nothing_is_drawn_outside_of_the_image() -> None:
    item, seen = Raster(), screen()
    item.set_array(np.full((82, 82), 200, np.uint8))
    paint(item, seen, 0.11, (0, 0), QRectF(0, 0, 300, 300))
    painted = red(seen) > 0
    inside = np.zeros_like(painted)
    inside[:9, :9] = True  # to 9.02, though ten cells of nine pixels reach 9.9
    np.testing.assert_array_equal(painted, inside)


def test_ids_have_the_colours_of_their_classes() -> None:
    classes = ClassSet((LabelClass(1, "soil", "#b5651d"),))
    overlay, seen = IdOverlay(), screen()
    overlay.set_classes(classes)
    overlay.set_ids(np.array([[0, 1], [1, 7]], np.uint8))
    paint(overlay, seen, 32.0, (0, 0), QRectF(0, 0, 2, 2))
    soil = classes[1].rgb[0]
    np.testing.assert_array_equal(red(seen)[16::32, 16::32], [[0, soil], [soil, 0]])


@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)), st.tuples(*[st.floats(0, 1)] * 4), st.integers(1, 7)
)
def test_a_cut_covers_its_part(shape: tuple[int, int], edges: tuple[float, ...], step: int) -> None:
    lines, samples = shape
    (top, bottom), (left, right) = sorted(edges[:2]), sorted(edges[2:])
    part = QRectF(left * samples, top * lines, (right - left) * samples, (bottom - top) * lines)
    assume(not part.isEmpty())
    array = np.arange(lines * samples, dtype=np.uint16).reshape(shape)
    piece, place = cut(array, part, step)
    assert place.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(part)  # QRectF adds: bottom is top + height
    first_line, first_sample = int(place.top()), int(place.left())
    height, width = piece.shape
    np.testing.assert_array_equal(piece, array[first_line::step, first_sample::step][:height, :width])


def test_no_more_is_cut_than_needed() -> None:
    piece, _ = cut(noise(50, 40, 3), QRectF(10, 20, 3, 4), 1)
    assert piece.shape == (6, 5, 3)
