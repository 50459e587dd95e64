"""Checking the description of the selected class whenever it, the labels or the cube change."""

from __future__ import annotations

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_core.words.scene_check import Checked, SceneReading, check_description, read_scene
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.words.check.state import CheckState

KIND = "claims"
TITLE = tr("Checking the description")
REST_MS = 250
"""How long the hand rests before a text is checked."""


class CheckFlow(Flow):
    """Fills the state of the claims; what was read of a cube serves until its labels change."""

    def __init__(self, context: Context, check: CheckState) -> None:
        super().__init__(context)
        self._state = check
        session = context.session
        self._known: SceneReading | None = None
        self._of: object = None  # the statistics that `_known` belongs to
        self._rest = resting(session, self._check, REST_MS)
        follow(self._wait, session.classes_changed, session.view.statistics_changed)
        cubes = session.cubes
        follow(self._begin, session.class_selected, cubes.current_changed, cubes.treatment_changed)

    def _begin(self) -> None:
        """Another class or cube is selected: forget what was found before."""
        item = self._session.cubes.current
        if item is None or not self._is_fresh(item.cube):
            self._known = None  # it would keep a cube that was closed
        self._state.put(None)
        self._wait()

    def _wait(self) -> None:
        if not self._described():
            self._state.put(None)
        self._rest.start()

    def _described(self) -> bool:
        session = self._session
        target = session.current_class
        return session.cubes.current is not None and target is not None and bool(target.text.strip())

    def _check(self) -> None:
        session = self._session
        item, target = session.cubes.current, session.current_class
        if item is None or target is None or not self._described():
            self._runner.cancel(KIND)
            return
        cube, classes, statistics = item.cube, session.classes, session.view.statistics
        known = self._known if self._is_fresh(cube) else None
        labels = item.labels if item.counts[1:].any() else None

        def done(result: tuple[SceneReading, Checked]) -> None:
            self._known, self._of = result[0], statistics
            if self._holds(result[1]) and self._is_fresh(cube):
                self._state.put(result[1])

        self._runner.start(
            KIND, TITLE, lambda: read_and_check(known, cube, labels, classes, target.id), done, brief=True
        )

    def _is_fresh(self, cube: Cube) -> bool:
        """Whether what was read is of this cube with its present labels."""
        known = self._known
        return known is not None and known.cube is cube and self._of is self._session.view.statistics

    def _holds(self, checked: Checked) -> bool:
        """Whether a check is of the current cube, class and text."""
        item, target = self._session.cubes.current, self._session.current_class
        return (
            item is not None
            and target is not None
            and (checked.cube, checked.class_id, checked.text) == (item.cube, target.id, target.text)
        )


def read_and_check(
    known: SceneReading | None, cube: Cube, labels: LabelMap | None, classes: ClassSet, class_id: int
) -> Operation[tuple[SceneReading, Checked]]:
    """Check the description of a class, on what was read before or is read now."""
    if known is None:
        ids = None if labels is None else labels.ids.copy()  # here, where nobody waits for it
        known = yield from read_scene(cube, ids, classes)
    return known, check_description(known, classes, class_id)
