"""Training: checked, run in a worker, its model and map put into the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import LabelClass
from s3fn_core.labels.objects import labels_on_background
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation
from s3fn_core.quoting import listed
from s3fn_core.words.expectation import expectations
from s3fn_gui.base.texts import headline
from s3fn_gui.model.mapping_flow import MapFlow
from s3fn_gui.model.running import run
from s3fn_gui.model.training.jobs import Trained, objects_of, train_and_map
from s3fn_gui.model.training.state import KIND, TrainingState
from s3fn_gui.session.basis import Basis
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube, Shown, snapshot
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

MANY = 5  # classes that a sentence counts and does not name


class TrainFlow(Flow):
    """Works on snapshots, so painting can go on."""

    def __init__(self, context: Context, training: TrainingState, mapping: MapFlow) -> None:
        super().__init__(context)
        self._state = training
        self._mapping = mapping
        self._early: tuple[Prediction, Shown] | None = None  # and what was shown before
        training.changed.connect(self._put_back)
        context.session.cleared.connect(self.stop)

    def start(self) -> None:
        """Train on all labelled cubes, then map the current one."""
        session, item = self._session, self._session.cubes.current
        if problem := obstacle(session):
            session.report("error", problem, still=lambda: obstacle(session) == problem)
            return
        assert item is not None
        cube = item.cube  # as it is now: it may be treated while the training runs
        items, classes, settings = labelled(session), session.classes, session.train_settings
        if remarks := _remarks(session, items):
            session.report("info", " ".join(remarks))
        basis = Basis.of(items, classes)
        self.run(
            tr("Training"),
            lambda: train_and_map(items, cube, classes, settings),
            lambda trained: self._trained(trained, basis, settings.split),
            doing=tr("Training"),
            cancelled=tr("Training cancelled; nothing was changed."),
            early=lambda prediction: self._show_early(cube, prediction),
        )

    def stop(self) -> None:
        """Cancel the training; the old model stays."""
        self._runner.cancel(KIND)

    def run(
        self,
        title: str,
        work: Callable[[], Operation[Any]],
        done: Callable[[Any], None],
        *,
        doing: str,
        cancelled: str,
        early: Callable[[Any], None] = lambda _: None,
    ) -> None:
        """Start the only training there is at a time; `doing` and `cancelled` as for :func:`run`."""
        self._state.begin()
        run(
            self._context, self._state, KIND, title, work, done, doing=doing, cancelled=cancelled, early=early
        )

    def _show_early(self, cube: Cube, prediction: Prediction) -> None:
        """Show a first map, whose accuracy follows."""
        item = self._session.cubes.find(cube)
        if item is None:
            return
        self._early = (prediction, item.shown)
        self._mapping.put(cube, prediction)
        self._session.view.set_overlay("prediction", visible=True)
        self._session.report("info", tr("A first map is shown; its accuracy is being measured."))

    def _put_back(self) -> None:
        """A training that was given up leaves the map of before."""
        if self._state.running or self._early is None:
            return
        early, before = self._early
        self._early = None
        for item in self._session.cubes.items:
            if item.prediction is early:
                self._session.cubes.set_prediction(item.key, before.prediction, before.basis)

    def _trained(self, trained: Trained, basis: Basis, split: str) -> None:
        session, result = self._session, trained.result
        self._early = None
        self._state.end()
        self._state.ended.emit(result.model, split)
        session.set_model(result.model, basis=basis)
        self._state.learned = trained.learned
        notes = self._mapping.put(trained.cube, trained.prediction) or trained.prediction.notes
        session.view.set_overlay("prediction", visible=True)
        metrics = result.model.metrics
        text = tr(
            "{headline}, after {seconds:.0f} s on {device}.",
            headline=headline(metrics),
            seconds=result.seconds,
            device=metrics.get("device", result.device),
        )
        well = bool(metrics.get("held_out")) and not notes
        said = " ".join((text, *result.notes, *notes))
        session.report("success" if well else "warning", said, of_map=True)


def labelled(session: Session) -> list[OpenCube]:
    """Snapshots of the open cubes that have labels."""
    return [snapshot(item) for item in session.cubes.items if item.counts[1:].any()]


def obstacle(session: Session) -> str:
    """Why a training cannot start, "" where it can."""
    if session.cubes.current is None:
        return tr("There is nothing to train on: open a cube first.")
    if not len(session.classes):
        return tr("Training needs at least two classes, and there are none: add classes and label them.")
    if len(session.classes) == 1:
        return tr("Training needs at least two classes, and there is one: add classes and label them.")
    bare = [c.name for c, expects in _unlabelled(session) if not expects]
    if bare:
        return plural(
            "{names} has no labelled pixels: paint some, "
            "state the expected reflectance in the description, or delete the class.",
            "{names} have no labelled pixels: paint some, "
            "state the expected reflectance in the description, or delete the class.",
            len(bare),
            names=listed(bare),
        )
    return ""


def _unlabelled(session: Session) -> list[tuple[LabelClass, bool]]:
    """Classes without labels, and whether their descriptions state a spectrum, which may do."""
    pairs = zip(session.classes, expectations(session.classes), strict=True)
    return [
        (c, found is not None)
        for c, found in pairs
        if not any(item.counts[c.id] for item in session.cubes.items)
    ]


def _remarks(session: Session, items: list[OpenCube]) -> list[str]:
    """What a training will not use."""
    remarks = []
    if empty := [c.name for c in session.classes if not c.text.strip()]:
        text = plural(
            "{names} has no description, so the training knows only the name.",
            "{names} have no description, so the training knows only the names.",
            len(empty),
            names=listed(empty) if len(empty) < MANY else tr("{count} classes", count=len(empty)),
        )
        remarks.append(text)
    if known := [c.name for c, expects in _unlabelled(session) if expects]:
        text = plural(
            "{names} has no labels: known only from the expected spectrum; accuracy not measured.",
            "{names} have no labels: known only from the expected spectrum; accuracy not measured.",
            len(known),
            names=listed(known),
        )
        remarks.append(text)
    if hidden := labels_on_background([i.labels.ids for i in items], objects_of(items)):
        text = plural(
            "{count:,} labelled pixel outside the mask is ignored in training.",
            "{count:,} labelled pixels outside the mask are ignored in training.",
            hidden,
        )
        remarks.append(text)
    return remarks
