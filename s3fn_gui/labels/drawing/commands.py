"""Commands of the drawing tools."""

from __future__ import annotations

from functools import partial

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.picture.tool import tool_command
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, painting: Painting) -> Commands:
    """The rows of the tools that label."""
    may, view = Conditions(session), session.view
    tool = partial(tool_command, view, may.cube)
    rows = (
        tool("label.brush", tr("Brush"), "B", tr("Paint the selected class")),
        tool("label.eraser", tr("Eraser"), "E", tr("Erase labels (E, or right button)")),
        tool(
            "label.polygon", tr("Polygon"), "P", tr("Click the corners of an area; double-click to close it")
        ),
        tool("label.rectangle", tr("Rectangle"), "R", tr("Drag a rectangle; with Shift a square")),
        tool("label.ellipse", tr("Ellipse"), "Shift+R", tr("Drag an ellipse; with Shift a circle")),
        tool("label.lasso", tr("Lasso"), "Shift+P", tr("Draw around an area")),
        tool("label.fill", tr("Fill"), "F", tr("Click to paint connected pixels with a similar spectrum")),
        tool(
            "label.grow",
            tr("Grow from here"),
            "Shift+F",
            tr("Click a pixel, then set how far the region grows"),
        ),
        tool(
            "label.superpixel", tr("Superpixels"), "S", tr("Click or drag to paint groups of similar pixels")
        ),
        tool(
            "label.pick",
            tr("Pick class"),
            "K",
            tr("Click a label to select its class (K, or Alt and a click)"),
        ),
        Command(
            "label.size_up",
            tr("Larger brush or angle"),
            partial(view.step_tool, 1),
            keys="]",
            tip=tr("Enlarge the brush, or the angle of fill and grow"),
        ),
        Command(
            "label.size_down",
            tr("Smaller brush or angle"),
            partial(view.step_tool, -1),
            keys="[",
            tip=tr("Shrink the brush, or the angle of fill and grow"),
        ),
        Command(
            "label.protect",
            tr("Protect other classes"),
            lambda on: view.set_brush(protect=on),
            tip=tr("Paint only unlabelled pixels"),
            icon="shield",
            checked=lambda: view.protect,
        ),
        Command(
            "label.clear",
            tr("Erase all labels"),
            painting.erase_all,
            may.cube,
            tip=tr("Erase all labels of the current cube"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, view.tool_changed, view.brush_changed))
