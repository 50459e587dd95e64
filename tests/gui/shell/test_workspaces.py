"""Workspaces: what each shows, how much room there is, and what is remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QTableView,
    QToolButton,
    QWidget,
)

from s3fn_core.cubes.treating.treatment import Mask
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.widgets import ROW_HEIGHT, ShortLabel
from s3fn_gui.results.validation.draw_dialog import DrawChoice
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import MainWindow, make_window
from s3fn_gui.shell.workspaces import BY_NAME, WORKSPACES
from tests.gui.support import SAMPLES, Hands, put_away, put_labels, settle

NAMES = tuple(workspace.name for workspace in WORKSPACES)
PLOT_HEIGHT, ROWS = 180, 8


def fill(hands: Hands) -> None:
    """Six classes with labels and words, and spectra to look at."""
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    for number in range(6):
        class_edits.add_class(hands.session, f"class of objects {number + 1}")
        ids[5 * number : 5 * number + 3, :8] = number + 1
        hands.session.spectra.pin((5 * number, 4))
    put_labels(hands.session, item, ids)


def seen(root: QWidget, kind: type) -> list:
    return [widget for widget in root.findChildren(kind) if widget.isVisible()]


def too_small(panel: QWidget) -> list[str]:
    """What of a panel has too little room."""
    found = []
    for area in seen(panel, QAbstractScrollArea):
        name = area.objectName() or type(area).__name__
        if area.horizontalScrollBar().maximum() > 0:
            found.append(f"{name} scrolls sideways")
        as_long = area.minimumHeight() == area.maximumHeight() and not area.verticalScrollBar().maximum()
        if isinstance(area, QTableView) and not as_long and area.viewport().height() < ROWS * ROW_HEIGHT:
            found.append(f"{name} has {area.viewport().height() / ROW_HEIGHT:.1f} rows")
        if isinstance(area, pg.PlotWidget) and area.height() < PLOT_HEIGHT:
            found.append(f"{name} is {area.height()} px high")
    return found


def text_width(widget: QWidget) -> int:
    """What the text of a button, a line or a box of choices needs; 0 for other widgets."""
    letters = widget.fontMetrics()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        parts = QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        frame = widget.width() - widget.style().subControlRect(*parts).width()
        return letters.horizontalAdvance(widget.currentText()) + frame
    if isinstance(widget, ShortLabel):
        return 0  # is meant to be cut
    if isinstance(widget, QLabel):
        return 0 if widget.wordWrap() else widget.sizeHint().width()
    with_text = isinstance(widget, QAbstractButton) and not isinstance(widget, QToolButton)
    return letters.horizontalAdvance(widget.text().split("\n")[0]) if with_text else 0


def cut(panel: QWidget) -> list[str]:
    """Texts that are wider than their place, and what a scrolled area hides at its side."""
    found = []
    for widget in seen(panel, QWidget):
        area = widget.visibleRegion().boundingRect()
        if not area.isEmpty() and area.width() < text_width(widget):
            found.append(f"{type(widget).__name__} {widget.objectName()} is {area.width()} px wide")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_panel_of_a_workspace_has_room_at_1366_x_768(hands: Hands, name: str) -> None:
    window = hands.window
    window.resize(1366, 768)
    fill(hands)
    hands.trigger(f"workspace.{name}")
    settle()
    assert (window.width(), window.height()) == (1366, 768)
    assert window.image.width() >= 480
    assert window.image.height() >= 300
    found = {}
    for panel in BY_NAME[name].panels:
        window.docks[panel].raise_()
        settle()
        assert window.docks[panel].in_front, panel
        if problems := too_small(window.docks[panel]) + cut(window.docks[panel]):
            found[panel] = problems
    assert found == {}


def judge(hands: Hands) -> None:
    """Six classes, a trained model, labelled validation points, objects."""
    fill(hands)
    session = hands.session
    item = session.cubes.current
    assert item is not None
    ids = item.labels.ids.copy()
    ids[:, SAMPLES // 2 : SAMPLES // 2 + 8] = ids[:, :8]
    put_labels(session, item, ids)
    session.set_train_settings(replace(session.train_settings, epochs=2, device="cpu"))
    hands.trigger("train.start")
    hands.until(lambda: session.trainings.items and not hands.window.runner.active)
    hands.ask.drawing = DrawChoice(dict.fromkeys(session.classes.ids, 3), 1, False)
    hands.trigger("validate.draw")
    hands.until(lambda: item.validation is not None)
    points = item.validation
    assert points is not None
    for place, class_id in enumerate(points.strata.tolist()):
        points = points.answered(place, class_id if place % 4 else 1)
    hands.states.validation.put_points(item, points)
    hands.until(lambda: hands.states.validation.outcome is not None)
    objects = np.zeros(item.labels.shape, np.int32)
    for number in range(6):
        objects[5 * number : 5 * number + 4, 2:20] = number + 1
    session.push_treatment(item, replace(item.treatment, mask=Mask(objects)), "Mask")


def test_panels_with_results_have_room_at_1366_x_768(hands: Hands) -> None:
    hands.window.resize(1366, 768)
    judge(hands)
    found = {}
    for workspace in WORKSPACES:
        hands.trigger(f"workspace.{workspace.name}")
        for panel in workspace.panels:
            hands.window.docks[panel].raise_()
            settle()
            if problems := too_small(hands.window.docks[panel]) + cut(hands.window.docks[panel]):
                found[workspace.name, panel] = problems
    assert found == {}


@pytest.mark.parametrize("size", [(960, 540), (1024, 700), (1920, 1080)])
def test_every_workspace_fits_other_windows(hands: Hands, size: tuple[int, int]) -> None:
    """960 wide is a screen of 1920 x 1080 at 200 %; with all that may be shown beside the image."""
    window = hands.window
    fill(hands)
    hands.states.rescoring.put(edited=True)
    for name in ("reflectance_question", "reflectance_yes", "layout_question", "layout_change"):
        for part in window.findChildren(QWidget, name):
            part.setVisible(True)
    settle()
    for name in NAMES:
        hands.trigger(f"workspace.{name}")
        window.resize(*size)
        settle()
        assert (window.width(), window.height()) == size, name
        inside = QRect(QPoint(), window.size())
        for dock in window.docks.docks.values():
            assert not dock.in_front or inside.contains(dock.geometry()), (name, dock.objectName())
        assert window.statusBar().geometry().bottom() < size[1], name


def test_a_workspace_shows_its_panels_and_hides_none_for_good(hands: Hands) -> None:
    for workspace in WORKSPACES:
        hands.trigger(f"workspace.{workspace.name}")
        shown = workspace.panels
        assert {name for name, dock in hands.window.docks.docks.items() if not dock.isHidden()} == set(shown)
        for name, dock in hands.window.docks.docks.items():
            dock.raise_()
            settle()
            assert dock.in_front, (workspace.name, name)
        hands.trigger("view.reset_docks")
        assert hands.window.docks["probe"].isHidden()


def test_an_arrangement_is_remembered_for_its_workspace_and_reset(window: MainWindow) -> None:
    actions, docks = window.actions_by_id, window.docks
    docks["cubes"].close()
    docks["similarity"].raise_()
    actions["workspace.label"].trigger()
    assert not docks["cubes"].isHidden()
    assert docks["similarity"].isHidden()
    window.close()
    again = make_window(Settings(window.settings.path))
    again.workspaces.begin()
    assert again.workspaces.current.name == "label"
    again.actions_by_id["workspace.look"].trigger()
    assert again.docks["cubes"].isHidden()
    assert not again.docks["similarity"].isHidden()
    again.actions_by_id["view.reset_docks"].trigger()
    assert not again.docks["cubes"].isHidden()
    assert again.docks["similarity"].isHidden()
    put_away(again)


def test_a_window_that_grows_after_its_start_keeps_the_arrangement(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a maximized one, which a desktop enlarges only once it is shown."""
    window.resize(1366, 768)
    window.actions_by_id["workspace.describe"].trigger()
    settle()
    before = {name: dock.width() for name, dock in window.docks.docks.items() if dock.in_front}
    window.close()
    again = make_window(Settings(window.settings.path))
    again.workspaces.begin()
    again.resize(960, 600)
    monkeypatch.setattr(again, "isMaximized", lambda: True)  # without a desktop none can be
    again.show()
    settle()
    again.resize(1366, 768)
    settle()
    assert {name: dock.width() for name, dock in again.docks.docks.items() if dock.in_front} == before
    put_away(again)


