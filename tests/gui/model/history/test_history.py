"""Trainings side by side: into the list, back onto the image, compared, kept in the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTabBar

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import TrainSettings
from s3fn_core.progress import Operation, Progress, run
from s3fn_core.project import Project
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.quoting import per_cent
from s3fn_core.results.difference import differing
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.model.history.table import NAME, OA, SETTINGS, TIME, TrainingsTable
from s3fn_gui.model.training import flow
from s3fn_gui.model.training.jobs import Trained, train_and_map
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.trainings import Training
from tests.gui.support import LINES, SAMPLES, WAVELENGTHS, Hands, scene_array

PLACES = [(line, column) for line in range(1, 27, 5) for column in (2, 12)]


def noisy() -> np.ndarray:
    """The scene with so much noise that classifiers differ."""
    rng = np.random.default_rng(1)
    return (scene_array() + rng.normal(0, 0.35, (LINES, SAMPLES, 1))).astype(np.float32)


def prepared(hands: Hands) -> Hands:
    """Two classes, each labelled in places far enough apart to be held out; a short training."""
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    for name, start in (("rise", 0), ("fall", SAMPLES // 2)):
        new = class_edits.add_class(session, name)
        for line, column in PLACES:
            box = (line, start + column, line + 2, start + column + 2)
            session.push_labels(item, item.labels.edit(box, np.ones((2, 2), bool), new), "Paint")
    session.set_train_settings(replace(session.train_settings, epochs=5, device="cpu"))
    return hands


Recorded = dict[object, tuple[list[Progress], Trained]]


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """The trainings so far, by what they were made of."""
    return {}


@pytest.fixture(autouse=True)
def trained_once(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same training gives the same again, as a model of its own, without computing it twice."""

    def remembered(
        items: Sequence[OpenCube], shown: Cube, classes: ClassSet, settings: TrainSettings
    ) -> Operation[Trained]:
        pixels = tuple((item.cube.read().tobytes(), item.labels.ids.tobytes()) for item in items)
        made_of = (pixels, repr(classes), settings)
        if made_of not in recorded:
            steps: list[Progress] = []
            result = run(train_and_map(items, shown, classes, settings), steps.append)
            recorded[made_of] = steps, result
        steps, trained = recorded[made_of]
        yield from steps
        model = replace(trained.result.model, metrics=dict(trained.result.model.metrics))
        return replace(
            trained,
            result=replace(trained.result, model=model),
            prediction=replace(trained.prediction, metrics=model.metrics),
            cube=shown,
        )

    monkeypatch.setattr(flow, "train_and_map", remembered)


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    hands.session.cubes.add(prepare(Cube(noisy(), "scene", wavelengths=WAVELENGTHS)))
    return prepared(hands)


@pytest.fixture
def trained(labelled: Hands) -> Hands:
    train(labelled)
    return labelled


def train(hands: Hands) -> Training:
    before = len(hands.session.trainings.own)
    hands.trigger("train.start")
    hands.until(lambda: len(hands.session.trainings.own) > before and not hands.window.runner.active)
    return hands.session.trainings.own[-1]


def train_longer(hands: Hands) -> Training:
    hands.session.set_train_settings(replace(hands.session.train_settings, epochs=9))
    return train(hands)


def measured(hands: Hands) -> tuple[Training, ...]:
    """The baselines beside the training that is chosen."""
    hands.trigger("models.baselines")
    hands.until(lambda: not hands.states.history.running)
    return tuple(one for one in hands.session.trainings.items if one.is_baseline)


def choose(hands: Hands, *trainings: Training) -> None:
    hands.states.history.choose([one.id for one in trainings])


def show(hands: Hands, training: Training) -> None:
    choose(hands, training)
    hands.trigger("models.show")
    hands.until(lambda: not hands.window.runner.active)


def test_a_training_is_listed_with_what_it_was_made_of(trained: Hands) -> None:
    (one,) = trained.session.trainings.items
    record = one.record
    assert one.model is trained.session.model
    assert (record.name, record.preset, record.settings) == ("pixel", "pixel", "5 epochs")
    assert record.labels == [("rise", 48), ("fall", 48)]
    assert record.date
    assert record.metrics["held_out"]["oa"] == one.model.metrics["held_out"]["oa"]  # type: ignore[union-attr]
    assert record.seconds == one.model.metrics["seconds"]  # type: ignore[union-attr]
    assert {"loss", "accuracy"} <= record.curves.keys()
    assert [name for _, name in record.stages] == ["stage 1", "stage 2"]
    assert trained.session.standing.now.text == 'Trained model "pixel"'
    table = trained.find("trainings_table", TrainingsTable)
    assert isinstance(table, TrainingsTable)
    item = table.item(0, NAME)
    assert item is not None
    assert item.font().bold()
    assert not item.icon().isNull()
    oa = record.metrics["held_out"]["oa"]
    assert table.item(0, OA).text().startswith(f"{100 * oa:.1f} (")  # type: ignore[union-attr]
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, line = (row.split("\t") for row in QApplication.clipboard().text().splitlines())
    assert dict(zip(head, line, strict=True))["overall accuracy %"] == f"{100 * oa:.6g}"


