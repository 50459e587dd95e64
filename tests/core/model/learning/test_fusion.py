from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.inference import predict, predict_from_words
from s3fn_core.model.applying.objects import predict_objects
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.evidence import DOUBT, clarity_of, scene_evidence
from s3fn_core.model.learning.division import divide
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.fusion import Balance, HeldOut, add, learn_balance
from s3fn_core.model.learning.heard import PRIOR_TRUST, UNPROVEN_TRUST, Labelled, evidence_at
from s3fn_core.model.learning.onlookers import Onlookers
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from tests.core.model.models import small, untrained
from tests.core.model.scenes import BANDS, QUICK, classes, some_labels, stripes, truth


def line(spectrum: np.ndarray, wavelengths: np.ndarray) -> str:
    knots = ", ".join(f"{w:.0f} nm {100 * r:.0f} %" for w, r in zip(wavelengths, spectrum, strict=True))
    return f"Expected reflectance: {knots}."


def described(swapped: bool = False) -> ClassSet:
    """Words that state what the two materials of the scene reflect, or each the other's."""
    wavelengths = np.linspace(500.0, 960.0, BANDS)[::3]
    rising = (0.1 + 0.4 * np.linspace(0, 1, BANDS))[::3]
    dipped = 0.4 - 0.25 * np.exp(-(((wavelengths - 680) / 60) ** 2))
    texts = [line(rising, wavelengths), line(dipped, wavelengths)]
    made = ClassSet().added("rising").added("dipped")
    for class_id, text in zip((1, 2), reversed(texts) if swapped else texts, strict=True):
        made = made.changed(class_id, descriptions=(Description(text),))
    return made


def hits(ids: np.ndarray, cube: Cube) -> float:
    known = truth(cube) > 0
    return float((ids[known] == truth(cube)[known]).mean())


def test_words_alone_make_a_map() -> None:
    cube = stripes()
    prediction = run(predict_from_words(described(), cube))
    assert hits(prediction.ids, cube) > 0.95
    assert (prediction.ids[-2:] == 0).all()


def test_right_words_keep_weight_and_wrong_words_lose_it() -> None:
    cube = stripes(noise=0.2)  # hard enough that the words have something to add
    data = [LabelledCube(cube, some_labels(cube, 20))]
    right = run(train(data, described(), QUICK, device="cpu"))
    wrong = run(train(data, described(swapped=True), QUICK, device="cpu"))
    assert right.model.evidence_weight > 0.3
    assert wrong.model.evidence_weight < 0.2
    assert any("weight" in note for note in right.notes)
    assert right.model.metrics["without_expectations"] is not None
    assert hits(run(predict(right.model, cube, device="cpu")).ids, cube) > 0.9


CLASSES, COUNT = 3, 300
TARGETS = np.random.default_rng(0).integers(0, CLASSES, COUNT)


def opinion(targets: np.ndarray, right: float, noise: float = 0.0) -> np.ndarray:
    """Log-probabilities of somebody who gives the true class `right` nats more than the others."""
    scores = right * np.eye(CLASSES)[targets]
    scores = scores + noise * np.random.default_rng(1).normal(size=scores.shape)
    return log_softmax(scores, axis=1).astype(np.float32)


def scene(words: np.ndarray, cells: np.ndarray | None = None) -> Labelled:
    return Labelled(words, TARGETS, np.arange(COUNT) if cells is None else cells)


def asked(network: np.ndarray, *experts: np.ndarray) -> HeldOut:
    return HeldOut(np.arange(COUNT), np.stack([network, *experts], 1), np.arange(COUNT) % 4)


def learn(words: Labelled, held_out: HeldOut) -> Balance:
    """What is learned where every member is expected to count fully."""
    return learn_balance(words, EVERY, held_out, np.ones(held_out.log_probability.shape[1]))


EVERY = np.arange(COUNT)
SURE, UNSURE, SILENT = opinion(TARGETS, 2.0), opinion(TARGETS, 0.3, 1.0), opinion(TARGETS, 0.0)
WRONG = opinion((TARGETS + 1) % CLASSES, 2.0)


def test_the_balance_is_what_the_labels_say() -> None:
    helpful = learn(scene(SURE), asked(UNSURE))
    assert helpful.weight > 0.7
    assert helpful.trust > 0.99
    assert learn(scene(WRONG), asked(UNSURE)).weight < 0.01
    assert learn(scene(SILENT), asked(UNSURE)).weight < helpful.weight / 2


