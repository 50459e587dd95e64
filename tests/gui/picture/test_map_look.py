"""How the classes of a map are drawn: alone, as outlines, faded, unclassified, filtered."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QSpinBox, QStyleOptionGraphicsItem

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.results.map_filter import MapFilter, filtered
from s3fn_core.results.map_layers import levels_of
from s3fn_core.results.next_best import NextBest
from s3fn_core.types import FloatArray, IdArray
from s3fn_gui.base.colour_maps import table
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.picture.canvas import map_values
from s3fn_gui.picture.canvas.map_shown import drawn_ids
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session
from tests.gui.support import LINES, SAMPLES, Hands

HALF = SAMPLES // 2
LEFT, RIGHT, SPECK, UNSURE = (15, 5), (15, 35), (22, 10), (3, 35)
SHARE = 6 * HALF / (LINES * SAMPLES)


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def probability() -> np.ndarray:
    """Left "rise", right "fall", unsure at the top right; one pixel of "fall" among "rise"."""
    found = np.empty((LINES, SAMPLES, 3), np.float32)
    found[:, :HALF] = 0.9, 0.08, 0.02
    found[:, HALF:] = 0.1, 0.9, 0.0
    found[:6, HALF:] = 0.05, 0.5, 0.45
    found[SPECK] = 0.1, 0.9, 0.0
    return found


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    hands.open_scene()
    for name in ("rise", "fall", "flat"):
        class_edits.add_class(hands.session, name)
    given, ids = probability(), np.array(hands.session.classes.ids, np.uint8)
    following = NextBest.zeros(LINES, SAMPLES)
    following.put((slice(None), slice(None)), given, ids)
    found = Prediction(ids[given.argmax(-1)], given.max(-1), hands.session.classes, next_best=following)
    hands.session.cubes.set_prediction(current(hands).key, found)
    hands.session.view.set_overlay("prediction", opacity=1.0)
    return hands


def colour(hands: Hands, line: int, sample: int) -> tuple[int, ...]:
    """What is on the screen in the middle of a pixel."""
    QApplication.processEvents()
    canvas = hands.window.cube_view.canvas
    grabbed = canvas.grab().toImage()
    found = grabbed.pixelColor(hands.point(line, sample) * (grabbed.width() / canvas.width()))
    return found.red(), found.green(), found.blue()


def under(hands: Hands, place: tuple[int, int]) -> tuple[int, ...]:
    """The same without the map."""
    hands.session.view.set_overlay("prediction", visible=False)
    found = colour(hands, *place)
    hands.session.view.set_overlay("prediction", visible=True)
    return found


def rgb(hands: Hands, name: str) -> tuple[int, ...]:
    return next(c.rgb for c in hands.session.classes if c.name == name)


def click_legend(hands: Hands, name: str) -> None:
    view = hands.window.cube_view
    legend = view.legend
    high = legend.boundingRect().height() / (1 + len(legend.lines))
    place = legend.mapToScene(20, high * (legend.lines.index(name) + 1.5))
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=view.canvas.mapFromScene(place))


def test_a_click_on_the_legend_shows_one_class_alone_and_again_all(mapped: Hands) -> None:
    assert colour(mapped, *LEFT) == rgb(mapped, "rise")
    click_legend(mapped, "fall")
    assert colour(mapped, *LEFT) == under(mapped, LEFT)
    assert colour(mapped, *RIGHT) == rgb(mapped, "fall")
    assert current(mapped).kept == ()  # the tool has not had the click
    click_legend(mapped, "fall")
    assert colour(mapped, *LEFT) == rgb(mapped, "rise")


def test_the_menu_shows_the_selected_class_alone(mapped: Hands) -> None:
    mapped.session.select_class(mapped.session.classes.ids[0])
    mapped.trigger("view.map_only")
    assert colour(mapped, *RIGHT) == under(mapped, RIGHT)
    assert mapped.window.actions_by_id["view.map_only"].isChecked()
    box = mapped.find("map_only", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Only rise"
    mapped.trigger("view.map_plain")
    assert colour(mapped, *RIGHT) == rgb(mapped, "fall")


def test_outlines_leave_the_inside_of_areas_free(mapped: Hands) -> None:
    mapped.trigger("view.map_outlines")
    assert colour(mapped, *LEFT) == under(mapped, LEFT)
    canvas, view = mapped.window.cube_view.canvas, mapped.window.cube_view
    QApplication.processEvents()
    grabbed = canvas.grab().toImage()
    edge = view.box.mapViewToScene(view.box.viewRect().center().__class__(HALF, 15.5))
    at = canvas.mapFromScene(edge)
    seen = {grabbed.pixelColor(at.x() + by, at.y()).getRgb()[:3] for by in (-2, -1, 0, 1)}
    assert seen >= {rgb(mapped, "rise"), rgb(mapped, "fall")}
    assert mapped.window.cube_view.legend.title == "Map: outlines of classes"


def test_what_is_less_sure_is_fainter(mapped: Hands) -> None:
    mapped.trigger("view.map_faded")
    below, full = under(mapped, UNSURE), rgb(mapped, "fall")
    mixed = tuple(round((a + b) / 2) for a, b in zip(below, full, strict=True))
    assert np.abs(np.subtract(colour(mapped, *UNSURE), mixed)).max() <= 2
    assert mapped.window.cube_view.legend.lines[-1] == "Colour strength: confidence"


def test_below_a_confidence_pixels_are_unclassified_and_counted(mapped: Hands) -> None:
    slider = mapped.find("map_least", QSlider)
    assert isinstance(slider, QSlider)
    before = current(mapped).prediction
    slider.setValue(60)
    assert colour(mapped, *UNSURE) != rgb(mapped, "fall")
    assert colour(mapped, *RIGHT) == rgb(mapped, "fall")
    mapped.until(lambda: mapped.session.view.calmed is not None)
    line = mapped.window.cube_view.legend.lines[-1]
    assert line == f"Below 60 %, unclassified: {100 * SHARE:.0f} %"
    slider.setValue(50)  # 0.5 is not below
    assert mapped.window.cube_view.legend.lines[-1] == "Below 50 %, unclassified: 0 %"
    assert colour(mapped, *UNSURE) == rgb(mapped, "fall")
    assert current(mapped).prediction is before


def test_a_filter_is_drawn_named_and_touches_nothing(mapped: Hands) -> None:
    found = current(mapped).prediction
    assert found is not None
    before = found.ids.copy()
    assert colour(mapped, *SPECK) == rgb(mapped, "fall")
    smallest = mapped.find("map_smallest", QSpinBox)
    assert isinstance(smallest, QSpinBox)
    smallest.setValue(4)
    badge = mapped.window.cube_view.map_badge
    mapped.until(lambda: "filtered" in badge.text)
    assert badge.text.endswith("filtered: areas under 4 px dissolved")
    assert colour(mapped, *SPECK) == rgb(mapped, "rise")
    np.testing.assert_array_equal(found.ids, before)
    mapped.session.view.set_map_look(calm=MapFilter(5))
    mapped.until(lambda: badge.text.endswith("filtered: majority 5 x 5"))
    np.testing.assert_array_equal(drawn_ids(mapped.session, found), filtered(before, MapFilter(5)))
    mapped.trigger("view.map_plain")
    assert "filtered" not in badge.text
    assert colour(mapped, *SPECK) == rgb(mapped, "fall")


def test_the_second_best_class_and_the_margin_have_their_legends(mapped: Hands) -> None:
    mapped.trigger("view.map_second")
    assert colour(mapped, *LEFT) == rgb(mapped, "fall")
    assert colour(mapped, *UNSURE) == rgb(mapped, "flat")
    assert mapped.window.cube_view.legend.title == "Map: second-best class"
    mapped.trigger("view.map_margin")
    assert mapped.window.cube_view.legend.title == "Map: margin"
    assert colour(mapped, *UNSURE)[1] < colour(mapped, *LEFT)[1]  # of viridis green grows with the value


def test_levels_are_worked_out_for_what_is_painted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    shape, sizes = (900, 1200), list[int]()

    def counted(values: FloatArray, ids: IdArray, top: float) -> IdArray:
        sizes.append(values.size)
        return levels_of(values, ids, top)

    monkeypatch.setattr(map_values, "levels_of", counted)
    session.set_classes(ClassSet().added("rise"))
    item = prepare(Cube(np.ones((*shape, 2), np.float32), "wide"))
    session.cubes.add(item)
    found = Prediction(np.ones(shape, np.uint8), np.full(shape, 0.5, np.float32), session.classes)
    session.cubes.set_prediction(item.key, found)
    session.view.show_map_layer("confidence")
    drawn, image = map_values.MapValues(session), QImage(100, 100, QImage.Format.Format_RGB32)
    option, painter = QStyleOptionGraphicsItem(), QPainter(image)
    option.exposedRect = QRectF(300, 300, 100, 100)
    painter.translate(-300, -300)
    drawn.paint(painter, option)
    painter.end()
    assert sizes == [102 * 102]
    assert image.pixelColor(50, 50).getRgb()[:3] == tuple(table("viridis")[128])


def test_a_map_of_the_best_class_only_says_so(mapped: Hands) -> None:
    ids = np.ones((LINES, SAMPLES), np.uint8)
    voted = Prediction(ids, np.ones(ids.shape, np.float32), mapped.session.classes)
    mapped.trigger("view.map_second")
    mapped.session.cubes.set_prediction(current(mapped).key, voted)
    action = mapped.window.actions_by_id["view.map_second"]
    assert not action.isEnabled()
    assert "only the best class" in action.toolTip()
    assert mapped.window.cube_view.legend.title == "Map: classes"


def test_the_settings_of_the_map_come_to_light(mapped: Hands) -> None:
    box = mapped.find("map_box")
    assert box.visibleRegion().isEmpty()  # behind the tab of the cubes
    mapped.trigger("view.map_settings")
    mapped.until(lambda: not box.visibleRegion().isEmpty())


def test_the_settings_are_not_cut_off_beside_a_scroll_bar(mapped: Hands) -> None:
    panel = mapped.window.panels.display
    room = panel.minimumWidth() - panel.verticalScrollBar().sizeHint().width()
    body = panel.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= room
