"""From counts to reflectance."""

from __future__ import annotations

from dataclasses import replace

from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_gui.cubes.calibration.dialog import CalibrateDialog
from s3fn_gui.session.context import Flow
from s3fn_gui.session.cube import OpenCube


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
        text = tr("Remove calibration") if calibration is None else tr("Calibrate to reflectance")
        try:
            self._session.push_treatment(item, treatment, text)
        except CubeError as error:
            self._errors.show(text, error)
            return
        if calibration is None:
            done = tr(
                "{name} has the values of its file again; the file was not changed.", name=item.cube.name
            )
        else:
            done = tr("{name} is reflectance now; the file was not changed.", name=item.cube.name)
        self._session.report("warning" if answer.notes else "success", " ".join((done, *answer.notes)))


def calibration_question(item: OpenCube) -> str:
    """What to say of the references that lie beside a cube; empty where there are none."""
    if item.references.white is None:
        return ""
    if item.references.dark is None:
        return tr("There is a white reference next to {name}.", name=item.cube.name)
    return tr("There are white and dark references next to {name}.", name=item.cube.name)
