"""Models as files."""

from __future__ import annotations

import copy
import json
import math
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import Description
from s3fn_core.model import checkpoint
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.model.config import PRESET_NAMES, TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.model.renumbering import with_class_ids
from s3fn_core.progress import run
from tests.core.model.models import small, untrained
from tests.core.model.scenes import QUICK, classes, some_labels, stripes


@pytest.fixture(scope="module")
def model() -> S3FNModel:
    cube = stripes()
    return run(train([LabelledCube(cube, some_labels(cube))], classes(), QUICK, device="cpu")).model


@pytest.fixture(scope="module")
def saved(model: S3FNModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "stripes.s3fn"
    save_model(model, path)
    return path


def rewrite_header(source: Path, target: Path, change: dict[str, object], digest: str | None = "") -> None:
    """Change entries of the JSON that describes the model, leaving the tensors as they are."""
    content = source.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    outer = json.loads(content[8 : 8 + size])
    inner = json.loads(outer["__metadata__"]["s3fn"]) | change
    outer["__metadata__"]["s3fn"] = json.dumps(inner)
    if digest is None:
        del outer["__metadata__"]["digest"]
    header = json.dumps(outer).encode()
    target.write_bytes(struct.pack("<Q", len(header)) + header + content[8 + size :])


def test_a_saved_model_is_the_model(model: S3FNModel, saved: Path) -> None:
    again = load_model(saved)
    cube = stripes(seed=7)
    first, second = (run(predict(m, cube, device="cpu")) for m in (model, again))
    np.testing.assert_array_equal(first.ids, second.ids)
    np.testing.assert_array_equal(first.confidence, second.confidence)
    assert again.config == model.config
    assert again.classes == model.classes
    assert again.metrics == model.metrics
    assert list(saved.parent.iterdir()) == [saved]  # no temporary file stays behind


def test_held_out_answers_travel_with_the_model(model: S3FNModel, saved: Path, tmp_path: Path) -> None:
    again = load_model(saved).answers
    assert model.answers is not None
    assert again is not None
    assert again.accuracy(classes()).to_json() == model.metrics["held_out"]
    save_model(replace(model, answers=None), tmp_path / "without.s3fn")
    assert load_model(tmp_path / "without.s3fn").answers is None
    header = {"answers": {**model.answers.to_parts()[0], "class_ids": [2, 1]}}
    rewrite_header(saved, tmp_path / "other.s3fn", header, digest=None)
    with pytest.raises(ModelError, match="held-out answers do not fit"):
        load_model(tmp_path / "other.s3fn")


def test_a_model_of_a_version_without_answers_opens(saved: Path, tmp_path: Path) -> None:
    rewrite_header(saved, tmp_path / "older.s3fn", {"answers": None}, digest=None)
    assert load_model(tmp_path / "older.s3fn").answers is None


def test_curves_travel_with_the_model_and_an_older_one_has_none(
    model: S3FNModel, saved: Path, tmp_path: Path
) -> None:
    loaded = load_model(saved).curves
    assert loaded == model.curves
    assert [name for _, name in loaded.stages] == ["stage 1", "stage 2"]
    assert len(loaded.curves["loss"]) == model.config.stage1.epochs + model.config.stage2.epochs
    rewrite_header(saved, tmp_path / "older.s3fn", {"curves": {}}, digest=None)
    assert load_model(tmp_path / "older.s3fn").curves.curves == {}


def test_classes_with_other_ids_are_the_same_classes_to_every_part(model: S3FNModel, tmp_path: Path) -> None:
    ids, cube = {1: 7, 2: 1}, stripes(seed=7)
    other = with_class_ids(model, ids)
    assert other.experts.class_ids == (7, 1)
    assert [c["id"] for c in other.metrics["held_out"]["per_class"]] == [7, 1]
    save_model(other, tmp_path / "other.s3fn")
    expected, found = (
        run(predict(m, cube, device="cpu")) for m in (model, load_model(tmp_path / "other.s3fn"))
    )
    new = np.array([0, 7, 1], np.uint8)
    np.testing.assert_array_equal(found.ids, new[expected.ids])
    np.testing.assert_array_equal(found.confidence, expected.confidence)
    assert found.answers is not None
    assert found.answers.accuracy(found.classes).oa == model.metrics["held_out"]["oa"]


def test_descriptions_travel_with_the_model(model: S3FNModel, tmp_path: Path) -> None:
    paragraphs = (
        Description("Dark.", "llm", "m at localhost", "the prompt", "2025-01-01", locked=True),
        Description("Dips at 680 nm.", "measured", created="2025-01-02"),
    )
    described = replace(model, classes=model.classes.changed(1, descriptions=paragraphs))
    save_model(described, tmp_path / "described.s3fn")
    assert load_model(tmp_path / "described.s3fn").classes[1].descriptions == paragraphs


@settings(max_examples=30, deadline=None)
@given(cut=st.floats(0, 0.999))
def test_a_truncated_model_is_refused(
    saved: Path, cut: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = saved.read_bytes()
    broken = tmp_path_factory.mktemp("broken") / "cut.s3fn"
    broken.write_bytes(content[: int(cut * len(content))])
    with pytest.raises(ModelError, match=r"cut\.s3fn"):
        load_model(broken)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.s3fn"
    text.write_text("not a model")
    with pytest.raises(ModelError, match=r"notes\.s3fn"):
        load_model(text)
    with pytest.raises(ModelError, match="There is no model"):
        load_model(tmp_path / "missing.s3fn")


def _config(**changes: object) -> dict[str, object]:
    return preset("pixel").to_json() | changes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "version 99.*Update the program"),
        ({"version": 1}, "version 1.*train again"),
        ({"format": "other"}, "not an S3FN model"),
        ({"channels": 7}, "damaged"),
        ({"classes": {"version": 1, "classes": []}}, "damaged"),
        ({"classes": "none"}, "not a class set"),
        ({"config": {"preset": "pixel", "exec": "x"}}, "malformed"),
        ({"config": _config(patch="five")}, "patch"),
        ({"config": _config(network={"kind": "pixel", "features": 10**12})}, "damaged"),
        ({"config": _config(network={"kind": "os.system"})}, "network.kind"),
        ({"config": _config(patch=10**9)}, "1 to 128 pixels"),
        ({"config": _config(extra=1)}, "extra"),
    ],
)
def test_a_tampered_model_is_refused(
    saved: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    broken = tmp_path / "changed.s3fn"
    rewrite_header(saved, broken, change)
    with pytest.raises(ModelError, match=message) as caught:
        load_model(broken)
    assert "changed.s3fn" in str(caught.value)


def test_a_failed_save_leaves_the_old_file(model: S3FNModel, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.mkdir()  # a folder cannot be replaced by a file
    with pytest.raises(ModelError, match="cannot be written"):
        save_model(model, target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_presets_survive_json(name: str) -> None:
    config = preset(name)
    assert TrainConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ModelError, match="pixel, quick, object, paper"):
        preset("huge")


def test_a_model_of_bands_that_were_marked_by_0_and_1_can_be_read_again(tmp_path: Path) -> None:
    cube = stripes(12, 12)
    flags = np.arange(cube.bands) % 4 > 0
    models = [untrained(small("pixel"), cube.with_(good_bands=good)) for good in (flags, flags.astype(int))]
    kept = [m.preprocess.channels[0].components for m in models]
    np.testing.assert_array_equal(*kept)
    save_model(models[1], tmp_path / "m.s3fn")
    assert load_model(tmp_path / "m.s3fn").preprocess.bands.good.tolist() == flags.tolist()


def broken_in(model: S3FNModel, name: str, value: float) -> S3FNModel:
    """A copy with one value of one tensor replaced."""
    network = copy.deepcopy(model.network)
    network.state_dict()[name].view(-1)[0] = value
    return replace(model, network=network)


NAMES = ("backbone.gate", "projection.embeddings", "projection.log_temperature")


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("name", [*NAMES, "evidence_weight"])
def test_a_model_that_is_not_finite_is_neither_written_nor_read(
    model: S3FNModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: float
) -> None:
    wrong = (
        replace(model, evidence_weight=value) if name == "evidence_weight" else broken_in(model, name, value)
    )
    with pytest.raises(ModelError, match=f"{name}.*not finite"):
        save_model(wrong, tmp_path / "nan.s3fn")
    with monkeypatch.context() as patched:
        patched.setattr(checkpoint, "check_finite", lambda *_: None)
        save_model(wrong, tmp_path / "nan.s3fn")
    with pytest.raises(ModelError, match=r"nan\.s3fn.*not finite"):
        load_model(tmp_path / "nan.s3fn")


@settings(max_examples=40)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_a_model_in_silence(
    model: S3FNModel, saved: Path, where: float, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(saved.read_bytes())
    content[int(where * len(content))] ^= 1 << bit
    path = tmp_path_factory.mktemp("flipped") / "flipped.s3fn"
    path.write_bytes(content)
    try:
        again = load_model(path)
    except ModelError:
        return
    for name, weights in model.network.state_dict().items():  # a blank, or the digest's own name
        assert torch.equal(weights, again.network.state_dict()[name])
    assert (again.config, again.classes) == (model.config, model.classes)
    assert (again.metrics, again.evidence_weight) == (model.metrics, model.evidence_weight)


def test_a_model_without_a_digest_opens(model: S3FNModel, saved: Path, tmp_path: Path) -> None:
    """As all did that earlier versions wrote."""
    rewrite_header(saved, tmp_path / "old.s3fn", {}, digest=None)
    assert load_model(tmp_path / "old.s3fn").classes == model.classes
