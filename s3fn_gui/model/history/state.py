"""What is chosen in the list of trainings, how two differ, and the baselines that are being measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from s3fn_gui.model.running import RunState
from s3fn_gui.session.session import Session
from s3fn_gui.session.trainings import Training

if TYPE_CHECKING:  # importing it would import SciPy's statistics
    from s3fn_core.results.difference import PairedDifference

PAIR = 2


@dataclass(frozen=True)
class Comparison:
    """Two trainings by name, and how their answers differ; `problem` says why nobody can know."""

    first: str
    second: str
    found: PairedDifference | None = None
    problem: str = ""


class HistoryState(RunState):
    """`running` while baselines are measured.

    `chosen` are ids, in the order in which they were selected; `comparison` is of the two that are.
    """

    chosen_changed = Signal()
    compared = Signal()
    curve_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.chosen: tuple[str, ...] = ()
        self.comparison: Comparison | None = None
        self.curves: dict[str, list[tuple[int, float]]] = {}
        self.stage_starts: list[tuple[int, str]] = []
        session.trainings.changed.connect(self._follow)
        session.cleared.connect(self.end)

    @property
    def one(self) -> Training | None:
        """The only one that is chosen; else the current one."""
        if len(self.chosen) == 1:
            return self._session.trainings[self.chosen[0]]
        return None if self.chosen else self._session.trainings.of_model(self._session.model)

    @property
    def pair(self) -> tuple[Training, Training] | None:
        """The two that are chosen."""
        if len(self.chosen) != PAIR:
            return None
        first, second = (self._session.trainings[one] for one in self.chosen)
        return first, second

    def choose(self, ids: Sequence[str]) -> None:
        """Others are selected; those that stay keep their order."""
        kept = [one for one in self.chosen if one in ids]
        chosen = (*kept, *(one for one in ids if one not in kept))
        if chosen != self.chosen:
            self.chosen = chosen
            self.set_comparison(None)
            self._show_curves()
            self.chosen_changed.emit()

    def set_comparison(self, comparison: Comparison | None) -> None:
        """How the two that are chosen differ; None while nobody knows."""
        if comparison != self.comparison:
            self.comparison = comparison
            self.compared.emit()

    def _follow(self) -> None:
        self.choose([one for one in self.chosen if one in self._session.trainings])
        self._show_curves()

    def _show_curves(self) -> None:
        one = self.one
        self.curves = {} if one is None else one.record.curves
        self.stage_starts = [] if one is None else one.record.stages
        self.curve_changed.emit()
