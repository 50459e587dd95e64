"""Classes: looked at, locked, ordered, merged, split, counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.progress import run
from s3fn_gui import edits, project_file
from s3fn_gui.operations import open_file, prepare
from s3fn_gui.session import Session
from tests.gui.support import Hands, scene_cube


def labelled(session: Session) -> None:
    """A scene with soil (1) on its left and water (2) on its right."""
    session.add_cube(prepare(scene_cube()))
    item = session.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[2:6, 2:8] = 1
    ids[20:24, 2:8] = 1
    ids[2:6, 30:36] = 2
    edits.add_class(session, "soil")
    edits.add_class(session, "water")
    edits.import_labels(session, item, ids, "test")


def test_a_locked_class_keeps_its_pixels(session: Session) -> None:
    labelled(session)
    item = session.current
    assert item is not None
    session.class_looks.set_locked(1, True)
    session.select_class(2)
    session.begin_stroke((3, 3), erase=False)
    session.extend_stroke((3, 20))
    session.end_stroke()
    assert item.counts[1] == 48
    assert item.counts[2] > 24
    session.begin_stroke((3, 3), erase=True)
    session.end_stroke()
    assert item.counts[1] == 48
    session.class_looks.set_locked(1, False)
    session.begin_stroke((3, 3), erase=True)
    session.end_stroke()
    assert item.counts[1] < 48


def test_a_hidden_class_is_not_drawn(hands: Hands) -> None:
    labelled(hands.session)
    hands.session.class_looks.set_hidden(1, True)
    assert [c.id for c in hands.session.class_looks.shown(hands.session.classes)] == [2]
    table = hands.window.cube_view.labels._table
    assert table[1] == 0
    assert table[2] != 0


def test_an_id_that_is_used_again_is_neither_hidden_nor_locked(session: Session) -> None:
    labelled(session)
    session.class_looks.set_hidden(2, True)
    session.class_looks.set_locked(2, True)
    edits.delete_class(session, 2)
    edits.add_class(session, "ice")
    assert session.class_id == 2
    assert not session.class_looks.hidden
    assert not session.locked


def test_looks_come_back_with_the_project(session: Session, scene_file: Path) -> None:
    session.add_cube(run(open_file(scene_file)))
    edits.add_class(session, "soil")
    session.class_looks.set_hidden(1, True)
    session.class_looks.set_locked(1, True)
    folder = scene_file.parent / "work.s3fnproj"
    saved = run(project_file.save(project_file.Content.of(session), folder, None))
    saved.lock.release()
    session.class_looks.restore({"hidden": "no list"})
    assert not session.locked
    project_file.show(run(project_file.load(folder)), session)
    assert session.class_looks.to_json() == {"hidden": [1], "locked": [1]}
