"""Choosing another array of a file, or another arrangement of it as an image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from s3fn_core.cubes.cube import Arrangement
from s3fn_core.cubes.formats import Variable, variables_of
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.cubes.viewing.previews import previews
from s3fn_core.languages import tr
from s3fn_gui.cubes.layout_dialog import LayoutAnswer, LayoutDialog, LayoutQuestion, Previews
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

KIND = "layout"


class LayoutFlow(Flow):
    """Asks about the current cube, and opens it as the answer says."""

    def __init__(
        self,
        context: Context,
        open_cube: Callable[[Path, Arrangement | None, str | None, Metadata | None], None],
    ) -> None:
        super().__init__(context)
        self._open_cube = open_cube

    def change(self) -> None:
        """List the arrays of the file (their heads are read in the background), then ask."""
        item = self._session.cubes.current
        if item is None or item.path is None or not item.source.layouts:
            return
        path, asked = item.path, item
        self._runner.start(
            KIND,
            tr("Inspecting {name}", name=path.name),
            lambda: variables_of(path),
            lambda variables: self._ask(asked, variables),
        )

    def _ask(self, item: OpenCube, variables: Sequence[Variable]) -> None:
        if item is not self._session.cubes.current:
            return

        def draw(done: Callable[[Previews], None]) -> None:
            # A picture that cannot be drawn must not disturb the question.
            self._runner.start(
                KIND, tr("Drawing previews"), lambda: previews(item.source), done, failed=lambda error: None
            )

        question = LayoutQuestion(item.source, item.variable, variables, draw)
        answer = self.ask.answer(LayoutDialog, question)
        self._runner.cancel(KIND)
        if answer is not None and item in self._session.cubes.items:
            self._apply(item, answer)

    def _apply(self, item: OpenCube, answer: LayoutAnswer) -> None:
        assert item.path is not None
        if answer.layout is None:
            self._open_cube(item.path, None, answer.variable, None)
            return
        if answer.layout == item.source.layouts[0]:
            return
        lost = _lost(item)
        question = tr("Rearranging this cube removes: {lost}.", lost=", ".join(lost))
        if not lost or self.ask.confirm(question, tr("Rearrange")):
            metadata = item.treatment.metadata
            self._open_cube(item.path, answer.layout, item.variable, metadata)


def _lost(item: OpenCube) -> list[str]:
    """What belongs to the pixels as they were arranged."""
    treatment = item.treatment
    parts = (
        (tr("labels"), bool(item.counts[1:].any())),
        (tr("calibration"), treatment.calibration is not None),
        (tr("mask"), treatment.mask is not None),
    )
    return [name for name, there in parts if there]
