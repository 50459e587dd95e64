"""The trainings that a project remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3fn_core.project import Project
from s3fn_core.project.trainings import TrainingRecord, remember, remembered, trainings_table

RECORD = TrainingRecord(
    "a1",
    "pixel 2",
    "with new labels",
    "pixel",
    "50 epochs",
    "blocks",
    [("soil", 30), ("roof", 12)],
    {"held_out": {"oa": 0.9, "kappa": None}, "seconds": 12.5},
    "2026-11-30T12:00:00+00:00",
    {"loss": [(1, 0.7), (2, 0.5)]},
    [(0, "stage 1")],
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.create(tmp_path / "work.s3fnproj")
    made.models = [made.store_model(lambda place: place.write_bytes(b"weights"))]
    return made


def test_what_is_remembered_comes_back_from_the_folder(project: Project) -> None:
    record = TrainingRecord(**{**vars(RECORD), "file": project.models[0].name})
    remember(project, [record])
    project.save()
    assert remembered(Project.load(project.folder)) == ([record], [])
    assert (record.pixels, record.seconds) == (42, 12.5)


def test_a_baseline_keeps_its_key_in_the_settings(project: Project) -> None:
    """Projects of all versions have it, and older versions read what is written today."""
    written = {"id": "b2", "name": "SVM · pixel 2", "rival": "SVM", "beside": "a1"}
    project.settings["trainings"] = [written]
    project.save()
    loaded = Project.load(project.folder)
    ((found,), notes) = remembered(loaded)
    assert (found.baseline, found.beside, notes) == ("SVM", "a1", [])
    remember(loaded, [found])
    (stored,) = loaded.settings["trainings"]
    assert "baseline" not in stored
    assert stored | written == stored


def test_a_record_outlives_its_file(project: Project) -> None:
    record = TrainingRecord(**{**vars(RECORD), "file": project.models[0].name})
    remember(project, [record])
    project.save()
    project.models[0].unlink()
    loaded = Project.load(project.folder)
    assert "is missing" in loaded.notes[0]
    ((found,), notes) = remembered(loaded)
    assert (found.name, found.file, notes) == ("pixel 2", "", [])


@pytest.mark.parametrize("broken", [{"id": 3}, {"id": "a", "name": "b", "labels": 7}, "no record", None])
def test_what_cannot_be_read_is_told_and_left_out(broken: object, project: Project) -> None:
    remember(project, [RECORD])
    project.settings["trainings"].append(broken)
    found, notes = remembered(project)
    assert [one.id for one in found] == ["a1"]
    assert notes[0].startswith("A training of work could not be read: ")


def test_of_one_id_the_first_counts(project: Project) -> None:
    remember(project, [RECORD, RECORD])
    assert len(remembered(project)[0]) == 1
    project.settings["trainings"] = "nonsense"
    assert remembered(project) == ([], [])


def test_the_list_is_a_table_with_all_digits() -> None:
    intervals = {"oa": [0.8, 0.987654], "kappa": None}
    held_out = {"oa": 0.912345, "aa": 0.9, "kappa": None, "count": 120, "intervals": intervals}
    baseline = TrainingRecord("b", "svm", metrics={"held_out": held_out}, baseline="Support vector machine")
    head, *rows = trainings_table([RECORD, baseline])
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["name"], first["labelled pixels"], first["seconds"]) == ("pixel 2", "42", "12.5")
    assert (first["settings"], first["note"]) == ("pixel, 50 epochs", "with new labels")
    assert second["kind"] == "baseline: Support vector machine"
    assert second["overall accuracy %"] == "91.2345"
    assert rows[1][3:5] == ("80", "98.7654")
    assert second["kappa"] == second["labelled pixels"] == ""
