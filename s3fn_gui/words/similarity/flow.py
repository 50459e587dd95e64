"""Comparing the descriptions once typing pauses, while the panel is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings, train_config
from s3fn_core.progress import Operation, Progress
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.words.similarity.state import SimilarityState

if TYPE_CHECKING:
    from s3fn_core.words.similarity import Similarity


KIND = "similarity"
TITLE = tr("Comparing the descriptions")


class SimilarityFlow(Flow):
    """The encoder is the one that a training would use."""

    def __init__(self, context: Context, similarity: SimilarityState) -> None:
        super().__init__(context)
        self._state = similarity
        self._is_open = False
        self._rest = resting(self, self._compare)
        follow(self._outdated, self._session.classes_changed, self._session.settings_changed)

    def set_open(self, is_open: bool) -> None:
        """Whether the panel is seen."""
        self._is_open = is_open
        if is_open and len(self._session.classes) < 2:
            self._compare()  # says at once what is missing
        elif is_open and not self._state.fresh:
            self._rest.start()

    def _outdated(self) -> None:
        self._state.outdate()
        if self._is_open:
            self._rest.start()

    def _compare(self) -> None:
        classes, settings = self._session.classes, self._session.train_settings
        if len(classes) < 2:
            self._state.put(None, tr("Add at least two classes to compare their descriptions."))
            return

        def is_asked() -> bool:
            """Whether the question is still the same."""
            session = self._session
            return session.classes == classes and session.train_settings == settings

        def done(found: Similarity) -> None:
            if is_asked():
                self._state.put(found)

        def failed(error: BaseException) -> None:
            if is_asked():
                self._state.put(None, explain(error, TITLE).text)

        self._runner.start(KIND, TITLE, lambda: compare(classes, settings), done, failed=failed)


def compare(classes: ClassSet, settings: TrainSettings) -> Operation[Similarity]:
    """Embed and compare the descriptions as a training would."""
    yield Progress("words", 0.0, tr("Starting the text encoder"))
    from s3fn_core.words.similarity import similarity

    fusion = train_config(settings).fusion
    # Texts that are being typed are not worth a file each.
    return (yield from similarity(classes, encoder=fusion.encoder, pooling=fusion.pooling, keep=False))
