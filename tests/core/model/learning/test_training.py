from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import PRESETS, TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.fitting import Stage1, Task, fit
from s3fn_core.model.learning.splits import margin_mask, split_folds
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import Progress, run
from s3fn_core.words import cache, encoder
from tests.core.model.scenes import QUICK, classes, small_cnn, some_labels, stripes, truth


def weights(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.flatten() for p in network.state_dict().values()])


def quick(config: TrainConfig = QUICK, seed: int = 0) -> TrainResult:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    return run(train(data, classes(), config.with_(seed=seed), device="cpu"))


@pytest.fixture(scope="module")
def trained() -> TrainResult:
    return quick(QUICK.with_epochs(60))


def test_a_training_learns_and_is_measured_on_held_out_labels(trained: TrainResult) -> None:
    cube = stripes()
    prediction = run(predict(trained.model, cube, device="cpu"))
    known = truth(cube) > 0
    assert (prediction.ids[known] == truth(cube)[known]).mean() > 0.97
    assert (prediction.ids[~known] == 0).all()
    assert trained.accuracy is not None
    assert trained.accuracy.oa > 0.9
    assert trained.accuracy.count == 24
    assert "cross-validation" in trained.split


def test_figures_are_those_of_the_answers_that_the_model_keeps(trained: TrainResult) -> None:
    answers = trained.model.answers
    assert answers is not None
    assert trained.model.metrics["held_out"] == answers.accuracy(classes()).to_json()
    cube = stripes()
    assert (answers.cubes[0].name, answers.cubes[0].shape) == (cube.name, cube.shape[:2])
    np.testing.assert_array_equal(answers.truth, some_labels(cube)[tuple(answers.pixels.T)])
    assert len(np.unique(answers.pixels, axis=0)) == len(answers) == 24
    assert run(predict(trained.model, cube, device="cpu")).answers is answers


def test_equal_seeds_give_equal_weights_and_others_do_not() -> None:
    first, again, other = (weights(quick(seed=s).model.network) for s in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_progress_never_falls_and_names_its_steps() -> None:
    cube = stripes()
    seen: list[Progress] = []
    data = [LabelledCube(cube, some_labels(cube))]
    run(train(data, classes(), QUICK, device="cpu"), seen.append)
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert {"prepare", "stage 1", "stage 2", "held-out"} <= {p.step for p in seen}
    losses = [p.metrics["loss"] for p in seen if p.step == "stage 1" and "loss" in p.metrics]
    assert len(losses) == QUICK.stage1.epochs


def test_cancelling_stops_at_once_and_leaves_the_labels_alone() -> None:
    cube = stripes()
    labels = some_labels(cube)
    before = labels.copy()
    operation = train([LabelledCube(cube, labels)], classes(), QUICK, device="cpu")
    for progress in operation:
        if progress.step == "stage 1":
            break
    started = time.monotonic()
    operation.close()
    assert time.monotonic() - started < 1
    np.testing.assert_array_equal(labels, before)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), preset=st.sampled_from(["pixel", "cnn3d"]))
def test_changing_test_pixels_changes_no_weight(seed: int, preset: str) -> None:
    """Statistics, PCA, early stopping and weights come from training patches only."""
    cube = stripes(64, 60, seed=seed)
    config = QUICK if preset == "pixel" else small_cnn()
    labels = some_labels(cube, 40 if preset == "cnn3d" else 15, seed)
    data = [LabelledCube(cube, labels)]
    known = labelled_pixels(data, classes())
    pixels, targets = known.pixels, known.targets
    split = split_folds(pixels, targets, config.patch, 4, seed)
    test = split.folds == 0
    train_mask = margin_mask(pixels, test, config.patch)
    if len(np.unique(targets[train_mask])) < 2:
        return
    changed = np.asarray(cube.data).copy()
    rng = np.random.default_rng(seed)
    for _, line, sample in pixels[test]:
        changed[line, sample] = rng.uniform(0.1, 5.0, cube.bands)
    networks = []
    for block in (cube.data, changed):
        scene = [LabelledCube(cube.with_(data=block), labels)]
        task = Task(replace(known, data=scene), config, np.eye(2, 5, dtype=np.float32), "cpu", None)
        fitted = run(fit(task, train_mask))
        networks.append((weights(fitted.network), fitted.preprocess.channels[0].mean))
    assert torch.equal(networks[0][0], networks[1][0])
    np.testing.assert_array_equal(networks[0][1], networks[1][1])


