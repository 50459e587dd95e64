"""Small defects: a few labelled spot pixels, and the objects that hold such spots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from sklearn.metrics import roc_auc_score

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.objects import ObjectPrediction, VoteRule, predict_objects
from s3fn_core.model.checkpoint import load_model, save_model
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.defect_rule import rule_of_alarms
from s3fn_core.model.handling import Handling
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.model.renumbering import with_class_ids
from s3fn_core.model.whole import WholeObjects, most
from s3fn_core.progress import run

SIDE, PITCH, BANDS = 12, 14, 16
SOUND, ROTTEN = 1, 2
CLASSES = ClassSet().added("sound").added("rotten")
RULE = VoteRule(decide="defect", defect=ROTTEN)


def tray(seed: int, count: int = 16) -> tuple[Cube, np.ndarray, np.ndarray]:
    """Squares of very different spectra; on every second a spot of 2 x 2 pixels with a weak absorption.

    Returns the cube, the map of objects and the pixels of spots.
    """
    rng = np.random.default_rng(seed)
    shape = PITCH, PITCH * count
    data, objects, spots = np.zeros((*shape, BANDS)), np.zeros(shape, int), np.zeros(shape, bool)
    bands = np.arange(BANDS)
    dip = np.exp(-(((bands - 9) / 1.5) ** 2))
    for place in range(count):
        box = (slice(1, 1 + SIDE), slice(PITCH * place + 1, PITCH * place + 1 + SIDE))
        slope = rng.uniform(0.0, 0.5) * bands / BANDS + 0.3 + rng.uniform(-0.12, 0.12) * dip
        data[box], objects[box] = slope * rng.uniform(0.8, 1.2, (SIDE, SIDE, 1)), place + 1
        if place % 2:
            line, sample = rng.integers(1, SIDE - 2, 2) + np.array([box[0].start, box[1].start])
            spots[line : line + 2, sample : sample + 2] = True
    data[spots] *= 1 - 0.15 * dip
    data[objects > 0] += rng.normal(0, 0.006, (int((objects > 0).sum()), BANDS))
    return (
        Cube(data.astype(np.float32), f"tray {seed}", wavelengths=np.linspace(500, 900, BANDS)),
        objects,
        spots,
    )


@pytest.fixture(scope="module")
def result() -> TrainResult:
    cube, objects, spots = tray(0)
    labels = np.where(spots, ROTTEN, 0).astype(np.uint8)
    labels[3, objects[3] > 0] = SOUND
    labels[spots] = ROTTEN
    return run(train([LabelledCube(cube, labels, objects)], CLASSES, preset("quick"), device="cpu"))


def judged(result: TrainResult, seed: int = 1, rule: VoteRule = RULE) -> tuple[ObjectPrediction, np.ndarray]:
    """What the rule says of a new tray, and which objects have a spot."""
    cube, objects, spots = tray(seed)
    found = run(predict_objects(result.model, cube, objects, rule, device="cpu"))
    return found, np.array([spots[objects == one.number].any() for one in found.objects])


def test_a_few_labelled_spot_pixels_find_objects_with_spots(result: TrainResult) -> None:
    found, spotted = judged(result)
    scores = [one.defect for one in found.objects]
    assert roc_auc_score(spotted, scores) > 0.95
    rotten = np.array([one.class_id == ROTTEN for one in found.objects])
    assert (rotten == spotted).mean() >= 0.8
    assert {one.by for one in found.objects if one.class_id == ROTTEN} == {"defect"}
    by_votes, _ = judged(result, rule=VoteRule(decide="votes"))
    assert not any(one.class_id == ROTTEN for one in by_votes.objects)  # the spots are too small for a vote
    assert all(one.defect is None for one in by_votes.objects)


def test_the_threshold_comes_from_objects_that_were_held_out(result: TrainResult) -> None:
    told = result.model.metrics["objects"]["defects"][str(ROTTEN)]
    assert told["objects"] == 16
    assert told["auc"] > 0.9
    assert any("rotten" in note and "small defects" in note for note in result.notes)


@pytest.mark.parametrize("alarms", [0.0, 0.1, 0.25, 1.0])
def test_a_rule_keeps_to_the_false_alarms_wanted(result: TrainResult, alarms: float) -> None:
    chosen = rule_of_alarms(result.model.metrics, ROTTEN, alarms)
    assert chosen.alarms <= alarms
    assert chosen.objects == 16
    found, spotted = judged(result, rule=chosen.rule)
    raised = np.array([one.class_id == ROTTEN for one in found.objects])
    if alarms == 0:
        assert raised[~spotted].mean() <= 0.25  # of a new tray
    if alarms == 1:
        assert chosen.hits == 1
        assert raised[spotted].mean() >= 0.8


def test_more_false_alarms_find_no_less() -> None:
    curve = {
        "alarms": [0.0, 0.0, 0.5, 0.5, 1.0],
        "hits": [0.0, 0.4, 0.4, 0.8, 1.0],
        "limits": [9, 5, 4, 3, 2],
    }
    metrics = {"objects": {"defects": {"2": {"curve": curve, "objects": 9}}}}
    found = [rule_of_alarms(metrics, ROTTEN, share) for share in (0.0, 0.49, 0.5, 1.0)]
    assert [one.hits for one in found] == [0.4, 0.4, 0.8, 1.0]
    assert [one.alarms for one in found] == [0.0, 0.0, 0.5, 1.0]
    assert [round(float(logit(one.rule.above))) for one in found] == [5, 5, 3, 2]


def test_alarms_of_what_nobody_learned_are_not_promised(result: TrainResult) -> None:
    with pytest.raises(ModelError, match="not learned how often"):
        rule_of_alarms(result.model.metrics, SOUND, 0.1)
    with pytest.raises(ModelError, match="0 to 1"):
        rule_of_alarms(result.model.metrics, ROTTEN, 5.0)


def test_the_rule_of_the_model_is_used_where_none_is_given(result: TrainResult, tmp_path: Path) -> None:
    model = replace(result.model, handling=Handling(Recipe(), replace(RULE, least=3, above=0.75)))
    save_model(model, tmp_path / "model.s3fn")
    again = load_model(tmp_path / "model.s3fn")
    assert again.handling == model.handling
    cube, objects, _ = tray(1)
    one = run(predict_objects(again, cube, objects, device="cpu"))
    other = run(predict_objects(model, cube, objects, model.handling.rule, device="cpu"))
    assert one.rule == model.handling.rule
    assert [o.class_id for o in one.objects] == [o.class_id for o in other.objects]
    assert ROTTEN in [o.class_id for o in one.objects]
    moved = with_class_ids(again, {SOUND: 5, ROTTEN: 6})
    assert moved.handling.rule.defect == 6
    assert moved.metrics["objects"]["class_ids"] == [5, 6]


def test_a_training_keeps_the_recipe_of_its_masks_and_the_rule_of_before() -> None:
    recipe = Recipe(Threshold(Band(3), 0.2, None))
    cube, objects, spots = tray(0)
    labels = np.where(spots, ROTTEN, np.where(objects > 0, SOUND, 0)).astype(np.uint8)
    data = LabelledCube(cube, labels, objects, recipe=recipe)
    first = run(train([data], CLASSES, preset("quick"), device="cpu")).model
    assert first.handling == Handling(recipe)
    ruled = replace(first, handling=Handling(recipe, RULE))
    again = run(
        train([replace(data, recipe=None)], CLASSES, preset("quick"), device="cpu", initial=ruled)
    ).model
    assert again.handling == Handling(recipe, RULE)


def test_a_file_whose_rule_names_no_class_is_damaged() -> None:
    with pytest.raises(ValueError, match="not one of its classes"):
        Handling.from_json({"rule": {"decide": "defect", "defect": 9}}, CLASSES)
    assert Handling.from_json({}, CLASSES) == Handling()  # of an earlier version


def test_a_rule_may_say_how_many_pixels_and_how_sure(result: TrainResult) -> None:
    never, _ = judged(result, rule=replace(RULE, above=0.999999))
    always, _ = judged(result, rule=replace(RULE, least=1, above=0.000001))
    assert not any(one.class_id == ROTTEN for one in never.objects)
    assert all(one.class_id == ROTTEN for one in always.objects)


def test_a_model_that_learned_no_defects_asks_all_pixels(result: TrainResult) -> None:
    plain = replace(result, model=replace(result.model, objects=WholeObjects()))
    found, _ = judged(plain)
    assert all(one.patches == SIDE**2 for one in found.objects)
    assert all(one.defect is not None for one in found.objects)


def test_the_file_keeps_defects(result: TrainResult, tmp_path: Path) -> None:
    save_model(result.model, tmp_path / "model.s3fn")
    again = replace(result, model=load_model(tmp_path / "model.s3fn"))
    one, other = judged(result)[0], judged(again)[0]
    assert [o.defect for o in one.objects] == [o.defect for o in other.objects]
    assert [o.class_id for o in one.objects] == [o.class_id for o in other.objects]


@pytest.mark.parametrize(
    "rule",
    [
        {"decide": "defect"},
        {"defect": 2},
        {"decide": "defect", "defect": 2, "least": 0.0},
        {"decide": "defect", "defect": 2, "above": 1.0},
    ],
)
def test_rules_that_make_no_sense_are_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        VoteRule(**rule)


def test_a_class_that_the_model_lacks_is_no_defect(result: TrainResult) -> None:
    with pytest.raises(ModelError, match="no class with the id 7"):
        judged(result, rule=replace(RULE, defect=7))


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=300), st.floats(0.001, 500))
def test_the_most_likely_pixels_count(values: list[float], least: float) -> None:
    found = most(np.array(values, np.float32), least)
    assert min(values) - 1e-5 <= found <= max(values) + 1e-5
    if least < 1 / len(values):
        assert found == pytest.approx(max(values), abs=1e-5)
