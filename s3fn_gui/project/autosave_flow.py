"""Autosave: every minute and before trainings; offers to restore what a crash left."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from s3fn_core.errors import S3FNError
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation
from s3fn_core.project import SUFFIX, Project
from s3fn_core.project.lock import Lock, acquire
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import ago
from s3fn_gui.project import jobs
from s3fn_gui.project.unsaved_work_dialog import RestoreDialog, UnsavedDialog
from s3fn_gui.session.context import Context, Flow, Then
from s3fn_gui.session.messages import Level, Report

KIND = "autosave"
EVERY_MS = 60_000
LONG_JOBS = ("train",)
LOOK_AGAIN_MS = 200
Restore = Callable[[jobs.Loaded], None]


class AutosaveFlow(Flow):
    """Holds the project's lock, and autosaves beside the last save.

    What was never saved, or is open read-only, goes to a folder of its own under `recovery`.
    """

    def __init__(self, context: Context, recovery: Path) -> None:
        super().__init__(context)
        self._recovery = recovery
        self._rescue: Lock | None = None
        self._changed = False
        self._failed = False
        self.lock: Lock | None = None
        session, cubes = context.session, context.session.cubes
        session.undo_stack.indexChanged.connect(self._note)
        follow(self._note, session.dirty_changed, session.model_changed, cubes.changed, cubes.drawn)
        context.runner.starting.connect(self._before)
        self._said: Report | None = None
        session.reported.connect(self._hear)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def hold(self, lock: Lock | None) -> None:
        """The window works on another project now; None if it may not write it."""
        if self.lock is not None and (lock is None or lock.folder != self.lock.folder):
            self.lock.release()
        self.lock = lock

    def tick(self) -> None:
        """A minute has passed."""
        for lock in (self.lock, self._rescue):
            if lock is not None:
                lock.refresh()
        self.autosave()

    def autosave(self) -> None:
        """Write a snapshot in the background, where there is anything new to lose."""
        session = self._session
        saving = self._runner.get("project") is not None
        if saving or session.work.is_painting or not (self._changed and session.dirty):
            return
        self._changed = False
        content = jobs.Snapshot.of(session)
        folder, lock = session.folder, self.lock

        def operation() -> Operation[Path]:
            held = folder is not None and lock is not None and lock.is_mine
            target = folder if held and folder is not None else self._rescue_folder()
            return (yield from jobs.autosave(content, target))

        def failed(error: BaseException) -> None:
            self._changed = True
            if not self._failed:  # once: the next minute will say the same
                self._failed = True
                self._errors.show(tr("Autosave"), error)

        self._runner.start(
            KIND, tr("Autosaving"), operation, self._done, failed=failed, cancelled=self._note, brief=True
        )

    def clean(self) -> None:
        """Everything is saved, or given up: no autosave is needed any more."""
        self._runner.cancel(KIND)
        self._changed = False
        if self._rescue is not None:
            shutil.rmtree(self._rescue.folder, ignore_errors=True)
            self._rescue = None

    def discard(self) -> None:
        """The user gives up what was not saved."""
        if self.lock is not None and self._session.project is not None:
            self._session.project.discard_autosave()
        self.clean()

    def close(self) -> None:
        """The window closes."""
        self._timer.stop()
        self.hold(None)

    # --- after a crash -------------------------------------------------------------------------

    def offer(self, restore: Restore, wanted: bool = False) -> None:
        """Ask about work that a crash left unsaved; `wanted` says that the user did so first."""
        self._runner.start(
            "recovery", tr("Looking"), self._look, partial(self._found, restore, wanted), brief=True
        )

    def mention(self) -> None:
        """Say in the message bar that there is such work, once nothing else is going on."""

        def done(found: tuple[Lock, Project] | None) -> None:
            if found is not None:
                held, project = found
                held.release()
                self._when_idle(lambda: self._mention(project))

        self._runner.start("recovery", tr("Looking"), self._look, done, brief=True)

    def _when_idle(self, then: Then) -> None:
        if self._runner.active:
            QTimer.singleShot(LOOK_AGAIN_MS, self, lambda: self._when_idle(then))
        else:
            then()

    def _mention(self, project: Project) -> None:
        """Beside the message about the file; first what the button is about, as the end may be cut."""
        said = self._said or Report("info", "")
        level: Level = said.level if said.level in ("warning", "error") else "info"
        texts = (said.text, _left(project)) if said.action else (_left(project), said.text)
        text = " ".join(filter(None, texts))
        self._session.report(level, text, said.details, said.action or "file.recover")

    def _look(self) -> tuple[Lock, Project] | None:
        """The newest rescue folder whose window is gone."""
        left = [p for p in self._recovery.glob(f"*{SUFFIX}") if (p / "autosave.json").is_file()]
        for folder in sorted(left, key=lambda p: (p / "autosave.json").stat().st_mtime)[::-1]:
            if self._rescue is not None and folder == self._rescue.folder:
                continue  # this window's own
            try:
                held = acquire(folder)
                if isinstance(held, Lock):
                    return held, Project.load(folder, autosaved=True)
            except S3FNError:
                continue  # damaged: nothing to offer
        return None

    def _found(self, restore: Restore, wanted: bool, found: tuple[Lock, Project] | None) -> None:
        if found is None:
            if wanted:
                self._session.report("info", tr("No unsaved work of an earlier run is left."))
            return
        held, project = found
        if self._session.dirty and not wanted:
            held.release()  # somebody was quicker; it stays for another start
            return
        answer = self.ask.answer(RestoreDialog, _left(project), tr("Later"))
        if answer == "restore":
            self._restore(held, restore)
        elif answer == "discard":
            shutil.rmtree(held.folder, ignore_errors=True)
            self.offer(restore, wanted)  # there may be more
        else:
            held.release()

    def _restore(self, held: Lock, restore: Restore) -> None:
        """Replace what is open, which the user gave up; ask again if it changes in the meantime."""
        session, changes = self._session, self._session.changes

        def done(loaded: jobs.Loaded) -> None:
            session.work.finish_stroke()
            changed = session.changes != changes and session.dirty
            if changed and self.ask.answer(UnsavedDialog, self._session.unsaved) != "discard":
                held.release()
                session.report("info", tr("Nothing was restored."), action="file.recover")
                return
            self.discard()
            self.hold(None)
            self._rescue = held
            restore(loaded)

        def failed(error: BaseException) -> None:
            held.release()
            self._errors.show(tr("Restoring"), error)

        self._runner.start(
            "project",
            tr("Restoring"),
            lambda: jobs.load(held.folder, True),
            done,
            failed=failed,
            cancelled=held.release,
        )

    # -------------------------------------------------------------------------------------------

    def _hear(self, report: Report) -> None:
        self._said = report

    def _note(self) -> None:
        self._changed = True

    def _before(self, kind: str) -> None:
        if kind in LONG_JOBS:
            self.autosave()

    def _done(self, folder: Path) -> None:
        self._failed = False

    def _rescue_folder(self) -> Path:
        """A folder that no other window uses; runs in the worker thread of the autosave."""
        if self._rescue is None:
            name = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{os.getpid()}{SUFFIX}"
            folder = self._recovery / name
            folder.mkdir(parents=True, exist_ok=True)
            held = acquire(folder)
            self._rescue = held if isinstance(held, Lock) else None
            return folder
        return self._rescue.folder


def _left(project: Project) -> str:
    """What a run that ended without saving has left."""
    labels = sum(int((ids > 0).sum()) for ids in project.labels.values())
    return tr(
        "S3FN ended without saving. The autosave of {time} holds {cubes}, {classes} and {pixels}.",
        time=ago(project.autosaved_at or time.time()),
        cubes=", ".join(entry.name for entry in project.cubes) or tr("no cube"),
        classes=plural("{count} class", "{count} classes", len(project.classes)),
        pixels=plural("{count:,} labelled pixel", "{count:,} labelled pixels", labels),
    )