def test_the_next_one_has_another_name_and_the_first_can_be_shown_again(trained: Hands) -> None:
    session = trained.session
    first = session.trainings.items[0]
    item = session.cubes.current
    assert item is not None
    assert item.prediction is not None
    old = item.prediction.ids.copy()
    second = train_longer(trained)
    assert (second.record.name, second.record.settings) == ("pixel 2", "9 epochs")
    show(trained, first)
    assert session.model is first.model
    assert session.standing.now.text == 'Trained model "pixel"'
    assert item.prediction.metrics is first.model.metrics  # type: ignore[union-attr]
    np.testing.assert_array_equal(item.prediction.ids, old)


def test_an_earlier_training_is_older_than_labels_painted_since(trained: Hands) -> None:
    session, item = trained.session, trained.session.cubes.current
    first = session.trainings.items[0]
    assert item is not None
    box = (20, 10, 22, 12)
    session.push_labels(item, item.labels.edit(box, np.ones((2, 2), bool), 1), "Paint")
    train(trained)
    assert "older" not in session.standing.now.text
    show(trained, first)
    trained.until(lambda: "older than the labels (4 px)" in session.standing.now.text)


def test_baselines_answer_what_the_training_was_asked_whatever_was_painted_since(trained: Hands) -> None:
    session, item = trained.session, trained.session.cubes.current
    training = session.trainings.items[0]
    assert item is not None
    session.push_labels(item, item.labels.edit((0, 0, 9, 9), np.ones((9, 9), bool), 1), "Paint")
    baselines = measured(trained)
    assert [one.record.baseline for one in baselines] == [
        "SVM",
        "Shrinkage LDA",
        "Random forest",
        "Spectral angle",
    ]
    assert training.model is not None
    for one in baselines:
        assert one.record.beside == training.id
        assert one.record.labels == training.record.labels
        assert differing(training.model.answers, one.model.answers) == ""  # type: ignore[union-attr,arg-type]
        assert one.record.metrics["held_out"]["count"] == training.record.metrics["held_out"]["count"]
    assert "Measured 4 baselines for pixel. The best is " in trained.message
    again = measured(trained)
    assert len(again) == 4
    assert not {one.id for one in again} & {one.id for one in baselines}


def test_the_map_of_a_baseline_says_whose_it_is(trained: Hands, tmp_path: Path) -> None:
    session, item = trained.session, trained.session.cubes.current
    assert item is not None
    model, baselines = session.model, measured(trained)
    show(trained, baselines[3])
    assert item.prediction is not None
    assert item.prediction.metrics is baselines[3].model.metrics  # type: ignore[union-attr]
    assert session.standing.now.text == "Baseline: spectral angle"
    assert "for comparison" in session.standing.now.tip
    assert session.model is model
    figure = trained.find("figure_oa", QLabel)
    assert isinstance(figure, QLabel)
    assert figure.text() == per_cent(baselines[3].record.metrics["held_out"]["oa"])
    trained.ask.paths["export"] = tmp_path
    trained.ask.formats = ("envi",)
    trained.trigger("file.export")
    trained.until(lambda: not trained.window.runner.active)
    (header,) = tmp_path.glob("*classes*.hdr")
    text = header.read_text("utf-8")
    assert "spectral angle" in text
    assert "map of a baseline classifier" in text


def test_measuring_can_be_cancelled(trained: Hands) -> None:
    trained.trigger("models.baselines")
    bar = trained.find("baselines_progress")
    assert bar.isVisibleTo(trained.window)
    trained.until(lambda: trained.states.history.progress is not None)
    button = trained.find("button_models.stop", QPushButton)
    assert isinstance(button, QPushButton)
    button.click()
    trained.until(lambda: not trained.states.history.running)
    assert not bar.isVisibleTo(trained.window)
    assert len(trained.session.trainings.items) == 1
    assert trained.message == "Measuring baselines cancelled; the list is unchanged."


