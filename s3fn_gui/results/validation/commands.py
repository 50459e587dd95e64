"""Commands of the validation."""

from __future__ import annotations

from s3fn_core.languages import tr
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
            tr("Draw validation points…"),
            points.draw,
            may_begin,
            tip=tr("Draw random points in each class of the map, to be labelled"),
            icon="test",
            short=tr("Draw points…"),
        ),
        Command(
            "validate.label",
            tr("Label validation points"),
            labelling.toggle,
            has_points,
            keys="Ctrl+Shift+P",
            tip=tr("Visit each point and label what is there, with the map hidden"),
            icon="pick",
            short=tr("Label points"),
            checked=lambda: state.is_labelling,
        ),
        Command(
            "validate.save",
            tr("Save points…"),
            points.save,
            has_points,
            tip=tr("Save the validation points and their classes as a table"),
            icon="save",
        ),
        Command(
            "validate.open",
            tr("Open points…"),
            points.open,
            lambda: may.cube() and not state.is_labelling,
            tip=tr("Open validation points that were saved as a table"),
            icon="open",
        ),
        Command(
            "validate.reference",
            tr("Open reference…"),
            outcome.open_reference,
            may_begin,
            tip=tr("Compare the map with a label map, or with points of known class"),
            icon="compare",
        ),
        Command(
            "validate.copy",
            tr("Copy accuracy"),
            outcome.copy,
            has_figures,
            tip=tr("Copy all figures as a table"),
            icon="copy",
        ),
        Command(
            "validate.export",
            tr("Save accuracy…"),
            outcome.save,
            has_figures,
            tip=tr("Save all figures as a table"),
            icon="export",
        ),
    )
    return Commands(
        rows, (state.changed, state.moved, session.cubes.current_changed, session.cubes.prediction_changed)
    )
