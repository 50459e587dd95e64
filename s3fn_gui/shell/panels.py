"""The image and the panels of all rooms, each with the states, flows and commands it needs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from s3fn_gui.base.actions import Actions
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.widgets import column, holding
from s3fn_gui.cubes.panel import CubesPanel
from s3fn_gui.labels.classes.panel import ClassesPanel
from s3fn_gui.labels.drawing.layer import SuperpixelLayer
from s3fn_gui.labels.drawing.tools import make_tools as label_tools
from s3fn_gui.labels.regions.layer import RegionLayer
from s3fn_gui.labels.regions.panel import RegionsPanel
from s3fn_gui.masks.layer import MaskLayer
from s3fn_gui.masks.objects.layer import ObjectCurves
from s3fn_gui.masks.objects.panel import ObjectsPanel
from s3fn_gui.masks.panel import MaskPanel
from s3fn_gui.masks.tools import make_tools as mask_tools
from s3fn_gui.model.history.panel import ModelsPanel
from s3fn_gui.model.next_place.layer import PlaceLayer
from s3fn_gui.model.probe.layer import HeatLayer
from s3fn_gui.model.probe.panel import ProbePanel
from s3fn_gui.model.rescoring.bar import RescoringBar
from s3fn_gui.model.training.panel import TrainingPanel
from s3fn_gui.model.training.split_layer import SplitLayer
from s3fn_gui.picture.panel import DisplayPanel
from s3fn_gui.picture.strip import ViewStrip
from s3fn_gui.picture.tools import make_tools as picture_tools
from s3fn_gui.picture.view import CubeView
from s3fn_gui.results.layer import ChosenCurves, PixelsLayer
from s3fn_gui.results.panel import ResultsPanel
from s3fn_gui.results.validation.layer import PointCurve, PointLayer
from s3fn_gui.results.validation.panel import ValidationPanel
from s3fn_gui.session.session import Session
from s3fn_gui.shell.docks import Docks
from s3fn_gui.shell.flows import Flows
from s3fn_gui.shell.states import States
from s3fn_gui.spectra.identify.layer import MatchLayer
from s3fn_gui.spectra.view import SpectrumView
from s3fn_gui.start.panel import StartPage
from s3fn_gui.words.check.layer import CheckLayer
from s3fn_gui.words.facts.panel import FactsPanel
from s3fn_gui.words.library.layer import LibraryLayer
from s3fn_gui.words.panel import WordsPanel
from s3fn_gui.words.similarity.panel import SimilarityPanel

AROUND = 48  # pixels in view around a place that is to be looked at
OPENED_BY = {
    "classes": "label.add_class",
    "description": """
        words.generate words.generate_all words.measure words.measure_all words.library words.library_all
    """,
    "regions": """
        label.next_region label.previous_region label.test_region label.split
        label.find_outliers label.next_outlier
    """,
    "spectra": "spectra.identify spectra.keep_means spectra.load spectra.load_folder",
    "probe": "words.probe",
    "models": "models.baselines",
    "objects": "objects.classify",
}
"""Panels, and the commands whose answer stands there."""


class Image(QFrame):
    """The view of the cube with the tools and layers of all rooms, and the bars below it."""

    def __init__(self, session: Session, states: States, actions: Actions, start: StartPage) -> None:
        super().__init__()
        self.setObjectName("centre")
        tools = {
            **picture_tools(session),
            **label_tools(session, states.painting, states.drawing),
            **mask_tools(session, states.mask),
        }
        self.view = view = CubeView(session, actions, tools)
        self.mask_layer = MaskLayer(session, states.mask, view.box)
        self.region_layer = RegionLayer(session, states.regions)
        self.heat_layer = HeatLayer(session, states.probe, view.box)
        self.superpixel_layer = SuperpixelLayer(session, states.drawing)
        self.point_layer = PointLayer(states.validation)
        self.split_layer = SplitLayer(session, states.material, view.box)
        for layer in (self.mask_layer, self.heat_layer, self.region_layer, self.superpixel_layer):
            view.add_layer(layer)
        self.place_layer = PlaceLayer(states.next_place)
        self.result_layer = PixelsLayer(states.results, view.box)
        view.add_layer(self.result_layer)
        view.add_layer(self.point_layer)
        view.add_layer(self.place_layer)
        view.add_layer(self.split_layer)
        words = RescoringBar(session, states.rescoring, actions)
        self.start = start
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.start)
        self._pages.addWidget(holding(column(view, words, ViewStrip(session, actions), spacing=0)))
        self._session = session
        session.cubes.current_changed.connect(self._show)
        self._show()
        states.mask.object_looked_for.connect(lambda row: view.bring(row.box, row.centre))
        states.regions.looked_for.connect(lambda place: view.bring(*place))
        states.validation.looked_for.connect(self._look_at)
        states.next_place.looked_for.connect(self._look_at)
        states.results.looked_for.connect(lambda line, sample: view.zoom.centre_on(line, sample, AROUND))

    def _show(self) -> None:
        """The image, or without a cube the start page; keys are for what is shown."""
        place = 0 if self._session.cubes.current is None else 1
        if place != self._pages.currentIndex():
            self._pages.setCurrentIndex(place)
            (self.start, self.view.canvas)[place].setFocus()

    def free_of_head(self, wanted: int) -> QRect:
        """See :meth:`CubeView.free_of_head`; the top of the start page is free."""
        if self._session.cubes.current is None:
            return QRect(0, 0, self.width(), self.view.head.sizeHint().height())
        return self.view.free_of_head(wanted).translated(self.view.mapTo(self, QPoint(0, 0)))

    def _look_at(self, line: int, sample: int) -> None:
        """Bring a pixel into the middle; keys are for the image now."""
        self.view.zoom.centre_on(line, sample, AROUND)
        self.view.canvas.setFocus()


class Panels:
    """What the docks hold, by the names of :data:`~s3fn_gui.shell.workspaces.PANELS`."""

    def __init__(
        self, session: Session, states: States, flows: Flows, actions: Actions, settings: Settings
    ) -> None:
        self._states, self._flows = states, flows
        self._asked_map_settings = session.view.map_settings_asked
        self.classes = ClassesPanel(session, actions)
        self.display = DisplayPanel(session, flows.picture.sample)
        self.spectra = SpectrumView(
            session, actions, flows.picture.choose_bands, flows.spectra.choose_transform
        )
        self.check_layer = CheckLayer(self.spectra.plot, session, states.check, states.generation)
        self.library_layer = LibraryLayer(self.spectra.plot, session, states.library)
        self.match_layer = MatchLayer(self.spectra.plot, session, states.identify)
        states.identify.plot_range = self.spectra.shown_range
        self.point_curve = PointCurve(self.spectra.plot, states.validation)
        self.object_curves = ObjectCurves(self.spectra.plot, session, states.objects)
        self.result_curves = ChosenCurves(self.spectra.plot, states.results)
        for layer in (self.check_layer, self.library_layer, self.match_layer, self.point_curve):
            self.spectra.add_layer(layer)
        self.spectra.add_layer(self.object_curves)
        self.spectra.add_layer(self.result_curves)
        self.by_name: dict[str, QWidget] = {
            "cubes": CubesPanel(session, actions),
            "display": self.display,
            "mask": MaskPanel(session, states.mask, actions, flows.mask.preview.choose),
            "classes": self.classes,
            "description": WordsPanel(session, states.check, states.generation, actions, settings),
            "spectra": self.spectra,
            "training": TrainingPanel(
                session,
                states.training,
                states.material,
                flows.material.show_split,
                actions["train.start"],
                actions["train.stop"],
            ),
            "results": ResultsPanel(
                session,
                states.results,
                flows.result_pixels.choose,
                flows.result_tables.save,
                actions["file.export"],
            ),
            "models": ModelsPanel(session, states.history, flows.result_tables.save, actions),
            "validation": ValidationPanel(session, states.validation, flows.labelling.answer, actions),
            "regions": RegionsPanel(session, states.regions, actions),
            "objects": ObjectsPanel(
                session, states.objects, flows.objects.label_place, flows.objects.name, actions
            ),
            "facts": FactsPanel(session, states.facts, actions),
            "similarity": SimilarityPanel(session, states.similarity),
            "probe": ProbePanel(session, states.probe, actions["words.probe"]),
        }

    def follow(self, docks: Docks, actions: Actions) -> None:
        """Compute only while it can be seen; what a command is answered in comes to the front."""
        for name, ids in OPENED_BY.items():
            for action in actions.pick(*ids.split()):
                action.triggered.connect(docks[name].raise_)
        docks["mask"].visibilityChanged.connect(self._states.mask.set_open)
        self._states.mask.list_asked.connect(docks["objects"].raise_)
        docks["regions"].visibilityChanged.connect(self._flows.regions.set_open)
        self._states.validation.wanted.connect(docks["validation"].raise_)
        docks["training"].visibilityChanged.connect(self._flows.material.set_open)
        docks["objects"].visibilityChanged.connect(self._flows.objects.set_open)
        docks["facts"].visibilityChanged.connect(self._flows.facts.set_open)
        docks["similarity"].visibilityChanged.connect(self._flows.similarity.set_open)
        docks["display"].visibilityChanged.connect(lambda _: self.display.catch_up())
        docks["probe"].visibilityChanged.connect(self._states.probe.set_open)
        self._asked_map_settings.connect(docks["display"].raise_)
        self._asked_map_settings.connect(self.display.show_map_box)
