"""The live map: after each stroke and each word, without waiting for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.inference import Prediction, predict
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import Progress, run
from s3fn_core.results.export import LIVE
from s3fn_gui.model.live import flow as live_flow
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.standing import remark_of
from tests.core.model.models import small, untrained
from tests.gui.support import LINES, SAMPLES, Hands, scene_cube

RISING, FALLING = (
    "Expected reflectance: 450 nm 10 %, 700 nm 43 %, 900 nm 70 %.",
    "Expected reflectance: 450 nm 70 %, 700 nm 37 %, 900 nm 10 %.",
)


@pytest.fixture
def painted(hands: Hands) -> Hands:
    """A few labels on the left and on the right."""
    hands.open_scene()
    class_edits.add_class(hands.session, "left")
    class_edits.add_class(hands.session, "right")
    for class_id, sample in ((1, 4), (2, 30)):
        paint(hands, class_id, sample)
    return hands


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


def paint(hands: Hands, class_id: int, sample: int, line: int = 4) -> None:
    item, size = current(hands), 3
    box = (line, sample, line + size, sample + size)
    hands.session.push_labels(item, item.labels.edit(box, np.ones((size, size), bool), class_id), "Paint")


def whole_map(hands: Hands) -> Prediction | None:
    """The live map of the labels as they are, once it is complete."""
    item = current(hands)
    found = item.prediction
    if found is None or not found.live or found.partial or item.basis is None or hands.window.runner.active:
        return None
    same = not item.basis.changes(hands.session.cubes.items, hands.session.classes)
    return found if same else None


def followed(hands: Hands) -> Prediction:
    hands.until(lambda: whole_map(hands) is not None)
    found = whole_map(hands)
    assert found is not None
    return found


def badge(hands: Hands) -> str:
    shown = hands.window.cube_view.map_badge
    return shown.text if shown.isVisible() else ""


def test_it_is_the_map_of_the_quick_preset_after_every_stroke(painted: Hands) -> None:
    painted.trigger("model.live")
    first = followed(painted)
    paint(painted, 1, 12, line=20)
    second = followed(painted)
    assert second is not first
    item = current(painted)
    data, classes = LabelledCube(item.cube, item.labels.ids), painted.session.classes
    model = run(train([data], classes, preset("quick"), device="cpu")).model
    wanted = run(predict(model, item.cube, device="cpu"))
    assert (second.ids == wanted.ids).all()
    assert (second.ids[:, : SAMPLES // 2] == 1).mean() > 0.95
    assert badge(painted) == "Live map"


def test_a_stroke_by_hand_is_followed_and_undone(painted: Hands) -> None:
    painted.trigger("model.live")
    followed(painted)
    painted.session.select_class(1)
    painted.trigger("label.brush")
    painted.stroke((10, 22), (10, 34))  # a wrong one, on the right
    wrong = followed(painted)
    painted.trigger("edit.undo")
    right = followed(painted)
    assert (right.ids != wrong.ids).any()
    assert (right.ids[:, SAMPLES // 2 :] == 2).mean() > 0.95


def test_what_was_said_of_the_map_of_before_goes(painted: Hands) -> None:
    session = painted.session
    for class_id, text in ((1, RISING), (2, FALLING)):
        session.push_classes(
            session.classes.changed(class_id, descriptions=(Description(text),)), "Describe a class"
        )
    painted.trigger("words.map")
    painted.until(lambda: "A guess from the descriptions alone" in painted.message)
    painted.trigger("model.live")
    painted.until(lambda: whole_map(painted))
    assert painted.message == ""


def test_nothing_is_drawn_while_it_is_off(painted: Hands) -> None:
    paint(painted, 1, 12)
    assert current(painted).prediction is None
    painted.trigger("model.live")
    shown = followed(painted)
    painted.trigger("model.live")
    paint(painted, 1, 16)
    assert not painted.window.runner.active
    painted.until(lambda: badge(painted) == "Live map · older than the labels (9 px)")
    assert current(painted).prediction is shown


def test_it_says_what_is_missing(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "left")
    class_edits.add_class(hands.session, "right")
    said: list[str] = []
    hands.session.reported.connect(lambda report: said.append(report.text))
    hands.trigger("model.live")
    hands.until(lambda: "Label two classes" in badge(hands))
    assert badge(hands).startswith("Live waits: ")
    paint(hands, 1, 4)
    hands.until(lambda: "only left has one of them" in badge(hands))
    paint(hands, 1, 8)
    hands.until(lambda: not hands.window.runner.active)
    assert said == []  # the badge has said it
    paint(hands, 2, 30)
    followed(hands)
    assert badge(hands) == "Live map"


def test_words_alone_are_mapped_until_there_are_labels(hands: Hands) -> None:
    hands.open_scene()
    session = hands.session
    classes = ClassSet().added("rising").added("falling")
    session.push_classes(classes, "Classes")
    hands.trigger("model.live")
    hands.until(lambda: session.live.problem)
    for class_id, text in ((1, RISING), (2, FALLING)):
        classes = classes.changed(class_id, descriptions=(Description(text),))
    session.push_classes(classes, "Describe")
    hands.until(lambda: badge(hands) == "Guessed from the words alone")
    prediction = current(hands).prediction
    assert prediction is not None
    assert prediction.live
    assert (prediction.ids[:, : SAMPLES // 2] == 1).all()


def test_a_stroke_replaces_the_map_of_a_trained_model(painted: Hands) -> None:
    session, item = painted.session, current(painted)
    painted.trigger("model.live")
    followed(painted)
    model = untrained(small("pixel"), item.cube, session.classes)
    model = replace(model, metrics={"held_out": {"oa": 0.9, "count": 2}, "split": "Measured."})
    session.set_model(model)
    trained = run(predict(model, item.cube, device="cpu"))
    session.cubes.set_prediction(item.key, trained)
    figure = painted.find("figure_oa", QLabel)
    assert isinstance(figure, QLabel)
    assert badge(painted) == 'Trained model "pixel"'
    assert figure.text() == "90.0 %"
    paint(painted, 1, 12)
    followed(painted)
    assert badge(painted) == "Live map"
    assert figure.text() == "–"
    painted.trigger("train.predict")
    painted.until(lambda: badge(painted) == 'Trained model "pixel" · older than the labels (9 px)')
    assert figure.text() == "90.0 %"
    sentence = painted.find("split_sentence", QLabel)
    assert isinstance(sentence, QLabel)
    assert sentence.text() == "Labels changed since: 9 px. Measured."


def test_a_renamed_colour_draws_nothing_anew(painted: Hands) -> None:
    painted.trigger("model.live")
    shown = followed(painted)
    session = painted.session
    session.push_classes(session.classes.changed(1, color="#112233"), "Recolour")
    assert not painted.window.runner.active
    assert current(painted).prediction is shown


def test_it_is_off_after_a_cube_was_closed_and_in_a_new_session(painted: Hands) -> None:
    assert not painted.session.live.on
    painted.trigger("model.live")
    followed(painted)
    painted.session.cubes.remove(current(painted).key)
    assert not painted.session.live.on
    assert not painted.window.actions_by_id["model.live"].isChecked()


def test_another_cube_is_mapped_when_it_is_shown(painted: Hands) -> None:
    from s3fn_gui.cubes.jobs import prepare

    painted.trigger("model.live")
    followed(painted)
    painted.session.cubes.add(prepare(scene_cube().with_(name="other")))
    found = followed(painted)
    assert current(painted).cube.name == "other"
    assert found.ids.any()


def test_a_defect_is_told_once_and_stops_it(painted: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        yield Progress("live", 0.0)
        raise ZeroDivisionError

    said: list[str] = []
    painted.session.reported.connect(lambda report: said.append(report.level))
    monkeypatch.setattr(live_flow.Drawer, "draw", broken)
    painted.trigger("model.live")
    painted.until(lambda: painted.session.live.problem)
    for sample in (10, 14):
        paint(painted, 1, sample)
    painted.until(lambda: not painted.window.runner.active)
    assert said.count("error") == 1
    assert "switch Live off and on" in badge(painted)
    monkeypatch.undo()
    painted.trigger("model.live")
    painted.trigger("model.live")
    followed(painted)


def test_many_quick_edits_end_with_the_map_of_the_last(painted: Hands) -> None:
    painted.trigger("model.live")
    for number in range(8):
        paint(painted, 1 + number % 2, (12, 30)[number % 2], line=2 + 3 * number)
        painted.window.cube_view.repaint()
    found = followed(painted)
    assert (found.ids != 0).all()


def test_files_of_a_live_map_say_so() -> None:
    ids = np.ones((LINES, SAMPLES), np.uint8)
    live = Prediction(ids, np.ones(ids.shape, np.float32), ClassSet().added("one"), live=True)
    assert remark_of(live) == LIVE
    assert remark_of(replace(live, live=False)) == ""
    assert "words alone" in remark_of(replace(live, from_words=True))


def test_its_key_and_button_are_shown(painted: Hands) -> None:
    action = painted.window.actions_by_id["model.live"]
    assert action.shortcut().toString() == "Ctrl+L"
    bar = painted.find("tool_bar")
    assert any(b.defaultAction() is action for b in bar.findChildren(QToolButton))


def test_strokes_without_a_pause_are_followed_meanwhile(painted: Hands) -> None:
    painted.trigger("model.live")
    followed(painted)
    painted.session.select_class(1)
    painted.trigger("label.brush")
    maps: list[Prediction | None] = []
    painted.session.cubes.prediction_changed.connect(lambda: maps.append(current(painted).prediction))
    for number in range(400):
        line = number % 20
        painted.press(line, 4)
        painted.move(line, 8)
        painted.window.cube_view.repaint()
        painted.release(line, 8)
        QApplication.processEvents()
        if maps:
            break
    assert maps
    followed(painted)
