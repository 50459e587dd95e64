"""Choosing entries of the library for all classes, and taking them as one step."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QListWidget

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.words.library.matching import Library
from s3fn_gui.words.library.classes_dialog import ClassesDialog
from tests.gui.support import Hands
from tests.gui.words.library_hands import SOIL, TREE, WATER, button, library, scene, settle, text

__all__ = ["library"]


def open_dialog(hands: Hands) -> ClassesDialog:
    hands.trigger("words.library_all")
    settle(hands)
    return dialog_of(hands)


def dialog_of(hands: Hands) -> ClassesDialog:
    found = hands.find("library_all", ClassesDialog)
    assert isinstance(found, ClassesDialog)
    return found


def classes(hands: Hands) -> list[str]:
    """Classes with what they take."""
    found = hands.find("library_classes", QListWidget)
    assert isinstance(found, QListWidget)
    return [found.item(line).text().replace("\n", ": ") for line in range(found.count())]


def test_a_class_takes_only_what_was_chosen_for_it(hands: Hands, library: Library) -> None:
    scene(hands, library)
    session = hands.session
    steps = session.undo_stack.count()
    dialog = open_dialog(hands)
    assert classes(hands) == ["soil: not chosen yet", "tree: not chosen yet", "water: not chosen yet"]
    assert not button(hands, "library_take_all").isEnabled()
    layer = hands.window.panels.library_layer
    assert layer.curve is not None
    button(hands, "library_choose").click()
    assert text(hands, "library_class") == "tree (2 of 3)"
    assert layer.curve.colour == session.classes[TREE].color
    button(hands, "library_skip").click()
    dialog.browser.list.setCurrentRow(1)
    dialog.browser.taken.emit()  # as a double click does
    assert classes(hands) == ["soil: bare soil", "tree: takes none", "water: clear ocean water"]
    assert session.undo_stack.count() == steps
    assert button(hands, "library_take_all").text() == "Take for 2 classes"
    button(hands, "library_take_all").click()
    assert session.undo_stack.count() == steps + 1
    assert session.classes[SOIL].text.startswith("Like bare soil.")
    assert session.classes[TREE].text == ""
    assert session.classes[WATER].text.startswith("Like clear ocean water.")
    assert layer.curve is None
    assert hands.message == (
        "soil and water now have expected spectra from the library. "
        "For a first map, press Map from the words alone."
    )
    hands.trigger("words.map")
    item = session.cubes.current
    assert item is not None
    hands.until(lambda: item.prediction is not None)
    hands.trigger("edit.undo")
    assert session.classes[SOIL].text == ""


def test_one_click_takes_all_first_proposals_and_one_can_go_back(hands: Hands, library: Library) -> None:
    scene(hands, library, "soil", "zzqx", "water")
    dialog = open_dialog(hands)
    button(hands, "library_firsts").click()
    assert classes(hands) == ["soil: bare soil", "zzqx: not chosen yet", "water: lake or river water"]
    dialog._list.setCurrentRow(1)
    assert "No material matches zzqx" in text(hands, "library_note")
    button(hands, "library_back").click()
    assert text(hands, "library_class") == "soil (1 of 3)"
    one = dialog.browser.current
    assert one is not None
    assert one.entry.name == "bare soil"
    assert not button(hands, "library_back").isEnabled()
    dialog.reject()
    assert hands.session.classes[SOIL].text == ""


def test_nothing_can_be_chosen_before_there_are_proposals(hands: Hands, library: Library) -> None:
    scene(hands, library)
    hands.states.library.library = None
    hands.trigger("words.library_all")
    assert text(hands, "library_class") == "soil (1 of 3)"
    for name in ("library_choose", "library_back", "library_firsts", "library_take_all"):
        assert not button(hands, name).isEnabled()
    settle(hands)
    assert button(hands, "library_choose").isEnabled()
    assert button(hands, "library_firsts").isEnabled()


def test_classes_that_share_a_curve_are_told_at_once(hands: Hands, library: Library) -> None:
    scene(hands, library, "soil", "bare soil")
    open_dialog(hands)
    button(hands, "library_choose").click()
    assert text(hands, "library_alike") == ""
    button(hands, "library_choose").click()
    assert "both take" in text(hands, "library_alike")
    button(hands, "library_skip").click()
    assert text(hands, "library_alike") == ""


def test_many_that_are_alike_leave_room_for_the_entries(hands: Hands, library: Library) -> None:
    scene(hands, library, *(f"soil {letter}" for letter in "abcdef"), "zzqx")
    dialog = open_dialog(hands)
    button(hands, "library_firsts").click()
    assert classes(hands)[0] == "soil a: ≈ bare soil"
    assert classes(hands)[-1] == "zzqx: not chosen yet"
    assert text(hands, "library_alike").count("both take") == 2
    assert "13 more pairs of classes are alike" in text(hands, "library_alike")
    assert button(hands, "library_firsts").text() == "No proposals for what remains"
    assert not button(hands, "library_firsts").isEnabled()
    assert dialog.browser.list.height() > 100
    dialog._list.setCurrentRow(3)
    assert text(hands, "library_alike").startswith('"soil a" and "soil d" both take')


def test_another_word_is_searched_for_one_class(hands: Hands, library: Library) -> None:
    scene(hands, library, "zzqx", "soil")
    dialog = open_dialog(hands)
    dialog.browser._field.setText("asphalt road")
    hands.until(lambda: dialog.browser.current and dialog.browser.current.entry.name == "asphalt road")
    button(hands, "library_choose").click()
    settle(hands)
    assert classes(hands)[0] == "zzqx: asphalt road"
    assert dialog.browser.text == ""
    one = dialog.browser.current
    assert one is not None
    assert one.entry.name == "bare soil"


def test_what_is_gone_or_locked_is_not_asked_about(hands: Hands, library: Library) -> None:
    scene(hands, library)
    session = hands.session
    kept = replace(Description.now("Never touch this."), locked=True)
    session.push_classes(session.classes.changed(TREE, descriptions=(kept,)), "Lock")
    dialog = open_dialog(hands)
    button(hands, "library_firsts").click()
    assert classes(hands) == ["soil: bare soil", "water: lake or river water"]
    session.push_classes(ClassSet(session.classes.classes[1:]), "Delete soil")
    assert classes(hands) == ["water: lake or river water"]
    assert session.cubes.current is not None
    session.cubes.remove(session.cubes.current.key)
    settle(hands)
    assert button(hands, "library_take_all").text() == "Take for 1 class"
    button(hands, "library_take_all").click()
    assert session.classes[TREE].descriptions == (kept,)
    assert "2100 nm" in session.classes[WATER].text  # without a cube the whole curve is stated
    assert dialog.isHidden()


def test_it_closes_with_the_last_class(hands: Hands, library: Library) -> None:
    scene(hands, library, "soil")
    dialog = open_dialog(hands)
    kept = replace(Description.now("Never touch this."), locked=True)
    hands.session.push_classes(hands.session.classes.changed(SOIL, descriptions=(kept,)), "Lock")
    assert dialog.isHidden()
    hands.trigger("words.library_all")
    assert hands.message == "Every description is locked; unlock what may change."
