"""Saving and opening projects, and the question about unsaved changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from s3fn_core.languages import plural, tr
from s3fn_core.project import SUFFIX, Project
from s3fn_core.project.lock import Lock
from s3fn_core.quoting import listed
from s3fn_gui.base.jobs import Makes
from s3fn_gui.base.texts import ago
from s3fn_gui.project import jobs
from s3fn_gui.project.autosave_flow import KIND as AUTOSAVE
from s3fn_gui.project.autosave_flow import AutosaveFlow
from s3fn_gui.project.missing_cubes_flow import missing_entries
from s3fn_gui.project.unsaved_work_dialog import RestoreDialog, UnsavedDialog
from s3fn_gui.session.context import Context, Flow, Then, nothing
from s3fn_gui.session.unsaved import Kept

KIND = "project"
PROJECTS = tr("S3FN projects (*{suffix})", suffix=SUFFIX)


class ProjectFlow(Flow):
    """A project is written from a snapshot, in the background.

    `open_model` gets a project with a model once its cubes are shown.
    """

    def __init__(
        self, context: Context, autosave: AutosaveFlow, open_model: Callable[[Project], None]
    ) -> None:
        super().__init__(context)
        self._autosave = autosave
        self._open_model = open_model

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the project's folder; where that must not be, another place is asked for."""
        self._write(None if self._session.read_only else self._session.folder, then)

    def save_as(self) -> None:
        """Save to another folder."""
        self._write(None, None)

    def _write(self, folder: Path | None, then: Callable[[], None] | None) -> None:
        session = self._session
        target = folder or self._ask_target()
        if target is None:
            return
        content, kept = jobs.Snapshot.of(session), Kept.of(session)
        changes = session.changes

        def done(saved: jobs.Saved) -> None:
            self._autosave.hold(saved.lock)
            self._autosave.clean()
            changed, closed = session.changes != changes, session.cubes.closed - content.closed
            jobs.carry_over(saved.project, content, session.project)
            session.saved(saved.project, kept=kept)
            session.cubes.closed |= closed
            if changed:
                session.touch()  # work went on while it was written
            self._context.settings.add_recent(saved.project.folder)
            session.report("success", tr("Project saved to {folder}.", folder=saved.project.folder))
            if then is not None:
                then()

        held = self._autosave.lock
        self._runner.cancel(AUTOSAVE)
        self._runner.start(
            KIND, tr("Saving {name}", name=target.name), lambda: jobs.save(content, target, held), done
        )

    def _ask_target(self) -> Path | None:
        """A new project belongs next to its cube; the suffix is added where it is missing."""
        item = self._session.cubes.current
        name = f"{'project' if item is None else item.cube.name}{SUFFIX}"
        start = name if item is None or item.path is None else item.path.parent / name
        path = self.ask.save_file(tr("Save project"), start, PROJECTS)
        return path if path is None or path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)

    def open(self, folder: Path | None = None, then: Then = nothing) -> None:
        """Open a project in place of what is open, after asking about unsaved changes.

        `then` goes on with what is to be opened in it.
        """
        folder = folder or self.ask.folder(tr("Open project (a folder NAME{suffix})", suffix=SUFFIX))
        if folder is not None:
            chosen = folder
            self.when_safe(lambda: self._read(chosen, then))

    def close(self) -> None:
        """Back to an empty window, after asking about unsaved changes."""
        self.when_safe(self._close)

    def begin(self, then: Then) -> None:
        """As `close`; `then` puts something into the empty window."""

        def go_on() -> None:
            self._close()
            then()

        self.when_safe(go_on)

    def _close(self) -> None:
        self._autosave.discard()
        self._autosave.hold(None)
        self._session.clear()

    def _read(self, folder: Path, then: Then, autosaved: bool = False) -> None:
        changes = self._session.changes

        def done(loaded: jobs.Loaded) -> None:
            self._session.work.finish_stroke()
            if self._session.changes == changes or not self._session.dirty:
                self._loaded(loaded, then, autosaved)
                return
            # It was worked on while the project was read.
            answer = self.ask.answer(UnsavedDialog, self._session.unsaved)
            if answer == "discard":
                self._loaded(loaded, then, autosaved)
                return
            self._let_go(loaded.lock)
            if answer == "save":
                self.save(lambda: self._read(folder, then, autosaved))

        self._runner.start(
            KIND, tr("Opening {name}", name=folder.name), lambda: jobs.load(folder, autosaved), done
        )

    def _let_go(self, lock: Lock | str) -> None:
        """Let another window have the project, as it is not opened here."""
        held = self._autosave.lock
        if isinstance(lock, Lock) and (held is None or held.folder != lock.folder):
            lock.release()

    def _loaded(self, loaded: jobs.Loaded, then: Then, autosaved: bool) -> None:
        session, project, lock = self._session, loaded.project, loaded.lock
        if isinstance(lock, Lock) and not autosaved and project.has_autosave:
            answer = self.ask.answer(RestoreDialog, _unsaved(project), tr("Cancel"))
            if answer == "restore":
                self._read(project.folder, then, autosaved=True)
            elif answer == "later":
                self._let_go(lock)
            if answer != "discard":
                return
            project.discard_autosave()
        self._autosave.discard()  # only now is it sure that something else takes its place
        self._autosave.hold(lock if isinstance(lock, Lock) else None)
        self._show(loaded)
        session.saved(project, read_only="" if isinstance(lock, Lock) else lock)
        if autosaved:
            session.touch()
        self._context.settings.add_recent(project.folder)
        self._tell(loaded)
        then()

    def _show(self, loaded: jobs.Loaded) -> None:
        """Put a project in place of what is open."""
        jobs.show(loaded, self._session)

    def recover(self) -> None:
        """Bring back work that a crash left, in place of what is open."""
        self.when_safe(lambda: self._autosave.offer(self.restored, wanted=True))

    def restored(self, loaded: jobs.Loaded) -> None:
        """Show work that a crash left unsaved; it is still unsaved."""
        self._show(loaded)
        self._session.saved(loaded.project, rescued=True)
        self._session.touch()
        self._session.report("success", tr("Restored. Save the project to keep it."))
        self._tell(loaded)

    def _tell(self, loaded: jobs.Loaded) -> None:
        """What could not be opened; then the model, which takes its time."""
        session, project = self._session, loaded.project
        notes = [*([session.read_only] if session.read_only else []), *loaded.notes]
        if notes:
            missing = len(missing_entries(session))
            session.report(
                "warning",
                " ".join(notes),
                action="file.find_missing" if len(loaded.items) < len(project.cubes) else "",
                still=lambda: session.project is not None and len(missing_entries(session)) == missing,
            )
        if project.models:
            self._open_model(project)

    def when_safe(self, then: Callable[[], None], *, closing: bool = False) -> None:
        """Go on once running work is given up, and unsaved changes are saved or given up."""
        if not self._may_stop_jobs(closing):
            return
        answer = self.ask.answer(UnsavedDialog, self._session.unsaved) if self._session.dirty else "discard"
        if answer == "save":
            self.save(then)
        elif answer == "discard":
            then()

    def _may_stop_jobs(self, closing: bool) -> bool:
        """Ask about a training that would be lost, or before closing about a file."""
        kinds: tuple[Makes, ...] = ("work", "file") if closing else ("work",)
        titles = self._runner.making(*kinds)
        if not titles:
            return True
        question = plural(
            "{titles} is still running. Stop and lose the progress?",
            "{titles} are still running. Stop and lose the progress?",
            len(titles),
            titles=listed(titles),
        )
        return self.ask.confirm(question, tr("Stop"))


def _unsaved(project: Project) -> str:
    return tr(
        "{name} holds work that was autosaved at {time} and never saved. Restore it, or open the last save?",
        name=project.name,
        time=ago(project.autosaved_at or time.time()),
    )
