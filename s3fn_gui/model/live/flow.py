"""From a stroke or a word to the live map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError, S3FNError
from s3fn_core.languages import tr
from s3fn_core.progress import Progress
from s3fn_core.types import Box
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.model.live.jobs import Drawer
from s3fn_gui.model.training.flow import labelled
from s3fn_gui.session.basis import Basis, Words, words_of
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import Position

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

KIND, TITLE = "live", tr("Following the labels")
STROKE_MS, WORDS_MS = 40, 250
"""An edit is followed once nothing has been edited for so long."""


class LiveFlow(Flow):
    """One pass at a time: a newer edit takes the place of a pass that has shown something.

    A pass that has not is let run on to its first part, so that the map moves on however fast the
    hand is; then the newer edit has its turn.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        session = context.session
        self._state = session.live
        self._drawer = Drawer()
        self._focus: Position | None = None
        self._words: Words = {}
        self._told = ""
        self._broken = self._shown = self._again = self._labels = False
        self._timer = resting(session, self._draw, STROKE_MS)
        self._state.changed.connect(self._switched)
        self._on = False
        session.labels_changed.connect(self._labels_changed)
        session.undo_stack.indexChanged.connect(self._step_done)
        session.classes_changed.connect(self._classes_changed)
        follow(self._scene_changed, session.cubes.current_changed, session.cubes.treatment_changed)
        follow(self._off, session.cubes.leaving, session.cleared)

    def switch(self, on: bool) -> None:
        """Switch the live map on or off; the map that is shown stays."""
        if on:
            self._told, self._broken = "", False
        self._state.set_on(on)

    def _switched(self) -> None:
        if self._state.on == self._on:
            return
        self._on = self._state.on
        if self._on:
            self._words = words_of(self._session.classes)
            self._session.view.show_map_layer("classes")
            self._draw()
        else:
            self._stop()

    def _off(self) -> None:
        self._state.set_on(False)

    def _stop(self) -> None:
        self._timer.stop()
        self._again = False
        self._runner.cancel(KIND)
        self._drawer.close()
        self._drawer = Drawer()  # what was kept may be large

    # --- edits ---------------------------------------------------------------------------------

    def _labels_changed(self, box: Box) -> None:
        top, left, bottom, right = box
        self._focus = ((top + bottom) // 2, (left + right) // 2)
        self._labels = True
        self._ask(STROKE_MS)

    def _step_done(self) -> None:
        """A stroke has ended: the next one may begin before the timer would have its turn."""
        if self._labels and self._timer.isActive() and not self._session.work.is_painting:
            self._timer.start(0)

    def _classes_changed(self) -> None:
        """Colours and order change no map."""
        before, self._words = self._words, words_of(self._session.classes)
        if before != self._words:
            self._ask(WORDS_MS)

    def _scene_changed(self) -> None:
        self._focus = None
        self._ask(STROKE_MS)

    def _ask(self, rest: int) -> None:
        if self._state.on and not self._broken:
            self._timer.start(rest)

    # --- the pass ------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Start a pass, unless the hand is still painting or the last pass has shown nothing yet."""
        session, item = self._session, self._session.cubes.current
        if item is None or not self._state.on:
            return
        if session.work.is_painting:
            self._timer.start(STROKE_MS)
            return
        if self._runner.get(KIND) is not None and not self._shown:
            self._again = True
            return
        self._shown = self._again = self._labels = False
        items, classes, cube = labelled(session), session.classes, item.cube
        basis = Basis.of(items, classes)
        drawer, focus, view, before = self._drawer, self._focus, session.view.seen, item.prediction

        def put(prediction: Prediction) -> None:
            self._put(cube, prediction, basis)

        def progressed(progress: Progress) -> None:
            early: Any = progress.early
            if early is not None:
                put(early)
                self._go_on()

        def done(prediction: Prediction) -> None:
            put(prediction)
            self._go_on()

        self._runner.start(
            KIND,
            TITLE,
            lambda: drawer.draw(items, classes, cube, focus, view, before),
            done,
            progressed=progressed,
            failed=self._failed,
            brief=True,
        )

    def _put(self, cube: Cube, prediction: Prediction, basis: Basis) -> None:
        self._shown = True
        item = self._session.cubes.find(cube)
        if item is not None and self._state.on:
            self._told = ""
            self._session.cubes.set_prediction(item.key, prediction, basis)
            self._state.set_problem("")

    def _go_on(self) -> None:
        """Follow an edit that came while nothing was shown yet."""
        if self._again:
            self._again = False
            self._timer.start(0)

    def _failed(self, error: BaseException) -> None:
        """Say it once; the badge says what is missing, which may come with the next edit.

        A defect would come again with each.
        """
        if not self._state.on:
            return
        self._shown = True
        expected = isinstance(error, S3FNError)
        self._broken = not expected
        reason = str(error) if expected else tr("An error, see the message; switch Live off and on again.")
        if reason != self._told:
            self._told = reason
            if not isinstance(error, LabelError):
                self._errors.show(tr("The live map"), error)
        self._state.set_problem(reason)
        self._go_on()
