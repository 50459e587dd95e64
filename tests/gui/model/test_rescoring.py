"""The map follows the words while they are edited; and back."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.inference import Prediction, predict, predict_from_words, reworded
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import NO_EXPERTS, PRESETS
from s3fn_core.progress import Operation, Progress, run
from s3fn_core.words.encoder import encode_classes
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.model.rescoring import flow as rescore
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.state import classes_to_map, say_the_same
from s3fn_gui.session import class_edits
from s3fn_gui.words.description_edits import describe_class, lock_paragraph, put_description, put_descriptions
from tests.core.model.models import small, untrained
from tests.gui.support import LINES, SAMPLES, Hands, scene_cube

LOOK = jobs.look
RISING = "Expected reflectance: 450 nm 10 %, 600 nm 30 %, 900 nm 70 %."
FALLING = "Expected reflectance: 450 nm 70 %, 600 nm 50 %, 900 nm 10 %."
WORDS = ClassSet().added("rising").added("falling")
WORDS = WORDS.changed(1, descriptions=(Description(RISING),))
WORDS = WORDS.changed(2, descriptions=(Description(FALLING),))


@cache
def model_of_words() -> S3FNModel:
    """A model whose map follows what the words expect."""
    return replace(untrained(small("pixel"), scene_cube(), WORDS), evidence_weight=50.0)


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    """The map of that model on show."""
    hands.open_scene()
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    session.push_classes(WORDS, "Classes")
    model = model_of_words()
    session.set_model(model)
    session.cubes.set_prediction(item.key, run(predict(model, item.cube, device="cpu")))
    session.select_class(1)
    return hands


def prediction(hands: Hands) -> Prediction:
    assert hands.session.cubes.current is not None
    shown = hands.session.cubes.current.prediction
    assert shown is not None
    return shown


def write(hands: Hands, text: str) -> None:
    """Replace the whole text of the selected class in the editor, as typing does."""
    editor = hands.find("description_editor", QPlainTextEdit)
    editor.selectAll()
    editor.insertPlainText(text)


def followed_by(hands: Hands) -> Prediction:
    """The map once it has followed the words of now."""
    model = hands.session.model
    words = classes_to_map(model.classes, hands.session.classes)
    hands.until(
        lambda: (
            prediction(hands).before is not None and say_the_same(prediction(hands).classes, words, "mean")
        )
    )
    return prediction(hands)


def bar(hands: Hands) -> str:
    """What the bar says, "" while it is not there."""
    frame = hands.find("rescoring_bar")
    return "" if frame.isHidden() else hands.find("rescoring_text", QLabel).text()


def test_typing_changes_the_map_and_the_bar_counts(mapped: Hands) -> None:
    trained = prediction(mapped)
    assert bar(mapped) == ""
    write(mapped, FALLING)
    mapped.session.select_class(2)
    write(mapped, RISING)
    found = followed_by(mapped)
    assert found.before is trained
    half = np.arange(SAMPLES) < SAMPLES // 2
    assert (trained.ids[:, half] == 1).all()
    assert (found.ids[:, half] == 2).all()
    assert mapped.window.cube_view.prediction.array is found.ids
    assert bar(mapped) == f"Words edited: {LINES * SAMPLES:,} pixels changed (100.0 %)"
    words = mapped.session.classes
    other = reworded(mapped.session.model, words, run(encode_classes(words)))
    again = run(predict(other, mapped.session.cubes.current.cube, device="cpu"))
    np.testing.assert_array_equal(found.ids, again.ids)


def test_every_way_of_changing_a_text_is_followed_and_undo_goes_back(mapped: Hands) -> None:
    trained = prediction(mapped)
    put_description(mapped.session, 1, (Description("Wet and dark."),), "Generate")
    followed_by(mapped)
    mapped.trigger("edit.undo")
    assert prediction(mapped) is trained, "at once"
    assert bar(mapped) == ""
    mapped.trigger("edit.redo")
    assert followed_by(mapped).before is trained


def test_the_last_of_many_keys_counts_and_the_scene_is_looked_at_once(
    mapped: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = mapped.find("description_editor", QPlainTextEdit)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    for key in " It is wet.":
        editor.insertPlainText(key)
    found = followed_by(mapped)
    assert found.classes[1].text == f"{RISING} It is wet."
    monkeypatch.setattr(jobs, "look", lambda *_: pytest.fail("looked again"))
    write(mapped, "Wet sand.")
    followed_by(mapped)


def test_names_colours_and_new_names_are_no_words_but_new_descriptions_are(mapped: Hands) -> None:
    trained = prediction(mapped)
    class_edits.rename_class(mapped.session, 1, "ascending")
    class_edits.recolour_class(mapped.session, 1, "#112233")
    class_edits.move_class(mapped.session, 1, 1)
    class_edits.add_class(mapped.session, "flat")
    assert bar(mapped) == ""
    assert prediction(mapped) is trained
    flat = Description("Expected reflectance: 450 nm 10 %, 600 nm 29 %, 900 nm 70 %.")
    put_description(mapped.session, 3, (flat,), "Describe")
    found = followed_by(mapped)
    assert found.classes.ids == (1, 2, 3)
    assert np.count_nonzero(found.ids == 3) > 100
    class_edits.delete_class(mapped.session, 1)
    found = followed_by(mapped)
    assert 1 not in found.ids


SWAPPED = {1: (Description(FALLING),), 2: (Description(RISING),)}
SLIGHTLY = {1: (Description(f"{RISING} "),), 2: (Description(f"{FALLING} Dry."),)}


def test_many_new_descriptions_change_much_of_the_map_only_when_asked(mapped: Hands) -> None:
    trained = prediction(mapped)
    put_descriptions(mapped.session, SWAPPED, "Describe classes from measurement")
    mapped.until(lambda: mapped.states.rescoring.held)
    assert prediction(mapped) is trained
    assert mapped.states.rescoring.held == 1.0
    assert bar(mapped) == "Words edited: they would change 100 % of the map"
    assert "would change 100 % of the map. Press Show to update it." in mapped.message
    write(mapped, f"{FALLING} Wet.")  # one more edit is no permission
    mapped.until(lambda: mapped.window.runner.get(rescore.WORDS) is None)
    assert prediction(mapped) is trained
    mapped.find("bar_rescore.show", QPushButton).click()
    assert (followed_by(mapped).ids != trained.ids).all()
    assert not mapped.states.rescoring.held
    mapped.until(lambda: mapped.message == "")
    write(mapped, f"{FALLING} Dry.")
    followed_by(mapped)


def test_many_new_descriptions_that_change_little_are_followed(mapped: Hands) -> None:
    trained = prediction(mapped)
    put_descriptions(mapped.session, SLIGHTLY, "Describe classes from measurement")
    found = followed_by(mapped)
    assert np.count_nonzero(found.ids != trained.ids) <= rescore.MUCH * trained.ids.size
    assert mapped.message == ""


def test_going_back_ends_what_was_held(mapped: Hands) -> None:
    trained = prediction(mapped)
    put_descriptions(mapped.session, SWAPPED, "Describe classes from measurement")
    mapped.until(lambda: mapped.states.rescoring.held)
    mapped.trigger("edit.undo")
    assert prediction(mapped) is trained
    assert bar(mapped) == ""
    mapped.until(lambda: mapped.message == "")
    write(mapped, FALLING)  # one text alone is followed as ever
    followed_by(mapped)


def test_one_click_goes_back_as_one_step(mapped: Hands) -> None:
    trained = prediction(mapped)
    write(mapped, "Wet.")
    mapped.session.select_class(2)
    write(mapped, "Dry.")
    followed_by(mapped)
    mapped.find("bar_rescore.back", QPushButton).click()
    assert mapped.session.classes == WORDS
    assert prediction(mapped) is trained
    assert bar(mapped) == ""
    mapped.trigger("edit.undo")
    assert [c.text for c in mapped.session.classes] == ["Wet.", "Dry."]


def test_before_and_after_lie_left_and_right_of_the_handle(mapped: Hands) -> None:
    view, trained = mapped.window.cube_view, prediction(mapped)
    write(mapped, FALLING)
    found = followed_by(mapped)
    mapped.states.probe.set_visible(True)
    mapped.trigger("rescore.compare")
    assert not mapped.states.probe.visible
    assert view.before.array is trained.ids
    assert view.prediction.array is found.ids
    assert view.before.shown().right() == view.prediction.shown().left() == view.swipe.x
    assert [badge.text for badge in view.swipe.captions] == ["Trained words", "Edited words"]
    sentence = mapped.find("split_sentence", QLabel)
    assert "uses edited descriptions" in sentence.text()
    mapped.trigger("rescore.back")
    assert not view.swipe.is_on
    assert view.prediction.shown().width() == SAMPLES
    assert "edited words" not in sentence.text()


def test_a_missing_encoder_is_told_once_and_the_map_stays(mapped: Hands, tmp_path: object) -> None:
    session, item = mapped.session, mapped.session.cubes.current
    model = replace(session.model, encoder=f"{tmp_path}/none")
    session.set_model(model)
    trained = run(predict(model, item.cube, device="cpu"))
    session.cubes.set_prediction(item.key, trained)
    told = []
    session.reported.connect(told.append)
    write(mapped, "Wet.")
    mapped.until(lambda: told)
    assert "none" in told[0].text
    write(mapped, "Wet sand.")
    assert not mapped.window.flows.rescore._timer.isActive()
    assert len(told) == 1
    assert prediction(mapped) is trained
    assert "the map still uses the trained words" in bar(mapped)
    assert mapped.window.actions_by_id["rescore.show"].isEnabled()


def slowly(*things: object) -> Operation[Rescorer]:
    """Looking at a scene that takes its time."""
    for _ in range(1000):
        yield Progress("features", 0.0)
        time.sleep(0.01)
    return (yield from LOOK(*things))


def test_cancelling_the_look_at_the_scene_leaves_the_map(
    mapped: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = prediction(mapped)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "look", slowly)
        write(mapped, "Wet.")
        mapped.until(lambda: "reading the scene" in bar(mapped))
        mapped.find("status_cancel", QPushButton).click()
        mapped.until(lambda: mapped.window.runner.get("features") is None)
    assert prediction(mapped) is trained
    assert "the map still uses the trained words" in bar(mapped)
    mapped.find("bar_rescore.show", QPushButton).click()
    followed_by(mapped)


def test_a_cube_that_is_left_while_it_is_looked_at_is_given_up(
    mapped: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, first = mapped.session, mapped.session.cubes.current
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "look", slowly)
        write(mapped, "Wet.")
        mapped.until(lambda: "reading the scene" in bar(mapped))
        session.cubes.add(prepare(replace(scene_cube(), name="other")))
        assert bar(mapped) == ""
        patched.setattr(jobs, "look", LOOK)
        other = session.cubes.current
        trained = run(predict(session.model, other.cube, device="cpu"))
        session.cubes.set_prediction(other.key, trained)
    assert followed_by(mapped).before is trained
    assert mapped.window.flows.rescore.rescorer.features.cube is other.cube
    assert first.prediction.before is None


def test_a_scene_of_gigabytes_is_looked_at_when_it_is_asked_for(
    mapped: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescore, "LARGE", 1000)
    write(mapped, "Wet.")
    assert "the map still uses the trained words" in bar(mapped)
    assert not mapped.window.flows.rescore._timer.isActive()
    mapped.trigger("rescore.show")
    followed_by(mapped)
    write(mapped, "Wet sand.")
    followed_by(mapped)


def test_an_edit_before_the_map_was_made_waits_to_be_asked_for(mapped: Hands) -> None:
    """As in a project whose words were edited after the training; a guess is not such a map."""
    session, item = mapped.session, mapped.session.cubes.current
    model = session.model
    guess = run(predict_from_words(WORDS, item.cube))
    session.cubes.set_prediction(item.key, replace(guess, classes=model.classes))
    put_description(session, 1, (Description("Wet."),), "Describe")
    assert bar(mapped) == ""
    session.cubes.set_prediction(item.key, run(predict(model, item.cube, device="cpu")))
    assert "the map still uses the trained words" in bar(mapped)
    assert mapped.window.runner.get("features") is None
    mapped.trigger("rescore.show")
    followed_by(mapped)


def test_another_treatment_and_back_keeps_the_count(mapped: Hands) -> None:
    from s3fn_core.cubes.treating.treatment import Metadata

    session, item = mapped.session, mapped.session.cubes.current
    write(mapped, FALLING)
    found = followed_by(mapped)
    metadata = replace(Metadata.of(item.source), scale=2.0)
    session.push_treatment(item, replace(item.treatment, metadata=metadata), "Scale")
    assert bar(mapped) == ""
    mapped.trigger("edit.undo")
    assert prediction(mapped) is found
    assert "pixels changed" in bar(mapped)


def test_a_closed_bar_stays_closed_until_the_words_are_the_trained_ones_again(mapped: Hands) -> None:
    write(mapped, "Wet.")
    followed_by(mapped)
    mapped.trigger("rescore.retrain")
    assert "needs" in mapped.message
    mapped.find("rescoring_close").click()
    write(mapped, "Wet sand.")
    followed_by(mapped)
    assert bar(mapped) == ""
    mapped.trigger("rescore.back")
    write(mapped, "Dry.")
    followed_by(mapped)
    assert "pixels changed" in bar(mapped)


def test_retraining_learns_the_words_and_measures_them(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a real training: swapped words turn the map, retraining turns it back.

    Experts, who read no words, would keep the map to the labels.
    """
    monkeypatch.setitem(PRESETS, "pixel", PRESETS["pixel"].with_(experts=NO_EXPERTS))
    hands.open_scene()
    session, item = hands.session, hands.session.cubes.current
    plain = WORDS.changed(1, descriptions=(Description("Bright in the infrared."),))
    plain = plain.changed(2, descriptions=(Description("Bright and blue."),))
    session.push_classes(plain, "Classes")
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    ids[::5, 2:18:4], ids[::5, 22:38:4] = 1, 2
    session.push_labels(item, item.labels.replace_all(ids), "Label")
    session.set_train_settings(replace(session.train_settings, epochs=15))
    hands.trigger("train.start")
    hands.until(lambda: session.model is not None and not hands.states.training.running)
    trained, backbone = prediction(hands), session.model.network.backbone
    assert (trained.ids[:, 5] == 1).all()
    one, two = (c.descriptions for c in session.classes)
    put_descriptions(session, {1: two, 2: one}, "Swap")
    hands.until(lambda: hands.states.rescoring.held)
    hands.trigger("rescore.show")
    assert (followed_by(hands).ids[:, 5] == 2).all()
    hands.trigger("rescore.retrain")
    hands.until(lambda: session.model.classes == session.classes)
    hands.until(lambda: not hands.states.training.running)
    assert session.model.network.backbone is backbone
    assert (prediction(hands).ids[:, 5] == 1).all()
    assert session.model.metrics["held_out"] is not None
    assert "with the edited words" in hands.message
    assert bar(hands) == ""


def test_words_that_come_back_while_the_look_is_being_given_up_are_followed(
    mapped: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stubborn(*things: object) -> Operation[Rescorer]:
        yield Progress("features", 0.0)
        time.sleep(0.6)  # longer than the hand needs to type again
        return (yield from LOOK(*things))

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "look", stubborn)
        write(mapped, "Wet.")
        mapped.until(lambda: "reading the scene" in bar(mapped))
        patched.setattr(jobs, "look", LOOK)
        mapped.trigger("edit.undo")
        mapped.trigger("edit.redo")
        mapped.until(lambda: not mapped.window.flows.rescore._timer.isActive())
    followed_by(mapped)


def test_a_locked_paragraph_does_not_keep_from_going_back(mapped: Hands) -> None:
    session = mapped.session
    lock_paragraph(session, 1, 0, True)
    describe_class(session, 1, f"{RISING}\n\nWet.")
    followed_by(mapped)
    mapped.trigger("rescore.back")
    assert session.classes[1].text == RISING
    assert bar(mapped) == ""
