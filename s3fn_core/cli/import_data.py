"""The command import: published data sets become projects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from s3fn_core.cli.arguments import Json
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.errors import ProjectError
from s3fn_core.importers import DataSet, Imported, LeftOut, Wish, look, write_project
from s3fn_core.project import SUFFIX
from s3fn_core.quoting import columns, named


def import_data(
    kind: Annotated[Literal["deephs-fruit", "blueberries", "wood"], typer.Argument(help="The data set.")],
    folder: Annotated[Path, typer.Argument(help="The folder of the data set.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar=f"NAME{SUFFIX}", help="Project to write. If not given, only list what was found."
        ),
    ] = None,
    target: Annotated[
        Literal["ripeness", "firmness", "sugar"], typer.Option(help="DeepHS-Fruit: what to predict.")
    ] = "ripeness",
    split: Annotated[
        Literal["official", "fruit"],
        typer.Option(help="DeepHS-Fruit: the published split, or one with no fruit on both sides."),
    ] = "official",
    fruit: Annotated[str, typer.Option(help="DeepHS-Fruit: one kind of fruit, such as Kiwi.")] = "",
    camera: Annotated[
        str, typer.Option(help="DeepHS-Fruit: VIS, NIR or VIS_COR; by default the one with most labels.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a project of a published data set; its cubes stay where they are."""
    found = look(kind, folder, Wish(target, split, fruit, camera))
    if out is not None and out.suffix != SUFFIX:
        raise ProjectError(f"{out} is not the name of a project; call it {out.name}{SUFFIX}.")
    imported = None if out is None else follow(write_project(found, out), found.title)
    left_out = () if imported is None else imported.left_out
    warn([*found.notes, *_lacking(found, left_out)])
    result = {
        "kind": kind,
        "project": None if imported is None else str(imported.folder),
        "cubes": len(found.cubes) if imported is None else imported.cubes,
        "objects": None if imported is None else imported.objects,
        "classes": [{"class": row.name, "train": row.train, "test": row.test} for row in found.counts],
        "split": found.split,
        "missing": [str(path) for path in found.missing],
        "left_out": [{"cube": str(one.path), "why": one.why} for one in left_out],
        "notes": list(found.notes),
    }
    give(result, as_json, _text(found, imported))


def _lacking(found: DataSet, left_out: tuple[LeftOut, ...]) -> list[str]:
    """Notes on files that are not there, and on cubes that do not open."""
    missing, notes = [path.name for path in found.missing], []
    if missing:
        notes.append(f"Missing files ({len(missing)}): {named(missing)}.")
    if left_out:
        notes.append(f"Left out ({len(left_out)}): {named([one.why for one in left_out])}")
    return notes


def _text(found: DataSet, imported: Imported | None) -> str:
    rows = [("class", "train", "test"), *((row.name, str(row.train), str(row.test)) for row in found.counts)]
    lines = [f"{found.title}: {len(found.cubes)} cubes\n{columns(rows)}\nTested: {found.split}."]
    if imported is not None:
        lines.append(f"{imported.folder}: {imported.cubes} cubes, {imported.objects} objects.")
    return "\n\n".join(lines)
