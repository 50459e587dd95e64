"""The regions as rows of a table, however many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmap

from s3fn_core.labels.regions import LabelRegion
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.region_spectra import RegionLook
from s3fn_gui.base import theme
from s3fn_gui.base.rows_model import RowsModel
from s3fn_gui.base.sparks import SPARK_WIDTH, spark
from s3fn_gui.base.swatches import swatch
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.session.session import Session

CLASS, ROLE, PIXELS, LINE, SAMPLE, SPECTRUM, SPREAD, OUTLIERS = range(8)
HEADINGS = (
    (tr("Class"), ""),
    (tr("Role"), tr("Whether the region is used for training or set aside for testing")),
    (tr("Pixels"), ""),
    (tr("Line"), tr("Centre")),
    (tr("Sample"), tr("Centre")),
    (tr("Spectrum"), tr("Mean spectrum")),
    (tr("Spread"), tr("Standard deviation of the region's spectra, averaged over the good bands")),
    (tr("Outliers"), tr("Share of pixels that do not look like their class (Find outliers)")),
)
WIDTHS = {ROLE: 58, PIXELS: 48, LINE: 48, SAMPLE: 58, SPECTRUM: SPARK_WIDTH + 10, SPREAD: 62, OUTLIERS: 58}


class RegionModel(RowsModel[int]):
    """Reads the session's regions; the rows are their numbers."""

    headings = HEADINGS
    numbers = (PIXELS, LINE, SAMPLE, SPREAD, OUTLIERS)

    def __init__(self, session: Session, regions: RegionsState, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._state = regions
        self._shares: dict[int, float] = {}

    def listed(self) -> Iterable[int]:
        """Those that the state lists."""
        self._shares = self._state.shares_of_outliers()
        regions = self._state.region_map
        return [] if regions is None else [row.number for row in regions.listed]

    def picture(self, number: int, column: int) -> Any:
        """The colour of the class, and the mean spectrum."""
        region, look = self._region(number), self._state.looks.get(number)
        if region is None:
            return None
        if column == CLASS:
            return swatch(self._colour(region))
        return _spark(look, self._colour(region)) if column == SPECTRUM and look is not None else None

    def _region(self, number: int) -> LabelRegion | None:
        """None where there are no regions any more, for a table that is about to be told."""
        regions = self._state.region_map
        return None if regions is None else regions.row(number)

    def text(self, number: int, column: int) -> str:
        """What a cell says."""
        region, look = self._region(number), self._state.looks.get(number)
        if region is None or column == SPECTRUM:
            return ""
        if column == CLASS:
            return self._name(region)
        if column == ROLE:
            return tr("test") if self._tested(region) else tr("training")
        if column == SPREAD:
            return f"{look.spread:.3g}" if look is not None and np.isfinite(look.spread) else ""
        if column == OUTLIERS:
            return per_cent(self._shares[number]) if number in self._shares else ""
        return f"{self.sort_key(number, column):,.0f}"

    def sort_key(self, number: int, column: int) -> Any:
        """What rows are sorted by."""
        region, look = self._region(number), self._state.looks.get(number)
        assert region is not None
        spread = look.spread if look is not None and np.isfinite(look.spread) else -1.0
        keys = {
            CLASS: (self._place(region), number),
            ROLE: self._tested(region),
            PIXELS: region.pixels,
            LINE: round(region.centre[0]),
            SAMPLE: round(region.centre[1]),
            SPREAD: spread,
            OUTLIERS: self._shares.get(number, -1.0),
        }
        return keys.get(column, number)

    def _tested(self, row: LabelRegion) -> bool:
        return self._state.region_map is not None and self._state.region_map.tested(row.number)

    def _place(self, row: LabelRegion) -> int:
        ids = self._session.classes.ids
        return ids.index(row.class_id) if row.class_id in ids else len(ids)

    def _name(self, row: LabelRegion) -> str:
        classes, class_id = self._session.classes, row.class_id
        return classes[class_id].name if class_id in classes else tr("id {id}", id=class_id)

    def _colour(self, row: LabelRegion) -> str:
        classes = self._session.classes
        known = row.class_id in classes
        return classes[row.class_id].color if known else theme.current().muted


@lru_cache(maxsize=512)
def _spark(look: RegionLook, colour: str) -> QPixmap:
    return spark(look.mean, colour)
