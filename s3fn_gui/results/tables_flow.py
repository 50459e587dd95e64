"""Tables of the results as files."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.results.validation_points import write_rows
from s3fn_gui.base.copying import Rows
from s3fn_gui.session.context import Flow

KIND = "result_table"


class TablesFlow(Flow):
    """Writes what a table shows."""

    def save(self, rows: Rows, what: str) -> None:
        """Ask for a file and write `rows`; `what` they are, for its name."""
        item = self._session.cubes.current
        start = f"{item.cube.name}_{what}.csv" if item is not None else f"{what}.csv"
        path = self._context.save_file(tr("Save table"), start, tr("Tables (*.csv)"))
        if path is None:
            return
        taken = [tuple(row) for row in rows]
        self._runner.start(
            KIND,
            tr("Writing {name}", name=path.name),
            lambda: write_rows(taken, path),
            lambda _: self._session.report("success", tr("The table is saved to {path}.", path=path)),
            makes="file",
        )
