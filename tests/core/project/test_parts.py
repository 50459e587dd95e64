"""What was put into a project by mistake is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.errors import ProjectError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.project import Project

LABELS = np.eye(4, dtype=np.uint8)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.create(tmp_path / "work.s3fnproj")
    made.add_cube(open_cube(write_envi(np.ones((4, 4, 3), np.float32), tmp_path / "a.hdr")))
    made.classes = ClassSet().added("soil")
    made.save()
    return made


def put(name: str, value: Any) -> Callable[[Project], None]:
    return lambda project: getattr(project, name).update({project.cubes[0].id: value})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: setattr(p, "classes", ["soil"]), "classes is of type list; give a ClassSet"),
        (put("labels", LABELS + 0.5), "labels holds values of type float64"),
        (put("labels", LABELS.astype(int) * 300), "label map of cube-1 holds 300"),
        (put("labels", LabelMap(LABELS)), "labels holds a value of type LabelMap"),
        (put("labels", None), "labels holds None; give an array of whole numbers"),
        (put("treatments", "none"), "give a Treatment for each"),
        (put("test_regions", LABELS * 2), "test_regions holds values of type uint8"),
        (lambda p: p.models.append("m.s3fn"), "models holds the string"),
        (lambda p: p.cubes.append(p), "cubes holds a value of type Project"),
        (lambda p: p.add_cube("a.hdr"), "give a Cube, as open_cube gives"),
    ],
)
def test_parts_of_another_kind(project: Project, spoil: Callable[[Project], None], said: str) -> None:
    before = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}
    with pytest.raises(ProjectError, match=said):
        _save_spoilt(project, spoil)
    assert before == {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}


def _save_spoilt(project: Project, spoil: Callable[[Project], None]) -> None:
    spoil(project)
    project.save()


def test_whole_numbers_of_another_type_are_labels(project: Project) -> None:
    """They were written as a file that no reader could open."""
    key = project.cubes[0].id
    project.labels[key] = LABELS.astype(np.int64)
    project.save()
    again = Project.load(project.folder)
    assert again.notes == []
    np.testing.assert_array_equal(again.labels[key], LABELS)
