"""Counts the labels when the hand rests, and divides them when asked; only while somebody looks."""

from __future__ import annotations

import numpy as np

from s3fn_core.errors import S3FNError
from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.model.training.flow import labelled, obstacle
from s3fn_gui.model.training.jobs import preview, take_stock
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube, snapshot

COUNT, SPLIT = "count_labels", "split"
COUNTING = tr("Counting the labels")


class MaterialFlow(Flow):
    """A preview goes when the labels change, a training begins, or the panel is closed."""

    def __init__(self, context: Context, state: MaterialState, training: TrainingState) -> None:
        super().__init__(context)
        session, cubes = context.session, context.session.cubes
        self._state = state
        self._open = False
        self._divided_by = self._wish()
        self._rest = resting(self, self._count)
        follow(self._rest.start, session.labels_changed, session.classes_changed, cubes.changed)
        follow(self._rest.start, cubes.treatment_changed, session.undo_stack.indexChanged)
        follow(self._check, session.labels_changed, cubes.changed, cubes.treatment_changed)
        follow(self._check, session.undo_stack.indexChanged)
        follow(self.withdraw, session.class_list_changed, session.cleared)
        session.settings_changed.connect(self._settings_changed)
        self._training = training
        training.changed.connect(self._training_changed)

    def set_open(self, is_open: bool) -> None:
        """Whether the panel can be seen."""
        self._open = is_open
        if is_open:
            self._rest.start()
        else:
            self.withdraw()

    def show_split(self, wanted: bool) -> None:
        """Show how the labels would be divided, or withdraw that."""
        if wanted:
            self._divide()
        else:
            self.withdraw()

    def withdraw(self) -> None:
        """Nothing is shown any more."""
        self._runner.cancel(SPLIT)
        self._state.withdraw()

    # --- counting ------------------------------------------------------------------------------

    def _count(self) -> None:
        if not self._open:
            return
        session = self._session
        items, classes = [snapshot(item) for item in session.cubes.items], session.classes
        if not items or not len(classes):
            self._runner.cancel(COUNT)
            self._state.set_material(None)
            return
        same = session.train_settings.same_objects
        self._runner.start(
            COUNT, COUNTING, lambda: take_stock(items, classes, same), self._state.set_material, brief=True
        )

    # --- dividing ------------------------------------------------------------------------------

    def _divide(self) -> None:
        session, state = self._session, self._state
        self._divided_by = self._wish()
        if problem := obstacle(session):
            self._runner.cancel(SPLIT)
            state.fail(problem)
            return
        items, classes, settings = labelled(session), session.classes, session.train_settings
        state.want(items)

        def failed(error: BaseException) -> None:
            if isinstance(error, S3FNError):
                state.fail(str(error))
            else:
                state.withdraw()
                self._errors.show(tr("Dividing the labels"), error)

        self._runner.start(
            SPLIT,
            tr("Dividing the labels"),
            lambda: preview(items, classes, settings),
            state.show,
            failed=failed,
            cancelled=self._cancelled,
        )

    def _cancelled(self) -> None:
        """By the user, unless another one has begun."""
        if self._runner.get(SPLIT) is None:
            self.withdraw()

    def _training_changed(self) -> None:
        if self._training.running:
            self.withdraw()

    def _settings_changed(self) -> None:
        if self._state.wanted and self._wish() != self._divided_by:
            self._divide()

    def _wish(self) -> tuple[str, str, int, bool]:
        """The settings that decide a split."""
        settings = self._session.train_settings
        return settings.preset, settings.split, settings.folds, settings.same_objects

    def _check(self) -> None:
        """Withdraw a preview of labels that are no more."""
        if self._state.wanted and not self._is_of_now():
            self.withdraw()

    def _is_of_now(self) -> bool:
        then = self._state.items
        now = [item for item in self._session.cubes.items if item.counts[1:].any()]
        if [item.key for item in then] != [item.key for item in now]:
            return False
        return all(map(_same, then, now))


def _same(then: OpenCube, now: OpenCube) -> bool:
    """Whether a cube's labels, test regions and treatment are those of a snapshot."""
    same = then.test is now.test and then.treatment == now.treatment
    return same and np.array_equal(then.labels.ids, now.labels.ids)
