"""Commands of the cubes."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.cubes.calibration.flow import CalibrateFlow
from s3fn_gui.cubes.export_flow import CubeExportFlow
from s3fn_gui.cubes.information import copy_information
from s3fn_gui.cubes.layout_flow import LayoutFlow
from s3fn_gui.cubes.metadata.flow import MetadataFlow
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(
    session: Session,
    calibrate: CalibrateFlow,
    metadata: MetadataFlow,
    layout: LayoutFlow,
    export: CubeExportFlow,
) -> Commands:
    """The rows of the cubes."""
    may = Conditions(session)

    def has_layouts() -> bool:
        item = session.cubes.current
        return item is not None and bool(item.source.layouts)

    def is_stored() -> bool:
        item = session.cubes.current
        return item is not None and item.treatment.calibration is None

    def is_reflectance() -> bool:
        item = session.cubes.current
        return item is not None and item.is_reflectance

    rows = (
        Command(
            "cube.calibrate",
            tr("Calibrate to reflectance…"),
            calibrate.calibrate,
            may.cube,
            tip=tr("Convert counts to reflectance with white and dark references"),
            icon="calibrate",
            short=tr("Calibrate…"),
        ),
        Command(
            "cube.write",
            tr("Save cube as ENVI…"),
            export.write,
            may.cube,
            tip=tr("Write the cube as it is now: calibrated, masked, with its metadata"),
        ),
        Command(
            "view.layout",
            tr("Image layout…"),
            layout.change,
            has_layouts,
            tip=tr("Choose the array in the file and the order of its axes"),
        ),
        Command(
            "cube.metadata",
            tr("Edit metadata…"),
            metadata.edit,
            may.cube,
            tip=tr("Set wavelengths, bad bands, no-data value and scale factor of the current cube"),
            short=tr("Edit…"),
        ),
        Command(
            "cube.reflectance",
            tr("Values are reflectance"),
            lambda _: metadata.set_reflectance(True),
            is_stored,
            tip=tr("Treat the values as reflectance from 0 to 1 in plots, facts, checks and descriptions"),
            checked=is_reflectance,
            group="quantity",
        ),
        Command(
            "cube.other_values",
            tr("Values are not reflectance"),
            lambda _: metadata.set_reflectance(False),
            is_stored,
            tip=tr("Use only the shape of the spectra in plots, facts, checks and descriptions"),
            checked=lambda: not is_reflectance(),
            group="quantity",
        ),
        Command(
            "cube.copy_information",
            tr("Copy information"),
            lambda: copy_information(session),
            may.cube,
            tip=tr("Copy everything known about the current cube as text"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.cubes.treatment_changed))
