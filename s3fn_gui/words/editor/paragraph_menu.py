"""What can be done to one paragraph: the menu of its badge, and part of the editor's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.labels.paragraphs import split
from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import delete_paragraph, lock_paragraph, move_paragraph
from s3fn_gui.words.editor.origin_dialog import OriginDialog
from s3fn_gui.words.generation.state import GenerationState


class ParagraphMenu:
    """Fills menus for the paragraphs of the selected class."""

    def __init__(self, session: Session, generation: GenerationState, parent: QWidget) -> None:
        self._generation = generation
        self._session = session
        self._parent = parent

    def fill(self, menu: QMenu, place: int) -> None:
        """Add what can be done to the paragraph at `place`; nothing while it is being written."""
        target = self._session.current_class
        if target is None or self._generation.of(target.id) is not None:
            return
        paragraphs = split(target.descriptions)
        if place >= len(paragraphs):
            return
        locked = paragraphs[place].locked
        self._add(
            menu,
            "lock",
            tr("Unlock paragraph") if locked else tr("Lock paragraph"),
            lambda: lock_paragraph(self._session, target.id, place, not locked),
            icon="lock-open" if locked else "lock",
        )
        self._add(menu, "origin", tr("Prompt and origin…"), lambda: self._show(target, place), "info")
        menu.addSeparator()
        self._add(menu, "up", tr("Move up"), lambda: self._move(target, place, -1), "up", enabled=place > 0)
        self._add(
            menu,
            "down",
            tr("Move down"),
            lambda: self._move(target, place, 1),
            "down",
            enabled=place + 1 < len(paragraphs),
        )
        self._add(
            menu,
            "delete",
            tr("Delete paragraph"),
            lambda: delete_paragraph(self._session, target.id, place),
            "delete",
            enabled=not locked,
        )

    def _add(
        self,
        menu: QMenu,
        name: str,
        text: str,
        slot: Callable[[], object],
        icon: str,
        *,
        enabled: bool = True,
    ) -> None:
        action = menu.addAction(text)
        action.setObjectName(f"paragraph.{name}")
        theme.set_icon(action, icon)
        action.setEnabled(enabled)
        action.triggered.connect(lambda: slot())

    def _move(self, target: LabelClass, place: int, steps: int) -> None:
        move_paragraph(self._session, target.id, place, steps)

    def _show(self, target: LabelClass, place: int) -> None:
        OriginDialog(self._parent, target.name, split(target.descriptions)[place]).open()
