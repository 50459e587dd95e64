"""Finding spectra in the library, from the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSpinBox

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.library.bundled import bundled
from s3fn_gui.base.plots import KEPT
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.class_edits import add_class
from s3fn_gui.spectra.identify.dialog import IdentifyDialog
from s3fn_gui.spectra.identify.flow import KIND
from s3fn_gui.spectra.own.dialog import OwnSpectraDialog
from tests.gui.support import Hands, put_labels

WAVES = np.linspace(420.0, 2400.0, 120)
KAOLINITE = next(e for e in bundled() if e.title.startswith("Kaolinite CM9 BECK"))
GRASS = next(e for e in bundled() if e.name == "green grass")


def scene(hands: Hands, scale: float = 1.0) -> None:
    """Kaolinite to the left, grass to the right, and a pin on each."""
    clay, grass = (np.nan_to_num(e.at(WAVES)) * np.float32(scale) for e in (KAOLINITE, GRASS))
    array = np.where(np.arange(20)[None, :, None] < 10, clay, grass)
    cube = Cube(np.broadcast_to(array, (10, 20, len(WAVES))).astype(np.float32), "scene", wavelengths=WAVES)
    hands.session.cubes.add(prepare(cube))
    hands.session.spectra.pin((2, 15))
    hands.session.spectra.pin((2, 3))


def opened(hands: Hands) -> IdentifyDialog:
    hands.trigger("spectra.identify")
    settle(hands)
    dialog = hands.find("identify", IdentifyDialog)
    assert isinstance(dialog, IdentifyDialog)
    assert dialog.isVisible()
    return dialog


def settle(hands: Hands) -> None:
    """Wait until what was asked is answered."""
    rest = hands.window.flows.identify._rest
    hands.until(lambda: not rest.isActive() and hands.window.runner.get(KIND) is None)


def box(hands: Hands, name: str) -> QComboBox:
    found = hands.find(name, QComboBox)
    assert isinstance(found, QComboBox)
    return found


def choose(hands: Hands, name: str, place: int) -> None:
    combo = box(hands, name)
    combo.setCurrentIndex(place)
    combo.activated.emit(place)
    settle(hands)


def press(hands: Hands, name: str) -> None:
    button = hands.find(name, QPushButton)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def spin(hands: Hands, name: str) -> QSpinBox:
    found = hands.find(name, QSpinBox)
    assert isinstance(found, QSpinBox)
    return found


def note(hands: Hands, name: str = "identify_note") -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return "" if found.isHidden() else found.text()


def row(dialog: IdentifyDialog, line: int = 0) -> list[str]:
    cells = (dialog.table.item(line, place) for place in range(dialog.table.columnCount()))
    return ["" if cell is None else cell.text() for cell in cells]


def test_the_command_waits_for_a_spectrum(hands: Hands) -> None:
    action = hands.window.actions_by_id["spectra.identify"]
    hands.open_scene()
    assert not action.isEnabled()
    hands.session.spectra.pin((3, 4))
    assert action.isEnabled()


def test_the_spectrum_kept_last_is_looked_up(hands: Hands) -> None:
    scene(hands)
    dialog = opened(hands)
    assert box(hands, "identify_subject").currentText() == "Pixel 2, 3"
    name, angle, _, measured, collection, source = row(dialog)
    assert (name, collection, source) == (KAOLINITE.name, "Minerals", KAOLINITE.title)
    assert measured == "lab, 1 spectrum"
    assert float(angle.removesuffix("°")) < 1
    assert dialog.table.rowCount() == 100
    assert not note(hands)
    assert not note(hands, "identify_guard")


def test_another_spectrum_order_and_collection_can_be_chosen(hands: Hands) -> None:
    scene(hands)
    dialog = opened(hands)
    choose(hands, "identify_subject", 0)
    assert row(dialog)[0] == "green grass"
    choose(hands, "identify_collection", 2)
    assert {row(dialog, line)[4] for line in range(20)} == {"Minerals"}
    choose(hands, "identify_by", 1)
    fits = [float(row(dialog, line)[2]) for line in range(20)]
    assert fits == sorted(fits, reverse=True)


def test_the_means_of_classes_are_offered(hands: Hands) -> None:
    scene(hands)
    hands.session.spectra.clear()
    add_class(hands.session)
    item = hands.session.cubes.current
    assert item is not None
    ids = np.zeros((10, 20), np.uint8)
    ids[:, 12:] = 1
    put_labels(hands.session, item, ids)
    hands.until(lambda: hands.session.view.statistics)
    dialog = opened(hands)
    assert box(hands, "identify_subject").currentText() == "Mean of class 1"
    assert row(dialog)[0] == "green grass"


def test_the_range_is_typed_or_that_of_the_plot(hands: Hands) -> None:
    scene(hands)
    opened(hands)
    low, high = spin(hands, "identify_low"), spin(hands, "identify_high")
    assert (low.value(), high.value()) == (420, 2400)
    state = hands.states.identify
    assert state.question is not None
    assert state.question.range_nm is None
    hands.window.panels.spectra.plot.setXRange(2000, 2300, padding=0)
    press(hands, "identify_plot")
    assert (low.value(), high.value()) == (2000, 2300)
    low.setValue(2100)
    settle(hands)
    assert state.question.range_nm == (2100.0, 2300.0)
    assert {match.bands for match in state.matches} == {((WAVES >= 2100) & (WAVES <= 2300)).sum()}
    high.setValue(2110)
    settle(hands)
    assert "choose a wider range" in note(hands)
    press(hands, "identify_whole")
    settle(hands)
    assert not note(hands)


def test_selected_entries_are_drawn_and_go_with_the_dialog(hands: Hands) -> None:
    scene(hands)
    layer = hands.window.panels.match_layer
    dialog = opened(hands)
    (curve,) = layer.curves
    assert curve.colour == KEPT[2]  # two are taken by the pins
    fourth = dialog.table.item(3, 0)
    assert fourth is not None
    QTest.mouseClick(
        dialog.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        dialog.table.visualItemRect(fourth).center(),
    )
    assert [c.colour for c in layer.curves] == [KEPT[2], KEPT[3]]
    before = layer.extent
    scaled = hands.find("identify_scaled", QCheckBox)
    assert isinstance(scaled, QCheckBox)
    scaled.setChecked(False)
    assert layer.extent != before
    hands.session.spectra.show_as("continuum_removed")
    assert all(np.nanmax(c.y) == pytest.approx(1) for c in layer.curves)
    dialog.close()
    assert not layer.curves
    assert hands.states.identify.question is None


def test_curves_can_be_kept(hands: Hands) -> None:
    scene(hands)
    opened(hands)
    press(hands, "identify_keep")
    kept = hands.session.spectra.kept[-1]
    assert kept.name == "kaolinite"
    assert kept.values is not None
    np.testing.assert_array_equal(kept.values, KAOLINITE.reflectance)
    (curve,) = hands.window.panels.match_layer.curves
    assert curve.colour != kept.colour


def test_a_class_is_made_in_one_step(hands: Hands) -> None:
    scene(hands)
    opened(hands)
    press(hands, "identify_class")
    press(hands, "identify_class")
    assert list(hands.session.classes.names) == ["kaolinite", "kaolinite 2"]
    made = hands.session.classes.classes[0]
    assert line_places(made.text)
    assert "2400" not in made.text
    assert made.descriptions[0].source == "library"
    assert hands.session.current_class is hands.session.classes.classes[1]
    hands.session.undo()
    assert list(hands.session.classes.names) == ["kaolinite"]
    hands.session.undo()
    assert not len(hands.session.classes)


def test_own_spectra_are_looked_through(hands: Hands, tmp_path: Path) -> None:
    scene(hands)
    values = KAOLINITE.at(WAVES)[None] * 100
    path = write_library(SpectralLibrary(("field clay",), WAVES, values), tmp_path / "own.csv")
    hands.session.own_spectra.add([path])
    dialog = opened(hands)
    hands.until(lambda: hands.session.own_spectra.entries)
    settle(hands)
    assert row(dialog)[0] == "field clay"
    place = box(hands, "identify_collection").findData("own.csv")
    choose(hands, "identify_collection", place)
    assert dialog.table.rowCount() == 1
    press(hands, "identify_own")
    assert hands.find("own_spectra", OwnSpectraDialog).isVisible()


def test_what_was_selected_by_hand_stays_selected(hands: Hands) -> None:
    scene(hands)
    dialog = opened(hands)
    choose(hands, "identify_by", 1)
    assert dialog.table.chosen[0][0] is hands.states.identify.matches[0]
    dialog.table.selectRow(4)
    entry = dialog.table.chosen[0][0].entry
    choose(hands, "identify_by", 0)
    assert [match.entry for match, _ in dialog.table.chosen] == [entry]


def test_values_that_are_no_reflectance_are_told(hands: Hands) -> None:
    scene(hands, 5000)
    dialog = opened(hands)
    assert "does not hold reflectance" in note(hands, "identify_guard")
    assert row(dialog)[0] == "kaolinite"


def test_a_spectrum_that_goes_is_looked_up_no_longer(hands: Hands) -> None:
    scene(hands)
    dialog = opened(hands)
    hands.session.spectra.clear()
    settle(hands)
    assert dialog.table.rowCount() == 0
    assert "Keep the spectrum of a pixel" in note(hands)
    hands.session.spectra.pin((2, 15))
    settle(hands)
    assert row(dialog)[0] == "green grass"


def test_return_in_a_range_makes_no_class(hands: Hands) -> None:
    scene(hands)
    opened(hands)
    low = spin(hands, "identify_low")
    low.setFocus()
    QTest.keyClick(low, Qt.Key.Key_Return)
    settle(hands)
    assert not len(hands.session.classes)
