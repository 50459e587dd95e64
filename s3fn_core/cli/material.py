"""What the command train learns from: cubes with label maps, or the labelled cubes of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.cli.arguments import Match
from s3fn_core.cli.inputs import counted_apart, given_pairs, open_labelled, opening_notes, read_maps
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.errors import LabelError, S3FNError
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.model.config import SplitChoice
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.gathering import gathered
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import Project
from s3fn_core.project.cube_state import names_in
from s3fn_core.project.entry import CubeEntry

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.report.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Material:
    """Labelled cubes and their classes.

    Attributes
    ----------
    data : list of LabelledCube
    classes : ClassSet
    cubes : tuple of Path
        Files of the cubes.
    read : tuple of Path
        All other files that were read.
    notes : tuple of str
        On the files of cubes and labels, and on cubes that could not be opened.
    kept : tuple of (CubeEntry, Treatment)
        Of a project's cubes: where each lies, and what was done to it.
    """

    data: list[LabelledCube]
    classes: ClassSet
    cubes: tuple[Path, ...]
    read: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    kept: tuple[tuple[CubeEntry, Treatment], ...] = ()


@dataclass(frozen=True)
class Maps:
    """Files of maps, one per cube, and how they are read."""

    test_regions: Sequence[Path] | None = None
    objects: Sequence[Path] | None = None
    same_objects: bool = False
    attribute: str | None = None
    match: Match | None = None


def of_files(
    cubes: Sequence[Path] | None, labels: Sequence[Path] | None, pairs: Path | None, classes: Path, maps: Maps
) -> Material:
    """Cubes and label maps by their files; raises LabelError or CubeError where one does not do."""
    class_set = read_classes(classes)
    cube_files, label_files = given_pairs(cubes, labels, pairs)
    labelled, told = open_labelled(cube_files, label_files, class_set, maps.attribute, maps.match)
    opened = [cube for cube, _ in labelled]
    regions = read_maps(maps.test_regions, opened, "--test-regions", told)
    numbers = read_maps(maps.objects, opened, "--objects", told)
    numbers = numbers if maps.same_objects else counted_apart(numbers)
    data = [
        LabelledCube(cube, ids, of_object, None if region is None else region > 0)
        for (cube, ids), of_object, region in zip(labelled, numbers, regions, strict=True)
    ]
    read = (
        *label_files,
        classes,
        *(maps.test_regions or ()),
        *(maps.objects or ()),
        *((pairs,) if pairs else ()),
    )
    return Material(data, class_set, tuple(cube_files), read, (*opening_notes(opened), *told))


def of_project(project: Project, split: SplitChoice, same_objects: bool) -> Operation[Material]:
    """All labelled cubes of a project, treated as they are there; values are read when they are needed.

    Cubes that cannot be opened are left out with a note.

    Raises
    ------
    LabelError
        When nothing is labelled.
    """
    found, sources, notes = list[LabelledCube](), list[Cube](), list(project.notes)
    kept = list[tuple[CubeEntry, Treatment]]()
    labelled = [
        entry for entry in project.cubes if entry.id in project.labels and project.labels[entry.id].any()
    ]
    for done, entry in enumerate(labelled):
        yield Progress("open", done / len(labelled), f"Opening {entry.name}")
        treatment, marked = project.treatments.get(entry.id, Treatment()), project.test_regions.get(entry.id)
        try:
            source = entry.open()
            cube, mask = treatment.applied(source), treatment.mask
            objects, recipe = (None, None) if mask is None else (mask.objects, mask.recipe)
            names = {} if objects is None else names_in(project, entry, objects.shape[:2], notes).of(objects)
            sources.append(source)
            kept.append((entry, treatment))
            found.append(LabelledCube(cube, project.labels[entry.id], objects, marked, recipe, names))
        except S3FNError as error:
            if entry.state != "missing":  # the project's notes tell of those
                notes.append(f"{entry.name} was left out: {error}")
    if not found:
        raise LabelError(f"{project.folder} holds no cube with labels; label some of its pixels first.")
    data = gathered(found, split, same_objects)
    cubes = tuple(entry.path for entry in labelled if entry.path is not None)
    told = (*opening_notes(sources), *notes)
    return Material(data, project.classes, cubes, (project.folder / "project.json",), told, tuple(kept))


def of_report(report: Path, cubes: Sequence[Path]) -> tuple[Material, Recipe]:
    """What the training of a report was given, and its recipe; `cubes` where they lie elsewhere now.

    Raises
    ------
    CubeError, ReportError
        When the report has no recipe, or a cube is missing or another one.
    """
    from s3fn_core.report.repeating import prepare, read_recipe

    recipe = read_recipe(report)
    repeat = prepare(recipe, report.parent, cubes)
    notes = [*opening_notes(item.cube for item in repeat.data), *repeat.differences]
    material = Material(list(repeat.data), recipe.class_set, repeat.cubes, (report,), tuple(notes))
    return material, recipe
