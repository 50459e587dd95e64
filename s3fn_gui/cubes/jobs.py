"""Opening cubes in a worker."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats import Variable, open_cube, variables_of
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.place import pixel_size
from s3fn_core.cubes.quantity import is_unsure, judged
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.reference_sources import looks_raw
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.cubes.viewing.composite import Composite, default_composite
from s3fn_core.cubes.viewing.picture import first_rendering, rendered, thumbnail
from s3fn_core.errors import CubeError
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation, Progress, run, scaled
from s3fn_core.project import key_of
from s3fn_gui.session.cube import OpenCube


def open_file(
    path: Path,
    layout: Arrangement | None = None,
    variable: str | None = None,
    metadata: Metadata | None = None,
) -> Operation[OpenCube]:
    """Open a cube and prepare what the window shows of it.

    `metadata` that were edited before are kept, unless it has other bands now.
    """
    yield Progress("open", 0.0, tr("Opening {name}", name=path.name))
    cube = open_cube(path, layout=layout, variable=variable)
    if variable is not None:  # another array of the file may be open beside it
        cube = cube.with_(name=f"{cube.name} {variable.rsplit('/', 1)[-1]}")
    fits = metadata is not None and len(metadata.good_bands) == cube.bands
    treatment = Treatment(metadata) if fits else None
    item = yield from scaled(prepare_in_steps(cube, variable, treatment), 0.3, 1.0)
    if cube.path is not None and looks_raw(cube):
        item.references = find_references(cube.path)
    return item


def open_or_list(path: Path) -> Operation[OpenCube | tuple[Variable, ...]]:
    """Open a cube; of a file with several arrays that may be meant, list them instead."""
    yield Progress("open", 0.0, tr("Opening {name}", name=path.name))
    variables = variables_of(path)
    if sum(variable.likely for variable in variables) > 1:
        return variables
    item = yield from open_file(path)
    return item


def prepare(
    source: Cube,
    variable: str | None = None,
    treatment: Treatment | None = None,
    composite: Composite | None = None,
) -> OpenCube:
    """A cube with its first picture and its thumbnail.

    A composite that many values have to be read for waits: three bands are shown first.  Raises
    CubeError when `composite` does not fit the cube.
    """
    return run(prepare_in_steps(source, variable, treatment, composite))


def prepare_in_steps(
    source: Cube,
    variable: str | None = None,
    treatment: Treatment | None = None,
    composite: Composite | None = None,
) -> Operation[OpenCube]:
    """:func:`prepare` in steps, for cubes that take their time."""
    treatment, unsure = treatment or Treatment(), is_unsure(source)
    source = judged(source)
    cube = judged(treatment.applied(source))
    if cube.bands < 2 or cube.lines * cube.samples < 4:
        raise CubeError(
            plural(
                "{name} holds {lines} x {samples} pixels with {count} band, which is not a "
                "hyperspectral cube; open an image with several bands.",
                "{name} holds {lines} x {samples} pixels with {count} bands, which is not a "
                "hyperspectral cube; open an image with several bands.",
                cube.bands,
                name=cube.name,
                lines=cube.lines,
                samples=cube.samples,
            )
        )
    composite = composite or default_composite(cube)
    rendering = first_rendering(cube, composite)
    picture = yield from rendered(rendering)
    release(source.data)  # three bands of a BIL or BIP file touch nearly all of its pages
    pixel_size(cube.georeference, cube.shape[:2])  # remembered; PROJ takes its time at first
    small = thumbnail(picture.image)
    key = key_of(source.path, source.name, variable)
    return OpenCube(key, source, cube, composite, picture, small, treatment, variable, unsure=unsure)
