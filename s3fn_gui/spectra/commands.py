"""Commands of the spectra."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.flow import SpectraFlow
from s3fn_gui.spectra.identify.flow import IdentifyFlow
from s3fn_gui.spectra.identify.subjects import subjects
from s3fn_gui.spectra.own.flow import OwnSpectraFlow


def commands(session: Session, flow: SpectraFlow, identify: IdentifyFlow, own: OwnSpectraFlow) -> Commands:
    """The rows of the spectra."""
    may, spectra, view = Conditions(session), session.spectra, session.view

    def kept() -> bool:
        return bool(spectra.kept)

    def pinned() -> bool:
        item = session.cubes.current
        return item is not None and bool(item.pins)

    rows = (
        Command(
            "spectra.copy",
            tr("Copy spectra"),
            flow.copy,
            kept,
            keys="Ctrl+Shift+C",
            tip=tr("Copy the kept spectra as a table of reflectance"),
            icon="copy",
        ),
        Command(
            "spectra.save",
            tr("Save spectra…"),
            flow.save,
            kept,
            tip=tr("Save the kept spectra as CSV or ENVI spectral library, as reflectance"),
            icon="save",
        ),
        Command(
            "spectra.load",
            tr("Load spectral library…"),
            flow.load,
            tip=tr("Show spectra of a file: CSV, ENVI, ECOSTRESS, USGS, ASD or Spectra Vista"),
            icon="import",
        ),
        Command(
            "spectra.load_folder",
            tr("Load folder of spectra…"),
            flow.load_folder,
            tip=tr("Show the spectra of all files in a folder"),
        ),
        Command(
            "spectra.keep_means",
            tr("Keep class means"),
            flow.keep_means,
            lambda: may.cube() and bool(view.statistics),
            tip=tr("Keep the current means of the classes in this cube"),
        ),
        Command(
            "spectra.identify",
            tr("Find in library…"),
            identify.show,
            lambda: bool(subjects(session)),
            tip=tr("Find library spectra similar to a kept spectrum or a class mean"),
            icon="library",
        ),
        Command(
            "spectra.own",
            tr("Your spectral libraries…"),
            own.show,
            tip=tr("Add your own files and folders of spectra to library searches"),
        ),
        Command(
            "spectra.clear",
            tr("Remove all kept spectra"),
            spectra.clear,
            kept,
            tip=tr("Remove the kept spectra of all cubes and libraries"),
            icon="delete",
        ),
        Command(
            "view.clear_pins",
            tr("Remove kept spectra of this cube"),
            spectra.clear_pins,
            pinned,
            tip=tr("Remove the kept spectra of the current cube"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, spectra.changed, view.statistics_changed))
