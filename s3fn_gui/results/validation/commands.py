"""Commands of the validation."""

from __future__ import annotations

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.results.validation.labelling_flow import LabellingFlow
from s3fn_gui.results.validation.outcome_flow import OutcomeFlow
from s3fn_gui.results.validation.points_flow import PointsFlow
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(
    session: Session,
    state: ValidationState,
    points: PointsFlow,
    labelling: LabellingFlow,
    outcome: OutcomeFlow,
) -> Commands:
    """The rows of the validation."""
    may = Conditions(session)

    def has_points() -> bool:
        return state.points is not None

    def may_begin() -> bool:
        return may.map() and not state.is_labelling

    def has_figures() -> bool:
        return state.outcome is not None and not state.is_labelling

    rows = (
        Command(
            "validate.draw",
            "Draw validation points…",
            points.draw,
            may_begin,
            tip="Draw random points in each class of the map, to be labelled",
            icon="test",
            short="Draw points…",
        ),
        Command(
            "validate.label",
            "Label validation points",
            labelling.toggle,
            has_points,
            keys="Ctrl+Shift+P",
            tip="Visit each point and label what is there, with the map hidden",
            icon="pick",
            short="Label points",
            checked=lambda: state.is_labelling,
        ),
        Command(
            "validate.save",
            "Save points…",
            points.save,
            has_points,
            tip="Save the validation points and their classes as a table",
            icon="save",
        ),
        Command(
            "validate.open",
            "Open points…",
            points.open,
            lambda: may.cube() and not state.is_labelling,
            tip="Open validation points that were saved as a table",
            icon="open",
        ),
        Command(
            "validate.reference",
            "Open reference…",
            outcome.open_reference,
            may_begin,
            tip="Compare the map with a label map, or with points of known class",
            icon="compare",
        ),
        Command(
            "validate.copy",
            "Copy accuracy",
            outcome.copy,
            has_figures,
            tip="Copy all figures as a table",
            icon="copy",
        ),
        Command(
            "validate.export",
            "Save accuracy…",
            outcome.save,
            has_figures,
            tip="Save all figures as a table",
            icon="export",
        ),
    )
    return Commands(
        rows, (state.changed, state.moved, session.cubes.current_changed, session.cubes.prediction_changed)
    )
