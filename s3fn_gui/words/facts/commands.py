"""Commands of the spectral facts: describe from measurement, copy, save."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session
from s3fn_gui.words.facts.flow import FactsFlow
from s3fn_gui.words.facts.state import FactsState


def commands(session: Session, facts: FactsState, flow: FactsFlow) -> Commands:
    """The rows of the facts."""
    may = Conditions(session)
    rows = (
        Command(
            "words.measure",
            tr("Describe from measurement"),
            flow.describe,
            lambda: may.labels() and may.current_class(),
            tip=tr("Describe the selected class from its labelled pixels; locked paragraphs stay"),
            icon="ruler",
        ),
        Command(
            "words.measure_all",
            tr("Describe all classes from measurement"),
            flow.describe_all,
            may.labels,
            tip=tr("Describe every labelled class from its pixels; locked paragraphs stay"),
            icon="measure-all",
        ),
        Command(
            "facts.copy",
            tr("Copy spectral facts"),
            flow.copy,
            lambda: may.current_class() and session.class_id in (facts.found or {}),
            tip=tr("Copy the measured facts of the selected class as a table"),
            icon="copy",
        ),
        Command(
            "facts.save",
            tr("Save spectral facts…"),
            flow.save,
            lambda: bool(facts.found),
            tip=tr("Save the measured facts of all classes as a table (CSV)"),
            icon="save",
        ),
    )
    return Commands(
        rows,
        (
            session.cubes.current_changed,
            session.class_selected,
            session.classes_changed,
            session.labels_changed,
            facts.changed,
        ),
    )
