"""Shapes as napari saves them: a table of corners, one row a corner.

Columns are index (of the shape), shape-type, vertex-index, axis-0 (line), axis-1 (sample).  napari
puts the centre of a pixel at whole numbers.  The class stands in further columns, which napari
passes over; its own files have none.
"""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.attributes import Drawn, classed
from s3fn_core.labels.exchange.labelfile import Stored, Wanted
from s3fn_core.labels.exchange.regions import Points, Region, burned, closed, outlined, points
from s3fn_core.labels.rasters import Place
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("napari shapes")
SUFFIXES = (".csv",)

_COLUMNS = ("index", "shape-type", "vertex-index", "axis-0", "axis-1")
_CLASS = ("class", "class_id", "color")
_ROUND = 720  # corners of an ellipse


def read(wanted: Wanted) -> Stored:
    """Read polygons, rectangles, ellipses, paths and lines of one image."""
    with wanted.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not set(_COLUMNS) <= set(rows[0]):
        raise wanted.error(
            "{path} is not a label map: a table of shapes from napari has the columns {columns}.",
            columns=", ".join(_COLUMNS),
        )
    axes = sorted((key for key in rows[0] if key and key.startswith("axis-")), key=lambda key: int(key[5:]))
    for axis in axes[:-2]:
        if len({row[axis] for row in rows}) > 1:
            raise wanted.error("{path} holds shapes on several planes; save those of one image.")
    drawn = [
        Drawn(_own(group[0]), [_region(group, axes[-2:])])
        for _, shape in groupby(rows, key=lambda row: row["index"])
        for group in [list(shape)]
    ]
    regions, notes = classed(drawn, wanted)
    return burned(regions, wanted, notes)


def _own(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says besides the corner of a shape."""
    return {key: value for key, value in row.items() if key and key not in _COLUMNS and key[:5] != "axis-"}


def _region(rows: list[dict[str, Any]], axes: list[str]) -> Region:
    kind = rows[0]["shape-type"]
    line, sample = axes
    corners = points([[float(row[sample]), float(row[line])] for row in rows]) + 0.5
    if kind == "ellipse":
        corners = _ellipse(corners)
    return Region("line" if kind in ("path", "line") else "polygon", (corners,))


def _ellipse(corners: Points) -> Points:
    """Points of the ellipse in the rectangle of four corners."""
    if len(corners) != 4:
        raise ValueError(tr("an ellipse has not four corners"))
    angle = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)[:, None]
    first, second = (corners[1] - corners[0]) / 2, (corners[3] - corners[0]) / 2
    return np.asarray(corners.mean(axis=0) + np.cos(angle) * first + np.sin(angle) * second)


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write a polygon for each connected part of a class.

    A shape has one outline only, so holes are joined to it by a cut of no width.
    """
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow((*_COLUMNS, *_CLASS))
        for index, region in enumerate(outlined(ids, classes)):
            told = (region.name, region.class_id, region.color)
            for number, (x, y) in enumerate((_joined(region) - 0.5).tolist()):
                table.writerow((index, "polygon", number, y, x, *told))


def _joined(region: Region) -> Points:
    """One outline that goes along the outer ring, and over and back to each hole."""
    outer = region.rings[0]
    if len(region.rings) == 1:
        return outer
    holes = [part for hole in region.rings[1:] for part in (closed(hole), outer[:1])]
    return np.concatenate([closed(outer), *holes])
