"""The panel of results: matrix, pixels of a cell, contradicted labels, tables to take along."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QTabBar, QTableWidget, QToolButton

from s3fn_core.model.applying.inference import Prediction
from s3fn_core.results.answers import AskedCube, HeldOutAnswers
from s3fn_core.types import IdArray
from s3fn_gui.results.confusion_table import ConfusionTable
from s3fn_gui.results.layer import LIT
from s3fn_gui.results.state import Wish, title_of
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.core.model.models import small, untrained
from tests.gui.support import BANDS, LINES, SAMPLES, Hands, put_labels, scene_cube

CLASSES, CONFUSION, RELIABILITY, ERRORS = range(4)


def held_out(names: tuple[str, ...] = ("scene",)) -> HeldOutAnswers:
    """Every third pixel of some lines was asked; the left half is class 1."""
    rng = np.random.default_rng(1)
    places = np.array(
        [(n, line, s) for n in range(len(names)) for line in (4, 9) for s in range(0, SAMPLES, 3)]
    )
    truth = np.where(places[:, 2] < SAMPLES // 2, 1, 2).astype(np.uint8)
    right = rng.random(len(places)) < 0.75
    sure = rng.uniform(0.6, 0.9, len(places))
    first = np.where((truth == 1) == right, sure, 1 - sure)
    logs = np.log(np.column_stack([first, 1 - first])).astype(np.float32)
    cubes = tuple(AskedCube(name, (LINES, SAMPLES)) for name in names)
    return HeldOutAnswers.of(cubes, places, truth, logs, places[:, 2] // 4, "blocks", (1, 2))


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    """A map of the first class alone by a model with answers, which the right half of labels contradicts."""
    hands.open_scene()
    class_edits.add_class(hands.session, "rise")
    class_edits.add_class(hands.session, "fall")
    put(hands, held_out())
    hands.window.docks["results"].raise_()
    return hands


def put(hands: Hands, answers: HeldOutAnswers | None, kept: bool = True) -> None:
    """A model and its map; its file may have lost the answers."""
    assert answers is not None
    metrics = {"held_out": answers.accuracy(hands.session.classes).to_json(), "split": "Measured."}
    found = answers if kept else None
    model = replace(
        untrained(small("pixel"), scene_cube(), hands.session.classes), metrics=metrics, answers=found
    )
    hands.session.set_model(model)
    ids = np.ones((LINES, SAMPLES), np.uint8)
    prediction = Prediction(
        ids, np.ones(ids.shape, np.float32), model.classes, metrics=metrics, answers=found
    )
    hands.session.cubes.set_prediction(current(hands).key, prediction)


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def matrix(hands: Hands) -> ConfusionTable:
    found = hands.find("confusion_table", ConfusionTable)
    assert isinstance(found, ConfusionTable)
    return found


def page(hands: Hands, place: int) -> None:
    tabs = hands.find("result_tabs", QTabBar)
    assert isinstance(tabs, QTabBar)
    tabs.setCurrentIndex(place)


def click(hands: Hands, row: int, column: int) -> None:
    page(hands, CONFUSION)
    table = matrix(hands)
    index = table.model().index(row, column)
    table.scrollTo(index)
    where = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def wrong() -> tuple[IdArray, IdArray]:
    """Lines and samples of what is fall and was assigned to rise."""
    answers = held_out()
    rows = (answers.truth == 2) & (answers.predicted == 1)
    line, sample = answers.pixels[rows].T
    return line, sample


def test_the_matrix_counts_the_answers_and_says_what_its_axes_are(mapped: Hands) -> None:
    page(mapped, CONFUSION)
    model, answers = matrix(mapped).model(), held_out()
    for row, truth in enumerate((1, 2)):
        for column, said in enumerate((1, 2)):
            count = len(answers.where(None, truth, said))
            assert model.index(row, column).data() == str(count)
    assert model.index(2, 2).data() == str(len(answers))
    assert model.headerData(1, Qt.Orientation.Horizontal) == "fall"
    tip = model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "fall assigned to rise" in tip
    titles = {found.text() for found in mapped.window.panels.by_name["results"].findChildren(QLabel)}
    assert "Columns: class assigned by the model" in titles


def test_the_matrix_in_per_cent_of_rows_shows_the_recall(mapped: Hands) -> None:
    page(mapped, CONFUSION)
    kind = mapped.find("confusion_kind", QComboBox)
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(1)
    kind.activated.emit(1)
    recall = mapped.states.results.metrics["held_out"]["per_class"][0]["recall"]
    assert matrix(mapped).model().index(0, 0).data() == f"{100 * recall:.1f}"
    kind.setCurrentIndex(2)
    kind.activated.emit(2)
    precision = mapped.states.results.metrics["held_out"]["per_class"][0]["precision"]
    assert matrix(mapped).model().index(0, 0).data() == f"{100 * precision:.1f}"


def test_a_click_lights_the_pixels_of_a_cell_and_shows_their_spectra(mapped: Hands) -> None:
    click(mapped, 1, 0)
    layer, line_sample = mapped.window.image.result_layer, wrong()
    lit = layer.chosen.overlay.array
    assert lit is not None
    expected = np.zeros((LINES, SAMPLES), np.uint8)
    expected[line_sample] = 1
    np.testing.assert_array_equal(lit, expected)
    assert layer.legend.isVisible()
    assert layer.legend.lines == [f"{len(line_sample[0])} px: fall assigned to rise"]
    curves = mapped.window.panels.result_curves
    mapped.until(lambda: curves.curves)
    mean = next(c for c in curves.curves if c.thick)
    spectra = current(mapped).cube.read()[line_sample]
    np.testing.assert_allclose(mean.y, spectra.mean(0), rtol=1e-5)
    assert mean.colour == LIT
    assert sum(c.faint for c in curves.curves) == min(5, len(spectra))


def test_a_second_click_walks_through_the_pixels(mapped: Hands) -> None:
    zoom, (lines, samples) = mapped.window.cube_view.zoom, wrong()
    click(mapped, 1, 0)
    before = mapped.window.cube_view.box.viewRect()
    assert mapped.states.results.position is None
    for number in range(3):
        click(mapped, 1, 0)
        assert mapped.states.results.position == (lines[number], samples[number])
        assert text(mapped, "chosen_place") == f"{number + 1} of {len(lines)}"
    seen = mapped.window.cube_view.box.viewRect()
    assert seen != before
    assert seen.contains(samples[2] + 0.5, lines[2] + 0.5)
    assert zoom is not None
    assert len(mapped.window.image.result_layer.mark.ring.getData()[0]) == 2  # ring and its shade
    QTest.keyClick(matrix(mapped), Qt.Key.Key_Return)
    assert mapped.states.results.position == (lines[3], samples[3])
    mapped.states.results.step(-1)
    back = mapped.find("chosen_back", QToolButton)
    assert isinstance(back, QToolButton)
    back.click()
    assert mapped.states.results.position == (lines[1], samples[1])
    for _ in range(len(lines) - 1):
        mapped.states.results.step(1)
    assert mapped.states.results.position == (lines[0], samples[0])


def test_a_total_stands_for_all_of_its_row_or_column(mapped: Hands) -> None:
    click(mapped, 0, 2)
    chosen = mapped.states.results.chosen
    assert chosen is not None
    assert len(chosen.pixels) == len(held_out().where(None, 1))
    click(mapped, 2, 1)
    chosen = mapped.states.results.chosen
    assert chosen is not None
    assert len(chosen.pixels) == len(held_out().where(None, None, 2))


def test_all_is_withdrawn_with_the_map_the_model_and_the_cube(mapped: Hands) -> None:
    session, item = mapped.session, current(mapped)
    ways = (
        lambda: session.cubes.set_prediction(item.key, replace(item.prediction)),
        lambda: put(mapped, held_out()),
        lambda: session.view.set_blind(True),
        lambda: session.view.set_blind(False),
        lambda: session.work.let_go.emit(),
        lambda: session.cubes.remove(item.key),
    )
    for way in ways:
        if not session.view.blind:
            click(mapped, 1, 0)
            click(mapped, 1, 0)
            assert mapped.states.results.chosen is not None
        way()
        assert mapped.states.results.chosen is None
        assert mapped.states.results.position is None
        assert mapped.window.image.result_layer.chosen.overlay.array is None
        assert not mapped.window.image.result_layer.legend.isVisible()
        assert mapped.window.panels.result_curves.curves == ()


def test_a_cell_of_an_old_model_shows_no_pixels_and_says_so(mapped: Hands) -> None:
    put(mapped, held_out(), kept=False)
    click(mapped, 1, 0)
    assert mapped.states.results.chosen is None
    assert "holds no predictions of single pixels" in text(mapped, "confusion_hint")
    assert matrix(mapped).viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    assert text(mapped, "figure_oa") != "–"


def test_answers_of_other_cubes_are_counted_but_not_lit(mapped: Hands) -> None:
    put(mapped, held_out(("scene", "another")))
    click(mapped, 1, 0)
    chosen = mapped.states.results.chosen
    assert chosen is not None
    assert len(chosen.pixels) == len(wrong()[0])
    assert f"{chosen.elsewhere} in other cubes" in text(mapped, "chosen_place")
    put(mapped, held_out(("another",)))
    click(mapped, 1, 0)
    assert mapped.states.results.chosen is None
    assert "lie in other cubes: another" in text(mapped, "confusion_hint")
    put(mapped, held_out(("scene", "scene")))
    assert "Several cubes are named scene" in text(mapped, "confusion_hint")


def test_contradicted_labels_are_counted_marked_and_gone_through(mapped: Hands) -> None:
    labels = np.zeros((LINES, SAMPLES), np.uint8)
    labels[2, :5], labels[3, 20:23] = 1, 2  # the map is class 1 everywhere
    put_labels(mapped.session, current(mapped), labels)
    state = mapped.states.results
    page(mapped, ERRORS)
    mapped.until(lambda: state.errors is not None)
    table, switch = mapped.find("errors_table", QTableWidget), mapped.find("show_label_errors", QCheckBox)
    assert isinstance(table, QTableWidget)
    assert isinstance(switch, QCheckBox)
    shown = [[table.item(line, k).text() for k in range(5)] for line in range(2)]  # type: ignore[union-attr]
    assert shown == [["rise", "5", "0", "0.0", ""], ["fall", "3", "3", "100.0", "rise"]]
    layer = mapped.window.image.result_layer
    assert layer.errors.overlay.array is None
    switch.click()
    assert mapped.window.actions_by_id["view.label_errors"].isChecked()
    np.testing.assert_array_equal(layer.errors.overlay.array, labels == 2)
    assert layer.legend.lines == ["3 px: label contradicted"]
    table.cellClicked.emit(1, 0)
    table.cellClicked.emit(1, 0)
    assert state.position == (3, 20)
    item = current(mapped)  # mend that one: two are left, and the next is the one that followed it
    mapped.session.push_labels(item, item.labels.edit((3, 20, 4, 21), np.ones((1, 1), bool), 1), "Mend")
    mapped.until(lambda: state.chosen is not None and len(state.chosen.pixels) == 2)
    table.cellClicked.emit(1, 0)
    assert state.position == (3, 21)
    mapped.session.view.set_blind(True)
    assert state.errors is None
    assert layer.errors.overlay.array is None


def test_what_pixels_are_is_said_in_words() -> None:
    names = {1: "soil", 2: "tree"}
    said = {
        wish: title_of(wish, names)
        for wish in (
            Wish("answers", 1, 2),
            Wish("answers", 1, 1),
            Wish("answers", 1),
            Wish("answers", None, 2),
            Wish("answers"),
            Wish("labels", 1),
        )
    }
    assert list(said.values()) == [
        "soil assigned to tree",
        "soil: correct",
        "Labelled soil",
        "Assigned to tree",
        "All held-out pixels",
        "soil: the map says otherwise",
    ]


def test_every_table_is_copied_and_saved(mapped: Hands, tmp_path: Path) -> None:
    labels = np.zeros((LINES, SAMPLES), np.uint8)
    labels[2, :5] = 2
    put_labels(mapped.session, current(mapped), labels)
    copy, save = mapped.find("copy_table", QToolButton), mapped.find("save_table", QToolButton)
    assert isinstance(copy, QToolButton)
    assert isinstance(save, QToolButton)
    for place, start in (
        (CLASSES, "class\trecall"),
        (CONFUSION, "label (rows)"),
        (RELIABILITY, "confidence"),
        (ERRORS, "class\tlabelled"),
    ):
        page(mapped, place)
        if place == ERRORS:
            mapped.until(lambda: mapped.states.results.errors is not None)
        copy.click()
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith(start)
        path = tmp_path / f"table{place}.csv"
        mapped.ask.paths["table target"] = path
        save.click()
        mapped.until(path.exists)
        with path.open(encoding="utf-8", newline="") as file:
            assert "\n".join("\t".join(row) for row in csv.reader(file)) == copied
    page(mapped, CONFUSION)
    mapped.ask.sure = False
    before = path.read_bytes()
    save.click()
    assert mapped.ask.asked[-1] == f"Replace {path.name}?"
    assert path.read_bytes() == before


def test_the_reliability_diagram_has_a_dot_for_each_bin(mapped: Hands) -> None:
    page(mapped, RELIABILITY)
    sentence = text(mapped, "reliability_sentence")
    record = mapped.states.results.metrics["held_out"]
    assert f"Expected calibration error {100 * record['ece']:.1f} %" in sentence
    plot = mapped.find("reliability_plot")
    dots = [i for i in plot.getPlotItem().listDataItems() if i.opts["symbol"]]  # type: ignore[attr-defined]
    (x, y) = dots[0].getData()
    np.testing.assert_allclose(x, [100 * one["confidence"] for one in record["reliability"]])
    np.testing.assert_allclose(y, [100 * one["accuracy"] for one in record["reliability"]])


def test_the_panel_fits_where_it_first_lies(mapped: Hands) -> None:
    panel = mapped.window.panels.by_name["results"]
    assert panel.minimumSizeHint().width() <= 656
    assert panel.minimumSizeHint().height() <= 194
    table = mapped.find("result_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    assert BANDS > 0
    assert table.horizontalScrollBar().maximum() == 0
