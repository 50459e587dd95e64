"""What became what from one map to another of the same pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import UNLABELLED
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

STRIP_PIXELS = 2**22
IDS = 256
NO_CLASS = tr("(no class)")


@dataclass(frozen=True)
class Change:
    """Pixels that were one class and are another; 0 is none."""

    before: int
    after: int
    pixels: int


@dataclass(frozen=True)
class MapChanges:
    """What differs between two maps.

    Attributes
    ----------
    rows : tuple of Change
        The largest first.
    compared : int
        Pixels that have a class in at least one of the maps.
    """

    rows: tuple[Change, ...]
    compared: int

    @property
    def pixels(self) -> int:
        """How many are not what they were."""
        return sum(row.pixels for row in self.rows)

    def share(self, pixels: int) -> float:
        """Of the pixels compared."""
        return pixels / max(1, self.compared)

    def table(self, names: Mapping[int, str], pixel_area: float | None) -> list[list[str]]:
        """Heading and rows for a spreadsheet, areas in square metres where `pixel_area` is known."""
        named = {UNLABELLED: "(no class)", **names}
        heading = ["From", "To", "Pixels", "Share in %"] + ["Area in m2"] * (pixel_area is not None)
        lines = [heading]
        for row in self.rows:
            share = f"{100 * self.share(row.pixels):.3f}"
            line = [named[row.before], named[row.after], str(row.pixels), share]
            lines.append(line + ([] if pixel_area is None else [f"{row.pixels * pixel_area:g}"]))
        return lines


@checked(ExportError)
def map_changes(before: IdArray, after: IdArray) -> MapChanges:
    """Count what became what.

    Parameters
    ----------
    before, after : array of uint8, shape (lines, samples)
        Class ids, which mean the same classes in both maps; 0 on background.

    Raises
    ------
    ExportError
        When the maps have different shapes.
    """
    if before.shape != after.shape:
        raise ExportError(
            "The maps are {before} and {after} (lines, samples); only maps of the same size can be compared.",
            before=before.shape,
            after=after.shape,
        )
    counts = np.zeros(IDS * IDS, np.int64)
    strip = max(1, STRIP_PIXELS // max(1, before.shape[1]))
    for first in range(0, len(before), strip):
        lines = slice(first, first + strip)
        pairs = before[lines].astype(np.intp) * IDS + after[lines]
        counts += np.bincount(pairs.ravel(), minlength=IDS * IDS)
    rows = [
        Change(int(pair) // IDS, int(pair) % IDS, int(counts[pair]))
        for pair in np.flatnonzero(counts)
        if pair // IDS != pair % IDS
    ]
    rows.sort(key=lambda row: -row.pixels)
    return MapChanges(tuple(rows), int(counts[1:].sum()))
