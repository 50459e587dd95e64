"""A wide button with a picture, a title and a line of explanation."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QStyle, QStyleOption

from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import ShortLabel, column, label, named, row

ICON = 20
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Card(QAbstractButton):
    """Its explanation is cut in a card with an icon, and wrapped below a larger picture."""

    def __init__(self, name: str, title: str, hint: str, icon: str = "", keys: str = "") -> None:
        super().__init__()
        named(self, f"card.{name}")
        self.setAccessibleName(unmarked(title))
        self.setAccessibleDescription(unmarked(hint))
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._picture = QLabel()
        self._title = theme.role(ShortLabel(title), "heading")
        self._hint = theme.role(ShortLabel(hint), "muted") if icon else label(hint, "muted", wrap=True)
        texts = column(self._title, self._hint, spacing=1)
        self._box = box = row(self._picture, texts, spacing=10)
        box.setStretch(1, 1)
        box.setContentsMargins(10, 6, 10, 6)
        if icon:
            theme.set_picture(self._picture, icon, ICON, "accent")
        else:
            texts.addStretch(1)
        if keys:
            box.addWidget(label(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), "muted"))
        self.setLayout(box)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(box.hasHeightForWidth())
        self.setSizePolicy(policy)

    def set_pixmap(self, picture: QPixmap, size: QSize) -> None:
        """Show a picture in the place of the icon, `size` large."""
        self._picture.setPixmap(picture)
        self._picture.setScaledContents(True)
        self._picture.setFixedSize(size)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Ground and border, as the style sheet has them; the rest are labels."""
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, QPainter(self), self)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """What its parts need."""
        return self._box.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """See `sizeHint`."""
        return self._box.minimumSize()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """More where the explanation is wrapped."""
        return self._box.totalHeightForWidth(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Enter presses it, as the space bar does."""
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)
