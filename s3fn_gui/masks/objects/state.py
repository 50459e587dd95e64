"""The objects of all open cubes, what is known of them, and which are chosen; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.languages import tr
from s3fn_core.results.object_table import Tray
from s3fn_core.results.voting import UNKNOWN_COLOR, Verdict
from s3fn_gui.base import theme
from s3fn_gui.masks.reasons import UNKNOWN_TEXT
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction
    from s3fn_core.model.checkpoint import S3FNModel

Place = tuple[str, int]
"""Key of an open cube, and the number of an object of its mask."""
ALL, UNLABELLED, LABELLED, UNSURE, WRONG = "all", "unlabelled", "labelled", "unknown", "contradicted"
"""Which objects are listed; beside these "label ID" and "class ID"."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model said of the objects of a cube that the user asked about."""

    cube: Cube
    mask: Mask
    model: S3FNModel
    objects: ObjectPrediction


@dataclass(frozen=True, eq=False)
class OpenTray:
    """The objects of an open cube; `cube`, `mask` and what else they were listed from.

    `judged` is what a model said of them; without it the pixels of `map` were asked.
    """

    key: str
    cube: Cube
    mask: Mask
    tray: Tray
    judged: ObjectPrediction | None = None
    map: Prediction | None = None
    rows: dict[int, ObjectRow] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {row.number: row for row in self.tray.rows})


@dataclass(frozen=True)
class Wanted:
    """Which objects are listed: of a kind, and whose number, tray, label or class holds a text."""

    kind: str = ALL
    text: str = ""


