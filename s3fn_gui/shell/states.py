"""The states of all features: made once, handed to the panels, flows and layers that need them."""

from __future__ import annotations

from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.state import AlikeState
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.masks.state import MaskState
from s3fn_gui.model.controls.state import ControlsState
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.state import TrainingState
from s3fn_gui.session.session import Session
from s3fn_gui.words.claims.state import ClaimsState
from s3fn_gui.words.facts.state import FactsState
from s3fn_gui.words.similarity.state import SimilarityState
from s3fn_gui.words.writing.state import GenerationState


class States:
    """What no project keeps and only one feature, or its neighbours in the window, knows of."""

    def __init__(self, session: Session) -> None:
        self.painting = Painting(session)
        self.alike = AlikeState(session)
        self.regions = RegionsState(session)
        self.mask = MaskState(session)
        self.training = TrainingState(session)
        self.rescoring = RescoringState(session)
        self.probe = ProbeState(session)
        self.controls = ControlsState(session)
        self.claims = ClaimsState(session)
        self.facts = FactsState(session)
        self.similarity = SimilarityState(session)
        self.generation = GenerationState(session)
        session.cleared.connect(self.training.forget)
        session.cleared.connect(self.controls.forget)
        session.cleared.connect(self.generation.end)
