"""A class map as tables: areas of the classes, and their mean spectra."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from s3fn_core.cubes.spectra.library import write_library
from s3fn_core.errors import ExportError
from s3fn_core.files import whole_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.class_map import ClassMap, Layers, areas
from s3fn_core.results.class_spectra import mean_spectra
from s3fn_core.results.origin import as_text, write_beside


def write_areas(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """START_areas.csv, with the remark in each row, for rows are what is copied."""
    path = start.with_name(start.name + "_areas.csv")
    yield Progress("export", 0.0, tr("Writing {name}", name=path.name))
    header = ("id", "class", "pixels", "percent", "area_m2")
    remark = (m.remark,) if m.remark else ()
    rows = [(r.class_id, r.name, r.pixels, f"{r.percent:.4f}", _area(r.area), *remark) for r in areas(m)]
    write_beside(path, m.about)
    write_table(path, [(*header, "remark") if m.remark else header, *rows])


def write_spectra(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """START_spectra.csv with means and standard deviations, and the means as an ENVI library.

    Raises
    ------
    ExportError
        When the cube is not known, has no wavelengths, or no pixel of it has a class.
    """
    if m.cube is None:
        raise ExportError(
            "Spectra of the classes of {cube} need the cube, which is not known here.", cube=m.cube_name
        )
    found = yield from mean_spectra(m.cube, m.ids, m.classes)
    path = start.with_name(start.name + "_spectra.csv")
    write_beside(path, m.about)
    write_library(found.with_deviations, path)
    write_library(found.means, path.with_suffix(".hdr"), as_text(m.about))


def write_table(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write a table, whole or not at all.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _area(area: float | None) -> str:
    return "" if area is None else f"{area:.10g}"
