"""Letting a trained model learn edited words."""

from __future__ import annotations

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_gui.base.texts import headline
from s3fn_gui.model.mapping_flow import MapFlow
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.training.flow import TrainFlow, labelled
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.basis import Basis
from s3fn_gui.session.context import Context, Flow


class RetrainFlow(Flow):
    """A training of seconds, so it never runs beside another one."""

    def __init__(
        self,
        context: Context,
        training: TrainingState,
        train: TrainFlow,
        mapping: MapFlow,
        rescore: RescoreFlow,
    ) -> None:
        super().__init__(context)
        self._training = training
        self._train = train
        self._mapping = mapping
        self._rescore = rescore

    def start(self) -> None:
        """Learn the edited words from the labels; only their link to the network is trained."""
        session, mapped, items = self._session, self._rescore.trained(), labelled(self._session)
        if mapped is None or not items:
            session.report("info", tr("Label some pixels of each class first: retraining needs them."))
            return
        model, cube = mapped.model, mapped.item.cube
        known = [session.classes[i] for i in model.classes.ids if i in session.classes]
        classes = ClassSet((*known, *(c for c in session.classes if c not in known)))
        rescorer, learned = self._rescore.rescorer, self._training.learned
        device = session.train_settings.device
        basis, split = Basis.of(items, classes), session.train_settings.split

        def done(retrained: jobs.Retrained) -> None:
            result = retrained.result
            self._training.end()
            self._training.ended.emit(result.model, split)
            session.set_model(result.model, basis=basis)
            self._training.learned = learned
            self._mapping.put(retrained.cube, retrained.prediction)
            text = tr("{headline}, with the edited words.", headline=headline(result.model.metrics))
            measured = bool(result.model.metrics.get("held_out"))
            session.report("success" if measured else "warning", " ".join((text, *result.notes)))

        self._train.run(
            tr("Retraining on the edited words"),
            lambda: jobs.retrain(model, items, classes, device, learned, cube, rescorer, split),
            done,
            doing=tr("Retraining"),
            cancelled=tr("Retraining cancelled; nothing was changed."),
        )
