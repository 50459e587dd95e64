"""What a project keeps of a cube, without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import KeptSpectrum
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.labels.object_names import ObjectNames
from s3fn_core.project import Project
from s3fn_core.project.cube_state import CubeState, put, read, take_out

WAVELENGTHS = np.array([500.0, 600.0, 700.0])


def cube_in(folder: Path, lines: int = 4) -> Cube:
    values = np.arange(1, lines * 15 + 1, dtype=np.float32).reshape(lines, 5, 3)
    return open_cube(write_envi(values, folder / "a.hdr", WAVELENGTHS))


def test_the_state_of_a_cube_comes_back(tmp_path: Path) -> None:
    cube, project = cube_in(tmp_path), Project(tmp_path / "p.s3fnproj")
    ids = np.eye(4, 5, dtype=np.uint8)
    metadata = Metadata((501.0, 601.0, 701.0), (True, True, False), None, 1.0)
    axis = BandAxis.of(cube, stored=True)
    kept = (KeptSpectrum(1, "pin", "#112233", axis, None, box=(0, 0, 1, 1)),)
    entry = project.entry_of(cube)
    points = {"points": [[1, 2]]}
    names = ObjectNames(((1, 2, "apple 7"),))
    composite = Composite("false", (2, 1, 0))
    state = CubeState(cube, ids, Treatment(metadata), ids > 0, composite, kept, points, names)
    put(project, entry.id, state)
    project.save()
    again = Project.load(project.folder)
    (entry,) = again.cubes
    found, notes = read(again, entry)
    assert notes == []
    assert np.array_equal(found.ids, ids)
    assert found.test is not None
    assert np.array_equal(found.test, ids > 0)
    assert found.treatment.metadata == metadata
    assert found.composite == state.composite
    assert [(one.name, one.box) for one in found.kept] == [("pin", (0, 0, 1, 1))]
    assert found.validation == points
    assert found.names == names
    assert again.entry_of(cube).id == entry.id
    take_out(again, again.cubes[0])
    nothing = {name: dict[str, object]() for name in ("composites", "spectra", "validation", "object_names")}
    assert (again.cubes, again.labels, again.settings) == ([], {}, nothing)


def test_what_does_not_fit_the_file_any_more_is_told(tmp_path: Path) -> None:
    cube, project = cube_in(tmp_path), Project(tmp_path / "p.s3fnproj")
    entry = project.entry_of(cube)
    ids = np.ones((4, 5), np.uint8)
    put(project, entry.id, CubeState(cube, ids, Treatment(), ids > 0))
    cube_in(tmp_path, lines=6)
    found, notes = read(project, entry)
    assert [note for note in notes if "4 x 5 and do not fit" in note]
    assert [note for note in notes if "has changed since" in note]
    assert (found.ids.shape, found.ids.any(), found.test) == ((6, 5), False, None)
    put(project, entry.id, found)
    assert np.array_equal(project.labels[entry.id], ids), "kept until there is something in its place"
