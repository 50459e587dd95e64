"""A class that no label shows takes part in a training by the spectrum that its description expects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli.output import accuracy_table
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import predict, rescore, reworded
from s3fn_core.model.applying.objects import VoteRule, predict_objects
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import load_model, save_model
from s3fn_core.model.config import NO_EXPERTS, TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.retrain import retrain
from s3fn_core.model.learning.text_controls import text_controls
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.model.word_classes import LIKE_LABELS, WordClasses
from s3fn_core.progress import run
from tests.core.model.scenes import BANDS, QUICK, small_cnn, some_labels, stripes, truth

WAVELENGTHS = np.linspace(500.0, 960.0, BANDS)
FALLING = 0.45 - 0.4 * np.linspace(0, 1, BANDS)
FAST = preset("quick")


def with_third(cube: Cube) -> Cube:
    """A third, falling material in the lowest eight lines that hold values."""
    data = np.array(cube.data)
    light = np.random.default_rng(3).uniform(0.8, 1.2, (8, cube.samples, 1))
    data[-10:-2] = FALLING * light + np.random.default_rng(4).normal(0, 0.02, (8, cube.samples, BANDS))
    return cube.with_(data=data.astype(np.float32))


CUBE = with_third(stripes())
KNOWN = truth(CUBE)
KNOWN[-10:-2] = 3
LABELS = np.where(KNOWN == 3, 0, some_labels(CUBE))


def stated(spectrum: np.ndarray) -> tuple[Description, ...]:
    pairs = zip(WAVELENGTHS[::3], spectrum[::3], strict=True)
    knots = ", ".join(f"{w:.0f} nm {100 * r:.0f} %" for w, r in pairs)
    return (Description(f"Expected reflectance: {knots}."),)


def three() -> ClassSet:
    rising = 0.1 + 0.4 * np.linspace(0, 1, BANDS)
    dipped = 0.4 - 0.25 * np.exp(-(((WAVELENGTHS - 680) / 60) ** 2))
    classes = ClassSet().added("rising").added("dipped").added("falling")
    for number, spectrum in enumerate((rising, dipped, FALLING), 1):
        classes = classes.changed(number, descriptions=stated(spectrum))
    return classes


def learn(config: TrainConfig, classes: ClassSet | None = None, labels: np.ndarray = LABELS) -> TrainResult:
    return run(train([LabelledCube(CUBE, labels)], classes or three(), config, device="cpu"))


@pytest.fixture(scope="module")
def trained() -> TrainResult:
    return learn(QUICK)


def recall(ids: np.ndarray) -> list[float]:
    return [float((ids[known] == k).mean()) for k in (1, 2, 3) for known in [k == KNOWN]]


def test_it_is_found_and_the_labelled_classes_stay(trained: TrainResult) -> None:
    found = recall(run(predict(trained.model, CUBE, device="cpu")).ids)
    assert found[2] > 0.8
    assert min(found[:2]) > 0.9
    assert trained.model.word_classes.ids == (3,)
    assert 0.5 < trained.model.word_classes.share < 1


def test_it_is_not_measured_and_that_is_said(trained: TrainResult) -> None:
    assert any("not measured (no labels): falling" in note for note in trained.notes)
    assert trained.model.metrics["words_only"] == [3]
    assert trained.accuracy is not None
    assert trained.accuracy.oa > 0.9
    members = trained.model.metrics["speakers"]
    assert all(one["oa"] > 0.8 for one in members)
    assert (members[-1]["name"], members[-1]["share"]) == ("words", trained.model.evidence_weight)
    assert [c.support > 0 for c in trained.accuracy.per_class] == [True, True, False]
    table = accuracy_table(trained.accuracy)
    assert "Not measured, no labels: falling." in table
    assert "nan" not in table


@pytest.mark.parametrize("config", [FAST, QUICK.with_(experts=NO_EXPERTS), small_cnn()])
def test_other_presets_know_it_too(config: TrainConfig) -> None:
    labels = LABELS
    if config.network.kind == "cnn3d":
        labels = np.where(KNOWN < 3, KNOWN, 0).astype(np.uint8)
    found = recall(run(predict(learn(config, labels=labels).model, CUBE, device="cpu")).ids)
    assert found[2] > 0.5


def test_all_ways_to_a_map_agree(trained: TrainResult, tmp_path: Path) -> None:
    model = trained.model
    expected = run(predict(model, CUBE, device="cpu"))
    save_model(model, tmp_path / "m.s3fn")
    again = load_model(tmp_path / "m.s3fn")
    assert again.word_classes == model.word_classes
    np.testing.assert_array_equal(run(predict(again, CUBE, device="cpu")).ids, expected.ids)
    with run(compute_features(model, CUBE, device="cpu")) as features:
        np.testing.assert_array_equal(run(rescore(features)).ids, expected.ids)
        rescorer = Rescorer(features)
        assert (run(rescorer.classify(model)).ids != expected.ids).mean() < 1e-3
        other = reworded(model, three().changed(3, descriptions=three()[1].descriptions))
        assert not (run(rescorer.classify(other)).ids == 3).any()


def test_a_trained_model_learns_of_it_by_other_words(trained: TrainResult) -> None:
    two = ClassSet(three().classes[:2])
    model = run(train([LabelledCube(CUBE, LABELS)], two, FAST, device="cpu")).model
    assert not model.word_classes
    more = reworded(model, three())
    assert more.word_classes.ids == (3,)
    found = recall(run(predict(more, CUBE, device="cpu")).ids)
    assert found[2] > 0.8
    assert min(found[:2]) > 0.9
    silent = reworded(model, three().changed(3, descriptions=()))
    assert not silent.word_classes
    assert not reworded(trained.model, two).word_classes


def test_without_any_labelled_class_the_model_answers_as_one_that_has_none(trained: TrainResult) -> None:
    strangers = ClassSet((three()[3], replace(three()[1], id=4, name="fourth")))
    only = reworded(trained.model, strangers)
    assert not only.word_classes
    assert set(np.unique(run(predict(only, CUBE, device="cpu")).ids)) <= {0, 3, 4}


def test_a_map_that_cannot_hold_it_says_so(trained: TrainResult) -> None:
    found = run(predict(trained.model, CUBE.with_(reflectance=False), device="cpu"))
    assert not (found.ids == 3).any()
    assert any("not reflectance. So no pixel becomes falling" in note for note in found.notes)


def test_objects_become_it(trained: TrainResult) -> None:
    objects = np.zeros(CUBE.shape[:2], int)
    objects[-10:-2, :18], objects[-10:-2, 18:], objects[2:10, 0:6] = 1, 2, 3
    for decide in ("votes", "mean", "model"):
        rule = VoteRule(decide=decide)  # type: ignore[arg-type]
        judged = run(predict_objects(trained.model, CUBE, objects, rule, device="cpu"))
        assert [o.class_id for o in judged.objects] == [3, 3, 1]


def test_a_model_of_objects_leaves_it_to_the_pixels() -> None:
    line, sample = np.indices(CUBE.shape[:2])
    objects = np.where(CUBE.read().any(-1), 1 + line // 5 * 6 + sample // 6, 0)
    labels = np.where(KNOWN < 3, KNOWN, 0).astype(np.uint8)
    model = run(train([LabelledCube(CUBE, labels, objects)], three(), FAST, device="cpu")).model
    assert model.objects
    judged = run(predict_objects(model, CUBE, objects, VoteRule(decide="model"), device="cpu"))
    inside = [o for o in judged.objects if (KNOWN[objects == o.number] == 3).all()]
    assert len(inside) >= 6
    assert all(o.by == "model" for o in inside)
    assert np.mean([o.class_id == 3 for o in inside]) > 0.8


def test_words_are_tried_and_learned_again_with_it(trained: TrainResult) -> None:
    data = [LabelledCube(CUBE, LABELS)]
    assert run(text_controls(data, three(), QUICK.with_epochs(2), seeds=1, device="cpu")).variants
    again = run(retrain(trained.model, data, three(), device="cpu")).model
    assert again.word_classes.ids == (3,)
    continued = run(train(data, three(), QUICK, device="cpu", initial=trained.model)).model
    assert recall(run(predict(continued, CUBE, device="cpu")).ids)[2] > 0.8


@pytest.mark.parametrize(
    ("classes", "cube", "config", "said"),
    [
        (three().changed(3, descriptions=()), CUBE, FAST, "No labelled pixels: falling. Label some"),
        (three(), CUBE.with_(reflectance=False), FAST, "stripes cannot be .* its values are not reflectance"),
        (three(), CUBE.with_(wavelengths=None), FAST, "it has no wavelengths"),
        (three().added("fourth"), CUBE, FAST, "No labelled pixels: fourth"),
        (
            ClassSet(tuple(replace(c, descriptions=()) if c.id < 3 else c for c in three())),
            CUBE,
            FAST,
            "one of their descriptions must state a spectrum",
        ),
        (three(), CUBE, preset("paper"), "does not read the spectra"),
    ],
)
def test_what_its_words_cannot_stand_for_is_refused(
    classes: ClassSet, cube: Cube, config: TrainConfig, said: str
) -> None:
    with pytest.raises((LabelError, ModelError), match=said):
        run(train([LabelledCube(cube, LABELS)], classes, config, device="cpu"))


def test_labels_of_a_single_class_are_too_few() -> None:
    with pytest.raises(LabelError, match="at least two other classes must have some"):
        learn(FAST, labels=np.where(LABELS == 1, 1, 0).astype(np.uint8))


def test_a_claim_needs_words_and_a_pixel_unlike_the_labels() -> None:
    unshown = WordClasses((7,), 0.8)
    scores = np.array([[2.0, 9.0, 1.0]] * 4, np.float32)
    words = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], np.float32))
    novelty = np.array([1.0, LIKE_LABELS / 2, 1.0, 1.0], np.float32)
    said = np.exp(unshown.log_probability(scores, (1, 7, 9), words, novelty))
    np.testing.assert_allclose(said.sum(1), 1, atol=1e-5)
    assert said[0, 1] == pytest.approx(0.8 * 0.8 / 0.9, abs=1e-5)
    assert said[1, 1] < 1e-6
    assert said[2, 1] < 0.1
    np.testing.assert_allclose(said[:, 0] / said[:, 2], np.exp(1), rtol=1e-4)
    alone = np.exp(unshown.log_probability(scores, (1, 7, 9), None, None))
    assert (alone[:, 1] < 1e-6).all()
