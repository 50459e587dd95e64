"""Regions in the window: listed, visited, split off, used for the test; outliers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QTableView, QUndoView

from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.labels.regions import marked_regions
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import labelled_pixels
from s3fn_core.model.learning.division import divide
from s3fn_core.progress import run
from s3fn_gui.cubes import jobs as operations
from s3fn_gui.labels.regions import flow, jobs
from s3fn_gui.labels.regions import layer as region_layer
from s3fn_gui.labels.regions.state import set_role
from s3fn_gui.labels.regions.table import CLASS, OUTLIERS, PIXELS, ROLE, SPECTRUM
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.project import jobs as project_jobs
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.session import Session
from tests.gui.support import Hands, put_labels, scene_cube, states_of


def use_for_test(session: Session, item: OpenCube) -> None:
    """A rectangle becomes a test set."""
    inside = np.ones((4, 6), bool)
    set_role(
        session, states_of(session).regions, item, (2, 2, 6, 8), inside, True, "Set region aside for testing"
    )


def labelled(session: Session) -> OpenCube:
    """Soil twice on the left, water twice on the right."""
    session.cubes.add(operations.prepare(scene_cube()))
    item = session.cubes.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[2:6, 2:8] = 1
    ids[20:28, 2:8] = 1
    ids[2:6, 30:36] = 2
    ids[20:24, 30:36] = 2
    class_edits.add_class(session, "soil")
    class_edits.add_class(session, "water")
    put_labels(session, item, ids, "test")
    session.select_class(1)
    return item


@pytest.fixture
def regions(hands: Hands) -> Hands:
    """The window with four regions listed."""
    labelled(hands.session)
    hands.window.docks["regions"].raise_()
    hands.until(lambda: hands.states.regions.looks and table_of(hands).model().rowCount() == 4)
    return hands


def table_of(hands: Hands) -> QTableView:
    found = hands.find("region_table", QTableView)
    assert isinstance(found, QTableView)
    return found


def column_of(hands: Hands, place: int) -> list[str]:
    model = table_of(hands).model()
    return [model.index(line, place).data() for line in range(model.rowCount())]


def give_up(hands: Hands) -> None:
    """Cancel the numbering, be it at its end already."""
    job = hands.window.context.runner.get(flow.KIND)
    assert job is not None
    job.let_go()


def test_regions_are_listed_and_sorted(regions: Hands) -> None:
    assert column_of(regions, CLASS) == ["soil", "soil", "water", "water"]
    assert column_of(regions, ROLE) == ["training"] * 4
    table_of(regions).sortByColumn(PIXELS, Qt.SortOrder.DescendingOrder)
    assert column_of(regions, PIXELS) == ["48", "24", "24", "24"]
    spark = table_of(regions).model().index(0, SPECTRUM).data(Qt.ItemDataRole.DecorationRole)
    assert not spark.isNull()
    assert "4 regions" in regions.find("region_summary", QLabel).text()


def test_the_list_follows_strokes(regions: Hands) -> None:
    regions.states.painting.begin_stroke((12, 15), erase=False)
    regions.states.painting.end_stroke()
    regions.until(lambda: len(column_of(regions, CLASS)) == 5)


def test_a_row_outlines_its_region_and_goes_there(regions: Hands) -> None:
    view = regions.window.cube_view
    view.zoom.by(8, view.zoom.point(view.canvas.mapToScene(regions.point(15, 20))))
    table_of(regions).selectRow(3)
    assert regions.states.regions.selected == (4,)
    assert regions.window.image.region_layer.outline.isVisible()
    shown = view.box.viewRect()
    assert shown.contains(33, 22)


def test_repeated_clicks_on_a_class_visit_its_regions(regions: Hands) -> None:
    table = regions.window.panels.classes.table
    visited = []
    for _ in range(4):
        table.cellClicked.emit(0, 1)
        visited.append(regions.states.regions.selected)
    assert visited == [(), (1,), (3,), (1,)]
    regions.trigger("label.previous_region")
    assert regions.states.regions.selected == (3,)


def test_visiting_works_while_the_list_is_hidden(hands: Hands) -> None:
    labelled(hands.session)
    hands.session.select_class(2)
    hands.trigger("label.next_region")
    hands.until(lambda: hands.states.regions.selected)
    found = hands.states.regions.region_map
    assert found is not None
    assert found.row(hands.states.regions.selected[0]).class_id == 2


def test_old_numbers_are_not_acted_on(regions: Hands) -> None:
    session, item = regions.session, regions.session.cubes.current
    assert item is not None
    session.push_labels(item, item.labels.edit((2, 2, 6, 8), np.ones((4, 6), bool), 0), "Erase")
    regions.trigger("label.next_region")
    give_up(regions)
    assert not regions.states.regions.fresh
    regions.trigger("label.next_region")
    regions.trigger("label.next_region")
    assert regions.states.regions.selected == ()  # the old list still has the region that is gone
    regions.until(lambda: regions.states.regions.selected)
    assert regions.states.regions.fresh
    assert regions.states.regions.region_map is not None
    assert len(regions.states.regions.region_map.rows) == 3


def test_a_cancelled_wish_is_forgotten(hands: Hands) -> None:
    labelled(hands.session)
    hands.trigger("label.next_region")
    give_up(hands)
    hands.trigger("label.next_region")
    hands.until(lambda: hands.states.regions.selected)
    assert hands.states.regions.selected == (1,)  # one step, not two


def test_a_region_becomes_a_class_of_its_own(regions: Hands) -> None:
    regions.states.regions.select((3,))
    regions.trigger("label.split")
    assert regions.session.classes.names == ("soil", "soil 2", "water")
    assert regions.count(3) == 48
    regions.trigger("edit.undo")
    assert regions.count(1) == 72
    regions.session.class_looks.set_locked(1, True)
    regions.until(lambda: regions.states.regions.fresh)
    regions.states.regions.select((3,))
    regions.trigger("label.split")
    assert "locked" in regions.message
    assert len(regions.session.classes) == 2


def test_a_region_under_the_cursor_is_for_the_test(regions: Hands) -> None:
    item = regions.session.cubes.current
    assert item is not None
    regions.states.regions.select((1,))
    regions.session.cubes.hover((21, 31))
    regions.trigger("label.test_region")
    assert regions.session.undo_stack.undoText() == "Set region aside for testing"
    assert item.test is not None
    assert item.test.sum() == 24
    assert item.test[21, 31]
    regions.until(lambda: column_of(regions, ROLE).count("test") == 1)
    assert regions.window.image.region_layer.hatch.isVisible()
    assert "1 for test (24 px)" in regions.find("region_summary", QLabel).text()
    regions.trigger("label.test_region")
    assert item.test is None
    regions.trigger("edit.undo")
    regions.trigger("edit.undo")
    assert item.test is None
    regions.until(lambda: not column_of(regions, ROLE).count("test"))


def test_a_test_region_that_is_painted_larger_stays_one(session: Session) -> None:
    item = labelled(session)
    set_role(
        session,
        states_of(session).regions,
        item,
        (2, 2, 6, 8),
        np.ones((4, 6), bool),
        True,
        "Set region aside for testing",
    )
    states_of(session).painting.begin_stroke((5, 8), erase=False)
    states_of(session).painting.extend_stroke((5, 14))
    states_of(session).painting.end_stroke()
    test = marked_regions(item.labels.ids, item.test)
    assert test is not None
    assert test.sum() == item.counts[1] - 48
    session.push_labels(item, item.labels.edit((2, 2, 6, 20), np.ones((4, 18), bool), 0), "Erase")
    session.push_labels(item, item.labels.edit((0, 0, 10, 20), np.ones((10, 20), bool), 0), "Erase")
    assert marked_regions(item.labels.ids, item.test) is None


def test_a_training_measures_what_was_chosen_by_hand(regions: Hands) -> None:
    regions.states.regions.select((3, 4))
    regions.trigger("label.test_region")
    session, item = regions.session, regions.session.cubes.current
    assert item is not None
    data = training_data([snapshot(item)])
    assert data[0].test is not None
    assert data[0].test.sum() == 72
    division = divide(labelled_pixels(data, session.classes), session.classes, preset("pixel"))
    assert "72 labelled pixels in the given test regions" in division.sentence


def test_outliers_are_found_visited_and_erased(regions: Hands) -> None:
    session, item = regions.session, regions.session.cubes.current
    assert item is not None
    ids = item.labels.ids.copy()
    ids[22, 4] = ids[24, 6] = 2  # soil that was taken for water
    put_labels(session, item, ids, "slips")
    regions.trigger("label.find_outliers")
    regions.until(lambda: regions.states.regions.outliers is not None)
    outliers = regions.states.regions.outliers
    assert outliers is not None
    assert sorted(zip(outliers.lines, outliers.samples, strict=True)) == [(22, 4), (24, 6)]
    regions.until(lambda: "100.0 %" in column_of(regions, OUTLIERS))
    regions.trigger("label.next_outlier")
    assert regions.states.regions.outlier == 0
    regions.trigger("label.next_outlier")
    regions.trigger("label.next_outlier")
    assert regions.states.regions.outlier == 0
    regions.trigger("label.erase_outliers")
    assert session.undo_stack.undoText() == "Erase 2 outliers"
    assert regions.count(2) == 48
    assert not len(regions.states.regions.outliers or ())
    regions.trigger("edit.undo")
    assert regions.count(2) == 50


def test_another_cube_has_its_own_regions(regions: Hands) -> None:
    regions.states.regions.select((1,))
    other = operations.prepare(scene_cube().with_(name="other"))
    other.set_labels(LabelMap.empty(*other.labels.shape))
    regions.session.cubes.add(other)
    assert regions.states.regions.selected == ()
    regions.until(lambda: regions.states.regions.region_map is not None)
    assert column_of(regions, CLASS) == []


def test_the_history_lists_every_step_and_goes_back(regions: Hands) -> None:
    regions.trigger("edit.history")
    dialog = regions.find("history", QDialog)
    steps = dialog.findChild(QUndoView, "history_list")
    assert steps is not None
    texts = [steps.model().index(line, 0).data() for line in range(steps.model().rowCount())]
    assert texts == ["As opened", "Add class soil", "Add class water", "Import labels from test"]
    steps.setCurrentIndex(steps.model().index(1, 0))
    assert regions.session.classes.names == ("soil",)
    for _ in range(2):
        regions.trigger("edit.history")
        assert regions.window.findChildren(QDialog, "history") == [dialog]
        assert dialog.isVisible()
        dialog.close()


def test_a_test_set_comes_back_with_the_project(session: Session, scene_file: Path) -> None:
    session.cubes.add(run(operations.open_file(scene_file)))
    item = session.cubes.current
    assert item is not None
    class_edits.add_class(session, "soil")
    session.push_labels(item, item.labels.edit((2, 2, 6, 8), np.ones((4, 6), bool), 1), "Paint")
    set_role(
        session,
        states_of(session).regions,
        item,
        (2, 2, 6, 8),
        np.ones((4, 6), bool),
        True,
        "Set region aside for testing",
    )
    folder = scene_file.parent / "work.s3fnproj"
    run(project_jobs.save(project_jobs.Snapshot.of(session), folder, None)).lock.release()
    project_jobs.show(run(project_jobs.load(folder)), session)
    again = session.cubes.current
    assert again is not None
    assert again is not item
    assert again.test is not None
    assert again.test.sum() == 24
    session.clear()
    assert states_of(session).regions.region_map is None


def test_of_very_many_regions_the_largest_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_LISTED", 2)
    ids = np.zeros((5, 9), np.uint8)
    ids[0, 0] = ids[2, :3] = ids[4, :2] = 1
    found = run(jobs.find_regions(ids, ids == 0))
    assert [row.pixels for row in found.listed] == [3, 2]
    assert [row.pixels for row in found.rows] == [1, 3, 2]
    assert found.test is not None
    assert not found.for_test
    marked = np.zeros(ids.shape, bool)
    marked[2, 1] = True
    found = run(jobs.find_regions(ids, marked))
    assert [found.tested(number) for number in (1, 2, 3)] == [False, True, False]


def test_ragged_regions_are_framed(regions: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = regions.window.image.region_layer
    regions.states.regions.select((1, 3))
    exact = layer.outline.path().elementCount()
    monkeypatch.setattr(region_layer, "MOST_LINES", 0)
    regions.states.regions.select((1,))
    regions.states.regions.select((1, 3))
    assert 0 < layer.outline.path().elementCount() < exact
