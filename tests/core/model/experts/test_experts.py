"""Classical experts: what they look at, what they learn, and how they are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from s3fn_core.cubes.cube import Cube
from s3fn_core.model.dataset import LabelledCube, LabelledPixels, labelled_pixels
from s3fn_core.model.experts.bases import middle_mean, shape, window_mean
from s3fn_core.model.experts.fitting import (
    RECIPES,
    WIDEST,
    fit_experts,
    held_out_logs,
    labelled_means,
    scene_statistics,
)
from s3fn_core.model.experts.linear import Experts, LinearExpert, for_classes
from s3fn_core.model.experts.scene import SceneStatistics, blocks_of
from s3fn_core.model.preprocess import Bands
from tests.core.model.scenes import classes

BANDS = 12


def striped(seed: int = 0, noise: float = 0.02) -> tuple[Cube, np.ndarray]:
    """A cube of two materials in vertical stripes, differently lit, and the class of every pixel."""
    rng = np.random.default_rng(seed)
    spectra = np.stack([np.linspace(0.2, 0.6, BANDS), np.linspace(0.6, 0.2, BANDS)])
    truth = np.repeat(np.arange(30) // 5 % 2, 1)[None].repeat(24, 0)
    light = rng.uniform(0.5, 1.0, truth.shape)[..., None]
    values = light * spectra[truth] + rng.normal(0, noise, (*truth.shape, BANDS))
    good = np.arange(BANDS) != 3
    return Cube(values.astype(np.float32), "stripes", good_bands=good), (truth + 1).astype(np.uint8)


def labelled(per_class: int, seed: int = 0) -> tuple[LabelledPixels, np.ndarray]:
    cube, truth = striped(seed)
    labels, rng = np.zeros_like(truth), np.random.default_rng(seed)
    for k in (1, 2):
        places = np.argwhere(truth == k)
        for line, sample in places[rng.permutation(len(places))[:per_class]]:
            labels[line, sample] = k
    return labelled_pixels([LabelledCube(cube, labels)], classes()), truth


def experts_of(per_class: int) -> tuple[Experts, Cube, np.ndarray]:
    labels, truth = labelled(per_class)
    cube = labels.data[0].cube
    bands = Bands.of(cube)
    seen, scene = labelled_means(labels, bands, 2), scene_statistics(labels, bands, True)
    return fit_experts(seen, scene, np.ones(len(labels), bool), (1, 2)), cube, truth


def whole(experts: Experts, cube: Cube) -> np.ndarray:
    """Scores of a whole cube, its border mirrored."""
    reach = experts.reach
    values = np.pad(cube.read(), ((reach, reach), (reach, reach), (0, 0)), "reflect")
    return experts.scores(np.ascontiguousarray(values[..., cube.good_bands]))


@pytest.mark.parametrize("per_class", [1, 5])
def test_every_expert_tells_the_materials_apart(per_class: int) -> None:
    experts, cube, truth = experts_of(per_class)
    assert len(experts.members) == len([r for r in RECIPES if per_class > 1 or r.kind == "logistic"])
    for member in experts.members:
        alone = Experts((member,), experts.class_ids)
        found = whole(alone, cube).argmax(-1) + 1
        inner = (truth == truth).copy()
        if member.window > 1:  # a window over an edge holds both
            inner[:] = (np.arange(30) % 5 == 2)[None]
        assert (found == truth)[inner].mean() > 0.9, member.name
    assert (whole(experts, cube).argmax(-1) + 1 == truth).mean() > 0.95


def test_what_is_said_together_is_the_weighed_sum_of_what_each_says() -> None:
    experts, cube, _ = experts_of(5)
    weighed = experts.weighed({m.name: 0.1 * (k + 1) for k, m in enumerate(experts.members)})
    logs = [
        np.log(softmax(whole(Experts((m,), (1, 2)).weighed({m.name: 1.0}), cube), -1))
        for m in weighed.members
    ]
    total = sum(m.share * log for m, log in zip(weighed.members, logs, strict=True))
    assert np.allclose(softmax(total, -1), softmax(whole(weighed, cube), -1), atol=1e-4)


def test_labelled_pixels_are_seen_as_they_are_mapped() -> None:
    """Border, windows and bands are the same in training and in a map."""
    labels, _ = labelled(20)
    cube = labels.data[0].cube
    seen = labelled_means(labels, Bands.of(cube), 2)
    scene = scene_statistics(labels, Bands.of(cube), True)
    experts = fit_experts(seen, scene, np.ones(len(labels), bool), (1, 2))
    logs = held_out_logs(experts, seen, np.arange(len(labels)))
    for number, member in enumerate(experts.members):
        mapped = whole(Experts((replace(member, share=1.0),), (1, 2)), cube)
        there = mapped[labels.pixels[:, 1], labels.pixels[:, 2]]
        assert np.allclose(softmax(there, -1), np.exp(logs[:, number]), atol=1e-4), member.name


def test_a_class_without_labels_in_a_fold_and_experts_that_need_more() -> None:
    labels, _ = labelled(1)
    bands = Bands.of(labels.data[0].cube)
    seen = labelled_means(labels, bands, 3)  # a third class that has no label here
    scene = scene_statistics(labels, bands, True)
    experts = fit_experts(seen, scene, np.ones(len(labels), bool), (1, 2, 3))
    logs = held_out_logs(experts, seen, np.arange(len(labels)))
    missing = [k for k, r in enumerate(RECIPES) if r.kind == "discriminant"]
    assert np.allclose(logs[:, missing], -np.log(3))
    assert (np.exp(logs[:, 0, 2]) < 0.01).all()
    assert not fit_experts(seen, scene, labels.targets == 0, (1, 2, 3)).members


def test_window_means_leave_background_out() -> None:
    values = np.arange(25, dtype=np.float32).reshape(5, 5, 1) + 1
    measured = np.ones((5, 5), bool)
    measured[0] = measured[2, 2] = False
    found = window_mean(values, measured, 3)
    assert found.shape == (3, 3, 1)
    assert found[0, 0, 0] == pytest.approx(np.mean([6, 7, 8, 11, 12]))
    assert window_mean(values, np.zeros((5, 5), bool), 5).ravel().tolist() == [0]
    assert window_mean(values, measured, 1) is values


@given(st.floats(0.01, 100), st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_the_shape_does_not_know_the_light(light: float, seed: int) -> None:
    spectra = np.random.default_rng(seed).uniform(0.1, 1, (4, BANDS)).astype(np.float32)
    assert np.allclose(shape(spectra * np.float32(light)), shape(spectra), atol=1e-5)
    assert not shape(np.zeros((1, BANDS), np.float32)).any()


def test_labels_do_not_touch_the_statistics_of_a_scene() -> None:
    few, many = (labelled(n)[0] for n in (1, 20))
    bands = Bands.of(few.data[0].cube)
    one, other = (scene_statistics(labels, bands, True) for labels in (few, many))
    for base in one.bases:
        assert np.array_equal(one.bases[base].axes, other.bases[base].axes)
    alone = scene_statistics(few, bands, False)
    assert not np.array_equal(alone.bases["shape"].mean, one.bases["shape"].mean)


def test_the_noise_is_even_in_the_axes() -> None:
    """Bands that are ten times as noisy count no more than the others."""
    rng = np.random.default_rng(0)
    noise = np.where(np.arange(BANDS) < 6, 0.1, 1.0)
    values = rng.normal(5, 1, (1, 1, BANDS)) + rng.normal(0, noise, (40, 40, BANDS))
    scene = SceneStatistics.of([values.astype(np.float32)])
    assert scene is not None
    base = scene.bases["reflectance"]
    projected = ((values - base.mean) / base.std) @ base.axes
    spread = projected.reshape(-1, projected.shape[-1]).std(0)
    assert spread.max() / spread.min() < 2


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 1)])
def test_tiny_and_flat_scenes_have_statistics(size: tuple[int, int]) -> None:
    for values in (np.ones((*size, BANDS), np.float32), np.random.default_rng(0).random((*size, BANDS))):
        scene = SceneStatistics.of([values.astype(np.float32)])
        assert scene is not None
        for base in scene.bases.values():
            assert np.isfinite(base.axes).all()
            assert (base.std > 0).all()


def test_large_cubes_are_sampled() -> None:
    cube = Cube(np.ones((4000, 50, 3), np.float32), "long")
    lines = [block.shape[0] for block in blocks_of([cube], Bands.of(cube))]
    assert set(lines) == {3}
    assert 50 * sum(lines) <= 10_000


def test_strips_of_a_wide_cube_reach_all_of_it() -> None:
    values = np.zeros((400, 3000, 2), np.float32)
    values += np.arange(3000, dtype=np.float32)[:, None] + 1
    blocks = list(blocks_of([cube := Cube(values, "wide")], Bands.of(cube)))
    assert len(blocks) >= 16
    assert min(b.min() for b in blocks) == 1
    assert max(b.max() for b in blocks) == 3000
    assert sum(b.shape[0] * b.shape[1] for b in blocks) <= 10_000


def test_a_tray_that_is_mostly_masked_is_learned_from_around_its_labels() -> None:
    small, truth = striped()
    values = np.zeros((600, 1600, BANDS), np.float32)
    labels = np.zeros(values.shape[:2], np.uint8)
    values[90:114, 800:830] = small.read()  # between the strips
    labels[92:112:4, 800:830] = truth[2:22:4]
    pixels = labelled_pixels([LabelledCube(cube := Cube(values, "tray"), labels)], classes())
    bands = Bands.of(cube)
    assert SceneStatistics.of(blocks_of([cube], bands)) is None
    scene = scene_statistics(pixels, bands, True)
    around = scene_statistics(pixels, bands, False)
    assert np.array_equal(scene.bases["shape"].axes, around.bases["shape"].axes)


def test_classes_that_come_and_go() -> None:
    scores = np.array([[2.0, 0.0], [0.0, 1.0]], np.float32)
    assert for_classes(scores, (1, 2), (1, 2)) is scores
    assert np.array_equal(for_classes(scores, (1, 2), (2,)), scores[:, 1:])
    extended = for_classes(scores, (1, 2), (2, 5, 1))
    assert np.array_equal(extended[:, [2, 0]], scores)
    probability = np.exp(extended[:, 1]) / np.exp(scores).sum(1)
    assert np.allclose(probability, 0.5)  # neither there nor not there


def test_reach_and_emptiness() -> None:
    assert not Experts()
    assert Experts().reach == 0
    assert experts_of(5)[0].reach == WIDEST // 2
    nothing = LinearExpert("x", "shape", 3, np.zeros((2, 2), np.float32), np.zeros(2, np.float32), 0.0)
    assert not Experts((nothing,), (1, 2)).scores(np.ones((3, 3, 2), np.float32)).any()


@given(seed=st.integers(0, 10_000), window=st.sampled_from([1, 3, 5]))
def test_means_around_middles_are_window_means(seed: int, window: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (4, 5, 5, 3)).astype(np.float32)
    measured = rng.random((4, 5, 5)) < rng.random()
    values[~measured] = 0
    trim = (5 - window) // 2
    inner = (slice(trim, 5 - trim),) * 2
    one_by_one = [
        window_mean(v[inner], m[inner], window)[0, 0] for v, m in zip(values, measured, strict=True)
    ]
    np.testing.assert_allclose(middle_mean(values, measured, window), one_by_one, atol=1e-6)


def test_means_at_labels_leave_background_out() -> None:
    rng = np.random.default_rng(0)
    data = rng.uniform(0.1, 1, (12, 12, 6)).astype(np.float32)
    data[rng.random((12, 12)) < 0.3] = 0
    data[6, 6] = 0.5
    cube = Cube(data, "holes", wavelengths=np.linspace(400, 900, 6))
    labels = np.zeros((12, 12), np.uint8)
    labels[6, 6], labels[3, 8] = 1, 2
    data[3, 8] = 0.7
    seen = labelled_means(labelled_pixels([LabelledCube(cube, labels)], classes()), Bands.of(cube), 2)
    for (line, sample), found in zip(((3, 8), (6, 6)), seen.means["reflectance", 7], strict=True):
        around = data[line - 3 : line + 4, sample - 3 : sample + 4]
        np.testing.assert_allclose(found, around[around.any(2)].mean(0), rtol=1e-5)