def test_two_are_compared_on_the_same_pixels(trained: Hands) -> None:
    training, baselines = trained.session.trainings.items[0], measured(trained)
    choose(trained, training, baselines[3])
    state = trained.states.history
    trained.until(lambda: state.comparison is not None)
    comparison = state.comparison
    assert comparison is not None
    assert comparison.found is not None
    gain = training.record.metrics["held_out"]["oa"] - baselines[3].record.metrics["held_out"]["oa"]
    assert comparison.found.gain == pytest.approx(gain)
    tabs = trained.find("model_tabs", QTabBar)
    assert isinstance(tabs, QTabBar)
    assert tabs.tabText(tabs.currentIndex()) == "Difference"
    lead = trained.find("difference_lead", QLabel)
    assert isinstance(lead, QLabel)
    assert f"{comparison.found.count:,} held-out pixels" in lead.text()
    choose(trained, training)
    assert tabs.currentIndex() == 0


def test_different_labels_are_no_pair_and_that_is_said(trained: Hands) -> None:
    session, item = trained.session, trained.session.cubes.current
    first = session.trainings.items[0]
    assert item is not None
    session.push_labels(item, item.labels.edit((0, 0, 9, 9), np.ones((9, 9), bool), 1), "Paint")
    second = train(trained)
    session.set_train_settings(replace(session.train_settings, preset="quick", epochs=0))
    quick = train(trained)
    state = trained.states.history
    for pair, said in (
        ((first, second), "different held-out pixels"),
        ((first, quick), "No test is possible with quick: nothing was held out"),
    ):
        choose(trained, *pair)
        trained.until(lambda: state.comparison is not None)
        assert state.comparison is not None
        assert state.comparison.found is None
        assert said in state.comparison.problem


def test_two_maps_by_swipe(trained: Hands) -> None:
    session, item = trained.session, trained.session.cubes.current
    assert item is not None
    assert item.prediction is not None
    own = item.prediction.ids
    training, baselines = session.trainings.items[0], measured(trained)
    choose(trained, training, baselines[0])
    trained.trigger("models.compare")
    comparison = session.view.comparison
    trained.until(lambda: comparison.before is not None)
    assert comparison.before is not None
    assert comparison.before.captions == ("pixel", "SVM · pixel")
    assert comparison.before.ids is own
    assert item.prediction.maker == "support vector machine"
    assert trained.window.actions_by_id["models.compare"].isChecked()
    class_edits.rename_class(session, 1, "rising")  # a change of words does not end it
    assert comparison.before is not None
    show(trained, training)
    assert comparison.before is None


def test_names_and_notes_are_the_users(trained: Hands) -> None:
    session = trained.session
    (one,) = session.trainings.items
    table = trained.find("trainings_table", TrainingsTable)
    assert isinstance(table, TrainingsTable)
    item = table.item(0, NAME)
    assert item is not None
    item.setText("  before the rain ")
    trained.until(lambda: session.trainings[one.id].record.name == "before the rain")
    trained.until(lambda: session.standing.now.text == 'Trained model "before the rain"')
    item = table.item(0, NAME)
    assert item is not None
    item.setText("  ")
    trained.until(lambda: table.item(0, NAME).text() == "before the rain")  # type: ignore[union-attr]
    note = trained.find("model_note", QLineEdit)
    assert isinstance(note, QLineEdit)
    note.setText("cloud shadow on the left")
    note.editingFinished.emit()
    assert session.trainings[one.id].record.note == "cloud shadow on the left"


def test_deleting_asks_and_takes_the_baselines_along(trained: Hands) -> None:
    session, first = trained.session, trained.session.trainings.items[0]
    measured(trained)
    assert not trained.window.actions_by_id["models.delete"].isEnabled()  # it is the current one
    train(trained)
    choose(trained, first)
    trained.ask.sure = False
    trained.trigger("models.delete")
    assert "Delete pixel and the 4 baselines measured with it?" in trained.ask.asked[-1]
    assert len(session.trainings.items) == 6
    trained.ask.sure = True
    trained.trigger("models.delete")
    assert [one.record.name for one in session.trainings.items] == ["pixel 2"]
    assert trained.states.history.chosen == ()


