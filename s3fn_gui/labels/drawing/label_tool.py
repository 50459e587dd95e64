"""What all tools that paint labels have in common."""

from __future__ import annotations

from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.picture.tool import Tool
from s3fn_gui.session.session import Session


class LabelTool(Tool):
    """Paints labels; with Alt a click picks a class."""

    with_alt = "pick"

    def __init__(self, session: Session, painting: Painting) -> None:
        super().__init__(session)
        self.painting = painting
