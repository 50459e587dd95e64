"""From two maps to what changed from one to the other."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from s3fn_core.cubes.place import pixel_area
from s3fn_core.languages import tr
from s3fn_core.results.map_changes import MapChanges, map_changes
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.changes.dialog import ChangesDialog
from s3fn_gui.picture.changes.state import ChangesState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.map_look import Difference

KIND, TITLE = "map_changes", tr("Comparing maps")


class ChangesFlow(Flow):
    """Follows the map and the choice while the table is open."""

    def __init__(self, context: Context, state: ChangesState) -> None:
        super().__init__(context)
        self._state = state
        follow(self._compare, state.wanted, context.session.cubes.current_changed)

    def open(self) -> None:
        """Show the table and what changed."""
        self.ask.show_beside(ChangesDialog, self._session, self._state, self.copy)
        self._state.set_open(True)
        self._session.view.show_map_layer("changes")

    def _compare(self) -> None:
        state, item = self._state, self._session.cubes.current
        other = state.other() if state.is_open else None
        self._runner.cancel(KIND)
        if item is None or item.prediction is None or other is None:
            if state.found is not None or state.is_open:
                state.put(None, None)
            return
        prediction = item.prediction
        before, after = other.ids, prediction.ids

        def done(found: MapChanges) -> None:
            if state.is_open and item is self._session.cubes.current:
                state.put(found, Difference(prediction, other.ids, other.classes, other.title))

        self._runner.start(KIND, TITLE, lambda: map_changes(before, after), done, brief=True)

    def copy(self) -> None:
        """Copy the table."""
        item, found = self._session.cubes.current, self._state.found
        shown = self._session.view.difference
        if item is None or found is None or shown is None:
            return
        lines = found.table(shown.names(self._session.classes), pixel_area(item.cube.georeference))
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
