"""What a project holds is checked before it is saved: anything may have been put into its lists."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.checked import check_numbers, checked
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.errors import ProjectError
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet
from s3fn_core.languages import tr
from s3fn_core.project.content import plain_name
from s3fn_core.project.entry import CubeEntry
from s3fn_core.types import BoolArray, IdArray


@checked(ProjectError, tr("The project cannot be saved"))
def check_parts(
    cubes: list[CubeEntry],
    classes: ClassSet,
    labels: dict[str, IdArray],
    treatments: dict[str, Treatment],
    test_regions: dict[str, BoolArray],
    models: list[Path],
) -> None:
    """Refuse parts of a project that are not what they are called, or are of no cube.

    Raises
    ------
    ProjectError
    """
    for key in (*labels, *treatments, *test_regions, *(entry.id for entry in cubes)):
        try:
            plain_name(key)
        except ValueError as error:
            raise ProjectError(
                "The project cannot be saved: as an id of a cube, {error}.", error=error
            ) from error
    for key, ids in labels.items():
        what = tr("The project cannot be saved: the label map of {cube}", cube=key)
        check_numbers(ids, what, ProjectError, MAX_CLASSES)
