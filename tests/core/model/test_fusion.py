from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.fusion import PRIOR_TRUST, learn_weight, scene_evidence, trust
from s3fn_core.model.inference import predict, predict_from_words
from s3fn_core.model.training import train
from s3fn_core.progress import run

from .scenes import BANDS, QUICK, some_labels, stripes, truth


def line(spectrum: np.ndarray, wavelengths: np.ndarray) -> str:
    knots = ", ".join(
        f"{w:.0f} nm {100 * r:.0f} %" for w, r in zip(wavelengths, spectrum, strict=True)
    )
    return f"Expected reflectance: {knots}."


def described(swapped: bool = False) -> ClassSet:
    """Words that state what the two materials of the scene reflect, or each the other's."""
    wavelengths = np.linspace(500.0, 960.0, BANDS)[::3]
    rising = (0.1 + 0.4 * np.linspace(0, 1, BANDS))[::3]
    dipped = 0.4 - 0.25 * np.exp(-(((wavelengths - 680) / 60) ** 2))
    texts = [line(rising, wavelengths), line(dipped, wavelengths)]
    made = ClassSet().added("rising").added("dipped")
    for class_id, text in zip((1, 2), reversed(texts) if swapped else texts, strict=True):
        made = made.changed(class_id, descriptions=(Description(text),))
    return made


def hits(ids: np.ndarray, cube: Cube) -> float:
    known = truth(cube) > 0
    return float((ids[known] == truth(cube)[known]).mean())


def test_words_alone_make_a_map() -> None:
    cube = stripes()
    prediction = run(predict_from_words(described(), cube))
    assert hits(prediction.ids, cube) > 0.95
    assert (prediction.ids[-2:] == 0).all()


def test_right_words_keep_weight_and_wrong_words_lose_it() -> None:
    cube = stripes(noise=0.2)  # hard enough that the words have something to add
    data = [LabelledCube(cube, some_labels(cube, 20))]
    right = run(train(data, described(), QUICK, device="cpu"))
    wrong = run(train(data, described(swapped=True), QUICK, device="cpu"))
    assert right.model.evidence_weight > 0.3
    assert wrong.model.evidence_weight < 0.2
    assert any("weight" in note for note in right.notes)
    assert right.model.metrics["without_expectations"] is not None
    assert hits(run(predict(right.model, cube, device="cpu")).ids, cube) > 0.9


def test_the_weight_is_what_the_labels_say() -> None:
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 3, 300)
    unsure = np.full((300, 3), -np.log(3), np.float32)
    helpful = (np.eye(3)[targets] - 1 + rng.normal(0, 0.5, (300, 3))).astype(np.float32)
    assert learn_weight(unsure, helpful, targets) > 1
    assert learn_weight(unsure, -helpful, targets) == 0
    assert trust(helpful, targets) > 0.99
    assert trust(-helpful, targets) < 0.01


def test_without_labels_the_words_are_believed() -> None:
    nothing = np.zeros((0, 3), np.float32)
    assert trust(nothing, np.zeros(0, np.int64)) == pytest.approx(PRIOR_TRUST)


def test_without_wavelengths_or_words_there_is_no_evidence() -> None:
    cube = stripes()
    assert scene_evidence(described(), cube.with_(wavelengths=None)) is None
    assert scene_evidence(ClassSet().added("a").added("b"), cube) is None
