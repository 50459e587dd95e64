"""The image of the cube with labels and prediction above it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from s3fn_core.cubes.place import pixel_size
from s3fn_core.languages import tr
from s3fn_core.types import Box
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.base.widgets import (
    ShortLabel,
    action_button,
    column,
    holding,
    label,
    named,
    plain_tip,
    row,
    tool_button,
)
from s3fn_gui.picture.canvas.compare import Swipe
from s3fn_gui.picture.canvas.kept_frames import RegionFrames
from s3fn_gui.picture.canvas.map_badge import MapBadge
from s3fn_gui.picture.canvas.map_classes import MapClasses
from s3fn_gui.picture.canvas.map_legend import LegendGrip, MapLegend
from s3fn_gui.picture.canvas.map_values import MapValues
from s3fn_gui.picture.canvas.mouse import CanvasMouse, Tools
from s3fn_gui.picture.canvas.outline import Outline
from s3fn_gui.picture.canvas.pixel_card import PixelCard
from s3fn_gui.picture.canvas.pixel_grid import PixelGrid
from s3fn_gui.picture.canvas.preview import PreviewItem
from s3fn_gui.picture.canvas.raster import IdOverlay, Raster
from s3fn_gui.picture.canvas.scale_bar import ScaleBar
from s3fn_gui.picture.canvas.zoom import Zoom
from s3fn_gui.picture.layer import Layer, Level
from s3fn_gui.session.session import Session

CROSSHAIR = "#ffffff90"
MOST_NAME = 0.28  # share of the width that the name of a cube may take
GAP = 8
LEAST = 280  # pixels that a message needs


class CubeView(QFrame):
    """Follows the session; canvas.mouse gives the mouse to the tool in use.

    It knows neither tools nor layers of other rooms: they are handed in.
    """

    def __init__(self, session: Session, actions: Actions, tools: Tools) -> None:
        super().__init__()
        self._session = session
        self._tools = tools
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._build_canvas()
        grips = (self.swipe, LegendGrip(session, self.legend))
        self.mouse = CanvasMouse(session, self.canvas, self.box, self.zoom, grips, tools)
        self.setLayout(column(self._line_above(actions), self.canvas, spacing=0))
        self._connect()
        theme.follow(self._restyle)
        self._show_cube()

    # --- building ------------------------------------------------------------------------------

    def _build_canvas(self) -> None:
        self.canvas: Any = named(pg.GraphicsView(), "canvas")
        self.canvas.setAccessibleName(tr("Image of the cube"))  # a tip would hide what one looks at
        self.canvas.setFrameShape(QFrame.Shape.NoFrame)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box: Any = pg.ViewBox(
            lockAspect=True, invertY=True, enableMouse=False, enableMenu=False, defaultPadding=0.02
        )
        self.canvas.setCentralItem(self.box)
        self.image = Raster()
        self.prediction, self.before = MapClasses(self._session), IdOverlay()
        self.values = MapValues(self._session)
        self.labels = IdOverlay()
        self.regions = RegionFrames(self._session)
        self.pins: Any = pg.ScatterPlotItem(pxMode=True, size=11, symbol="o", hoverable=False)
        self.across: Any = pg.InfiniteLine(angle=0, pen=pg.mkPen(CROSSHAIR, width=1))
        self.down: Any = pg.InfiniteLine(angle=90, pen=pg.mkPen(CROSSHAIR, width=1))
        self.outline = Outline()
        self.preview = PreviewItem(self._session, self.box)
        self.swipe = Swipe(self._session, self.box, (self.prediction, self.values), self.before)
        self.legend = MapLegend(self._session, self.box)
        self.map_badge = MapBadge(self._session, self.box)
        self.pixel_card = PixelCard(self._session, self.box, self.map_badge)
        self.scale_bar = ScaleBar(self.box)
        self.grid = PixelGrid()
        self.zoom = Zoom(self._session, self.canvas, self.box)
        for level, item in (
            (Level.PICTURE, self.image),
            (Level.KEPT_PICTURE, self.swipe.image),
            (Level.KEPT_MAP, self.before),
            (Level.MAP, self.prediction),
            (Level.MAP, self.values),
            (Level.LABELS, self.labels),
            (Level.GRID, self.grid),
            (Level.CROSSHAIR, self.across),
            (Level.CROSSHAIR, self.down),
            (Level.KEPT_SPECTRA, self.regions),
            (Level.KEPT_SPECTRA, self.pins),
            (Level.PREVIEW, self.preview),
            (Level.BRUSH, self.outline),
        ):
            self._add(level, item)

    def _add(self, level: Level, item: Any) -> None:
        item.setZValue(level)
        self.box.addItem(item, ignoreBounds=True)

    def add_layer(self, layer: Layer) -> None:
        """Draw what a feature hands in."""
        for level, item in layer.parts:
            self._add(level, item)

    def _line_above(self, actions: Actions) -> QWidget:
        self._name = theme.role(named(ShortLabel(), "cube_name"), "heading")
        self._tag = label(tr("Simulated"), "tag", name="simulated_tag")
        self._caption = theme.role(named(ShortLabel(), "picture_caption"), "muted")
        compare = action_button(actions["view.compare"], "compare_button")
        fit = tool_button("fit", "fit_button", tr("Show the whole image (0)"), self._session.view.fit)
        self._head_row = head = row(self._name, self._tag, self._caption, 1, compare, fit)
        head.setContentsMargins(10, 2, 4, 2)
        head.setAlignment(self._tag, Qt.AlignmentFlag.AlignVCenter)
        self.head = holding(head)
        self._head_buttons = (compare, fit)
        return self.head

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """A long name leaves some of the line above the image to others."""
        super().resizeEvent(event)
        self._name.setMaximumWidth(int(MOST_NAME * self.width()))

    def free_of_head(self, wanted: int) -> QRect:
        """Where the line above the image is free of name, badges and buttons, in own coordinates.

        The caption of the picture gives way where less than `wanted` pixels would be left, and the name
        where it would be too few for a message.
        """
        self._head_row.activate()
        place = QRect(self.head.mapTo(self, QPoint(0, 0)), self.head.size())
        last = self._tag if self._tag.isVisibleTo(self.head) else self._name
        name, caption = last.geometry().right(), self._caption.geometry().right()
        if last is self._name:  # its own width may be more than its text takes
            name = min(name, self._name.x() + self._name.sizeHint().width())
        stop = min(button.geometry().left() for button in self._head_buttons)
        start = next((end for end, least in ((caption, wanted), (name, LEAST)) if stop - end >= least), 0)
        return QRect(place.left() + start + GAP, place.top(), stop - start - 2 * GAP, place.height())

    def _connect(self) -> None:
        session, view = self._session, self._session.view
        session.cubes.current_changed.connect(self._show_cube)
        session.labels_changed.connect(self._show_box)
        session.class_list_changed.connect(self._show_colours)
        session.class_selected.connect(self._show_outline)
        session.class_looks.changed.connect(self._show_colours)
        session.spectra.changed.connect(self._show_pins)
        session.spectra.drag_changed.connect(self.regions.refresh)
        view.picture_changed.connect(self._show_picture)
        view.looks.changed.connect(self._show_colour_map)
        view.overlays_changed.connect(self._show_layers)
        view.brush_changed.connect(self._show_outline)
        view.tool_changed.connect(self._show_outline)
        view.comparison.changed.connect(self._show_colours_before)
        view.comparison.changed.connect(self._show_layers)
        view.hovered.connect(self._show_outline)
        view.class_looked_for.connect(self.look_for)

    # --- following the session -----------------------------------------------------------------

    def _show_cube(self) -> None:
        item = self._session.cubes.current
        self.labels.set_ids(None if item is None else item.labels.ids)
        self._show_colours()
        self._show_layers()
        self._show_pins()
        if item is not None:
            self._name.setText(item.cube.name)
            self._name.setToolTip(plain_tip(item.cube.name))
            self._tag.setVisible(item.cube.simulated)
            shape = item.cube.shape[:2]
            self.grid.set_image(shape)
            self.scale_bar.set_image(shape, pixel_size(item.cube.georeference, shape))
        self.swipe.check_size()
        if item is not None and not self.swipe.is_on:  # pictures compared stay where they are
            self.zoom.fit()

    def look_for(self, class_id: int) -> None:
        """Move to the nearest label of a class; stay where one is in view already."""
        item = self._session.cubes.current
        if item is None or not item.counts[class_id]:
            return
        shown, labels = self.box.viewRect(), item.labels
        top, left, bottom, right = (
            max(0, math.ceil(end)) for end in (shown.top(), shown.left(), shown.bottom(), shown.right())
        )
        if not (labels.ids[top:bottom, left:right] == class_id).any():
            middle = shown.center()
            line, sample = labels.nearest(class_id, (middle.y() - 0.5, middle.x() - 0.5))
            self.zoom.move(sample + 0.5 - middle.x(), line + 0.5 - middle.y())

    def bring(self, box: Box, centre: tuple[float, float]) -> None:
        """Move a rectangle into the middle, unless the whole of it is in view."""
        shown = self.box.viewRect()
        top, left, bottom, right = box
        if not shown.contains(QRectF(left, top, right - left, bottom - top)):
            line, sample = centre
            self.zoom.move(sample + 0.5 - shown.center().x(), line + 0.5 - shown.center().y())

    def _show_picture(self) -> None:
        picture = self._session.view.picture
        if picture is None:
            self.image.set_array(None)
            self._caption.setText("")
            return
        self.image.set_array(picture.image)
        self._caption.setText(picture.caption)

    def _show_colour_map(self) -> None:
        self.image.set_colours(colour_table(self._session.view.looks.colour_map))

    def _show_box(self, box: Box) -> None:
        self.labels.refresh(box)

    def _show_colours(self) -> None:
        session = self._session
        self.labels.set_classes(session.class_looks.shown(session.classes))
        self._show_colours_before()
        self._show_outline()

    def _show_colours_before(self) -> None:
        """Those of a map left of the handle."""
        own = {c.id: c for c in self._session.classes}
        before = self._session.view.comparison.before
        self.before.set_classes(own.get(c.id, c) for c in (before.classes if before else ()))

    def _show_layers(self) -> None:
        view = self._session.view
        for item, layer in ((self.labels, view.labels), (self.before, view.prediction)):
            item.setVisible(layer.visible)
            item.setOpacity(layer.opacity)
        self.scale_bar.set_wanted(view.scale_bar.visible)

    def _show_pins(self) -> None:
        item = self._session.cubes.current
        kept = () if item is None else item.kept
        pins = [(k.pixel, k.colour) for k in kept if k.pixel is not None]
        self.regions.refresh()
        self.pins.setData(
            pos=np.array([(s + 0.5, n + 0.5) for (n, s), _ in pins]).reshape(-1, 2),
            brush=[pg.mkBrush(colour) for _, colour in pins],
            pen=pg.mkPen("#ffffff", width=1.5),
        )

    def _show_outline(self) -> None:
        view = self._session.view
        here = view.hover
        tool = self._tools[view.tool]
        self.outline.set_brush(view.brush_size, view.options.square)
        self.outline.set_colour(tool.brush_colour())
        self.outline.place(here if tool.has_brush else None)
        for line in (self.across, self.down):
            line.setVisible(here is not None and view.tool == "inspect")
        if here is not None:
            self.across.setPos(here[0] + 0.5)
            self.down.setPos(here[1] + 0.5)

    def _restyle(self) -> None:
        self.canvas.setBackground(theme.current().canvas)
