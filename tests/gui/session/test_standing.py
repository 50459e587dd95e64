"""What is said of a map, and what has changed since it was made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.inference import Prediction
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session.basis import Basis, Change
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.standing import Standing, kind_of
from tests.gui.support import LINES, SAMPLES, scene_cube

LABELS, WORDS = Change("labels", "60 px"), Change("descriptions", "2 classes")


@pytest.mark.parametrize(
    ("standing", "text"),
    [
        (Standing(), ""),
        (Standing("model"), "Trained model"),
        (Standing("model", "pixel"), 'Trained model "pixel"'),
        (Standing("reworded", "fields"), 'Trained model "fields", edited words'),
        (Standing("model", "pixel", voted=True), 'Trained model "pixel", one class per object'),
        (Standing("words"), "Guessed from the words alone"),
        (Standing("live"), "Live map"),
        (Standing("live", partial=True, changes=(LABELS,)), "Live map, being drawn"),
        (
            Standing("model", "pixel", changes=(LABELS,)),
            'Trained model "pixel" · older than the labels (60 px)',
        ),
        (
            Standing("live", changes=(LABELS, WORDS)),
            "Live map · older than the labels (60 px) and descriptions",
        ),
        (Standing("live", problem="No labels."), "Live map · Live waits: No labels."),
        (Standing(problem="No labels."), "Live waits: No labels."),
        (Standing(changes=(LABELS,)), ""),  # there is no map that could be older
    ],
)
def test_one_line_says_what_the_map_is(standing: Standing, text: str) -> None:
    assert standing.text == text


def test_what_has_changed_is_told_in_sentences() -> None:
    standing = Standing("model", changes=(LABELS, WORDS, Change("mask")))
    assert standing.remark == (
        "Labels changed since: 60 px. Descriptions changed since: 2 classes. Mask changed since."
    )
    assert standing.tip == f"This map was made by a trained model. {standing.remark}"
    assert Standing(problem="Label some.").tip == "Live waits: Label some."


def test_who_made_a_map_is_read_from_the_map() -> None:
    ids = np.ones((2, 2), np.uint8)
    made = Prediction(ids, np.ones((2, 2), np.float32), ClassSet().added("one"))
    assert kind_of(None) == "none"
    assert kind_of(made) == "model"
    assert kind_of(replace(made, before=made)) == "reworded"
    assert kind_of(replace(made, live=True)) == "live"
    assert kind_of(replace(made, live=True, from_words=True)) == "words"


@pytest.fixture
def item() -> OpenCube:
    made = prepare(scene_cube())
    made.apply(made.labels.edit((0, 0, 4, 4), np.ones((4, 4), bool), 1))
    return made


def test_changed_labels_are_counted(item: OpenCube) -> None:
    classes = ClassSet().added("one").added("two")
    basis = Basis.of([snapshot(item)], classes)
    assert basis.changes([item], classes) == ()
    edit = item.labels.edit((2, 2, 6, 6), np.ones((4, 4), bool), 2)
    item.apply(edit)
    assert basis.changes([item], classes) == (Change("labels", "16 px"),)
    item.apply(edit, undo=True)
    assert basis.changes([item], classes) == ()


def test_labels_of_a_cube_that_had_none_are_new(item: OpenCube) -> None:
    basis = Basis.of([], ClassSet())
    assert basis.changes([item], ClassSet()) == (Change("labels", "16 px"),)
    assert basis.changes([], ClassSet()) == ()  # a closed cube does not count


def test_changed_words_and_classes_are_told(item: OpenCube) -> None:
    classes = ClassSet().added("one").added("two")
    basis = Basis.of([snapshot(item)], classes)
    edited = classes.changed(1, descriptions=(Description("Bright."),))
    assert basis.changes([item], edited) == (Change("descriptions", "1 class"),)
    assert basis.changes([item], classes.changed(1, color="#123456")) == ()
    assert basis.changes([item], classes.removed(2)) == (Change("classes", "1 added or deleted"),)


def test_a_changed_mask_is_told(item: OpenCube) -> None:
    basis = Basis.of([snapshot(item)], ClassSet())
    objects = np.zeros((LINES, SAMPLES), np.int32)
    objects[:10] = 1
    item.treat(Treatment(mask=Mask(objects)))
    assert basis.changes([item], ClassSet()) == (Change("mask"),)
    masked = Basis.of([snapshot(item)], ClassSet())
    item.treat(Treatment(mask=Mask(objects.copy())))  # corrected, and put back
    assert masked.changes([item], ClassSet()) == ()
    item.treat(Treatment())
    assert basis.changes([item], ClassSet()) == ()
