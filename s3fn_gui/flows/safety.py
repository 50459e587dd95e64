"""Nothing is lost: autosaves every minute and before trainings; what a crash left is offered."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from s3fn_core.errors import S3FNError
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import SUFFIX, Project
from s3fn_core.project.lock import Lock, acquire
from s3fn_gui import project_file
from s3fn_gui.flows.context import Context
from s3fn_gui.texts import ago

KIND = "autosave"
EVERY_MS = 60_000
LONG_JOBS = ("train",)


class SafetyFlow(QObject):
    """Holds the project's lock, and autosaves beside the last save.

    What was never saved, or is open read-only, goes to a folder of its own under `recovery`.
    """

    def __init__(self, context: Context, recovery: Path) -> None:
        super().__init__(context.session)
        self._context = context
        self._session = context.session
        self._recovery = recovery
        self._rescue: Lock | None = None
        self._changed = False
        self._failed = False
        self.lock: Lock | None = None
        session = context.session
        session.undo_stack.indexChanged.connect(self._note)
        for signal in (session.dirty_changed, session.model_changed, session.cubes_changed):
            signal.connect(self._note)
        context.runner.starting.connect(self._before)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def hold(self, lock: Lock | None) -> None:
        """The window works on another project now (None: on none that it may write)."""
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
        saving = self._context.runner.get("project") is not None
        if saving or session.drawing.is_painting or not (self._changed and session.dirty):
            return
        self._changed = False
        content = project_file.Content.of(session)
        folder, lock = session.folder, self.lock

        def operation() -> Operation[Path]:
            held = folder is not None and lock is not None and lock.is_mine
            target = folder if held and folder is not None else self._rescue_folder()
            return (yield from project_file.autosave(content, target))

        def failed(error: BaseException) -> None:
            self._changed = True
            if not self._failed:  # once: the next minute will say the same
                self._failed = True
                self._context.errors.show("Autosave", error)

        self._context.runner.start(
            KIND, "Autosaving", operation, self._done, failed=failed, cancelled=self._note
        )

    def clean(self) -> None:
        """Everything is saved, or given up: no autosave is needed any more."""
        self._context.runner.cancel(KIND)
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

    def offer(self, restore: Callable[[project_file.Loaded], None]) -> None:
        """Ask about work that a crash left unsaved."""
        self._context.runner.start("recovery", "Looking", self._look, partial(self._found, restore))

    def _look(self) -> Operation[tuple[Lock, Project] | None]:
        """The newest rescue folder whose window is gone."""
        yield Progress("recovery", 0.0, "Looking for unsaved work")
        left = [p for p in self._recovery.glob(f"*{SUFFIX}") if (p / "autosave.json").is_file()]
        for folder in sorted(left, key=lambda p: (p / "autosave.json").stat().st_mtime)[::-1]:
            try:
                held = acquire(folder)
                if isinstance(held, Lock):
                    return held, Project.load(folder, autosaved=True)
            except S3FNError:
                continue  # damaged by something else than us: nothing to offer
        return None

    def _found(
        self,
        restore: Callable[[project_file.Loaded], None],
        found: tuple[Lock, Project] | None,
    ) -> None:
        if found is None:
            return
        held, project = found
        if self._session.dirty:
            held.release()  # somebody was quicker; it stays for another start
            return
        labels = sum(int((ids > 0).sum()) for ids in project.labels.values())
        names = ", ".join(entry.name for entry in project.cubes) or "no cube"
        question = (
            f"S3FN ended without saving. The autosave of {ago(project.autosaved_at or time.time())}"
            f" holds {names}, {len(project.classes)} class{'es' * (len(project.classes) != 1)} and "
            f"{labels:,} labelled pixels."
        )
        answer = self._context.ask.restore(question, "Later")
        if answer == "restore":
            self._rescue = held
            self._context.runner.start(
                "project", "Restoring", lambda: project_file.load(held.folder, True), restore
            )
        elif answer == "discard":
            shutil.rmtree(held.folder, ignore_errors=True)
            self.offer(restore)  # there may be more
        else:
            held.release()

    # -------------------------------------------------------------------------------------------

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
