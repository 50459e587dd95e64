"""What the panel of results shows beside figures: pixels that were chosen, labels the map contradicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from s3fn_core.languages import tr
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.contradictions import Contradictions
from s3fn_core.results.pixel_spectra import PixelSpectra
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

NOT_KEPT = tr(
    "The model file holds no predictions of single pixels: an earlier version wrote it, "
    "or there were too many. Train again to see these pixels."
)


@dataclass(frozen=True)
class Wish:
    """Which pixels: held-out answers, or contradicted labels; None stands for any class."""

    what: Literal["answers", "labels"]
    truth: int | None = None
    answer: int | None = None


def title_of(wish: Wish, names: Mapping[int, str]) -> str:
    """What the pixels are."""
    truth, answer = (
        "" if i is None else names.get(i, tr("class {number}", number=i)) for i in (wish.truth, wish.answer)
    )
    if wish.what == "labels":
        return (
            tr("{name}: the map says otherwise", name=truth)
            if truth
            else tr("Labels: the map says otherwise")
        )
    if truth and truth == answer:
        return tr("{name}: correct", name=truth)
    if truth and answer:
        return tr("{truth} assigned to {answer}", truth=truth, answer=answer)
    if truth:
        return tr("Labelled {name}", name=truth)
    return tr("Assigned to {name}", name=answer) if answer else tr("All held-out pixels")


@dataclass(frozen=True, eq=False)
class Chosen:
    """Pixels of the current cube.

    Attributes
    ----------
    wish : Wish
    title : str
        What they are.
    pixels : array of int, shape (n, 2)
        (line, sample), line by line.
    elsewhere : int
        How many more lie in other cubes.
    """

    wish: Wish
    title: str
    pixels: npt.NDArray[np.integer[Any]]
    elsewhere: int = 0


class ResultsState(QObject):
    """`chosen` are the pixels that are lit, `place` the one among them that is looked at, or None.

    `chosen_changed` comes with other pixels, `moved` with another one among them, `looked_for` asks to
    bring one into view.  `errors` are about the current cube, None while nobody wants them or they are
    not known yet; `wanted_changed` comes when they are to be drawn (`errors_shown`), or to be listed, or
    no longer.
    """

    chosen_changed = Signal()
    moved = Signal()
    looked_for = Signal(int, int)
    spectra_changed = Signal()
    errors_changed = Signal()
    wanted_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.chosen: Chosen | None = None
        self.place: int | None = None
        self.spectra: PixelSpectra | None = None
        self.errors: Contradictions | None = None
        self.errors_shown = False
        self._errors_open = False
        self._next = 0  # place to go to while none is looked at

    # --- what the figures are about ------------------------------------------------------------

    @property
    def item(self) -> OpenCube | None:
        return self._session.cubes.current

    @property
    def prediction(self) -> Prediction | None:
        """The map of the current cube."""
        return None if self.item is None else self.item.prediction

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What was measured of the map, never of another one; of the model where there is no map."""
        if self.prediction is not None:
            return self.prediction.metrics
        return {} if self._session.model is None else self._session.model.metrics

    @property
    def answers(self) -> HeldOutAnswers | None:
        """What these figures were counted from."""
        if self.prediction is not None:
            return self.prediction.answers
        return None if self._session.model is None else self._session.model.answers

    @property
    def asked_cube(self) -> int | None:
        """The number that the answers give the current cube; None where nobody knows."""
        item, answers = self.item, self.answers
        if item is None or answers is None or self._alike(item) > 1:
            return None
        return answers.number_of(item.cube.name, item.cube.shape[:2])

    def _alike(self, item: OpenCube) -> int:
        """Open cubes that a record cannot tell from this one."""
        same = (item.cube.name, item.cube.shape[:2])
        return sum((one.cube.name, one.cube.shape[:2]) == same for one in self._session.cubes.items)

    @property
    def why_not(self) -> str:
        """Why a cell of the matrix shows no pixels, "" where it does."""
        item, answers = self.item, self.answers
        if answers is None:
            return NOT_KEPT if self.metrics.get("held_out") else ""
        if item is None or self.asked_cube is not None:
            return ""
        names = list(dict.fromkeys(one.name for one in answers.cubes))
        if item.cube.name in names and item.cube.shape[:2] in [one.shape for one in answers.cubes]:
            return tr(
                "Several cubes are named {name}, so the pixels cannot be located. "
                "Rename one and train again.",
                name=item.cube.name,
            )
        return tr(
            "The held-out pixels lie in other cubes: {names}. Open or select one to see them.",
            names=", ".join(names),
        )

    # --- pixels that are lit -------------------------------------------------------------------

    @property
    def position(self) -> Position | None:
        """The pixel that is looked at."""
        if self.chosen is None or self.place is None:
            return None
        line, sample = self.chosen.pixels[self.place].tolist()
        return int(line), int(sample)

    def choose(self, chosen: Chosen | None) -> None:
        """Light these pixels, or none; of the same wish as before, go on where one was."""
        if chosen is self.chosen:
            return
        same = chosen is not None and self.chosen is not None and chosen.wish == self.chosen.wish
        self._next = (self._next if self.place is None else self.place) if same else 0
        self.chosen, self.place, self.spectra = chosen, None, None
        self.chosen_changed.emit()
        self.moved.emit()
        self.spectra_changed.emit()

    def step(self, steps: int) -> None:
        """Look at the next of the pixels, or the one before; after the last comes the first."""
        if self.chosen is None or not len(self.chosen.pixels):
            return
        count = len(self.chosen.pixels)
        before = self._next - (steps > 0) if self.place is None else self.place
        self.place = (before + steps) % count
        self.moved.emit()
        if (here := self.position) is not None:
            self.looked_for.emit(*here)

    def put_spectra(self, spectra: PixelSpectra | None) -> None:
        """What the pixels look like."""
        self.spectra = spectra
        self.spectra_changed.emit()

    # --- labels that the map contradicts -------------------------------------------------------

    @property
    def errors_wanted(self) -> bool:
        """Whether anybody looks at them."""
        return self.errors_shown or self._errors_open

    def show_errors(self, shown: bool) -> None:
        """Draw them on the image."""
        self.errors_shown = shown
        self.wanted_changed.emit()

    def open_errors(self, is_open: bool) -> None:
        """Their table is on screen."""
        self._errors_open = is_open
        self.wanted_changed.emit()

    def put_errors(self, errors: Contradictions | None) -> None:
        """Other ones, or not known."""
        if errors is not self.errors:
            self.errors = errors
            self.errors_changed.emit()
