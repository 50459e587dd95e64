"""What a training's settings change of its preset."""

from __future__ import annotations

import pytest

from s3fn_core.model.config import PRESET_NAMES, TrainSettings, train_config
from s3fn_core.model.settings_text import changes_of_preset


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_of_a_preset_as_it_is_nothing_is_said(name: str) -> None:
    assert changes_of_preset(train_config(TrainSettings(name))) == ""


def test_every_setting_is_named() -> None:
    asked = TrainSettings("pixel", 50, "/models/roberta-large/", "cls", "tuned", "cpu", "random", 6)
    config = train_config(asked).with_(seed=3)
    assert changes_of_preset(config) == (
        "50 epochs, encoder roberta-large, pooling cls, tuned vectors, single pixels held out, "
        "6 folds, seed 3"
    )
    assert changes_of_preset(config.with_(preset="of another version")) == ""
