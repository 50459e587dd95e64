"""One object in many cubes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.objects import ObjectPrediction, ObjectResult, VoteRule
from s3fn_core.model.applying.pooling import pool_objects

CLASSES = ClassSet().added("sound").added("rotten")
MAPS = [np.array([[0, 3, 3], [5, 5, 0]]), np.array([[3, 0, 8]])]


def result(
    number: int, votes: tuple[int, int], probabilities: tuple[float, float], by: str = "votes"
) -> ObjectResult:
    best = int(np.argmax(votes))
    count = sum(votes)
    return ObjectResult(
        number=number,
        pixels=4 * count,
        class_id=best + 1,
        class_name=CLASSES.names[best],
        votes=votes,
        patches=count,
        stride=2,
        share=1.0,
        agreement=votes[best] / count,
        interval=(0.0, 1.0),
        probability=probabilities[best],
        probabilities=probabilities,
        features=np.zeros(0, np.float32),
        by=by,  # type: ignore[arg-type]  # one of the words
    )


def predictions(*sides: tuple[ObjectResult, ...], rule: VoteRule | None = None) -> list[ObjectPrediction]:
    return [
        ObjectPrediction(side, np.zeros(objects.shape, np.uint8), CLASSES, rule or VoteRule(), 2)
        for side, objects in zip(sides, MAPS, strict=True)
    ]


def test_votes_of_both_sides_are_added_up() -> None:
    one, other = pool_objects(
        predictions(
            (result(3, (9, 3), (0.7, 0.3)), result(5, (10, 0), (1.0, 0.0))),
            (result(3, (2, 28), (0.1, 0.9)), result(8, (0, 12), (0.0, 1.0))),
        ),
        MAPS,
    )
    for side in (one, other):
        (both,) = (each for each in side.objects if each.number == 3)
        assert (both.class_name, both.votes, both.patches) == ("rotten", (11, 31), 42)
        assert both.agreement == pytest.approx(31 / 42)
        assert both.probability == pytest.approx((12 * 0.3 + 30 * 0.9) / 42)
        assert both.interval[0] < both.agreement < both.interval[1]
    assert [each.pixels for each in (one.objects[0], other.objects[0])] == [48, 120]
    assert [each.class_name for each in (one.objects[1], other.objects[1])] == ["sound", "rotten"]
    np.testing.assert_array_equal(one.ids, [[0, 2, 2], [1, 1, 0]])
    np.testing.assert_array_equal(other.ids, [[2, 0, 2]])


def test_a_defect_on_one_side_is_one_of_the_object() -> None:
    rule = VoteRule(decide="defect", defect=2)
    sound = replace(result(3, (30, 0), (0.9, 0.1), "model"), defect=0.2, novelty=0.4)
    bad = replace(result(3, (28, 2), (0.8, 0.2), "defect"), class_id=2, class_name="rotten", defect=0.9)
    others = result(5, (12, 0), (1.0, 0.0)), result(8, (12, 0), (1.0, 0.0))
    one, other = pool_objects(predictions((sound, others[0]), (bad, others[1]), rule=rule), MAPS)
    for side in (one, other):
        assert (side.objects[0].class_name, side.objects[0].by) == ("rotten", "defect")
        assert (side.objects[0].defect, side.objects[0].novelty) == (0.9, 0.4)
    likely = replace(sound, votes=(0, 30), probabilities=(0.1, 0.9))
    one, _ = pool_objects(predictions((likely, others[0]), (likely, others[1]), rule=rule), MAPS)
    assert one.objects[0].class_name == "sound"  # a defect that was looked for, and not found


def test_what_is_new_on_one_side_is_unknown() -> None:
    sides = [replace(result(3, (12, 0), (1.0, 0.0)), novelty=novelty) for novelty in (0.3, 1.7)]
    found = pool_objects(predictions((sides[0],), (sides[1],)), [np.full((1, 2), 3), np.full((1, 1), 3)])
    assert [one.objects[0].unknown for one in found] == [True, True]


def test_objects_of_the_same_name_are_pooled() -> None:
    one, other = pool_objects(
        predictions(
            (result(3, (9, 3), (0.7, 0.3)), result(5, (10, 0), (1.0, 0.0))),
            (result(3, (2, 28), (0.1, 0.9)), result(8, (0, 40), (0.0, 1.0))),
        ),
        MAPS,
        [{5: "apple"}, {8: "apple"}],
        same=False,
    )
    assert [(o.number, o.votes) for o in one.objects] == [(3, (9, 3)), (5, (10, 40))]
    assert [(o.number, o.votes) for o in other.objects] == [(3, (2, 28)), (8, (10, 40))]
    np.testing.assert_array_equal(one.ids, [[0, 1, 1], [2, 2, 0]])
