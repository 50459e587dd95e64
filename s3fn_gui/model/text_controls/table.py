"""The figures behind the plot."""

from __future__ import annotations

from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from s3fn_core.languages import tr
from s3fn_core.results.text_controls import TextControls, Variant, shown_title
from s3fn_gui.base.widgets import cell, named, plain_tip, table

COLUMNS = (
    (tr("Words"), tr("What the network was given about the classes")),
    (tr("Overall %"), tr("Held-out pixels classified correctly: mean and standard deviation over the seeds")),
    (tr("Average %"), tr("Mean recall of the classes: mean and standard deviation over the seeds")),
    (tr("Kappa"), tr("Cohen's kappa, mean over the seeds")),
    (
        tr("Difference"),
        tr(
            "Difference in overall accuracy from your descriptions, in percentage points, "
            "with its 95 % interval; bold where it is significant"
        ),
    ),
)
MEANINGS = {
    "descriptions": tr("The descriptions as they are"),
    "names": tr("Without descriptions, only the names of the classes"),
    "shuffled": tr("Each class with the description of another one"),
    "random": tr("Random vectors in place of the text encoder's"),
    "none": tr("One-hot vectors in place of label vectors"),
    "tuned": tr("Label vectors that start from the text and are fine-tuned"),
    "random tuned": tr("Label vectors that start at random and are fine-tuned"),
}
NOISY = tr("Half of these words are dropped, half change places with others")


def figures_table() -> QTableWidget:
    """An empty table."""
    made = table("controls_table", tuple(title for title, _ in COLUMNS), stretch=len(COLUMNS) - 1)
    made.horizontalHeader().setStretchLastSection(True)
    named(made, "controls_table", tr("Held-out figures with each kind of words"))
    for place, (title, tip) in enumerate(COLUMNS):
        heading = QTableWidgetItem(title)
        heading.setToolTip(plain_tip(tip))
        made.setHorizontalHeaderItem(place, heading)
    return made


def fill(view: QTableWidget, controls: TextControls | None) -> None:
    """Show other figures."""
    rows = [] if controls is None else rows_of(controls)
    view.clearSpans()
    view.setRowCount(len(rows))
    for line, row in enumerate(rows):
        if isinstance(row, str):
            view.setItem(line, 0, _bold(cell(row)))
            view.setSpan(line, 0, 1, len(COLUMNS))
            continue
        for place, item in enumerate(_cells(row)):
            view.setItem(line, place, item)


def _cells(variant: Variant) -> list[QTableWidgetItem]:
    found = variant.differences.get("oa")
    name = cell(shown_title(variant.title))
    name.setToolTip(plain_tip(MEANINGS.get(variant.name, NOISY)))
    difference = cell("–" if found is None else found.points, number=True)
    return [
        name,
        cell(variant.percent("oa"), number=True),
        cell(variant.percent("aa"), number=True),
        cell(f"{variant.mean('kappa'):.3f}", number=True),
        _bold(difference) if found is not None and found.measurable else difference,
    ]


def _bold(item: QTableWidgetItem) -> QTableWidgetItem:
    font = item.font()
    font.setBold(True)
    item.setFont(font)
    return item


GROUPS = {False: tr("Words only"), True: tr("Words and expected spectra")}


def rows_of(controls: TextControls) -> list[str | Variant]:
    """Headings and variants from top to bottom."""
    rows: list[str | Variant] = []
    for heard, heading in GROUPS.items():
        members = [v for v in controls.variants if v.expectations == heard]
        if members:
            rows += [heading, *members]
    return rows
