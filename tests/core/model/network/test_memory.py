"""Memory that runs out is simulated by a network that refuses batches above a size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from s3fn_core.errors import ModelError
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning import fitting
from s3fn_core.model.learning.fitting import Fitted, Task, fit
from s3fn_core.model.network.memory import Parts
from s3fn_core.model.network.modules import PixelBackbone, make_backbone
from s3fn_core.progress import Progress, run
from tests.core.model.scenes import QUICK, classes, some_labels, stripes

PLAIN = QUICK.with_(network=replace(QUICK.network, dropout=0.0), augment=preset("paper").augment)
"""Nothing is drawn at random in a step, so that parts of a batch must add up to the batch."""
ERRORS = {
    "cuda": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    "cpu": RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: Error code 12"),
    "python": MemoryError(),
}


def fitted(
    monkeypatch: pytest.MonkeyPatch, config: TrainConfig, room: int, error: BaseException
) -> tuple[Fitted, list[Progress]]:
    class Small(PixelBackbone):
        def forward(self, x: Tensor) -> Tensor:
            if len(x) > room:
                raise error
            return super().forward(x)

    monkeypatch.setattr(fitting, "make_backbone", lambda *given: Small(*given))
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    labels = labelled_pixels(data, classes())
    task = Task(labels, config, np.eye(2, 5, dtype=np.float32), "cpu", None)
    seen: list[Progress] = []
    return run(fit(task, np.ones(len(labels), bool)), seen.append), seen


@pytest.mark.parametrize("kind", ERRORS)
def test_a_batch_that_does_not_fit_is_computed_in_parts(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    whole, _ = fitted(monkeypatch, PLAIN, 10**6, ERRORS[kind])
    parts, seen = fitted(monkeypatch, PLAIN, 7, ERRORS[kind])
    assert whole.notes == ()
    assert parts.notes == ("Memory was short: batches were computed in parts of 6.",)
    said = [p.message for p in seen if "Memory is short" in p.message]
    assert [message.split()[-1] for message in said] == ["12", "6"]  # of the 24 labelled pixels
    assert np.diff([p.fraction for p in seen]).min() > -1e-12
    for ours, known in zip(parts.network.parameters(), whole.network.parameters(), strict=True):
        torch.testing.assert_close(ours, known, atol=2e-3, rtol=1e-2)


def test_no_room_for_one_patch_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"single patch.*device cpu"):
        fitted(monkeypatch, PLAIN, 0, ERRORS["cuda"])


def test_other_errors_are_no_shortage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        fitted(monkeypatch, PLAIN, 7, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_features_are_computed_in_parts_too() -> None:
    backbone = make_backbone(PLAIN.network, 1, 6, 5).eval()

    def small(x: Tensor) -> Tensor:
        if len(x) > 3:
            raise ERRORS["cuda"]
        return backbone(x)

    x, parts = torch.randn(11, 1, 6, 5, 5), Parts(8)
    with torch.no_grad():
        torch.testing.assert_close(parts.apply(small, x), backbone(x))
    assert parts.size == 2
