"""All flows of the window, made in the order in which they need each other."""

from __future__ import annotations

from s3fn_gui.base.settings import recovery_folder
from s3fn_gui.cubes.calibration.flow import CalibrateFlow
from s3fn_gui.cubes.export_flow import CubeExportFlow
from s3fn_gui.cubes.layout_flow import LayoutFlow
from s3fn_gui.cubes.metadata.flow import MetadataFlow
from s3fn_gui.labels.classes.flow import ClassFlow
from s3fn_gui.labels.drawing.flow import DrawingFlow
from s3fn_gui.labels.files.classes_flow import ClassFileFlow
from s3fn_gui.labels.files.flow import LabelFileFlow
from s3fn_gui.labels.regions.flow import RegionsFlow
from s3fn_gui.masks.flow import MaskFlow
from s3fn_gui.masks.objects.flow import ObjectsFlow
from s3fn_gui.masks.objects.pictures_flow import PicturesFlow
from s3fn_gui.model.files_flow import ModelFileFlow
from s3fn_gui.model.folder.flow import FolderFlow
from s3fn_gui.model.history.baselines_flow import BaselinesFlow
from s3fn_gui.model.history.flow import HistoryFlow
from s3fn_gui.model.live.flow import LiveFlow
from s3fn_gui.model.mapping_flow import MapFlow
from s3fn_gui.model.next_place.flow import NextPlaceFlow
from s3fn_gui.model.probe.flow import ProbeFlow
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.rescoring.retrain_flow import RetrainFlow
from s3fn_gui.model.text_controls.flow import TextControlsFlow
from s3fn_gui.model.training.flow import TrainFlow
from s3fn_gui.model.training.material_flow import MaterialFlow
from s3fn_gui.picture.changes.flow import ChangesFlow
from s3fn_gui.picture.ensemble_flow import EnsembleFlow
from s3fn_gui.picture.flow import PictureFlow
from s3fn_gui.picture.map_look_flow import MapLookFlow
from s3fn_gui.problems.flow import ProblemFlow
from s3fn_gui.project.autosave_flow import AutosaveFlow
from s3fn_gui.project.data_set_flow import DataSetFlow
from s3fn_gui.project.flow import ProjectFlow
from s3fn_gui.project.missing_cubes_flow import MissingCubesFlow
from s3fn_gui.results.errors_flow import ErrorsFlow
from s3fn_gui.results.export_flow import ExportFlow
from s3fn_gui.results.pixels_flow import PixelsFlow
from s3fn_gui.results.report.flow import ReportFlow
from s3fn_gui.results.tables_flow import TablesFlow
from s3fn_gui.results.validation.labelling_flow import LabellingFlow
from s3fn_gui.results.validation.outcome_flow import OutcomeFlow
from s3fn_gui.results.validation.points_flow import PointsFlow
from s3fn_gui.session.context import Context
from s3fn_gui.shell.open_flow import OpenFlow
from s3fn_gui.shell.states import States
from s3fn_gui.spectra.flow import SpectraFlow
from s3fn_gui.spectra.identify.flow import IdentifyFlow
from s3fn_gui.spectra.own.flow import OwnSpectraFlow
from s3fn_gui.start.flow import StartFlow
from s3fn_gui.words.check.flow import CheckFlow
from s3fn_gui.words.facts.flow import FactsFlow
from s3fn_gui.words.generation.flow import GenerationFlow
from s3fn_gui.words.library.flow import LibraryFlow
from s3fn_gui.words.similarity.flow import SimilarityFlow


class Flows:
    """One attribute for each flow."""

    def __init__(self, context: Context, states: States) -> None:
        self.picture = PictureFlow(context)
        self.map_look = MapLookFlow(context)
        self.ensemble = EnsembleFlow(context)
        self.changes = ChangesFlow(context, states.changes)
        self.spectra = SpectraFlow(context)
        self.own_spectra = OwnSpectraFlow(context)
        self.identify = IdentifyFlow(context, states.identify, self.own_spectra.show)
        self.calibrate = CalibrateFlow(context)
        self.cube_export = CubeExportFlow(context)
        self.metadata = MetadataFlow(context)
        self.drawing = DrawingFlow(context, states.drawing, states.painting)
        self.classes = ClassFlow(context, states.painting)
        self.regions = RegionsFlow(context, states.regions)
        self.label_files = LabelFileFlow(context)
        self.class_files = ClassFileFlow(context)
        self.mask = MaskFlow(context, states.mask)
        self.objects = ObjectsFlow(context, states.objects, states.mask)
        self.object_pictures = PicturesFlow(context, states.objects)
        self.mapping = MapFlow(context)
        self.folder = FolderFlow(context, states.folder)
        self.live = LiveFlow(context)
        self.train = TrainFlow(context, states.training, self.mapping)
        self.material = MaterialFlow(context, states.material, states.training)
        self.history = HistoryFlow(context, states.history, states.training, self.mapping)
        self.baselines = BaselinesFlow(context, states.history)
        self.model_files = ModelFileFlow(context, self.mapping.predict)
        self.rescore = RescoreFlow(context, states.rescoring)
        self.retrain = RetrainFlow(context, states.training, self.train, self.mapping, self.rescore)
        self.probe = ProbeFlow(context, states.probe, self.rescore)
        self.next_place = NextPlaceFlow(context, states.next_place)
        self.text_controls = TextControlsFlow(context, states.text_controls)
        self.check = CheckFlow(context, states.check)
        self.facts = FactsFlow(context, states.facts)
        self.similarity = SimilarityFlow(context, states.similarity)
        self.generation = GenerationFlow(context, states.generation)
        self.library = LibraryFlow(context, states.library)
        self.export = ExportFlow(context)
        self.report = ReportFlow(context, states.validation, lambda: states.text_controls.result)
        self.result_pixels = PixelsFlow(context, states.results)
        self.label_errors = ErrorsFlow(context, states.results)
        self.result_tables = TablesFlow(context)
        self.points = PointsFlow(context, states.validation)
        self.labelling = LabellingFlow(context, states.validation)
        self.outcome = OutcomeFlow(context, states.validation)
        self.autosave = AutosaveFlow(context, recovery_folder())
        self.problems = ProblemFlow(context)
        self.missing = MissingCubesFlow(context)
        self.project = ProjectFlow(context, self.autosave, self.model_files.open_of_project)
        self.data_sets = DataSetFlow(context, self.project)
        self.opening = OpenFlow(
            context,
            self.project.open,
            self.project.begin,
            self.label_files,
            self.missing,
            self.class_files,
            self.model_files,
            self.spectra.load,
        )
        self.start = StartFlow(
            context,
            states.start,
            self.project.begin,
            lambda path, then: self.opening.open_cube(path, then=then),
            self.class_files.load,
        )
        states.start.wanted.connect(lambda path: self.opening.open_any([path]))
        self.layout = LayoutFlow(context, self.opening.open_cube)
