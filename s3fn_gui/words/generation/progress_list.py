"""The progress of descriptions that are written for several classes at once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import column, label, named, plain_tip
from s3fn_gui.session.session import Session
from s3fn_gui.words.generation.state import GenerationState, Stage, Writing

LOOKS: dict[Stage, tuple[str, str, str]] = {  # icon, its colour, what is said
    "waiting": ("waiting", "faint", tr("waiting")),
    "writing": ("generate", "accent", tr("writing…")),
    "done": ("success", "success", tr("done")),
    "failed": ("error", "error", tr("failed")),
}
ROWS_SHOWN = 5  # where there is room for them
FRAME = 4
ICON = QSize(14, 14)


class GenerationList(QWidget):
    """Seen while several classes are described; a click shows what arrives for one."""

    def __init__(self, session: Session, generation: GenerationState) -> None:
        super().__init__()
        self._generation = generation
        self._session = session
        self._title = label("", "muted", name="writing_title")
        self._list = named(QListWidget(), "writing_list", tr("Classes that are being described"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setIconSize(ICON)
        self._list.itemClicked.connect(self._choose)
        self.setLayout(column(self._title, self._list, spacing=2))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        generation.changed.connect(self._show)
        generation.arrived.connect(self._count)
        theme.follow(self._show)

    def _show(self) -> None:
        known = self._session.classes
        states = {i: w for i, w in self._generation.classes.items() if i in known}
        self.setVisible(len(states) > 1)
        if len(states) < 2:
            return
        over = sum(w.state in ("done", "failed") for w in states.values())
        self._title.setText(tr("{done} of {count} classes described", done=over, count=len(states)))
        if [self._id(line) for line in range(self._list.count())] != list(states):
            self._list.clear()
            for class_id in states:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, class_id)
                self._list.addItem(item)
        for line, (class_id, writing) in enumerate(states.items()):
            self._fill(self._list.item(line), known[class_id].name, writing)
        height = self._list.sizeHintForRow(0)
        self._list.setMinimumHeight(height + FRAME)
        self._list.setMaximumHeight(height * min(len(states), ROWS_SHOWN) + FRAME)

    def _fill(self, item: QListWidgetItem, name: str, writing: Writing) -> None:
        icon, colour, state = LOOKS[writing.state]
        if writing.state == "writing":
            state = _words(writing)
        item.setIcon(theme.icon(icon, getattr(theme.current(), colour)))
        item.setText(unmarked(f"{name}: {writing.note or state}"))
        item.setToolTip(plain_tip(writing.note))

    def _count(self, class_id: int, _: str) -> None:
        """A piece of one text has arrived."""
        if class_id in (shown := [self._id(line) for line in range(self._list.count())]):
            writing, known = self._generation.classes[class_id], self._session.classes
            item = self._list.item(shown.index(class_id))
            if class_id in known and not writing.note:
                item.setText(unmarked(f"{known[class_id].name}: {_words(writing)}"))

    def _id(self, line: int) -> int:
        return int(self._list.item(line).data(Qt.ItemDataRole.UserRole))

    def _choose(self, item: QListWidgetItem) -> None:
        self._session.select_class(int(item.data(Qt.ItemDataRole.UserRole)))


def _words(writing: Writing) -> str:
    """How much has arrived."""
    return plural("1 word", "{count} words", len(writing.text.split()))
