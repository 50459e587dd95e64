"""Commands of the model: train, apply, open and save it, ask it."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.model.files_flow import ModelFileFlow
from s3fn_gui.model.folder.flow import FolderFlow
from s3fn_gui.model.live.flow import LiveFlow
from s3fn_gui.model.mapping_flow import LEAST_CLASSES, MapFlow
from s3fn_gui.model.probe.flow import ProbeFlow
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.model.text_controls.flow import TextControlsFlow
from s3fn_gui.model.training.flow import TrainFlow
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(
    session: Session,
    training: TrainingState,
    probe: ProbeState,
    train: TrainFlow,
    mapping: MapFlow,
    folder: FolderFlow,
    files: ModelFileFlow,
    text_controls: TextControlsFlow,
    probing: ProbeFlow,
    live: LiveFlow,
) -> Commands:
    """The rows of the model."""
    may = Conditions(session)

    def idle() -> bool:
        return may.cube() and not training.running

    def described() -> bool:
        return sum(bool(c.text.strip()) for c in session.classes) >= LEAST_CLASSES

    rows = (
        Command(
            "train.start",
            tr("Train"),
            train.start,
            idle,
            keys="Ctrl+R",
            tip=tr("Train on labels and descriptions, then map the cube"),
            icon="train",
        ),
        Command(
            "train.stop",
            tr("Cancel training"),
            train.stop,
            lambda: training.running,
            tip=tr("Stop the training and keep the previous map"),
            icon="stop",
        ),
        Command(
            "train.predict",
            tr("Apply model to this cube"),
            mapping.predict,
            lambda: may.model() and idle(),
            keys="Ctrl+P",
            icon="apply",
            tip=tr("Map the current cube with the current model"),
        ),
        Command(
            "model.folder",
            tr("Map a folder…"),
            folder.show,
            may.cube,
            tip=tr("Apply the same calibration, mask and model to a folder of cubes"),
            short=tr("Cubes"),
        ),
        Command(
            "model.live",
            tr("Live map"),
            live.switch,
            may.cube,
            keys="Ctrl+L",
            tip=tr("Update the map after every stroke and every edited word, with the quick model"),
            icon="live",
            short=tr("Live"),
            checked=lambda: session.live.on,
        ),
        Command(
            "model.controls",
            tr("Does the text matter?"),
            text_controls.show,
            tip=tr("Measure how much the descriptions improve accuracy, compared with other words"),
            short=tr("Figures"),
        ),
        Command("model.open", tr("Open model…"), files.open, tip=tr("Open a saved model")),
        Command(
            "model.save", tr("Save model…"), files.save, may.model, tip=tr("Save the current model to a file")
        ),
        Command(
            "words.map",
            tr("Map from the words alone"),
            mapping.predict_from_words,
            lambda: idle() and described(),
            tip=tr("Map this cube from its class descriptions, without labels"),
            icon="prediction",
        ),
        Command(
            "words.probe",
            tr("Probe a phrase"),
            probing.compare,
            lambda: may.model() and may.cube() and bool(probe.phrase.strip()),
            tip=tr("Compare the phrase in the Probe panel with every pixel"),
        ),
    )
    return Commands(
        rows,
        (
            session.cubes.current_changed,
            session.cubes.treatment_changed,
            session.model_changed,
            session.classes_changed,
            training.changed,
            probe.typed,
            session.live.changed,
        ),
    )
