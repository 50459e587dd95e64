"""The objects of all open cubes: listed while their table is seen, labelled, judged and exported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_core.labels.object_names import ObjectNames
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation
from s3fn_core.results.object_table import write_objects_table
from s3fn_core.results.origin import BESIDE, origin_of, stamp
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.masks.labelling import label_objects
from s3fn_gui.masks.objects.jobs import Subject, judged_by, listed, looked_at, subject_of
from s3fn_gui.masks.objects.rule_dialog import RuleDialog
from s3fn_gui.masks.objects.state import Judged, ObjectsState, OpenTray, Place
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.standing import made_by, remark_of
from s3fn_gui.session.undo import Step

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction

REST_MS = 200
LIST, LOOK, JUDGE, EXPORT = "object table", "object spectra", "judge objects", "object table export"
TABLE = tr("Tables (*.csv)")


class ObjectsFlow(Flow):
    """Everything about an object is worked out once the hand rests, while its table is seen."""

    def __init__(self, context: Context, state: ObjectsState, mask: MaskState) -> None:
        super().__init__(context)
        self._state = state
        self._mask = mask
        self._stale = True
        self._rest = resting(self, self._list, REST_MS)
        session, cubes = context.session, context.session.cubes
        follow(self._outdated, cubes.changed, cubes.current_changed, cubes.treatment_changed)
        follow(self._outdated, cubes.prediction_changed, session.model_changed, mask.judged_changed)
        follow(self._outdated, session.labels_changed, session.undo_stack.indexChanged)
        follow(self._outdated, session.class_list_changed)

    def set_open(self, is_open: bool) -> None:
        """Whether the table is seen."""
        self._mask.set_listed(is_open)
        if is_open and self._stale:
            self._rest.start()

    def _outdated(self, _: object = None) -> None:
        self._stale = True
        if self._mask.is_listed:
            self._rest.start()

    # --- listing -------------------------------------------------------------------------------

    def _list(self) -> None:
        if not self._mask.is_listed:
            return
        if self._session.work.is_painting:
            self._rest.start()
            return
        self._stale = False
        subjects = self._subjects()

        def done(trays: list[OpenTray]) -> None:
            self._state.set_trays(tray for tray in trays if self._is_open(tray))
            self._look()

        same = self._session.train_settings.same_objects
        self._runner.start(LIST, tr("Listing the objects"), lambda: listed(subjects, same), done, brief=True)

    def _look(self) -> None:
        """Their mean spectra, which take longer: the cubes are read."""
        trays = list(self._state.trays.values())
        if all(tray.tray.looks for tray in trays if tray.tray.rows):
            return

        def done(found: list[OpenTray]) -> None:
            if list(self._state.trays.values()) == trays:
                self._state.set_trays(found)
            else:
                self._look()

        self._runner.start(LOOK, tr("Reading the objects"), lambda: looked_at(trays), done, brief=True)

    def _is_open(self, tray: OpenTray) -> bool:
        items = self._session.cubes.items
        return any(item.key == tray.key and item.treatment.mask is tray.mask for item in items)

    def _subjects(self) -> list[Subject]:
        """All cubes with masks as they are now."""
        state, classes = self._state, self._session.classes
        model, items = self._session.model, self._session.cubes.items
        state.judged = {item.key: state.judged[item.key] for item in items if item.key in state.judged}
        found = [
            subject_of(
                item, classes, state.judged.get(item.key), model, self._voted(item), state.trays.get(item.key)
            )
            for item in items
        ]
        return [one for one in found if one is not None]

    def _voted(self, item: OpenCube) -> tuple[Prediction, ObjectPrediction | None] | None:
        """The map of a cube before its objects voted, and what was said of them."""
        voted = self._mask.voted.get(item.key)
        if voted is None or item.prediction is not voted.prediction:
            return None
        return voted.before, voted.judged

    # --- labels --------------------------------------------------------------------------------

    def label_place(self, place: int) -> None:
        """Give those chosen the class at a place of the list of classes, from 1 on; 0 erases."""
        ids = (0, *self._session.classes.ids)
        if place < len(ids):
            self.label(ids[place])
        else:
            text = tr("There is no class {number}; add one to label objects with it.", number=place)
            self._session.report("info", text)

    def label(self, class_id: int) -> None:
        """Label the chosen objects as a whole, in one step; 0 erases their labels."""
        rows = defaultdict[str, list[ObjectRow]](list)
        for place in self._state.chosen:
            rows[place[0]].append(self._state.row(place))
        cubes, trays = self._session.cubes, self._state.trays
        chosen = [(cubes.item(key), trays[key].mask, some) for key, some in rows.items()]
        if chosen:
            label_objects(self._session, chosen, class_id)

    def name(self, place: Place, name: str) -> None:
        """Call an object something; objects of the same name are one, in whatever cube."""
        (key, number), cubes = place, self._session.cubes
        item, mask = cubes.item(key), self._state.trays[key].mask
        if item.treatment.mask is not mask:
            return  # the table is about to list others
        before, after = item.names, item.names.renamed(mask.objects, number, name)
        if before.of(mask.objects) == after.of(mask.objects):
            return

        def call(names: ObjectNames) -> None:
            cubes.item(key).names = names
            self._state.set_names(key, cubes.item(key).names_of_objects)

        if name.strip():
            text = tr("Name object {number}", number=number)
        else:
            text = tr("Remove the name of object {number}", number=number)
        self._session.undo_stack.push(Step(text, lambda: call(after), lambda: call(before)))

    # --- the model -----------------------------------------------------------------------------

    def judge(self) -> None:
        """Classify the objects in all open cubes with the model."""
        model, trays = self._session.model, list(self._state.trays.values())
        if model is None or not trays:
            return

        def done(found: dict[str, Judged]) -> None:
            for key, judged in found.items():
                self._state.set_judged(key, judged)
            notes = [
                f"{self._state.trays[key].tray.name}: {note}" if len(found) > 1 else note
                for key, one in found.items()
                for note in one.objects.notes
            ]
            count = sum(len(one.objects.objects) for one in found.values())
            told = plural("{count:,} object classified.", "{count:,} objects classified.", count)
            self._session.report("success", " ".join([told, *notes]))
            self._outdated()

        self._runner.start(JUDGE, tr("Classifying objects"), lambda: judged_by(model, trays), done)

    def set_same(self, same: bool) -> None:
        """Whether a number means one object in all cubes: in training and in what is said of them."""
        settings = self._session.train_settings
        self._session.set_train_settings(replace(settings, same_objects=same))
        self._outdated()

    def choose_rule(self) -> None:
        """Another rule for objects: it is a part of the model, and the objects are judged by it."""
        session, model = self._session, self._session.model
        rule = None if model is None else self.ask.answer(RuleDialog, model)
        if model is None or rule is None or rule == model.handling.rule:
            return
        ruled = replace(model, handling=replace(model.handling, rule=rule))
        session.trainings.revise(model, ruled)
        session.set_model(ruled, name=session.model_name, basis=session.learned_from)
        self.judge()

    # --- files ---------------------------------------------------------------------------------

    def export(self) -> None:
        """Write the table of all objects of all open cubes."""
        trays = list(self._state.trays.values())
        name = f"{trays[0].tray.name}_objects.csv" if len(trays) == 1 else "objects.csv"
        path = self._context.save_file(tr("Export object table"), name, TABLE, {".csv": f".csv{BESIDE}"})
        if path is None:
            return
        origins = [self._origin(one) for one in trays]

        def work() -> Operation[None]:
            found = yield from looked_at(trays, None)
            pairs = zip(found, origins, strict=True)
            write_objects_table([replace(one.tray, origin=origin) for one, origin in pairs], path)

        count = sum(len(one.tray.rows) for one in trays)
        told = plural(
            "{count:,} object written to {path}.", "{count:,} objects written to {path}.", count, path=path
        )
        self._runner.start(
            EXPORT,
            tr("Writing {name}", name=path.name),
            work,
            lambda _: self._session.report("success", told),
            makes="file",
        )

    def _origin(self, tray: OpenTray) -> dict[str, str]:
        """Who said what the objects of a tray are, for the metadata of the table."""
        session, made = self._session, tray.map
        if not tray.tray.verdicts:
            return stamp()
        model, item = session.model, session.cubes.item(tray.key)
        own = model is not None and (made is None or made_by(model, made.before or made))
        basis = session.learned_from if own else item.basis
        changes = () if basis is None else basis.changes(session.cubes.items, session.classes)
        return origin_of(
            (made.maker if made is not None else "") or (session.model_name if own else ""),
            {} if tray.judged is None else tray.judged.metrics,
            " ".join(change.sentence for change in changes),
            "" if made is None else remark_of(made),
        )
