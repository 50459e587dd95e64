"""ReLU and average pooling in one, since together they took a third of a training step.

PyTorch's 3D average pooling is slow on a CPU; its 2D pooling is not, and with the channels last in
memory the slices of a volume are a batch of images without a copy.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor
from torch.autograd.function import once_differentiable


def channels_last(x: Tensor) -> Tensor:
    """A copy of (n, channels, depth, lines, samples) with the channels last in memory.

    Convolutions answer in the same layout.  ``clone`` also marks a single channel so, which
    ``to(memory_format=...)`` leaves as it is.
    """
    return x if x.device.type == "mps" else x.clone(memory_format=torch.channels_last_3d)


def relu_pool(x: Tensor) -> Tensor:
    """``avg_pool3d(relu(x), 2)`` of a convolution's output with even sizes; `x` is overwritten.

    A convolution does not need its output for its gradient, so ReLU can take its place.

    Parameters
    ----------
    x : Tensor, shape (n, channels, depth, lines, samples)
    """
    pooled: Tensor = _ReluPool.apply(x)  # type: ignore[no-untyped-call]
    return pooled


class _ReluPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        x = x.detach().relu_()
        ctx.save_for_backward(x)
        slices = F.avg_pool2d(x.transpose(1, 2).flatten(0, 1), 2)
        pairs = slices.unflatten(0, (len(x), -1, 2))
        pooled: Tensor = (pairs[:, :, 0] + pairs[:, :, 1]) / 2
        return pooled.transpose(1, 2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Every pixel gets an eighth of its pool's gradient where ReLU let it through."""
        (x,) = ctx.saved_tensors
        n, channels, depth, lines, samples = x.shape
        pools = n * depth // 2, lines // 2, samples // 2
        # Two neighbouring samples and their channels are one run of memory.
        active = x.permute(0, 2, 3, 4, 1).reshape(pools[0], 2, pools[1], 2, pools[2], 2 * channels)
        eighth = gradient.permute(0, 2, 3, 4, 1).reshape(*pools, channels) / 8
        eighth = eighth.repeat(1, 1, 1, 2)[:, None, :, None].expand_as(active)
        spread: Tensor = torch.ops.aten.threshold_backward(eighth, active, 0)
        return spread.view(n, depth, lines, samples, channels).permute(0, 4, 1, 2, 3)


def pool_shifted(x: Tensor) -> Tensor:
    """Average pooling of the four copies shifted by (0 or 1, 0 or 1), stacked along the batch.

    The sums over two lines and two samples are computed once for all copies.
    """
    x = x[:, :, 0::2] + x[:, :, 1::2]
    x = x[..., :-1, :] + x[..., 1:, :]
    x = (x[..., :-1] + x[..., 1:]).mul_(1 / 8)
    lines, samples = x.shape[-2] // 2 * 2, x.shape[-1] // 2 * 2
    return torch.cat([x[..., i:lines:2, j:samples:2] for i in (0, 1) for j in (0, 1)])
