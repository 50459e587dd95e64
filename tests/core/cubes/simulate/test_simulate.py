"""The simulated scenes: physics where it must be, truth that is exact, and no easy game."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.simulate import SCENES, SimulatedScene, partial_labels, simulate, write_scene
from s3fn_core.cubes.simulate.absorbers import absorption, diffuse_reflectance
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.exchange import read_labels


@pytest.fixture(scope="module", params=SCENES)
def scene(request: pytest.FixtureRequest) -> SimulatedScene:
    return simulate(request.param)


def unit(spectra: np.ndarray) -> np.ndarray:
    return spectra / np.maximum(np.linalg.norm(spectra, axis=1, keepdims=True), 1e-9)


def test_it_says_that_it_is_simulated(scene: SimulatedScene) -> None:
    assert scene.cube.simulated
    assert "simulated" in scene.cube.name
    assert any("imulated" in note for note in scene.cube.notes)


def test_truth_is_exact(scene: SimulatedScene) -> None:
    assert scene.truth.shape == scene.objects.shape == scene.cube.shape[:2]
    np.testing.assert_array_equal(scene.truth > 0, scene.objects > 0)
    numbers = np.unique(scene.objects)
    np.testing.assert_array_equal(numbers, np.arange(numbers[-1] + 1))
    for number in numbers[1:]:
        assert len(np.unique(scene.truth[scene.objects == number])) == 1
    assert set(np.unique(scene.truth)) == {0, *scene.classes.ids}
    if "wood" not in scene.cube.name:
        np.testing.assert_array_equal(valid_pixels(scene.cube.read()), scene.truth > 0)


def test_the_seed_decides_everything(scene: SimulatedScene) -> None:
    name = scene.cube.name.split()[1]
    again, other = simulate(name), simulate(name, seed=1)
    np.testing.assert_array_equal(again.cube.read(), scene.cube.read())
    assert not np.array_equal(other.truth, scene.truth)


def test_reflectance_is_plausible(scene: SimulatedScene) -> None:
    values = scene.cube.read()[scene.truth > 0]
    assert np.isfinite(values).all()
    assert 0.1 < values.mean() < 0.7
    assert np.percentile(values, 99.5) < 1.3
    assert scene.cube.wavelengths is not None
    assert scene.cube.wavelengths[0] >= 380


def test_spectral_angle_is_not_perfect_and_a_learner_does_better(scene: SimulatedScene) -> None:
    """Otherwise a scene could not show what the method is good for."""
    known = scene.truth > 0
    spectra, truth = scene.cube.read(), scene.truth[known]
    pixels = unit(spectra[known])
    means = unit(np.stack([spectra[scene.truth == c].mean(0) for c in scene.classes.ids]))
    angle = float(((pixels @ means.T).argmax(1) + 1 == truth).mean())
    assert 0.65 < angle < 0.90

    labels = partial_labels(scene)
    taught = labels > 0
    svm = make_pipeline(StandardScaler(), SVC(C=100))
    svm.fit(unit(spectra[taught]), labels[taught])
    learned = float((svm.predict(pixels) == truth).mean())
    assert learned > angle + 0.04
    assert learned < 0.995


def test_partial_labels_are_strokes_within_some_objects(scene: SimulatedScene) -> None:
    labels = partial_labels(scene, 3, pixels_per_object=5, seed=2)
    taught = labels > 0
    np.testing.assert_array_equal(labels[taught], scene.truth[taught])
    for class_id in scene.classes.ids:
        here = labels == class_id
        assert here.sum() == 15
        assert len(np.unique(scene.objects[here])) == 3
    np.testing.assert_array_equal(labels, partial_labels(scene, 3, pixels_per_object=5, seed=2))
    share = (partial_labels(scene, 999, share=0.2) > 0).sum() / (scene.truth > 0).sum()
    assert share == pytest.approx(0.2, abs=0.02)


def test_a_scene_is_written_as_an_analyst_would_get_it(scene: SimulatedScene, tmp_path: Path) -> None:
    header = write_scene(scene, tmp_path / "new folder")
    cube = open_cube(header)
    assert cube.simulated
    assert "simulated" in cube.name
    np.testing.assert_array_equal(cube.read(), scene.cube.read())
    truth = read_labels(header.with_name(f"{header.stem}_truth.hdr"), shape=cube.shape[:2])
    np.testing.assert_array_equal(truth, scene.truth)
    assert read_classes(header.with_name("classes.json")) == scene.classes


def test_descriptions_state_expectations_within_the_range(scene: SimulatedScene) -> None:
    waves = scene.cube.wavelengths
    assert waves is not None
    for label_class in scene.classes:
        assert len(label_class.descriptions) == 2
        line = label_class.descriptions[-1].text.split("Expected reflectance:")[1]
        stated = [float(part.split()[0]) for part in line.strip(" .").split(", ")]
        assert len(stated) >= 8
        assert waves[0] <= min(stated)
        assert max(stated) <= waves[-1]


def test_unknown_names_and_tiny_trays_are_refused() -> None:
    with pytest.raises(CubeError, match="choose from fruit"):
        simulate("vegetables")
    with pytest.raises(CubeError, match="32 x 32"):
        simulate("fruit", lines=20)
    small = simulate("fruit", lines=32, samples=32)
    assert set(np.unique(small.truth)) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("name", "centre", "beside"),
    [
        ("chlorophyll", 678, 750),
        ("chlorophyll", 430, 540),
        ("carotenoids", 450, 540),
        ("anthocyanins", 540, 700),
        ("water", 970, 900),
        ("water", 1200, 1080),
        ("water", 1450, 1300),
        ("cellulose", 1490, 1650),
        ("cellulose", 2100, 1900),
        ("lignin", 1690, 1600),
        ("extractives", 1412, 1350),
    ],
)
def test_absorbers_absorb_where_they_should(name: str, centre: float, beside: float) -> None:
    here, there = absorption(name, np.array([centre, beside], float))
    assert here > 1.5 * there


def test_kubelka_munk_limits() -> None:
    reflectance = diffuse_reflectance(np.array([0.0, 0.1, 100.0]), np.ones(3))
    assert reflectance[0] == 1
    assert reflectance[2] == pytest.approx(1 / 202, rel=0.02)  # R -> S / 2K for strong absorption
    assert np.all(np.diff(reflectance) < 0)
