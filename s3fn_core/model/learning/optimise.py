"""Minimising the cross-entropy of one model: what both stages of a training do.

A :class:`Descent` can be stopped after any epoch and go on from there as if nothing had happened.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from s3fn_core.languages import tr
from s3fn_core.model.config import NetworkConfig, StageConfig
from s3fn_core.model.learning.recovery import Slot, State
from s3fn_core.model.network.memory import Parts, release
from s3fn_core.model.network.modules import Dropout
from s3fn_core.progress import Progress

MIXED_BATCH = 32
"""From this batch on a CUDA device convolves in bfloat16.  Measured on an H100 with the paper's
network: at 64 and 128 patches 1.2 to 1.3 times as fast as float32, at 8 slower."""
CANCEL_POINTS = 0.05
"""Seconds between two reports within an epoch."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs (n, ...) and class indices (n,) below `classes`; validation where there is enough."""

    inputs: Tensor
    targets: Tensor
    classes: int
    validation_inputs: Tensor | None = None
    validation_targets: Tensor | None = None


class Descent:
    """One stage under way: the model, its optimiser, and how far it is.

    Parameters
    ----------
    change : callable
        Augmentation of a batch of inputs.
    generator : torch.Generator
        For the order of the examples; `dropped` for dropout, where there is any.
    parts : Parts
        How many examples are computed at once.
    mixed : bool
        Whether bfloat16 may be used where it is faster.
    penalty : callable, optional
        What is added to the loss, whatever the batch.
    """

    def __init__(
        self,
        model: nn.Module,
        examples: Examples,
        network: NetworkConfig,
        stage: StageConfig,
        generator: torch.Generator,
        parts: Parts,
        change: Callable[[Tensor], Tensor] = lambda x: x,
        mixed: bool = False,
        penalty: Callable[[], Tensor] | None = None,
        dropped: torch.Generator | None = None,
    ) -> None:
        self.model, self.examples, self.stage = model, examples, stage
        self.generator, self.parts, self.change = generator, parts, change
        self.penalty, self.dropped = penalty, dropped
        self.device = examples.inputs.device.type
        self.mixed = mixed and self.device == "cuda" and stage.batch >= MIXED_BATCH
        self.optimizer, self.scheduler = _optimizer(model, network, stage, len(examples.inputs))
        self.average = (
            AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(stage.weight_average))
            if stage.weight_average
            else None
        )
        self.weight = _class_weights(examples.targets, examples.classes)
        self.epoch, self.waited = 0, 0
        self.best_loss = float("inf")
        self.best: dict[str, Tensor] | None = None
        self.done = False

    def run(self, step: str, slot: Slot) -> Generator[Progress, None, None]:
        """Train to the end, or go on from where `slot` left off; leaves the best weights."""
        slot.restore(self._take)
        stage = self.stage
        while self.epoch < stage.epochs and not (stage.patience and self.waited >= stage.patience):
            if self.done:
                break
            metrics = yield from self._epoch(step)
            slot.put(self._state)
            yield Progress(step, self.epoch / stage.epochs, self._told(self.epoch), metrics)
        if not self.done:
            if self.average is not None:
                self.model.load_state_dict(self.average.module.state_dict())
            if self.best is not None:
                self.model.load_state_dict(self.best)
            slot.put(lambda: {"model": self.model.state_dict()}, done=True)
        self.model.eval()

    def _told(self, epoch: int) -> str:
        return tr("Epoch {epoch} of {epochs}", epoch=epoch, epochs=self.stage.epochs)

    def _epoch(self, step: str) -> Generator[Progress, None, dict[str, float]]:
        self.model.train()
        stage, inputs = self.stage, self.examples.inputs
        order = torch.randperm(len(inputs), generator=self.generator, device=inputs.device)
        batches = order.split(stage.batch)[: stage.steps or None]
        losses, scores = [], []
        text, reported = self._told(self.epoch + 1), time.monotonic()
        for done, index in enumerate(batches):
            loss, answers = yield from self._step(index, step)
            self.optimizer.step()
            self.scheduler.step()
            if self.average is not None:
                self.average.update_parameters(self.model)
            losses.append(loss * len(index))
            scores.append(answers)
            if time.monotonic() - reported > CANCEL_POINTS:  # the epoch's own report follows
                fraction = (self.epoch + (done + 1) / len(batches)) / stage.epochs
                yield Progress(step, fraction, text)
                reported = time.monotonic()
        self.epoch += 1
        seen = order[: sum(map(len, batches))]
        hits = torch.cat(scores).argmax(1) == self.examples.targets[seen]
        metrics = {
            "epoch": float(self.epoch),
            "loss": float(torch.stack(losses).sum()) / len(seen),
            "accuracy": float(hits.float().mean()),
        }
        if self.examples.validation_inputs is not None and stage.patience:
            metrics |= self._validate()
        return metrics

    def _step(self, index: Tensor, step: str) -> Generator[Progress, None, tuple[Tensor, Tensor]]:
        """Gradient of the batch `index` in parts that fit into memory; its loss and scores."""
        while True:
            self.optimizer.zero_grad()
            tried = min(self.parts.size, len(index))
            try:
                return self._gradient(index, tried)
            except (RuntimeError, MemoryError) as error:
                message = self.parts.halve(error, tried)
            release()
            yield Progress(step, self.epoch / self.stage.epochs, message)

    def _gradient(self, index: Tensor, size: int) -> tuple[Tensor, Tensor]:
        if len(index) <= size:
            loss, scores = self._loss(index)
            loss.backward()
            return loss.detach(), scores
        weights = self.weight[self.examples.targets[index]].split(size)
        total = torch.cat(weights).sum()
        losses, every = [], []
        for part, weight in zip(index.split(size), weights, strict=True):
            loss, scores = self._loss(part)
            share = loss * (weight.sum() / total)  # of the batch's weighted mean
            share.backward()
            losses.append(share.detach())
            every.append(scores)
        return torch.stack(losses).sum(), torch.cat(every)

    def _loss(self, index: Tensor) -> tuple[Tensor, Tensor]:
        with self._precision(), self._dropping():
            scores = self.model(self.change(self.examples.inputs[index])).float()
        smoothing = self.stage.label_smoothing
        truth = self.examples.targets[index]
        loss = F.cross_entropy(scores, truth, self.weight, label_smoothing=smoothing)
        if self.penalty is not None:
            loss = loss + self.penalty()
        return loss, scores.detach()

    def _precision(self) -> AbstractContextManager[Any]:
        return torch.autocast("cuda", torch.bfloat16) if self.mixed else nullcontext()

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """Lend the generator to the dropout layers, which must not keep it: models are copied."""
        layers = [layer for layer in self.model.modules() if isinstance(layer, Dropout)]
        try:
            for layer in layers:
                layer.generator = self.dropped
            yield
        finally:
            for layer in layers:
                layer.generator = None

    @torch.no_grad()
    def _validate(self) -> dict[str, float]:
        """Loss and accuracy of the validation part; keeps the weights if they are the best."""
        inputs, targets = self.examples.validation_inputs, self.examples.validation_targets
        assert inputs is not None
        assert targets is not None
        self.model.eval()
        scores = self.parts.apply(self.model, inputs)
        loss = float(F.cross_entropy(scores, targets))
        self.waited += 1
        if loss < self.best_loss:
            self.best_loss, self.waited = loss, 0
            self.best = copy.deepcopy(self.model.state_dict())
        hits = (scores.argmax(1) == targets).float().mean()
        return {"val_loss": loss, "val_accuracy": float(hits)}

    def _state(self) -> State:
        """Everything that the rest of the training depends on."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
            "best": self.best,
            "best_loss": self.best_loss,
            "epoch": self.epoch,
            "waited": self.waited,
            "batches": self.generator.get_state(),
            "random": {} if self.dropped is None else {self.device: self.dropped.get_state()},
        }

    def _take(self, state: State) -> None:
        """Go on from a state; of a stage that is done there are only the weights."""
        self.model.load_state_dict(state["model"])
        self.done = bool(state["done"])
        if self.done:
            return
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.best, self.best_loss = state["best"], float(state["best_loss"])
        self.epoch, self.waited = int(state["epoch"]), int(state["waited"])
        self.generator.set_state(state["batches"])
        if self.dropped is not None:
            self.dropped.set_state(state["random"][self.device])


def _optimizer(
    model: nn.Module, network: NetworkConfig, stage: StageConfig, count: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW in one cycle; or, with `network.l2`, Adam with a penalty per layer as in the paper."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    fused = parameters[0].device.type != "mps"  # one pass over the weights instead of ten
    if network.l2:
        weights = [p for p in parameters if p.ndim > 1]
        rest = [p for p in parameters if p.ndim <= 1]
        penalties = [*network.l2, *[network.l2[-1]] * len(weights)]
        # Keras adds l2 * w**2 to the loss, whose gradient is 2 * l2 * w.
        groups: list[dict[str, Any]] = [
            {"params": [w], "weight_decay": 2 * l2} for w, l2 in zip(weights, penalties, strict=False)
        ]
        adam = torch.optim.Adam([*groups, {"params": rest}], lr=stage.learning_rate, fused=fused)
        return adam, torch.optim.lr_scheduler.ConstantLR(adam, factor=1.0)
    steps = stage.epochs * (stage.steps or -(-count // stage.batch))
    adamw = torch.optim.AdamW(
        parameters, lr=stage.learning_rate, weight_decay=stage.weight_decay, fused=fused
    )
    return adamw, torch.optim.lr_scheduler.OneCycleLR(adamw, stage.learning_rate, steps)


def _class_weights(targets: Tensor, classes: int) -> Tensor:
    """Inverse frequency, so that every class counts the same; mean 1 over the examples."""
    counts = torch.bincount(targets, minlength=classes).clamp(min=1)
    return len(targets) / (classes * counts)
