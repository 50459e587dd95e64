from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import Description
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.applying.objects import NOT_ENOUGH, VoteRule, predict_objects, predict_objects_from_words
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.votes import choose_voters, wilson
from s3fn_core.progress import run
from s3fn_core.types import BoolArray
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes

EXPECTING = classes().changed(
    1, descriptions=(Description("Expected reflectance: 500 nm 10 %, 700 nm 28 %, 960 nm 50 %."),)
)
EXPECTING = EXPECTING.changed(
    2, descriptions=(Description("Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %."),)
)


@pytest.fixture(scope="module")
def cube() -> Cube:
    """Two materials in stripes, with a dead pixel on the first."""
    scene = stripes(60, 54)
    data = np.asarray(scene.data).copy()
    data[9, 2] = 0
    return scene.with_(data=data)


@pytest.fixture(scope="module")
def model(cube: Cube) -> S3FNModel:
    return untrained(small("pixel"), cube, EXPECTING)


def objects_on(cube: Cube) -> np.ndarray:
    """A whole stripe of each material, a small square, a line and something on the background."""
    objects = np.zeros(cube.shape[:2], np.int64)
    objects[:40, :6] = 700  # numbers may be large and have gaps
    objects[:40, 6:12] = 2
    objects[50:54, 20:24] = 5
    objects[45, 30:40] = 9
    objects[58:60, 0:20] = 11
    return objects


