"""The open cubes with thumbnails, and what is known of the current one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QTextBrowser, QWidget

from s3fn_core.cubes.cube import Arrangement, Axes
from s3fn_core.cubes.treating.reference_sources import looks_raw
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import (
    column,
    command_button,
    holding,
    label,
    named,
    plain_tip,
    push_button,
    row,
    scrolled,
)
from s3fn_gui.cubes import information
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

THUMBNAIL = 40
EMPTY = tr("Open a cube (Ctrl+O), or drop a file on the window.")
UNSURE = tr("The values look like reflectance. Are they?")
LEAST_WIDTH = 160  # names and numbers stay readable in a small window


class CubesPanel(QWidget):
    """Choosing a row shows that cube."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._list = named(QListWidget(), "cube_list", tr("Open cubes"))
        self._list.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._chosen)
        self._layout = label("", "muted", name="layout_question", wrap=True)
        self._change = push_button(tr("Change…"), "layout_change", actions["view.layout"].trigger)
        self._values = label("", "muted", name="calibration_state", wrap=True)
        calibrate = actions["cube.calibrate"]
        self._calibrate = push_button("", "calibrate_open", calibrate.trigger)
        self._calibrate.setToolTip(calibrate.toolTip())
        self._unsure = label(UNSURE, "muted", name="reflectance_question", wrap=True)
        self._yes = command_button(actions["cube.reflectance"], tr("Yes"), "reflectance_yes")
        self._no = command_button(actions["cube.other_values"], tr("No"), "reflectance_no")
        self._information = named(QTextBrowser(), "cube_information", tr("About this cube"))
        self._information.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._information.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._information.customContextMenuRequested.connect(self._offer)
        self._offers = actions.pick("cube.copy_information", "cube.metadata")
        self._information.document().setDocumentMargin(0)
        edit = actions["cube.metadata"]
        self._edit = command_button(edit, tr("Edit…"), "metadata_edit")
        self._edit.setToolTip(edit.toolTip())
        body = column(
            self._list,
            row(self._layout, self._change),
            row(self._values, self._calibrate),
            column(self._unsure, row(self._yes, self._no, 1, spacing=4), spacing=2),
            row(label(tr("Information"), "heading"), 1, self._edit),
            self._information,
            margins=4,
        )
        self.setLayout(column(scrolled(holding(body))))
        for button in (self._change, self._calibrate, self._yes, self._no):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST_WIDTH)
        session.cubes.changed.connect(self._show_list)
        session.cubes.drawn.connect(self._show_list)
        follow(self._show_cube, session.cubes.current_changed, session.cubes.treatment_changed)
        theme.follow(self._show_cube)

    def _chosen(self, index: int) -> None:
        if 0 <= index < len(self._session.cubes.items):
            item = self._session.cubes.items[index]
            if item is not self._session.cubes.current:
                self._session.cubes.select(item.key)

    def _show_list(self) -> None:
        with QSignalBlocker(self._list):
            self._list.clear()
            for item in self._session.cubes.items:
                entry = QListWidgetItem(_icon(item.thumbnail), _title(item))
                entry.setToolTip(plain_tip(str(item.path or item.cube.name)))
                self._list.addItem(entry)
        self._show_cube()

    def _show_cube(self) -> None:
        item = self._session.cubes.current
        rows = [i.key for i in self._session.cubes.items]
        if item is not None and item.key in rows:
            with QSignalBlocker(self._list):
                self._list.setCurrentRow(rows.index(item.key))
        height = max(1, min(3, len(rows))) * (THUMBNAIL + 12) + 6
        self._list.setFixedHeight(height)
        guessed = item is not None and len(item.source.layouts) > 1
        self._layout.setVisible(guessed)
        self._change.setVisible(guessed)
        self._show_calibration(item)
        for widget in (self._unsure, self._yes, self._no):
            widget.setVisible(item is not None and item.is_unsure)
        if item is None:
            self._information.setPlainText(EMPTY)
            return
        if guessed:
            self._layout.setText(_arranged(item.source.layouts[0]))
        self._information.setHtml(information.as_html(item))

    def _offer(self, place: QPoint) -> None:
        """The usual menu of a text, and what can be done with all of it."""
        menu = self._information.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        menu.addActions(self._offers)
        menu.popup(self._information.viewport().mapToGlobal(place))

    def _show_calibration(self, item: OpenCube | None) -> None:
        """A way to reflectance, or back, where the values are counts or were."""
        done = item is not None and item.treatment.calibration is not None
        raw = item is not None and looks_raw(item.cube) and not item.is_reflectance
        self._values.setVisible(done or raw)
        self._calibrate.setVisible(done or raw)
        self._values.setText(tr("Reflectance") if done else tr("Counts"))
        self._calibrate.setText(tr("Change…") if done else tr("Calibrate…"))


def _arranged(used: Arrangement) -> str:
    if isinstance(used, Axes):
        return tr("Axes are {axes}.", axes=used)
    return tr("Arranged as {layout}.", layout=used)


def _title(item: OpenCube) -> str:
    lines, samples, bands = item.cube.shape
    texts = [unmarked(item.cube.name), f"{lines} × {samples} × {bands}"]
    return "\n".join([*texts, tr("simulated")] if item.cube.simulated else texts)


def _icon(thumbnail: ByteImage) -> QIcon:
    """A square with the picture in its middle, so that all rows align."""
    side = max(thumbnail.shape[:2])
    square = np.zeros((side, side, 3), np.uint8)
    lines, samples = thumbnail.shape[:2]
    top, left = (side - lines) // 2, (side - samples) // 2
    square[top : top + lines, left : left + samples] = thumbnail
    image = QImage(square.data, side, side, 3 * side, QImage.Format.Format_RGB888)
    picture = QPixmap.fromImage(image.copy())  # the copy owns its memory
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it
    return icon
