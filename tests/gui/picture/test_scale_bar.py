"""The bar of a round length on the ground."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from s3fn_core.cubes.cube import Georeference
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.picture.canvas.scale_bar import LONGEST, ScaleBar, length_text, round_length
from tests.gui.support import Hands, scene_cube

UTM = 'PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'  # noqa: E501
UNITS = {"km": 1e3, "m": 1.0, "cm": 1e-2, "mm": 1e-3, "µm": 1e-6}


def show(hands: Hands, across: float, down: float) -> ScaleBar:
    """The scene with pixels of that many metres."""
    place = Georeference(UTM, (across, 0, 360_000, 0, -down, 5_800_000))
    hands.session.cubes.add(prepare(replace(scene_cube(), name="placed", georeference=place)))
    QApplication.processEvents()
    return hands.window.cube_view.scale_bar


def metres(text: str) -> float:
    number, unit = text.split()[:2]
    return float(number) * UNITS[unit]


@pytest.mark.parametrize("size", [0.00003, 0.004, 0.3, 30.0, 1000.0])
def test_the_bar_is_as_long_as_it_says(hands: Hands, size: float) -> None:
    bar, box = show(hands, size, size), hands.window.cube_view.box
    for zoom in (1.0, 0.4, 0.5):
        box.scaleBy((zoom, zoom))
        assert bar.isVisible()
        assert bar.length * box.viewPixelSize()[0] * size == pytest.approx(metres(bar.text))
        assert LONGEST / 2.6 < bar.length <= LONGEST


def test_the_bar_is_inside_of_the_visible_part(hands: Hands) -> None:
    bar, view = show(hands, 30, 30), hands.window.cube_view
    for x in (0, 10):
        view.box.setRange(xRange=(x, x + 30), yRange=(0, 20), padding=0)
        QApplication.processEvents()
        seen = view.box.viewRect().intersected(view.image.boundingRect())
        corners = QRectF(view.box.mapFromView(seen.topLeft()), view.box.mapFromView(seen.bottomRight()))
        assert corners.contains(bar.mapRectToParent(bar.boundingRect()))


def test_pixels_that_are_not_square_are_told(hands: Hands) -> None:
    assert show(hands, 20, 30).text.endswith(" across")
    assert not show(hands, 20, 20).text.endswith(" across")


def test_no_bar_where_the_size_is_not_known(hands: Hands) -> None:
    bar = show(hands, 30, 30)
    hands.open_scene()
    assert not bar.isVisible()
    show(hands, 30, 30)
    assert bar.isVisible()
    hands.trigger("file.close_cube")
    assert not bar.isVisible()


def test_the_choice_is_remembered(hands: Hands, tmp_path: Path) -> None:
    bar = show(hands, 30, 30)
    assert hands.window.actions_by_id["view.scale_bar"].isChecked()
    hands.trigger("view.scale_bar")
    assert not bar.isVisible()
    hands.window.settings.sync()
    assert not Settings(tmp_path / "settings.ini").scale_bar
    hands.trigger("view.scale_bar")
    assert bar.isVisible()
    assert hands.window.settings.scale_bar


@given(st.floats(1e-7, 1e8))
def test_the_length_is_the_largest_round_one(limit: float) -> None:
    length = round_length(limit)
    assert length <= limit
    assert limit < length * 2.5 * (1 + 1e-9)
    assert f"{length:.12e}"[0] in "125"
    assert f"{length:.6e}"[1:8] == ".000000"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (5000, "5 km"),
        (1000, "1 km"),
        (500, "500 m"),
        (1, "1 m"),
        (0.5, "50 cm"),
        (0.01, "1 cm"),
        (0.005, "5 mm"),
        (0.0002, "200 µm"),
    ],
)
def test_lengths_in_the_usual_units(length: float, text: str) -> None:
    assert length_text(length) == text
