"""Claims of a description in the window: marked, listed, drawn, dragged."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QToolButton, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.words.check import Measurements, check_text
from s3fn_core.words.scene_check import Checked
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.shell.window import MainWindow
from s3fn_gui.words.check.claims_list import marks_in
from s3fn_gui.words.editor.editor import DescriptionEdit
from tests.gui.support import Hands, scene_array

NM = np.linspace(450.0, 900.0, 12)
LINE = "Expected reflectance: 450 nm 10 %, 600 nm 30 %, 750 nm 50 %, 900 nm 70 %."
RISING = f"It rises from 500 to 850 nm and absorbs at 1450 nm. It is 70 % at 450 nm. {LINE}"
FALLING = "It falls from 500 to 850 nm. It is brighter than rising at 450 nm."


def described(rising: str = RISING, locked: bool = False) -> ClassSet:
    classes = ClassSet().added("rising").added("falling")
    classes = classes.changed(1, descriptions=(Description(rising, "llm", locked=locked),))
    return classes.changed(2, descriptions=(Description(FALLING),))


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    """The scene as reflectance with both halves labelled, the rising class selected and checked."""
    cube = Cube(scene_array(), "scene", wavelengths=NM, scale=1.0, simulated=True)
    hands.session.cubes.add(prepare(cube))
    hands.session.push_classes(described(), "Describe")
    item = hands.session.cubes.current
    assert item is not None
    ids = np.ones(item.labels.shape, np.uint8)
    ids[:, 20:] = 2
    hands.session.push_labels(item, item.labels.replace_all(ids), "Label")
    hands.session.select_class(1)
    hands.until(lambda: verdict_of(hands, "rises from 500 to 850 nm") == "supported")
    hands.until(lambda: hands.session.view.statistics)
    return hands


def checked(hands: Hands) -> Checked:
    found = hands.states.check.checked
    assert found is not None
    return found


def verdict_of(hands: Hands, words: str) -> str | None:
    found = hands.states.check.checked
    if found is None:
        return None
    return {found.text[f.claim.start : f.claim.stop]: f.verdict for f in found.findings}.get(words)


def editor(hands: Hands) -> DescriptionEdit:
    found = hands.find("description_editor")
    assert isinstance(found, DescriptionEdit)
    return found


def text(hands: Hands) -> str:
    return hands.session.classes[1].text


def test_the_text_is_marked_and_counted(labelled: Hands) -> None:
    assert verdict_of(labelled, "absorbs at 1450 nm") is None  # the mark is the wavelength alone
    assert verdict_of(labelled, "1450 nm") == "outside"
    assert verdict_of(labelled, "70 % at 450 nm") == "contradicted"
    head = labelled.find("claims_summary", QToolButton)
    assert head.text().replace("\n", " ") == "5 supported, 1 contradicted, 1 outside"
    marked = {
        (s.cursor.selectedText(), s.format.underlineStyle().name) for s in editor(labelled).extraSelections()
    }
    assert ("rises from 500 to 850 nm", "SingleUnderline") in marked
    assert ("70 % at 450 nm", "WaveUnderline") in marked


def test_a_click_on_a_finding_goes_to_its_words(labelled: Hands) -> None:
    box = labelled.find("claims_list", QListWidget)
    assert not box.isVisible()
    labelled.find("claims_summary", QToolButton).click()
    assert box.isVisible()
    first = box.item(0)
    assert "The text says 70 %" in first.text()  # what is contradicted comes first
    box.itemClicked.emit(first)
    assert editor(labelled).textCursor().selectedText() == "70 % at 450 nm"


def test_editing_the_text_and_choosing_a_class_check_anew(labelled: Hands) -> None:
    editor(labelled).setPlainText("It falls from 500 to 850 nm.")
    labelled.until(lambda: verdict_of(labelled, "falls from 500 to 850 nm") == "contradicted")
    labelled.session.select_class(2)
    labelled.until(lambda: verdict_of(labelled, "falls from 500 to 850 nm") == "supported")
    assert verdict_of(labelled, "brighter than rising at 450 nm") == "supported"
    labelled.session.classes_changed.emit()
    editor(labelled).setPlainText("")
    labelled.until(lambda: labelled.states.check.checked is None)
    assert not labelled.find("claims_summary").isVisible()


def test_labels_that_go_leave_nothing_to_compare_with(labelled: Hands) -> None:
    labelled.trigger("label.clear")
    labelled.until(lambda: verdict_of(labelled, "rises from 500 to 850 nm") == "unchecked")


def test_marks_lie_on_the_mean_of_the_selected_class(labelled: Hands) -> None:
    words = labelled.window.panels.check_layer
    assert {450.0, 600.0, 675.0, 750.0, 900.0} == set(words.marks.shown)
    spots = words.marks._spots.points()
    tips = {spot.pos().x(): spot.data() for spot in spots}
    assert "The text says 70 %" in tips[450.0]
    (rise,) = (spot for spot in spots if spot.pos().x() == 675.0)
    assert rise.pos().y() == pytest.approx(0.4, abs=0.02)
    labelled.find("show_class_means", QCheckBox).click()
    assert not words.marks.shown


def test_what_is_expected_is_drawn_in_reflectance_only(labelled: Hands) -> None:
    expected = labelled.window.panels.check_layer.expected
    assert [t.pos().x() for t in expected.targets] == [450, 600, 750, 900]
    labelled.window.flows.spectra.choose_transform("snv")
    labelled.until(lambda: not expected.targets)
    labelled.window.flows.spectra.choose_transform("reflectance")
    labelled.until(lambda: len(expected.targets) == 4)
    labelled.find("show_expected", QCheckBox).click()
    assert expected.expected is None


def drag(window: MainWindow, place: int, value: float, steps: int = 4) -> None:
    """Drag a knot of the expected curve up or down with the mouse."""
    view = window.panels.spectra
    box, viewport = view.plot.getViewBox(), view.plot.viewport()
    target = window.panels.check_layer.expected.targets[place]

    def at(y: float) -> QPoint:
        return view.plot.mapFromScene(box.mapViewToScene(QPointF(target.pos().x(), y)))

    start = target.pos().y()
    QTest.mouseMove(viewport, at(start))
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(start))
    for step in range(1, steps + 1):
        move(viewport, at(start + (value - start) * step / steps))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(value))


def move(viewport: QWidget, position: QPoint) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(position),
        QPointF(viewport.mapToGlobal(position)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)
    QTest.qWait(30)  # pyqtgraph drops moves that follow too fast


def test_a_drag_rewrites_the_line_as_one_step(labelled: Hands) -> None:
    before = text(labelled)
    steps = labelled.session.undo_stack.count()
    versions = len(labelled.session.history.get(1, []))
    drag(labelled.window, 1, 0.42)
    assert re.search(r"450 nm 10 %, 600 nm 4[123](\.\d)? %, 750 nm", text(labelled))
    assert editor(labelled).toPlainText() == text(labelled)
    assert labelled.session.classes[1].descriptions[0].source == "user"
    assert labelled.session.undo_stack.count() == steps + 1
    assert len(labelled.session.history[1]) == versions + 1
    labelled.until(lambda: checked(labelled).text == text(labelled))
    target = labelled.window.panels.check_layer.expected.targets[1]
    assert target.pos().y() == pytest.approx(0.42, abs=0.01)
    labelled.trigger("edit.undo")
    assert text(labelled) == before
    labelled.until(lambda: labelled.window.panels.check_layer.expected.targets[1].pos().y() < 0.31)


def test_locked_words_cannot_be_dragged(labelled: Hands) -> None:
    labelled.session.push_classes(described(locked=True), "Lock")
    labelled.until(lambda: not labelled.window.panels.check_layer.expected.targets[0].movable)
    before = text(labelled)
    drag(labelled.window, 1, 0.42)
    assert text(labelled) == before


def test_marks_find_their_words_in_a_text_with_other_gaps() -> None:
    class_text = "A 😀 leaf.\n\nIt absorbs at 970 nm."
    findings = check_text(class_text, "leaf", (), Measurements(None, np.ones(3, bool)))
    shown = "A 😀  leaf.\n\n\n\nIt absorbs at 970 nm.\n"
    (mark,) = marks_in(findings, class_text, shown)
    assert shown[mark.start : mark.stop] == "970 nm"
    assert marks_in(findings, class_text, "Another text.") == []


def test_a_map_from_the_words_alone_says_that_it_is_a_guess(labelled: Hands) -> None:
    session, action = labelled.session, labelled.window.actions_by_id["words.map"]
    session.push_classes(described("A leaf."), "Say too little")
    labelled.trigger("label.clear")
    labelled.trigger("words.map")
    labelled.until(lambda: "must state reflectances" in labelled.message)
    assert not labelled.window.cube_view.map_badge.isVisible()
    classes = described().changed(2, descriptions=(Description(LINE.replace("70", "5")),))
    session.push_classes(classes, "Describe")
    labelled.trigger("words.map")
    labelled.until(lambda: session.cubes.current is not None and session.cubes.current.prediction is not None)
    assert "A guess from the descriptions alone" in labelled.message
    assert labelled.window.cube_view.map_badge.isVisible()
    labelled.trigger("view.prediction")
    assert not labelled.window.cube_view.map_badge.isVisible()
    assert session.cubes.current is not None
    assert session.cubes.current.prediction is not None
    assert session.cubes.current.prediction.ids[:, :20].mean() < 1.1
    session.push_classes(ClassSet().added("only"), "One class")
    assert not action.isEnabled()


def test_a_key_that_selects_another_class_does_not_give_it_the_knot_that_is_dragged(labelled: Hands) -> None:
    session, words = labelled.session, labelled.window.panels.check_layer
    session.push_classes(described().changed(2, descriptions=(Description(LINE),)), "Describe")
    knot = words.expected.targets[1]
    knot.setPos(knot.pos().x(), 0.4)
    session.select_class(2)
    knot.setPos(knot.pos().x(), 0.5)
    knot.sigPositionChangeFinished.emit(knot)
    assert session.classes[2].text == LINE


def test_a_text_that_was_not_written_anew_has_its_marks_again(labelled: Hands) -> None:
    marked, generation = len(editor(labelled).extraSelections()), labelled.states.generation
    assert marked > 0
    generation.begin(1)
    generation.add(1, "Something")
    assert not editor(labelled).extraSelections()
    generation.finish(1, "refused")
    generation.end("The description is as it was.")
    assert editor(labelled).toPlainText() == text(labelled)
    assert len(editor(labelled).extraSelections()) == marked
