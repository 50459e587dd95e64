"""Which attribute of drawn regions names their class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import named
from s3fn_gui.base.dialogs import RowDialog
from s3fn_gui.base.widgets import table


class AttributeDialog(RowDialog):
    """The attributes of a file with some of their values; `ask` gives the one chosen or None."""

    def __init__(self, parent: QWidget, name: str, attributes: Mapping[str, Sequence[str]]) -> None:
        text = tr("Which attribute of the regions in {name} names their class?", name=name)
        shown = table(
            "attribute_list", (tr("Attribute"), tr("Values")), about=tr("Attributes of the file"), stretch=1
        )
        shown.setAccessibleName(tr("Attributes of the regions"))
        rows = [(attribute, named(values)) for attribute, values in attributes.items()]
        super().__init__(parent, tr("Import labels"), text, tr("Continue"), shown, rows)