def test_held_out_labels_calm_a_network_that_is_too_sure() -> None:
    braggart = 8 * UNSURE
    calmed = learn(scene(SILENT), asked(braggart))
    assert calmed.shares[0] < 0.3
    fused = add(calmed, braggart[:, None], SILENT)
    right = fused[EVERY, TARGETS].mean()
    assert right > log_softmax(braggart, axis=1)[EVERY, TARGETS].mean() + 0.5


def test_the_member_that_is_right_gets_the_share() -> None:
    balance = learn(scene(SILENT), asked(UNSURE, SURE, WRONG))
    unsure, sure, wrong = balance.shares
    assert sure > 1 > unsure > wrong
    assert wrong < 0.2
    fused = add(balance, asked(UNSURE, SURE, WRONG).log_probability, SILENT)
    assert (fused.argmax(1) == TARGETS).mean() >= (SURE.argmax(1) == TARGETS).mean()


def test_clear_words_hold_a_network_back_that_has_seen_few_labels() -> None:
    few, many = scene(SURE, np.zeros(COUNT, np.int64)), scene(SURE)
    nothing = HeldOut.nothing(1, CLASSES)
    assert learn(few, nothing).shares[0] < learn(many, nothing).shares[0] / 2
    assert learn(scene(SILENT), nothing).shares[0] == pytest.approx(1)
    assert learn(scene(WRONG), nothing).shares[0] == pytest.approx(1, abs=0.01)


def test_a_stroke_counts_as_one_label() -> None:
    stroke = scene(WRONG, np.zeros(COUNT, np.int64))
    nothing = HeldOut.nothing(1, CLASSES)
    one = learn(stroke, nothing)
    assert one.trust > learn(scene(WRONG), nothing).trust
    assert stroke.per_class(EVERY) == 1
    assert scene(WRONG).per_class(EVERY) == COUNT / CLASSES


def test_trust_and_clarity() -> None:
    assert scene(SURE).trust(EVERY) > 0.99
    assert scene(WRONG).trust(EVERY) < 0.01
    assert clarity_of(SILENT) == pytest.approx(0, abs=1e-6)
    assert clarity_of(SURE) > 0.3


def test_without_labels_the_words_are_believed() -> None:
    none = np.zeros(0, np.int64)
    assert scene(SURE).trust(none) == pytest.approx(PRIOR_TRUST)


def test_onlookers_count_as_some_labels_and_may_only_object_where_trust_is_to_be_earned() -> None:
    none = np.zeros(0, np.int64)

    def trust(agreement: float, prior: float) -> float:
        return Labelled(SURE, TARGETS, EVERY, agreement, prior).trust(none)

    assert trust(-0.7, PRIOR_TRUST) < 0.05
    assert trust(0.7, PRIOR_TRUST) > 0.99
    assert trust(0.7, UNPROVEN_TRUST) == pytest.approx(UNPROVEN_TRUST)
    assert trust(-0.7, UNPROVEN_TRUST) < UNPROVEN_TRUST / 10


def test_onlookers_see_whether_words_stand_at_the_right_classes() -> None:
    cube = stripes()
    item = LabelledCube(cube, some_labels(cube, 1))
    labels = labelled_pixels([item], described())
    division = divide(labels, described(), QUICK)
    task = Task(labels, QUICK, np.eye(2, dtype=np.float32), "cpu", None)
    onlookers = Onlookers.of(Panel.of(task, (1, 2), division.kept), division)
    assert onlookers is not None
    assert 200 < len(onlookers.pixels) <= 300
    for swapped, least, most in ((False, 0.2, 0.7), (True, -2, -0.5)):
        words = evidence_at(onlookers.pixels, described(swapped))
        assert words is not None
        assert least < onlookers.agreement(words) < most
    only = QUICK.with_(experts=replace(QUICK.experts, unlabelled=False))
    alone = Panel.of(replace(task, config=only), (1, 2), division.kept)
    assert Onlookers.of(alone, division) is None


def counts(cube: Cube) -> Cube:
    """The cube as a camera that was not calibrated gives it."""
    return cube.with_(data=np.round(np.maximum(cube.read(), 0) * 4000).astype(np.uint16))


def test_without_reflectance_words_count_only_as_far_as_labels_confirm_them() -> None:
    cube = counts(stripes(noise=0.1))
    few, many = (LabelledCube(cube, some_labels(cube, count)) for count in (1, 12))
    told = run(train([few], described(), preset("quick"), device="cpu"))
    (note,) = (note for note in told.notes if "not reflectance" in note)
    assert "stripes are not reflectance" in note
    assert told.model.evidence_weight < 0.05
    assert run(train([many], described(), preset("quick"), device="cpu")).model.evidence_weight > 0.3
    plain = [LabelledCube(stripes(noise=0.1), few.labels)]
    known = run(train(plain, described(), preset("quick"), device="cpu"))
    assert not any("not reflectance" in note for note in known.notes)
    assert known.model.evidence_weight > 0.3


