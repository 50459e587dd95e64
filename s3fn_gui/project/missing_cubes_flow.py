"""Cubes of a project that are not where they were: found again by the user, or by their content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from s3fn_core.cubes.formats import file_filter
from s3fn_core.errors import ProjectError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import CubeEntry, Project
from s3fn_core.project.entry import fingerprint
from s3fn_core.quoting import listed
from s3fn_gui.project import jobs
from s3fn_gui.project.jobs import Loaded
from s3fn_gui.session.context import Flow
from s3fn_gui.session.session import Session


@dataclass(frozen=True)
class Relocation:
    """Entries at their new places; `changed`: the first's content is not what was saved."""

    entries: tuple[CubeEntry, ...]
    changed: bool


def relocate(missing: list[CubeEntry], path: Path) -> Operation[Relocation]:
    """The first missing cube is at `path`; the others may have moved with it.

    Raises
    ------
    ProjectError
        When the file at `path` cannot be read.
    """
    yield Progress("missing", 0.0, tr("Comparing files"))
    first, *others = missing
    moved = first.moved_to(path)
    found, changed = [moved], moved.fingerprint != first.fingerprint
    for done, entry in enumerate(others, start=1):
        yield Progress("missing", done / len(missing), tr("Comparing files"))
        beside = path.parent / entry.path.name if entry.path is not None else None
        if beside is not None and beside.exists():
            moved = entry.moved_to(beside)
            if moved.fingerprint == entry.fingerprint:  # nobody has pointed at this one
                found.append(moved)
    return Relocation(tuple(found), changed)


@dataclass(frozen=True)
class Recognised:
    """A file is a missing cube of a project, opened with what the project knows of it."""

    project: Project
    entry: CubeEntry
    loaded: Loaded


def recognise(project: Project, missing: list[CubeEntry], path: Path) -> Operation[Recognised | None]:
    """Open a file as the missing cube that it is: by its place, or by its content."""
    yield Progress("missing", 0.0, tr("Opening {name}", name=path.name))
    try:
        entry = _in_place(missing, path) or _moved(missing, path)
    except ProjectError:
        return None  # who opens it says what is wrong
    if entry is None:
        return None
    loaded = yield from jobs.open_entries(project, [entry])
    return Recognised(project, entry, loaded)


def _in_place(missing: list[CubeEntry], path: Path) -> CubeEntry | None:
    place = path.resolve()  # however it was written
    return next((e for e in missing if e.path is not None and e.path.resolve() == place), None)


def _moved(missing: list[CubeEntry], path: Path) -> CubeEntry | None:
    content = fingerprint(path)
    return next((e.moved_to(path) for e in missing if e.fingerprint == content), None)


def missing_entries(session: Session) -> list[CubeEntry]:
    """Entries of the project that are not open, nor closed by the user."""
    if session.project is None:
        return []
    known = {item.key for item in session.cubes.items} | session.cubes.closed
    files = [entry for entry in session.project.cubes if entry.path is not None]
    return [entry for entry in files if entry.key not in known]


class MissingCubesFlow(Flow):
    """Asks where missing cubes are, and opens them with their labels."""

    def find(self) -> None:
        """Ask for the first missing cube; those that lie beside it follow by themselves."""
        away = self.entries()
        if away is None:
            self._session.report("info", tr("No cube of this project is missing."))
            return
        project, missing = away
        path = self.ask.open_file(tr("Where is {name} now?", name=missing[0].name), file_filter())
        if path is not None:
            self._runner.start(
                "missing",
                tr("Comparing files"),
                lambda: relocate(missing, path),
                partial(self._found, project),
            )

    def entries(self) -> tuple[Project, list[CubeEntry]] | None:
        """The project with what is missing of it; None where nothing is."""
        project, missing = self._session.project, missing_entries(self._session)
        return (project, missing) if project is not None and missing else None

    def take(self, known: Recognised) -> None:
        """A missing cube was opened by hand."""
        self._opened(known.project, (known.entry,), known.loaded)

    def _found(self, project: Project, found: Relocation) -> None:
        question = tr(
            "{name} is not the file that this project was saved with: its content differs. Use it anyway?",
            name=found.entries[0].name,
        )
        if found.changed and not self.ask.confirm(question, tr("Use it")):
            return
        self._runner.start(
            "missing",
            tr("Opening cubes"),
            lambda: jobs.open_entries(project, found.entries),
            partial(self._opened, project, found.entries),
        )

    def _opened(self, project: Project, entries: tuple[CubeEntry, ...], loaded: Loaded) -> None:
        session = self._session
        shown = session.project
        if shown is None or shown.folder != project.folder:  # a save puts another object in place
            return
        known = {item.key for item in session.cubes.items}
        found = [entry for entry in entries if entry.key not in known]
        shown.relink(found)
        for item in loaded.items:
            if item.key not in known:
                session.cubes.add(item)
                classes, note = jobs.with_classes_of(item, session.classes)
                session.push_classes(classes, tr("Add classes"))
                loaded.notes += [note] if note else []
        if found:
            session.touch()
        notes = loaded.notes + [
            tr(
                "{name} is open already, perhaps with other labels, and was left as it is; close it, "
                "then find it again to have those of the project.",
                name=entry.name,
            )
            for entry in entries
            if entry not in found
        ]
        if notes:
            session.report("warning", " ".join(notes))
        else:
            session.report("success", tr("Found: {names}.", names=listed([e.name for e in found])))
