"""What is held out from the model that is kept does not reach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.division import Division, divide
from s3fn_core.model.learning.fitting import Task, fit
from s3fn_core.model.learning.splits import deal
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from s3fn_core.types import BoolArray
from tests.core.model.learning.test_fusion import described
from tests.core.model.scenes import QUICK, classes, small_cnn, some_labels, stripes, truth

QUICKER = QUICK.with_epochs(3)
KEPT_APART = QUICKER.with_(split=replace(QUICK.split, refit=False))


def small_object() -> TrainConfig:
    """The object preset with a small patch and few filters, to be quick."""
    config = small_cnn()
    return config.with_(stage1=replace(config.stage1, epochs=1))


def scene(seed: int = 0, per_class: int = 30, **maps: np.ndarray) -> LabelledCube:
    cube = stripes(64, 60, seed=seed)
    return LabelledCube(cube, some_labels(cube, per_class, seed), **maps)


def region(*box: slice) -> BoolArray:
    marked = np.zeros((64, 60), bool)
    marked[box] = True
    return marked


LEFT = region(slice(None), slice(0, 20))


def tiles(side: int = 12) -> np.ndarray:
    """Objects that touch each other: squares of `side` pixels, numbered from 1."""
    line, sample = np.indices((64, 60)) // side
    numbers: np.ndarray = 1 + line * 10 + sample
    return numbers


def division_of(data: Sequence[LabelledCube], config: TrainConfig) -> Division:
    return divide(labelled_pixels(data, described()), described(), config)


def learn(data: Sequence[LabelledCube], config: TrainConfig) -> TrainResult:
    return run(train(data, described(), config, device="cpu"))


def with_other_spectra(item: LabelledCube, places: BoolArray, seed: int) -> LabelledCube:
    """Every spectrum in `places` is another, and far brighter."""
    changed = np.array(item.cube.data)
    rng = np.random.default_rng(seed)
    changed[places] = rng.uniform(0.1, 5.0, (places.sum(), item.cube.bands))
    return replace(item, cube=item.cube.with_(data=changed))


def assert_same_model(first: TrainResult, second: TrainResult) -> None:
    states = [result.model.network.state_dict() for result in (first, second)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    for one, other in zip(first.model.preprocess.channels, second.model.preprocess.channels, strict=True):
        for name in ("mean", "std", "components"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert first.model.evidence_weight == second.model.evidence_weight


@settings(max_examples=2)
@given(seed=st.integers(0, 1000))
@pytest.mark.parametrize(
    ("config", "maps"),
    [
        (KEPT_APART, {}),
        (small_object(), {}),
        (KEPT_APART, {"objects": tiles()}),
        (QUICKER, {"test": LEFT}),
        (QUICKER, {"test": LEFT, "objects": tiles()}),
        (small_object(), {"test": LEFT}),
    ],
    ids=["blocks", "blocks, cnn", "objects", "regions", "regions of objects", "regions, cnn"],
)
def test_changing_what_is_held_out_changes_nothing_that_is_learned(
    config: TrainConfig, maps: dict[str, np.ndarray], seed: int
) -> None:
    """No weight, no statistic, no component, and not the weight of the words."""
    data = [scene(seed, **maps)]
    part = division_of(data, config).part
    assert part is not None
    changed = [with_other_spectra(data[0], part.hidden[0], seed)]
    first, second = learn(data, config), learn(changed, config)
    assert_same_model(first, second)
    assert first.model.evidence_weight > 0
    assert first.accuracy is not None
    assert second.accuracy is not None
    assert first.accuracy.count == part.test.sum()
    assert first.accuracy.to_json() != second.accuracy.to_json()


@settings(max_examples=2)
@given(seed=st.integers(0, 1000), objects=st.booleans())
@pytest.mark.parametrize("config", [QUICKER, small_object()], ids=["pixel", "cnn"])
def test_the_model_of_a_fold_ignores_what_it_is_tested_on(
    config: TrainConfig, seed: int, objects: bool
) -> None:
    item = scene(seed, objects=tiles()) if objects else scene(seed)
    labels = labelled_pixels([item], classes())
    split = deal(labels, config)
    assert split
    for fold in np.unique(split.folds)[:2]:
        test = split.folds == fold
        train_mask = split.training(labels.pixels, test)
        if not train_mask.any():
            continue
        places = np.zeros((64, 60), bool)
        places[tuple(labels.pixels[test, 1:].T)] = True
        if objects:
            places |= np.isin(tiles(), tiles()[places])
        fitted = []
        for some in (item, with_other_spectra(item, places, seed)):
            words = np.eye(2, 5, dtype=np.float32)
            task = Task(replace(labels, data=[some]), config, words, "cpu", None)
            fitted.append(run(fit(task, train_mask)))
        first, second = (f.network.state_dict() for f in fitted)
        assert all(torch.equal(first[name], second[name]) for name in first)
        np.testing.assert_array_equal(*(f.preprocess.channels[0].components for f in fitted))


def test_a_model_kept_apart_is_the_one_of_the_other_labels_alone() -> None:
    item = scene(test=LEFT)
    kept = learn([item], QUICKER)
    part = division_of([item], QUICKER).part
    assert part is not None
    pixels = labelled_pixels([item], classes()).pixels
    labels = np.zeros_like(item.labels)
    places = tuple(pixels[part.train, 1:].T)
    labels[places] = item.labels[places]
    alone = learn([LabelledCube(item.cube, labels)], QUICKER)
    states = [result.model.network.state_dict() for result in (kept, alone)]
    # Its scene is judged by other pixels, hence what is weighed is not quite the same.
    temperatures = [state.pop("projection.log_temperature") for state in states]
    assert torch.allclose(*temperatures, atol=0.2)
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert kept.model.evidence_weight == pytest.approx(alone.model.evidence_weight, abs=0.2)
    assert "test regions" in kept.split
    assert [result.model.metrics["test_regions"] for result in (kept, alone)] == [True, False]
    assert "cross-validation" in alone.split


def test_the_first_cube_may_be_the_one_that_is_tested() -> None:
    tested, trained = scene(1, test=np.ones((64, 60), bool)), scene(2)
    result = learn([tested, trained], QUICKER)
    assert_same_model(result, learn([trained, tested], QUICKER))
    assert result.accuracy is not None
    assert result.accuracy.count == 60
    assert result.accuracy.intervals is None  # four blocks of 32 x 32 pixels


def test_no_training_patch_reaches_a_region_or_an_object_that_it_touches() -> None:
    data = [scene(per_class=300, test=LEFT, objects=tiles())]
    pixels = labelled_pixels(data, described()).pixels
    division = division_of(data, QUICKER)
    part = division.part
    assert part is not None
    assert "and the objects they touch" in division.sentence
    assert pixels[part.test, 2].max() == 23  # the second column of tiles reaches to 24
    assert pixels[part.train, 2].min() == 24 + 2
    assert part.hidden[0][:, :24].all()
    assert not part.hidden[0][:, 24:].any()


def test_both_sides_of_an_object_are_tested_together() -> None:
    front = scene(1, objects=tiles(), test=np.isin(tiles(), [1, 2]))
    back = scene(2, objects=tiles())
    data = [front, back]
    pixels = labelled_pixels(data, described()).pixels
    part = division_of(data, QUICKER).part
    assert part is not None
    numbers = tiles()[pixels[:, 1], pixels[:, 2]]
    assert set(numbers[part.test]) == {1, 2}
    assert set(pixels[part.test, 0]) == {0, 1}
    assert not np.isin(numbers[part.train], [1, 2]).any()


def test_a_random_split_is_made_and_said_to_flatter() -> None:
    config = QUICKER.with_(split=replace(QUICK.split, method="random"))
    for chosen in (config, config.with_(split=replace(config.split, refit=False))):
        result = learn([scene(per_class=10)], chosen)
        assert result.accuracy is not None
        assert "random" in result.split
        assert any("too optimistic" in note for note in result.notes)


def test_classes_without_a_label_in_the_regions_are_named() -> None:
    item = scene(test=region(slice(None), slice(0, 6)))  # the first stripe, one class
    assert division_of([item], QUICKER).notes == ("No label in the test regions, so not measured: dipped.",)


@pytest.mark.parametrize(
    ("maps", "method", "message"),
    [
        ({"test": LEFT}, "random", "neither objects nor test regions"),
        ({"objects": tiles()}, "random", "neither objects nor test regions"),
        ({"objects": np.zeros((64, 60), int)}, "blocks", "None of the labelled pixels lies on an"),
        ({"test": np.zeros((64, 60), bool)}, "blocks", "mark no pixel"),
        ({"test": region(slice(62, 64), slice(None))}, "blocks", "regions of stripes hold no lab"),
        ({"test": truth(stripes(64, 60)) == 2}, "blocks", r"left to train on: .*dipped"),
    ],
)
def test_maps_that_cannot_be_used_are_refused_before_any_work(
    maps: dict[str, np.ndarray], method: str, message: str
) -> None:
    config = QUICKER.with_(split=replace(QUICK.split, method=method))
    few = scene(per_class=8, **maps)
    with pytest.raises(LabelError, match=message):
        run(train([few], described(), config, device="cpu"))
