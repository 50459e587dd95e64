"""Cubes of a folder that are worked on: how far each is, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.languages import plural, tr
from s3fn_core.progress import Progress
from s3fn_core.quoting import per_cent
from s3fn_gui.model.running import RunState
from s3fn_gui.session.session import Session

if TYPE_CHECKING:
    from s3fn_core.batch.many import Told


@dataclass(frozen=True)
class CubeRow:
    """A cube in the list.

    `status` is what a user reads, `under_way` marks one that is worked on, `failed` one that something is
    wrong with.
    """

    name: str
    status: str
    under_way: bool = False
    failed: bool = False


class FolderState(RunState):
    """`rows` are the cubes that were begun, by name; `out` is where results of the last run lie.

    `finished` says how many are done while it runs, `told` what came of all of them.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows: dict[str, CubeRow] = {}
        self.out: Path | None = None
        self.finished = self.told = ""

    def begin_in(self, out: Path) -> None:
        """A run starts that writes into a folder."""
        self.rows, self.out = {}, out
        self.finished = self.told = ""
        self.begin()

    def add(self, progress: Progress, remaining: float | None) -> None:
        """Take in how far one of the cubes is."""
        from s3fn_core.batch.many import Told

        if isinstance(progress, Told):
            self.rows[progress.name] = _row(progress)
            self.finished = plural(
                "{done} of {count} cube", "{done} of {count} cubes", progress.tasks, done=progress.finished
            )
        super().add(progress, remaining)

    def end(self, told: str = "") -> None:
        """The run is over; what is done stays in the list."""
        self.told = told
        self.rows = {n: row for n, row in self.rows.items() if not row.under_way}
        super().end()


def _row(told: Told) -> CubeRow:
    one = told.outcome
    if one is None:
        return CubeRow(told.name, per_cent(told.share, 0), under_way=True)
    text = {"done": tr("done"), "known": tr("done earlier"), "failed": one.message}[one.status]
    return CubeRow(told.name, text, failed=one.status == "failed")
