"""Does the text matter?  The answer on a small scene, and that nothing leaks into it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.errors import LabelError, WordsError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.config import NO_EXPERTS, ExpertsConfig
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.text_controls import text_controls
from s3fn_core.model.learning.training import train
from s3fn_core.model.learning.wordings import wordings
from s3fn_core.progress import Progress, run
from s3fn_core.results.text_controls import TextControls
from tests.core.model.scenes import QUICK, classes, some_labels, stripes

RISING = "Expected reflectance: 500 nm 10 %, 700 nm 27 %, 960 nm 50 %."
DIPPED = "Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %."
EXPECTING = (
    classes().changed(1, descriptions=(Description(RISING),)).changed(2, descriptions=(Description(DIPPED),))
)
HARD = QUICK.with_epochs(3).with_(split=replace(QUICK.split, folds=2), experts=NO_EXPERTS)


def scene(test: bool = False) -> list[LabelledCube]:
    cube = stripes()
    regions = np.zeros(cube.shape[:2], bool)
    regions[:16] = True
    return [LabelledCube(cube, some_labels(cube), test=regions if test else None)]


@pytest.fixture(scope="module")
def found() -> TextControls:
    seen: list[Progress] = []
    found = run(text_controls(scene(), EXPECTING, HARD, seeds=2, device="cpu"), seen.append)
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert any("Shuffled descriptions" in p.message for p in seen)
    return found


def test_all_kinds_of_words_are_tried_on_the_same_pixels(found: TextControls) -> None:
    tried = [(v.name, v.expectations) for v in found.variants]
    names = [w.name for w in wordings(EXPECTING, 0, 8)]
    text = ["descriptions", "shuffled", "noisy 10", "noisy 30", "noisy 60", "tuned"]
    assert tried == [(n, False) for n in names] + [(n, True) for n in text]
    assert found.pixels == 24
    assert found.seeds == (0, 1)
    assert all(len(v.figures["oa"]) == 2 for v in found.variants)
    assert not found.variants[0].differences
    assert all(v.differences for v in found.variants if v.name != "descriptions")


def test_words_at_the_wrong_classes_lose_what_expected_spectra_gain(found: TextControls) -> None:
    oa = {(v.name, v.expectations): v.mean("oa") for v in found.variants}
    assert oa["descriptions", True] == 1.0
    assert oa["descriptions", True] > oa["descriptions", False]
    assert oa["shuffled", True] < oa["descriptions", True]
    gain = found.expectations
    assert gain is not None
    assert gain.mean == pytest.approx(oa["descriptions", True] - oa["descriptions", False])


@pytest.mark.parametrize(("regions", "experts"), [(False, False), (True, False), (False, True)])
def test_the_figures_are_those_of_a_training(regions: bool, experts: bool, found: TextControls) -> None:
    """The same part is held out, in the same way, also from the balance of words and members."""
    data, config = scene(regions), HARD.with_(experts=ExpertsConfig(enabled=experts))
    result = run(train(data, EXPECTING, config, device="cpu"))
    if regions or experts:
        found = run(text_controls(data, EXPECTING, config, seeds=1, device="cpu"))
    plain, full = (v for v in found.variants if v.name == "descriptions")
    without = result.model.metrics["without_expectations"]
    assert result.accuracy is not None
    for name in ("oa", "aa", "kappa"):
        assert full.figures[name][0] == pytest.approx(getattr(result.accuracy, name))
        assert plain.figures[name][0] == pytest.approx(without[name])
    assert found.pixels == result.accuracy.count
    assert result.split.startswith(found.split)


def test_without_numbers_there_are_no_rows_with_expectations() -> None:
    seen: list[Progress] = []
    found = run(text_controls(scene(), classes(), HARD, seeds=1, device="cpu"), seen.append)
    assert not any(v.expectations for v in found.variants)
    assert found.expectations is None
    json.dumps(found.to_json(), allow_nan=False)
    # Stage 1 was learned once for each fold, whatever the words.
    assert sum(p.message.endswith("patches") and "Reading" in p.message for p in seen) == 2


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(WordsError, match="No class has a description"):
        run(text_controls(scene(), ClassSet().added("a").added("b"), HARD, device="cpu"))
    cube = stripes()
    labels = np.zeros(cube.shape[:2], np.uint8)
    labels[0, 0], labels[0, 8] = 1, 2
    with pytest.raises(LabelError, match="cannot be measured: rising, dipped are labelled in one place"):
        run(text_controls([LabelledCube(cube, labels)], classes(), HARD, device="cpu"))


def test_cancelling_stops_it(found: TextControls) -> None:
    operation = text_controls(scene(), classes(), HARD, seeds=1, device="cpu")
    for _ in range(5):
        next(operation)
    operation.close()
    with pytest.raises(StopIteration):
        next(operation)
