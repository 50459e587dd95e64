"""Which pixels a cell of a table stands for, and what they look like."""

from __future__ import annotations

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.results.pixel_spectra import PixelSpectra, pixel_spectra
from s3fn_gui.base.signals import follow
from s3fn_gui.results.state import Chosen, ResultsState, Wish, title_of
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.session import Session

KIND = "result_pixels"


class PixelsFlow(Flow):
    """Lights the pixels of a cell; withdraws them with the map, the cube or the model they are about."""

    def __init__(self, context: Context, state: ResultsState) -> None:
        super().__init__(context)
        self._state = state
        self._about: tuple[object, ...] = ()
        session, cubes = self._session, self._session.cubes
        follow(self._withdraw_old, cubes.prediction_changed, cubes.current_changed, cubes.treatment_changed)
        follow(self._withdraw_old, session.model_changed, session.cleared, session.view.blind_changed)
        session.work.let_go.connect(lambda: state.choose(None))
        state.errors_changed.connect(self._follow_errors)
        state.chosen_changed.connect(self._read)

    def choose(self, wish: Wish) -> None:
        """Light these pixels; where they are lit already, look at the next one of them."""
        state = self._state
        if state.chosen is not None and state.chosen.wish == wish:
            state.step(1)
            return
        self._about = self._now()
        state.choose(self._found(wish))

    def _now(self) -> tuple[object, ...]:
        """What the pixels are about."""
        state, item = self._state, self._state.item
        cube = None if item is None else item.cube
        return cube, state.prediction, state.answers, self._session.view.blind

    def _withdraw_old(self) -> None:
        if self._state.chosen is not None and any(
            a is not b for a, b in zip(self._about, self._now(), strict=True)
        ):
            self._state.choose(None)

    def _follow_errors(self) -> None:
        """Labels that were mended are no longer among those that the map contradicts."""
        chosen = self._state.chosen
        if chosen is None or chosen.wish.what != "labels" or self._state.errors is None:
            return
        found = self._found(chosen.wish)
        if found is None or not np.array_equal(found.pixels, chosen.pixels):
            self._state.choose(found)

    def _found(self, wish: Wish) -> Chosen | None:
        """None where there is nothing to light."""
        return self._answered(wish) if wish.what == "answers" else self._contradicted(wish)

    def _answered(self, wish: Wish) -> Chosen | None:
        answers, cube = self._state.answers, self._state.asked_cube
        if answers is None or cube is None:
            return None
        here = answers.where(cube, wish.truth, wish.answer)
        elsewhere = len(answers.where(None, wish.truth, wish.answer)) - len(here)
        title = title_of(wish, names_of(self._session, self._state))
        return Chosen(wish, title, answers.pixels[here], elsewhere)

    def _contradicted(self, wish: Wish) -> Chosen | None:
        errors = self._state.errors
        if errors is None:
            return None
        pixels = np.argwhere(errors.ids == wish.truth if wish.truth is not None else errors.ids > 0)
        if not len(pixels):
            return None
        return Chosen(wish, title_of(wish, names_of(self._session, self._state)), pixels)

    def _read(self) -> None:
        """Read the spectra of what is lit now."""
        chosen, item = self._state.chosen, self._state.item
        if chosen is None or item is None or not len(chosen.pixels):
            self._runner.cancel(KIND)
            return
        cube, pixels = item.cube, chosen.pixels

        def done(found: PixelSpectra) -> None:
            if self._state.chosen is chosen:
                self._state.put_spectra(found)

        self._runner.start(KIND, tr("Reading spectra"), lambda: pixel_spectra(cube, pixels), done)


def names_of(session: Session, state: ResultsState) -> dict[int, str]:
    """Names of the measured classes, of those of the map, and of the project."""
    held_out = state.metrics.get("held_out") or {}
    mapped = () if state.prediction is None else state.prediction.classes
    measured = {c["id"]: c["name"] for c in held_out.get("per_class", ())}
    return {c.id: c.name for c in (*mapped, *session.classes)} | measured
