"""Which data set is to become a project, what was found of it, and where the project goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QWidget

from s3fn_core.importers import KINDS, DataSet, Wish
from s3fn_core.languages import plural, tr
from s3fn_core.project import SUFFIX
from s3fn_core.quoting import named as names_of
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.folders import to_write
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import (
    ShortLabel,
    cell,
    choice_box,
    column,
    holding,
    label,
    named,
    push_button,
    row,
    scrolled,
    table,
)

FRUIT = "deephs-fruit"
TARGETS = {"ripeness": tr("Ripeness"), "firmness": tr("Firmness"), "sugar": tr("Sugar")}
SPLITS = {"official": tr("As published"), "fruit": tr("No fruit in both parts")}
ALL_FRUIT, BEST_CAMERA = tr("All fruit"), tr("Most labels")
HEADINGS = (tr("Class"), tr("Training"), tr("Test"), tr("Objects"))
ROWS, NOTES_HEIGHT, WIDTH = 4, 150, 560


@dataclass(frozen=True)
class Looking:
    """How the dialog gets at files: `look` is given what to do with what it finds, or with its error."""

    look: Callable[[str, Path, Wish, Callable[[DataSet], None], Callable[[BaseException], None]], object]
    choose_folder: Callable[[], Path | None]
    choose_project: Callable[[Path], Path | None]


@dataclass(frozen=True)
class DataSetAnswer:
    """The data set that was found, and the project to make of it."""

    found: DataSet
    project: Path


class DataSetDialog(QDialog):
    """Every choice is looked up at once; only what was found can be imported."""

    def __init__(self, parent: QWidget, looking: Looking) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import data set"))
        self.setObjectName("data_set_dialog")
        self._looking = looking
        self._folder: Path | None = None
        self._found: DataSet | None = None
        self._project: Path | None = None
        self._elsewhere = False  # whether the user has chosen where it goes
        self._wish = 0  # what is wanted now; answers to an older wish are dropped
        self._build()
        follow(self._look, self._kind.activated, self._target.activated, self._split.activated)
        follow(self._look, self._fruit.activated, self._camera.activated)
        self._show_choices()

    def ask(self) -> DataSetAnswer | None:
        """Show the dialog."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        self._wish += 1  # nobody waits any more
        return self.answer if accepted else None

    @property
    def answer(self) -> DataSetAnswer | None:
        """What would be imported now; None while nothing was found."""
        if self._found is None or self._project is None:
            return None
        return DataSetAnswer(self._found, self._project)

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        kinds = {name: kind.title for name, kind in KINDS.items()}
        self._kind = choice_box("data_set_kind", tr("Which data set"), kinds)
        self._place = named(ShortLabel(tr("Choose the folder that holds it.")), "data_set_folder")
        self._target = choice_box("data_set_target", tr("Property to predict"), TARGETS)
        self._split = choice_box("data_set_split", tr("Test set"), SPLITS)
        self._fruit = choice_box("data_set_fruit", tr("Kind of fruit"), {"": ALL_FRUIT})
        self._camera = choice_box(
            "data_set_camera", tr("A training needs cubes of one camera"), {"": BEST_CAMERA}
        )
        self._table = table("data_set_counts", HEADINGS, about=tr("Labels of each class"))
        self._table.setFixedHeight((ROWS + 1) * self._table.verticalHeader().defaultSectionSize() + 8)
        self._told = label(name="data_set_notes", wrap=True)
        self._told.setAlignment(Qt.AlignmentFlag.AlignTop)
        notes = scrolled(self._told)
        notes.setFixedHeight(NOTES_HEIGHT)
        self._target_place = named(ShortLabel(), "data_set_project")
        form = QFormLayout()
        form.addRow(tr("Data set"), self._kind)
        choose = push_button(tr("Choose…"), "data_set_choose", self._choose)
        form.addRow(tr("Folder"), row(self._place, 1, choose))
        self._of_fruit = holding(row(self._target, self._split, self._fruit, self._camera))
        form.addRow(tr("Fruit"), self._of_fruit)
        self._form = form
        self._other_place = push_button(tr("Choose…"), "data_set_elsewhere", self._choose_project)
        target = QFormLayout()
        target.addRow(tr("Project"), row(self._target_place, 1, self._other_place))
        self._other_place.setEnabled(False)
        buttons, self._import = accept_or_cancel(self, tr("Import"), "data_set_import")
        self.setLayout(column(form, self._table, notes, target, buttons, margins=12, spacing=10))
        self.setMinimumWidth(WIDTH)

    # --- looking -------------------------------------------------------------------------------

    def _choose(self) -> None:
        folder = self._looking.choose_folder()
        if folder is not None:
            self._folder = folder
            self._place.setText(str(folder))
            self._elsewhere = False
            for box in (self._fruit, self._camera):
                while box.count() > 1:
                    box.removeItem(1)
            self._look()

    def _choose_project(self) -> None:
        if self._project is not None and (path := self._looking.choose_project(self._project)) is not None:
            self._elsewhere = True
            self._set_project(path)

    def _look(self) -> None:
        """Look for what the form asks for."""
        self._wish += 1
        wish = self._wish
        self._found = None
        self._show_choices()
        if self._folder is None:
            return
        self._tell(tr("Looking…"), "muted")

        def done(found: DataSet) -> None:
            if wish == self._wish:
                self._show(found)

        def failed(error: BaseException) -> None:
            if wish == self._wish:
                self._tell(str(error), "error")

        self._looking.look(self._kind.currentData(), self._folder, self._wanted, done, failed)

    @property
    def _wanted(self) -> Wish:
        return Wish(
            self._target.currentData(),
            self._split.currentData(),
            self._fruit.currentData() or "",
            self._camera.currentData() or "",
        )

    # --- showing -------------------------------------------------------------------------------

    def _show_choices(self) -> None:
        self._form.setRowVisible(self._of_fruit, self._kind.currentData() == FRUIT)
        self._table.setRowCount(0)
        self._import.setEnabled(False)

    def _show(self, found: DataSet) -> None:
        self._found = found
        _offer(self._fruit, found.fruits)
        _offer(self._camera, found.cameras)
        counts = found.counts
        self._table.setRowCount(len(counts))
        for line, one in enumerate(counts):
            figures = (one.train, one.test, one.objects or "")
            self._table.setItem(line, 0, cell(one.name))
            for place, figure in enumerate(figures, 1):
                self._table.setItem(line, place, cell(str(figure), number=True))
        missing = [path.name for path in found.missing]
        cubes = len(found.cubes)
        lines = [
            plural(
                "{count} cube. Tested: {split}.", "{count} cubes. Tested: {split}.", cubes, split=found.split
            ),
            *found.notes,
        ]
        if missing:
            names = names_of(missing)
            lines.append(tr("Missing files ({count}): {names}.", count=len(missing), names=names))
        self._tell("\n".join(lines), "")
        if not self._elsewhere:
            self._set_project(_free(found.folder))
        self._import.setEnabled(bool(found.cubes))

    def _set_project(self, path: Path) -> None:
        self._project = path
        self._other_place.setEnabled(True)
        self._target_place.setText(str(path))

    def _tell(self, text: str, role: str) -> None:
        self._told.setText(text)
        theme.role(self._told, role)


def _offer(box: QComboBox, names: tuple[str, ...]) -> None:
    """Fill a box unless it is filled: what is chosen stays."""
    if box.count() == 1:
        for name in names:
            box.addItem(name, name)


def _free(folder: Path) -> Path:
    """A project next to a data set, or where one can be written, that does not exist yet."""
    place = to_write(folder.parent)
    path, number = place / f"{folder.name}{SUFFIX}", 2
    while path.exists():
        path, number = place / f"{folder.name}-{number}{SUFFIX}", number + 1
    return path
