"""From an edit of a description to the map in these words, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.paragraphs import same_text
from s3fn_core.progress import Progress
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.state import RescoringState, followed, say_the_same
from s3fn_gui.session.context import Context
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.view import MapBefore

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.rescoring import Rescorer
    from s3fn_core.model.checkpoint import S3FNModel


SCENE, WORDS = "features", "rescore"
DEBOUNCE_MS = 150
LARGE = 2**30
"""Bytes of features that are computed only when they are asked for."""
MIN_CLASSES = 2


class RescoreFlow:
    """The map on show follows the words as soon as somebody edits them.

    What the backbone makes of the cube is computed at the first edit and kept for the cube on
    show; after that a map takes a fraction of a second.
    """

    def __init__(self, context: Context, rescoring: RescoringState) -> None:
        self._context = context
        self._session = session = context.session
        self._state = rescoring
        self.rescorer: Rescorer | None = None
        self._model: S3FNModel | None = None
        self._seen = session.classes
        self._refused: Cube | None = None
        self._looked_at: tuple[S3FNModel | None, Cube | None] = (None, None)
        self._timer = resting(session, self._follow, DEBOUNCE_MS)
        session.classes_changed.connect(self._words_changed)
        cubes = session.cubes
        follow(self._situation_changed, session.model_changed, cubes.current_changed)
        follow(self._situation_changed, cubes.treatment_changed, cubes.prediction_changed)

    # --- what there is to follow ---------------------------------------------------------------

    def of(self, model: S3FNModel, cube: Cube) -> Rescorer | None:
        """What is known of a cube already, as the model sees it."""
        kept = self.rescorer
        fits = kept is not None and kept.features.cube is cube and kept.fits(model)
        return kept if fits else None

    def trained(self) -> tuple[S3FNModel, OpenCube, Prediction] | None:
        """The model, the cube on show and its map in the words of the training, if all are there.

        A map that an earlier model made is no such map, nor is one from the words alone.
        """
        model, item = self._session.model, self._session.cubes.current
        if model is None or item is None or item.prediction is None:
            return None
        trained = item.prediction.before or item.prediction
        is_its = trained.classes is model.classes and not trained.from_words
        return (model, item, trained) if is_its else None

    def _words_changed(self) -> None:
        """Colours and names are no words: then nothing is to be done."""
        before, self._seen = self._seen, self._session.classes
        there = self.trained()
        if there is None:
            self._take_stock()
            return
        model = there[0]
        pooling = model.config.fusion.pooling
        words = followed(model.classes, self._seen)
        if say_the_same(words, followed(model.classes, before), pooling):
            return
        self._take_stock()
        if not self._state.edited:
            self._follow()
        elif self._may_follow(model, there[1].cube):
            self._state.put(following=True)
            self._timer.start()

    def _may_follow(self, model: S3FNModel, cube: Cube) -> bool:
        """Whether an edit is enough: it has not failed here, and takes no gigabytes unasked."""
        if self._refused is cube:
            return False
        return self.rescorer is not None or jobs.bytes_of(model, cube) <= LARGE

    def _situation_changed(self) -> None:
        """Another model, cube, treatment or map: what was kept may fit no more."""
        session, item = self._session, self._session.cubes.current
        if session.model is not self._model:
            self._model, self._refused = session.model, None
            self._state.put(following=False, closed=False)
            self._state.learned = None
        self._drop_what_is_old(session.model, item)
        self._take_stock()
        if not self._timer.isActive():
            self._follow()

    def _drop_what_is_old(self, model: S3FNModel | None, item: OpenCube | None) -> None:
        kept, cube = self.rescorer, None if item is None else item.cube
        if kept is not None and (kept.features.cube is not cube or model is None or not kept.fits(model)):
            self.rescorer = None
        if self._refused is not cube:
            self._refused = None

    def _take_stock(self) -> None:
        """Whether the words are those of the training."""
        there = self.trained()
        edited = False
        if there is not None:
            model = there[0]
            words = followed(model.classes, self._session.classes)
            same = say_the_same(words, model.classes, model.config.fusion.pooling)
            edited = not same and len(words) >= MIN_CLASSES
        self._state.put(edited=edited)
        comparison = self._session.view.comparison
        if comparison.before is not None and (
            there is None or there[1].prediction is there[2] or there[2].ids is not comparison.before.ids
        ):
            comparison.end()

    # --- following -----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Bring the map on show in line with the words."""
        there = self.trained()
        if there is None or not (self._state.edited and self._state.following):
            self._stop()
            if there is not None and there[1].prediction is not there[2]:
                self._session.cubes.set_prediction(there[1].key, there[2])
            return
        model, item, trained = there
        words = followed(model.classes, self._session.classes)
        shown = item.prediction
        assert shown is not None
        if shown is not trained and say_the_same(shown.classes, words, model.config.fusion.pooling):
            return
        if self.rescorer is None:
            self._look(model, item.cube)
        else:
            self._reword(self.rescorer, model, item.cube, words, trained)

    def _look(self, model: S3FNModel, cube: Cube) -> None:
        """Compute the features of the cube on show, unless that is under way."""
        running = self._context.runner.get(SCENE) is not None
        if running and self._looked_at[0] is model and self._looked_at[1] is cube:
            return
        self._looked_at = (model, cube)
        device = self._session.train_settings.device
        self._state.set_busy("Words edited: looking at the scene once…")
        self._context.runner.start(
            SCENE,
            f"Reading {cube.name} for other words",
            lambda: jobs.look(model, cube, device),
            self._looked,
            progressed=self._progressed,
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def _looked(self, rescorer: Rescorer) -> None:
        self._state.set_busy("")
        self.rescorer = rescorer
        self._drop_what_is_old(self._session.model, self._session.cubes.current)
        self._follow()

    def _reword(
        self, rescorer: Rescorer, model: S3FNModel, cube: Cube, words: ClassSet, trained: Prediction
    ) -> None:
        self._context.runner.start(
            WORDS,
            "Following the words",
            lambda: jobs.reword(rescorer, model, words, trained),
            lambda prediction: self._reworded(model, cube, prediction),
            failed=self._failed,
        )

    def _reworded(self, model: S3FNModel, cube: Cube, prediction: Prediction) -> None:
        there = self.trained()
        if (
            there is not None
            and there[0] is model
            and there[1].cube is cube
            and there[2] is prediction.before
            and self._state.edited
            and self._state.following
        ):
            self._session.cubes.set_prediction(there[1].key, prediction)

    def _progressed(self, progress: Progress) -> None:
        if self._state.busy:
            self._state.set_busy(self._state.busy, progress.fraction)

    def _failed(self, error: BaseException) -> None:
        """Once, not at every key: the map stays as it is until somebody asks for it again."""
        self._give_up()
        self._context.errors.show("Mapping the edited words", error)

    def _cancelled(self) -> None:
        if self._context.runner.get(SCENE) is None and self._state.busy:
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
        self._looked_at = (None, None)  # a look that is being given up is none to wait for
        for kind in (SCENE, WORDS):
            self._context.runner.cancel(kind)

    # --- what the user asks for ----------------------------------------------------------------

    def show(self) -> None:
        """Let the map follow the words."""
        self._refused = None
        self._state.put(following=True, closed=False)
        self._follow()

    def back(self) -> None:
        """The descriptions of the training again, as one step, and its map.

        As with any earlier version that is restored, locks are those of then.
        """
        there = self.trained()
        if there is None:
            return
        classes = self._session.classes
        for then in there[0].classes:
            if then.id in classes and not same_text(classes[then.id].descriptions, then.descriptions):
                classes = classes.changed(then.id, descriptions=then.descriptions)
        self._state.put(following=False)
        self._session.push_classes(classes, "Back to the trained words")
        self._state.put(following=False)
        self._follow()

    def compare(self, on: bool) -> None:
        """Draw the map in the words of the training left of a handle."""
        view, there = self._session.view, self.trained()
        if not on or there is None or there[1].prediction is there[2]:
            view.comparison.end()
            return
        item, trained = there[1:]
        before = MapBefore(trained.ids, trained.classes, ("Trained words", "Edited words"))
        view.set_layer("prediction", visible=True)
        view.comparison.keep(view.picture, item.cube.name, view.looks.colour_map, before)
