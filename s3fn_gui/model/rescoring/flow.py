"""From an edited description to a map in the edited words, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.paragraphs import same_text
from s3fn_core.languages import tr
from s3fn_core.progress import Progress
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.state import RescoringState, classes_to_map, say_the_same, texts_changed
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.view import MapBefore

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.rescoring import Rescorer
    from s3fn_core.model.checkpoint import S3FNModel


SCENE, WORDS = "features", "rescore"
DEBOUNCE_MS = 150
LARGE = 2**30
"""Bytes of features that are computed only on request."""
MIN_CLASSES = 2
MUCH = 0.1
"""Share of a map that many descriptions at once change only when asked."""


@dataclass(frozen=True, eq=False)
class TrainedMap:
    """The model, the current cube, and its map in the words of the training."""

    model: S3FNModel
    item: OpenCube
    prediction: Prediction

    @property
    def is_shown(self) -> bool:
        """Whether the cube shows this map, not one in edited words."""
        return self.item.prediction is self.prediction

    @property
    def pooling(self) -> str:
        """How the model reads words."""
        return self.model.config.fusion.pooling


class RescoreFlow(Flow):
    """The map follows the words as soon as they are edited.

    The features of the current cube are computed at the first edit and kept; after that a map
    takes a fraction of a second.  Where several descriptions change at once (all are measured, say)
    and with them much of the map, that stays until it is asked for.
    """

    def __init__(self, context: Context, rescoring: RescoringState) -> None:
        super().__init__(context)
        session = context.session
        self._state = rescoring
        self.rescorer: Rescorer | None = None
        self._model: S3FNModel | None = None
        self._seen = session.classes
        self._refused: Cube | None = None
        self._many = False  # descriptions were changed at once, and nobody has asked for their map
        self._looked_at: tuple[S3FNModel | None, Cube | None] = (None, None)
        self._timer = resting(session, self._follow, DEBOUNCE_MS)
        session.classes_changed.connect(self._words_changed)
        cubes = session.cubes
        follow(self._situation_changed, session.model_changed, cubes.current_changed)
        follow(self._situation_changed, cubes.treatment_changed, cubes.prediction_changed)

    # --- what there is to follow ---------------------------------------------------------------

    def of(self, model: S3FNModel, cube: Cube) -> Rescorer | None:
        """The features of a cube as the model sees it, if they are known."""
        kept = self.rescorer
        fits = kept is not None and kept.features.cube is cube and kept.fits(model)
        return kept if fits else None

    def trained(self) -> TrainedMap | None:
        """The map of the current cube in the words of the training, if the model made one."""
        model, item = self._session.model, self._session.cubes.current
        if model is None or item is None or item.prediction is None:
            return None
        trained = item.prediction.before or item.prediction
        is_its = trained.classes is model.classes and not (trained.from_words or trained.maker)
        return TrainedMap(model, item, trained) if is_its else None

    def _words_changed(self) -> None:
        """A change of colours or names alone changes no map."""
        before, self._seen = self._seen, self._session.classes
        mapped = self.trained()
        if mapped is None:
            self._compare_words()
            return
        trained = mapped.model.classes
        words = classes_to_map(trained, self._seen)
        if say_the_same(words, classes_to_map(trained, before), mapped.pooling):
            return
        self._many |= texts_changed(before, self._seen) > 1
        self._compare_words()
        if not self._state.edited:
            self._follow()
        elif self._may_follow(mapped):
            self._state.put(following=True)
            self._timer.start()

    def _may_follow(self, mapped: TrainedMap) -> bool:
        """Whether an edit is enough: it has not failed on this cube, and takes no gigabytes unasked.

        A live map follows the words by itself.
        """
        cube = mapped.item.cube
        if self._refused is cube or self._session.live.on:
            return False
        return self.rescorer is not None or jobs.bytes_of(mapped.model, cube) <= LARGE

    def _situation_changed(self) -> None:
        """Another model, cube, treatment or map: what was kept may not fit any more."""
        session = self._session
        if session.model is not self._model:
            self._model, self._refused = session.model, None
            self._state.put(following=False, closed=False)
        self._drop_what_is_old()
        self._compare_words()
        if not self._timer.isActive():
            self._follow()

    def _drop_what_is_old(self) -> None:
        kept, model, item = self.rescorer, self._session.model, self._session.cubes.current
        cube = None if item is None else item.cube
        if kept is not None and (kept.features.cube is not cube or model is None or not kept.fits(model)):
            self.rescorer = None
        if self._refused is not cube:
            self._refused = None

    def _compare_words(self) -> None:
        """Note whether the words differ from those of the training."""
        mapped = self.trained()
        edited = False
        if mapped is not None:
            words = classes_to_map(mapped.model.classes, self._session.classes)
            same = say_the_same(words, mapped.model.classes, mapped.pooling)
            edited = not same and len(words) >= MIN_CLASSES
        self._many &= edited
        self._state.put(edited=edited)
        comparison = self._session.view.comparison
        before = comparison.before
        if (
            before is not None
            and before.of == "words"
            and (mapped is None or mapped.is_shown or mapped.prediction.ids is not before.ids)
        ):
            comparison.end()

    # --- following -----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Bring the map in line with the words."""
        mapped = self.trained()
        if mapped is None or not (self._state.edited and self._state.following):
            self._stop()
            if mapped is not None and not mapped.is_shown:
                self._session.cubes.set_prediction(mapped.item.key, mapped.prediction)
            return
        words, shown = classes_to_map(mapped.model.classes, self._session.classes), mapped.item.prediction
        assert shown is not None
        if not mapped.is_shown and say_the_same(shown.classes, words, mapped.pooling):
            return
        if self.rescorer is None:
            self._look(mapped)
        else:
            self._reword(self.rescorer, mapped, words)

    def _look(self, mapped: TrainedMap) -> None:
        """Compute the features of the current cube, unless that is under way."""
        model, cube = mapped.model, mapped.item.cube
        running = self._runner.get(SCENE) is not None
        if running and self._looked_at[0] is model and self._looked_at[1] is cube:
            return
        self._looked_at = (model, cube)
        device = self._session.train_settings.device
        self._state.set_busy(tr("Words edited: reading the scene once…"))
        self._runner.start(
            SCENE,
            tr("Reading {name} for the edited words", name=cube.name),
            lambda: jobs.look(model, cube, device),
            self._looked,
            progressed=self._progressed,
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def _looked(self, rescorer: Rescorer) -> None:
        self._state.set_busy("")
        self.rescorer = rescorer
        self._drop_what_is_old()
        self._follow()

    def _reword(self, rescorer: Rescorer, asked: TrainedMap, words: ClassSet) -> None:
        def done(prediction: Prediction) -> None:
            mapped = self.trained()
            if (
                mapped is not None
                and mapped.model is asked.model
                and mapped.item.cube is asked_cube
                and mapped.prediction is prediction.before
                and self._state.edited
                and self._state.following
            ):
                self._put(mapped.item, prediction)

        asked_cube = asked.item.cube
        self._runner.start(
            WORDS,
            tr("Following the words"),
            lambda: jobs.reword(rescorer, asked.model, words, asked.prediction),
            done,
            failed=self._failed,
            brief=True,
        )

    def _put(self, item: OpenCube, prediction: Prediction) -> None:
        """Show the map in the words of now, unless that is too much of a change to come unasked."""
        assert item.prediction is not None
        if self._many and (share := _share_changed(item.prediction, prediction)) > MUCH:
            told = self._state.held
            self._state.put(held=share)
            if not told:
                text = tr(
                    "These descriptions would change {percent:.0f} % of the map. Press Show to update it.",
                    percent=100 * share,
                )
                self._session.report(
                    "warning", text, action="rescore.show", still=lambda: bool(self._state.held)
                )
            return
        self._many = False
        self._state.put(held=0.0)
        self._session.cubes.set_prediction(item.key, prediction)

    def _progressed(self, progress: Progress) -> None:
        if self._state.busy:
            self._state.set_busy(self._state.busy, progress.fraction)

    def _failed(self, error: BaseException) -> None:
        """Once, not at every key: the map stays as it is until the user asks for it again."""
        self._give_up()
        self._errors.show(tr("Mapping the edited words"), error)

    def _cancelled(self) -> None:
        if self._runner.get(SCENE) is None and self._state.busy:
            self._give_up()

    def _give_up(self) -> None:
        item = self._session.cubes.current
        self._refused = None if item is None else item.cube
        self._state.set_busy("")
        self._state.put(following=False)
        self._follow()

    def _stop(self) -> None:
        self._timer.stop()
        self._state.set_busy("")
        self._looked_at = (None, None)  # do not wait for a job that is being cancelled
        for kind in (SCENE, WORDS):
            self._runner.cancel(kind)

    # --- what the user asks for ----------------------------------------------------------------

    def show(self) -> None:
        """Let the map follow the words."""
        self._refused, self._many = None, False
        self._state.put(following=True, closed=False, held=0.0)
        self._follow()

    def back(self) -> None:
        """Restore the descriptions of the training, as one step, and its map.

        As with any earlier version that is restored, its locks are restored too.
        """
        mapped = self.trained()
        if mapped is None:
            return
        classes = self._session.classes
        for then in mapped.model.classes:
            if then.id in classes and not same_text(classes[then.id].descriptions, then.descriptions):
                classes = classes.changed(then.id, descriptions=then.descriptions)
        self._state.put(following=False)
        self._session.push_classes(classes, tr("Back to the trained words"))
        self._state.put(following=False)
        self._follow()

    def compare(self, on: bool) -> None:
        """Draw the map in the words of the training left of a handle."""
        view, mapped = self._session.view, self.trained()
        if not on or mapped is None or mapped.is_shown:
            view.comparison.end()
            return
        trained = mapped.prediction
        before = MapBefore(trained.ids, trained.classes, (tr("Trained words"), tr("Edited words")))
        view.set_overlay("prediction", visible=True)
        view.comparison.keep(view.picture, mapped.item.cube.name, view.looks.colour_map, before)


def _share_changed(before: Prediction, now: Prediction) -> float:
    """Share of the mapped pixels that get another class."""
    changed = np.count_nonzero(before.ids != now.ids)
    return changed / max(1, int(np.count_nonzero(now.ids)))
