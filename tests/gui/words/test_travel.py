"""Descriptions travel: project, autosave and class file keep who wrote what, when and how."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from s3fn_core.labels.classes import Description, read_classes
from s3fn_core.progress import run
from s3fn_gui.project import jobs as project_jobs
from s3fn_gui.session import class_edits
from s3fn_gui.session.session import Session
from tests.gui.support import Hands

PARAGRAPHS = (
    Description("Picked early."),
    Description("Brown.", created="2025-01-02T03:04:05+00:00", locked=True),
    Description(
        "Wet.\nExpected reflectance: 970 nm 8 %",
        "llm",
        "qwen2.5:7b at localhost:11434",
        "Describe soil.",
        "2025-02-03T04:05:06+00:00",
    ),
    Description("A dip at 970 nm.", "measured", created="2025-03-04T05:06:07+00:00", locked=True),
)
EARLIER = (Description("Old.", "llm", "m at h", "p", "2024-01-01T00:00:00+00:00", locked=True),)


def describe(session: Session) -> Session:
    """A class with two descriptions, one after the other."""
    class_edits.add_class(session, "soil")
    for paragraphs in (EARLIER, PARAGRAPHS):
        classes = session.classes.changed(1, descriptions=paragraphs)
        session.push_classes(classes, "Describe soil")
    return session


def test_a_project_and_a_class_file_keep_all_of_a_description(
    hands: Hands, scene_file: Path, tmp_path: Path
) -> None:
    hands.open_file(scene_file)
    describe(hands.session)
    folder, path = tmp_path / "work.s3fnproj", tmp_path / "classes.json"
    hands.ask.paths |= {"project target": folder, "project": folder, "classes target": path}
    hands.trigger("file.export_classes")
    assert read_classes(path)[1].descriptions == PARAGRAPHS
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    hands.session.clear()
    assert hands.session.history == {}
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current)
    assert hands.session.classes[1].descriptions == PARAGRAPHS
    assert hands.session.history == {1: [EARLIER]}


def test_an_autosave_keeps_them_too(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "rescued"
    run(project_jobs.autosave(project_jobs.Snapshot.of(describe(session)), folder))
    loaded = run(project_jobs.load(folder, autosaved=True))
    assert loaded.project.classes[1].descriptions == PARAGRAPHS
    assert loaded.history == {1: [EARLIER]}
    if not isinstance(loaded.lock, str):
        loaded.lock.release()


@pytest.mark.parametrize("record", [[1], {"x": []}, {"1": [["a", {"no": "text"}]]}, {"1": 3}])
def test_a_malformed_history_costs_nothing_but_itself(
    session: Session, tmp_path: Path, record: object
) -> None:
    folder = tmp_path / "rescued"
    run(project_jobs.autosave(project_jobs.Snapshot.of(describe(session)), folder))
    (path,) = folder.glob("*autosave*.json")
    content = json.loads(path.read_text("utf-8"))
    content["settings"]["history"] = record
    path.write_text(json.dumps(content), "utf-8")
    loaded = run(project_jobs.load(folder, autosaved=True))
    assert loaded.project.classes[1].descriptions == PARAGRAPHS
    assert loaded.history == {}
    assert any("earlier descriptions" in note for note in loaded.notes)
    if not isinstance(loaded.lock, str):
        loaded.lock.release()
