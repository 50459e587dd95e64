"""Commands of the edited words: show them in the map, retrain with them, go back."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.rescoring.retrain_flow import RetrainFlow
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.session import Session


def commands(
    session: Session, state: RescoringState, training: TrainingState, flow: RescoreFlow, retrain: RetrainFlow
) -> Commands:
    """The rows of the bar below the image."""
    comparison = session.view.comparison

    def has_other_map() -> bool:
        item = session.cubes.current
        return item is not None and item.prediction is not None and bool(item.prediction.before)

    rows = (
        Command(
            "rescore.show",
            tr("Show the edited words"),
            flow.show,
            lambda: state.edited and (not state.following or bool(state.held)),
            tip=tr("Update the map with the current descriptions"),
            icon="apply",
            short=tr("Show"),
        ),
        Command(
            "rescore.compare",
            tr("Before and after the edit"),
            flow.compare,
            has_other_map,
            tip=tr("Compare with the map of the trained words"),
            icon="compare",
            short=tr("Before/after"),
            checked=lambda: comparison.before is not None and comparison.before.of == "words",
        ),
        Command(
            "rescore.retrain",
            tr("Retrain with these words"),
            retrain.start,
            lambda: state.edited and (not training.running),
            tip=tr("Retrain only the text projection (seconds)"),
            icon="train",
            short=tr("Retrain"),
        ),
        Command(
            "rescore.back",
            tr("Back to the trained words"),
            flow.back,
            lambda: state.edited,
            tip=tr("Restore the trained descriptions and their map"),
            icon="undo",
            short=tr("Back"),
        ),
    )
    return Commands(
        rows,
        (
            state.changed,
            session.cubes.prediction_changed,
            session.cubes.current_changed,
            training.changed,
            comparison.changed,
        ),
    )
