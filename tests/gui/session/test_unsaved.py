"""What has changed since the last save is named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.labels.classes import Description
from s3fn_core.model.config import TrainSettings
from s3fn_core.project import Project
from s3fn_core.project.trainings import TrainingRecord
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session
from s3fn_gui.session.trainings import Training
from s3fn_gui.session.unsaved import OTHER
from s3fn_gui.words.description_edits import put_description
from tests.gui.support import LINES, SAMPLES, scene_cube


@pytest.fixture
def saved(session: Session, tmp_path: Path) -> Session:
    """Two classes and 60 labels, on disk."""
    session.cubes.add(prepare(scene_cube()))
    for name in ("leaf", "soil"):
        class_edits.add_class(session, name)
    paint(session, (0, 0, 6, 10), 1)
    session.saved(Project(tmp_path / "work.s3fnproj"))
    return session


def cube(session: Session) -> OpenCube:
    item = session.cubes.current
    assert item is not None
    return item


def paint(session: Session, box: tuple[int, int, int, int], class_id: int) -> None:
    top, left, bottom, right = box
    mask = np.ones((bottom - top, right - left), bool)
    session.push_labels(cube(session), cube(session).labels.edit(box, mask, class_id), "Paint")


def test_labels_are_counted_where_they_are_others(saved: Session) -> None:
    assert not saved.dirty
    paint(saved, (0, 5, 4, 15), 2)  # half of it lies on labels
    assert saved.unsaved == ("Labels: 40 px in scene",)
    saved.undo()
    assert saved.unsaved == (OTHER,)


def test_each_kind_of_change_has_its_line(saved: Session) -> None:
    item = cube(saved)
    put_description(saved, 1, (Description("Green."),), "Describe")
    assert saved.unsaved == ("Descriptions: leaf",)
    class_edits.add_class(saved, "water")
    saved.push_classes(saved.classes.changed(2, name="earth"), "Rename")
    assert saved.unsaved == ("Classes added: water", "Classes renamed: soil → earth", "Descriptions: leaf")
    objects = np.zeros((LINES, SAMPLES), np.int32)
    objects[3:9, 3:9] = 1
    saved.push_treatment(item, replace(item.treatment, mask=Mask(objects)), "Mask")
    item.test = np.ones((LINES, SAMPLES), bool)
    saved.set_train_settings(TrainSettings(epochs=7))
    assert saved.unsaved[3:] == ("Mask: scene", "Test regions: scene", "Settings of the training")


def test_before_the_first_save_all_there_is_would_be_lost(session: Session) -> None:
    session.cubes.add(prepare(scene_cube()))
    class_edits.add_class(session, "leaf")
    paint(session, (0, 0, 6, 10), 1)
    assert session.unsaved == ("Labels: 60 px in scene", "Classes added: leaf", "Cubes opened: scene")
    cube(session).test = np.ones((LINES, SAMPLES), bool)
    session.spectra.pin((3, 4))
    assert session.unsaved[2:] == ("Test regions: scene", "Kept spectra: scene", "Cubes opened: scene")


def test_a_closed_cube_takes_its_labels_along(saved: Session) -> None:
    saved.cubes.remove(cube(saved).key)
    assert saved.unsaved == ("Labels: 60 px in scene", "Cubes closed: scene")


def test_changes_of_the_list_of_models_are_named(saved: Session) -> None:
    for name in ("first", "second"):
        saved.trainings.add(Training(TrainingRecord(name, name)))
    assert saved.unsaved == ("Models added: first, second",)
    saved.saved(saved.project)
    saved.trainings.rewrite("first", name="best", note="10 epochs")
    saved.trainings.remove("second")
    assert saved.unsaved == (
        "Models deleted: second",
        "Models renamed: first → best",
        "Notes on models: best",
    )
