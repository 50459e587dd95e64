"""Commands of the picture: what is seen, how large, and compared with what."""

from __future__ import annotations

from functools import partial

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.base.settings import Settings
from s3fn_gui.picture.changes.flow import ChangesFlow
from s3fn_gui.picture.map_commands import map_rows
from s3fn_gui.picture.tool import tool_command
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session

ZOOM = 1.5  # a step of the keyboard; the wheel takes smaller ones


def commands(session: Session, settings: Settings, changes: ChangesFlow) -> Commands:
    """The rows of the picture."""
    may, view, cubes = Conditions(session), session.view, session.cubes
    tool = partial(tool_command, view, may.cube)

    def show_scale_bar(on: bool) -> None:
        settings.scale_bar = on
        view.set_overlay("scale_bar", visible=on)

    def compare(on: bool) -> None:
        item = cubes.current
        if on and item is not None:
            view.comparison.keep(view.picture, item.cube.name, view.looks.colour_map)
        else:
            view.comparison.end()

    view.set_overlay("scale_bar", visible=settings.scale_bar)
    rows = (
        tool("view.pan", tr("Pan"), "H", tr("Move the image (H, or hold Space)")),
        tool(
            "view.inspect",
            tr("Inspect"),
            "I",
            tr("Click to keep a pixel's spectrum, drag for the mean of a region"),
        ),
        Command(
            "view.labels",
            tr("Show labels"),
            lambda on: view.set_overlay("labels", visible=on),
            keys="L",
            tip=tr("Show the labels"),
            icon="labels",
            short=tr("Labels"),
            checked=lambda: view.labels.visible,
        ),
        Command(
            "view.prediction",
            tr("Show prediction"),
            lambda on: view.set_overlay("prediction", visible=on),
            may.map,
            keys="O",
            tip=tr("Show the predicted map"),
            icon="prediction",
            short=tr("Map"),
            checked=lambda: view.prediction.visible,
        ),
        *map_rows(session, changes.open),
        Command(
            "view.colour",
            tr("Colour composite"),
            lambda _: view.show_mode("colour"),
            may.cube,
            keys="C",
            short=tr("Colour"),
            group="mode",
            checked=lambda: view.mode == "colour",
            tip=tr("Show three bands, or components, as colours"),
        ),
        Command(
            "view.band",
            tr("Single band"),
            lambda _: view.show_mode("band"),
            may.cube,
            keys="G",
            short=tr("Band"),
            group="mode",
            checked=lambda: view.mode == "band",
            tip=tr("Show one band in grey"),
        ),
        Command(
            "view.next_band",
            tr("Next band"),
            partial(cubes.step_band, 1),
            may.cube,
            keys="Ctrl+Right",
            tip=tr("Show the next band (also Ctrl + wheel)"),
        ),
        Command(
            "view.previous_band",
            tr("Previous band"),
            partial(cubes.step_band, -1),
            may.cube,
            keys="Ctrl+Left",
            tip=tr("Show the previous band (also Ctrl + wheel)"),
        ),
        Command(
            "view.fit",
            tr("Fit image to window"),
            view.fit,
            may.cube,
            keys="0",
            tip=tr("Show the whole image"),
            icon="fit",
        ),
        Command(
            "view.zoom_in",
            tr("Zoom in"),
            partial(view.zoom, ZOOM),
            may.cube,
            keys="Ctrl++ Ctrl+=",
            tip=tr("Enlarge the image (also with the wheel)"),
        ),
        Command(
            "view.zoom_out",
            tr("Zoom out"),
            partial(view.zoom, 1 / ZOOM),
            may.cube,
            keys="Ctrl+-",
            tip=tr("Shrink the image (also with the wheel)"),
        ),
        Command(
            "view.zoom_pixels",
            tr("One image pixel per screen pixel"),
            view.show_pixels,
            may.cube,
            keys="Ctrl+1",
            tip=tr("Show the image without scaling"),
        ),
        Command(
            "view.compare",
            tr("Compare with this picture"),
            compare,
            may.cube,
            keys="W",
            tip=tr("Keep this picture left of a divider to compare others with it"),
            icon="compare",
            checked=lambda: view.comparison.kept is not None,
        ),
        Command(
            "view.compare_map",
            tr("Prediction right of the divider only"),
            view.comparison.set_map_aside,
            tip=tr("While comparing, draw the map on the right side only"),
            checked=lambda: view.comparison.map_aside,
        ),
        Command(
            "view.scale_bar",
            tr("Scale bar"),
            show_scale_bar,
            tip=tr("Show the scale on the ground if it is known"),
            checked=lambda: view.scale_bar.visible,
        ),
    )
    return Commands(
        rows,
        (
            cubes.current_changed,
            cubes.treatment_changed,
            cubes.prediction_changed,
            view.tool_changed,
            view.mode_changed,
            view.overlays_changed,
            view.comparison.changed,
            session.class_selected,
            session.class_list_changed,
        ),
    )
