"""One table of what became of all cubes: a row each, in the order in which they were given."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from s3fn_core.batch.task import Outcome
from s3fn_core.errors import ExportError
from s3fn_core.files import read_file, reason, whole_file

FILE = "summary.csv"
HEAD = ("cube", "name", "status", "message")


def summary_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """The table, its headings first; a cube without a figure has an empty cell.

    What an earlier run had done is done: the table of a resumed run is that of one that was not
    stopped.
    """
    heads = list(dict.fromkeys(head for one in outcomes if one.made for head in one.made.row))
    rows = [[*HEAD, *heads]]
    for one in outcomes:
        status = "failed" if one.status == "failed" else "done"
        figures = {} if one.made is None else one.made.row
        rows.append([str(one.cube), one.name, status, one.message, *(_cell(figures.get(h)) for h in heads)])
    return rows


def check_summary(out: Path) -> Path:
    """Where the table will lie; raises ExportError where something else has that name."""
    path = out / FILE
    try:
        first = read_file(path).decode("utf-8-sig").partition("\n")[0] if path.exists() else ",".join(HEAD)
    except (OSError, UnicodeDecodeError):
        first = ""
    if not first.startswith(",".join(HEAD)):
        raise ExportError(
            "{path} exists and is not the summary of an earlier run; rename it, or choose another folder.",
            path=path,
        )
    return path


def write_summary(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the table, with a mark by which spreadsheets know UTF-8."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(summary_rows(outcomes))
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
        ) from error


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
