"""The mark of what differs from the file."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from s3fn_core.languages import tr
from s3fn_gui.base.widgets import label
from s3fn_gui.cubes.metadata.draft import Part


def edited_tag(part: Part) -> QLabel:
    """A hidden mark that keeps its place, so that nothing jumps when it appears."""
    tag = label(tr("edited"), "tag", name=f"metadata_{part}_edited")
    policy = tag.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    tag.setSizePolicy(policy)
    tag.hide()
    return tag
