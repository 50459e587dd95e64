"""The panel that says what the picture shows and how its values become colours."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QListWidget,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing import picture as pictures
from s3fn_core.cubes.viewing.composite import KINDS, Composite
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_gui.base.colour_maps import COLOUR_MAPS, table
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.picture.display.gamma import STEPS, GammaBox, gamma_at
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import BANDS, LINES, SAMPLES, Hands, scene_array

VISIBLE = np.linspace(400.0, 900.0, BANDS)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(hands: Hands) -> Hands:
    """A scene of visible light is open and the panel in front."""
    hands.session.cubes.add(prepare(Cube(scene_array(), "visible", wavelengths=VISIBLE)))
    hands.window.docks["display"].raise_()
    rest(hands)
    return hands


def rest(hands: Hands) -> None:
    """Wait until the picture is drawn and the panel has followed it."""
    item = current(hands)
    hands.until(lambda: hands.session.view.mode == "band" or item.is_drawn)
    hands.until(lambda: not hands.window.runner.active)
    hands.until(lambda: not hands.window.panels.display._rest.isActive())
    hands.until(lambda: not hands.window.runner.active)


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


def picture(hands: Hands) -> Picture:
    shown = hands.session.view.picture
    assert shown is not None
    return shown


def widget(hands: Hands, name: str, kind: type) -> Any:
    found = hands.find(name, kind)
    assert found.isVisible(), f"{name} is hidden"
    return found


def choose(hands: Hands, name: str, text: str) -> None:
    """Open a box and click a line of it."""
    box = widget(hands, name, QComboBox)
    place = box.findText(text)
    assert place >= 0, f"{name} has no {text}"
    box.showPopup()
    view = box.view()
    view.scrollTo(box.model().index(place, 0))
    where = view.visualRect(box.model().index(place, 0)).center()
    QTest.mouseMove(view.viewport(), where)
    QTest.qWait(QApplication.doubleClickInterval() + 50)  # a box ignores a release that is early
    QTest.mouseClick(view.viewport(), LEFT, pos=where)
    box.hidePopup()


def click(hands: Hands, name: str) -> None:
    QTest.mouseClick(widget(hands, name, QToolButton), LEFT)


def type_into(hands: Hands, name: str, text: str) -> None:
    field = widget(hands, name, QWidget)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def drag(plot: Any, start: float, stop: float, height: float, button: bool = True) -> None:
    """Drag in a plot from one value of the bottom axis to another."""
    box, viewport = plot.getViewBox(), plot.viewport()
    points = [plot.mapFromScene(box.mapViewToScene(QPointF(x, height))) for x in np.linspace(start, stop, 6)]
    move(viewport, points[0], Qt.MouseButton.NoButton)
    QTest.mousePress(viewport, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.qWait(20)  # pyqtgraph leaves out movements that follow each other too quickly
        move(viewport, point, LEFT)
    if button:
        QTest.mouseRelease(viewport, LEFT, pos=points[-1])


def move(viewport: QWidget, point: QPoint, button: Qt.MouseButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(viewport.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


# --- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "true"])
def test_every_kind_is_drawn_when_it_is_chosen(panel: Hands, kind: str) -> None:
    choose(panel, "display_kind", "True colour" if kind == "false" else "False colour")
    rest(panel)
    choose(panel, "display_kind", KINDS[kind].label)
    rest(panel)
    assert picture(panel).composite.kind == kind
    assert len(picture(panel).composite.channels) in KINDS[kind].channels
    assert widget(panel, "display_kind", QComboBox).currentText() == KINDS[kind].label
    assert panel.find("picture_caption", QLabel).text() == picture(panel).caption
    assert panel.session.view.mode == ("band" if kind == "band" else "colour")


def test_true_colour_is_refused_with_its_reason(panel: Hands) -> None:
    box = widget(panel, "display_kind", QComboBox)
    place = box.findData("true")
    assert box.model().item(place).isEnabled()
    panel.session.cubes.add(prepare(Cube(scene_array(), "infrared", wavelengths=VISIBLE + 800)))
    rest(panel)
    assert not box.model().item(place).isEnabled()
    assert "do not cover visible light" in box.model().item(place).toolTip()
    assert "do not cover visible light" in box.toolTip()


def test_the_panel_and_the_slider_choose_the_same_band(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    rest(panel)
    slider = panel.find("band_slider", QSlider)
    assert isinstance(slider, QSlider)
    slider.setValue(7)
    rest(panel)
    assert widget(panel, "display_channel_1", QSpinBox).value() == 8
    assert widget(panel, "display_wavelength_1", QDoubleSpinBox).value() == pytest.approx(VISIBLE[7], abs=0.1)
    type_into(panel, "display_wavelength_1", "500")
    rest(panel)
    assert panel.session.view.band == slider.value() == 2
    assert picture(panel).composite.channels == (2,)
    QTest.keyClick(widget(panel, "display_wavelength_1", QWidget), Qt.Key.Key_Up)
    rest(panel)
    assert panel.session.view.band == 3
    QTest.keyClick(widget(panel, "display_channel_1", QWidget), Qt.Key.Key_Down)
    rest(panel)
    assert panel.session.view.band == 2
    panel.trigger("view.colour")
    rest(panel)
    assert widget(panel, "display_kind", QComboBox).currentText() == "True colour"


def test_bands_without_wavelengths_are_chosen_by_number(panel: Hands) -> None:
    panel.session.cubes.add(prepare(Cube(scene_array(), "numbers")))
    rest(panel)
    assert panel.find("display_wavelength_1").isHidden()
    type_into(panel, "display_channel_2", "4")
    rest(panel)
    assert picture(panel).composite.channels[1] == 3
    assert "/4/" in picture(panel).caption


def test_markers_of_the_plot_and_the_panel_drive_one_composite(panel: Hands) -> None:
    choose(panel, "display_kind", "Normalised difference")
    rest(panel)
    plot: Any = panel.window.panels.spectra.plot
    before = current(panel).composite.channels
    height = float(np.mean(plot.viewRange()[1]))
    drag(plot, VISIBLE[before[0]], VISIBLE[5], height)
    rest(panel)
    assert current(panel).composite == Composite("difference", (5, before[1]))
    assert picture(panel).composite.channels == (5, before[1])
    assert widget(panel, "display_channel_1", QSpinBox).value() == 6
    type_into(panel, "display_channel_2", "2")
    rest(panel)
    drag(plot, VISIBLE[1], VISIBLE[9], height)
    rest(panel)
    assert current(panel).composite.channels == (5, 9)
    assert widget(panel, "display_formula", QLabel).text() == "(a − b) / (a + b)"


def test_components_are_found_once_whatever_is_made_of_them(panel: Hands) -> None:
    choose(panel, "display_kind", "Principal components")
    rest(panel)
    found = current(panel).components["pca"]
    assert widget(panel, "display_share_1", QLabel).text().endswith("of var.")
    type_into(panel, "display_channel_3", "5")
    rest(panel)
    assert picture(panel).caption == "PCA 1/2/5"
    choose(panel, "display_components", "One, grey")
    rest(panel)
    assert picture(panel).image.ndim == 2
    choose(panel, "display_kind", "Minimum noise fractions")
    rest(panel)
    assert "S/N" in widget(panel, "display_share_1", QLabel).text()
    choose(panel, "display_kind", "Principal components")
    rest(panel)
    assert picture(panel).caption == "PCA 1"
    assert current(panel).components["pca"] is found
    assert picture(panel).rendering.components is found


class Gate:
    """An array that waits, once it is closed, before it gives anything."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self.shape, self.dtype = array.shape, array.dtype
        self.way = threading.Event()
        self.way.set()

    def __getitem__(self, key: Any) -> np.ndarray:
        assert self.way.wait(60)
        return np.asarray(self.array[key])


