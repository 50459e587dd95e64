"""A map of whole objects, and what is unlike all labels in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.batch.judged import JudgedCube, write_objects
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.applying.object_map import map_of_objects
from s3fn_core.model.applying.objects import ObjectPrediction, ObjectResult, VoteRule
from s3fn_core.progress import run
from s3fn_core.results.voting import UNKNOWN, UNKNOWN_COLOR

CLASSES = ClassSet().added("sound").added("rotten")
OBJECTS = np.array([[0, 2, 2, 5, 7, 9]], np.int32)
FOUND = Prediction(
    np.array([[1, 1, 2, 1, 2, 1]], np.uint8),
    np.full((1, 6), 0.6, np.float32),
    CLASSES,
    metrics={"held_out": {"oa": 1.0}},
    novelty=np.full((1, 6), 0.2, np.float32),
)


def one(number: int, class_id: int, novelty: float | None = 0.5, by: str = "model") -> ObjectResult:
    """An object, as far as a map shows it."""
    name = "" if not class_id else CLASSES[class_id].name
    interval, features = (0.0, 1.0), np.zeros(1, np.float32)
    given = number, 4, class_id, name, (3, 1), 4, 1, 1.0, 0.75, interval, 0.9, (0.9, 0.1), features
    return ObjectResult(*given, by=by, novelty=novelty)  # type: ignore[arg-type]


def judged(*results: ObjectResult, classes: ClassSet = CLASSES) -> ObjectPrediction:
    return ObjectPrediction(results, np.zeros(OBJECTS.shape, np.uint8), classes, VoteRule(), 1)


KNOWN = judged(one(2, 2), one(5, 1), one(7, 1), one(9, 1))
MIXED = judged(one(2, 2), one(5, 1, 1.8), one(7, 2, 1.8, "defect"), one(9, 0, None))


def test_objects_have_their_class_and_the_rest_stays() -> None:
    made = map_of_objects(FOUND, KNOWN, OBJECTS)
    assert made.ids.tolist() == [[1, 2, 2, 1, 1, 1]]
    assert made.confidence == pytest.approx(np.array([[0.6, 0.9, 0.9, 0.9, 0.9, 0.9]]))
    assert made.classes is CLASSES
    assert not made.metrics


def test_what_is_unlike_the_labels_is_a_class_of_its_own() -> None:
    made = map_of_objects(FOUND, MIXED, OBJECTS, taken=(255,))
    assert made.ids.tolist() == [[1, 2, 2, 254, 2, 0]]  # a defect that was found says more
    assert (made.classes[254].name, made.classes[254].color) == (UNKNOWN, UNKNOWN_COLOR)
    assert made.confidence == pytest.approx(np.array([[0.6, 0.9, 0.9, 0.0, 0.9, 0.0]]))
    assert made.novelty == pytest.approx(np.array([[0.2, 0.5, 0.5, 1.8, 1.8, 0.2]]))


def test_so_it_is_in_the_files_of_a_folder(tmp_path: Path) -> None:
    cube = Cube(np.ones((*OBJECTS.shape, 3), np.float32), "tray")
    run(write_objects(JudgedCube(cube, OBJECTS, MIXED), tmp_path, ("npy", "csv"), "m"))
    assert np.load(tmp_path / "tray_objects_classes.npy").tolist() == [[0, 2, 2, 255, 2, 0]]
    assert f"255,{UNKNOWN},1," in (tmp_path / "tray_objects_areas.csv").read_text("utf-8")


def test_a_class_of_the_user_may_have_that_name() -> None:
    classes = CLASSES.added(UNKNOWN)
    found = Prediction(FOUND.ids, FOUND.confidence, classes)
    made = map_of_objects(found, judged(*MIXED.objects, classes=classes), OBJECTS)
    assert made.classes.names == ("sound", "rotten", "unknown", "unknown 2")
    assert made.novelty is None


def test_maps_of_different_shapes_are_refused() -> None:
    with pytest.raises(ModelError, match="same cube"):
        map_of_objects(FOUND, KNOWN, OBJECTS.T)
