"""From counts to reflectance, and cubes as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.writing import write_windows
from s3fn_core.errors import CubeError
from s3fn_gui.cubes.calibration.dialog import CalibrateDialog
from s3fn_gui.session.context import Flow
from s3fn_gui.session.cube import OpenCube

WRITE = "write cube"
HEADER = "ENVI header (*.hdr)"


class CalibrateFlow(Flow):
    """Never changes the file of a cube."""

    def calibrate(self) -> None:
        """Ask for the references of the current cube, and calibrate as one undo step."""
        item = self._session.cubes.current
        if item is None:
            return
        answer = self.ask.answer(CalibrateDialog, item, self._runner)
        if answer is None or item not in self._session.cubes.items:
            return
        calibration = answer.calibration
        treatment = replace(item.treatment, calibration=calibration)
        text = "Remove calibration" if calibration is None else "Calibrate to reflectance"
        try:
            self._session.push_treatment(item, treatment, text)
        except CubeError as error:
            self._errors.show(text, error)
            return
        name = item.cube.name
        state = "as its file says" if calibration is None else "reflectance now"
        said = (f"{name} is {state}; the file was not changed.", *answer.notes)
        self._session.report("warning" if answer.notes else "success", " ".join(said))

    def write(self) -> None:
        """Write the current cube, as it is treated, to files of its own."""
        item = self._session.cubes.current
        if item is None:
            return
        target = self._ask_target(item)
        if target is None or not self._context.may_write("Save cube", [target, target.with_suffix(".img")]):
            return
        cube = item.cube
        self._runner.start(
            WRITE,
            f"Writing {target.name}",
            lambda: write_windows(cube, target),
            lambda header: self._session.report("success", f"{cube.name} saved as {header}."),
            makes="file",
        )

    def _ask_target(self, item: OpenCube) -> Path | None:
        """The header to write; whether it may be replaced is asked later."""
        name = f"{_stem(item)}.hdr"
        start = name if item.path is None else item.path.parent / name
        path = self.ask.save_file("Save cube as ENVI", start, HEADER)
        return None if path is None else header_path(path)


def calibration_question(item: OpenCube) -> str:
    """What to say of the references that lie beside a cube; empty where there are none."""
    if item.references.white is None:
        return ""
    if item.references.dark is None:
        return f"A white reference lies beside {item.cube.name}."
    return f"White and dark references lie beside {item.cube.name}."


def _stem(item: OpenCube) -> str:
    """What a written cube is called unless the user says otherwise."""
    treatment = item.treatment
    made = "reflectance" if treatment.calibration is not None else "copy"
    return f"{item.cube.name}_{made if treatment.mask is None else 'masked'}"