def test_the_paper_s_backbone_trains_and_predicts() -> None:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube, 30))]
    result = run(train(data, classes(), small_cnn(), device="cpu"))
    prediction = run(predict(result.model, cube, device="cpu"))
    assert set(np.unique(prediction.ids)) <= {0, 1, 2}
    assert "held out from the model that is kept" in result.split or result.accuracy is None


def test_a_class_labelled_in_one_place_trains_but_is_not_measured() -> None:
    cube = stripes()
    labels = np.zeros(cube.shape[:2], np.uint8)
    labels[4:6, 1:3], labels[4:6, 8:10] = 1, 2
    result = run(train([LabelledCube(cube, labels)], classes(), QUICK, device="cpu"))
    assert result.accuracy is None
    assert "two separate places" in result.split


def test_an_empty_description_is_allowed_and_said() -> None:
    cube = stripes()
    silent = classes().changed(2, descriptions=())
    result = run(train([LabelledCube(cube, some_labels(cube))], silent, QUICK, device="cpu"))
    assert any("dipped" in note for note in result.notes)


def test_fine_tuning_accepts_other_classes_and_other_bands(trained: TrainResult) -> None:
    cube = stripes(seed=5)
    sparse = cube.with_(
        data=np.asarray(cube.data)[:, :, ::2], wavelengths=cube.wavelengths[::2], good_bands=np.ones(12, bool)
    )
    labels = some_labels(cube)
    labels[(labels == 1) & (np.arange(cube.lines)[:, None] > 20)] = 3
    three = classes().added("third")
    result = run(train([LabelledCube(sparse, labels)], three, QUICK, device="cpu", initial=trained.model))
    assert result.model.classes == three
    assert run(predict(result.model, sparse, device="cpu")).ids.shape == cube.shape[:2]
    assert any("may have seen" in note for note in result.notes)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda c: c.added("third"), LabelError, "No labelled pixels: third"),
        (lambda c: ClassSet(c.classes[:1]), LabelError, "at least two classes"),
    ],
)
def test_unusable_labels_are_refused_before_any_work(change, error, message) -> None:  # type: ignore[no-untyped-def]
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    with pytest.raises(error, match=message):
        run(train(data, change(classes()), QUICK, device="cpu"))


def test_a_device_that_is_not_there_is_named() -> None:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(ModelError, match=missing.upper()):
        run(train(data, classes(), QUICK, device=missing))


def test_other_wavelengths_are_resampled_and_a_smaller_range_is_refused(trained: TrainResult) -> None:
    cube = stripes()
    model: S3FNModel = trained.model
    fine = np.linspace(495.0, 965.0, 60)
    block = np.stack(
        [np.interp(fine, cube.wavelengths, s) for s in np.asarray(cube.data).reshape(-1, 24)]
    ).reshape(*cube.shape[:2], 60)
    other = cube.with_(data=block.astype(np.float32), wavelengths=fine, good_bands=np.ones(60, bool))
    same = run(predict(model, cube, device="cpu")).ids
    assert (run(predict(model, other, device="cpu")).ids == same).mean() > 0.97
    short = cube.with_(
        data=np.asarray(cube.data)[:, :, :12], wavelengths=cube.wavelengths[:12], good_bands=np.ones(12, bool)
    )
    with pytest.raises(ModelError, match="covers 500 to 720 nm"):
        run(predict(model, short, device="cpu"))
    with pytest.raises(ModelError, match="12 bands"):
        run(predict(model, replace(short, wavelengths=None), device="cpu"))


def test_trainings_in_other_words_share_what_they_learned_of_the_spectra() -> None:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    other = classes().changed(1, descriptions=(Description("Something else."),))
    shared: dict[str, Stage1] = {}
    first = run(train(data, classes(), QUICK, device="cpu", shared=shared)).model
    learned = len(shared)
    assert learned > 1  # the kept model and the folds
    second = run(train(data, other, QUICK, device="cpu", shared=shared)).model
    assert len(shared) == learned
    alone = run(train(data, other, QUICK, device="cpu")).model
    for name, weights in alone.network.state_dict().items():
        assert torch.equal(weights, second.network.state_dict()[name]), name
    here, there = (m.network.projection.embeddings for m in (first, second))
    assert not torch.equal(here, there)


