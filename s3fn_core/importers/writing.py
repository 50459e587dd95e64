"""From what was found to a project: cubes are read one by one, objects found, labels written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.mask import Recipe, make_mask
from s3fn_core.cubes.treating.masking import find_mask
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.cubes.treating.references import Reference, averaged_lines
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment
from s3fn_core.errors import CubeError, ProjectError, S3FNError
from s3fn_core.importers.blueberries import recipe_for
from s3fn_core.importers.found import DataSet, FoundCube
from s3fn_core.labels.object_names import UNNAMED
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.project import Project
from s3fn_core.project.cube_state import CubeState, put

WHOLE = Recipe(splitting=Splitting("connected", smallest=20))
"""What is not background is the object: for cubes that show one."""


@dataclass(frozen=True)
class LeftOut:
    """A cube that could not be imported, and why."""

    path: Path
    why: str


@dataclass(frozen=True)
class Imported:
    """A project that was written.

    Attributes
    ----------
    folder : Path
        Of the project.
    cubes, objects : int
    left_out : tuple of LeftOut
    notes : tuple of str
        What the project's maker should know, those of the data set included.
    """

    folder: Path
    cubes: int
    objects: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(eq=False)
class _Maker:
    """The project in the making: names of the objects, berries, white references that were read."""

    found: DataSet
    project: Project
    names: set[str] = field(default_factory=set)
    berries: int = 0
    whites: dict[Path, Reference] = field(default_factory=dict)


def write_project(found: DataSet, folder: Path) -> Operation[Imported]:
    """Make a project of a data set; its cubes stay where they are.

    A cube is labelled as a whole, or each of its objects is; what is tested is marked as test regions.
    A cube that cannot be read, or is empty, is left out.  Only maps are kept in memory.

    Raises
    ------
    ProjectError
        When the folder is taken or cannot be written, or no cube could be read.
    """
    project = Project(folder)
    project.refuse_to_replace()
    project.classes = found.classes
    project.settings = {"train": TrainSettings(preset="object").to_json()}
    maker, left_out = _Maker(found, project), list[LeftOut]()
    for done, one in enumerate(found.cubes):
        share = done / len(found.cubes)
        yield Progress("import", 0.9 * share, tr("Reading {name}", name=one.path.name))
        try:
            yield from scaled(_add(maker, one), 0.9 * share, 0.9 * (done + 1) / len(found.cubes))
        except S3FNError as error:
            left_out.append(LeftOut(one.path, str(error)))
    if not project.cubes:
        count = len(found.cubes) + len(found.missing)
        if not left_out:
            raise ProjectError("{folder}: none of {count} cubes is there.", folder=found.folder, count=count)
        raise ProjectError(
            "{folder}: none of {count} cubes could be read. The first: {reason}",
            folder=found.folder,
            count=count,
            reason=left_out[0].why,
        )
    yield Progress("import", 0.9, tr("Writing {name}", name=project.name))
    is_new = not project.folder.exists()
    try:
        project.save()
    except BaseException:
        if is_new:
            shutil.rmtree(project.folder, ignore_errors=True)
        raise
    objects = len(maker.names) + maker.berries
    return Imported(project.folder, len(project.cubes), objects, tuple(left_out), found.notes)


def _add(maker: _Maker, one: FoundCube) -> Operation[None]:
    """Add one cube with its treatment, labels and test regions; objects of one name are one object."""
    cube = open_cube(one.path)
    treatment = Treatment(_metadata(cube, one, maker.found.reflectance))
    if one.white is not None:
        if one.white not in maker.whites:
            whites = averaged_lines(open_cube(one.white))
            maker.whites[one.white] = yield from scaled(whites, 0.0, 0.3)
        treatment = replace(treatment, calibration=Calibration(maker.whites[one.white]))
    described = treatment.applied(cube)
    if one.shows:
        mask = yield from scaled(_whole(one, described), 0.3, 1.0)
        names = UNNAMED.renamed(mask.objects, 1, one.shows)
        maker.names.add(one.shows)
    else:
        mask = yield from scaled(find_mask(described, recipe_for(described)), 0.3, 1.0)
        names = UNNAMED
        maker.berries += int(mask.objects.max())
    release(cube.data)
    inside = mask.objects > 0
    class_id = maker.found.classes.ids[maker.found.classes.names.index(one.class_name)]
    ids = np.where(inside, class_id, 0).astype(np.uint8)
    test = inside if one.part == "test" else None
    state = CubeState(cube, ids, replace(treatment, mask=mask), test, names=names)
    put(maker.project, maker.project.add_cube(cube).id, state)


def _whole(one: FoundCube, cube: Cube) -> Operation[Mask]:
    """All that is not background as one object."""
    inside = yield from make_mask(cube, WHOLE)
    if not inside.any():
        raise CubeError("{name} is empty: all of its values are 0.", name=one.path.name)
    return Mask(inside.astype(np.int32), WHOLE)


def _metadata(cube: Cube, one: FoundCube, reflectance: bool | None) -> Metadata | None:
    """What the data set says of a cube beyond its file.

    Raises
    ------
    CubeError
        When it states wavelengths of another number of bands.
    """
    if one.wavelengths is None and reflectance is None:
        return None
    if one.wavelengths is not None and len(one.wavelengths) != cube.bands:
        raise CubeError(
            "{name} has {bands} bands, its camera {count} wavelengths.",
            name=one.path.name,
            bands=cube.bands,
            count=len(one.wavelengths),
        )
    stated = Metadata.of(cube)
    return replace(
        stated,
        wavelengths=one.wavelengths or stated.wavelengths,
        reflectance=reflectance or stated.reflectance,
    )
