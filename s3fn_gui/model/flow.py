"""Training, and mapping by the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.objects import labels_on_background
from s3fn_core.progress import Progress
from s3fn_core.quoting import listed
from s3fn_gui.base.texts import headline
from s3fn_gui.model.jobs import Trained, map_cube, objects_of, train_and_map
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.state import KIND, TrainingState
from s3fn_gui.session.context import Context
from s3fn_gui.session.cube import snapshot
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


class TrainFlow:
    """Inputs are snapshots, so painting may go on meanwhile."""

    def __init__(self, context: Context, rescoring: RescoringState, training: TrainingState) -> None:
        self._rescoring = rescoring
        self._training = training
        self._context = context
        self._session = context.session
        self._runner = context.runner
        context.session.cleared.connect(self.stop)

    # --- training ------------------------------------------------------------------------------

    def start(self) -> None:
        """Train on all labelled cubes, then map the one on show."""
        session = self._session
        problem = hindrance(session)
        if problem:
            session.report("error", problem)
            return
        shown = session.cubes.current
        assert shown is not None
        cube = shown.cube  # as it is now: it may be treated while the training runs
        items = [snapshot(i) for i in session.cubes.items if i.counts[1:].any()]
        classes, settings = session.classes, session.train_settings
        empty = [c.name for c in classes if not c.text.strip()]
        remarks = []
        if empty:
            remarks.append(
                f"{listed(empty)} {'has' if len(empty) == 1 else 'have'} no description, so the "
                "training knows only the name."
            )
        if hidden := labels_on_background([i.labels.ids for i in items], objects_of(items)):
            remarks.append(f"{hidden:,} labels outside of the mask are not learned from.")
        if remarks:
            session.report("info", " ".join(remarks))
        self._training.begin()
        self._runner.start(
            KIND,
            "Training",
            lambda: train_and_map(items, cube, classes, settings),
            self._trained,
            progressed=self._progressed,
            failed=self._failed,
            cancelled=self._cancelled,
            makes="work",
        )

    def stop(self) -> None:
        """Cancel the training; the old model stays."""
        self._runner.cancel(KIND)

    def _progressed(self, progress: Progress) -> None:
        job = self._runner.get(KIND)
        self._training.add(progress, None if job is None else job.remaining())

    def _trained(self, trained: Trained) -> None:
        session, result = self._session, trained.result
        self._training.end(result)
        session.set_model(result.model)
        self._rescoring.learned = trained.learned
        missed = self._put(trained.cube, trained.prediction)
        session.view.set_layer("prediction", visible=True)
        text = f"{headline(result.model.metrics)}, after {result.seconds:.0f} s on {result.device}."
        missed = missed or trained.prediction.notes
        well = bool(result.model.metrics.get("held_out")) and not missed
        text = " ".join((text, *result.notes, *missed))
        session.report("success" if well else "warning", text)

    def _failed(self, error: BaseException) -> None:
        self._training.end()
        self._context.errors.show("Training", error)

    def _cancelled(self) -> None:
        if self._runner.get(KIND) is None and self._training.running:
            self._training.end()
            self._session.report("info", "Training cancelled; nothing was changed.")

    # --- map -----------------------------------------------------------------------------------

    def predict(self) -> None:
        """Apply the model to the cube on show."""
        session, model, item = self._session, self._session.model, self._session.cubes.current
        if model is None or item is None:
            session.report("info", "Train or open a model first, then it can map this cube.")
            return
        cube, device = item.cube, session.train_settings.device
        self._runner.start(
            "predict",
            f"Mapping {cube.name}",
            lambda: map_cube(model, cube, device),
            lambda prediction: self._mapped(cube, prediction),
        )

    def _mapped(self, cube: Cube, prediction: Prediction) -> None:
        if notes := self._put(cube, prediction) or prediction.notes:
            self._session.report("warning", " ".join(notes))

    def _put(self, cube: Cube, prediction: Prediction) -> tuple[str, ...]:
        """Show the map of a cube; where the cube was changed or closed meanwhile, why not."""
        for item in self._session.cubes.items:
            if item.cube is cube:
                self._session.cubes.set_prediction(item.key, prediction)
                return ()
        return (f"{cube.name} was changed or closed meanwhile, so its map is left out. Map it anew.",)


def hindrance(session: Session) -> str:
    """What a training would stumble over, said before it starts."""
    if session.cubes.current is None:
        return "There is nothing to train on: open a cube first."
    if len(session.classes) < 2:
        return (
            f"A training needs at least two classes, and there "
            f"{'is one' if len(session.classes) else 'are none'}: add classes and label them."
        )
    bare = [c.name for c in session.classes if not any(i.counts[c.id] for i in session.cubes.items)]
    if bare:
        return (
            f"{listed(bare)} {'has' if len(bare) == 1 else 'have'} no labelled pixels: paint "
            "some, or delete the class."
        )
    return ""
