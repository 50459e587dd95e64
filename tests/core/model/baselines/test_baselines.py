"""Baselines answer the very pixels that a training holds out, and are what scikit-learn makes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.errors import ModelError
from s3fn_core.model.baselines.baseline import load_baseline, save_baseline
from s3fn_core.model.baselines.classifiers import KINDS
from s3fn_core.model.baselines.mapping import predict_by_baseline
from s3fn_core.model.baselines.measuring import Baselines, measure_baselines
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.division import divide
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.results.difference import differing, paired_difference
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

NOISY = 0.12
CUBE = stripes(48, 48, noise=NOISY)


def data(per_class: int = 40, test: bool = False) -> list[LabelledCube]:
    region = np.zeros(CUBE.shape[:2], bool)
    region[:, :20] = True
    return [LabelledCube(CUBE, some_labels(CUBE, per_class), None, region if test else None)]


@pytest.fixture(scope="module")
def measured() -> Baselines:
    return run(measure_baselines(data(), classes(), preset("pixel")))


def test_all_four_are_measured_with_intervals(measured: Baselines) -> None:
    assert [baseline.kind for baseline in measured.baselines] == ["svm", "lda", "forest", "angle"]
    assert not measured.notes
    for baseline in measured.baselines:
        figures = baseline.metrics["held_out"]
        assert figures["oa"] > 0.7
        assert figures["count"] == len(baseline.answers or ())
        low, high = figures["intervals"]["oa"]
        assert low <= figures["oa"] <= high
        assert "cross-validation over" in baseline.metrics["split"]


@pytest.mark.parametrize("test", [False, True])
def test_the_folds_are_those_of_the_training(test: bool) -> None:
    given, config = data(test=test), QUICK.with_(seed=3)
    model = run(train(given, classes(), config, device="cpu")).model
    found = run(measure_baselines(given, classes(), config, ["angle"])).baselines[0]
    assert model.answers is not None
    assert found.answers is not None
    assert differing(model.answers, found.answers) == ""
    np.testing.assert_array_equal(model.answers.units, found.answers.units)
    assert found.metrics["split"] == model.metrics["split"]
    assert found.metrics["test_regions"] == test
    assert paired_difference(model.answers, found.answers).count == len(model.answers)


def test_what_a_baseline_answers_is_what_scikit_learn_answers(measured: Baselines) -> None:
    given, config = data(), preset("pixel")
    division = divide(labelled_pixels(given, classes()), classes(), config)
    labels = division.labels
    spectra = CUBE.read()[tuple(labels.pixels[:, 1:].T)]
    made = {
        "svm": lambda: make_pipeline(Normalizer(), StandardScaler(), SVC(C=100)),
        "forest": lambda: RandomForestClassifier(300, random_state=0),
    }
    for baseline in measured.baselines:
        if baseline.kind in made:
            said = np.zeros(len(labels), int)
            for one in division.rounds:
                model = made[baseline.kind]().fit(spectra[one.train], labels.targets[one.train])
                said[one.asked] = model.predict(spectra[one.asked])
            asked = division.measured
            expected = np.mean(said[asked] == labels.targets[asked])
            assert baseline.metrics["held_out"]["oa"] == pytest.approx(expected, abs=1e-12)


def test_the_spectral_angle_is_the_nearest_mean_direction(measured: Baselines) -> None:
    baseline = measured.baselines[3]
    spectra = CUBE.read()[5:15, 5:15].reshape(-1, CUBE.bands)
    means = [baseline.spectra[baseline.targets == k].mean(0) for k in range(2)]
    angles = [np.arccos(spectra @ m / np.linalg.norm(spectra, axis=1) / np.linalg.norm(m)) for m in means]
    said = baseline.log_probability(spectra).argmax(1)
    np.testing.assert_array_equal(said, np.argmin(angles, axis=0))


@pytest.mark.parametrize("name", list(KINDS))
def test_a_file_gives_the_same_map(name: str, measured: Baselines, tmp_path: Path) -> None:
    baseline = next(one for one in measured.baselines if one.kind == name)
    first = run(predict_by_baseline(baseline, CUBE))
    save_baseline(baseline, tmp_path / "baseline.safetensors")
    with safe_open(tmp_path / "baseline.safetensors", "numpy") as file:
        assert json.loads(file.metadata()["s3fn"])["format"] == "s3fn-rival", "older versions read it as well"
    again = load_baseline(tmp_path / "baseline.safetensors")
    second = run(predict_by_baseline(again, CUBE))
    np.testing.assert_array_equal(first.ids, second.ids)
    np.testing.assert_array_equal(first.confidence, second.confidence)
    assert again.metrics == baseline.metrics
    assert differing(again.answers, baseline.answers) == ""  # type: ignore[arg-type]  # both have some
    assert first.maker == KINDS[name].title
    known = truth(CUBE)
    assert (first.ids == 0).sum() == (known == 0).sum()  # background stays
    assert np.mean(first.ids[known > 0] == known[known > 0]) > 0.7
    assert first.confidence[known > 0].min() >= 0.5


def test_at_most_as_many_labels_are_learned_as_by_the_training() -> None:
    baseline = run(
        measure_baselines(data(), classes(), preset("pixel").with_(per_class=7), ["angle"])
    ).baselines[0]
    assert np.bincount(baseline.targets).tolist() == [7, 7]


def test_where_nothing_is_held_out_that_is_said() -> None:
    with pytest.raises(ModelError, match="Baselines cannot be measured, as nothing is held out: no label"):
        run(measure_baselines(data(), classes(), preset("quick")))


def test_a_single_label_leaves_out_what_needs_two() -> None:
    labels = np.zeros(CUBE.shape[:2], np.uint8)
    for line, sample, k in ((2, 2, 1), (40, 26, 1), (2, 32, 2), (40, 8, 2)):
        labels[line, sample] = k
    found = run(measure_baselines([LabelledCube(CUBE, labels)], classes(), few_folds()))
    assert [baseline.kind for baseline in found.baselines] == ["svm", "forest", "angle"]
    assert found.notes == ("Not measured, because some class has a single training label: shrinkage LDA.",)


def few_folds() -> TrainConfig:
    config = preset("pixel")
    return config.with_(split=replace(config.split, folds=2))


def test_a_damaged_file_is_one_error(measured: Baselines, tmp_path: Path) -> None:
    path = tmp_path / "baseline.safetensors"
    save_baseline(measured.baselines[3], path)
    whole = path.read_bytes()
    for content in (b"", whole[:100], whole[:-20], b"{}" * 50):
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"baseline\.safetensors is not a baseline"):
            load_baseline(path)
    path.unlink()
    with pytest.raises(ModelError, match="There is no file"):
        load_baseline(path)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="Unknown baseline oracle; choose from svm, lda"):
        run(measure_baselines(data(), classes(), preset("pixel"), ["oracle"]))
