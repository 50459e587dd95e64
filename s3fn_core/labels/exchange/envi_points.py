"""Regions of interest as ENVI exports them to ASCII: a table of pixels for each region.

    ; ENVI Output of ROIs (4.8) [...]
    ; Number of ROIs: 2
    ; File Dimension: 357 x 321               samples x lines
    ;
    ; ROI name: water
    ; ROI rgb value: {0, 0, 255}
    ; ROI npts: 3
    ;   ID    X    Y                          columns; X and Y count pixels from 1
         1   12    7

An empty line stands between the tables of two regions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from itertools import groupby
from pathlib import Path

import numpy as np

from s3fn_core.files import whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend, hex_color
from s3fn_core.labels.exchange.regions import Region, burned, points
from s3fn_core.labels.rasters import Place, plain_name
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("ENVI regions as ASCII")
SUFFIXES = (".txt",)

_STATED = re.compile(r";\s*(ROI name|ROI rgb value|ROI npts|File Dimensions?)\s*:\s*(.*)")


@dataclass
class _Head:
    """What the comments say of one region."""

    name: str
    color: str | None = None
    pixels: int | None = None


def read(wanted: Wanted) -> Stored:
    """Read the pixels of each region; the file needs the columns X and Y (pixel location)."""
    raw = wanted.path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if not text.lstrip().startswith(";") or "ROI name" not in text:
        raise wanted.error('{path} is not a label map: an export of regions from ENVI begins with ";".')
    rows = [row.strip() for row in re.split(r"\r\n?|\n", text)]
    heads, columns = _heads(rows, wanted)
    if not {"X", "Y"} <= set(columns):
        raise wanted.error(
            "{path} holds no pixel locations; export the regions again with the columns X and Y."
        )
    tables = _tables(rows, heads, wanted)
    at = columns.index("X"), columns.index("Y")
    regions = [
        Region("points", (_centres(table, at),), head.name, None, head.color)
        for head, table in zip(heads, tables, strict=True)
        if table
    ]
    return burned(regions, wanted)


def _heads(rows: list[str], wanted: Wanted) -> tuple[list[_Head], list[str]]:
    """The regions announced by comments, and the columns of their tables."""
    heads: list[_Head] = []
    columns: list[str] = []
    for row in rows:
        if not row.startswith(";"):
            continue
        stated = _STATED.match(row)
        if stated is None:
            words = re.sub(r"\bMap\s+", "Map", row.strip("; \t")).split()
            columns = words if {"X", "Y"} <= set(words) else columns
            continue
        key, value = stated[1], stated[2].strip()
        if key.startswith("File"):
            _check_dimension(value, wanted)
        elif key == "ROI name":
            heads.append(_Head(value or tr("region {number}", number=len(heads) + 1)))
        elif heads and key == "ROI rgb value":
            heads[-1].color = hex_color(value)
        elif heads:
            heads[-1].pixels = int(value)
    return heads, columns


def _check_dimension(value: str, wanted: Wanted) -> None:
    sizes = [int(size) for size in re.findall(r"\d+", value)]
    if len(sizes) == 2:
        wanted.check_shape((sizes[1], sizes[0]), wanted.cube_shape())


def _tables(rows: list[str], heads: list[_Head], wanted: Wanted) -> list[list[str]]:
    """The rows of each region: by the stated numbers of pixels, else by the empty lines."""
    every = [row for row in rows if row and not row.startswith(";")]
    numbers = [head.pixels for head in heads]
    stated = [number for number in numbers if number is not None]
    if len(stated) == len(heads) and min(stated) >= 0 and sum(stated) == len(every):
        ends = np.cumsum(stated).tolist()
        return [every[end - number : end] for end, number in zip(ends, stated, strict=True)]
    groups = [list(group) for filled, group in groupby(rows, key=bool) if filled]
    tables = [[row for row in group if not row.startswith(";")] for group in groups]
    tables = [table for table in tables if table]
    if len(tables) != len(heads):
        raise wanted.error(
            "{path} names {named} regions but holds the pixels of {found}; it is not whole. Export it again.",
            named=len(heads),
            found=len(tables),
        )
    return tables


def _centres(table: list[str], at: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Centres of a region's pixels in pixel coordinates."""
    cells = [row.replace(",", " ").split() for row in table]
    return points([[row[at[0]], row[at[1]]] for row in cells]) - 0.5


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write the pixels of every class that has some."""
    legend = class_legend(classes, ids)
    used = [i for i in range(1, len(legend)) if (ids == i).any()]
    text = StringIO()
    text.write(
        f"; ENVI Output of ROIs\n; Number of ROIs: {len(used)}\n"
        f"; File Dimension: {ids.shape[1]} x {ids.shape[0]}\n"
    )
    places = {i: np.argwhere(ids == i) for i in used}
    for i in used:
        name, (red, green, blue) = legend[i]
        text.write(
            f";\n; ROI name: {plain_name(name)}\n; ROI rgb value: {{{red}, {green}, {blue}}}\n"
            f"; ROI npts: {len(places[i])}\n"
        )
    text.write(";   ID    X    Y\n")
    for i in used:
        numbers = np.arange(1, len(places[i]) + 1)
        np.savetxt(text, np.column_stack([numbers, places[i][:, ::-1] + 1]), "%6d")
        text.write("\n")
    with whole_file(path) as temporary:
        temporary.write_text(text.getvalue(), "utf-8")