def test_maps_of_cubes_without_reflectance_do_not_rest_on_words() -> None:
    cube = counts(stripes())
    warned = run(predict_from_words(described(), cube)).notes
    assert "Do not rely on it: the values of stripes are not reflectance" in warned[1]
    data = [LabelledCube(stripes(), some_labels(stripes(), 5))]
    model = run(train(data, described(), preset("quick"), device="cpu")).model
    assert model.evidence_weight > 0
    notes = run(predict(model, cube, device="cpu")).notes
    assert any("are not used: its values are not reflectance" in note for note in notes)


def test_reflectances_keep_their_brightness() -> None:
    """A scene of one dark material is not taken for a bright one."""
    cube = stripes()
    whole, dark = (scene_evidence(described(), c) for c in (cube, cube.with_(data=cube.read() / 4)))
    assert whole is not None
    assert dark is not None
    assert dark.scale / whole.scale == pytest.approx(4**0.25, rel=1e-3)
    raw = scene_evidence(described(), cube.with_(reflectance=False))
    assert raw is not None
    assert raw.scale == pytest.approx(whole.scale**4, rel=1e-3)


def test_what_words_can_say_against_a_class_is_bounded() -> None:
    cube = stripes()
    words = scene_evidence(described(), cube)
    assert words is not None
    answers = words(np.random.default_rng(0).uniform(0, 1, (50, cube.bands)).astype(np.float32))
    assert answers.min() >= np.log(DOUBT / 2) - 1e-5
    np.testing.assert_allclose(np.exp(answers).sum(1), 1, atol=1e-5)


def test_without_wavelengths_or_words_there_is_no_evidence() -> None:
    cube = stripes()
    assert scene_evidence(described(), cube.with_(wavelengths=None)) is None
    assert scene_evidence(ClassSet().added("a").added("b"), cube) is None


def test_a_map_by_words_alone_says_that_it_is_a_guess() -> None:
    cube = stripes()
    clear = run(predict_from_words(described(), cube)).notes
    assert len(clear) == 1
    assert "guess from the descriptions alone" in clear[0]
    alike = described().changed(2, descriptions=described()[1].descriptions)
    assert "hardly tell the classes apart" in run(predict_from_words(alike, cube)).notes[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wavelengths": None}, "it has no wavelengths"),
        ({"wavelengths": np.linspace(900, 1700, BANDS)}, "cover 900 to 1700 nm"),
        ({"data": np.zeros((4, 4, BANDS))}, "hold background only"),
    ],
)
def test_words_alone_say_why_they_cannot_classify(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        run(predict_from_words(described(), stripes().with_(**changes)))


def test_a_training_tells_which_cube_silences_the_words() -> None:
    cube = stripes()
    blind = stripes(seed=1).with_(wavelengths=None, name="blind")
    data = [LabelledCube(c, some_labels(c)) for c in (cube, blind)]
    trained = run(train(data, described(), QUICK.with_epochs(1), device="cpu"))
    assert trained.model.evidence_weight == 0
    (note,) = (note for note in trained.notes if "not used" in note)
    assert "because of blind: it has no wavelengths" in note
    plain = run(train(data[:1], classes(), QUICK.with_epochs(1), device="cpu"))
    assert not any("not used" in note for note in plain.notes)  # nothing was expected


def test_a_cube_without_wavelengths_has_those_of_the_model() -> None:
    cube = stripes(20, 20)
    model = replace(untrained(small("pixel"), cube, described()), evidence_weight=2.0)
    known = run(predict(model, cube, device="cpu"))
    blind = run(predict(model, cube.with_(wavelengths=None), device="cpu"))
    np.testing.assert_array_equal(blind.confidence, known.confidence)
    assert known.notes == ()
    assert "taken for those of the model, 500 to 960 nm" in blind.notes[0]
    objects = np.ones(cube.shape[:2], int)
    judged = run(predict_objects(model, cube.with_(wavelengths=None), objects, device="cpu"))
    assert judged.notes == blind.notes


def test_a_map_whose_words_are_left_out_says_so() -> None:
    cube = stripes(20, 20).with_(wavelengths=None)
    model = replace(untrained(small("pixel"), cube, described()), evidence_weight=2.0)
    (note,) = run(predict(model, cube, device="cpu")).notes
    assert "not used: it has no wavelengths" in note
