"""What the picture on show is compared with; never saved, never undone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import IdArray
from s3fn_gui.looks.colour_maps import GREY
from s3fn_gui.state import Bytes, Picture


@dataclass(frozen=True)
class Kept:
    """What stays of a picture (not the values behind it), and the name of the cube it shows."""

    image: Bytes
    caption: str
    name: str
    colour_map: str = GREY

    def fits(self, cube: Cube) -> bool:
        """Whether the pictures of `cube` have as many lines and samples."""
        return self.image.shape[:2] == (cube.lines, cube.samples)


@dataclass(frozen=True, eq=False)
class MapBefore:
    """A map that is drawn left of the handle in the place of the one on show."""

    ids: IdArray
    classes: ClassSet
    captions: tuple[str, str]


class Comparison(QObject):
    """The picture left of the handle, None while nothing is compared; and a map, if there is one.

    `map_aside` says that the prediction is drawn right of the handle only.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: Kept | None = None
        self.before: MapBefore | None = None
        self.map_aside = False

    def keep(
        self, picture: Picture | None, name: str, colour_map: str = GREY, before: MapBefore | None = None
    ) -> None:
        """Compare with `picture` from now on; without a picture there is nothing to keep."""
        self.before = None if picture is None else before
        self.kept = None if picture is None else Kept(picture.image, picture.caption, name, colour_map)
        self.changed.emit()

    def end(self) -> None:
        """Show one picture alone again."""
        if self.kept is not None:
            self.kept = self.before = None
            self.changed.emit()

    def set_map_aside(self, aside: bool) -> None:
        self.map_aside = aside
        self.changed.emit()
