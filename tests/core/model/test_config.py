"""Settings of a training."""

from __future__ import annotations

from dataclasses import replace

from s3fn_core.model.config import TrainSettings, preset, train_config


def test_train_settings_survive_unknown_keys() -> None:
    settings = TrainSettings(preset="object", epochs=3)
    assert TrainSettings.from_json({**settings.to_json(), "newer": 1}) == settings


def test_settings_of_another_kind_are_passed_over() -> None:
    record = {"preset": "object", "epochs": "many", "encoder": None, "newer": 3}
    assert TrainSettings.from_json(record) == TrainSettings(preset="object")


def test_settings_change_what_they_name() -> None:
    assert train_config(TrainSettings()) == preset("pixel")
    config = train_config(TrainSettings("object", 3, "mine", "cls", "tuned"))
    assert (config.stage1.epochs, config.stage2.epochs) == (3, 3)
    fusion = replace(preset("object").fusion, encoder="mine", pooling="cls", labels="tuned")
    assert config.fusion == fusion
