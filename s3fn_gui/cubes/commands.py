"""Commands of the cubes."""

from __future__ import annotations

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
            "Calibrate to reflectance…",
            calibrate.calibrate,
            may.cube,
            tip="Turn counts into reflectance by a white and a dark reference",
            icon="calibrate",
            short="Calibrate…",
        ),
        Command(
            "cube.write",
            "Save cube as ENVI…",
            export.write,
            may.cube,
            tip="Write the cube as it is now: calibrated, masked, described",
        ),
        Command(
            "view.layout",
            "Image layout…",
            layout.change,
            has_layouts,
            tip="Which array of the file, and how it is an image",
        ),
        Command(
            "cube.metadata",
            "Edit metadata…",
            metadata.edit,
            may.cube,
            tip="Wavelengths, bad bands, no-data value and scale factor of the current cube",
            short="Edit…",
        ),
        Command(
            "cube.reflectance",
            "Values are reflectance",
            lambda _: metadata.set_reflectance(True),
            is_stored,
            tip="Plots, facts, claims and descriptions take the values for reflectance from 0 to 1",
            checked=is_reflectance,
            group="quantity",
        ),
        Command(
            "cube.other_values",
            "Values are not reflectance",
            lambda _: metadata.set_reflectance(False),
            is_stored,
            tip="Plots, facts, claims and descriptions go by the shape of the spectra only",
            checked=lambda: not is_reflectance(),
            group="quantity",
        ),
        Command(
            "cube.copy_information",
            "Copy information",
            lambda: copy_information(session),
            may.cube,
            tip="Everything known of the current cube, as text",
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.cubes.treatment_changed))
