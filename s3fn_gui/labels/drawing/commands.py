"""Commands of the drawing tools."""

from __future__ import annotations

from functools import partial

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
        tool("label.brush", "Brush", "B", "Paint the selected class"),
        tool("label.eraser", "Eraser", "E", "Erase labels (E, or right button)"),
        tool("label.polygon", "Polygon", "P", "Click the corners of an area; double-click to close it"),
        tool("label.rectangle", "Rectangle", "R", "Drag a rectangle; with Shift a square"),
        tool("label.ellipse", "Ellipse", "Shift+R", "Drag an ellipse; with Shift a circle"),
        tool("label.lasso", "Lasso", "Shift+P", "Draw around an area"),
        tool("label.fill", "Fill", "F", "Click to paint connected pixels with a similar spectrum"),
        tool("label.grow", "Grow from here", "Shift+F", "Click a pixel, then set how far the region grows"),
        tool("label.superpixel", "Superpixels", "S", "Click or drag to paint groups of similar pixels"),
        tool("label.pick", "Pick class", "K", "Click a label to select its class (K, or Alt and a click)"),
        Command(
            "label.size_up",
            "Larger brush or angle",
            partial(view.step_tool, 1),
            keys="]",
            tip="Enlarge the brush, or the angle of fill and grow",
        ),
        Command(
            "label.size_down",
            "Smaller brush or angle",
            partial(view.step_tool, -1),
            keys="[",
            tip="Shrink the brush, or the angle of fill and grow",
        ),
        Command(
            "label.protect",
            "Protect other classes",
            lambda on: view.set_brush(protect=on),
            tip="Paint only unlabelled pixels",
            icon="shield",
            checked=lambda: view.protect,
        ),
        Command(
            "label.clear",
            "Erase all labels",
            painting.erase_all,
            may.cube,
            tip="Erase all labels of the current cube",
        ),
    )
    return Commands(rows, (session.cubes.current_changed, view.tool_changed, view.brush_changed))