class ObjectsState(QObject):
    """What the table of objects shows.

    `changed` when other objects are listed, `known_changed` when more is known of them,
    `chosen_changed` when others are chosen, `wanted_changed` when another part of them is to be listed,
    `picture_wanted` when the table lacks a picture, `pictures_cut` with pictures by object.
    Those chosen in the current cube are those selected of its mask.
    """

    changed = Signal()
    known_changed = Signal()
    chosen_changed = Signal()
    picture_wanted = Signal()
    pictures_cut = Signal(object)
    wanted_changed = Signal()

    def __init__(self, session: Session, mask: MaskState) -> None:
        super().__init__(session)
        self._session = session
        self._mask = mask
        self.trays: dict[str, OpenTray] = {}
        self.judged: dict[str, Judged] = {}
        self.chosen: tuple[Place, ...] = ()
        self.wanted = Wanted()
        self._pictures: dict[Place, None] = {}  # wanted; a set that keeps its order
        self._coming: Place | None = None  # is looked at once its cube is shown
        mask.selected_changed.connect(self._follow_mask)
        mask.objects_changed.connect(self._arrive)
        session.cubes.changed.connect(self._drop_closed)

    def set_trays(self, trays: Iterable[OpenTray]) -> None:
        """The objects of all open cubes, in their order."""
        before = [(key, tray.mask) for key, tray in self.trays.items()]
        self.trays = {tray.key: tray for tray in trays}
        if [(key, tray.mask) for key, tray in self.trays.items()] == before:
            self.known_changed.emit()
            return
        self.changed.emit()
        self.choose(self.chosen)
        self._follow_mask()

    def set_names(self, key: str, names: dict[int, str]) -> None:
        """The objects of a cube are called something else."""
        if (tray := self.trays.get(key)) is not None:
            self.trays[key] = replace(tray, tray=replace(tray.tray, names=names))
            self.known_changed.emit()

    def _drop_closed(self) -> None:
        """At once, since a table is painted from the cubes."""
        open_now = {item.key for item in self._session.cubes.items}
        if not open_now >= self.trays.keys():
            self.set_trays(tray for tray in self.trays.values() if tray.key in open_now)

    def set_judged(self, key: str, judged: Judged) -> None:
        """What a model says of the objects of a cube."""
        self.judged[key] = judged

    def set_wanted(self, wanted: Wanted) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit()

    def want_picture(self, place: Place) -> None:
        """The table shows an object whose picture it lacks."""
        if place not in self._pictures:
            self._pictures[place] = None
            self.picture_wanted.emit()

    def take_wanted(self) -> list[Place]:
        """The objects whose pictures are wanted, the last one last; they count as asked for now."""
        found, self._pictures = list(self._pictures), {}
        return found

    # --- what is known of one ------------------------------------------------------------------

    @property
    def places(self) -> list[Place]:
        """All objects."""
        return [(key, number) for key, tray in self.trays.items() for number in tray.rows]

    def row(self, place: Place) -> ObjectRow:
        key, number = place
        return self.trays[key].rows[number]

    def label(self, place: Place) -> int:
        """The class that an object is labelled as, 0 for none."""
        key, number = place
        return self.trays[key].tray.labels.get(number, 0)

    def verdict(self, place: Place) -> Verdict | None:
        """What is said of an object."""
        key, number = place
        return self.trays[key].tray.verdicts.get(number)

    @property
    def class_names(self) -> tuple[str, ...]:
        """All that objects may be said to be."""
        return (*self._session.classes.names, UNKNOWN_TEXT)

    def class_name(self, place: Place) -> str:
        """The class that it is said to be of, "unknown", or ""."""
        verdict = self.verdict(place)
        if verdict is None:
            return ""
        return UNKNOWN_TEXT if verdict.shown_unknown else verdict.class_name if verdict.class_id else ""

    def name(self, place: Place) -> str:
        """What the user calls an object."""
        key, number = place
        return self.trays[key].tray.names.get(number, "")

    def label_name(self, place: Place) -> str:
        classes, label = self._session.classes, self.label(place)
        return classes[label].name if label in classes else tr("id {id}", id=label) if label else ""

    def colour(self, place: Place) -> str:
        """Of the class that an object is said to be of; without one, of its label."""
        verdict = self.verdict(place)
        if verdict is not None and verdict.shown_unknown:
            return UNKNOWN_COLOR
        return self.class_colour((0 if verdict is None else verdict.class_id) or self.label(place))

    def class_colour(self, class_id: int) -> str:
        classes = self._session.classes
        return classes[class_id].color if class_id in classes else theme.current().muted

    def is_contradicted(self, place: Place) -> bool:
        """Whether its label is another class than it is said to be of."""
        label, verdict = self.label(place), self.verdict(place)
        if not label or verdict is None or not (verdict.class_id or verdict.shown_unknown):
            return False
        return verdict.shown_unknown or verdict.class_id != label

    def is_wanted(self, place: Place) -> bool:
        """Whether it is to be listed."""
        kind, verdict = self.wanted.kind, self.verdict(place)
        said = 0 if verdict is None or verdict.shown_unknown else verdict.class_id
        fits = {
            ALL: True,
            UNLABELLED: not self.label(place),
            LABELLED: bool(self.label(place)),
            UNSURE: verdict is not None and verdict.shown_unknown,
            WRONG: self.is_contradicted(place),
            f"label {self.label(place)}": True,
            f"class {said}": True,
        }
        if not fits.get(kind, False):
            return False
        text = self.wanted.text.strip().casefold()
        words = (
            str(place[1]),
            self.name(place),
            self.tray_name(place),
            self.label_name(place),
            self.class_name(place),
        )
        return not text or any(text in word.casefold() for word in words)

    def tray_name(self, place: Place) -> str:
        return self.trays[place[0]].tray.name

    # --- those chosen --------------------------------------------------------------------------

    def choose(self, places: Iterable[Place]) -> None:
        """Choose objects, of one or more cubes; none that there is not."""
        known = set(self.places)
        chosen = tuple(place for place in places if place in known)
        if chosen != self.chosen:
            self.chosen = chosen
            self._tell_mask()
            self.chosen_changed.emit()

    def look_for(self, place: Place) -> None:
        """Bring an object into view, and its cube before."""
        current = self._session.cubes.current
        self._coming = place
        if current is not None and current.key == place[0]:
            self._arrive()
        else:
            self._session.cubes.select(place[0])

    def _arrive(self) -> None:
        """The objects of the cube that is shown are known to the image."""
        self._tell_mask()
        place, current = self._coming, self._session.cubes.current
        if place is None or current is None or current.key != place[0]:
            return
        if any(row.number == place[1] for row in self._mask.objects):
            self._coming = None
            self._mask.look_for(place[1])

    def _tell_mask(self) -> None:
        """Those chosen are outlined on the image."""
        current = self._session.cubes.current
        listed = None if current is None else self.trays.get(current.key)
        if current is not None and listed is not None and listed.mask is self._mask.mask:
            self._mask.select(*self._chosen_of(current))

    def _follow_mask(self) -> None:
        """An object was clicked on the image."""
        current, selection = self._session.cubes.current, self._mask.selection
        listed = None if current is None else self.trays.get(current.key)
        if current is None or listed is None or listed.mask is not self._mask.mask:
            return  # one of both is not known yet
        if self._chosen_of(current) != selection:
            self.choose((current.key, number) for number in selection)

    def _chosen_of(self, item: OpenCube) -> tuple[int, ...]:
        return tuple(number for key, number in self.chosen if key == item.key)
