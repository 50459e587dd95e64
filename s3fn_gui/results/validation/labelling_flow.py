"""Going through the points: one key gives the class that is seen and jumps to the next."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.results.validation_points import SKIPPED, UNSEEN
from s3fn_gui.base.signals import follow
from s3fn_gui.results.validation.keys import LabellingKeys
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.context import Context, Flow

TOOL = "inspect"  # a click on the image must not paint training labels


class LabellingFlow(Flow):
    """While it goes on the map is hidden; nothing of it reaches the training labels."""

    def __init__(self, context: Context, state: ValidationState) -> None:
        super().__init__(context)
        self._state = state
        self._past: list[int] = []
        self._again = False
        self._tool = TOOL
        self.keys = LabellingKeys(self._session.work, self.choose, self.skip, self.back, self.leave)
        cubes = self._session.cubes
        follow(self._follow_cube, cubes.current_changed, cubes.changed, self._session.cleared)

    def begin(self) -> None:
        """Show the first point at which nobody has looked; else those skipped; else all again."""
        item = self._session.cubes.current
        if item is None or item.validation is None or self._state.is_labelling:
            return
        self._session.work.abort()
        if item.validation.next_open() is None and item.validation.skipped:
            self._state.put_points(item, item.validation.unskipped())
        place = item.validation.next_open()
        self._past, self._again = [], place is None
        self._tool = self._session.view.tool
        self._session.view.set_tool(TOOL)
        self._session.view.set_blind(True)
        self.keys.listen(True)
        self._state.show_against("points")
        self._state.look_at(item, place or 0)

    def choose(self, place: int) -> None:
        """The class at a place of the list is what is seen."""
        if place < len(self._session.classes):
            self.answer(self._session.classes.ids[place])

    def answer(self, class_id: int) -> None:
        """This class is what is seen."""
        item = self._state.item
        if item is not None and item.validation is not None and class_id in self._session.classes:
            self._state.put_points(item, item.validation.answered(self._state.place, class_id))
            self._go_on()

    def skip(self) -> None:
        """Nobody can tell here; a point that has its class keeps it."""
        item, place = self._state.item, self._state.place
        if item is None or item.validation is None:
            return
        if item.validation.reference[place] == UNSEEN:
            self._state.put_points(item, item.validation.answered(place, SKIPPED))
        self._go_on()

    def back(self) -> None:
        """To the point before, to change its class."""
        if self._state.item is not None and self._past:
            self._state.look_at(self._state.item, self._past.pop())

    def leave(self) -> None:
        """Enough for now."""
        if self._state.is_labelling:
            self.keys.listen(False)
            self._state.leave()
            self._session.view.set_blind(False)
            if self._session.view.tool == TOOL:
                self._session.view.set_tool(self._tool)

    def toggle(self, on: bool) -> None:
        """Begin, or leave."""
        (self.begin if on else self.leave)()

    def _go_on(self) -> None:
        item, place = self._state.item, self._state.place
        assert item is not None
        assert item.validation is not None
        further = place + 1 if self._again else item.validation.next_open(place)
        if further is None or further >= len(item.validation):
            self.leave()
            self._tell(int(item.validation.labelled.sum()), item.validation.skipped)
            return
        self._past.append(place)
        self._state.look_at(item, further)

    def _tell(self, labelled: int, skipped: int) -> None:
        if skipped:
            text = tr(
                "That was the last point: {labelled} labelled, {skipped} skipped.",
                labelled=labelled,
                skipped=skipped,
            )
        else:
            text = tr("That was the last point: {labelled} labelled.", labelled=labelled)
        self._session.report("success", text)

    def _follow_cube(self) -> None:
        """Another cube is shown, or this one was closed."""
        if self._state.item is not None and self._session.cubes.current is not self._state.item:
            self.leave()
