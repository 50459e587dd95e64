"""Going from place to place where a label would help most."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3fn_core.languages import tr
from s3fn_core.model.kept_texts import told
from s3fn_core.results.next_place import Place
from s3fn_gui.base.signals import follow
from s3fn_gui.model.next_place.jobs import Known, Request, find, is_ready
from s3fn_gui.model.next_place.state import NextPlaceState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

KIND, DOING = "next_place", tr("Looking for the next place")
KEY = "D"


class NextPlaceFlow(Flow):
    """One search at a time; what it has learned of the cube and its map serves the next one."""

    def __init__(self, context: Context, state: NextPlaceState) -> None:
        super().__init__(context)
        session, cubes = context.session, context.session.cubes
        self._state = state
        self._known: Known | None = None
        self._asked: Request | None = None
        follow(self._give_up, cubes.current_changed, cubes.treatment_changed, session.cleared)
        follow(self._give_up, session.view.blind_changed)
        cubes.changed.connect(self._forget_closed)
        cubes.prediction_changed.connect(self._map_changed)
        session.work.let_go.connect(self._state.leave)
        session.undo_stack.indexChanged.connect(self._leave_labelled)

    def go_on(self) -> None:
        """Go to the next place; the one looked at, if it has no label, is passed over for good."""
        session, item = self._session, self._session.cubes.current
        if item is None or session.view.blind or self._asked is not None:
            return
        here = self._state.position
        if here is not None and not item.labels.ids[here]:
            self._state.skip(item)
        if item.prediction is None:
            text = tr("There is no map to search for doubtful places. Press Train or Live first.")
            session.report("info", text)
            return
        request, known = self._request(item), self._known

        def done(found: tuple[Known, Place | None]) -> None:
            if self._ended(request):
                self._put(item, *found)

        def cancelled() -> None:
            self._ended(request)

        def failed(error: BaseException) -> None:
            if self._ended(request):
                self._errors.show(DOING, error)

        self._asked = request
        brief, work = is_ready(request, known), partial(find, request, known)
        self._runner.start(KIND, DOING, work, done, failed=failed, cancelled=cancelled, brief=brief)

    def _request(self, item: OpenCube) -> Request:
        session, mask = self._session, item.treatment.mask
        assert item.prediction is not None
        return Request(
            item.cube,
            item.prediction,
            session.model,
            session.train_settings.device,
            item.labels.ids.copy(),
            tuple(self._state.skipped.get(item, ())),
            None if mask is None else mask.objects > 0,
        )

    def _ended(self, request: Request) -> bool:
        """Whether its result is still waited for; then it is no longer."""
        waited = self._asked is request
        if waited:
            self._asked = None
        return waited

    def _put(self, item: OpenCube, known: Known, place: Place | None) -> None:
        self._known = known
        if place is not None:
            self._state.go_to(place)
            text = self._invitation(place, known.mapped)
            self._session.report("info", text, still=lambda: self._state.place is place)
            return
        self._state.leave()
        passed = len(self._state.skipped.get(item, ()))
        if passed:
            text = tr("No other doubtful place; {count} skipped.", count=passed)
        else:
            text = tr("No doubtful place: one class is clearly the most likely everywhere.")
        self._session.report("success", text)

    def _invitation(self, place: Place, shown: Prediction) -> str:
        """What to do at a place, and why there; whose map says so, where that is not plain."""
        before = self._session.view.comparison.before
        if before is not None:
            return tr(
                "Label here, by the map on the right ({name}): {reason}. {key} goes on, Esc ends.",
                name=before.captions[1],
                reason=place.reason,
                key=KEY,
            )
        if shown.maker:
            return tr(
                "Label here, by the map of {maker}: {reason}. {key} goes on, Esc ends.",
                maker=told(shown.maker),
                reason=place.reason,
                key=KEY,
            )
        return tr("Label here: {reason}. {key} goes on, Esc ends.", reason=place.reason, key=KEY)

    def _leave_labelled(self) -> None:
        """A place with a label is not in need of one any more."""
        item, here = self._session.cubes.current, self._state.position
        if item is not None and here is not None and item.labels.ids[here]:
            self._state.leave()

    def _give_up(self) -> None:
        """Another cube, or the same treated in another way; or nobody may know of the map now."""
        self._asked = self._known = None
        self._runner.cancel(KIND)
        self._state.leave()

    def _map_changed(self) -> None:
        """Of a map that is gone, the place means nothing; another map may follow it."""
        item = self._session.cubes.current
        if item is None or item.prediction is None:
            self._give_up()

    def _forget_closed(self) -> None:
        open_cubes = self._session.cubes.items
        for item in [item for item in self._state.skipped if item not in open_cubes]:
            del self._state.skipped[item]
