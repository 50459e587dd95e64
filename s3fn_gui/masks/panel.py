"""Separating objects from background: how they are found, and the objects that were."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.widgets import column, named
from s3fn_gui.masks.find_page import FindPage
from s3fn_gui.masks.objects_page import ObjectsPage
from s3fn_gui.masks.state import MaskState
from s3fn_gui.masks.values import Choice
from s3fn_gui.session.session import Session

LEAST_WIDTH = 190  # a small window needs the room for its image


class MaskPanel(QWidget):
    """Two pages; while their dock can be seen, the image shows what is background."""

    def __init__(
        self, session: Session, mask: MaskState, actions: Actions, choose: Callable[[Choice], None]
    ) -> None:
        super().__init__()
        self._state = mask
        self.tabs = named(QTabWidget(), "mask_pages", tr("Find objects, or review the ones found"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(FindPage(session, mask, actions, choose), tr("Find"))
        self.tabs.addTab(ObjectsPage(session, mask, actions), tr("Objects"))
        self.tabs.currentChanged.connect(
            lambda place: self._state.set_look(page="objects" if place else "find")
        )
        self.setLayout(column(self.tabs, margins=2))
        self.setMinimumWidth(LEAST_WIDTH)
        self._state.objects_changed.connect(self._count)

    def _count(self) -> None:
        count = len(self._state.objects)
        self.tabs.setTabText(1, tr("Objects ({count})", count=count) if self._state.mask else tr("Objects"))