@given(
    arrays(bool, st.tuples(st.integers(1, 25), st.integers(1, 25)), elements=st.booleans()),
    st.integers(1, 9),
    st.integers(1, 6),
    st.sampled_from((0.3, 0.5, 1.0)),
)
def test_only_valid_patches_vote(mask: BoolArray, patch: int, minimum: int, least_share: float) -> None:
    mask[: mask.shape[0] // 2] = True  # objects that are whole somewhere
    rule = VoteRule(minimum, most=8, least_share=least_share)
    voters = choose_voters(mask, patch, rule)
    padded = np.pad(mask, patch)

    def share_of(line: int, sample: int) -> float:
        top, left = line + patch - patch // 2, sample + patch - patch // 2
        return float(padded[top : top + patch, left : left + patch].mean())

    shares = [share_of(*centre) for centre in voters.centres]
    assert all(share >= voters.share - 1e-9 for share in shares)
    assert all(mask[tuple(centre)] for centre in voters.centres)
    assert len(voters.centres) <= rule.most
    assert len(np.unique(voters.centres, axis=0)) == len(voters.centres)
    whole = sum(share_of(*place) >= 1 - 1e-9 for place in np.argwhere(mask))
    if whole >= minimum:  # whole patches alone decide where there are enough of them
        assert voters.share == 1
        assert len(voters.centres) >= minimum
    assert voters.independent <= len(voters.centres) + 1e-9


def test_patches_are_spread_over_a_large_object() -> None:
    mask = np.zeros((100, 60), bool)
    mask[:90, 10:50] = True
    voters = choose_voters(mask, 5, VoteRule(most=40))
    assert (voters.stride, voters.share, len(voters.centres)) == (2, 1.0, 40)
    assert (voters.centres.min(0) <= (12, 22)).all()
    assert (voters.centres.max(0) >= (78, 38)).all()
    again = choose_voters(mask, 5, VoteRule(most=40))
    np.testing.assert_array_equal(again.centres, voters.centres)


def test_patches_that_overlap_are_no_independent_votes() -> None:
    mask = np.ones((12, 12), bool)
    shifted = choose_voters(mask, 8, VoteRule(10))  # 5 x 5 places of 8 x 8 patches
    assert (shifted.stride, shifted.share, len(shifted.centres)) == (1, 1.0, 25)
    assert shifted.independent == pytest.approx(144 / 64)
    apart = choose_voters(mask, 4, VoteRule(2, stride=4))
    assert apart.independent == len(apart.centres)


@given(st.integers(1, 200), st.data())
def test_the_interval_is_wilson_s(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    expected = binomtest(hits, count).proportion_ci(method="wilson")
    np.testing.assert_allclose(wilson(hits / count, count), expected, atol=1e-9)
    assert wilson(1.0, 0.0) == (0.0, 1.0)


@pytest.mark.parametrize("name", ["pixel", "object"])
@pytest.mark.parametrize("decide", ["votes", "mean"])
def test_an_object_is_what_the_map_says_at_its_patches(name: str, decide: str, cube: Cube) -> None:
    """The votes are those of the map's pixels at the patches' centres, features at hand or not."""
    config = small(name) if name == "pixel" else small(name, patch=14)
    model = replace(untrained(config, cube, EXPECTING), evidence_weight=1.0)
    objects = np.zeros(cube.shape[:2], int)
    objects[:40, 20:50], objects[42:50, :30] = 3, 4
    rule = VoteRule(decide=decide)  # type: ignore[arg-type]
    found = run(predict_objects(model, cube, objects, rule, device="cpu"))
    dense = run(predict(model, cube, device="cpu", probabilities=True))
    assert dense.probabilities is not None
    assert [o.number for o in found.objects] == [3, 4]
    for one in found.objects:
        centres = np.argwhere(objects == one.number)
        corner = centres.min(0)
        voters = choose_voters(
            (objects == one.number)[corner[0] : centres[-1, 0] + 1, corner[1] : centres[-1, 1] + 1],
            config.patch,
            rule,
        )
        there = dense.probabilities[tuple((voters.centres + corner).T)]
        votes = np.bincount(there.argmax(1), minlength=2)
        assert one.votes == tuple(votes)
        np.testing.assert_allclose(one.probabilities, there.mean(0), atol=1e-4)
        chosen = votes.argmax() if decide == "votes" else there.mean(0).argmax()
        if decide == "mean" or votes[0] != votes[1]:
            assert one.class_id == model.classes.ids[chosen]
        assert one.agreement == pytest.approx(votes[chosen] / votes.sum())
        assert one.interval[0] <= one.agreement <= one.interval[1]
        assert (found.ids[objects == one.number] == one.class_id).all()
    features = run(compute_features(model, cube, device="cpu"))
    again = run(predict_objects(model, cube, objects, rule, features=features))
    for one, other in zip(found.objects, again.objects, strict=True):
        assert one.votes == other.votes
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-4)
        np.testing.assert_allclose(one.features, other.features, atol=1e-4)


def test_too_little_to_judge_gets_no_class(model: S3FNModel, cube: Cube) -> None:
    found = run(predict_objects(model, cube, objects_on(cube), device="cpu"))
    by_number = {one.number: one for one in found.objects}
    assert list(by_number) == [2, 5, 9, 11, 700]
    assert by_number[700].pixels == 40 * 6 - 1  # a dead pixel is background
    assert by_number[700].share == 1
    small_square = by_number[5]
    assert (small_square.class_id, small_square.class_name) == (0, NOT_ENOUGH)
    assert small_square.patches == sum(small_square.votes) < 10
    background = by_number[11]
    assert (background.pixels, background.patches, background.votes) == (0, 0, (0, 0))
    assert background.interval == (0.0, 1.0)
    assert np.isnan(background.features).all()
    assert "3 of 5 objects have fewer than 10 valid patches of 5 × 5 pixels" in found.notes[-1]
    assert set(found.ids[objects_on(cube) == 5]) == {0}
    assert (found.ids[objects_on(cube) == 0] == 0).all()
    tolerant = VoteRule(minimum=4, least_share=0.2)
    some = run(predict_objects(model, cube, objects_on(cube), tolerant, device="cpu"))
    judged = {one.number: one for one in some.objects}
    assert judged[9].class_id > 0
    assert judged[9].share == 0.2
    assert any("at least 20 % of each patch" in note for note in some.notes)


def test_no_patch_holds_the_dead_pixel(model: S3FNModel, cube: Cube) -> None:
    mask = (objects_on(cube) == 700) & np.any(np.asarray(cube.data) != 0, axis=2)
    voters = choose_voters(mask, 5, VoteRule())
    assert voters.share == 1
    assert (np.abs(voters.centres - (9, 2)).max(1) > 2).all()
    found = run(predict_objects(model, cube, objects_on(cube), device="cpu"))
    assert found.objects[-1].patches == len(voters.centres)


@settings(max_examples=10)
@given(st.lists(st.lists(st.floats(0.01, 0.99), min_size=10, max_size=10), min_size=1, max_size=3))
def test_ties_go_to_the_higher_mean(probabilities: list[list[float]]) -> None:
    """By the counting of an object's votes, whatever they are."""
    from s3fn_core.model.applying.objects import _decide

    first = np.array(probabilities).ravel().astype(np.float32)
    both = np.stack([first, 1 - first], 1)
    voters = choose_voters(np.ones((30, 30), bool), 1, VoteRule(most=len(first)))
    features = np.zeros((len(first), 4), np.float32)
    counted = _decide(1, 900, classes(), VoteRule(), voters, features, both)
    by_mean = _decide(1, 900, classes(), VoteRule(decide="mean"), voters, features, both)
    votes = (int((first >= 1 - first).sum()), int((first < 1 - first).sum()))
    mean = both.mean(0)
    assert counted.votes == votes
    expected = int(mean[1] > mean[0]) if votes[0] == votes[1] else int(votes[1] > votes[0])
    if abs(mean[0] - mean[1]) > 1e-6:
        assert counted.class_id == expected + 1
        assert by_mean.class_id == int(mean[1] > mean[0]) + 1
    assert counted.probability == pytest.approx(mean[counted.class_id - 1])


def test_words_alone_name_objects(cube: Cube) -> None:
    found = run(predict_objects_from_words(EXPECTING, cube, objects_on(cube)))
    named = {one.number: one.class_id for one in found.objects}
    assert named == {2: 2, 5: 2, 9: 2, 11: 0, 700: 1}
    assert found.objects[0].agreement > 0.9


@pytest.mark.parametrize(
    "wrong", [np.zeros((60, 54), int), np.ones((60, 53), int), np.full((60, 54), -1), np.ones((60, 54))]
)
def test_what_is_no_object_map_is_refused(wrong: np.ndarray, model: S3FNModel, cube: Cube) -> None:
    with pytest.raises(LabelError, match="object"):
        run(predict_objects(model, cube, wrong, device="cpu"))


def test_features_of_another_model_are_refused(model: S3FNModel, cube: Cube) -> None:
    other = untrained(small("pixel"), cube, EXPECTING)
    features = run(compute_features(other, cube, device="cpu"))
    with pytest.raises(ModelError, match="another model"):
        run(predict_objects(model, cube, objects_on(cube), features=features))


@pytest.mark.parametrize(
    "rule", [{"minimum": 0}, {"minimum": 9, "most": 8}, {"least_share": 0.0}, {"stride": 0}]
)
def test_rules_that_make_no_sense_are_refused(rule: dict[str, float]) -> None:
    with pytest.raises(ModelError):
        VoteRule(**rule)  # type: ignore[arg-type]
