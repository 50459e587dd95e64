"""What the objects of cubes were judged to be, as the files and the text that predict gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.progress import Operation
from s3fn_core.quoting import columns
from s3fn_core.results.export import ClassMap, export_map, map_files, objects_file
from s3fn_core.results.object_table import tray_of, write_objects_table
from s3fn_core.results.origin import beside, origin_of
from s3fn_core.types import ObjectMap

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.objects import ObjectPrediction


@dataclass(frozen=True, eq=False)
class JudgedCube:
    """A cube, the numbers of its objects, and what these were judged to be."""

    cube: Cube
    objects: ObjectMap
    found: ObjectPrediction


def pooled(judged: Sequence[JudgedCube]) -> list[JudgedCube]:
    """The same where a number means one object in all cubes."""
    from s3fn_core.model.applying.pooling import pool_objects

    found = pool_objects([one.found for one in judged], [one.objects for one in judged])
    return [replace(one, found=both) for one, both in zip(judged, found, strict=True)]


def object_files(out: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """All files that are written of the objects of a cube."""
    table = objects_file(out, name)
    return [table, beside(table), *map_files(out, f"{name}_objects", formats, layers=())]


def write_objects(
    one: JudgedCube, out: Path, formats: Sequence[str], by: str, remark: str = ""
) -> Operation[list[Path]]:
    """Write the table and the map of a cube's objects, judged `by` a model; `remark`: as for their map."""
    from s3fn_core.model.applying.object_map import ids_of_objects

    cube, found = one.cube, one.found
    ids, classes = ids_of_objects(found, one.objects, found.classes)
    origin = origin_of(by, found.metrics, remark=remark)
    tray = yield from tray_of(cube, one.objects, found.objects, found.classes, origin=origin)
    place = cube.georeference
    result = ClassMap(ids, None, classes, cube.name, place, cube.simulated, remark, origin=origin)
    table = write_objects_table([tray], objects_file(out, cube.name))
    return [table, *export_map(result, out, f"{cube.name}_objects", formats)]


def objects_text(one: JudgedCube) -> str:
    """What each object was judged to be, in columns."""
    rows = [(f"{one.cube.name}: object", "class", "votes", "agreement", "probability", "unknown")]
    rows += [
        (
            str(each.number),
            each.class_name,
            f"{each.leading} of {each.patches}",
            f"{each.agreement:.2f} ({each.interval[0]:.2f} to {each.interval[1]:.2f})",
            f"{each.probability:.2f}",
            "unknown" if each.unknown else "",
        )
        for each in one.found.objects
    ]
    return columns(rows)
