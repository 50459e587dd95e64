"""Published data sets: looked at, made a project, opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from s3fn_core.importers import DataSet, Imported, Wish, look, write_project
from s3fn_core.languages import plural, tr
from s3fn_core.project import SUFFIX
from s3fn_core.quoting import named
from s3fn_gui.project.data_set_dialog import DataSetDialog, Looking
from s3fn_gui.project.flow import PROJECTS, ProjectFlow
from s3fn_gui.session.context import Context, Flow

LOOK, KIND = "look for data set", "import data set"


class DataSetFlow(Flow):
    """The project is written first, then opened in place of what is open."""

    def __init__(self, context: Context, project: ProjectFlow) -> None:
        super().__init__(context)
        self._project = project

    def start(self) -> None:
        """Ask for a data set and import it."""
        answer = self.ask.answer(DataSetDialog, Looking(self._look, self._folder, self._target))
        self._runner.cancel(LOOK)
        if answer is not None:
            self.make(answer.found, answer.project)

    def make(self, found: DataSet, folder: Path) -> None:
        """Write the project of a data set and open it."""
        title = tr("Importing {title}", title=found.title)
        self._runner.start(KIND, title, lambda: write_project(found, folder), self._made, makes="file")

    def _made(self, imported: Imported) -> None:
        self._project.open(imported.folder, partial(self._tell, imported))

    def _tell(self, imported: Imported) -> None:
        """What was imported, and what was not."""
        found = [plural("{count} cube", "{count} cubes", imported.cubes)]
        if imported.objects:
            found.append(plural("{count} object", "{count} objects", imported.objects))
        text = tr("Imported: {found}.", found=", ".join(found))
        if left_out := [one.why for one in imported.left_out]:
            text += " " + tr("Left out ({count}): {reasons}", count=len(left_out), reasons=named(left_out))
        self._session.report("warning" if left_out else "success", text)

    def _look(
        self,
        kind: str,
        folder: Path,
        wish: Wish,
        done: Callable[[DataSet], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        title = tr("Inspecting {name}", name=folder.name)
        self._runner.start(LOOK, title, lambda: look(kind, folder, wish), done, failed=failed)

    def _folder(self) -> Path | None:
        return self.ask.folder(tr("Folder of the data set"))

    def _target(self, proposed: Path) -> Path | None:
        path = self.ask.save_file(tr("Save project"), proposed, PROJECTS)
        return path if path is None or path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
