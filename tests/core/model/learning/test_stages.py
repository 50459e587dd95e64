from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning.fitting import Stage1, Task, align, fit, learn_features
from s3fn_core.progress import run
from tests.core.model.scenes import QUICK, classes, some_labels, stripes

WORDS = np.eye(2, 5, dtype=np.float32)


def weights(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.flatten() for p in network.state_dict().values()])


def quick_task() -> tuple[Task, np.ndarray]:
    cube = stripes()
    data = [LabelledCube(cube, some_labels(cube))]
    labels = labelled_pixels(data, classes())
    return Task(labels, QUICK, WORDS, "cpu", None), np.ones(len(labels), bool)


@pytest.fixture(scope="module")
def features() -> Stage1:
    return run(learn_features(*quick_task()))


def test_fit_is_features_and_then_words(features: Stage1) -> None:
    task, mask = quick_task()
    whole = run(fit(task, mask)).network
    torch.rand(7)  # what others draw in between changes nothing
    assert torch.equal(weights(whole), weights(run(align(task, features)).network))


def test_one_backbone_serves_many_words(features: Stage1) -> None:
    task, _ = quick_task()
    other = replace(task, embeddings=np.flip(WORDS, 1).copy())
    first, second = run(align(task, features)).network, run(align(other, features)).network
    assert torch.equal(weights(first.backbone), weights(second.backbone))
    assert not torch.equal(first.projection.linear.weight, second.projection.linear.weight)
    assert first.backbone is not second.backbone
