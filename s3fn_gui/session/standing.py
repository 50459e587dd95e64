"""What the map above the image is: who made it, and whether it is older than what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, SignalInstance

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.quoting import listed
from s3fn_core.results import origin
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.basis import Basis, Change, Part
from s3fn_gui.session.cubes import OpenCubes

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel

Kind = Literal["none", "model", "reworded", "words", "live", "baseline"]
REST_MS = 120  # labels are compared as a whole, which is too much for each move of a brush
HEADS: dict[Kind, str] = {
    "none": "",
    "model": tr("Trained model"),
    "reworded": tr("Trained model, edited words"),
    "words": tr("Guessed from the words alone"),
    "live": tr("Live map"),
    "baseline": tr("Baseline"),
}
TIPS: dict[Kind, str] = {
    "none": "",
    "model": tr("This map was made by a trained model."),
    "reworded": tr("This map uses edited descriptions whose accuracy has not been measured."),
    "words": tr("This map was made without labels; its accuracy is unknown."),
    "live": tr(
        "The quick expert made this map from the labels; nothing was held out. Train to measure the accuracy."
    ),
    "baseline": tr(
        "A standard classifier of single spectra made this map, for comparison. "
        "Its confidence is not calibrated."
    ),
}
TOLD: dict[Kind, tuple[Part, ...]] = {
    "reworded": ("descriptions",),
    "baseline": ("descriptions",),
    "words": ("labels",),
}
"""What a map says by itself, does not read, or cannot know."""


@dataclass(frozen=True)
class Standing:
    """What there is to say of the map that is shown.

    Attributes
    ----------
    kind : str
    name : str
        Of the model; "" where it has none, or another one made the map.  Of a baseline, what it is.
    partial : bool
        A part of it is being drawn.
    voted : bool
        Every object has one class.
    changes : tuple of Change
        Since it was made.
    problem : str
        Why the live map does not follow, in sentences.
    """

    kind: Kind = "none"
    name: str = ""
    partial: bool = False
    voted: bool = False
    changes: tuple[Change, ...] = ()
    problem: str = ""

    @property
    def text(self) -> str:
        """One line for the image."""
        maker = [
            self._maker,
            tr("one class per object") if self.voted else "",
            tr("being drawn") if self.partial else "",
        ]
        parts = [", ".join(filter(None, maker)), self._age, self._waits]
        return " · ".join(filter(None, parts))

    @property
    def _maker(self) -> str:
        if self.name and self.kind == "model":
            return tr('Trained model "{name}"', name=self.name)
        if self.name and self.kind == "reworded":
            return tr('Trained model "{name}", edited words', name=self.name)
        if self.kind == "baseline":
            return tr("Baseline: {name}", name=self.name)
        return HEADS[self.kind]

    @property
    def _age(self) -> str:
        if not self.changes or self.partial or self.kind == "none":
            return ""
        names = [
            f"{change.name} ({change.amount})" if change.part == "labels" else change.name
            for change in self.changes
        ]
        return tr("older than the {names}", names=listed(names))

    @property
    def _waits(self) -> str:
        return tr("Live waits: {problem}", problem=self.problem) if self.problem else ""

    @property
    def tip(self) -> str:
        """What that means, in sentences."""
        return " ".join(filter(None, (TIPS[self.kind], self.remark, self._waits)))

    @property
    def remark(self) -> str:
        """What has changed since, in sentences."""
        return " ".join(change.sentence for change in self.changes)


def kind_of(prediction: Prediction | None) -> Kind:
    """Who made a map."""
    if prediction is None:
        return "none"
    if prediction.from_words:
        return "words"
    if prediction.live:
        return "live"
    if prediction.maker:
        return "baseline"
    return "model" if prediction.before is None else "reworded"


def remark_of(prediction: Prediction) -> str:
    """What the files of a map say of it that no measured model made."""
    return origin.remark_of(
        from_words=prediction.from_words,
        live=prediction.live,
        reworded=prediction.before is not None,
        baseline=bool(prediction.maker),
    )


class MapStanding(QObject):
    """The standing of the current cube's map, kept true; `changed` when there is something else to say.

    `look` finds it, at once after the signals of `now` and after a rest after those of `later`.
    """

    changed = Signal()

    def __init__(
        self,
        parent: QObject,
        look: Callable[[], Standing],
        now: Sequence[SignalInstance],
        later: Sequence[SignalInstance],
    ) -> None:
        super().__init__(parent)
        self._find = look
        self.now = Standing()
        self._timer = resting(self, self._look, REST_MS)
        follow(self._look, *now)
        follow(self._timer.start, *later)

    def _look(self) -> None:
        now = self._find()
        if now != self.now:
            self.now = now
            self.changed.emit()


def made_by(model: S3FNModel, prediction: Prediction) -> bool:
    """Whether a map is a model's own; a vote of the objects leaves no metrics."""
    same = not prediction.metrics or prediction.metrics is model.metrics
    return same and prediction.classes is model.classes and not prediction.maker


def standing_of(
    cubes: OpenCubes,
    classes: ClassSet,
    model: S3FNModel | None,
    name: str,
    learned_from: Basis | None,
    problem: str = "",
) -> Standing:
    """What is to be said of the current cube's map; without one, of the model's figures.

    `name` is that of the model, `learned_from` what it was made from.
    """
    item = cubes.current
    prediction, basis = (None, None) if item is None else (item.prediction, item.basis)
    kind = kind_of(prediction)
    made = None if prediction is None else prediction.before or prediction
    own = model is not None and (made is None or made_by(model, made))
    by_model = own and kind in ("none", "model", "reworded")
    if by_model:
        basis = learned_from

    told = TOLD.get(kind, ())
    changes = () if basis is None else basis.changes(cubes.items, classes)
    maker = "" if prediction is None else prediction.maker
    measured = kind in ("live", "baseline") or (by_model and model is not None and bool(model.metrics))
    return Standing(
        kind,
        maker or (name if by_model and prediction is not None else ""),
        prediction is not None and prediction.partial,
        prediction is not None
        and kind in ("live", "model", "baseline")
        and measured
        and not prediction.metrics,
        tuple(change for change in changes if change.part not in told),
        problem,
    )
