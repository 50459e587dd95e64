"""An epoch of stage 2 on features computed once, against running the frozen network again."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from s3fn_core.model.config import preset
from s3fn_core.model.learning.optimise import Descent, Examples
from s3fn_core.model.learning.recovery import Slot
from s3fn_core.model.learning.stages import parts_for
from s3fn_core.model.network.device import one_thread
from s3fn_core.model.network.memory import Parts
from s3fn_core.model.network.modules import Projection
from tests.benchmarks.engine.dense import DEPTH, backbone
from tests.benchmarks.engine.table import Row
from tests.benchmarks.engine.timing import in_turns

PATCHES, CLASSES, WIDTH = 256, 5, 384
GOAL = 50


def rows(device: str, rounds: int) -> Iterator[Row]:
    network = backbone(device)
    inputs = torch.randn(PATCHES, 1, DEPTH, network.patch, network.patch, device=device)
    targets = torch.randint(0, CLASSES, (PATCHES,), device=device)
    parts = parts_for(network, device)

    @torch.no_grad()
    def recompute() -> torch.Tensor:
        return parts.apply(network, inputs)

    views = Examples(recompute(), targets, CLASSES)
    epochs = {name: _epochs(name, views, device, rounds + 1) for name in ("paper", "object")}

    def epoch(name: str) -> None:
        with one_thread(True):
            next(report for report in epochs[name] if report.metrics)

    works = {name: lambda name=name: epoch(name) for name in epochs}
    times = in_turns({"network": recompute, **works}, rounds, device)
    for name in epochs:
        ratio = (times["network"] + times[name]) / times[name]
        batch = preset(name).stage2.batch
        yield Row(
            f"{name}: an epoch of {PATCHES} patches in batches of {batch}",
            f"{1e3 * times[name]:.1f} ms cached, {1e3 * times['network']:.0f} ms for the network",
        )
        yield Row(f"{name}: times as fast", f"{ratio:.0f}", str(GOAL), ratio >= GOAL)


def _epochs(name: str, views: Examples, device: str, count: int):  # type: ignore[no-untyped-def]
    """Stage 2 of a preset under way; every report with metrics is the end of an epoch."""
    config = preset(name).with_epochs(count + 1)
    torch.manual_seed(0)
    projection = Projection(config.fusion, config.network.features, torch.randn(CLASSES, WIDTH))
    generator = torch.Generator(device).manual_seed(0)
    descent = Descent(projection.to(device), views, config.network, config.stage2, generator, Parts(2**16))
    return descent.run("stage 2", Slot())
