"""The states of all features, made once and handed to panels, flows and layers."""

from __future__ import annotations

from s3fn_gui.help.state import HelpState
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.state import DrawingState
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.masks.objects.state import ObjectsState
from s3fn_gui.masks.state import MaskState
from s3fn_gui.model.folder.state import FolderState
from s3fn_gui.model.history.state import HistoryState
from s3fn_gui.model.next_place.state import NextPlaceState
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.text_controls.state import TextControlsState
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.picture.changes.state import ChangesState
from s3fn_gui.results.state import ResultsState
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.identify.state import IdentifyState
from s3fn_gui.start.state import StartState
from s3fn_gui.words.check.state import CheckState
from s3fn_gui.words.facts.state import FactsState
from s3fn_gui.words.generation.state import GenerationState
from s3fn_gui.words.library.state import WordsLibraryState
from s3fn_gui.words.similarity.state import SimilarityState


class States:
    """What no project keeps, one attribute for each feature."""

    def __init__(self, session: Session, start: StartState) -> None:
        self.start = start
        self.help = HelpState(session)
        self.painting = Painting(session)
        self.drawing = DrawingState(session)
        self.regions = RegionsState(session)
        self.mask = MaskState(session)
        self.changes = ChangesState(session)
        self.objects = ObjectsState(session, self.mask)
        self.training = TrainingState(session)
        self.material = MaterialState(session)
        self.folder = FolderState(session)
        self.history = HistoryState(session)
        self.rescoring = RescoringState(session)
        self.probe = ProbeState(session)
        self.next_place = NextPlaceState(session)
        self.text_controls = TextControlsState(session)
        self.identify = IdentifyState(session)
        self.check = CheckState(session)
        self.facts = FactsState(session)
        self.similarity = SimilarityState(session)
        self.generation = GenerationState(session)
        self.library = WordsLibraryState(session)
        self.results = ResultsState(session)
        self.validation = ValidationState(session)
