"""One cube of a project: what the window puts into it, and the cube that comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.kept import kept_from, records_of
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.errors import S3FNError
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.project import CubeEntry, Project
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.cube import OpenCube

# In the settings, by entry id: what the picture of a cube shows, and its kept spectra.
COMPOSITES, SPECTRA = "composites", "spectra"


def put(project: Project, entry_id: str, item: OpenCube) -> None:
    """What belongs to one cube.

    What could not be read, or did not fit the cube, stays until there is something in its place.
    """
    _put_arrays(project, entry_id, item)
    _set(project, COMPOSITES, entry_id, item.composite.as_json())
    _set(project, SPECTRA, entry_id, records_of(item.kept))


def take_out(project: Project, entry: CubeEntry) -> None:
    """The cube was closed."""
    project.cubes.remove(entry)
    for known in (project.labels, project.treatments, project.test_regions):
        known.pop(entry.id, None)
    for name in (COMPOSITES, SPECTRA):
        _set(project, name, entry.id, None)


def _set(project: Project, name: str, entry_id: str, value: Any) -> None:
    """Put something into the settings, or (None) take it out; other copies of them stay."""
    known = _known(project, name)
    project.settings = {**project.settings, name: {**known, entry_id: value}}
    if value is None:
        del project.settings[name][entry_id]


def _known(project: Project, name: str) -> dict[str, Any]:
    found = project.settings.get(name)
    return dict(found) if isinstance(found, dict) else {}


def _put_arrays(project: Project, entry_id: str, item: OpenCube) -> None:
    before = project.labels.get(entry_id)
    lost = project.keeps_unread("labels", entry_id)
    misfit = before is not None and before.shape != item.labels.shape
    if item.counts[1:].any() or not (lost or misfit):
        project.labels[entry_id] = item.labels.ids
        project.give_up_unread("labels", entry_id)
    if not item.treatment.is_empty or not (
        project.keeps_unread("treatments", entry_id) or _misfit(project.treatments.get(entry_id), item.source)
    ):
        project.treatments[entry_id] = item.treatment
        project.give_up_unread("treatments", entry_id)
    if item.test is not None:
        project.test_regions[entry_id] = item.test
        project.give_up_unread("test_regions", entry_id)
    else:
        project.test_regions.pop(entry_id, None)


def _misfit(treatment: Treatment | None, source: Cube) -> bool:
    """Whether a treatment cannot be applied to the file as it is now."""
    try:
        if treatment is not None:
            treatment.applied(source)
    except S3FNError:
        return True
    return False


def opened(entry: CubeEntry, project: Project, notes: list[str]) -> OpenCube | None:
    """The cube with all that the project knows of it; None, and a note, where it does not open."""
    try:
        source = entry.open()
        item = _treated(source, entry, project, notes)
    except S3FNError as error:
        notes.append(str(error))
        return None
    item.scene = entry.scene
    ids = project.labels.get(entry.id)
    if ids is not None and ids.shape == item.labels.shape:
        item.set_labels(LabelMap(ids.copy()))
    elif ids is not None:
        notes.append(
            f"The labels of {entry.name} are {ids.shape[0]} x {ids.shape[1]} and do not fit its "
            "file any more; they were not loaded."
        )
    test = project.test_regions.get(entry.id)
    item.test = test if test is not None and test.shape == item.labels.shape else None
    if entry.state == "changed":
        notes.append(f"The file of {entry.name} has changed since it was saved.")
    kept = kept_from(_known(project, SPECTRA).get(entry.id), item.labels.shape, item.axis)
    item.kept = tuple(k if k.box is not None else replace(k, cube=item.cube) for k in kept)
    return item


def _treated(source: Cube, entry: CubeEntry, project: Project, notes: list[str]) -> OpenCube:
    """The cube as it was treated, or (when that does not fit its file any more) untreated."""
    treatment = project.treatments.get(entry.id, Treatment())
    try:
        treatment.applied(source)
    except S3FNError as error:
        notes.append(f"{error} The cube is shown as its file says.")
        treatment = Treatment()
    return _shown(source, entry, treatment, project, notes)


def _shown(
    source: Cube, entry: CubeEntry, treatment: Treatment, project: Project, notes: list[str]
) -> OpenCube:
    """The cube with the composite it was shown with, or (when that does not fit) as a new one."""
    known = _known(project, COMPOSITES)
    try:
        composite = Composite.from_json(known[entry.id]) if entry.id in known else None
        if composite is not None and composite.kind == "band":
            composite = None  # a way of looking that is not kept
        return prepare(source, entry.variable, treatment, composite)
    except S3FNError as error:
        item = prepare(source, entry.variable, treatment)  # says it where the cube is at fault
        notes.append(f"{error} {entry.name} is shown as a new cube would be.")
        return item
