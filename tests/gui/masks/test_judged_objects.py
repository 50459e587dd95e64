"""Objects that a model judges: their classes, those that are unknown, and small defects."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QTableWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.cube import OpenCube
from tests.core.model.learning.test_defects import BANDS, CLASSES, ROTTEN, SOUND, tray
from tests.gui.support import Hands

FOREIGN = 1
CUBE, OBJECTS, SPOTS = tray(0)
PIXELS = np.array(CUBE.read())
PIXELS[OBJECTS == FOREIGN] = 0.5 + 0.2 * np.sin(np.arange(BANDS))
CUBE = Cube(PIXELS, "tray", wavelengths=CUBE.wavelengths)


@cache
def trained() -> TrainResult:
    """A model that has seen sound objects and spots on them, but not the first object."""
    labels = np.zeros(OBJECTS.shape, np.uint8)
    labels[3, OBJECTS[3] > 0] = SOUND
    labels[SPOTS] = ROTTEN
    labels[OBJECTS == FOREIGN] = 0
    return run(train([LabelledCube(CUBE, labels, OBJECTS)], CLASSES, preset("quick"), device="cpu"))


@pytest.fixture
def voted(hands: Hands) -> Hands:
    """The objects of a map by that model have voted."""
    session = hands.session
    item = prepare(CUBE)
    session.cubes.add(item)
    session.push_treatment(item, Treatment(mask=Mask(OBJECTS.astype(np.int32))), "Mask")
    session.set_classes(CLASSES)
    model = trained().model
    session.set_model(model)
    session.cubes.set_prediction(item.key, run(predict(model, item.cube, device="cpu")))
    hands.window.docks["mask"].raise_()
    hands.states.mask.set_look(page="objects")
    hands.until(lambda: len(hands.states.mask.objects) == OBJECTS.max())
    box(hands).click()
    hands.until(lambda: hands.states.mask.judged is not None)
    return hands


def box(hands: Hands) -> QCheckBox:
    found = hands.find("mask_vote", QCheckBox)
    assert isinstance(found, QCheckBox)
    return found


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def classes(hands: Hands) -> dict[int, str]:
    """What each object is said to be."""
    judged = hands.states.mask.judged
    assert judged is not None
    return {one.number: "unknown" if one.shown_unknown else one.class_name for one in judged.objects}


def said(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def defects(hands: Hands) -> QComboBox:
    found = hands.find("mask_defect", QComboBox)
    assert isinstance(found, QComboBox)
    return found


def look_for(hands: Hands, class_id: int) -> None:
    """Choose a defect, and wait until the objects have voted again."""
    before, choice = hands.states.mask.judged, defects(hands)
    choice.setCurrentIndex(choice.findData(class_id))
    choice.activated.emit(choice.currentIndex())
    hands.until(lambda: hands.states.mask.judged not in (before, None))


def test_an_object_unlike_the_labels_is_shown_as_unknown(voted: Hands) -> None:
    told = classes(voted)
    assert told.pop(FOREIGN) == "unknown"
    assert set(told.values()) == {"sound"}
    voted.states.mask.select(FOREIGN)
    assert "px. Unlike anything labelled (novelty" in said(voted, "mask_chosen")
    assert said(voted, "mask_summary").endswith(f": {len(told)} sound, 1 unknown")
    legend = voted.window.cube_view.legend
    assert legend.lines == ["sound", "rotten", "unknown"]
    numbers = voted.window.image.mask_layer.numbers
    assert [numbers.text(row) for row in voted.states.mask.objects[:2]] == ["1?", "2"]
    line, sample = np.argwhere(OBJECTS == FOREIGN)[0]
    voted.session.cubes.hover((int(line), int(sample)))
    place = voted.find("status_position", QLabel)
    assert isinstance(place, QLabel)
    assert place.text().endswith("map unknown  ·  unlike the labels")
    areas = voted.find("result_table", QTableWidget)
    assert isinstance(areas, QTableWidget)
    names = [areas.item(row, 0) for row in range(areas.rowCount())]
    assert [name.text() for name in names if name is not None] == ["sound", "rotten", "unknown"]


def test_a_defect_that_the_model_has_learned_can_be_looked_for(voted: Hands) -> None:
    assert not defects(voted).isHidden()
    look_for(voted, ROTTEN)
    rotten = {number for number, name in classes(voted).items() if name == "rotten"}
    spotted = set(np.unique(OBJECTS[SPOTS]).tolist())
    assert len(rotten & spotted) >= 0.8 * len(spotted)
    assert len(rotten - spotted) <= 1
    voted.states.mask.select(min(rotten))
    assert "defect with a probability" in said(voted, "mask_chosen")
    assert f"{len(rotten)} rotten" in said(voted, "mask_summary")
    look_for(voted, 0)
    assert "rotten" not in classes(voted).values()


def test_what_is_said_goes_with_the_vote(voted: Hands) -> None:
    box(voted).click()
    assert said(voted, "mask_summary").endswith("of the image")
    assert voted.states.mask.judged is None
    assert defects(voted).isHidden()
    prediction = current(voted).prediction
    assert prediction is not None
    assert prediction.metrics is trained().model.metrics


def test_the_table_of_objects_is_written_with_their_map(voted: Hands, tmp_path: Path) -> None:
    voted.ask.paths["objects target"] = tmp_path / "tray_objects.npy"
    voted.trigger("mask.export")
    voted.until(lambda: (tmp_path / "tray_objects.csv").exists())
    voted.until(lambda: "their classes to tray_objects.csv" in voted.message)
    with (tmp_path / "tray_objects.csv").open(encoding="utf-8") as file:
        unknown = [int(row["object"]) for row in csv.DictReader(file) if row["unknown"] == "yes"]
    assert unknown == [FOREIGN]
    (note,) = json.loads((tmp_path / "tray_objects.csv-metadata.json").read_text("utf-8"))["notes"]
    assert (note["cube"], note["accuracy"]) == (CUBE.name, "not measured")
    assert np.array_equal(np.load(tmp_path / "tray_objects.npy"), OBJECTS)
