"""The command that goes to the next place."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.model.next_place.flow import KEY, NextPlaceFlow
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, flow: NextPlaceFlow) -> Commands:
    """The one row."""
    may, view = Conditions(session), session.view
    row = Command(
        "label.next_place",
        tr("Next place to label"),
        flow.go_on,
        lambda: may.cube() and not view.blind,
        keys=KEY,
        tip=tr("Go to the place where a label would help most; press again to skip it"),
        icon="next-place",
        short=tr("Next place"),
    )
    return Commands((row,), (session.cubes.current_changed, view.blind_changed))
