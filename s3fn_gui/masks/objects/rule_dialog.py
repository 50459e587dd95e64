"""What decides on the class of an object: the model, votes, or enough pixels of a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QRadioButton, QWidget

from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_gui.base.dialogs import accept_or_cancel, ways
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import choice_box, column, holding, label, named, row

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.votes import VoteRule

UNITS = {"share": tr("% of its pixels"), "pixels": tr("pixels")}
PERCENT, USUAL_SHARE, USUAL_PIXELS, USUAL_ALARMS = 100, 1.0, 10.0, 5.0
MOST_PIXELS = 1_000_000


class RuleDialog(QDialog):
    """Shows how a rule for a defect did on held-out labelled objects, where the model knows."""

    def __init__(self, parent: QWidget, model: S3FNModel) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Rule for objects"))
        self._model = model
        self._model_says = named(QRadioButton(tr("Class given to the whole object")), "rule_model")
        self._votes = named(QRadioButton(tr("Majority class of its patches")), "rule_votes")
        self._enough = named(QRadioButton(tr("Defect, if enough pixels are of class")), "rule_defect")
        self._class = choice_box("rule_class", tr("The defect"), {c.id: c.name for c in model.classes})
        self._by_share = named(QRadioButton(tr("At least")), "rule_least_chosen")
        self._least = _number("rule_least", tr("Minimum number of pixels of that class"), 0.01, MOST_PIXELS)
        self._least.setValue(USUAL_SHARE)
        self._unit = choice_box("rule_unit", tr("Share of the object, or pixels"), UNITS)
        self._by_alarms = named(QRadioButton(tr("False alarms at most")), "rule_alarms_chosen")
        self._alarms = _number("rule_alarms", tr("Share of sound objects classified as defective"), 0, 100)
        self._alarms.setSuffix(" %")
        self._alarms.setValue(USUAL_ALARMS)
        least = row(self._least, self._unit, 1)
        self._how = holding(ways((self._by_share, least), (self._by_alarms, self._alarms)))
        self._told = label(role="muted", name="rule_told", wrap=True)
        self._told.setMinimumHeight(3 * self._told.fontMetrics().lineSpacing())
        buttons, self._accept = accept_or_cancel(self, tr("Use rule"), "rule_accept")
        defect = row(self._enough, self._class, 1)
        parts = (self._model_says, self._votes, defect, self._how, self._told, buttons)
        self.setLayout(column(*parts, margins=12, spacing=8))
        self.setMinimumWidth(430)
        self._start(model.handling.rule)
        for button in (self._model_says, self._votes, self._enough, self._by_share, self._by_alarms):
            button.toggled.connect(self._show)
        follow(self._show, self._least.valueChanged, self._alarms.valueChanged, self._class.activated)
        self._unit.activated.connect(self._change_unit)
        self._show()

    def ask(self) -> VoteRule | None:
        """Show the dialog."""
        return self.rule() if self.exec() == QDialog.DialogCode.Accepted else None

    def rule(self) -> VoteRule:
        """What is chosen now; raises ModelError where the model cannot keep to it."""
        from s3fn_core.model.defect_rule import rule_of_alarms
        from s3fn_core.model.votes import VoteRule

        if not self._enough.isChecked():
            return VoteRule(decide="votes" if self._votes.isChecked() else "model")
        defect = self._class.currentData()
        if self._by_alarms.isChecked():
            return rule_of_alarms(self._model.metrics, defect, self._alarms.value() / PERCENT).rule
        value = self._least.value()
        least = value / PERCENT if self._unit.currentData() == "share" else max(1.0, round(value))
        return VoteRule(decide="defect", defect=defect, least=least)

    def _start(self, rule: VoteRule) -> None:
        """Begin with the rule in use."""
        chosen = {"votes": self._votes, "defect": self._enough}.get(rule.decide, self._model_says)
        chosen.setChecked(True)
        self._by_share.setChecked(True)
        known = self._model.objects.defects
        first = rule.defect or (next(iter(known.thresholds)) if known is not None else 0)
        self._class.setCurrentIndex(max(0, self._class.findData(first)))
        if rule.least is not None:
            self._unit.setCurrentIndex(0 if rule.least < 1 else 1)
            self._least.setValue(rule.least * PERCENT if rule.least < 1 else rule.least)

    def _change_unit(self) -> None:
        self._least.setValue(USUAL_SHARE if self._unit.currentData() == "share" else USUAL_PIXELS)
        self._show()

    def _show(self) -> None:
        """What the rule would do."""
        self._how.setEnabled(self._enough.isChecked())
        self._class.setEnabled(self._enough.isChecked())
        self._least.setEnabled(self._by_share.isChecked())
        self._unit.setEnabled(self._by_share.isChecked())
        self._alarms.setEnabled(self._by_alarms.isChecked())
        self._accept.setEnabled(True)
        self._told.setText("")
        if self._enough.isChecked():
            self._told.setText(self._promise())

    def _promise(self) -> str:
        from s3fn_core.model.defect_rule import rule_of_alarms

        if self._by_share.isChecked():
            return tr(
                "The pixels most likely to be of that class must reach the probability "
                "that the model has learned."
            )
        try:
            found = rule_of_alarms(
                self._model.metrics, self._class.currentData(), self._alarms.value() / PERCENT
            )
        except ModelError as error:
            self._accept.setEnabled(False)
            return str(error)
        return tr(
            "Of {count} held-out labelled objects, this finds {found} of those with the defect, "
            "with {alarms} false alarms.",
            count=found.objects,
            found=per_cent(found.hits, 0),
            alarms=per_cent(found.alarms, 0),
        )


def _number(name: str, tip: str, least: float, most: float) -> QDoubleSpinBox:
    box = named(QDoubleSpinBox(), name, tip)
    box.setDecimals(2)
    box.setRange(least, most)
    return box
