"""The training panel: what is learned from, the split shown before it is made, its settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLabel, QPushButton, QTableWidget

from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.classes import Description
from s3fn_core.progress import run
from s3fn_gui.labels.regions.state import set_role
from s3fn_gui.model.training.jobs import preview, training_data
from s3fn_gui.model.training.panel import SIDE_BY_SIDE, TrainingPanel
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.words.description_edits import put_description
from tests.gui.support import LINES, SAMPLES, Hands


def paint(hands: Hands, places: dict[str, list[tuple[int, int]]], side: int = 3) -> OpenCube:
    """Classes with squares of labels."""
    item = hands.session.cubes.current
    assert item is not None
    for name, corners in places.items():
        new = class_edits.add_class(hands.session, name)
        put_description(hands.session, new, (Description("Bright."),), "Describe")
        for line, sample in corners:
            box = (line, sample, line + side, sample + side)
            hands.session.push_labels(item, item.labels.edit(box, np.ones((side, side), bool), new), "Paint")
    return item


GOOD = {"rise": [(line, 2) for line in range(1, 27, 8)], "fall": [(line, 30) for line in range(1, 27, 8)]}


@pytest.fixture
def opened(hands: Hands) -> Hands:
    hands.open_scene()
    hands.window.docks["training"].raise_()
    return hands


@pytest.fixture
def ready(opened: Hands) -> Hands:
    """Labels that can be divided."""
    paint(opened, GOOD)
    opened.until(lambda: opened.states.material.material)
    return opened


def cells(hands: Hands) -> list[list[str]]:
    """The rows of the table."""
    found = hands.find("material_table", QTableWidget)
    assert isinstance(found, QTableWidget)
    rows = []
    for line in range(found.rowCount()):
        items = [found.item(line, place) for place in range(found.columnCount())]
        rows.append([item.text() for item in items if item is not None])
    return rows


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def press(hands: Hands, name: str) -> QPushButton:
    button = hands.find(name, QPushButton)
    assert isinstance(button, QPushButton)
    button.click()
    return button


def previewed(hands: Hands) -> ByteImage:
    """The preview as it is drawn."""
    press(hands, "split_preview")
    hands.until(lambda: hands.states.material.preview)
    layer = hands.window.image.split_layer
    assert layer.roles.array is not None
    assert layer.legend.isVisible()
    return layer.roles.array


def choose(hands: Hands, name: str, value: str) -> QComboBox:
    box = hands.find(name, QComboBox)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))
    return box


def gone(hands: Hands) -> bool:
    layer, button = hands.window.image.split_layer, hands.find("split_preview", QPushButton)
    assert isinstance(button, QPushButton)
    return layer.roles.array is None and not layer.legend.isVisible() and not button.isChecked()


def test_the_table_says_what_is_learned_from(ready: Hands) -> None:
    assert cells(ready) == [["rise", "36", "4", "–"], ["fall", "36", "4", "–"]]
    assert text(ready, "material_concerns") == ""
    paint(ready, {"spot": [(15, 15)]})
    ready.until(lambda: len(cells(ready)) == 3)
    assert "spot is labelled in one region only" in text(ready, "material_concerns")
    assert "spot (9)" in text(ready, "material_concerns")


def test_objects_and_labels_outside_of_the_mask_are_counted(ready: Hands) -> None:
    item = ready.session.cubes.current
    assert item is not None
    objects = np.zeros((LINES, SAMPLES), np.int32)
    objects[:6], objects[8:12], objects[16:22] = 1, 2, 3  # the lowest labels lie on none
    masked = replace(item.treatment, mask=Mask(objects))
    ready.session.push_treatment(item, masked, "Mask")
    ready.until(lambda: cells(ready)[0] == ["rise", "27", "3", "3"])
    assert "Labels outside the mask" in text(ready, "material_concerns")
    box = ready.find("split", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.itemText(0) == "Automatic: whole objects"
    choose(ready, "split", "blocks")
    assert "One object may be in both parts" in text(ready, "split_explanation")
    held_together = {split: training_data([snapshot(item)], split)[0].objects for split in ("auto", "blocks")}
    assert held_together["blocks"] is None
    assert held_together["auto"] is not None


def test_the_split_is_shown_before_it_is_made(ready: Hands) -> None:
    roles = previewed(ready)
    item = ready.session.cubes.current
    assert item is not None
    np.testing.assert_array_equal(roles > 0, item.labels.ids > 0)
    assert {1, 2} <= set(np.unique(roles))
    for c, row in zip(ready.session.classes, cells(ready), strict=True):
        counts = [np.count_nonzero(roles[item.labels.ids == c.id] == role) for role in (1, 2, 3)]
        assert [int(n.replace("–", "0")) for n in row[1:]] == counts
    fold = ready.find("split_fold", QComboBox)
    assert isinstance(fold, QComboBox)
    assert fold.count() == 4
    fold.activated.emit(2)
    others = ready.window.image.split_layer.roles.array
    assert others is not None
    assert (others != roles).any()
    assert ready.window.image.split_layer.legend.title == "Split: fold 3 of 4"
    press(ready, "split_preview")
    assert gone(ready)


def test_the_preview_goes_when_it_is_no_longer_true(ready: Hands) -> None:
    session, item = ready.session, ready.session.cubes.current
    assert item is not None
    previewed(ready)
    put_description(session, 1, (Description("Rises."),), "Describe")  # changes nothing of it
    assert not gone(ready)
    session.push_labels(item, item.labels.edit((0, 0, 1, 1), np.ones((1, 1), bool), 1), "Paint")
    assert gone(ready)
    previewed(ready)
    session.undo()
    assert gone(ready)
    previewed(ready)
    inside = np.ones((3, 3), bool)
    set_role(session, ready.states.regions, item, (1, 2, 4, 5), inside, True, "Set region aside for testing")
    assert gone(ready)
    previewed(ready)
    ready.window.docks["results"].raise_()
    ready.until(lambda: gone(ready))


def test_a_training_withdraws_the_preview(ready: Hands) -> None:
    ready.session.set_train_settings(replace(ready.session.train_settings, epochs=5000, device="cpu"))
    previewed(ready)
    ready.trigger("train.start")
    assert gone(ready)
    ready.trigger("train.stop")
    ready.until(lambda: not ready.states.training.running)


def test_another_way_of_splitting_is_shown_at_once(ready: Hands) -> None:
    previewed(ready)
    first = ready.states.material.preview
    choose(ready, "split", "random")
    assert "Optimistic" in text(ready, "split_explanation")
    ready.until(lambda: ready.states.material.preview not in (None, first))
    assert "single random pixels" in text(ready, "split_told")
    second = ready.states.material.preview
    choose(ready, "device", "cpu")  # has no part in it
    assert ready.states.material.preview is second


def test_own_regions_are_offered_once_there_are_some(ready: Hands) -> None:
    box = ready.find("split", QComboBox)
    assert isinstance(box, QComboBox)
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    place = box.findData("regions")
    assert not model.item(place).isEnabled()
    item = ready.session.cubes.current
    assert item is not None
    for corner in (2, 30):
        box_of = (1, corner, 4, corner + 3)
        set_role(ready.session, ready.states.regions, item, box_of, np.ones((3, 3), bool), True, "Test")
    ready.until(lambda: model.item(place).isEnabled())
    assert box.itemText(0) == "Automatic: regions set aside for testing"
    roles = previewed(ready)
    assert (roles[1:4, 2:5] == 2).all()
    assert (roles[9:12, 2:5] == 1).all()
    choose(ready, "split", "blocks")
    assert "set aside for testing are used for training" in text(ready, "split_explanation")
    data = training_data([snapshot(item)], "blocks")
    assert data[0].test is None


def test_why_labels_cannot_be_divided_is_said_in_the_panel(opened: Hands) -> None:
    paint(opened, {"rise": [(1, 2)], "fall": [(1, 30)]})
    press(opened, "split_preview")
    opened.until(lambda: opened.states.material.preview)
    assert "labelled in one place only" in text(opened, "split_told")
    class_edits.add_class(opened.session, "water")
    press(opened, "split_preview")
    assert "water has no labelled pixels" in text(opened, "split_told")
    assert opened.message == ""


def test_a_preset_that_measures_nothing_offers_no_split(ready: Hands) -> None:
    choose(ready, "preset", "quick")
    assert not ready.find("split").isEnabled()
    assert "measures nothing" in text(ready, "split_explanation")
    choose(ready, "preset", "pixel")
    assert ready.find("split").isEnabled()


def test_the_rest_of_the_settings_is_below_more(ready: Hands) -> None:
    folds = ready.find("folds")
    assert not folds.isVisible()
    press(ready, "train_more")
    assert folds.isVisible()


def test_the_panel_fits_into_300_pixels(ready: Hands) -> None:
    """Nothing reaches beyond its width, with everything open; the parts then lie below each other."""
    panel = ready.window.panels.by_name["training"]
    assert isinstance(panel, TrainingPanel)
    dock = ready.window.docks["training"]
    press(ready, "train_more")
    dock.setFloating(True)
    for width, side_by_side in ((300, False), (SIDE_BY_SIDE + 60, True)):
        dock.resize(width, 500)
        ready.until(lambda width=width: dock.width() == width)
        body = panel.widget()
        assert body.minimumSizeHint().width() <= panel.viewport().width()
        layout = body.layout()
        assert isinstance(layout, QBoxLayout)
        assert (layout.direction() == QBoxLayout.Direction.LeftToRight) is side_by_side


def test_the_preview_is_that_of_the_settings(ready: Hands) -> None:
    item = ready.session.cubes.current
    assert item is not None
    settings = replace(ready.session.train_settings, folds=3)
    ready.session.set_train_settings(settings)
    previewed(ready)
    made = run(preview([snapshot(item)], ready.session.classes, settings))
    shown = ready.states.material.preview
    assert shown is not None
    assert shown.rounds == 3
    np.testing.assert_array_equal(made.roles, shown.roles)
