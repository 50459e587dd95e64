"""Validation points: drawn, saved as a table, opened again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.labels.labelmap import count_ids
from s3fn_core.languages import plural, tr
from s3fn_core.results.validation_points import ValidationPoints, read_points, write_points
from s3fn_gui.results.validation import jobs
from s3fn_gui.results.validation.draw_dialog import DrawDialog, DrawQuestion
from s3fn_gui.results.validation.outcome_flow import class_names
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

KIND = "validation points"
FILTER = tr("Tables (*.csv);;All files (*)")


class PointsFlow(Flow):
    """The points belong to the cube, and are saved with the project as well."""

    def __init__(self, context: Context, state: ValidationState) -> None:
        super().__init__(context)
        self._state = state

    def draw(self) -> None:
        """Ask how many, then draw them from the map of the current cube."""
        item = self._session.cubes.current
        if item is None or item.prediction is None or not self._may_replace(item):
            return
        choice = self.ask.answer(DrawDialog, self._question(item))
        if choice is None or item not in self._session.cubes.items or item.prediction is None:
            return
        ids = item.prediction.ids
        excluded = item.labels.ids > 0 if choice.leave_out else None

        def done(points: ValidationPoints) -> None:
            self._put(item, points)
            text = plural(
                "{count} validation point drawn. Press Label points to say what you see there.",
                "{count} validation points drawn. Press Label points to say what you see at each.",
                len(points),
            )
            self._session.report("success", text)

        self._runner.start(
            KIND,
            tr("Drawing points"),
            lambda: jobs.draw(ids, choice.wanted, choice.seed, excluded),
            done,
            brief=True,
        )

    def _question(self, item: OpenCube) -> DrawQuestion:
        assert item.prediction is not None
        ids = item.prediction.ids
        every, free = count_ids(ids), count_ids(np.where(item.labels.ids > 0, 0, ids).astype(np.uint8))
        held_out = item.prediction.metrics.get("held_out") or {}
        precision = {
            int(c["id"]): float(c["precision"])
            for c in held_out.get("per_class", ())
            if c.get("precision") is not None
        }
        return DrawQuestion(
            {i: int(n) for i, n in enumerate(every) if i and n},
            {i: int(n) for i, n in enumerate(free) if i and n},
            class_names(self._session, item),
            precision,
        )

    def save(self) -> None:
        """Write the points of the current cube and what was seen there."""
        item = self._session.cubes.current
        if item is None or item.validation is None:
            return
        points, names = item.validation, class_names(self._session, item)
        path = self._context.save_file(tr("Save points"), f"{item.cube.name}_points.csv", FILTER)
        if path is None:
            return
        self._runner.start(
            KIND,
            tr("Writing {name}", name=path.name),
            lambda: write_points(points, path, names),
            lambda written: self._session.report(
                "success", tr("The points are saved to {path}.", path=written)
            ),
            makes="file",
        )

    def open(self) -> None:
        """Go on with points that were saved."""
        item = self._session.cubes.current
        if item is None or not self._may_replace(item):
            return
        path: Path | None = self.ask.open_file(tr("Open points"), FILTER)
        if path is None:
            return
        source, classes, shape = path, self._session.classes, item.labels.shape

        def done(points: ValidationPoints) -> None:
            self._put(item, points)
            text = plural(
                "{count} point of {name}, {labelled} of them labelled.",
                "{count} points of {name}, {labelled} of them labelled.",
                len(points),
                name=source.name,
                labelled=int(points.labelled.sum()),
            )
            self._session.report("success", text)

        self._runner.start(
            KIND, tr("Reading {name}", name=path.name), lambda: read_points(source, classes, shape), done
        )

    def _put(self, item: OpenCube, points: ValidationPoints) -> None:
        if item in self._session.cubes.items:
            self._state.leave()
            self._state.put_points(item, points)
            self._state.show_against("points")

    def _may_replace(self, item: OpenCube) -> bool:
        """Whether the labelled points may go."""
        seen = 0 if item.validation is None else int(item.validation.labelled.sum())
        if item.validation is None or not seen:
            return True
        question = plural(
            "Replace the {points} validation points? {count} of them is labelled.",
            "Replace the {points} validation points? {count} of them are labelled.",
            seen,
            points=len(item.validation),
        )
        return self.ask.confirm(question, tr("Replace"))
