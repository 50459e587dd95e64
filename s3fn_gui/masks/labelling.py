"""Whole objects labelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.languages import plural, tr
from s3fn_core.types import BoolArray, Box
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

Objects = tuple[OpenCube, Mask, Sequence[ObjectRow]]
"""A cube, its mask, and some objects of that."""


def label_objects(session: Session, chosen: Sequence[Objects], class_id: int) -> None:
    """Give all pixels of objects, of one or more cubes, a class (0 erases them), as one step."""
    rows = [row for _, _, some in chosen for row in some]
    text = _step(rows, session.classes[class_id].name if class_id else "")
    edits = [
        (item, session.label_edit(item, *_together(mask, some), class_id))
        for item, mask, some in chosen
        if some and item.treatment.mask is mask
    ]
    edits = [(item, edit) for item, edit in edits if not edit.is_empty]
    if len(edits) > 1:
        session.undo_stack.beginMacro(text)
    for item, edit in edits:
        session.push_labels(item, edit, text)
    if len(edits) > 1:
        session.undo_stack.endMacro()


def _together(mask: Mask, rows: Sequence[ObjectRow]) -> tuple[Box, BoolArray]:
    """The rectangle around some objects, and their pixels in there."""
    boxes = np.array([row.box for row in rows])
    top, left = (int(v) for v in boxes[:, :2].min(0))
    bottom, right = (int(v) for v in boxes[:, 2:].max(0))
    here = mask.objects[top:bottom, left:right]
    wanted = np.zeros(int(here.max(initial=0)) + 1, bool)
    wanted[[row.number for row in rows]] = True
    inside: BoolArray = wanted[here]
    return (top, left, bottom, right), inside


def _step(rows: Sequence[ObjectRow], name: str) -> str:
    """What the history calls labelling some objects; an empty `name` erases."""
    if len(rows) == 1 and name:
        return tr("Label object {number} as {name}", number=rows[0].number, name=name)
    if len(rows) == 1:
        return tr("Erase the label of object {number}", number=rows[0].number)
    if name:
        return plural(
            "Label {count} object as {name}", "Label {count} objects as {name}", len(rows), name=name
        )
    return plural("Erase the label of {count} object", "Erase the labels of {count} objects", len(rows))