def test_the_old_picture_stays_until_components_are_there_and_after_cancel(panel: Hands) -> None:
    gate = Gate(scene_array())
    panel.session.cubes.add(prepare(Cube(gate, "slow", wavelengths=VISIBLE)))
    rest(panel)
    before = picture(panel)
    gate.way.clear()
    choose(panel, "display_kind", "Principal components")
    panel.until(lambda: panel.find("status_cancel").isVisible())
    assert panel.find("status_job", QLabel).text() == "Principal components"
    assert picture(panel) is before
    QTest.mouseClick(panel.find("status_cancel"), LEFT)
    gate.way.set()
    rest(panel)
    assert picture(panel) is before
    assert current(panel).composite == before.composite
    assert widget(panel, "display_kind", QComboBox).currentText() == "True colour"


# --- the stretch ---------------------------------------------------------------------------------


def test_a_limit_that_is_dragged_stretches_live_and_alone(panel: Hands) -> None:
    choose(panel, "display_kind", "False colour")
    rest(panel)
    plot = widget(panel, "display_histogram", QWidget)
    before = picture(panel)
    click(panel, "display_tab_g")
    black, white = before.limits[1]
    target = (black + 2 * white) / 3
    drag(plot, white, target, 0.5, button=False)
    panel.until(lambda: picture(panel) is not before)  # before the mouse is released
    panel.until(lambda: not panel.window.runner.active)
    held = picture(panel)
    assert held.limits[0] == before.limits[0]
    assert held.limits[2] == before.limits[2]
    assert held.limits[1][0] == pytest.approx(black)
    assert held.limits[1][1] == pytest.approx(target, abs=(white - black) / 40)
    assert held.planes is before.planes
    np.testing.assert_array_equal(held.image, held.rendering.shown(held.rendering.planes(), held.limits))
    assert held.caption.endswith("limits by hand")
    assert widget(panel, "display_white", QDoubleSpinBox).value() == pytest.approx(
        held.limits[1][1], abs=1e-3
    )
    assert not widget(panel, "display_auto", QToolButton).isChecked()
    click(panel, "display_auto")
    rest(panel)
    assert picture(panel).limits == before.limits
    assert picture(panel).caption == before.caption
    assert widget(panel, "display_auto", QToolButton).isChecked()


