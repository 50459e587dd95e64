"""How unlike the labels spectra are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.model import novelty as room
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import predict, rescore
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.experts.scene import SceneStatistics
from s3fn_core.model.learning.training import train
from s3fn_core.model.novelty import Novelty, fit_novelty, remark
from s3fn_core.progress import run
from s3fn_core.quoting import per_cent
from tests.core.model.scenes import BANDS, classes, some_labels, stripes, truth

FOREIGN = (slice(4, 10), slice(14, 20))
ROUNDING = 2e-3
"""Of the distance of a labelled pixel to itself, which is the root of a difference."""


def with_foreign(seed: int = 1) -> Cube:
    """The stripes, and a patch of a material with a dip that nothing else has."""
    cube = stripes(seed=seed)
    values = cube.read()
    bump = 0.3 - 0.2 * np.exp(-(((np.linspace(500, 960, BANDS) - 860) / 40) ** 2))
    light = np.random.default_rng(seed).uniform(0.7, 1.3, (6, 6, 1))
    values[FOREIGN] = bump * light + np.random.default_rng(seed).normal(0, 0.02, (6, 6, BANDS))
    return Cube(values, "foreign", wavelengths=cube.wavelengths)


@cache
def quick(per_class: int, seed: int = 0) -> S3FNModel:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube, per_class, seed))]
    return run(train(data, classes(), preset("quick"), device="cpu")).model


@pytest.mark.parametrize("per_class", [3, 12, 200])
def test_what_no_label_has_shown_is_above_the_threshold(per_class: int) -> None:
    cube = with_foreign()
    found = run(predict(quick(per_class), cube, device="cpu"))
    assert found.novelty is not None
    known = truth(cube) > 0
    known[FOREIGN] = False
    assert (found.novelty[FOREIGN] > 1).mean() > 0.9
    assert (found.novelty[known] > 1).mean() < 0.05
    assert not found.novelty[-2:].any()  # background


def test_a_single_label_of_each_class_says_little_of_what_is_unknown() -> None:
    """What is foreign lies farther away, but the threshold is that of any scene."""
    found = run(predict(quick(1), with_foreign(), device="cpu")).novelty
    assert found is not None
    known = found.copy()
    known[FOREIGN] = 0
    assert found[FOREIGN].min() > known.max()
    assert (known > 1).mean() < 0.02


def test_two_of_a_hundred_new_pixels_are_above_the_threshold() -> None:
    shares = []
    for seed in range(4):
        found = run(predict(quick(200, seed), stripes(seed=9 + seed), device="cpu"))
        assert found.novelty is not None
        shares.append((found.novelty > 1).mean())
    assert np.mean(shares) == pytest.approx(0.02, abs=0.01)


def test_an_object_is_asked_by_its_mean_spectrum() -> None:
    model, values = quick(12), with_foreign().read()
    assert model.novelty is not None
    means = np.stack([values[FOREIGN].mean((0, 1)), values[20:30, 0:6].mean((0, 1))])
    foreign, known = model.novelty(means)
    assert foreign > 1 > known
    assert np.array_equal(model.novelty(means[None]), [[foreign, known]])


@settings(max_examples=8, deadline=None)
@given(st.integers(7, 50), st.integers(0, 3))
def test_a_tiled_map_is_the_whole_map(tile: int, seed: int) -> None:
    cube = with_foreign(seed)
    whole, tiled = (run(predict(quick(12), cube, device="cpu", tile=side)) for side in (64, tile))
    assert whole.novelty is not None
    assert tiled.novelty is not None
    assert np.allclose(whole.novelty, tiled.novelty, atol=ROUNDING)


def test_other_words_and_other_labels() -> None:
    """Kept features give the novelty of a map, and that of a model that learned other labels."""
    cube, model = with_foreign(), quick(12)
    where = np.zeros(cube.shape[:2], bool)
    where[2:20] = True
    here = run(predict(model, cube, device="cpu", where=where))
    other = replace(model, novelty=quick(1).novelty)
    with run(compute_features(model, cube, device="cpu")) as features:
        there = run(rescore(features, where=where))
        rescorer = Rescorer(features)
        again, less = (run(rescorer.classify(m)) for m in (model, other))
    direct = run(predict(other, cube, device="cpu"))
    assert here.novelty is not None
    for found, expected in ((there, here.novelty), (again, None), (less, direct.novelty)):
        assert found.novelty is not None
        if expected is None:
            assert np.allclose(found.novelty[where], here.novelty[where], atol=ROUNDING)
        else:
            assert np.allclose(found.novelty, expected, atol=ROUNDING)
    assert not here.novelty[~where].any()


def test_it_travels_with_the_model(tmp_path: Path) -> None:
    model, cube = quick(12), with_foreign()
    save_model(model, tmp_path / "model.s3fn")
    first, second = (
        run(predict(m, cube, device="cpu")) for m in (model, load_model(tmp_path / "model.s3fn"))
    )
    assert first.novelty is not None
    assert np.array_equal(first.novelty, second.novelty)
    save_model(replace(model, novelty=None), tmp_path / "none.s3fn")
    assert run(predict(load_model(tmp_path / "none.s3fn"), cube, device="cpu")).novelty is None


def test_a_map_that_is_mostly_unknown_says_so() -> None:
    cube = with_foreign()
    part = Cube(np.ascontiguousarray(cube.read()[2:12, 12:22]), "part", wavelengths=cube.wavelengths)
    found = run(predict(quick(12), part, device="cpu"))
    assert found.novel_share is not None
    assert found.novel_share == pytest.approx(0.36, abs=0.06)
    assert any(f"{per_cent(found.novel_share, 0)} of the map is unlike" in note for note in found.notes)
    assert remark(0.03) == remark(None) == ()


def noise_scene(seed: int = 0) -> SceneStatistics:
    block = np.random.default_rng(seed).uniform(0.2, 1, (20, 20, 8)).astype(np.float32)
    scene = SceneStatistics.of([block])
    assert scene is not None
    return scene


def fitted(spectra: np.ndarray, targets: np.ndarray, units: np.ndarray) -> Novelty:
    return fit_novelty(spectra.astype(np.float32), targets, units, noise_scene())


def test_copies_of_one_pixel_make_no_threshold_of_nothing() -> None:
    spectra = np.repeat(np.random.default_rng(0).uniform(0.2, 1, (2, 8)), 30, axis=0)
    found = fitted(spectra, np.repeat([0, 1], 30), np.arange(60))
    assert len(found.shown) == 2
    assert np.isfinite(found.shown).all()
    assert found(spectra.astype(np.float32)).max() < 0.05


def test_near_copies_in_one_block_do_not_narrow_what_is_known() -> None:
    """Pixels of one object are alike; how far another object lies is told by other objects."""
    rng = np.random.default_rng(0)
    objects = rng.uniform(0.4, 0.8, (12, 8))
    spectra = np.repeat(objects, 20, axis=0) + rng.normal(0, 0.001, (240, 8))
    targets, units = np.repeat([0, 1], 120), np.repeat(np.arange(12), 20)
    single, whole = (fitted(spectra, targets, u) for u in (np.arange(240), units))
    others = rng.uniform(0.4, 0.8, (200, 8)).astype(np.float32)
    assert (whole(others) > 1).mean() < 0.1 < 0.9 < (single(others) > 1).mean()


def test_many_labels_are_thinned_to_those_that_all_are_near_to(monkeypatch: pytest.MonkeyPatch) -> None:
    spectra = np.random.default_rng(0).uniform(0.2, 1, (400, 8)).astype(np.float32)
    targets, units = np.arange(400) % 2, np.arange(400)
    whole = fitted(spectra, targets, units)
    monkeypatch.setattr(room, "MOST", 100)
    thinned = fitted(spectra, targets, units)
    assert (len(whole.shown), len(thinned.shown)) == (400, 100)
    assert (thinned(spectra) > 1).mean() < 0.02
