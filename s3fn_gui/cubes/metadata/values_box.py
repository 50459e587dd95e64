"""What stored values mean: the no-data value and the scale factor."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from s3fn_core.cubes.treating.proposals import NodataProposal
from s3fn_core.languages import tr
from s3fn_gui.base.texts import exact_number, read_number
from s3fn_gui.base.widgets import label, named, push_button, row, tool_button
from s3fn_gui.cubes.metadata.draft import Draft, Part
from s3fn_gui.cubes.metadata.tag import edited_tag

SCALES = (
    (1.0, tr("as stored")),
    (0.01, tr("values in per cent")),
    (0.001, tr("reflectance × 1000")),
    (0.0001, tr("reflectance × 10000")),
)
NONE = tr("none")
QUANTITIES = ((tr("As stated in the file"), None), (tr("Reflectance"), True), (tr("Other values"), False))


class ValuesBox(QWidget):
    """Three lines of the dialog."""

    told = Signal(str)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._proposals: tuple[NodataProposal, ...] = ()
        self._nodata = _choice("metadata_nodata", tr('Stored value that means "not measured"'))
        self._nodata.addItem(NONE, NONE)
        self._scale = _choice("metadata_scale", tr("Stored value × factor = reflectance"))
        for value, text in SCALES:
            number = exact_number(value)
            self._scale.addItem(f"{number}   ({text})", number)
        self._quantity = named(QComboBox(), "metadata_reflectance", tr("Quantity of the scaled values"))
        for text, quantity in QUANTITIES:
            self._quantity.addItem(text, quantity)
        self._propose = named(
            push_button(tr("Propose"), "metadata_nodata_propose", self.propose),
            "metadata_nodata_propose",
            tr("Propose the value that fills the margins or occurs very often"),
        )
        self._tags: dict[Part, QLabel] = {}
        self._resets: dict[Part, QToolButton] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self._add(grid, 0, "nodata", tr("No-data value"), row(self._nodata, self._propose))
        self._add(grid, 1, "scale", tr("Scale factor"), row(self._scale))
        self._add(grid, 2, "reflectance", tr("Values"), row(self._quantity))
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)
        self._nodata.editTextChanged.connect(self._nodata_typed)
        self._scale.editTextChanged.connect(self._scale_typed)
        self._quantity.activated.connect(lambda: draft.set_reflectance(self._quantity.currentData()))
        draft.changed.connect(self._follow)
        self._follow()

    def _add(self, grid: QGridLayout, line: int, part: Part, text: str, field: QHBoxLayout) -> None:
        self._tags[part] = edited_tag(part)
        self._resets[part] = tool_button(
            "undo",
            f"metadata_{part}_reset",
            tr("{field}: as in the file", field=text),
            lambda: self._draft.restore(part),
        )
        field.setStretch(0, 1)
        field.addWidget(self._resets[part])
        grid.addWidget(label(text, "heading"), line, 0)
        grid.addLayout(field, line, 1)
        grid.addWidget(self._tags[part], line, 2, Qt.AlignmentFlag.AlignVCenter)

    def set_proposals(self, proposals: tuple[NodataProposal, ...]) -> None:
        """Values that pixels read from the cube suggest."""
        self._proposals = proposals
        for proposal in proposals:
            text = exact_number(proposal.value)
            self._nodata.addItem(f"{text}   {proposal.why}", text)

    def propose(self) -> None:
        """Take the likeliest no-data value, and say why."""
        if not self._proposals:
            self.told.emit(tr("No value in the sampled pixels looks like a no-data value."))
            return
        best = self._proposals[0]
        self._draft.set_nodata(best.value)
        self.told.emit(
            tr("Proposed no-data value: {number}. {why}", number=exact_number(best.value), why=best.why)
        )

    def set_calibrated(self) -> None:
        """The references say what reflectance is, and no factor does."""
        self._scale.setEnabled(False)
        self._quantity.setEnabled(False)
        self._scale.setToolTip(tr("Not used: the cube is calibrated with its references"))

    def _nodata_typed(self, text: str) -> None:
        text = text.partition("   ")[0].strip()  # an entry of the list says more than its number
        value = read_number(text)
        if text in ("", NONE):
            self._draft.set_nodata(None)
        elif value is None:
            self._draft.complain("nodata", tr('The no-data value "{text}" is not a number.', text=text))
        else:
            self._draft.set_nodata(value)

    def _scale_typed(self, text: str) -> None:
        text = text.partition("   ")[0].strip()
        value = read_number(text)
        if value is None or value <= 0:
            self._draft.complain(
                "scale",
                tr(
                    'The scale factor "{text}" is not a positive number; reflectance is the stored value '
                    "times this factor.",
                    text=text,
                ),
            )
        else:
            self._draft.set_scale(value)

    def _follow(self) -> None:
        draft = self._draft
        for part, tag in self._tags.items():
            tag.setVisible(part in draft.edited)
            self._resets[part].setEnabled(part in draft.edited or draft.complains_of(part))
        nodata = NONE if draft.nodata is None else exact_number(draft.nodata)
        _write(self._nodata, nodata, draft.complains_of("nodata"))
        self._quantity.setCurrentIndex([value for _, value in QUANTITIES].index(draft.reflectance))
        _write(self._scale, exact_number(draft.scale), draft.complains_of("scale"))


def _choice(name: str, tip: str) -> QComboBox:
    """A field to type in, with a list of likely answers."""
    box = named(QComboBox(), name, tip)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setCompleter(QCompleter(box))  # an empty one: others would write into what is typed
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _write(box: QComboBox, text: str, wrong: bool) -> None:
    """Show a value, unless the field says it already, in these words or others."""
    shown = box.currentText().strip()
    number = read_number(shown)
    same = shown == text or (not shown and text == NONE)
    if wrong or same or (number is not None and number == read_number(text)):
        return
    with QSignalBlocker(box):
        box.setEditText(text)
