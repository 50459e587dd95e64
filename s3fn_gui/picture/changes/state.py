"""The maps that there were, and which one the current map is compared with; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.model.kept_texts import told
from s3fn_core.results.map_changes import Change, MapChanges
from s3fn_core.types import IdArray
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.map_look import Difference
from s3fn_gui.session.session import Session
from s3fn_gui.session.standing import HEADS, kind_of

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


@dataclass(frozen=True, eq=False)
class EarlierMap:
    """What stays of a map that another one has replaced, or that is the map of another cube."""

    ids: IdArray
    classes: tuple[LabelClass, ...]
    title: str


class ChangesState(QObject):
    """`is_open` while the table is on the screen: only then is anything compared or drawn.

    `chosen` is the key of the cube whose map the current one is compared with; "" is the map that this
    cube had before.
    """

    changed = Signal()
    wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.is_open = False
        self.chosen = ""
        self.found: MapChanges | None = None
        self._last: dict[str, EarlierMap] = {}
        self._before: dict[str, EarlierMap] = {}
        session.cubes.prediction_changed.connect(self._note)
        session.cubes.changed.connect(self._forget_closed)

    def set_open(self, is_open: bool) -> None:
        """The table comes to light, or goes; what it explains goes with it."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.wanted.emit()

    def choose(self, key: str) -> None:
        """Compare with the map of another cube, or with the one before."""
        if key != self.chosen:
            self.chosen = key
            self.wanted.emit()

    def put(self, found: MapChanges | None, difference: Difference | None) -> None:
        """What was counted, and where it is; or nothing any more."""
        self.found = found
        self._session.view.set_difference(difference)
        self.changed.emit()

    def show_only(self, change: Change | None) -> None:
        """Draw the pixels of one row, or of all."""
        self._session.view.show_changes(None if change is None else (change.before, change.after))

    # --- what there is to compare with ---------------------------------------------------------

    def others(self) -> list[tuple[str, str]]:
        """Key and title of the maps that the current one can be compared with."""
        item = self._session.cubes.current
        if item is None or item.prediction is None:
            return []
        before = self._before.get(item.key)
        found = []
        if before is not None and _fits(before.ids, item):
            found.append(("", tr("Before: {title}", title=before.title)))
        for other in self._session.cubes.items:
            if other is not item and other.prediction is not None and _fits(other.prediction.ids, item):
                found.append((other.key, tr("Map of {name}", name=other.cube.name)))
        return found

    def other(self) -> EarlierMap | None:
        """The map that was chosen, or the first that there is."""
        item, known = self._session.cubes.current, dict(self.others())
        if item is None or not known:
            return None
        key = self.chosen if self.chosen in known else next(iter(known))
        if not key:
            return self._before[item.key]
        prediction = self._session.cubes.item(key).prediction
        assert prediction is not None
        return EarlierMap(prediction.ids, tuple(prediction.classes), known[key])

    def _note(self) -> None:
        """Keep the finished map of each cube, and the one before it."""
        for item in self._session.cubes.items:
            prediction, last = item.prediction, self._last.get(item.key)
            if prediction is None or prediction.partial or (last and last.ids is prediction.ids):
                continue
            if last is not None:
                self._before[item.key] = last
            self._last[item.key] = EarlierMap(prediction.ids, tuple(prediction.classes), _title(prediction))
        self.wanted.emit()

    def _forget_closed(self) -> None:
        keys: Sequence[str] = [item.key for item in self._session.cubes.items]
        for kept in (self._last, self._before):
            for key in [key for key in kept if key not in keys]:
                del kept[key]


def _fits(ids: IdArray, item: OpenCube) -> bool:
    return item.prediction is not None and ids.shape == item.prediction.ids.shape


def _title(prediction: Prediction) -> str:
    made = told(prediction.maker) or HEADS[kind_of(prediction)]
    return f"{made}, {datetime.now():%H:%M:%S}"
