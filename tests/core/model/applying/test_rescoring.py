"""One cube in ever other words: what is kept between the maps must not show in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying import rescoring
from s3fn_core.model.applying.features import Features, compute_features
from s3fn_core.model.applying.inference import Prediction, predict, rescore, reworded
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import PRESET_NAMES
from s3fn_core.progress import run
from s3fn_core.results.next_best import STEPS
from tests.core.model.models import embed, small, untrained
from tests.core.model.scenes import classes, stripes

TIE = 1e-4
TEXTS = (
    "Dark blue, smooth and wet.",
    "Expected reflectance: 500 nm 10 %, 700 nm 28 %, 960 nm 50 %.",
    "Expected reflectance: 500 nm 10 %, 700 nm 34 %, 960 nm 50 %.",
    "Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %.",
    "Bright sand. Expected reflectance: 560 nm 20 %, 680 nm 25 %, 900 nm 30 %.",
)


def worded(*texts: str) -> ClassSet:
    """The classes of the scene, a third one where there are three texts."""
    words = classes().added("water") if len(texts) > 2 else classes()
    for class_id, text in enumerate(texts, 1):
        words = words.changed(class_id, descriptions=(Description(text),))
    return words


def in_words(model: S3FNModel, words: ClassSet) -> S3FNModel:
    return reworded(model, words, embed(words, model.config.fusion.pooling))


def assert_same(found: Prediction, wanted: Prediction) -> None:
    """The same map, but for pixels between two classes that are as likely as each other."""
    assert wanted.probabilities is not None
    two = np.sort(wanted.probabilities, -1)[..., -2:]
    clear = two[..., 1] - two[..., 0] > TIE
    np.testing.assert_array_equal(found.ids[clear], wanted.ids[clear])
    np.testing.assert_array_equal(found.ids == 0, wanted.ids == 0)
    np.testing.assert_allclose(found.confidence, wanted.confidence, atol=TIE)
    for made in (found, wanted):
        assert made.next_best is not None
        behind = made.next_best.shares[..., 0] / STEPS
        np.testing.assert_allclose(behind, two[..., 0], atol=1 / STEPS)
        here = clear & (wanted.ids > 0) & (behind > 1 / STEPS)
        assert (made.next_best.ids[..., 0][here] != made.ids[here]).all()
    assert found.notes == wanted.notes


def mapped(model: S3FNModel, cube: Cube) -> Prediction:
    return run(predict(model, cube, device="cpu", probabilities=True))


@settings(max_examples=5)
@given(steps=st.lists(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3, unique=True), max_size=3))
@pytest.mark.parametrize("name", PRESET_NAMES)
def test_whatever_was_asked_before_the_map_is_that_of_a_model_with_these_words(
    name: str, steps: list[list[str]]
) -> None:
    cube = stripes(21, 23)
    model = replace(untrained(small(name), cube), evidence_weight=1.5)
    features = run(compute_features(model, cube, device="cpu"))
    rescorer = Rescorer(features)
    for texts in [[TEXTS[1], TEXTS[3]], *steps]:
        words = worded(*texts)
        vectors = embed(words, model.config.fusion.pooling)
        found = run(rescorer.classify(reworded(model, words, vectors)))
        assert_same(found, run(rescore(features, words, vectors, probabilities=True)))
    assert_same(run(rescorer.classify(model)), run(rescore(features, probabilities=True)))


@pytest.fixture(scope="module")
def seen() -> Features:
    cube = stripes(21, 23)
    model = replace(untrained(small("pixel"), cube, worded(*TEXTS[1:4:2])), evidence_weight=1.5)
    return run(compute_features(model, cube, device="cpu"))


def test_changed_pixels_are_counted_against_the_map_before(seen: Features) -> None:
    before = run(predict(seen.model, seen.cube, device="cpu"))
    rescorer = Rescorer(seen)
    same = run(rescorer.classify(seen.model, before))
    assert same.changed == np.count_nonzero(same.ids != before.ids) <= 2
    swapped = run(rescorer.classify(in_words(seen.model, worded(TEXTS[3], TEXTS[1])), before))
    assert swapped.before is before
    assert swapped.changed == np.count_nonzero(swapped.ids != before.ids) > 100


def test_only_new_expectations_are_held_against_the_spectra(
    seen: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescorer = Rescorer(seen)
    run(rescorer.classify(seen.model))
    with monkeypatch.context() as patched:
        patched.setattr(rescoring, "listen", lambda *_: pytest.fail("heard again"))
        run(rescorer.classify(in_words(seen.model, worded(TEXTS[1] + " Smooth.", TEXTS[3]))))
    with monkeypatch.context() as patched:
        patched.setattr(rescoring, "read", lambda *_: pytest.fail("read again"))
        run(rescorer.classify(in_words(seen.model, worded(TEXTS[2], TEXTS[3]))))


def test_beyond_memory_the_map_is_the_same(seen: Features) -> None:
    small_memory = Rescorer(seen, memory=1000)
    for words in (worded(TEXTS[2], TEXTS[3]), worded(TEXTS[2], TEXTS[4])):
        other = in_words(seen.model, words)
        found = run(small_memory.classify(other))
        np.testing.assert_array_equal(found.ids, run(Rescorer(seen).classify(other)).ids)
    opinions = small_memory._opinions
    assert opinions is not None
    assert opinions.spectra.kept is None
    assert isinstance(opinions.cosines.base, np.memmap) or isinstance(opinions.cosines, np.memmap)


def test_a_map_that_was_given_up_half_way_leaves_the_next_one_right(seen: Features) -> None:
    rescorer = Rescorer(seen)
    run(rescorer.classify(seen.model))
    other = in_words(seen.model, worded(TEXTS[2], TEXTS[4]))
    for steps in (1, 2):
        operation = rescorer.classify(other)
        for _ in range(steps):
            next(operation)
        operation.close()
    found, wanted = run(rescorer.classify(other)), mapped(other, seen.cube)
    assert_same(found, wanted)
    assert (found.ids == wanted.ids).mean() > 0.99


def test_another_network_is_refused(seen: Features) -> None:
    stranger = untrained(small("pixel"), seen.cube)
    assert not Rescorer(seen).fits(stranger)
    with pytest.raises(ModelError, match="another network"):
        run(Rescorer(seen).classify(stranger))


def test_tuned_label_embeddings_count(seen: Features) -> None:
    config = small("pixel")
    config = config.with_(fusion=replace(config.fusion, labels="tuned"))
    model = untrained(config, seen.cube)
    offsets = model.network.projection.offsets
    assert offsets is not None
    with torch.no_grad():
        offsets.normal_(0, 0.5)
    features = run(compute_features(model, seen.cube, device="cpu"))
    words = worded(*TEXTS[:3])
    wanted = run(rescore(features, words, embed(words), probabilities=True))
    assert_same(run(Rescorer(features).classify(in_words(model, words))), wanted)
