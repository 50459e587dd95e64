"""A CUDA device: training and dense map in float32 and bfloat16, as a share of its peak.

cuDNN convolves float32 on tensor cores with shortened factors (TF32), as PyTorch lets it by
default; the matrix product that float32 is measured by is allowed the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from s3fn_core.model.config import preset
from s3fn_core.model.learning import optimise
from s3fn_core.model.network.device import reproducible
from tests.benchmarks.engine.dense import DEPTH, SIDE, backbone, operations, tiles_of
from tests.benchmarks.engine.table import Row
from tests.benchmarks.engine.throughput import PATCHES, epoch, ours
from tests.benchmarks.engine.timing import in_turns, product

BATCHES = (8, 64, 128)


def rows(rounds: int) -> Iterator[Row]:
    if not torch.cuda.is_available():
        yield Row("CUDA", "skipped: this machine has no such device")
        return
    yield Row("card", torch.cuda.get_device_name())
    peaks = {}
    torch.backends.cuda.matmul.allow_tf32 = True
    for dtype in (torch.float32, torch.bfloat16):
        work, count = product("cuda", dtype)
        peaks[dtype] = count / in_turns({"product": work}, rounds, "cuda")["product"]
        yield Row(f"matrix product, {_name(dtype)}", f"{peaks[dtype] / 1e12:.0f} TFLOP/s")
    for batch in BATCHES:
        yield from _training(batch, rounds)
    yield from _mapping(peaks, rounds)


def _training(batch: int, rounds: int) -> Iterator[Row]:
    """An epoch with bfloat16 from the first patch on, and with none."""
    allowed = optimise.MIXED_BATCH
    works = {}
    for name, least in (("float32", 2**16), ("bfloat16", 1)):
        optimise.MIXED_BATCH = least
        training = ours(batch, "cuda", preset("paper").network, rounds + 2)
        next(training, None)  # the choice is made when the training begins
        works[name] = lambda training=training: epoch(training)
    optimise.MIXED_BATCH = allowed
    with reproducible():
        times = in_turns(works, rounds, "cuda")
    both = ", ".join(f"{name} {PATCHES / taken:.0f}" for name, taken in times.items())
    used = "bfloat16" if batch >= allowed else "float32"
    yield Row(f"training, batch {batch}", f"{both} patches/s; used: {used}")


@torch.inference_mode()
def _mapping(peaks: dict[torch.dtype, float], rounds: int) -> Iterator[Row]:
    network = backbone("cuda")
    size = SIDE + network.patch - 1
    image = torch.randn(1, 1, DEPTH, size, size, device="cuda")
    exact = tiles_of(network, image)
    count = operations(network, lambda: tiles_of(network, image))
    for dtype, peak in peaks.items():

        def work(dtype: torch.dtype = dtype) -> Tensor:
            with torch.autocast("cuda", torch.bfloat16, enabled=dtype == torch.bfloat16):
                return tiles_of(network, image)

        taken = in_turns({"map": work}, rounds, "cuda")["map"]
        difference = float((work() - exact).abs().max() / exact.abs().max())
        yield Row(
            f"dense map {SIDE} x {SIDE}, {_name(dtype)}",
            f"{SIDE**2 / taken:.0f} pixels/s, {count / taken / peak:.0%} of the matrix product's "
            f"rate, largest difference {difference:.0e} of the largest feature",
        )


def _name(dtype: torch.dtype) -> str:
    return "float32 (TF32)" if dtype == torch.float32 else "bfloat16"
