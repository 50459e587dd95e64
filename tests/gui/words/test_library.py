"""Taking expected spectra from the library of materials, for one class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.progress import run
from s3fn_core.words.claims import expected_line
from s3fn_core.words.library.bundled import MINERALS, bundled
from s3fn_core.words.library.fitting import Fit
from s3fn_core.words.library.matching import Library, open_library
from s3fn_gui.base import theme
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.cubes.metadata.dialog import MetadataDialog
from s3fn_gui.words.library import texts
from s3fn_gui.words.library.entry_dialog import EntryDialog
from s3fn_gui.words.library.entry_list import EntryList
from s3fn_gui.words.library.jobs import Question, answer
from s3fn_gui.words.library.state import Answer, Wanted
from tests.core.model.models import small, untrained
from tests.gui.support import LINES, SAMPLES, Hands, put_labels, scene_cube
from tests.gui.words.library_hands import SOIL, TREE, WATER, button, library, scene, settle, text

__all__ = ["library"]


def open_dialog(hands: Hands) -> EntryDialog:
    hands.trigger("words.library")
    found = hands.find("library", EntryDialog)
    assert isinstance(found, EntryDialog)
    settle(hands)
    return found


def rows(dialog: EntryDialog) -> EntryList:
    return dialog.browser.list


def names(dialog: EntryDialog) -> list[str]:
    return [rows(dialog).item(line).text().split("\n")[0] for line in range(rows(dialog).count())]


def search(hands: Hands, words: str) -> None:
    field = hands.find("library_search", QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(words)
    hands.until(lambda: (w := hands.states.library.wanted) is not None and w.text == words)
    settle(hands)


def test_it_is_opened_when_it_is_first_asked_and_can_be_stopped(hands: Hands) -> None:
    scene(hands, run(open_library()))
    hands.states.library.library = None
    hands.trigger("words.library")
    assert "soil" in hands.find("library", EntryDialog).windowTitle()
    assert not button(hands, "library_take").isEnabled()
    button(hands, "library_stop").click()
    hands.until(lambda: hands.states.library.note)
    assert text(hands, "library_note") == "The library was not opened."
    button(hands, "library_again").click()
    settle(hands)
    assert "best match first" in text(hands, "library_note")
    assert hands.states.library.library is not None


def test_what_a_class_is_called_after_is_there_before_the_encoder(hands: Hands, library: Library) -> None:
    scene(hands, library)
    question = Question(Wanted((SOIL, TREE)), tuple(hands.session.classes), {})
    steps = list(answer(None, (), question))
    (early,) = [step.early for step in steps if step.early is not None]
    assert isinstance(early, Answer)
    assert early.entries[SOIL][0].entry.name == "bare soil"
    assert all(one.literal for found in early.entries.values() for one in found)
    hands.trigger("words.library")
    dialog = hands.find("library", EntryDialog)
    assert isinstance(dialog, EntryDialog)
    state = hands.states.library
    assert state.wanted is not None
    state.library = None
    state.work("Starting the text encoder", 0.5, replace(early, wanted=state.wanted))
    assert names(dialog)[0] == "bare soil"
    assert text(hands, "library_note") == "Found by the name of the class. Starting the text encoder…"
    assert button(hands, "library_take").isEnabled()
    state.library = library
    settle(hands)


def test_proposals_appear_and_nothing_is_taken_without_a_click(hands: Hands, library: Library) -> None:
    scene(hands, library)
    steps = hands.session.undo_stack.count()
    dialog = open_dialog(hands)
    assert names(dialog)[0] == "bare soil"
    assert len(names(dialog)) == 5
    assert rows(dialog).item(0).text().split("\n")[1].startswith("named in the class name as “soil” · field")
    assert "Licence: MIT" in text(hands, "library_credit")
    assert "Source:" in rows(dialog).item(0).toolTip()
    assert rows(dialog).item(0).icon().availableSizes()
    dialog.reject()
    assert hands.session.undo_stack.count() == steps
    assert hands.session.classes[SOIL].text == ""


def test_a_row_is_previewed_until_the_dialog_closes(hands: Hands, library: Library) -> None:
    scene(hands, library)
    layer = hands.window.panels.library_layer
    dialog = open_dialog(hands)
    assert layer.curve is not None
    first = layer.curve
    assert first.dashed
    assert first.colour == hands.session.classes[SOIL].color
    rows(dialog).setCurrentRow(2)
    assert layer.curve is not first
    hands.session.select_class(WATER)
    settle(hands)
    assert names(dialog)[0] == "lake or river water"
    assert "water" in dialog.windowTitle()
    assert layer.curve is not None
    assert layer.curve.colour == hands.session.classes[WATER].color
    dialog.reject()
    assert layer.curve is None
    assert layer.extent is None


def test_taking_is_one_step_with_its_origin(hands: Hands, library: Library) -> None:
    scene(hands, library)
    session = hands.session
    old = Description.now("Dry and bright.\n" + expected_line([(500, 0.9), (600, 0.9), (700, 0.9)]))
    kept = replace(Description.now("Never touch this."), locked=True)
    session.push_classes(session.classes.changed(SOIL, descriptions=(old, kept)), "Describe")
    steps, versions = session.undo_stack.count(), len(session.history.get(SOIL, []))
    dialog = open_dialog(hands)
    assert "its closing line is replaced" in text(hands, "library_warning")
    button(hands, "library_take").click()
    assert session.undo_stack.count() == steps + 1
    assert session.undo_stack.undoText() == "Take bare soil for soil"
    mine, locked, taken = session.classes[SOIL].descriptions
    assert mine.text == "Dry and bright."
    assert locked == kept
    assert taken.source == "library"
    assert str(taken.model).startswith("bare soil in materials")
    assert taken.text.startswith("Like bare soil. Expected reflectance:")
    assert "2100 nm" not in taken.text  # the scene ends before
    assert len(session.history[SOIL]) == versions + 1
    assert dialog.isHidden()
    assert hands.message == "soil now has the expected spectrum of bare soil."
    assert "the library (bare soil)" in text(hands, "description_provenance")
    hands.until(lambda: hands.window.panels.check_layer.expected.expected is not None)
    hands.trigger("edit.undo")
    assert session.classes[SOIL].descriptions == (old, kept)


def test_a_double_click_takes(hands: Hands, library: Library) -> None:
    scene(hands, library)
    dialog = open_dialog(hands)
    rows(dialog).setCurrentRow(2)
    place = rows(dialog).visualItemRect(rows(dialog).item(2)).center()
    QTest.mouseClick(rows(dialog).viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(rows(dialog).viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert hands.session.classes[SOIL].text.startswith("Like sand.")


def test_a_class_without_a_telling_name_takes_the_colour_of_the_material(
    hands: Hands, library: Library
) -> None:
    scene(hands, library, "class 1", "trees")
    by_name = {entry.name: entry for entry in bundled()}
    flow, colours = hands.window.flows.library, [c.color for c in hands.session.classes]
    assert flow.take({1: by_name["lichen"], 2: by_name["lake or river water"]})
    assert [c.color for c in hands.session.classes] == colours  # that green is of the trees
    assert flow.take({1: by_name["bare soil"]})
    assert [c.color for c in hands.session.classes] == ["#804c40", colours[1]]
    hands.trigger("edit.undo")
    assert [c.color for c in hands.session.classes] == colours


def test_the_second_class_without_labels_points_to_the_map(hands: Hands, library: Library) -> None:
    scene(hands, library)
    for class_id in (SOIL, TREE):
        hands.session.select_class(class_id)
        open_dialog(hands)
        button(hands, "library_take").click()
    assert hands.message.endswith("press Map from the words alone.")
    button(hands, "message_action").click()
    item = hands.session.cubes.current
    assert item is not None
    hands.until(lambda: item.prediction is not None)


def test_the_whole_collection_is_searched(hands: Hands, library: Library) -> None:
    scene(hands, library)
    dialog = open_dialog(hands)
    search(hands, "asphalt")
    assert "asphalt road" in names(dialog)
    assert len(names(dialog)) > 5
    assert "contains “asphalt”" in rows(dialog).item(0).text()
    shelf = hands.find("library_collection", QComboBox)
    assert isinstance(shelf, QComboBox)
    search(hands, "kaolinite")
    shelf.setCurrentIndex(shelf.findData(MINERALS))
    settle(hands)
    found = {rows(dialog).item(i).data(Qt.ItemDataRole.UserRole).entry.collection for i in range(3)}
    assert found == {MINERALS}
    assert len({rows(dialog).item(i).text() for i in range(3)}) == 3  # by the titles of their source
    search(hands, "zzqx")
    assert names(dialog) == []
    assert "Try another word" in text(hands, "library_note")
    assert not button(hands, "library_take").isEnabled()
    shelf.setCurrentIndex(0)
    search(hands, "")
    assert names(dialog)[0] == "bare soil"


def test_spectra_of_the_users_own_are_proposed_and_searched(hands: Hands, library: Library) -> None:
    scene(hands, library)
    dialog = open_dialog(hands)
    mine = replace(bundled()[0], name="soil of our field", synonyms=(), collection="field.csv")
    hands.states.library.set_own((mine,))
    hands.until(lambda: "soil of our field" in names(dialog))
    shelf = hands.find("library_collection", QComboBox)
    assert isinstance(shelf, QComboBox)
    shelf.setCurrentIndex(shelf.findData("field.csv"))
    settle(hands)
    assert names(dialog) == ["soil of our field"]
    button(hands, "library_take").click()
    assert "in field.csv" in str(hands.session.classes[SOIL].descriptions[0].model)
    hands.states.library.set_own(())
    hands.trigger("words.library")
    assert shelf.findData("field.csv") < 0


def test_return_in_the_search_takes_nothing(hands: Hands, library: Library) -> None:
    scene(hands, library)
    dialog = open_dialog(hands)
    field = hands.find("library_search", QLineEdit)
    QTest.keyClicks(field, "water")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert hands.session.classes[SOIL].text == ""
    settle(hands)
    QTest.keyClick(rows(dialog), Qt.Key.Key_Return)
    assert dialog.isHidden()
    assert hands.session.classes[SOIL].descriptions[0].source == "library"


def test_where_nothing_matches_the_nearest_are_shown_as_such(hands: Hands, library: Library) -> None:
    scene(hands, library, "zzqx", "soil")
    dialog = open_dialog(hands)
    assert len(names(dialog)) == 5
    assert "No material matches zzqx; these are the nearest" in text(hands, "library_note")
    assert hands.session.classes[SOIL].text == ""


def test_labels_order_the_proposals(hands: Hands, library: Library) -> None:
    scene(hands, library, "crops", "soil")
    session = hands.session
    dialog = open_dialog(hands)
    assert "labelled pixels" not in text(hands, "library_note")
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    ids[5:10, 3:9] = 1
    assert session.cubes.current is not None
    put_labels(session, session.cubes.current, ids)
    hands.until(lambda: "text and labelled pixels" in text(hands, "library_note"))
    settle(hands)
    fits = [rows(dialog).item(i).text().split("\n")[2] for i in range(rows(dialog).count())]
    assert all("° from the labelled mean" in one for one in fits)


def test_a_locked_description_is_left_alone(hands: Hands, library: Library) -> None:
    scene(hands, library)
    session = hands.session
    kept = replace(Description.now("Never touch this."), locked=True)
    dialog = open_dialog(hands)
    assert button(hands, "library_take").isEnabled()
    session.push_classes(session.classes.changed(SOIL, descriptions=(kept,)), "Lock")
    assert "All paragraphs of soil are locked" in text(hands, "library_warning")
    assert not button(hands, "library_take").isEnabled()
    rows(dialog).taken.emit()
    assert not hands.window.flows.library.take({SOIL: bundled()[0]})
    assert session.classes[SOIL].descriptions == (kept,)


def test_classes_and_cubes_may_go_while_it_is_open(hands: Hands, library: Library) -> None:
    scene(hands, library)
    session = hands.session
    dialog = open_dialog(hands)
    session.push_classes(ClassSet(session.classes.classes[1:]), "Delete soil")
    settle(hands)
    assert "tree" in dialog.windowTitle()
    assert names(dialog)[0] == "deciduous tree canopy"
    assert session.cubes.current is not None
    session.cubes.remove(session.cubes.current.key)
    settle(hands)
    assert hands.window.panels.library_layer.curve is None
    session.push_classes(ClassSet(), "Delete all")
    assert text(hands, "library_note") == "Select a class first."
    assert not button(hands, "library_take").isEnabled()
    hands.trigger("edit.undo")
    session.select_class(TREE)
    settle(hands)
    button(hands, "library_take").click()
    assert "2100 nm" in session.classes[TREE].text  # without a cube the whole curve is stated


def test_it_says_where_a_cube_is_not_reflectance(hands: Hands, library: Library) -> None:
    scene(hands, library)
    open_dialog(hands)
    assert text(hands, "library_warning") == ""
    hands.trigger("cube.other_values")
    assert "scene does not hold reflectance" in text(hands, "library_warning")
    hands.session.cubes.add(replace(prepare(scene_cube().with_(wavelengths=None)), key="bare"))
    assert "has no wavelengths" in text(hands, "library_warning")
    settle(hands)
    button(hands, "library_mend").click()
    metadata = hands.window.findChild(MetadataDialog)
    assert metadata is not None
    assert metadata.isVisible()
    metadata.reject()
    button(hands, "library_take").click()
    assert hands.session.classes[SOIL].descriptions[0].source == "library"


def test_a_range_that_an_entry_hardly_covers_is_refused(hands: Hands, library: Library) -> None:
    scene(hands, library)
    far = scene_cube().with_(wavelengths=np.linspace(2350, 2600, 12))
    hands.session.cubes.add(replace(prepare(far), key="far"))
    open_dialog(hands)
    assert "take another entry" in text(hands, "library_warning")
    assert not button(hands, "library_take").isEnabled()
    assert not hands.window.flows.library.take({SOIL: bundled()[0]})
    assert "take another entry" in hands.message


def test_a_trained_model_learned_other_words(hands: Hands, library: Library) -> None:
    scene(hands, library)
    hands.session.set_model(untrained(small("pixel"), scene_cube(), hands.session.classes))
    assert hands.window.flows.library.take({SOIL: bundled()[0]})
    assert "train again" in hands.message


def test_agreement_in_plain_words() -> None:
    assert texts.agreement(None, True) == ""
    assert texts.agreement(Fit(6.2, np.log(0.8)), True) == "6° from the labelled mean; labels 0.8 × as bright"
    assert texts.agreement(Fit(6.2, 0.01), True) == "6° from the labelled mean, equally bright"
    assert texts.agreement(Fit(6.2, 0.0), False) == "6° from the labelled mean"


def test_curves_follow_the_theme(hands: Hands, library: Library) -> None:
    scene(hands, library)
    dialog = open_dialog(hands)
    rows(dialog).setCurrentRow(1)
    before = rows(dialog).item(1).icon().cacheKey()
    theme._changes.happened.emit()
    assert rows(dialog).item(1).icon().cacheKey() != before
    assert rows(dialog).currentRow() == 1
