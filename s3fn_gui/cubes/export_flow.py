"""Saving a cube, as it is treated, to files of its own."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.writing import write_windows
from s3fn_core.languages import tr
from s3fn_gui.session.context import Flow
from s3fn_gui.session.cube import OpenCube

KIND = "write cube"
HEADER = tr("ENVI header (*.hdr)")


class CubeExportFlow(Flow):
    """Writes a header and an image beside it."""

    def write(self) -> None:
        """Ask where to, and write the current cube as ENVI."""
        item = self._session.cubes.current
        if item is None:
            return
        target = self._ask_target(item)
        if target is None:
            return
        if not self._context.may_write(tr("Save cube"), [target, target.with_suffix(".img")]):
            return
        cube = item.cube.with_(reflectance=None) if item.is_unsure else item.cube
        self._runner.start(
            KIND,
            tr("Writing {name}", name=target.name),
            lambda: write_windows(cube, target),
            lambda header: self._session.report(
                "success", tr("{name} saved as {header}.", name=cube.name, header=header)
            ),
            makes="file",
        )

    def _ask_target(self, item: OpenCube) -> Path | None:
        """The header to write; whether it may be replaced is asked later."""
        name = f"{_stem(item)}.hdr"
        start = name if item.path is None else item.path.parent / name
        path = self.ask.save_file(tr("Save cube as ENVI"), start, HEADER)
        return None if path is None else header_path(path)


def _stem(item: OpenCube) -> str:
    """What a written cube is called unless the user says otherwise."""
    treatment = item.treatment
    made = "reflectance" if treatment.calibration is not None else "copy"
    return f"{item.cube.name}_{made if treatment.mask is None else 'masked'}"
