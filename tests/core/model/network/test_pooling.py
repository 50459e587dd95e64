from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.model.config import NetworkConfig
from s3fn_core.model.network.modules import make_backbone
from s3fn_core.model.network.pooling import channels_last, pool_shifted, relu_pool

PAPER = NetworkConfig(kind="cnn3d", filters=(3, 4, 5), features=7, dropout=0.0)


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 3)] * 5),
    layout=st.sampled_from([torch.clone, channels_last]),
    seed=st.integers(0, 99),
)
def test_relu_pool_is_relu_and_pooling_and_so_is_its_gradient(shape, layout, seed) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(seed)
    x = torch.randn(*shape[:2], *(2 * size for size in shape[2:]), dtype=torch.float64)
    known, ours = (x.clone().requires_grad_() for _ in range(2))
    expected, pooled = F.avg_pool3d(F.relu(known), 2), relu_pool(layout(ours))
    torch.testing.assert_close(pooled, expected)
    gradient = torch.randn_like(expected)
    expected.backward(gradient)
    pooled.backward(gradient)
    torch.testing.assert_close(ours.grad, known.grad)


@settings(max_examples=15, deadline=None)
@given(sizes=st.tuples(st.integers(1, 3), st.integers(4, 9), st.integers(4, 9)))
def test_pool_shifted_pools_all_four_copies(sizes: tuple[int, int, int]) -> None:
    depth, lines, samples = sizes
    x = torch.randn(1, 2, 2 * depth, lines, samples)
    copies = [
        F.avg_pool3d(x[..., i:, j:], 2)[..., : (lines - 1) // 2, : (samples - 1) // 2]
        for i in (0, 1)
        for j in (0, 1)
    ]
    torch.testing.assert_close(pool_shifted(x), torch.cat(copies))


def test_what_the_poolings_round_away_is_computed_by_nobody_and_missed_by_nobody() -> None:
    """The layers written out as in the paper give the same features and the same gradients."""
    torch.manual_seed(0)
    backbone = make_backbone(PAPER, 1, 23, 32)
    x = torch.randn(3, 1, 23, 32, 32)
    maps = F.avg_pool3d(F.relu(backbone.conv1(x)), 2)
    maps = F.avg_pool3d(F.relu(backbone.conv3(F.relu(backbone.conv2(maps)))), 2)
    expected = F.relu(backbone.features(maps)).flatten(1)
    features = backbone(x)
    torch.testing.assert_close(features, expected, atol=1e-6, rtol=1e-5)
    weights = list(backbone.parameters())
    for ours, known in zip(
        torch.autograd.grad(features.square().sum(), weights),
        torch.autograd.grad(expected.square().sum(), weights),
        strict=True,
    ):
        torch.testing.assert_close(ours, known, atol=1e-5, rtol=1e-4)
