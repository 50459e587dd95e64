"""Bad bands: marked on the spectrum, typed as ranges, or proposed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from s3fn_core.cubes.treating.band_ranges import band_ranges, parse_bands
from s3fn_core.cubes.treating.proposals import Sample
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray
from s3fn_gui.base.widgets import column, label, named, push_button, row
from s3fn_gui.cubes.metadata.band_plot import BandPlot
from s3fn_gui.cubes.metadata.draft import Draft
from s3fn_gui.cubes.metadata.tag import edited_tag

HINT = tr("Drag to mark bands as bad, Shift+drag or right-drag as good")


class BandsBox(QWidget):
    """The plot and what belongs to it."""

    propose_asked = Signal()

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._sample: Sample | None = None
        self._nodata = draft.nodata
        self.plot = BandPlot(draft)
        self.plot.setMinimumHeight(150)
        self._tag = edited_tag("good_bands")
        self._waiting = label(tr("Reading…"), "muted", name="metadata_waiting")
        self._text = named(
            QLineEdit(), "metadata_bad_bands", tr("Bad bands, for example 1-5, 103-110, 900-980 nm")
        )
        self._text.setPlaceholderText(tr("None, or for example 1-5, 103-110, 900-980 nm"))
        self._text.textEdited.connect(self._typed)
        self._meant: BoolArray = ~draft.good  # what the text says, also in other words
        self._reset = named(
            push_button(tr("As in file"), "metadata_bands_reset", self._restore),
            "metadata_bands_reset",
            tr("Use the bad bands given in the file"),
        )
        buttons = row(
            named(
                push_button(tr("Propose"), "metadata_bands_propose", self.propose_asked.emit),
                "metadata_bands_propose",
                tr("Mark bands without signal and bands of water vapour"),
            ),
            named(
                push_button(tr("Invert"), "metadata_bands_invert", self._invert),
                "metadata_bands_invert",
                tr("Swap good and bad bands"),
            ),
            self._reset,
            1,
        )
        hint = label(HINT, "muted")
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = column(
            row(label(tr("Bad bands"), "heading"), self._tag, 1, self._waiting),
            self.plot,
            hint,
            self._text,
            buttons,
        )
        layout.setStretch(1, 1)
        self.setLayout(layout)
        draft.changed.connect(self._follow)
        self._write()
        self._follow()

    def set_sample(self, sample: Sample | None) -> None:
        """Pixels were read; None where they cannot be."""
        self._sample = sample
        self._waiting.setText("" if sample is not None else tr("no spectrum"))
        self._show_mean()

    def _show_mean(self) -> None:
        self._nodata = self._draft.nodata
        if self._sample is not None:
            self.plot.set_mean(self._sample.mean(self._nodata))

    def _typed(self, text: str) -> None:
        draft = self._draft
        try:
            bad = parse_bands(text, draft.cube.bands, draft.centres)
        except CubeError as error:
            draft.complain("good_bands", str(error))
            return
        self._meant = bad
        draft.set_good(~bad)

    def _invert(self) -> None:
        self._write()
        self._draft.set_good(~self._draft.good)

    def _restore(self) -> None:
        self._draft.restore("good_bands")
        self._write()

    def _write(self) -> None:
        self._meant = ~self._draft.good
        self._text.setText(band_ranges(self._meant))

    def _follow(self) -> None:
        draft = self._draft
        edited = "good_bands" in draft.edited
        self._tag.setVisible(edited)
        self._reset.setEnabled(edited or draft.complains_of("good_bands"))
        if (self._meant == draft.good).any():
            self._write()
        if self._nodata != draft.nodata:
            self._show_mean()
