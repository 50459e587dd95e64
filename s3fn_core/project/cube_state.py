"""What a project keeps of one cube, put into it and read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import KeptSpectrum, kept_from, records_of
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.errors import LabelError, S3FNError
from s3fn_core.labels.object_names import UNNAMED, ObjectNames
from s3fn_core.languages import tr
from s3fn_core.project.entry import CubeEntry
from s3fn_core.project.project import Project
from s3fn_core.types import BoolArray, IdArray

# In the settings, by entry id.
COMPOSITES, SPECTRA, VALIDATION, OBJECT_NAMES = "composites", "spectra", "validation", "object_names"


@dataclass(frozen=True, eq=False)
class CubeState:
    """A cube and what was made of it.

    Attributes
    ----------
    source : Cube
        As its file says.
    ids : array of uint8, shape (lines, samples)
        Labels, 0 = unlabelled.
    treatment : Treatment
    test : array of bool, shape (lines, samples), or None
        Test regions.
    composite : Composite or None
        What its picture shows; None for that of a new cube.
    kept : tuple of KeptSpectrum
        Its kept spectra.
    validation : dict or None
        Its validation points, as plain values.
    names : ObjectNames
        What its objects are called.
    """

    source: Cube
    ids: IdArray
    treatment: Treatment
    test: BoolArray | None = None
    composite: Composite | None = None
    kept: tuple[KeptSpectrum, ...] = ()
    validation: dict[str, Any] | None = None
    names: ObjectNames = UNNAMED


def put(project: Project, entry_id: str, state: CubeState) -> None:
    """Put a cube's state into a project.

    What could not be read, or did not fit the cube, stays until there is something in its place.
    """
    _put_arrays(project, entry_id, state)
    _set(project, COMPOSITES, entry_id, None if state.composite is None else state.composite.as_json())
    _set(project, SPECTRA, entry_id, records_of(state.kept))
    if state.validation is not None:
        _set(project, VALIDATION, entry_id, state.validation)
    if state.names.given or entry_id in _known(project, OBJECT_NAMES):
        _set(project, OBJECT_NAMES, entry_id, state.names.to_json() or None)


def take_out(project: Project, entry: CubeEntry) -> None:
    """Remove a cube and all that is known of it."""
    project.cubes.remove(entry)
    for known in (project.labels, project.treatments, project.test_regions):
        known.pop(entry.id, None)
    for name in (COMPOSITES, SPECTRA, VALIDATION, OBJECT_NAMES):
        _set(project, name, entry.id, None)


def read(project: Project, entry: CubeEntry) -> tuple[CubeState, list[str]]:
    """Open a cube of a project; its state, and notes on what does not fit its file any more.

    Raises
    ------
    CubeError
        When the cube does not open.
    """
    source, notes = entry.open(), list[str]()
    treatment = project.treatments.get(entry.id, Treatment())
    try:
        cube = treatment.applied(source)
    except S3FNError as error:
        notes.append(tr("{error} The cube is shown as its file says.", error=error))
        cube, treatment = source, Treatment()
    composite = None
    try:
        if (record := _known(project, COMPOSITES).get(entry.id)) is not None:
            composite = Composite.from_json(record)
    except S3FNError as error:
        notes.append(tr("{error} {name} is shown with the default settings.", error=error, name=entry.name))
    if composite is not None and composite.kind == "band":
        composite = None  # a way of looking that is not kept
    shape = (cube.lines, cube.samples)
    ids = project.labels.get(entry.id)
    if ids is not None and ids.shape != shape:
        notes.append(
            tr(
                "The labels of {name} are {lines} x {samples} and do not fit its file any more; "
                "they were not loaded.",
                name=entry.name,
                lines=ids.shape[0],
                samples=ids.shape[1],
            )
        )
        ids = None
    test = project.test_regions.get(entry.id)
    if entry.state == "changed":
        notes.append(tr("The file of {name} has changed since it was saved.", name=entry.name))
    axis = BandAxis.of(cube, stored=treatment.calibration is None)
    state = CubeState(
        source,
        np.zeros(shape, np.uint8) if ids is None else ids,
        treatment,
        test if test is not None and test.shape == shape else None,
        composite,
        kept_from(_known(project, SPECTRA).get(entry.id), shape, axis),
        _record(_known(project, VALIDATION).get(entry.id)),
        names_in(project, entry, shape, notes),
    )
    return state, notes


def names_in(project: Project, entry: CubeEntry, shape: tuple[int, int], notes: list[str]) -> ObjectNames:
    """What the objects of a cube of a `shape` (lines, samples) are called; a note where that is lost."""
    try:
        return ObjectNames.from_json(_known(project, OBJECT_NAMES).get(entry.id, []), shape)
    except LabelError as error:
        notes.append(f"{entry.name}: {error}")
        return UNNAMED


def _set(project: Project, name: str, entry_id: str, value: Any) -> None:
    """Put something into the settings, or (None) take it out; other copies of them stay."""
    known = _known(project, name)
    project.settings = {**project.settings, name: {**known, entry_id: value}}
    if value is None:
        del project.settings[name][entry_id]


def _record(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _known(project: Project, name: str) -> dict[str, Any]:
    found = project.settings.get(name)
    return dict(found) if isinstance(found, dict) else {}


def _put_arrays(project: Project, entry_id: str, state: CubeState) -> None:
    before = project.labels.get(entry_id)
    lost = project.keeps_unread("labels", entry_id)
    misfit = before is not None and before.shape != state.ids.shape
    if state.ids.any() or not (lost or misfit):
        project.labels[entry_id] = state.ids
        project.give_up_unread("labels", entry_id)
    if not state.treatment.is_empty or not (
        project.keeps_unread("treatments", entry_id)
        or _misfit(project.treatments.get(entry_id), state.source)
    ):
        project.treatments[entry_id] = state.treatment
        project.give_up_unread("treatments", entry_id)
    if state.test is not None:
        project.test_regions[entry_id] = state.test
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
