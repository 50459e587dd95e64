"""Overall accuracy, average accuracy and kappa, with their intervals."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.figures import Figure, Figures
from s3fn_gui.base.widgets import label, plain_tip

FIGURES = {
    "oa": (tr("Overall"), tr("Overall accuracy: share of held-out pixels classified correctly")),
    "aa": (tr("Average"), tr("Average accuracy: mean recall of the classes")),
    "kappa": (tr("Kappa"), tr("Cohen's kappa: agreement beyond what chance alone would give")),
}
INTERVAL = tr("95 % confidence interval")
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class SummaryGrid(QWidget):
    """A line for each: what it is, its value, its interval."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        self._values = {name: label("–", "figure", name=f"figure_{name}") for name in FIGURES}
        self._intervals = {name: label("", "muted", name=f"interval_{name}") for name in FIGURES}
        for line, (name, (text, tip)) in enumerate(FIGURES.items()):
            title = label(text, "muted")
            for told in (title, self._values[name]):
                told.setToolTip(plain_tip(tip))
            self._intervals[name].setToolTip(INTERVAL)
            for place, widget in enumerate((title, self._values[name], self._intervals[name])):
                grid.addWidget(widget, line, place, MIDDLE)
        self.setLayout(grid)

    def show_figures(self, figures: Figures | None) -> None:
        """Show other figures, or none."""
        for name in FIGURES:
            figure: Figure = Figure() if figures is None else getattr(figures, name)
            kappa, value = name == "kappa", figure.value
            text = "–" if value is None else f"{value:.3f}" if kappa else per_cent(value)
            self._values[name].setText(text)
            interval = ""
            if figure.interval is not None:
                low, high = figure.interval
                interval = f"{low:.2f}–{high:.2f}" if kappa else f"{100 * low:.0f}–{100 * high:.0f} %"
            self._intervals[name].setText(interval)