def randomness() -> list[object]:
    """What the program draws from where nobody gives a generator, and how PyTorch computes."""
    return [
        torch.get_rng_state().tolist(),
        str(np.random.get_state()),  # noqa: NPY002
        random.getstate(),
        torch.get_num_threads(),
        torch.backends.cudnn.deterministic,
    ]


@pytest.mark.parametrize("config", [QUICK, small_cnn()], ids=["pixel", "cnn3d"])
def test_a_training_neither_takes_nor_gives_chance(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn while it runs changes no weight, and what was seeded before it stays."""
    monkeypatch.setattr(cache, "recall", lambda key: None)  # the encoder is loaded, too
    monkeypatch.setattr(cache, "remember", lambda *_, **__: None)
    monkeypatch.setattr(encoder, "_last", {})
    before = randomness()
    whole = weights(quick(config).model.network)
    assert randomness() == before

    def draw(progress: Progress) -> None:
        assert randomness() == kept
        torch.manual_seed(len(progress.message))
        torch.rand(3), np.random.rand(), random.random()  # noqa: NPY002
        kept[:] = randomness()

    kept = randomness()
    cube = stripes()
    disturbed = run(train([LabelledCube(cube, some_labels(cube))], classes(), config, device="cpu"), draw)
    assert torch.equal(weights(disturbed.model.network), whole)


def test_trainings_at_the_same_time_do_not_disturb_each_other() -> None:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    configs = [QUICK.with_(seed=seed) for seed in (0, 3)]
    alone = [weights(quick(seed=seed).model.network) for seed in (0, 3)]
    before = torch.get_num_threads()
    operations = [train(data, classes(), config, device="cpu") for config in configs]
    found: dict[int, torch.Tensor] = {}
    while len(found) < 2:  # by turns
        for number, operation in enumerate(operations):
            try:
                next(operation)
            except StopIteration as stop:
                found.setdefault(number, weights(stop.value.model.network) if stop.value else None)
    assert all(torch.equal(found[number], alone[number]) for number in found)
    assert torch.get_num_threads() == before
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda seed: weights(quick(seed=seed).model.network), (0, 3)))
    assert all(torch.equal(*pair) for pair in zip(together, alone, strict=True))


@pytest.mark.filterwarnings("ignore:.*overflow encountered", "ignore:.*invalid value encountered")
@pytest.mark.parametrize("value", [3e29, -9e28])  # what counts as missing is larger
def test_a_training_that_diverges_says_so(value: float) -> None:
    cube = stripes()
    labels, data = some_labels(cube), np.asarray(cube.data).copy()
    line, sample = np.argwhere(labels == 1)[0]
    data[line, sample] = value
    with pytest.raises(ModelError, match=r"diverged.*far too large"):
        run(train([LabelledCube(cube.with_(data=data), labels)], classes(), QUICK, device="cpu"))


def test_the_model_comes_before_its_accuracy() -> None:
    cube = stripes()
    seen: list[Progress] = []
    result = run(train([LabelledCube(cube, some_labels(cube))], classes(), QUICK, device="cpu"), seen.append)
    (early,) = (p.early for p in seen if p.early is not None)
    assert isinstance(early, S3FNModel)
    assert early.metrics["held_out"] is None
    assert result.accuracy is not None
    assert torch.equal(weights(early.network.backbone), weights(result.model.network.backbone))
    known = truth(cube) > 0
    ids = run(predict(early, cube, device="cpu")).ids
    assert (ids[known] == truth(cube)[known]).mean() > 0.9


def test_without_a_held_out_part_there_is_nothing_to_wait_for() -> None:
    cube = stripes()
    seen: list[Progress] = []
    data = [LabelledCube(cube, some_labels(cube))]
    run(train(data, classes(), PRESETS["quick"], device="cpu"), seen.append)
    assert all(p.early is None for p in seen)
