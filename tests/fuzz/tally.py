"""What came of the cases of a fuzz, counted by kind of file and outcome."""

from __future__ import annotations

import resource
from collections import Counter
from dataclasses import dataclass, field

SAME, TOLD, OPENED = "same", "told", "opened"
CHANGED, OTHER = "changed", "other"
_FAILURES_SHOWN = 40


@dataclass(frozen=True)
class Outcome:
    """How one case ended.

    Attributes
    ----------
    kind : str
        Of the file that was damaged.
    what : str
        "opened" where only that counts; "same" as before the damage, "told" in a note, or the error;
        "changed" in silence and "other" exceptions are failures.
    detail : str
        Of a failure.
    """

    kind: str
    what: str
    detail: str = ""


@dataclass
class Tally:
    """The counts, the failures and the slowest case."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[tuple[int, Outcome]] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, 0, "")

    def add(self, seed: int, outcome: Outcome, seconds: float) -> None:
        self.outcomes[outcome.kind, outcome.what] += 1
        self.slowest = max(self.slowest, (seconds, seed, outcome.kind))
        if outcome.what in (CHANGED, OTHER):
            self.failures.append((seed, outcome))

    def show(self, seconds: float) -> None:
        """Print the counts as a table."""
        usual = (OPENED, SAME, TOLD)
        found = sorted({what for _, what in self.outcomes} - {*usual, CHANGED, OTHER})
        columns = [*usual, *found, CHANGED, OTHER]
        print(f"\n{self.outcomes.total():,} cases in {seconds:.0f} s")
        print(f"{'':20}" + "".join(f"{column:>{_width(column)}}" for column in columns))
        for kind in (*sorted({kind for kind, _ in self.outcomes}), ""):
            counts = {
                column: sum(
                    n for (of, what), n in self.outcomes.items() if what == column and kind in (of, "")
                )
                for column in columns
            }
            row = "".join(f"{count:>{_width(column)},}" for column, count in counts.items())
            print(f"{kind or 'all':20}" + row)
        slow, seed, kind = self.slowest
        print(f"slowest: {slow:.2f} s (seed {seed}, {kind})")
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        for seed, outcome in self.failures[:_FAILURES_SHOWN]:
            print(f"seed {seed}, {outcome.kind}, {outcome.what}: {outcome.detail}")


def _width(column: str) -> int:
    return max(len(column), 7) + 2
