"""Labelling with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from s3fn_gui.session import class_edits
from tests.gui.support import LINES, SAMPLES, Hands

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def press(hands: Hands, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        QTest.keyClick(hands.window.cube_view.canvas, key, held)
    if held is not NONE:  # Qt remembers Shift for later tests, too
        QTest.keyRelease(hands.window.cube_view.canvas, KEY.Key_Shift, NONE)


def begin(hands: Hands, tool: str) -> None:
    """The cursor in the middle of the image, a class, and a tool in the hand."""
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    hands.session.view.set_tool(tool)
    hands.session.view.set_brush(size=1)
    hands.window.cube_view.canvas.setFocus()
    hands.session.cubes.hover((10, 10))


def test_arrows_move_the_cursor_and_stay_on_the_image(hands: Hands) -> None:
    begin(hands, "inspect")
    press(hands, KEY.Key_Right, KEY.Key_Down, KEY.Key_Down)
    assert hands.session.view.hover == (12, 11)
    press(hands, *[KEY.Key_Right] * 9, held=SHIFT)
    press(hands, *[KEY.Key_Down] * 9, held=SHIFT)
    assert hands.session.view.hover == (LINES - 1, SAMPLES - 1)
    hands.session.cubes.hover(None)
    press(hands, KEY.Key_Up)
    assert hands.session.view.hover is not None  # from the middle of the view


def test_a_stroke_is_painted_with_enter_held(hands: Hands) -> None:
    begin(hands, "brush")
    canvas = hands.window.cube_view.canvas
    QTest.keyPress(canvas, KEY.Key_Return)
    press(hands, *[KEY.Key_Right] * 4)
    assert hands.session.work.is_busy
    QTest.keyRelease(canvas, KEY.Key_Return)
    assert hands.count(1) == 5
    hands.session.undo_stack.undo()
    assert hands.count(1) == 0


def test_a_polygon_is_drawn_corner_by_corner(hands: Hands) -> None:
    begin(hands, "polygon")
    press(hands, KEY.Key_Return)
    press(hands, *[KEY.Key_Right] * 6)
    press(hands, KEY.Key_Return, held=SHIFT)
    press(hands, *[KEY.Key_Down] * 6)
    press(hands, KEY.Key_Return, held=SHIFT)
    press(hands, KEY.Key_Return)
    assert not hands.session.work.is_busy
    assert hands.count(1) > 12


def test_the_view_goes_along(hands: Hands) -> None:
    begin(hands, "inspect")
    view = hands.window.cube_view
    view.zoom.centre_on(10, 10, 6)
    press(hands, KEY.Key_Right, KEY.Key_Right, held=SHIFT)
    line, sample = hands.session.view.hover or (0, 0)
    shown = view.box.viewRect()
    assert shown.left() < sample + 0.5 < shown.right()
    assert shown.top() < line + 0.5 < shown.bottom()
