"""New words for a trained model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import reworded
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.config import NO_EXPERTS
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning import fitting
from s3fn_core.model.learning.fitting import Stage1
from s3fn_core.model.learning.retrain import retrain
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from tests.core.model.models import embed
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

CONFIG = QUICK.with_epochs(20).with_(experts=NO_EXPERTS)  # whose map follows the words alone
SCENE = stripes()
DATA = [LabelledCube(SCENE, some_labels(SCENE))]


def swapped() -> ClassSet:
    """Each class with the other's words."""
    one, two = classes()
    return ClassSet(
        (replace(one, descriptions=two.descriptions), replace(two, descriptions=one.descriptions))
    )


@pytest.fixture(scope="module")
def shared() -> dict[str, Stage1]:
    return {}


@pytest.fixture(scope="module")
def first(shared: dict[str, Stage1]) -> TrainResult:
    return run(train(DATA, classes(), CONFIG, device="cpu", shared=shared))


@pytest.fixture
def no_backbone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "train_backbone", lambda *_: pytest.fail("trained a backbone"))


@pytest.mark.usefixtures("no_backbone")
def test_the_map_is_right_again_once_the_projection_has_learned_the_words(first: TrainResult) -> None:
    """Swapped words turn the map round; a model that has learned them turns it back."""
    model, right = first.model, truth(SCENE)
    rescorer = Rescorer(run(compute_features(model, SCENE, device="cpu")))
    turned = run(rescorer.classify(reworded(model, swapped(), embed(swapped()))))
    assert (turned.ids == right)[right > 0].mean() < 0.3
    again = run(retrain(model, DATA, swapped(), device="cpu")).model
    assert rescorer.fits(again)
    found = run(rescorer.classify(again))
    assert (found.ids == right)[right > 0].mean() > 0.85
    assert again.classes == swapped()


@pytest.mark.usefixtures("no_backbone")
def test_without_what_was_learned_nothing_is_measured_and_it_says_so(first: TrainResult) -> None:
    result = run(retrain(first.model, DATA, swapped(), device="cpu"))
    assert result.accuracy is None
    assert result.model.metrics["held_out"] is None
    assert result.model.metrics["split"].startswith("not measured")
    assert not any("Continued" in note for note in result.notes)


def test_with_what_was_learned_it_is_measured_as_a_whole_training_would_be(
    first: TrainResult, shared: dict[str, Stage1], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(train(DATA, swapped(), CONFIG, device="cpu"))
    monkeypatch.setattr(fitting, "train_backbone", lambda *_: pytest.fail("trained a backbone"))
    result = run(retrain(first.model, DATA, swapped(), device="cpu", shared=shared))
    assert result.accuracy is not None
    assert whole.accuracy is not None
    assert result.accuracy.to_json() == whole.accuracy.to_json()
    assert result.split == whole.split
    assert result.model.network.backbone is first.model.network.backbone
    np.testing.assert_array_equal(
        result.model.network.projection.linear.weight.detach(),
        whole.model.network.projection.linear.weight.detach(),
    )


@pytest.mark.usefixtures("no_backbone")
def test_other_labels_than_then_are_learned_but_not_measured(
    first: TrainResult, shared: dict[str, Stage1]
) -> None:
    more = [LabelledCube(SCENE, some_labels(SCENE, seed=5))]
    before = dict(shared)
    assert run(retrain(first.model, more, swapped(), device="cpu", shared=shared)).accuracy is None
    assert shared == before


@pytest.mark.usefixtures("no_backbone")
def test_test_regions_are_not_learned_from(first: TrainResult, monkeypatch: pytest.MonkeyPatch) -> None:
    test = np.zeros(SCENE.shape[:2], bool)
    test[:12] = True
    seen = []
    real = fitting.learn_features
    monkeypatch.setattr(
        fitting, "learn_features", lambda task, mask: seen.append(task.labels.pixels) or real(task, mask)
    )
    data = [replace(DATA[0], test=test)]
    assert run(retrain(first.model, data, swapped(), device="cpu")).accuracy is None
    assert seen
    assert all((pixels[:, 1] >= 12 + CONFIG.patch // 2).all() for pixels in seen)


def test_a_class_without_labels_cannot_be_learned(first: TrainResult) -> None:
    with pytest.raises(LabelError, match="No labelled pixels: water"):
        run(retrain(first.model, DATA, classes().added("water"), device="cpu"))
