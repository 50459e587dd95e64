"""What every flow works with."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.formats.beside import first_shared
from s3fn_core.errors import ExportError
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.session.messages import explain, log
from s3fn_gui.session.session import Session

Then = Callable[[], None]
"""What goes on when something is done, or was given up."""


def nothing() -> None:
    """Nothing goes on."""


@dataclass
class Context:
    """`ask` may be replaced: tests and the demo answer by themselves."""

    session: Session
    runner: JobRunner
    ask: Ask
    settings: Settings
    errors: ErrorBridge

    def save_file(
        self, title: str, start: str | Path, filters: str, beside: Mapping[str, str] | None = None
    ) -> Path | None:
        """A file that may be written; `beside` names the suffix of what is written together with one."""
        path = self.ask.save_file(title, start, filters)
        if path is None:
            return None
        ending = (beside or {}).get(path.suffix.lower())
        together = [path] if ending is None else [path, path.with_suffix(ending)]
        return path if self.may_write(title, together) else None

    def may_write(self, doing: str, paths: Sequence[Path]) -> bool:
        """Whether files may be written: none of an open cube, others that exist after a question."""
        items = self.session.cubes.items
        found = first_shared(paths, [item.path for item in items if item.path and item.path.exists()])
        if found is None:
            return self.ask.may_replace(paths)
        error = ExportError(
            "{path} is, or lies in, an open cube, which stays as it is; choose another name.", path=found
        )
        self.errors.show(doing, error)
        return False


class Flow(QObject):
    """Takes a wish through a job into the state."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._context = context
        self._session = context.session
        self._runner = context.runner
        self._errors = context.errors

    @property
    def ask(self) -> Ask:
        """Asks the user, above the window."""
        return self._context.ask


class ErrorBridge(QObject):
    """Leads exceptions that nobody caught, from any thread, to the message bar."""

    _caught = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._showing = False
        self._caught.connect(self._show)  # queued into the main thread

    def install(self) -> None:
        """Take over the hooks of the interpreter."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def show(self, doing: str, error: BaseException) -> None:
        """A job failed."""
        report = explain(error, doing)
        self._session.report(report.level, report.text, report.details, report.action)

    def _hook(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), None)
            return
        if issubclass(kind, UnicodeDecodeError) and _from_rasterio(trace):
            log.warning("rasterio cannot read a message of GDAL: %s", error)
            return
        self._caught.emit(error or kind())

    def _show(self, error: Any) -> None:
        """Show an error, unless it came up while another was being shown: that would have no end."""
        if self._showing:
            log.error("another error while one was being shown", exc_info=error)
            return
        self._showing = True
        try:
            self.show("", error)
        except Exception:
            log.exception("an error cannot be shown: %r", type(error))
        finally:
            self._showing = False


def _from_rasterio(trace: TracebackType | None) -> bool:
    """Whether an error comes out of rasterio's log of GDAL's messages.

    GDAL quotes the bytes of a damaged file, rasterio takes them for UTF-8, and its callback, which
    cannot raise, hands the error to the interpreter's hook, often with no trace at all.  What is
    wrong with the file is raised besides.
    """
    frames = traceback.extract_tb(trace)
    return not frames or "rasterio" in Path(frames[-1].filename).parts
