"""Label embeddings that start from the text and are tuned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn.functional import normalize

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import reworded
from s3fn_core.model.checkpoint import S3FNModel, load_model, save_model
from s3fn_core.model.config import FusionConfig, TrainConfig
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.fitting import Stage1
from s3fn_core.model.learning.training import train
from s3fn_core.model.network.modules import Projection
from s3fn_core.progress import run
from tests.core.model.models import embed
from tests.core.model.scenes import QUICK, classes, some_labels, stripes

TUNED = QUICK.with_(split=replace(QUICK.split, folds=1), fusion=replace(QUICK.fusion, labels="tuned"))


def trained(config: TrainConfig, shared: dict[str, Stage1] | None = None) -> S3FNModel:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    return run(train(data, classes(), config, device="cpu", shared=shared)).model


@pytest.fixture(scope="module")
def tuned() -> S3FNModel:
    return trained(TUNED)


def test_tuned_labels_leave_the_text_but_stay_near_it(
    tuned: S3FNModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = float(tuned.network.projection.strayed().detach())
    assert 0 < near < 0.25
    assert not torch.equal(tuned.network.projection.labels, tuned.network.projection.embeddings)
    monkeypatch.setattr("s3fn_core.model.learning.stages.TETHER", 0.0)
    assert float(trained(TUNED).network.projection.strayed().detach()) > near


def test_stage_1_does_not_depend_on_whether_labels_are_tuned() -> None:
    shared: dict[str, Stage1] = {}
    first = trained(TUNED, shared)
    second = trained(TUNED.with_(fusion=QUICK.fusion), shared)
    assert len(shared) == 1
    assert second.network.projection.offsets is None
    backbones = (m.network.backbone.state_dict().values() for m in (first, second))
    assert all(torch.equal(a, b) for a, b in zip(*backbones, strict=True))


def test_a_tuned_model_is_kept_in_its_file(tuned: S3FNModel, tmp_path: Path) -> None:
    save_model(tuned, tmp_path / "tuned.s3fn")
    again = load_model(tmp_path / "tuned.s3fn")
    assert again.config.fusion.labels == "tuned"
    assert torch.equal(again.network.projection.labels, tuned.network.projection.labels)


def test_settings_of_older_files_keep_the_text() -> None:
    record = QUICK.to_json()
    del record["fusion"]["labels"]
    assert TrainConfig.from_json(record).fusion.labels == "text"


def test_what_was_tuned_is_added_to_the_new_words_of_a_class(tuned: S3FNModel) -> None:
    old, offsets = classes(), tuned.network.projection.offsets
    assert offsets is not None
    words = ClassSet((*reversed(old.classes), *old.added("water").classes[2:]))
    vectors = embed(words)
    changed = reworded(tuned, words, vectors).network.projection.labels
    unit = normalize(torch.from_numpy(vectors.unit(True)), dim=1)
    moved = torch.stack([offsets[1], offsets[0], torch.zeros_like(offsets[0])])
    torch.testing.assert_close(changed, normalize(unit + moved, dim=1))
    assert torch.equal(tuned.network.projection.offsets, offsets)


def test_classes_with_the_same_text_can_be_told_apart() -> None:
    head = Projection(FusionConfig(labels="tuned"), 4, torch.zeros(2, 6))
    head(torch.randn(3, 4)).square().sum().backward()
    assert head.offsets is not None
    assert torch.isfinite(head.offsets.grad).all()
