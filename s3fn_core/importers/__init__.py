"""Published data sets of many cubes: what a folder holds, and the project that is made of it.

:func:`look` lists a data set without reading a cube; :func:`write_project` then reads them one by
one.  Each data set has a module with `TITLE` and `look(folder, wish)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.checked import checked
from s3fn_core.errors import CubeError
from s3fn_core.importers import blueberries, deephs_fruit, wood
from s3fn_core.importers.found import DataSet, FoundCube, Wish
from s3fn_core.importers.writing import Imported, LeftOut, write_project

__all__ = ["KINDS", "DataSet", "FoundCube", "Imported", "Kind", "LeftOut", "Wish", "look", "write_project"]


@dataclass(frozen=True)
class Kind:
    """A data set: what it is called, and who looks for it."""

    title: str
    look: Callable[[Path, Wish], DataSet]


KINDS = {
    "deephs-fruit": Kind(deephs_fruit.TITLE, deephs_fruit.look),
    "blueberries": Kind(blueberries.TITLE, blueberries.look),
    "wood": Kind(wood.TITLE, wood.look),
}
"""By their names on the command line."""


@checked(CubeError)
def look(kind: str, folder: Path, wish: Wish | None = None) -> DataSet:
    """What a folder holds of a data set; no cube is opened.

    Raises
    ------
    CubeError
        When the folder holds nothing of it, or the kind is unknown.
    """
    if kind not in KINDS:
        raise CubeError(
            'The data set "{kind}" is not known; choose one of {kinds}.', kind=kind, kinds=", ".join(KINDS)
        )
    if not folder.is_dir():
        raise CubeError("{folder} is not a folder; choose the one that holds the data set.", folder=folder)
    return KINDS[kind].look(folder, wish or Wish())