def test_a_bar_below_the_image_takes_no_room_from_the_panels(hands: Hands) -> None:
    """Its long buttons would, and Qt would not give it back."""
    hands.window.resize(1366, 768)
    hands.open_scene()
    hands.trigger("workspace.describe")
    settle()
    before = hands.window.docks["spectra"].width()
    hands.states.rescoring.put(edited=True)
    settle()
    assert hands.find("rescoring_bar").isVisible()
    assert hands.window.docks["spectra"].width() == before


def test_layouts_of_another_version_fall_back(window: MainWindow) -> None:
    """One of all panels at once, of a workspace with other panels, and of one that is gone."""
    settings = window.settings
    settings.set_layout("docks", window.saveState())
    settings.set_layout("docks/look", window.saveState(1))
    settings.workspace = "gone"
    window.close()
    settings.set_layout("docks/look", window.saveState(1))
    again = make_window(settings)
    again.workspaces.begin()
    assert again.workspaces.current.name == "look"
    shown = {name for name, dock in again.docks.docks.items() if not dock.isHidden()}
    assert shown == set(WORKSPACES[0].panels)
    put_away(again)


def test_the_strip_says_what_is_missing_next_and_takes_nobody_there(hands: Hands) -> None:
    missing = hands.find("missing_next", QLabel)
    assert isinstance(missing, QLabel)
    button = hands.find("next_step", QToolButton)
    assert isinstance(button, QToolButton)
    assert missing.text() == "No cube open"
    hands.open_scene()
    hands.until(lambda: missing.text() == "No classes yet")
    assert button.text() == "Next: Label"
    for name in ("rising", "falling", "flat"):
        class_edits.add_class(hands.session, name)
    hands.until(lambda: missing.text() == "3 classes without labels")
    item = hands.session.cubes.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[:, 0] = 1
    put_labels(hands.session, item, ids)
    hands.until(lambda: missing.text() == "2 classes without labels")
    assert hands.find("step.label").property("lit")
    assert hands.window.workspaces.current.name == "look"
    button.click()
    assert hands.window.workspaces.current.name == "label"
    assert button.isHidden()


def test_what_a_command_is_answered_in_comes_to_the_front(hands: Hands) -> None:
    fill(hands)
    hands.trigger("workspace.judge")
    assert not hands.window.docks["regions"].in_front
    hands.trigger("label.next_region")
    settle()
    assert hands.window.docks["regions"].in_front
    assert hands.window.workspaces.current.name == "judge"


def test_the_menu_of_panels_opens_what_is_behind_a_tab(hands: Hands) -> None:
    menu = next(m for m in hands.window.findChildren(QWidget) if getattr(m, "title", str)() == "Panels")
    docks = hands.window.docks

    def entry(title: str):
        menu.aboutToShow.emit()
        return next(action for action in menu.actions() if action.text() == title)

    assert not entry("Display").isChecked()
    entry("Display").trigger()
    settle()
    assert docks["display"].in_front
    assert entry("Display").isChecked()
    entry("Display").trigger()
    assert docks["display"].isHidden()
