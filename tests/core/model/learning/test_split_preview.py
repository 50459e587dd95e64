"""The preview of a split is what the training then does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.model.config import TrainConfig, TrainSettings, preset, train_config
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.division import divide
from s3fn_core.model.learning.split_preview import LEFT_OUT, TESTED, TRAINED, SplitPreview, preview_split
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from tests.core.model.learning.test_division import LEFT, QUICKER, scene, tiles
from tests.core.model.learning.test_fusion import described
from tests.core.model.scenes import QUICK


def preview_of(config: TrainConfig, *data: LabelledCube) -> SplitPreview:
    return run(preview_split(data, described(), config))


@pytest.mark.parametrize("folds", [3, 4])
def test_every_label_is_tested_once_and_trains_otherwise(folds: int) -> None:
    config = QUICK.with_(split=replace(QUICK.split, folds=folds))
    found = preview_of(config, scene())
    assert found.folds
    assert found.rounds == folds
    assert ((found.roles == TESTED).sum(0) == 1).all()
    division = divide(found.labels, described(), config)
    for number, one in enumerate(division.folds):
        np.testing.assert_array_equal(found.roles[number] == TRAINED, one.train)
        np.testing.assert_array_equal(found.roles[number] == TESTED, one.asked)
    assert "is then trained on all labels" in found.sentence


def test_maps_and_counts_say_the_same() -> None:
    first, second = scene(0), scene(1)
    found = preview_of(QUICK, first, second)
    maps = [found.map_of(1, cube) for cube in (0, 1)]
    for item, roles in zip((first, second), maps, strict=True):
        usable = item.labels.copy()
        usable[-2:] = 0  # background
        np.testing.assert_array_equal(roles > 0, usable > 0)
    counts = found.counts(1, 2)
    for k in (1, 2):
        for role in (TRAINED, TESTED, LEFT_OUT):
            pixels = sum(
                np.count_nonzero((roles == role) & (item.labels == k))
                for item, roles in zip((first, second), maps, strict=True)
            )
            assert counts[k - 1, role - 1] == pixels


def test_own_regions_are_tested_behind_a_margin() -> None:
    item = scene(test=LEFT)
    found = preview_of(QUICK, item)
    roles = found.map_of(0, 0)
    assert not found.folds
    assert found.rounds == 1
    assert set(np.unique(roles[LEFT])) == {0, TESTED}
    near = np.zeros_like(LEFT)
    near[:, 20 : 20 + QUICK.patch // 2] = True
    assert set(np.unique(roles[near])) <= {0, LEFT_OUT}
    assert "held out from the model that is kept" in found.sentence


def test_no_object_is_in_both_parts() -> None:
    item = scene(objects=tiles())
    found = preview_of(QUICK, item)
    for number in range(found.rounds):
        roles = found.map_of(number, 0)
        tested, trained = (set(np.unique(tiles()[roles == role])) for role in (TESTED, TRAINED))
        assert not tested & trained


def test_random_pixels_leave_nothing_out_and_are_warned_of() -> None:
    config = QUICK.with_(split=replace(QUICK.split, method="random"))
    found = preview_of(config, scene())
    assert not (found.roles == LEFT_OUT).any()
    assert "too optimistic" in " ".join(found.notes)


def test_where_nothing_can_be_held_out_the_preview_says_why() -> None:
    assert preview_of(train_config(TrainSettings("quick")), scene()).rounds == 0
    item = scene()
    labels = np.where(item.labels == 1, item.labels, 0).astype(np.uint8)
    labels[30, 30] = 2
    found = preview_of(QUICK, replace(item, labels=labels))
    assert found.rounds == 0
    assert "labelled in one place only" in found.sentence
    with pytest.raises(LabelError, match="No labelled pixels"):
        preview_of(QUICK, replace(item, labels=np.where(labels == 1, labels, 0).astype(np.uint8)))


def test_the_training_holds_out_what_was_shown() -> None:
    item, config = scene(), QUICKER
    found = preview_of(config, item)
    result = run(train([item], described(), config, device="cpu"))
    assert result.accuracy is not None
    assert result.accuracy.confusion.sum() == (found.roles == TESTED).any(0).sum()
    assert result.split.startswith(found.sentence.split(";")[0])


def test_settings_choose_split_and_folds() -> None:
    assert train_config(TrainSettings(split="random", folds=5)).split == replace(
        preset("pixel").split, method="random", folds=5
    )
    assert train_config(TrainSettings(split="objects")).split == preset("pixel").split
    assert train_config(TrainSettings("quick", folds=5)).split.folds == 1  # it measures nothing
    labels = labelled_pixels([scene()], described())
    assert len(divide(labels, described(), train_config(TrainSettings(folds=3))).folds) == 3
