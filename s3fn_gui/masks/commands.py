"""Commands of the mask."""

from __future__ import annotations

from functools import partial

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.masks.flow import MaskFlow
from s3fn_gui.masks.state import MaskState
from s3fn_gui.picture.tool import tool_command
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, mask: MaskState, flow: MaskFlow) -> Commands:
    """The rows of the mask."""
    may, view = Conditions(session), session.view
    tool = partial(tool_command, view, may.mask)
    rows = (
        Command(
            "mask.apply",
            tr("Apply mask"),
            flow.apply,
            may.cube,
            tip=tr("Apply the mask to the whole cube and set the background to 0"),
        ),
        Command(
            "mask.of_model",
            tr("Apply the model's mask"),
            flow.apply_of_model,
            lambda: may.cube() and flow.recipe_of_model is not None,
            tip=tr("Find objects with the mask recipe of the model's training cubes"),
        ),
        Command(
            "mask.remove",
            tr("Remove mask"),
            flow.remove,
            may.mask,
            tip=tr("Show and use the background again"),
        ),
        Command(
            "mask.apply_all",
            tr("Apply mask to all open cubes"),
            flow.apply_all,
            may.cube,
            tip=tr("Find objects in all open cubes in the same way"),
        ),
        Command(
            "mask.save_recipe",
            tr("Save mask recipe…"),
            flow.save_recipe,
            may.cube,
            tip=tr("Save how objects are found, for other cubes and the command line"),
        ),
        Command(
            "mask.load_recipe",
            tr("Load mask recipe…"),
            flow.load_recipe,
            may.cube,
            tip=tr("Load a saved way to find objects"),
        ),
        Command(
            "mask.export",
            tr("Export objects…"),
            flow.export,
            may.mask,
            tip=tr("Write a map of object numbers, and a table of the classes of classified objects"),
            icon="export",
        ),
        tool("mask.object", tr("Select object"), "Q", tr("Click an object to select it")),
        tool(
            "mask.label_by_click",
            tr("Label objects by clicking"),
            "Shift+Q",
            tr("Click objects to give them the current class"),
            tool="object_label",
        ),
        tool(
            "mask.add",
            tr("Add to mask"),
            "Shift+B",
            tr("Paint pixels that belong to objects"),
            tool="mask_add",
        ),
        tool(
            "mask.cut",
            tr("Cut from mask"),
            "Shift+E",
            tr("Paint pixels that are background"),
            tool="mask_cut",
        ),
        Command(
            "mask.label_object",
            tr("Label selected objects"),
            flow.label_selected,
            lambda: may.mask() and bool(mask.selection) and may.current_class(),
            keys="A",
            tip=tr("Give the selected objects the current class"),
            icon="labels",
        ),
    )
    return Commands(
        rows,
        (
            session.cubes.current_changed,
            session.cubes.treatment_changed,
            session.class_selected,
            session.classes_changed,
            session.model_changed,
            mask.selected_changed,
            view.tool_changed,
        ),
    )
