"""Commands of the regions."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.labels.regions.flow import RegionsFlow
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, regions: RegionsState, flow: RegionsFlow) -> Commands:
    """The rows of the regions."""
    may = Conditions(session)
    rows = (
        Command(
            "label.next_region",
            tr("Next region of the class"),
            flow.next,
            may.cube_and_class,
            keys="N",
            icon="down",
            tip=tr("Show the next connected part of the selected class"),
        ),
        Command(
            "label.previous_region",
            tr("Previous region of the class"),
            flow.previous,
            may.cube_and_class,
            keys="Shift+N",
            icon="up",
            tip=tr("Show the previous connected part of the selected class"),
        ),
        Command(
            "label.test_region",
            tr("Set region aside for testing"),
            flow.swap_role,
            may.cube,
            keys="T",
            tip=tr(
                "Set the region under the cursor, or the selected ones, aside for testing; "
                "press again to use them for training"
            ),
            icon="test",
        ),
        Command(
            "label.split",
            tr("Split region into a new class"),
            flow.split,
            may.cube,
            tip=tr("Move the region under the cursor, or the selected ones, to a new class"),
            icon="split",
        ),
        Command(
            "label.find_outliers",
            tr("Find outliers"),
            flow.find_outliers,
            may.cube,
            tip=tr("Find labelled pixels whose spectrum does not fit their class"),
            icon="outliers",
        ),
        Command(
            "label.next_outlier",
            tr("Next outlier"),
            flow.next_outlier,
            may.cube,
            keys="J",
            icon="next",
            short=tr("Next"),
            tip=tr("Show the next outlier"),
        ),
        Command(
            "label.erase_outliers",
            tr("Erase outliers"),
            flow.erase_outliers,
            lambda: bool(regions.outliers is not None and len(regions.outliers)),
            tip=tr("Erase the labels of all outliers that were found"),
            icon="eraser",
        ),
    )
    return Commands(
        rows,
        (
            session.cubes.current_changed,
            session.class_selected,
            session.classes_changed,
            regions.outliers_changed,
        ),
    )
