"""Saving, autosaving and loading a project in a worker; snapshots of the session for that."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3fn_core.cubes.spectra.kept import libraries_from, records_of
from s3fn_core.errors import LabelError, ProjectError, S3FNError
from s3fn_core.files import reason
from s3fn_core.labels import versions as history
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.joining import with_ids
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.labels.versions import History
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import CubeEntry, Project
from s3fn_core.project.cube_state import CubeState, put, read, take_out
from s3fn_core.project.lock import Lock, acquire
from s3fn_core.quoting import listed
from s3fn_core.results.validation_points import points_from_json
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.project.trainings import store_trainings, stored_trainings
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.session import Session
from s3fn_gui.session.trainings import Training

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel


LIBRARIES = "libraries"  # in the settings: kept spectra of no cube
_WRITING = threading.Lock()
"""An autosave that ended after the save it began before would pass for newer work."""


@dataclass(frozen=True)
class Snapshot:
    """A snapshot of all that a project keeps."""

    project: Project | None
    items: tuple[OpenCube, ...]
    closed: frozenset[str]
    classes: ClassSet
    model: S3FNModel | None
    trainings: tuple[Training, ...]
    settings: dict[str, Any]

    @classmethod
    def of(cls, session: Session) -> Snapshot:
        return cls(
            None if session.project is None else session.project.copy(),
            tuple(snapshot(item) for item in session.cubes.items),
            frozenset(session.cubes.closed),
            session.classes,
            session.model,
            session.trainings.items,
            {
                "train": session.train_settings.to_json(),
                "history": history.to_json(session.history),
                "class_looks": session.class_looks.to_json(),
                LIBRARIES: records_of(session.spectra.libraries),
            },
        )


@dataclass
class Loaded:
    """What a project folder gave; `lock` holds it, or says why it may only be read."""

    project: Project
    lock: Lock | str
    items: list[OpenCube] = field(default_factory=list)
    train: dict[str, Any] = field(default_factory=dict)
    trainings: tuple[Training, ...] = ()
    history: History = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Saved:
    """A project that was written, and the lock that holds it."""

    project: Project
    lock: Lock


def save(content: Snapshot, folder: Path, held: Lock | None) -> Operation[Saved]:
    """Write a project; cubes that could not be opened keep their place in it.

    `held` is the lock of this window if it has one.

    Raises
    ------
    ProjectError
        When somebody else works on the project there, or the folder cannot be written.
    """
    yield Progress("project", 0.0, tr("Writing the project"))
    known = content.project
    project = Project(folder) if known is None else known.copy(folder)
    if known is None or known.folder != project.folder:
        project.refuse_to_replace()
    is_new = not project.folder.exists()
    mine = held is not None and held.folder == project.folder and held.is_mine
    lock = held if mine and held is not None else _locked(project.folder)
    try:
        with _WRITING:
            yield from _fill(project, content)
            project.save()
    except BaseException:  # cancelled, too: the name must stay free for the next try
        if lock is not held:
            lock.release()
        if is_new:
            shutil.rmtree(project.folder, ignore_errors=True)
        raise
    return Saved(project, lock)


def autosave(content: Snapshot, folder: Path) -> Operation[Path]:
    """Write what is open beside the last save in `folder`, where there may be none yet."""
    yield Progress("autosave", 0.0, tr("Autosaving"))
    folder.mkdir(parents=True, exist_ok=True)
    project = Project(folder) if content.project is None else content.project.copy(folder)
    with _WRITING:
        yield from _fill(project, content)  # ends here when a save has overtaken it
        project.autosave()
    return folder


def _locked(folder: Path) -> Lock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            "{folder} cannot be created: {reason}. Save to another folder.",
            folder=folder,
            reason=reason(error),
        ) from error
    held = acquire(folder)
    if isinstance(held, Lock):
        return held
    raise ProjectError(
        "{name} is open elsewhere: {holder}. Save under another name.", name=folder.name, holder=held
    )


def _fill(project: Project, content: Snapshot) -> Operation[None]:
    """Put what is open into the project."""
    project.settings = {**project.settings, **content.settings}
    for entry in [e for e in project.cubes if e.key in content.closed]:
        take_out(project, entry)
    for done, item in enumerate(content.items):
        yield Progress("project", done / len(content.items), tr("Writing {name}", name=item.cube.name))
        entry = project.entry_of(item.source, scene=item.scene, variable=item.variable)
        put(project, entry.id, _state_of(item))
    project.classes = content.classes
    yield from store_trainings(project, content.trainings, content.model)


def load(folder: Path, autosaved: bool = False) -> Operation[Loaded]:
    """Read a project, or what was autosaved of it; notes say what is missing or damaged."""
    yield Progress("project", 0.0, tr("Opening {name}", name=folder.name))
    project = Project.load(folder, autosaved=autosaved)
    loaded = Loaded(project, _lock_or_reason(project.folder), notes=list(project.notes))
    for done, entry in enumerate(project.cubes):
        fraction = 0.1 + 0.9 * done / len(project.cubes)
        yield Progress("project", fraction, tr("Opening {name}", name=entry.name))
        if entry.state != "missing":
            _open_entry(entry, loaded)
    _name_all(loaded)
    loaded.train = dict(project.settings.get("train") or {})
    loaded.trainings, training_notes = stored_trainings(project)
    loaded.notes += training_notes
    try:
        loaded.history = history.from_json(project.settings.get("history") or {})
    except LabelError as error:
        loaded.notes.append(str(error))
    return loaded


def _name_all(loaded: Loaded) -> None:
    """Every label of the cubes that were opened is of some class."""
    project = loaded.project
    for item in loaded.items:
        project.classes, note = with_classes_of(item, project.classes)
        loaded.notes += [note] if note else []


def with_classes_of(item: OpenCube, classes: ClassSet) -> tuple[ClassSet, str]:
    """Give labels whose class was deleted while their cube was missing a class, and say so."""
    used = tuple(int(i) for i in item.counts.nonzero()[0] if i)
    grown = with_ids(classes, used)
    names = [c.name for c in grown if c.id not in classes]
    if not names:
        return classes, ""
    note = tr("Added {names}: {cube} has labels without a class.", names=listed(names), cube=item.cube.name)
    return grown, note


def open_entries(project: Project, entries: Sequence[CubeEntry]) -> Operation[Loaded]:
    """Open some cubes with what the project knows of them; `Loaded.lock` says nothing here."""
    loaded = Loaded(project, "")
    for done, entry in enumerate(entries):
        yield Progress("project", done / len(entries), tr("Opening {name}", name=entry.name))
        _open_entry(entry, loaded)
    return loaded


def _lock_or_reason(folder: Path) -> Lock | str:
    try:
        held = acquire(folder)
    except ProjectError as error:
        return str(error)
    if isinstance(held, Lock):
        return held
    return tr("{name} is open elsewhere: {holder}. It opens read-only here.", name=folder.name, holder=held)


def _open_entry(entry: CubeEntry, loaded: Loaded) -> None:
    """The cube with all that the project knows of it; a note where it does not open."""
    try:
        state, notes = read(loaded.project, entry)
        loaded.notes += notes
        item = _shown(state, entry, loaded.notes)
    except S3FNError as error:
        loaded.notes.append(str(error))
        return
    item.scene, item.test, item.names = entry.scene, state.test, state.names
    if state.ids.any():
        item.set_labels(LabelMap(state.ids.copy()))
    if state.validation is not None:
        try:
            item.validation = points_from_json(state.validation, item.labels.shape)
        except LabelError as error:
            loaded.notes.append(f"{entry.name}: {error}")
    item.kept = tuple(k if k.box is not None else replace(k, cube=item.cube) for k in state.kept)
    loaded.items.append(item)


def _shown(state: CubeState, entry: CubeEntry, notes: list[str]) -> OpenCube:
    """The cube with the composite it was shown with, or (when that does not fit) as a new one."""
    try:
        return prepare(state.source, entry.variable, state.treatment, state.composite)
    except S3FNError as error:
        item = prepare(state.source, entry.variable, state.treatment)  # says it where the cube is at fault
        notes.append(tr("{error} {name} is shown with the default settings.", error=error, name=entry.name))
        return item


def _state_of(item: OpenCube) -> CubeState:
    """What the project keeps of an open cube."""
    points = None if item.validation is None else item.validation.to_json()
    return CubeState(
        item.source, item.labels.ids, item.treatment, item.test, item.composite, item.kept, points, item.names
    )


def carry_over(saved: Project, content: Snapshot, shown: Project | None) -> None:
    """What happened to missing cubes while `content` was being `saved`: found, labels changed."""
    before = content.project
    if before is None or shown is None or shown.folder != before.folder:
        return
    opened = {item.key for item in content.items}
    away = {e.id for e in before.cubes if e.key not in opened} & {e.id for e in saved.cubes}
    saved.relink([entry for entry in shown.cubes if entry.id in away])
    saved.labels |= {i: shown.labels[i] for i in away if i in shown.labels}


def show(loaded: Loaded, session: Session) -> None:
    """Put a project into the window, in place of what is open; called in the main thread."""
    session.clear()
    session.set_classes(loaded.project.classes, loaded.history)
    session.class_looks.restore(loaded.project.settings.get("class_looks"))
    session.set_train_settings(TrainSettings.from_json(loaded.train))
    session.trainings.restore(loaded.trainings)
    libraries = libraries_from(loaded.project.settings.get(LIBRARIES))
    session.spectra.restore_libraries(libraries)
    session.cubes.add_all(loaded.items)
