"""Training of the `paper` network: patches a second, ours against the same network in Keras.

Keras runs with TensorFlow in an environment of its own that is made on first use, below the cache
folder.  Both train an epoch in turns in the same run; Keras waits in its own process meanwhile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from s3fn_core.model.config import NetworkConfig, preset
from s3fn_core.model.learning.optimise import Examples
from s3fn_core.model.learning.recovery import Slot
from s3fn_core.model.learning.stages import Augment, parts_for, train_backbone
from s3fn_core.model.network.modules import Classifier, PaperBackbone
from s3fn_core.progress import Progress
from tests.benchmarks.engine.table import Row
from tests.benchmarks.engine.timing import in_turns

PATCHES, DEPTH, PATCH, CLASSES, BATCHES = 128, 23, 32, 5, (8, 64)
GOAL = 1.3
PACKAGES = ("tensorflow-cpu", "keras")


def environment() -> Path:
    """Python of the environment with Keras, which is made where it is missing.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        When it cannot be made.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "s3fn-benchmarks" / "keras"
    ready, python = folder / "ready", folder / "bin" / "python"
    if not ready.exists():
        print("installing Keras and TensorFlow ...", file=sys.stderr)
        pip = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], pip):
            subprocess.run(command, check=True, capture_output=True, text=True)
        ready.touch()
    return python


class Keras:
    """The other side: a process that trains an epoch whenever it is asked to."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [environment(), Path(__file__).with_name("keras_side.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.names = self.ask({"patches": 0})
        self.ask({"patches": 8, "batch": 8})  # so that a fault shows now

    def ask(self, question: dict[str, int]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(question), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise OSError("Keras ended unexpectedly")
        return answer

    def close(self) -> None:
        self.process.communicate(timeout=60)


def ours(batch: int, device: str, network: NetworkConfig, epochs: int) -> Iterator[Progress]:
    """Stage 1 of the `paper` preset under way; reports with metrics end an epoch."""
    config = preset("paper")
    torch.manual_seed(0)
    backbone = PaperBackbone(network, 1, DEPTH, PATCH).to(device)
    inputs = torch.randn(PATCHES, 1, DEPTH, PATCH, PATCH, device=device)
    targets = torch.randint(0, CLASSES, (PATCHES,), device=device)
    augment = Augment.of(config.augment, torch.zeros(DEPTH, device=device), inputs, False)
    stage = replace(config.stage1, batch=batch, epochs=epochs, patience=0)
    return train_backbone(
        backbone,
        Classifier(network, CLASSES).to(device),
        Examples(inputs, targets, CLASSES),
        network,
        stage,
        augment,
        torch.Generator(device).manual_seed(0),
        parts_for(backbone, device),
        Slot(),
    )


def epoch(training: Iterator[Progress]) -> None:
    next(report for report in training if report.metrics)


def rows(rounds: int) -> Iterator[Row]:
    try:
        keras: Keras | None = Keras()
    except (OSError, subprocess.CalledProcessError) as error:
        keras = None
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()[-1:]
        yield Row("Keras", f"could not be installed or started: {' '.join(said)}")
    for batch in BATCHES:
        training = ours(batch, "cpu", preset("paper").network, rounds + 2)
        works = {"ours": lambda training=training: epoch(training)}
        if keras is not None:
            works["keras"] = lambda batch=batch: keras.ask({"patches": PATCHES, "batch": batch})
        rates = {name: PATCHES / taken for name, taken in in_turns(works, rounds).items()}
        yield Row(f"ours, batch {batch}", f"{rates['ours']:.0f} patches/s")
        if keras is not None:
            ratio = rates["ours"] / rates["keras"]
            yield Row(f"{keras.names}, batch {batch}", f"{rates['keras']:.0f} patches/s")
            yield Row(f"times as fast, batch {batch}", f"{ratio:.2f}", str(GOAL), ratio >= GOAL)
    if keras is not None:
        keras.close()
