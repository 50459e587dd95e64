"""What of a map is drawn, said once for all that draws it or tells of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from s3fn_core.labels.classes import UNLABELLED, LabelClass
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.map_changes import NO_CLASS
from s3fn_core.results.map_layers import ValueName
from s3fn_core.results.next_best import NextBest
from s3fn_core.types import FloatArray, IdArray
from s3fn_gui.picture.canvas.raster import Array
from s3fn_gui.session.map_look import Calmed, Difference, MapLayer
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


def values_of(prediction: Prediction, layer: ValueName, cut: Callable[[Array], Array]) -> FloatArray:
    """The values of a layer that a map has, on the part that `cut` takes of its arrays."""
    sure, following, novelty = prediction.confidence, prediction.next_best, prediction.novelty
    if layer == "margin" and following is not None:
        return NextBest(cut(following.ids), cut(following.shares)).margin(cut(sure))
    return cut(sure if layer != "novelty" or novelty is None else novelty)


def has_layer(session: Session, layer: MapLayer) -> bool:
    """Whether the map of the current cube can be shown so."""
    item = session.cubes.current
    if item is None or item.prediction is None:
        return False
    if layer == "changes":
        difference = session.view.difference
        return difference is not None and difference.prediction is item.prediction
    if layer in ("second", "margin"):
        return item.prediction.next_best is not None
    return layer != "novelty" or item.prediction.novelty is not None


def layer_shown(session: Session) -> MapLayer:
    """What of the map is drawn: its classes where it lacks what is wanted, or two maps are compared."""
    wanted = session.view.map_layer
    if session.view.comparison.before is not None or not has_layer(session, wanted):
        return "classes"
    return wanted


def classes_of(session: Session, prediction: Prediction | None) -> list[LabelClass]:
    """Of a map; one that was recoloured or renamed since is shown as it is now."""
    own = {c.id: c for c in session.classes}
    return [] if prediction is None else [own.get(c.id, c) for c in prediction.classes]


def shown_alone(session: Session) -> int | None:
    """The class that is drawn alone, if the map of the current cube has it."""
    item, only = session.cubes.current, session.view.map_look.only
    known = item is not None and item.prediction is not None and only in item.prediction.classes.ids
    return only if known else None


def calmed_of(session: Session, prediction: Prediction) -> Calmed | None:
    """What was worked out of a map.

    While a newer map of the same size and classes is being filtered, what is known of the one before
    it stands in: else the map would flicker with every stroke that Live follows.
    """
    calmed, look = session.view.calmed, session.view.map_look
    if calmed is None or calmed.calm != look.calm:
        return None
    before = calmed.prediction
    follows = before.live and prediction.live and before.ids.shape == prediction.ids.shape
    if before is prediction or (follows and before.classes.ids == prediction.classes.ids):
        return calmed
    return None


def drawn_ids(session: Session, prediction: Prediction) -> IdArray:
    """The classes as they are drawn: after the filter, once that is done."""
    calmed = calmed_of(session, prediction) if session.view.map_look.calm else None
    return prediction.ids if calmed is None else calmed.ids


def changes_texts(session: Session, difference: Difference) -> list[str]:
    """What the map is compared with, and which pixels are drawn."""
    texts, chosen = [tr("Against: {title}", title=difference.title)], difference.chosen
    if chosen is not None:
        names = {UNLABELLED: NO_CLASS, **difference.names(session.classes)}
        return [*texts, f"{names[chosen[0]]} → {names[chosen[1]]}"]
    return [*texts, tr("Colour: current class; grey: none")]


def unclassified_text(session: Session, prediction: Prediction) -> str:
    """What is below the confidence that is asked for; "" where none is."""
    least, calmed = session.view.map_look.least, calmed_of(session, prediction)
    if not least:
        return ""
    if calmed is None:
        return tr("Below {least} %, unclassified", least=least)
    return tr("Below {least} %, unclassified: {share}", least=least, share=per_cent(calmed.below[least], 0))
