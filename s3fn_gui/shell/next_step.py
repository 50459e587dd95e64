"""What each step of the work still lacks, and which one comes next."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_core.results.validation_points import UNSEEN
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.session import Session

REST_MS = 150
ON_THE_WAY = ("look", "label", "describe", "train", "judge")
"""In this order; objects are an aim of some only."""


class NextStep(QObject):
    """`lacking` says what is missing, by workspace; `changed` comes when that is something else.

    It only looks at what others have counted already, and rests while labels are painted.
    """

    changed = Signal()

    def __init__(self, session: Session, validation: ValidationState) -> None:
        super().__init__(session)
        self._session = session
        self._validation = validation
        self.lacking: dict[str, str] = {}
        cubes = session.cubes
        later = resting(self, self._look, REST_MS)
        follow(later.start, cubes.changed, cubes.current_changed, cubes.treatment_changed)
        follow(later.start, cubes.prediction_changed, session.labels_changed, session.classes_changed)
        follow(later.start, session.model_changed, session.standing.changed, validation.changed)
        self._look()

    @property
    def name(self) -> str:
        """The workspace of the first step that lacks something; "" when none does.

        Descriptions are asked for before the first training only: a model can do without.
        """
        done = {"describe"} if self._session.model is not None else set()
        return next((step for step in ON_THE_WAY if step in self.lacking and step not in done), "")

    def _look(self) -> None:
        found = {
            "look": "" if self._session.cubes.items else tr("No cube open"),
            "label": self._labels(),
            "describe": self._descriptions(),
            "train": self._training(),
            "judge": self._reference(),
            "objects": self._objects(),
        }
        found = {step: text for step, text in found.items() if text}
        if found != self.lacking:
            self.lacking = found
            self.changed.emit()

    def _labels(self) -> str:
        session = self._session
        if len(session.classes) < 2:
            return tr("One class only") if session.classes else tr("No classes yet")
        items = session.cubes.items
        empty = sum(not any(item.counts[c.id] for item in items) for c in session.classes)
        text = plural("{count} class without labels", "{count} classes without labels", empty)
        return text if empty else ""

    def _descriptions(self) -> str:
        silent = sum(not c.text.strip() for c in self._session.classes)
        text = plural("{count} class without a description", "{count} classes without a description", silent)
        return text if silent else ""

    def _training(self) -> str:
        standing = self._session.standing.now
        if standing.kind == "live":
            return tr("The live map is not measured yet")
        if self._session.model is None:
            return tr("No model yet")
        if standing.kind == "words" or not standing.changes:
            return ""
        return tr(
            "Changed since training: {changes}", changes=listed([change.name for change in standing.changes])
        )

    def _reference(self) -> str:
        """Figures that no label of the training can flatter need a truth of their own."""
        item, validation = self._session.cubes.current, self._validation
        if item is None or item.prediction is None:
            return tr("No map yet")
        if validation.has_reference:
            return ""
        points = validation.points
        if points is None:
            return tr("Not validated yet")
        unseen = int(np.count_nonzero(points.reference == UNSEEN))
        text = tr("{unseen:,} of {points:,} points not labelled yet", unseen=unseen, points=len(points))
        return text if unseen else ""

    def _objects(self) -> str:
        item = self._session.cubes.current
        return "" if item is not None and item.treatment.mask is not None else tr("No mask yet")
