from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.model.config import FusionConfig, NetworkConfig
from s3fn_core.model.network.modules import Projection, make_backbone

PIXEL = NetworkConfig(features=12, hidden=16)
PAPER = NetworkConfig(kind="cnn3d", filters=(3, 4, 5), features=7)


def patches_of(image: torch.Tensor, side: int) -> torch.Tensor:
    windows = image.unfold(3, side, 1).unfold(4, side, 1)[0]
    return windows.permute(2, 3, 0, 1, 4, 5).flatten(0, 1)


@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from(["pixel", "cnn3d"]),
    side=st.integers(18, 33),
    extra=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    depth=st.integers(14, 18),
    channels=st.integers(1, 2),
)
def test_dense_form_gives_the_features_of_every_patch(
    kind: str, side: int, extra: tuple[int, int], depth: int, channels: int
) -> None:
    torch.manual_seed(side)
    patch = 5 if kind == "pixel" else side
    backbone = make_backbone(PIXEL if kind == "pixel" else PAPER, channels, depth, patch).eval()
    image = torch.randn(1, channels, depth, patch + extra[0], patch + extra[1])
    with torch.no_grad():
        one_by_one = backbone(patches_of(image, patch))
        dense = backbone.dense(image)
    assert dense.shape[2:] == (extra[0] + 1, extra[1] + 1)
    torch.testing.assert_close(dense[0].flatten(1).T, one_by_one, atol=1e-5, rtol=1e-4)


def test_paper_backbone_has_the_paper_s_layers() -> None:
    backbone = make_backbone(NetworkConfig(kind="cnn3d"), 1, 23, 32)
    shapes = [tuple(p.shape) for name, p in backbone.named_parameters() if name.endswith("weight")]
    # 23 -> 21 -> 10 -> 8 -> 6 -> 3 components, 32 -> 30 -> 15 -> 13 -> 11 -> 5 pixels
    assert shapes == [(32, 1, 3, 3, 3), (64, 32, 3, 3, 3), (128, 64, 3, 3, 3), (128, 128, 3, 5, 5)]


def test_without_temperature_no_class_can_become_certain() -> None:
    """The paper's defect: cosines in [-1, 1] bound the probability by e^2 / (e^2 + K - 1)."""
    torch.manual_seed(0)
    embeddings = torch.eye(10)
    bound = np.e**2 / (np.e**2 + 9)
    z = torch.randn(500, 6)
    for temperature in (False, True):
        head = Projection(FusionConfig(temperature=temperature), 6, embeddings)
        with torch.no_grad():
            best = float(torch.softmax(head(z), 1).max())
        assert (best <= bound) is not temperature


@pytest.mark.parametrize("temperature", [True, False])
def test_temperature_is_learned_only_where_asked_for(temperature: bool) -> None:
    head = Projection(FusionConfig(temperature=temperature), 6, torch.eye(3))
    assert head.log_temperature.requires_grad is temperature
