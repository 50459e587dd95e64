"""What the colours of the map above the image mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.map_layers import SCALES, ValueName
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.legend import Legend
from s3fn_gui.picture.canvas.map_shown import (
    changes_texts,
    classes_of,
    layer_shown,
    shown_alone,
    unclassified_text,
)
from s3fn_gui.picture.canvas.map_values import COLOURS
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


TITLES: dict[ValueName, str] = {
    "confidence": tr("Map: confidence"),
    "margin": tr("Map: margin"),
    "novelty": tr("Map: novelty"),
}


class MapLegend(Legend):
    """Follows the session; there whenever a map is drawn."""

    def __init__(self, session: Session, box: Any) -> None:
        super().__init__(box, foldable=True)
        self._session = session
        cubes, view = session.cubes, session.view
        follow(self._show, cubes.current_changed, cubes.prediction_changed, session.class_list_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)
        self.setToolTip(
            tr("Click a class to show it alone; click again to show all; the title folds the legend")
        )
        box.sigResized.connect(lambda *_: self._show())
        self._show()

    def _show(self) -> None:
        """Follow the map that is drawn."""
        session, layer = self._session, layer_shown(self._session)
        item = session.cubes.current
        prediction = None if item is None else item.prediction
        self.setVisible(prediction is not None and session.view.prediction.visible)
        if prediction is None:
            return
        if layer == "classes":
            self._show_look(prediction)
        elif layer == "changes":
            difference = session.view.difference
            assert difference is not None
            notes = changes_texts(session, difference)
            self.show_classes(tr("Map: what changed"), classes_of(session, prediction), notes=notes)
        elif layer == "second":
            classes, only = classes_of(session, prediction), shown_alone(session)
            self.show_classes(tr("Map: second-best class"), classes, only=only)
        else:
            lines, share = [SCALES[layer].meaning], prediction.novel_share
            if layer == "novelty" and share is not None:
                lines.append(tr("{share} of the map is above 1", share=per_cent(share, 0)))
            self.show_scale(TITLES[layer], COLOURS[layer], SCALES[layer].ticks, lines)

    def _show_look(self, prediction: Prediction) -> None:
        """The classes, and how they are drawn."""
        session, look, only = self._session, self._session.view.map_look, shown_alone(self._session)
        title = tr("Map: outlines of classes") if look.outlines else tr("Map: classes")
        hatched = unclassified_text(session, prediction)
        notes = [tr("Colour strength: confidence")] * (look.faded and not look.outlines)
        self.show_classes(title, classes_of(session, prediction), only=only, hatched=hatched, notes=notes)


class LegendGrip:
    """A click on a class of the legend draws nothing but that, another one all again; its title folds it."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, session: Session, legend: MapLegend) -> None:
        self._session, self._legend = session, legend

    def is_at(self, scene: QPointF) -> bool:
        """See :class:`~s3fn_gui.picture.canvas.mouse.Grip`."""
        return self._legend.title_at(scene) or self._legend.class_at(scene) is not None

    def take(self, scene: QPointF) -> None:
        """Draw the class alone, or all again; fold or open the legend."""
        if self._legend.title_at(scene):
            self._legend.fold()
            return
        found, view = self._legend.class_at(scene), self._session.view
        if found is not None:
            view.set_map_look(only=None if shown_alone(self._session) == found.id else found.id)

    def drag(self, scene: QPointF) -> None:
        """It stays where it is."""
