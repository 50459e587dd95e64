"""A dense map by shift-and-stitch against the same network patch by patch, in one run.

The scene is 145 x 145 pixels, 23 components, the `paper` preset's network, stride 1.  Patch by
patch is timed on a sample of positions in batches of 64 and scaled to the whole map; the answers
are compared on the sample.  The floating-point rate is set against a large matrix product of the
same type on the same cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from s3fn_core.model.config import preset
from s3fn_core.model.device import choose_device, describe_device
from s3fn_core.model.network import PaperBackbone

SIDE, DEPTH, SAMPLE, REPEATS, TILE = 145, 23, 640, 3, 64


def seconds(work: Callable[[], object], device: str) -> float:
    """Fastest of some runs: on a busy machine the least disturbed one."""
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - started)
    return best


def operations_per_patch(network: PaperBackbone) -> float:
    """Multiplications and additions of the patch form, counted from the layers' output sizes."""
    sizes: list[float] = []
    hooks = [
        layer.register_forward_hook(
            lambda m, _, out: sizes.append(2 * m.weight[0].numel() * out.numel())
        )
        for layer in (network.conv1, network.conv2, network.conv3)
    ]  # fmt: skip
    network(torch.zeros(1, 1, DEPTH, network.patch, network.patch))
    for hook in hooks:
        hook.remove()
    return sum(sizes) + 2 * network.features.weight.numel()


@torch.inference_mode()
def main() -> None:
    device = choose_device("auto")
    config = preset("paper")
    torch.manual_seed(0)
    network = PaperBackbone(config.network, 1, DEPTH, config.patch).eval()
    flops = operations_per_patch(network)
    network = network.to(device)
    border = config.patch - 1
    image = torch.randn(1, 1, DEPTH, SIDE + border, SIDE + border, device=device)

    def dense() -> torch.Tensor:
        rows = []
        for top in range(0, SIDE, TILE):
            lines = min(TILE, SIDE - top) + border
            strip = image[..., top : top + lines, :]
            tiles = [
                network.dense(strip[..., left : left + min(TILE, SIDE - left) + border])
                for left in range(0, SIDE, TILE)
            ]
            rows.append(torch.cat(tiles, 3))
        return torch.cat(rows, 2)

    places = np.random.default_rng(0).permutation(SIDE * SIDE)[:SAMPLE]
    patches = torch.cat(
        [image[..., p // SIDE :, p % SIDE :][..., : config.patch, : config.patch] for p in places]
    )
    by_patch = seconds(lambda: [network(part) for part in patches.split(64)], device)
    by_patch *= SIDE * SIDE / SAMPLE
    by_map = seconds(dense, device)
    answers = dense()[0].flatten(1).T[torch.from_numpy(places).to(device)]
    difference = float((answers - torch.cat([network(p) for p in patches.split(64)])).abs().max())

    n = 4096 if device == "cuda" else 2048
    a, b = torch.randn(n, n, device=device), torch.randn(n, n, device=device)
    peak = 2 * n**3 / seconds(lambda: a @ b, device)
    print(f"{SIDE} x {SIDE} pixels, {DEPTH} components, stride 1, {describe_device(device)}")
    print(f"patch by patch, batches of 64   {by_patch:9.2f} s (scaled from {SAMPLE} positions)")
    print(f"dense, shift-and-stitch         {by_map:9.2f} s")
    print(f"ratio                           {by_patch / by_map:9.1f}")
    print(f"largest difference of a feature {difference:9.1e}")
    print(f"patch form: share of a matrix product's rate {flops * SIDE**2 / by_patch / peak:6.1%}")


if __name__ == "__main__":
    main()