def test_a_project_brings_all_of_them_back(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_envi(noisy(), tmp_path / "scene.hdr", WAVELENGTHS))
    prepared(hands)
    session, folder = hands.session, tmp_path / "work.s3fnproj"
    first = train(hands)
    baselines = measured(hands)
    second = train_longer(hands)
    show(hands, baselines[2])
    item = session.cubes.current
    assert item is not None
    assert item.prediction is not None
    forest = item.prediction.ids.copy()
    show(hands, first)
    session.trainings.rewrite(first.id, name="early", note="a note")
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty)
    files = {path.name: path.stat().st_mtime_ns for path in (folder / "models").iterdir()}
    assert len(files) == 6
    session.trainings.rewrite(second.id, note="another")
    assert session.dirty
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty)
    assert files == {path.name: path.stat().st_mtime_ns for path in (folder / "models").iterdir()}

    records = [one.record for one in session.trainings.items]
    hands.trigger("file.open_project")
    hands.until(lambda: session.model is not None and session.model is not first.model)
    hands.until(lambda: not hands.window.runner.active)
    found = session.trainings.items
    assert [replace(one.record, file="") for one in found] == records
    current = session.trainings.of_model(session.model)
    assert current is not None
    assert current.record.name == "early"
    assert session.standing.now.text.startswith('Trained model "early"')
    assert not session.dirty
    show(hands, found[3])
    item = session.cubes.current
    assert item is not None
    assert item.prediction is not None
    np.testing.assert_array_equal(item.prediction.ids, forest)
    choose(hands, found[0], found[3])
    hands.until(lambda: hands.states.history.comparison is not None)
    comparison = hands.states.history.comparison
    assert comparison is not None
    assert comparison.found is not None
    choose(hands, found[5])
    hands.trigger("models.delete")
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty)
    assert len(list((folder / "models").iterdir())) == 5
    assert Project.load(folder).models[-1].suffix == ".s3fn"


def test_a_model_from_a_file_joins_the_list(trained: Hands, tmp_path: Path) -> None:
    trained.ask.paths |= {"model target": tmp_path / "mine.s3fn", "model": tmp_path / "mine.s3fn"}
    trained.trigger("model.save")
    trained.until(lambda: not trained.window.runner.active)
    trained.trigger("model.open")
    trained.until(lambda: len(trained.session.trainings.items) == 2)
    opened = trained.session.trainings.items[1]
    assert opened.record.name == "mine"
    assert (opened.record.labels, opened.record.date) == ([], "")
    assert opened.record.curves == trained.session.trainings.items[0].record.curves
    assert opened.record.metrics["held_out"] == trained.session.trainings.items[0].record.metrics["held_out"]


def test_what_is_missing_from_the_folder_is_told_when_it_is_wanted(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_envi(noisy(), tmp_path / "scene.hdr", WAVELENGTHS))
    prepared(hands)
    folder = tmp_path / "work.s3fnproj"
    train(hands)
    train_longer(hands)
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    Project.load(folder).models[0].unlink()
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.model is not None and not hands.window.runner.active)
    show(hands, hands.session.trainings.items[0])
    assert "The model of pixel cannot be opened: its file is missing from the project" in hands.message


def test_columns_go_where_there_is_no_room(trained: Hands) -> None:
    trained.window.docks["models"].raise_()
    table = trained.find("trainings_table", TrainingsTable)
    assert isinstance(table, TrainingsTable)
    table.resize(900, 200)
    assert not table.isColumnHidden(SETTINGS)
    table.resize(260, 200)
    assert table.isColumnHidden(SETTINGS)
    assert table.isColumnHidden(TIME)
    assert not table.isColumnHidden(OA)
    assert table.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_details_lie_below_the_list_in_a_narrow_panel(hands: Hands) -> None:
    """Beside it, a column of single words would be left for them."""
    hands.session.trainings.add(Training(TrainingRecord("one", "one")))
    hands.trigger("workspace.judge")
    hands.window.docks["models"].raise_()
    panel = hands.window.panels.by_name["models"]
    tabs = hands.find("model_tabs", QTabBar)
    for size, beside in (((1366, 768), True), ((1024, 700), False)):
        hands.window.resize(*size)
        hands.trigger("view.reset_docks")
        hands.window.docks["models"].raise_()
        for _ in range(3):
            QApplication.processEvents()
        table = hands.find("trainings_table", TrainingsTable)
        assert (tabs.mapTo(panel, QPoint()).x() > table.mapTo(panel, QPoint()).x() + 50) == beside
        assert tabs.width() >= tabs.sizeHint().width()
    halves = (table.parentWidget(), tabs.parentWidget())
    assert panel.minimumSizeHint().width() < sum(half.minimumSizeHint().width() for half in halves)
