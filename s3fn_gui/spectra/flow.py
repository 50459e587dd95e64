"""Means of regions and classes, and spectra on their way in and out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication

from s3fn_core.cubes.spectra import tables
from s3fn_core.cubes.spectra.kept import KeptSpectrum
from s3fn_core.cubes.spectra.library import SpectralLibrary, read_libraries
from s3fn_core.cubes.spectra.region import RegionSpectrum, box_spectrum, label_spectra
from s3fn_core.cubes.spectra.transforms import transform
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.spectra.dialog import SpectraDialog
from s3fn_gui.spectra.own.flow import FILES

MANY = 20  # spectra of a library that are shown without a question
WRITTEN = tr("Table of reflectance (*.csv);;ENVI spectral library (*.hdr *.sli)")


class SpectraFlow(Flow):
    """Every region is read in a job of its own."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._state = context.session.spectra
        self._reading: set[int] = set()
        self._state.reading_wanted.connect(self._read)
        self._state.changed.connect(self._stop_reading)
        self._rest = resting(self, self._measure)
        session = context.session
        follow(
            self._rest.start,
            session.labels_changed,
            session.cubes.current_changed,
            session.cubes.treatment_changed,
        )

    # --- regions -------------------------------------------------------------------------------

    def _read(self, wanted: KeptSpectrum) -> None:
        """Mean and deviation of a region; what cannot be read does not stay."""
        cube, box = wanted.cube, wanted.box
        if cube is None or box is None:
            return

        def done(found: RegionSpectrum) -> None:
            self._state.fill(wanted, found.mean, found.deviation)

        def failed(error: BaseException) -> None:
            cancelled()
            self._errors.show(wanted.name, error)

        def cancelled() -> None:
            if self._state.is_waiting(wanted):
                self._state.remove(wanted.number)

        self._reading.add(wanted.number)
        self._runner.start(
            _kind(wanted.number),
            tr("Mean of {name}", name=wanted.name),
            lambda: box_spectrum(cube, box),
            done,
            failed=failed,
            cancelled=cancelled,
        )

    def _stop_reading(self) -> None:
        """Nobody waits for a region that was removed."""
        for number in self._reading - {kept.number for kept in self._state.kept}:
            self._reading.discard(number)
            self._runner.cancel(_kind(number))

    # --- class spectra -------------------------------------------------------------------------

    def _measure(self) -> None:
        """Class spectra from a copy of the labels; a stroke during that has them measured again."""
        item = self._session.cubes.current
        if item is None or self._session.work.is_painting:
            if item is not None:
                self._rest.start()
            return
        if not item.counts[1:].any():
            self._runner.cancel("statistics")
            self._session.view.set_statistics({})
            return
        cube, labels = item.cube, item.labels

        def done(statistics: dict[int, RegionSpectrum]) -> None:
            if item is self._session.cubes.current:
                self._session.view.set_statistics(statistics)

        self._runner.start(
            "statistics",
            tr("Class spectra"),
            lambda: label_spectra(cube, labels.ids.copy()),
            done,
            brief=True,
        )

    # --- looking -------------------------------------------------------------------------------

    def choose_transform(self, kind: str) -> None:
        """Show another quantity, once what computes it is loaded."""
        self._runner.start(
            "transform",
            tr("Drawing"),
            lambda: _prepare_transform(kind),
            lambda _: self._state.show_as(kind),
            brief=True,
        )

    # --- keeping and copying -------------------------------------------------------------------

    def keep_means(self) -> None:
        """Keep the class means of the current cube."""
        item = self._session.cubes.current
        if item is not None:
            self._state.keep_class_means(item, self._session.classes)

    def copy(self) -> None:
        """The kept spectra as a table, for a spreadsheet."""
        kept = self._known()
        if not kept:
            return
        QGuiApplication.clipboard().setText(tables.as_text(kept))
        text = plural(
            "1 spectrum copied as a table of reflectance.",
            "{count} spectra copied as a table of reflectance.",
            len(kept),
        )
        self._session.report("success", text)

    # --- files ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the kept spectra to a file; its suffix says how."""
        kept = self._known()
        path = self._ask_target() if kept else None
        if path is None:
            return
        left_out = sum(one.axis.wavelengths is None for one in kept)

        def done(paths: list[Path]) -> None:
            names = listed([str(paths[0]), *(p.name for p in paths[1:])])
            saved = len(kept) - left_out
            told = [
                plural(
                    "1 spectrum saved to {names}.", "{count} spectra saved to {names}.", saved, names=names
                )
            ]
            if len(paths) > 1:
                told.append(tr("Spectra with other wavelengths went to files of their own."))
            if left_out:
                told.append(
                    plural(
                        "1 spectrum without wavelengths left out.",
                        "{count} spectra without wavelengths left out.",
                        left_out,
                    )
                )
            self._session.report("warning" if left_out else "success", " ".join(told))

        title = tr("Writing {name}", name=path.name)
        self._runner.start("spectra", title, lambda: tables.save(kept, path), done)

    def _ask_target(self) -> Path | None:
        beside = {".hdr": ".sli", ".sli": ".hdr"}
        return self._context.save_file(tr("Save spectra"), "spectra.csv", WRITTEN, beside)

    def load(self, path: Path | None = None) -> None:
        """Show spectra of a library, or of a folder of spectra."""
        path = path or self.ask.open_file(tr("Load spectral library"), FILES)
        if path is not None:
            self._load(path)

    def load_folder(self) -> None:
        """Show spectra of all files in a folder and below it."""
        path = self.ask.folder(tr("Load folder of spectra"))
        if path is not None:
            self._load(path)

    def _load(self, source: Path) -> None:
        def done(libraries: tuple[SpectralLibrary, ...]) -> None:
            self._overlay(libraries, source.name)

        title = tr("Reading {name}", name=source.name)
        self._runner.start("spectra", title, lambda: read_libraries(source), done)

    def _overlay(self, libraries: tuple[SpectralLibrary, ...], source: str) -> None:
        """All spectra where there are few, else the chosen ones; each with its own wavelengths."""
        spectra = [(library, one) for library in libraries for one in tables.means(library)]
        if len(spectra) > MANY:
            chosen = self.ask.answer(SpectraDialog, [one[0] for _, one in spectra])
            spectra = [spectra[place] for place in chosen]
        if not spectra:
            return
        for library in libraries:
            own = [one for whose, one in spectra if whose is library]
            if own:
                self._state.overlay(library.wavelengths, own, source)
        notes = dict.fromkeys(note for library in libraries for note in library.notes)
        text = plural(
            "1 spectrum of {source} shown.", "{count} spectra of {source} shown.", len(spectra), source=source
        )
        self._session.report("info" if notes else "success", " ".join([text, *notes]))

    def _known(self) -> tuple[KeptSpectrum, ...]:
        """Kept spectra without those that are being read."""
        known = tuple(kept for kept in self._state.kept if kept.values is not None)
        if not known:
            self._session.report("info", tr("The spectra are still being read; try again soon."))
        return known


def _kind(number: int) -> str:
    return f"region {number}"


def _prepare_transform(kind: str) -> None:
    """Transform one spectrum, so that the library behind it is not loaded under the cursor."""
    bands = np.arange(1.0, 20.0)
    transform(bands, kind, wavelengths=bands)
