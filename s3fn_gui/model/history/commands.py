"""Commands of the list of trainings: show, compare, measure baselines, delete."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.model.history.baselines_flow import BaselinesFlow, training_of
from s3fn_gui.model.history.flow import HistoryFlow
from s3fn_gui.model.history.state import HistoryState
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(
    session: Session,
    state: HistoryState,
    training: TrainingState,
    flow: HistoryFlow,
    baselines: BaselinesFlow,
) -> Commands:
    """The rows of the list."""
    may, comparison = Conditions(session), session.view.comparison

    def current() -> bool:
        return state.one is not None and state.one.model is not None and state.one.model is session.model

    def swiping() -> bool:
        return comparison.before is not None and comparison.before.of == "models"

    rows = (
        Command(
            "models.show",
            tr("Show the selected model's map"),
            flow.show,
            lambda: state.one is not None and not training.running,
            tip=tr(
                "Map this cube with the model selected in Models; a trained model becomes the current one"
            ),
            icon="prediction",
            short=tr("Show map"),
        ),
        Command(
            "models.compare",
            tr("Swipe between two models"),
            flow.swipe,
            lambda: swiping() or (may.cube() and state.pair is not None and not training.running),
            tip=tr("Compare the maps of the two models selected in Models with a movable divider"),
            icon="compare",
            short=tr("Swipe"),
            checked=swiping,
        ),
        Command(
            "models.baselines",
            tr("Measure baselines"),
            baselines.start,
            lambda: training_of(session, state) is not None and not state.running and not training.running,
            tip=tr(
                "Measure a support vector machine, shrinkage LDA, a random forest and the spectral "
                "angle on the same held-out labels"
            ),
            short=tr("Baselines"),
        ),
        Command(
            "models.stop",
            tr("Cancel measuring baselines"),
            baselines.stop,
            lambda: state.running,
            tip=tr("Stop measuring baselines"),
            icon="stop",
        ),
        Command(
            "models.delete",
            tr("Delete the selected model…"),
            flow.delete,
            lambda: state.one is not None and not current(),
            tip=tr("Delete the model selected in Models; the current model cannot be deleted"),
            icon="delete",
            short=tr("Delete"),
        ),
    )
    return Commands(
        rows,
        (
            state.changed,
            state.chosen_changed,
            session.trainings.changed,
            session.model_changed,
            session.cubes.current_changed,
            training.changed,
            comparison.changed,
        ),
    )
