"""Network, experts and words speak together: what that gives, and what it must not look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.labels.classes import Description
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import predict, predict_from_words, rescore, reworded
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.model.config import NO_EXPERTS, TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.experts.fitting import RECIPES
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from s3fn_core.words.transformer import TextEncoder
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

CUBE = stripes()
LABELS = some_labels(CUBE)


def learn(config: TrainConfig, item: LabelledCube | None = None) -> TrainResult:
    return run(train([item or LabelledCube(CUBE, LABELS)], classes(), config, device="cpu"))


@pytest.fixture(scope="module")
def trained() -> TrainResult:
    return learn(QUICK)


def hits(model: S3FNModel) -> float:
    known = truth(CUBE)
    return float((run(predict(model, CUBE, device="cpu")).ids == known)[known > 0].mean())


def test_the_report_names_the_members(trained: TrainResult) -> None:
    members = trained.model.metrics["speakers"]
    assert [s["name"] for s in members] == ["network", *(r.name for r in RECIPES)]
    assert all(0 <= s["oa"] <= 1 and s["share"] > 0 for s in members)
    shares = {m.name: m.share for m in trained.model.experts.members}
    assert shares == {s["name"]: s["share"] for s in members[1:]}
    assert hits(trained.model) > 0.95


def test_quick_needs_no_network_and_no_text_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(TextEncoder, "load", lambda *_: pytest.fail("loaded a text encoder"))
    result = learn(preset("quick"))
    assert result.accuracy is None
    assert hits(result.model) > 0.95
    save_model(result.model, tmp_path / "quick.s3fn")
    again = load_model(tmp_path / "quick.s3fn")
    ids = run(predict(result.model, CUBE, device="cpu")).ids
    assert np.array_equal(run(predict(again, CUBE, device="cpu")).ids, ids)
    words = classes().changed(1, descriptions=(Description("Something else."),))
    assert np.array_equal(run(predict(reworded(again, words), CUBE, device="cpu")).ids, ids)


def test_parts_can_be_switched_off() -> None:
    alone = learn(QUICK.with_(experts=NO_EXPERTS)).model
    assert not alone.experts
    assert alone.smoothing == 0
    assert [s["name"] for s in alone.metrics["speakers"]] == ["network"]
    rough = learn(QUICK.with_(experts=replace(QUICK.experts, smoothing=False))).model
    assert rough.experts
    assert rough.smoothing == 0


@pytest.mark.parametrize("config", [QUICK, QUICK.with_(experts=replace(QUICK.experts, unlabelled=False))])
def test_what_is_held_out_changes_nothing(config: TrainConfig) -> None:
    """Labels in the test regions, and where only labelled pixels count also their spectra."""
    region = np.zeros(CUBE.shape[:2], bool)
    region[:, : CUBE.samples // 3] = True
    rng = np.random.default_rng(0)
    other = LABELS.copy()
    inside = region & (LABELS > 0)
    other[inside] = rng.permutation(other[inside])
    values = CUBE.read()
    if not config.experts.unlabelled:
        values = values.copy()
        values[region] = rng.permutation(values[region])
    changed = CUBE.with_(data=values)
    first = learn(config, LabelledCube(CUBE, LABELS, test=region)).model
    second = learn(config, LabelledCube(changed, other, test=region)).model
    assert first.smoothing == second.smoothing
    assert first.evidence_weight == second.evidence_weight
    for one, two in zip(first.experts.members, second.experts.members, strict=True):
        assert one.share == two.share
        assert np.array_equal(one.weights, two.weights)


def test_maps_agree_however_they_are_made(trained: TrainResult) -> None:
    """In tiles, from kept features, from features that were kept for other words."""
    model = replace(trained.model, smoothing=2.0)
    whole = run(predict(model, CUBE, device="cpu", probabilities=True))
    assert whole.probabilities is not None
    assert np.allclose(whole.probabilities.sum(-1), whole.ids > 0, atol=1e-5)
    tiled = run(predict(model, CUBE, device="cpu", tile=9, probabilities=True))
    assert np.allclose(tiled.probabilities, whole.probabilities, atol=1e-5)
    features = run(compute_features(model, CUBE, device="cpu"))
    assert np.allclose(run(rescore(features)).confidence, whole.confidence, atol=1e-5)
    followed = run(Rescorer(features).classify(model))
    assert np.allclose(followed.confidence, whole.confidence, atol=1e-5)
    weighed = replace(model, experts=model.experts.weighed({m.name: 0.05 for m in model.experts.members}))
    expected = run(predict(weighed, CUBE, device="cpu"))
    assert np.allclose(run(Rescorer(features).classify(weighed)).confidence, expected.confidence, atol=1e-5)
    rough = run(predict(model, CUBE, device="cpu", smooth=False))
    assert not np.allclose(rough.confidence, whole.confidence, atol=1e-3)


def test_a_class_that_experts_do_not_know_needs_words_that_name_it(trained: TrainResult) -> None:
    words = classes().added("flat")
    extended = reworded(trained.model, words)
    found = run(predict(extended, CUBE, device="cpu", probabilities=True))
    assert found.probabilities is not None
    assert found.probabilities.shape[-1] == 3
    assert np.isfinite(found.probabilities).all()
    known = truth(CUBE)
    assert (found.ids == known)[known > 0].mean() > 0.9


def test_words_alone_hear_neighbours_unless_told_not_to() -> None:
    words = classes()
    for number, level in ((1, (10, 40)), (2, (40, 10))):
        line = f"Expected reflectance: 450 nm {level[0]} %, 650 nm 20 %, 850 nm {level[1]} %."
        words = words.changed(number, descriptions=(Description(line),))
    rough, smooth = (run(predict_from_words(words, CUBE, smooth=s)) for s in (False, True))
    assert rough.confidence.std() > smooth.confidence.std()
    assert (smooth.ids > 0).sum() == (rough.ids > 0).sum()
