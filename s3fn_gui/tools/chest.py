"""All tools by name."""

from __future__ import annotations

from s3fn_gui.session import Session
from s3fn_gui.tools.alike import Fill, Grow, SuperpixelBrush
from s3fn_gui.tools.base import Tool
from s3fn_gui.tools.brush import Brush, MaskBrush
from s3fn_gui.tools.inspect import Inspect, PickClass, SelectObject
from s3fn_gui.tools.shapes import Ellipse, Lasso, Polygon, Rectangle

# With these, Alt and a click pick a class.
LABEL_TOOLS = ("brush", "eraser", "polygon", "rectangle", "ellipse", "lasso", "fill", "grow", "superpixel")


def make_tools(session: Session) -> dict[str, Tool]:
    """One of each; the hand needs no tool of its own, since every tool can move the image."""
    return {
        "pan": Tool(session),
        "inspect": Inspect(session),
        "brush": Brush(session),
        "eraser": Brush(session, erase=True),
        "polygon": Polygon(session),
        "rectangle": Rectangle(session),
        "ellipse": Ellipse(session),
        "lasso": Lasso(session),
        "fill": Fill(session),
        "grow": Grow(session),
        "superpixel": SuperpixelBrush(session),
        "pick": PickClass(session),
        "object": SelectObject(session),
        "mask_add": MaskBrush(session, add=True),
        "mask_cut": MaskBrush(session, add=False),
    }
