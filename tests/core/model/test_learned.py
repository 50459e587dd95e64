"""What a model keeps of what it has learned from, and what it says of other cubes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import predict, rescore
from s3fn_core.model.applying.objects import predict_objects
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.retrain import retrain
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

SHORT = QUICK.with_epochs(2)


def trained(*data: LabelledCube, **more: object) -> TrainResult:
    return run(train(data, classes(), SHORT, device="cpu", **more))  # type: ignore[arg-type]


def notes_of(model: S3FNModel, cube: Cube) -> str:
    return " ".join(besides_novelty(run(predict(model, cube, device="cpu")).notes))


def besides_novelty(notes: tuple[str, ...]) -> list[str]:
    """Notes of what a model has learned from; test_novelty.py tests the others."""
    return [note for note in notes if "unlike anything that was labelled" not in note]


@pytest.fixture(scope="module")
def model() -> S3FNModel:
    cube = stripes()
    return trained(LabelledCube(cube, some_labels(cube))).model


@pytest.mark.parametrize(
    ("factor", "told"),
    [(10_000, "times as much"), (1e-3, "about 1/"), (100, "times as much"), (1e-30, "about 1/")],
)
def test_values_of_another_unit_are_told(model: S3FNModel, factor: float, told: str) -> None:
    cube = stripes(seed=3)
    assert notes_of(model, cube) == notes_of(model, cube.with_(data=cube.data * 3)) == ""
    counts = cube.with_(data=np.asarray(cube.data) * np.float32(factor))
    (note,) = besides_novelty(run(predict(model, counts, device="cpu")).notes)
    assert told in note
    assert "one unit" in note
    objects = truth(cube).astype(np.int64)
    with run(compute_features(model, counts, device="cpu")) as features:
        for operation in (
            rescore(features),
            Rescorer(features).classify(model),
            predict_objects(model, counts, objects, device="cpu"),
        ):
            assert note in run(operation).notes
    scaled = counts.with_(scale=1 / factor)
    assert notes_of(model, scaled) == ""


def test_a_training_on_two_units_says_so(model: S3FNModel) -> None:
    cube = stripes()
    counts = cube.with_(data=np.asarray(cube.data) * np.float32(10_000), name="counts")
    labels = some_labels(cube)
    result = trained(LabelledCube(cube, labels), LabelledCube(counts, labels))
    assert any("The values of counts reach" in note and "those of stripes" in note for note in result.notes)
    on = trained(LabelledCube(counts, labels), initial=model)
    assert any("model that the training started from" in note for note in on.notes)
    assert not any("values of" in note for note in trained(LabelledCube(cube, labels)).notes)


def test_labels_that_were_learned_are_known_again(tmp_path: Path) -> None:
    """In the same cube under another name and in another format, and in no other cube."""
    cube, labels = stripes(), some_labels(stripes())
    first = trained(LabelledCube(cube, labels)).model
    save_model(first, tmp_path / "m.s3fn")
    learned = load_model(tmp_path / "m.s3fn").learned
    assert learned is not None
    assert first.learned == learned
    again = open_cube(write_envi(cube, tmp_path / "other.hdr", cube.wavelengths))
    for known in (cube, again):
        np.testing.assert_array_equal(learned.seen(known), labels > 0)
    assert learned.seen(stripes(seed=1)) is None
    assert learned.seen(cube.crop(slice(1, None), slice(None))) is None


def test_only_what_was_learned_counts_and_what_was_learned_before_too() -> None:
    cube, labels = stripes(), some_labels(stripes(), 30)
    region = np.zeros(labels.shape, bool)
    region[:12] = True
    first = trained(LabelledCube(cube, labels, test=region)).model
    assert first.learned is not None
    seen = first.learned.seen(cube)
    assert seen is not None
    assert not seen[region].any()
    assert seen[20:].sum() == (labels[20:] > 0).sum()
    other = stripes(seed=1)
    second = trained(LabelledCube(other, some_labels(other)), initial=first).model
    third = run(retrain(second, [LabelledCube(other, some_labels(other))], classes(), device="cpu")).model
    for later in (second, third):
        assert later.learned is not None
        assert len(later.learned.cubes) == 2
        np.testing.assert_array_equal(later.learned.seen(cube), seen)


def test_a_model_of_masked_cubes_says_that_a_cube_is_not_masked() -> None:
    cube = stripes()
    masked = np.asarray(cube.data).copy()
    masked[:, np.arange(36) % 12 > 4] = 0  # half of the tray is belt
    labels = np.where(np.asarray(masked).any(2), some_labels(cube, 100), 0)
    labels[5:9, 2:4] = 2
    model = trained(LabelledCube(cube.with_(data=masked), labels)).model
    whole = stripes().crop(slice(0, 38), slice(None))
    assert "nothing of this one is masked" in notes_of(model, whole)
    assert notes_of(model, cube.with_(data=masked)) == ""
    where = np.zeros((38, 36), bool)
    where[5:9] = True
    part = run(predict(model, whole, device="cpu", where=where, smooth=False, tile=7))
    assert besides_novelty(part.notes) == []
    everything = run(predict(model, whole, device="cpu", smooth=False, tile=7))
    np.testing.assert_array_equal(part.ids, np.where(where, everything.ids, 0))
    np.testing.assert_array_equal(part.confidence, np.where(where, everything.confidence, 0))


def test_a_model_of_an_earlier_version_opens_and_says_nothing(model: S3FNModel, tmp_path: Path) -> None:
    save_model(replace(model, learned=None), tmp_path / "old.s3fn")
    old = load_model(tmp_path / "old.s3fn")
    assert old.learned is None
    counts = stripes().with_(data=np.asarray(stripes().data) * 10_000)
    assert notes_of(old, counts) == ""
