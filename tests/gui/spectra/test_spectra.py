"""The spectra's plot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTableWidget, QToolButton, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.transforms import TRANSFORMS, transform
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.plot.curves import Curve
from tests.gui.support import BANDS, LINES, SAMPLES, WAVELENGTHS, Hands, scene_array, settle


def picture(hands: Hands) -> QImage:
    """What the plot looks like now."""
    for _ in range(3):
        QApplication.processEvents()
    image: QImage = hands.window.panels.spectra.plot.grab().toImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> np.ndarray:
    """Shape (height, width, 4)."""
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)


def test_the_line_under_the_cursor_is_drawn_and_goes_with_it(hands: Hands) -> None:
    hands.open_scene()
    settle()  # an image that moves below the cursor is hovered again
    hands.move(10, 5, Qt.MouseButton.NoButton)
    hands.session.cubes.hover(None)
    empty = pixels(picture(hands))
    hands.move(10, 5, Qt.MouseButton.NoButton)
    left = pixels(picture(hands))
    hands.move(10, 35, Qt.MouseButton.NoButton)
    right = pixels(picture(hands))
    rows, columns = np.nonzero((left != empty).any(axis=2))
    assert np.corrcoef(rows, columns)[0, 1] < -0.9, "it rises with the wavelength"
    rows, columns = np.nonzero((right != empty).any(axis=2))
    assert np.corrcoef(rows, columns)[0, 1] > 0.9, "on the right half it falls"
    hands.session.cubes.hover(None)
    np.testing.assert_array_equal(pixels(picture(hands)), empty)


def test_the_plot_follows_theme_size_and_what_is_drawn(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("workspace.label")  # where the plot is narrower than on its own
    light = picture(hands)
    hands.session.spectra.pin((3, 4))
    assert picture(hands) != light
    hands.window.set_theme("dark")
    dark = picture(hands)
    assert dark.pixelColor(2, 2) == QColor("#21252a")
    assert hands.window.panels.spectra.plot.getAxis("left").autoSIPrefixScale == 1.0
    hands.window.set_theme("light")
    hands.window.docks["spectra"].setFloating(True)
    hands.window.docks["spectra"].resize(700, 400)
    assert picture(hands).width() > light.width()


@pytest.fixture
def inspecting(hands: Hands) -> Hands:
    """The scene, and the tool that keeps spectra."""
    hands.open_scene()
    hands.trigger("view.inspect")
    QApplication.processEvents()
    return hands


def curves(hands: Hands) -> tuple[Curve, ...]:
    return hands.window.panels.spectra.curves.shown


def open_second(hands: Hands, wavelengths: np.ndarray | None) -> OpenCube:
    """Another cube, half as bright, over other wavelengths."""
    values = scene_array()[:, :, :8] / 2
    hands.session.cubes.add(prepare(Cube(values, "second", wavelengths=wavelengths)))
    item = hands.session.cubes.current
    assert item is not None
    return item


def test_a_drag_keeps_mean_and_deviation_of_its_rectangle(inspecting: Hands) -> None:
    inspecting.stroke((4, 2), (13, 11))
    item = inspecting.session.cubes.current
    assert item is not None
    assert item.pins == ()
    assert [kept.box for kept in item.kept] == [(4, 2, 14, 12)]
    inspecting.until(lambda: item.kept[0].values is not None)
    pixels = scene_array()[4:14, 2:12].reshape(-1, BANDS)
    np.testing.assert_allclose(item.kept[0].values, pixels.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(item.kept[0].deviation, pixels.std(axis=0), rtol=1e-4)
    (curve,) = curves(inspecting)
    assert curve.edges is not None
    np.testing.assert_allclose(curve.edges[1], (pixels.mean(0) + pixels.std(0)), rtol=1e-4)


def test_a_region_ends_at_the_image(inspecting: Hands) -> None:
    inspecting.stroke((25, 35), (60, 80))
    item = inspecting.session.cubes.current
    assert item is not None
    assert [kept.box for kept in item.kept] == [(25, 35, LINES, SAMPLES)]


def test_escape_and_the_right_button_take_a_rectangle_back(inspecting: Hands) -> None:
    canvas = inspecting.window.cube_view.canvas
    inspecting.press(4, 2)
    inspecting.move(13, 11)
    assert inspecting.session.spectra.drag == (4, 2, 14, 12)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert inspecting.session.spectra.drag is None
    inspecting.release(13, 11)
    inspecting.press(4, 2)
    inspecting.move(13, 11)
    inspecting.press(13, 11, Qt.MouseButton.RightButton)
    inspecting.release(13, 11)
    assert inspecting.session.spectra.kept == ()


def test_a_hand_that_trembles_pins_all_the_same(inspecting: Hands) -> None:
    start = inspecting.point(4, 2)
    beside = start + QPoint(3, -4)
    viewport = inspecting.window.cube_view.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, beside)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=beside)
    assert inspecting.session.cubes.current is not None
    assert inspecting.session.cubes.current.pins == ((4, 2),)


def test_a_pin_keeps_its_colour_when_another_goes(inspecting: Hands) -> None:
    session = inspecting.session
    for place in ((3, 4), (5, 6), (7, 8)):
        session.spectra.pin(place)
    colours = [kept.colour for kept in session.spectra.kept]
    assert len(set(colours)) == 3
    session.spectra.pin((5, 6))
    assert [kept.colour for kept in session.spectra.kept] == [colours[0], colours[2]]
    assert [curve.colour for curve in curves(inspecting)] == [colours[0], colours[2]]
    brushes = [point.brush().color().name() for point in inspecting.window.cube_view.pins.points()]
    assert brushes == [colours[0], colours[2]]
    session.spectra.pin((9, 9))
    assert session.spectra.kept[-1].colour == colours[1], "a colour that is free again"


def test_spectra_of_all_cubes_are_compared_over_their_own_wavelengths(inspecting: Hands) -> None:
    inspecting.session.spectra.pin((3, 4))
    open_second(inspecting, np.linspace(850, 1500, 8)[::-1])
    inspecting.session.spectra.pin((3, 4))
    first, second = curves(inspecting)
    np.testing.assert_array_equal(first.x, WAVELENGTHS)
    np.testing.assert_allclose(second.x, np.linspace(850, 1500, 8))
    np.testing.assert_allclose(second.y, scene_array()[3, 4, :8][::-1] / 2, rtol=1e-6)
    low, high = inspecting.window.panels.spectra.plot.viewRange()[0]
    assert low <= 450
    assert high >= 1500
    assert len(inspecting.window.cube_view.pins.points()) == 1, "markers of the cube on show only"
    inspecting.session.cubes.remove("memory:scene")
    assert len(curves(inspecting)) == 1


def test_without_wavelengths_all_are_shown_by_band_number(inspecting: Hands) -> None:
    inspecting.session.spectra.show_as("derivative")
    inspecting.session.spectra.pin((3, 4))
    open_second(inspecting, None)
    (first,) = curves(inspecting)
    np.testing.assert_array_equal(first.x, np.arange(1, BANDS + 1))
    np.testing.assert_allclose(first.y, scene_array()[3, 4], rtol=1e-6)
    remark = inspecting.find("spectra_remark", QLabel)
    assert isinstance(remark, QLabel)
    assert remark.isVisible()
    assert "band number" in remark.text()
    box = inspecting.find("spectrum_transform", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Reflectance"
    enabled = {box.itemText(i): box.model().index(i, 0).flags() for i in range(box.count())}
    assert not enabled["First derivative"] & Qt.ItemFlag.ItemIsEnabled
    assert enabled["SNV"] & Qt.ItemFlag.ItemIsEnabled
    inspecting.session.cubes.remove("memory:second")
    assert box.currentText() == "First derivative", "the wish outlives what stood in its way"


@pytest.mark.parametrize("kind", sorted(TRANSFORMS))
def test_a_transform_is_applied_to_all_that_is_drawn(inspecting: Hands, kind: str) -> None:
    inspecting.session.spectra.pin((3, 4))
    inspecting.stroke((4, 2), (13, 11))
    inspecting.until(lambda: len(curves(inspecting)) == 2)
    box = inspecting.find("spectrum_transform", QComboBox)
    assert isinstance(box, QComboBox)
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(list(TRANSFORMS).index(kind)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    inspecting.until(lambda: inspecting.session.spectra.kind == kind)
    inspecting.move(10, 30, Qt.MouseButton.NoButton)
    pixels = scene_array()
    mean = pixels[4:14, 2:12].reshape(-1, BANDS).mean(axis=0)
    view = inspecting.window.panels.spectra
    for shown, values in (
        (view.cursor_line.y, pixels[10, 30]),
        (curves(inspecting)[0].y, pixels[3, 4]),
        (curves(inspecting)[1].y, mean),
    ):
        expected = transform(values, kind, wavelengths=WAVELENGTHS)
        np.testing.assert_allclose(shown, expected, rtol=1e-4, atol=1e-6)
    banded = curves(inspecting)[1].edges is not None
    assert banded == (kind in ("reflectance", "raw", "savitzky_golay"))
    low, high = view.plot.viewRange()[1]
    assert low < min(np.nanmin(curve.y) for curve in curves(inspecting)), "the axis is fitted anew"
    assert high > max(np.nanmax(curve.y) for curve in curves(inspecting))


def test_a_treatment_reads_kept_spectra_again(inspecting: Hands) -> None:
    inspecting.session.spectra.pin((3, 4))
    inspecting.stroke((4, 2), (13, 11))
    item = inspecting.session.cubes.current
    assert item is not None
    inspecting.until(lambda: item.kept[1].values is not None)
    before = [np.asarray(kept.values) for kept in item.kept]
    doubled = replace(Metadata.of(item.source), scale=2.0)
    inspecting.session.push_treatment(item, Treatment(doubled), "Double it")
    inspecting.until(lambda: item.kept[1].values is not None)
    for kept, old in zip(item.kept, before, strict=True):
        np.testing.assert_allclose(kept.values, 2 * old, rtol=1e-5)
    inspecting.trigger("edit.undo")
    inspecting.until(lambda: item.kept[1].values is not None)
    np.testing.assert_allclose(item.kept[1].values, before[1], rtol=1e-5)


def test_the_list_renames_highlights_and_removes(inspecting: Hands) -> None:
    inspecting.session.spectra.pin((3, 4))
    inspecting.session.spectra.pin((5, 6))
    QApplication.processEvents()
    table = inspecting.find("kept_spectra", QTableWidget)
    assert isinstance(table, QTableWidget)
    assert table.isVisible()
    first = table.visualItemRect(table.item(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert [(curve.thick, curve.faint) for curve in curves(inspecting)] == [(True, False), (False, True)]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert not any(curve.faint or curve.thick for curve in curves(inspecting))
    table.item(0, 1).setText("leaf")
    table.item(1, 1).setText(" ")
    names = [kept.name for kept in inspecting.session.spectra.kept]
    assert names == ["leaf", "Pixel 5, 6"]
    remove = table.cellWidget(0, 2)
    assert isinstance(remove, QWidget)
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert inspecting.session.cubes.current is not None
    assert inspecting.session.cubes.current.pins == ((5, 6),)
    unfold = inspecting.find("show_kept", QToolButton)
    QTest.mouseClick(unfold, Qt.MouseButton.LeftButton)
    assert not table.isVisible()
    inspecting.trigger("spectra.clear")
    assert inspecting.session.spectra.kept == ()
    assert not unfold.isVisible()


def choices(hands: Hands) -> dict[str, bool]:
    """What the box of transforms offers."""
    box = hands.find("spectrum_transform", QComboBox)
    assert isinstance(box, QComboBox)
    flags = [box.model().index(place, 0).flags() for place in range(box.count())]
    able = [bool(flag & Qt.ItemFlag.ItemIsEnabled) for flag in flags]
    return dict(zip(TRANSFORMS, able, strict=True))


def test_raw_values_are_those_of_the_file_or_none(inspecting: Hands) -> None:
    item = inspecting.session.cubes.current
    assert item is not None
    scaled = replace(Metadata.of(item.source), scale=0.5)
    inspecting.session.push_treatment(item, Treatment(scaled), "Half")
    inspecting.session.spectra.pin((3, 4))
    library = [("quartz", np.ones(3, np.float32), None)]
    inspecting.session.spectra.overlay(np.array([500.0, 600, 700]), library, "lib.csv")
    inspecting.session.spectra.show_as("raw")
    (raw,) = curves(inspecting)
    np.testing.assert_allclose(raw.y, scene_array()[3, 4], rtol=1e-5)
    assert "1 without raw" in inspecting.find("spectra_remark").text()  # type: ignore[attr-defined]
    calibrated = Treatment(scaled, Calibration(Reference.constant(2.0)))
    inspecting.session.push_treatment(item, calibrated, "Calibrate")
    assert not choices(inspecting)["raw"]
    assert len(curves(inspecting)) == 2
    inspecting.trigger("edit.undo")
    assert choices(inspecting)["raw"]
    assert len(curves(inspecting)) == 1


def test_a_double_click_shows_all_after_a_zoom(inspecting: Hands) -> None:
    inspecting.session.spectra.pin((3, 4))
    plot = inspecting.window.panels.spectra.plot
    QApplication.processEvents()
    whole = plot.viewRange()
    plot.getViewBox().scaleBy((0.2, 0.2))
    plot.getViewBox().sigRangeChangedManually.emit([True, True])
    zoomed = plot.viewRange()
    inspecting.session.spectra.pin((5, 6))
    assert plot.viewRange() == zoomed
    inspecting.session.spectra.pin((5, 6))
    viewport, left = plot.viewport(), Qt.MouseButton.LeftButton
    middle = viewport.rect().center()
    QTest.mouseClick(viewport, left, pos=middle)
    second = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        QPointF(middle),
        QPointF(viewport.mapToGlobal(middle)),
        left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, second)
    QTest.mouseRelease(viewport, left, pos=middle)
    np.testing.assert_allclose(plot.viewRange(), whole)


def test_delete_removes_what_is_chosen_in_the_list(inspecting: Hands) -> None:
    inspecting.window.activateWindow()
    inspecting.session.spectra.pin((3, 4))
    inspecting.session.spectra.pin((5, 6))
    QApplication.processEvents()
    table = inspecting.find("kept_spectra", QTableWidget)
    assert isinstance(table, QTableWidget)
    table.setFocus()
    table.setCurrentCell(1, 1)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert inspecting.session.cubes.current is not None
    assert inspecting.session.cubes.current.pins == ((3, 4),)


def test_bad_bands_are_gaps_wherever_they_lie(hands: Hands) -> None:
    good = np.ones(BANDS, bool)
    good[[0, 5]] = False
    descending = Cube(scene_array(), "scene", wavelengths=WAVELENGTHS[::-1], good_bands=good)
    hands.session.cubes.add(prepare(descending))
    hands.session.spectra.pin((3, 4))
    hands.session.cubes.hover((3, 4))
    for y in (curves(hands)[0].y, hands.window.panels.spectra.cursor_line.y):
        np.testing.assert_array_equal(np.isnan(y), ~good[::-1])
    hands.trigger("spectra.copy")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")[1:]]
    assert [row[1] == "" for row in rows] == (~good).tolist()


def test_a_mean_of_values_that_are_no_more_is_dropped(session: Session) -> None:
    item = prepare(Cube(scene_array(), "scene", wavelengths=WAVELENGTHS))
    session.cubes.add(item)
    session.spectra.keep_region(item, (0, 0, 5, 5))
    (old,) = item.kept
    doubled = replace(Metadata.of(item.source), scale=2.0)
    session.push_treatment(item, Treatment(doubled), "Double it")
    session.spectra.fill(old, np.zeros(BANDS, np.float32), np.zeros(BANDS, np.float32))
    assert item.kept[0].values is None
    session.spectra.fill(item.kept[0], np.ones(BANDS, np.float32), np.ones(BANDS, np.float32))
    assert item.kept[0].values is not None
