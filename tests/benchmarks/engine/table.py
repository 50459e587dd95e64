"""Rows of the table that the benchmark prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure; `met` says whether it reaches the goal, None where there is none."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, str, str]:
        verdict = "" if self.met is None else " (reached)" if self.met else " (NOT reached)"
        return self.what, self.value, self.goal + verdict


def show(title: str, rows: Iterable[Row]) -> None:
    """Print the rows of one measurement as they come."""
    print(f"\n### {title}\n\n| | | goal |\n|---|---|---|", flush=True)
    for row in rows:
        print(f"| {' | '.join(row.cells())} |", flush=True)
