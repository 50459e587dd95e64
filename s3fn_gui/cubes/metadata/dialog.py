"""The metadata of a cube, to correct what its file says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.proposals import BadBandsProposal, NodataProposal, Sample
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, label, named, row
from s3fn_gui.cubes.metadata.bands_box import BandsBox
from s3fn_gui.cubes.metadata.draft import PARTS, Draft
from s3fn_gui.cubes.metadata.values_box import ValuesBox
from s3fn_gui.cubes.metadata.wavelengths_box import WavelengthsBox

SIZE = (940, 640)
TABLE_WIDTH = 276


class MetadataDialog(QDialog):
    """Edits a draft.

    `confirm` is called by OK with the metadata; it returns why they cannot be the cube's, or "".
    What has to be read from files is asked for by `bands.propose_asked` and
    `wavelengths.load_asked`.
    """

    confirm: Callable[[Metadata], str]

    def __init__(self, parent: QWidget, cube: Cube, metadata: Metadata) -> None:
        super().__init__(parent)
        self.setObjectName("metadata_dialog")
        self.setWindowTitle(tr("Metadata of {name}", name=cube.name))
        self.draft = Draft(cube, metadata)
        self.is_open = True
        self._told = ""
        self.wavelengths = WavelengthsBox(self.draft)
        self.wavelengths.setFixedWidth(TABLE_WIDTH)
        self.bands = BandsBox(self.draft)
        self.values = ValuesBox(self.draft)
        self._message = label("", "muted", name="metadata_message", wrap=True)
        self._message.setMinimumHeight(2 * self._message.fontMetrics().height())
        self._message.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._build()
        follow(self.tell, self.wavelengths.told, self.values.told)
        self.draft.changed.connect(self._changed)
        self.finished.connect(self._finish)
        self._follow()

    def _build(self) -> None:
        buttons, self._ok = accept_or_cancel(self, tr("OK"), "metadata_ok", self._confirm)
        self._reset = named(
            buttons.addButton(tr("Reset to the file"), QDialogButtonBox.ButtonRole.ResetRole),
            "metadata_reset",
        )
        self._reset.clicked.connect(lambda: self.draft.restore(*PARTS))
        right = column(self.bands, self.values, spacing=14)
        right.setStretch(0, 1)
        content = row(self.wavelengths, right, spacing=16)
        content.setStretch(1, 1)
        layout = column(content, self._message, buttons, margins=12, spacing=10)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a field would press the first of them
        free = self.screen().availableSize()
        self.resize(min(SIZE[0], free.width() - 40), min(SIZE[1], free.height() - 60))

    # --- what others read ----------------------------------------------------------------------

    def set_sample(self, sample: Sample | None, proposals: tuple[NodataProposal, ...]) -> None:
        """Pixels of the cube were read."""
        self.bands.set_sample(sample)
        self.values.set_proposals(proposals)

    def take_bad_bands(self, proposal: BadBandsProposal) -> None:
        """Mark the bands proposed besides those that are marked."""
        self.draft.set_good(self.draft.good & ~proposal.bands)
        self.tell(proposal.why)

    def tell(self, text: str) -> None:
        """One sentence below everything, until the next change; problems come first."""
        self._told = text
        self._follow()

    # --- following the draft -------------------------------------------------------------------

    def _confirm(self) -> None:
        refused = self.confirm(self.draft.metadata)
        if refused:
            self.tell(refused)
        else:
            self.accept()

    def _changed(self) -> None:
        """The last message was about an earlier change."""
        self._told = ""
        self._follow()

    def _follow(self) -> None:
        draft = self.draft
        problem, remarks = draft.problem, draft.remarks
        self._ok.setEnabled(not problem)
        self._reset.setEnabled(bool(draft.edited) or bool(problem))
        self._message.setText(problem or " ".join(filter(None, (self._told, *remarks))))
        role = "error" if problem else "warning" if remarks else "muted"
        if self._message.property("role") != role:
            theme.role(self._message, role)

    def _finish(self) -> None:
        self.is_open = False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Results that come later find nobody."""
        self.is_open = False
        super().closeEvent(event)