def test_what_is_between_the_limits_is_dragged_with_both(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    rest(panel)
    ((black, white),) = picture(panel).limits
    step = (white - black) / 5
    drag(widget(panel, "display_histogram", QWidget), black + step, black + 2 * step, 0.9)
    rest(panel)
    ((darker, lighter),) = picture(panel).limits
    assert lighter - darker == pytest.approx(white - black, rel=1e-3)
    assert darker == pytest.approx(black + step, abs=step / 5)


def test_limits_are_typed_and_never_cross(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    rest(panel)
    type_into(panel, "display_black", "0.1")
    rest(panel)
    type_into(panel, "display_white", "0.5")
    rest(panel)
    assert picture(panel).limits == ((0.1, 0.5),)
    assert ", 0.1 to 0.5" in picture(panel).caption
    type_into(panel, "display_black", "0.6")
    rest(panel)
    assert picture(panel).limits[0] == pytest.approx((0.6, 1.0))
    type_into(panel, "display_white", "0.2")
    rest(panel)
    assert picture(panel).limits[0] == pytest.approx((-0.2, 0.2))


def test_the_whole_range_and_what_is_cut_off(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    rest(panel)
    values = current(panel).cube.band(panel.session.view.band)
    click(panel, "display_whole")
    rest(panel)
    assert picture(panel).limits[0] == (values.min(), values.max())
    assert widget(panel, "display_whole", QToolButton).isChecked()
    choose(panel, "display_cut", "Cut off 5 %")
    rest(panel)
    assert picture(panel).limits[0] == pytest.approx(np.percentile(values, (5, 95)))
    assert widget(panel, "display_auto", QToolButton).text() == "5–95 %"
    assert "to" not in picture(panel).caption


@pytest.mark.parametrize("kind", ["True colour", "False colour", "Single band", "Band ratio"])
def test_missing_values_and_background_do_not_darken(panel: Hands, kind: str) -> None:
    whole = scene_array()[:, : SAMPLES // 2]
    beside = np.concatenate([whole, np.zeros_like(whole), np.full_like(whole, np.nan)], axis=1)
    found = []
    for name, array in (("whole", whole), ("beside", beside)):
        panel.session.cubes.add(prepare(Cube(array, name, wavelengths=VISIBLE)))
        choose(panel, "display_kind", kind)
        rest(panel)
        found.append(picture(panel).limits)
        heights = panel.window.panels.display._stretch.histogram._values
        assert all((values != 0).all() for values in heights)
    for black_white, again in zip(*found, strict=True):
        assert again == pytest.approx(black_white, rel=1e-3)


def test_gamma_is_live_and_a_double_click_resets_it(panel: Hands) -> None:
    before = picture(panel)
    slider = widget(panel, "display_gamma_slider", QSlider)
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    rest(panel)
    lighter = picture(panel)
    assert lighter.composite.gamma == gamma_at(slider.value()) > 1
    assert lighter.image.mean() > before.image.mean() + 5
    assert lighter.caption == f"{before.caption}, gamma {lighter.composite.gamma:.2f}"
    assert widget(panel, "display_gamma", QDoubleSpinBox).value() == lighter.composite.gamma
    QTest.mouseDClick(slider, LEFT)
    rest(panel)
    np.testing.assert_array_equal(picture(panel).image, before.image)
    assert picture(panel).caption == before.caption
    type_into(panel, "display_gamma", "0.5")
    rest(panel)
    assert picture(panel).composite.gamma == 0.5


def test_the_slider_of_gamma_rests_where_it_was_put(panel: Hands) -> None:
    box = GammaBox()
    slider = box.findChild(QSlider, "display_gamma_slider")
    for place in range(-STEPS, STEPS + 1):
        slider.setValue(place)
        box.show_gamma(gamma_at(place))
        assert slider.value() == place
    assert (gamma_at(-STEPS), gamma_at(0), gamma_at(STEPS)) == (0.2, 1.0, 5.0)


def test_held_limits_stay_while_bands_change(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    rest(panel)
    limits = picture(panel).limits
    panel.trigger("view.next_band")
    rest(panel)
    assert picture(panel).limits != limits
    own = picture(panel).limits
    click(panel, "display_hold")
    rest(panel)
    panel.trigger("view.next_band")
    rest(panel)
    assert picture(panel).composite.channels == (panel.session.view.band,)
    assert picture(panel).limits == own
    click(panel, "display_hold")
    rest(panel)
    panel.trigger("view.next_band")
    rest(panel)
    assert picture(panel).limits != own


# --- colours -------------------------------------------------------------------------------------


def test_a_colour_map_is_for_grey_pictures_only(panel: Hands) -> None:
    assert panel.find("display_map").isHidden()
    choose(panel, "display_kind", "Single band")
    rest(panel)
    grey = panel.window.cube_view.canvas.grab().toImage()
    choose(panel, "display_map", COLOUR_MAPS["viridis"])
    rest(panel)
    spot = panel.point(4, 4)
    shown = panel.window.cube_view.canvas.grab().toImage().pixelColor(spot).getRgb()[:3]
    assert shown == tuple(table("viridis")[picture(panel).image[4, 4]].tolist())
    level = int(picture(panel).image[4, 4])
    assert grey.pixelColor(spot).getRgb()[:3] == (level, level, level)
    bar: Any = widget(panel, "display_colour_bar", QWidget)
    black, white = picture(panel).limits[0]
    assert [float(text) for text in bar.values] == pytest.approx(
        [black, (black + white) / 2, white], rel=1e-2
    )
    choose(panel, "display_kind", "False colour")
    rest(panel)
    image = panel.window.cube_view.canvas.grab().toImage()
    assert image.pixelColor(spot).getRgb()[:3] == tuple(picture(panel).image[4, 4].tolist())


@pytest.mark.parametrize(("kind", "middle"), [("Normalised difference", 0.0), ("Band ratio", 1.0)])
def test_the_middle_of_diverging_colours_is_what_is_equal(panel: Hands, kind: str, middle: float) -> None:
    choose(panel, "display_kind", kind)
    rest(panel)
    assert panel.find("display_centre").isHidden()
    choose(panel, "display_map", COLOUR_MAPS["diverging"])
    rest(panel)
    black, white = picture(panel).limits[0]
    QTest.mouseClick(widget(panel, "display_centre", QWidget), LEFT)
    rest(panel)
    low, high = picture(panel).limits[0]
    assert (low + high) / 2 == pytest.approx(middle)
    assert low == pytest.approx(black) or high == pytest.approx(white)
    assert float(widget(panel, "display_colour_bar", QWidget).values[1]) == pytest.approx(middle)


def test_a_picture_that_is_compared_with_keeps_its_colours(panel: Hands) -> None:
    choose(panel, "display_kind", "Single band")
    choose(panel, "display_map", COLOUR_MAPS["magma"])
    rest(panel)
    panel.trigger("view.compare")
    choose(panel, "display_map", COLOUR_MAPS["viridis"])
    rest(panel)
    shown = panel.window.cube_view.canvas.grab().toImage()
    for sample, name in ((2, "magma"), (SAMPLES - 3, "viridis")):
        colour = shown.pixelColor(panel.point(20, sample)).getRgb()[:3]
        assert colour == tuple(table(name)[picture(panel).image[20, sample]].tolist())


def test_a_finished_number_gives_the_keys_back_to_the_tools(panel: Hands) -> None:
    type_into(panel, "display_gamma", "1.3")
    assert not widget(panel, "display_gamma", QWidget).hasFocus()


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_colour_maps_have_a_colour_for_each_level(name: str) -> None:
    colours = table(name)
    assert colours.shape == (256, 3)
    assert len({tuple(colour) for colour in colours.tolist()}) > 200


# --- what stays ----------------------------------------------------------------------------------


def test_a_project_keeps_what_is_shown(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    hands.open_file(scene_file)
    wanted = Composite("ratio", (9, 2), ((0.5, 2.0),), 1.5)
    hands.session.cubes.set_composite(wanted)
    rest(hands)
    shown, folder = picture(hands).image, tmp_path / "kept.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: hands.session.folder is not None)
    before = current(hands)
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current not in (None, before))
    rest(hands)
    assert current(hands).composite == wanted
    np.testing.assert_array_equal(picture(hands).image, shown)


@pytest.mark.parametrize("record", [{"kind": "ratio", "channels": [0, 99]}, ["nonsense"], 3])
def test_a_composite_that_does_not_fit_is_told_and_left_out(
    hands: Hands, scene_file: Path, tmp_path: Path, record: object
) -> None:
    hands.open_file(scene_file)
    folder = tmp_path / "kept.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: hands.session.folder is not None)
    content = json.loads((folder / "project.json").read_text("utf-8"))
    settings = content["settings"]["composites"]
    settings[next(iter(settings))] = record
    (folder / "project.json").write_text(json.dumps(content), "utf-8")
    before = current(hands)
    default = before.composite
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current not in (None, before))
    assert "shown with the default settings" in hands.message
    assert current(hands).composite == default


def test_a_calibration_takes_back_limits_set_before(panel: Hands) -> None:
    from s3fn_core.cubes.treating.calibrate import Calibration
    from s3fn_core.cubes.treating.references import Reference
    from s3fn_core.cubes.treating.treatment import Treatment

    panel.session.cubes.set_composite(Composite("band", (3,), ((0.0, 0.4),)))
    panel.session.cubes.set_composite(Composite("false", (8, 5, 2), ((0.0, 0.4),) * 3))
    rest(panel)
    treatment = Treatment(calibration=Calibration(Reference.constant(1000.0)))
    panel.session.push_treatment(current(panel), treatment, "Calibrate")
    rest(panel)
    assert picture(panel).composite == Composite("false", (8, 5, 2))
    assert picture(panel).image.max() == 255
    panel.trigger("view.band")
    rest(panel)
    assert picture(panel).image.max() == 255


def test_nothing_is_counted_behind_another_tab(hands: Hands) -> None:
    hands.open_scene()
    panel = hands.window.panels.display
    hands.until(lambda: not panel._rest.isActive())
    for _ in range(BANDS - 1):
        hands.trigger("view.next_band")
        QTest.qWait(20)
        assert not panel._rest.isActive()
        assert hands.window.runner.get("histogram") is None
    hands.window.docks["display"].raise_()
    rest(hands)
    assert panel._counted == (current(hands).cube, picture(hands).composite)
    assert widget(hands, "display_channel_1", QSpinBox).value() == BANDS


def test_values_that_are_not_kept_are_read_again(panel: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "KEPT_VALUES", 0)
    choose(panel, "display_kind", "False colour")
    rest(panel)
    before = picture(panel)
    assert before.planes is None
    type_into(panel, "display_white", "0.9")
    rest(panel)
    assert picture(panel).limits == ((before.limits[0][0], 0.9), *before.limits[1:])
    assert picture(panel).image.shape == before.image.shape
    choose(panel, "display_kind", "Single band")
    rest(panel)
    type_into(panel, "display_white", "0.25")
    rest(panel)
    assert picture(panel).limits[0][1] == 0.25
    values = panel.window.panels.display._stretch.histogram._values
    assert values[0].size == np.count_nonzero(np.isfinite(scene_array()[:, :, 0]))


def test_limits_that_change_while_a_picture_is_drawn_are_not_lost(panel: Hands) -> None:
    gate = Gate(scene_array())
    panel.session.cubes.add(prepare(Cube(gate, "slow", wavelengths=VISIBLE)))
    rest(panel)
    gate.way.clear()
    panel.session.cubes.set_composite(Composite("false", (9, 5, 1)))
    panel.session.cubes.set_composite(Composite("false", (9, 5, 1), gamma=2.0))
    panel.session.cubes.set_composite(Composite("false", (9, 5, 1), gamma=3.0))
    gate.way.set()
    rest(panel)
    assert picture(panel).composite == Composite("false", (9, 5, 1), gamma=3.0)
    assert current(panel).is_drawn
    expected = picture(panel).rendering.shown(picture(panel).planes, picture(panel).limits)
    np.testing.assert_array_equal(picture(panel).image, expected)


def test_thumbnails_follow_a_stretch_and_are_colours_also_of_grey(panel: Hands) -> None:
    choose(panel, "display_kind", "Band ratio")
    rest(panel)
    item = current(panel)
    before = item.thumbnail
    assert before.shape == (LINES, SAMPLES, 3)
    type_into(panel, "display_gamma", "3")
    rest(panel)
    panel.until(lambda: item.thumbnail is not before)
    np.testing.assert_array_equal(item.thumbnail[:, :, 1], picture(panel).image)


def test_the_list_of_cubes_shows_a_new_thumbnail(panel: Hands) -> None:
    cubes = panel.find("cube_list", QListWidget)
    assert isinstance(cubes, QListWidget)
    before = cubes.item(0).icon().cacheKey()
    panel.session.cubes.set_composite(Composite("false", (9, 5, 1)))
    panel.until(lambda: current(panel).is_drawn)
    assert cubes.item(0).icon().cacheKey() != before


def test_the_last_choice_of_a_kind_is_offered_again(panel: Hands) -> None:
    choose(panel, "display_kind", "False colour")
    rest(panel)
    type_into(panel, "display_channel_1", "12")
    rest(panel)
    mine = current(panel).composite
    choose(panel, "display_kind", "Band ratio")
    rest(panel)
    choose(panel, "display_kind", "False colour")
    rest(panel)
    assert current(panel).composite == mine
    panel.trigger("file.close_cube")
    assert not panel.window.panels.display._body.isEnabled()
