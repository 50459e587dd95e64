"""All flows of the window, made in the order in which they need each other."""

from __future__ import annotations

from s3fn_gui.base.settings import recovery_folder
from s3fn_gui.cubes.calibration.flow import CalibrateFlow
from s3fn_gui.cubes.layout_flow import LayoutFlow
from s3fn_gui.cubes.metadata.flow import MetadataFlow
from s3fn_gui.labels.classes.flow import ClassFlow
from s3fn_gui.labels.drawing.flow import DrawingFlow
from s3fn_gui.labels.files.classes_flow import ClassFileFlow
from s3fn_gui.labels.files.flow import LabelFlow
from s3fn_gui.labels.regions.flow import RegionsFlow
from s3fn_gui.masks.flow import MaskFlow
from s3fn_gui.model.controls.flow import ControlsFlow
from s3fn_gui.model.files_flow import ModelFileFlow
from s3fn_gui.model.flow import TrainFlow
from s3fn_gui.model.probe.flow import ProbeFlow
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.rescoring.retrain_flow import RetrainFlow
from s3fn_gui.model.words_map import WordsMapFlow
from s3fn_gui.picture.flow import PictureFlow
from s3fn_gui.project.flow import ProjectFlow
from s3fn_gui.project.missing_flow import MissingFlow
from s3fn_gui.project.safety_flow import SafetyFlow
from s3fn_gui.results.flow import ExportFlow
from s3fn_gui.session.context import Context
from s3fn_gui.shell.opening import FileFlow
from s3fn_gui.shell.states import States
from s3fn_gui.spectra.flow import SpectraFlow
from s3fn_gui.words.claims.flow import ClaimsFlow
from s3fn_gui.words.facts.flow import FactsFlow
from s3fn_gui.words.similarity.flow import SimilarityFlow
from s3fn_gui.words.writing.flow import WordsFlow


class Flows:
    """From a wish through a job into a state; one attribute for each."""

    def __init__(self, context: Context, states: States) -> None:
        self.picture = PictureFlow(context)
        self.spectra = SpectraFlow(context)
        self.calibrate = CalibrateFlow(context)
        self.metadata = MetadataFlow(context)
        self.drawing = DrawingFlow(context, states.alike, states.painting)
        self.classes = ClassFlow(context, states.painting)
        self.regions = RegionsFlow(context, states.regions)
        self.labels = LabelFlow(context)
        self.class_files = ClassFileFlow(context)
        self.mask = MaskFlow(context, states.mask)
        self.train = TrainFlow(context, states.rescoring, states.training)
        self.models = ModelFileFlow(context, self.train.predict)
        self.words_map = WordsMapFlow(context)
        self.rescore = RescoreFlow(context, states.rescoring)
        self.retrain = RetrainFlow(context, states.rescoring, states.training, self.rescore)
        self.probe = ProbeFlow(context, states.probe, self.rescore)
        self.controls = ControlsFlow(context, states.controls)
        self.claims = ClaimsFlow(context, states.claims)
        self.facts = FactsFlow(context, states.facts)
        self.similarity = SimilarityFlow(context, states.similarity)
        self.words = WordsFlow(context, states.generation)
        self.export = ExportFlow(context)
        self.safety = SafetyFlow(context, recovery_folder())
        self.missing = MissingFlow(context)
        self.project = ProjectFlow(context, self.safety, self.models.open_of_project)
        self.files = FileFlow(
            context, self.project.open, self.labels, self.missing, self.class_files, self.models
        )
        self.layout = LayoutFlow(context, self.files.open_cube)
