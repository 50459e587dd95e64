"""The tour: five hints at what can be seen, ended once and for all, or brought back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from s3fn_core.project.trainings import TrainingRecord
from s3fn_gui.session.trainings import Training
from s3fn_gui.start.tour import HINTS
from tests.gui.support import Hands


def title(hands: Hands) -> str:
    found = hands.find("tour_title", QLabel)
    assert isinstance(found, QLabel)
    return found.text() if hands.find("tour").isVisible() else ""


def test_five_hints_lead_from_opening_to_judging(hands: Hands) -> None:
    tour, bubble = hands.window.tour, hands.find("tour")
    tour.offer()
    assert title(hands) == "Open"
    hands.open_scene()
    assert title(hands) == "Label"  # the first thing is done
    seen = ["Open"]
    while hint := tour.hint:
        seen.append(title(hands))
        assert hands.window.rect().contains(bubble.geometry()), hint.title
        button = hands.find("tour_next", QPushButton)
        assert isinstance(button, QPushButton)
        button.click()
    assert seen == [hint.title for hint in HINTS]
    assert title(hands) == ""


def test_the_hint_follows_who_goes_ahead_without_it(hands: Hands) -> None:
    tour = hands.window.tour
    tour.offer()
    hands.trigger("workspace.train")
    assert title(hands) == "Open"  # nothing is open to go on with
    hands.open_scene()
    assert title(hands) == "Label"
    hands.trigger("workspace.look")
    assert title(hands) == "Label"
    hands.trigger("workspace.train")
    assert title(hands) == "Train"
    hands.trigger("workspace.label")  # back to more labels: that hint has been read
    assert title(hands) == "Train"


def test_a_model_leads_to_judging(hands: Hands) -> None:
    hands.open_scene()
    hands.window.tour.begin()
    hands.window.tour.go_on()
    hands.session.trainings.add(Training(TrainingRecord("one", "one")))
    assert title(hands) == "Judge"


def test_the_hint_on_describing_leaves_the_buttons_of_the_panel_free(hands: Hands) -> None:
    window = hands.window
    window.resize(1366, 768)
    hands.open_scene()
    hands.trigger("workspace.label")
    window.tour.begin()
    window.tour.go_on()
    hands.trigger("workspace.describe")
    bubble, editor = hands.find("tour"), hands.find("description_editor")

    def top(widget: QWidget) -> int:
        return widget.mapTo(window, QPoint(0, 0)).y()

    hands.until(lambda: bubble.isVisible() and bubble.geometry().bottom() <= top(editor), 5)


def test_who_has_ended_the_tour_asks_for_it(hands: Hands) -> None:
    tour, bubble = hands.window.tour, hands.find("tour")
    tour.offer()
    hands.find("tour_close").setFocus()
    QTest.keyClick(hands.find("tour_close"), Qt.Key.Key_Escape)
    assert not bubble.isVisible()
    tour.offer()
    assert not bubble.isVisible()
    hands.trigger("help.tour")
    assert title(hands) == "Open"
    tour.go_on(-1)  # there is none before
    assert title(hands) == "Open"


def test_a_hint_lies_at_its_place_and_leaves_the_keys_alone(hands: Hands) -> None:
    window = hands.window
    hands.open_scene()
    hands.trigger("workspace.label")
    hands.window.cube_view.canvas.setFocus()
    hands.trigger("help.tour")
    QTest.mouseClick(hands.find("tour_next", QPushButton), Qt.MouseButton.LeftButton)
    assert window.focusWidget() is window.cube_view.canvas
    button = hands.find("button_label.add_class")
    middle = button.mapTo(window, button.rect().center())
    bubble = hands.find("tour")
    assert bubble.geometry().left() < middle.x() < bubble.geometry().right()
    assert 0 <= bubble.geometry().top() - middle.y() <= button.height()
    hands.trigger("label.add_class")
    hands.trigger("label.brush")
    hands.stroke((20, 20), (20, 24))  # where the hint does not lie
    assert hands.count(1) > 0
    window.resize(1000, 640)
    hands.until(lambda: window.rect().contains(bubble.geometry()))


def test_a_hint_waits_while_it_would_cover_a_message(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("workspace.objects")
    hands.trigger("help.tour")
    hands.window.tour.go_on()
    assert hands.find("tour").isVisible()
    hands.session.report("info", "Something to read. " * 9, action="mask.apply")
    hands.until(lambda: not hands.find("tour").isVisible())
    hands.window.message_bar.hide()
    hands.until(lambda: hands.find("tour").isVisible())
