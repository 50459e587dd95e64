"""What changed from one map to another: the table, and its pixels in the image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QTableWidget

from s3fn_core.model.applying.inference import Prediction
from s3fn_core.types import IdArray
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.picture.changes.dialog import NOTHING, ChangesDialog
from s3fn_gui.session import class_edits
from tests.gui.picture.test_map_look import colour, current, rgb, under
from tests.gui.support import LINES, SAMPLES, Hands, scene_cube

WAS_RISE, WAS_FALL, SAME, GONE = (2, 2), (2, 30), (20, 20), (28, 21)


def show(hands: Hands, ids: IdArray) -> None:
    found = Prediction(ids, np.ones(ids.shape, np.float32), hands.session.classes)
    hands.session.cubes.set_prediction(current(hands).key, found)


def second_map() -> IdArray:
    """3 lines of rise become fall, 2 x 10 pixels of fall rise, one pixel loses its class."""
    ids = first_map()
    ids[:3, :20], ids[2:4, 30:], ids[GONE] = 2, 1, 0
    return ids


def first_map() -> IdArray:
    ids = np.ones((LINES, SAMPLES), np.uint8)
    ids[:, 20:] = 2
    return ids


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    hands.open_scene()
    for name in ("rise", "fall"):
        class_edits.add_class(hands.session, name)
    show(hands, first_map())
    hands.session.view.set_overlay("prediction", opacity=1.0)
    return hands


def table(hands: Hands) -> QTableWidget:
    found = hands.find("changes_table", QTableWidget)
    assert isinstance(found, QTableWidget)
    return found


def rows(hands: Hands) -> list[tuple[str, ...]]:
    shown = table(hands)
    return [tuple(_text(shown, line, place) for place in range(4)) for line in range(shown.rowCount())]


def _text(shown: QTableWidget, line: int, place: int) -> str:
    item = shown.item(line, place)
    assert item is not None
    return item.text()


def summary(hands: Hands) -> str:
    found = hands.find("changes_summary", QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_the_map_before_and_what_became_of_it(mapped: Hands) -> None:
    mapped.trigger("view.map_changes")
    assert summary(mapped) == NOTHING
    show(mapped, second_map())
    mapped.until(lambda: table(mapped).rowCount() == 3)
    assert rows(mapped) == [
        ("rise", "fall", "60", "5.00"),
        ("fall", "rise", "20", "1.67"),
        ("fall", "(no class)", "1", "0.08"),
    ]
    assert summary(mapped) == "81 of 1,200 pixels have a different class than before (6.8 %)."
    assert colour(mapped, *WAS_RISE) == rgb(mapped, "fall")
    assert colour(mapped, *SAME) == under(mapped, SAME)
    assert colour(mapped, *GONE) == (0xB0, 0xB4, 0xBA)
    assert mapped.window.cube_view.legend.title == "Map: what changed"


def test_a_row_shows_its_pixels_alone_and_the_table_is_sorted_by_number(mapped: Hands) -> None:
    show(mapped, second_map())
    mapped.trigger("view.map_changes")
    mapped.until(lambda: table(mapped).rowCount() == 3)
    table(mapped).sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert [row[2] for row in rows(mapped)] == ["1", "20", "60"]
    table(mapped).selectRow(1)
    assert colour(mapped, *WAS_RISE) == under(mapped, WAS_RISE)
    assert colour(mapped, *WAS_FALL) == rgb(mapped, "rise")
    assert mapped.window.cube_view.legend.lines[-1] == "fall → rise"
    table(mapped).clearSelection()
    assert colour(mapped, *WAS_RISE) == rgb(mapped, "fall")


def test_the_table_is_copied_and_the_layer_goes_with_it(mapped: Hands) -> None:
    show(mapped, second_map())
    mapped.trigger("view.map_changes")
    mapped.until(lambda: table(mapped).rowCount() == 3)
    mapped.window.flows.changes.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[:2] == ["From\tTo\tPixels\tShare in %", "rise\tfall\t60\t5.000"]
    dialog = mapped.find("changes")
    assert isinstance(dialog, ChangesDialog)
    dialog.close()
    assert mapped.window.cube_view.legend.title == "Map: classes"
    assert colour(mapped, *SAME) == rgb(mapped, "fall")
    assert mapped.session.view.difference is None


def test_the_map_of_another_cube_of_the_same_size(mapped: Hands) -> None:
    first = current(mapped)
    mapped.session.cubes.add(prepare(replace(scene_cube(), name="later")))
    show(mapped, second_map())
    mapped.trigger("view.map_changes")
    mapped.until(lambda: table(mapped).rowCount() == 3)
    box = mapped.find("changes_other", QComboBox)
    assert isinstance(box, QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == [f"Map of {first.cube.name}"]
    mapped.session.cubes.remove(first.key)
    show(mapped, second_map())
    mapped.until(lambda: box.count() == 1 and box.itemText(0).startswith("Before: "))
    mapped.until(lambda: summary(mapped).startswith("0 of"))
