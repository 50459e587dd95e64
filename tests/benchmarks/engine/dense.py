"""A dense map by shift-and-stitch against the same network patch by patch.

The scene has 145 x 145 pixels and 23 components, the network is that of the `paper` preset, the
stride 1.  Patch by patch is timed on a sample of positions in batches of 64 and scaled to the whole
map; the answers are compared on the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from s3fn_core.model.config import preset
from s3fn_core.model.network.modules import PaperBackbone
from tests.benchmarks.engine.table import Row
from tests.benchmarks.engine.timing import in_turns, product

SIDE, DEPTH, SAMPLE, TILE = 145, 23, 256, 160  # tiles as the library has them


def backbone(device: str) -> PaperBackbone:
    config = preset("paper")
    torch.manual_seed(0)
    return PaperBackbone(config.network, 1, DEPTH, config.patch).eval().to(device)


def operations(network: PaperBackbone, work: Callable[[], object]) -> float:
    """Multiplications and additions of the convolutions that `work` does."""
    sizes: list[float] = []
    hooks = [
        layer.register_forward_hook(lambda m, _, out: sizes.append(2.0 * m.weight[0].numel() * out.numel()))
        for layer in network.children()
        if isinstance(layer, torch.nn.Conv3d)
    ]
    work()
    for hook in hooks:
        hook.remove()
    return sum(sizes)


def tiles_of(network: PaperBackbone, image: Tensor, tile: int = TILE) -> Tensor:
    """The map of a whole image, tile by tile as in a prediction."""
    border = network.patch - 1
    side = image.shape[-1] - border
    rows = []
    for top in range(0, side, tile):
        strip = image[..., top : top + min(tile, side - top) + border, :]
        row = [
            network.dense(strip[..., left : left + min(tile, side - left) + border])
            for left in range(0, side, tile)
        ]
        rows.append(torch.cat(row, 3))
    return torch.cat(rows, 2)


@torch.inference_mode()
def rows(device: str, rounds: int) -> Iterator[Row]:
    network = backbone(device)
    size = SIDE + network.patch - 1
    image = torch.randn(1, 1, DEPTH, size, size, device=device)
    places = np.random.default_rng(0).permutation(SIDE * SIDE)[:SAMPLE]
    patches = torch.cat(
        [image[..., p // SIDE :, p % SIDE :][..., : network.patch, : network.patch] for p in places]
    )

    def by_patch() -> Tensor:
        return torch.cat([network(part) for part in patches.split(64)])

    def by_map() -> Tensor:
        return tiles_of(network, image)

    matrices, matrix_operations = product(device)
    times = in_turns({"patch": by_patch, "map": by_map, "product": matrices}, rounds, device)
    slow = times["patch"] * SIDE * SIDE / SAMPLE
    ratio = slow / times["map"]
    answers = by_map()[0].flatten(1).T[torch.from_numpy(places).to(device)]
    difference = float((answers - by_patch()).abs().max())
    share = operations(network, by_map) / times["map"] * times["product"] / matrix_operations
    yield Row("patch by patch, batches of 64", f"{slow:.1f} s (scaled from {SAMPLE} positions)")
    yield Row("dense, shift-and-stitch", f"{times['map']:.2f} s")
    yield Row("times as fast", f"{ratio:.0f}", "60", ratio >= 60)
    yield Row("largest difference of a feature", f"{difference:.0e}", "1e-4", difference <= 1e-4)
    yield Row("share of a matrix product's rate", f"{share:.0%}", "50 %", share >= 0.5)
