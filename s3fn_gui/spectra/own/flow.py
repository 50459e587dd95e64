"""Choosing spectral libraries of one's own, and reading them one after the other."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.spectra.library import SUFFIXES
from s3fn_core.languages import tr
from s3fn_core.words.library.own import Own
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.session.own_spectra import OwnFile
from s3fn_gui.spectra.own.dialog import OwnSpectraDialog
from s3fn_gui.spectra.own.jobs import read_own

KIND = "own spectra"
FILES = tr(
    "Spectra and spectral libraries ({suffixes});;All files (*)", suffixes=" ".join(f"*{s}" for s in SUFFIXES)
)
STOPPED = tr("Reading was cancelled. Remove it, or add it again.")


class OwnSpectraFlow(Flow):
    """The choice is remembered on this computer; files are read when a search first needs them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._state = context.session.own_spectra
        self._state.add([Path(path) for path in context.settings.own_spectra])
        self._state.asked.connect(self._read_next)
        self._state.listed.connect(self._remember)

    def show(self) -> None:
        """Show what is looked through."""
        self._state.ask()
        self.ask.show(OwnSpectraDialog, self._state, self)

    def add_file(self) -> None:
        """Look through a file as well."""
        self._add(self.ask.open_file(tr("Add your own spectra"), FILES))

    def add_folder(self) -> None:
        """Look through all files of a folder as well, such as an unpacked library."""
        self._add(self.ask.folder(tr("Add a folder of spectra")))

    def _add(self, path: Path | None) -> None:
        if path is not None:
            self._state.add([path])
            self._state.ask()

    def _remember(self) -> None:
        self._context.settings.own_spectra = tuple(str(one.path) for one in self._state.files)

    def _read_next(self) -> None:
        path = next((one.path for one in self._state.files if not one.is_read), None)
        if path is None or self._runner.get(KIND) is not None:
            return

        def put(found: OwnFile) -> None:
            self._state.put(found)
            self._read_next()

        def failed(error: BaseException) -> None:
            put(OwnFile(path, failure=explain(error, "").text))

        def done(own: Own) -> None:
            if own.entries:
                put(OwnFile(path, own.entries, own.notes))
            else:
                put(OwnFile(path, failure=" ".join(own.notes) or tr("No spectrum in it can be used.")))

        title = tr("Reading {name}", name=path.name)
        stopped = OwnFile(path, failure=STOPPED)
        self._runner.start(
            KIND, title, lambda: read_own(path), done, failed=failed, cancelled=lambda: put(stopped)
        )
