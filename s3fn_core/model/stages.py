"""The two stages of training on tensors that are ready: what is optimised, and how."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from s3fn_core.model.config import AugmentConfig, NetworkConfig, StageConfig
from s3fn_core.model.network import Backbone, Classifier, Projection
from s3fn_core.progress import Progress

MIN_VIEWS = 4
CACHED_EXAMPLES = 6000
"""Changed views are cached until there are about that many feature vectors."""


@dataclass(frozen=True)
class Examples:
    """Inputs (n, ...) and class indices (n,) below `classes`; validation where there is enough."""

    inputs: Tensor
    targets: Tensor
    classes: int
    validation_inputs: Tensor | None = None
    validation_targets: Tensor | None = None


@dataclass(frozen=True)
class Augment:
    """Random changes that leave a patch's class as it is.

    Attributes
    ----------
    config : AugmentConfig
    black : Tensor, shape (depth,)
        Network input of a pixel without light (see ``Preprocess.black``).
    spread : Tensor, shape (1, channels, depth, 1, 1)
        Standard deviation of each component over the training pixels.
    """

    config: AugmentConfig
    black: Tensor
    spread: Tensor

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """A changed copy of patches (n, channels, depth, lines, samples)."""
        count = len(x)

        def uniform() -> Tensor:
            return torch.rand(count, 1, 1, 1, 1, generator=generator, device=x.device)

        if self.config.flips:
            x = torch.where(uniform() < 0.5, x.flip(-1), x)
            x = torch.where(uniform() < 0.5, x.flip(-2), x)
            x = torch.where(uniform() < 0.5, x.transpose(-1, -2), x)
        if self.config.brightness:
            factor = 1 + self.config.brightness * (2 * uniform() - 1)
            black = self.black.view(1, 1, -1, 1, 1)
            x = torch.cat([factor * x[:, :1] + (1 - factor) * black, x[:, 1:]], 1)
        if self.config.noise:
            noise = torch.randn(x.shape, generator=generator, device=x.device)
            x = x + self.config.noise * self.spread * noise
        return x


def train_backbone(
    backbone: Backbone,
    classifier: Classifier,
    examples: Examples,
    network: NetworkConfig,
    stage: StageConfig,
    augment: Augment,
    generator: torch.Generator,
) -> Generator[Progress, None, None]:
    """Stage 1.  On return `backbone` holds the trained (averaged, best) weights."""
    model = nn.Sequential(backbone, classifier)
    optimizer, scheduler = _optimizer(model, network, stage, len(examples.inputs))
    yield from _fit(
        "stage 1", model, examples, stage, optimizer, scheduler, generator,
        lambda x: augment(x, generator),
    )  # fmt: skip


def cache_views(
    backbone: Backbone, examples: Examples, augment: Augment, generator: torch.Generator
) -> Generator[Progress, None, Examples]:
    """Features of the examples and of changed views of them, as examples for stage 2."""
    # The more examples there are, the fewer changed views of each are needed.
    views = min(augment.config.views, max(MIN_VIEWS, CACHED_EXAMPLES // len(examples.inputs)))
    backbone.eval()
    features: list[Tensor] = []
    while len(features) < views:
        yield Progress("features", len(features) / views, f"View {len(features) + 1} of {views}")
        inputs = augment(examples.inputs, generator) if features else examples.inputs
        features.append(compute_features(backbone, inputs))
    validation = examples.validation_inputs
    return Examples(
        torch.cat(features), examples.targets.repeat(len(features)), examples.classes,
        None if validation is None else compute_features(backbone, validation),
        examples.validation_targets,
    )  # fmt: skip


def train_projection(
    projection: Projection,
    views: Examples,
    network: NetworkConfig,
    stage: StageConfig,
    generator: torch.Generator,
) -> Generator[Progress, None, None]:
    """Stage 2, on features that were computed once: the backbone is not needed any more."""
    optimizer, scheduler = _optimizer(projection, network, stage, len(views.inputs))
    yield from _fit(
        "stage 2", projection, views, stage, optimizer, scheduler, generator, lambda z: z
    )


@torch.no_grad()
def compute_features(backbone: Backbone, patches: Tensor, batch: int = 256) -> Tensor:
    """Features (n, features) of patches, without gradients."""
    return torch.cat([backbone(part) for part in patches.split(batch)])


def _optimizer(
    model: nn.Module, network: NetworkConfig, stage: StageConfig, count: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW in one cycle; or, with `network.l2`, Adam with a penalty per layer as in the paper."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    if network.l2:
        weights = [p for p in parameters if p.ndim > 1]
        rest = [p for p in parameters if p.ndim <= 1]
        penalties = [*network.l2, *[network.l2[-1]] * len(weights)]
        # Keras adds l2 * w**2 to the loss, whose gradient is 2 * l2 * w.
        groups: list[dict[str, Any]] = [
            {"params": [w], "weight_decay": 2 * l2}
            for w, l2 in zip(weights, penalties, strict=False)
        ]
        adam = torch.optim.Adam([*groups, {"params": rest}], lr=stage.learning_rate)
        return adam, torch.optim.lr_scheduler.ConstantLR(adam, factor=1.0)
    steps = stage.epochs * (stage.steps or -(-count // stage.batch))
    adamw = torch.optim.AdamW(parameters, lr=stage.learning_rate, weight_decay=stage.weight_decay)
    return adamw, torch.optim.lr_scheduler.OneCycleLR(adamw, stage.learning_rate, steps)


def _fit(
    step: str,
    model: nn.Module,
    examples: Examples,
    stage: StageConfig,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    generator: torch.Generator,
    change: Callable[[Tensor], Tensor],
) -> Generator[Progress, None, None]:
    """Minimise the class-weighted cross-entropy; leave the best weights in `model`."""
    inputs, targets = examples.inputs, examples.targets
    weight = _class_weights(targets, examples.classes)
    average = (
        AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(stage.weight_average))
        if stage.weight_average
        else None
    )
    best_loss, waited = float("inf"), 0
    best_state: dict[str, Tensor] | None = None
    for epoch in range(stage.epochs):
        model.train()
        order = torch.randperm(len(inputs), generator=generator, device=inputs.device)
        batches = order.split(stage.batch)[: stage.steps or None]
        seen = sum(map(len, batches))
        loss_sum = torch.zeros((), device=inputs.device)
        correct = torch.zeros((), device=inputs.device)
        for done, index in enumerate(batches):
            scores = model(change(inputs[index]))
            loss = F.cross_entropy(
                scores, targets[index], weight, label_smoothing=stage.label_smoothing
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            if average is not None:
                average.update_parameters(model)
            loss_sum += loss.detach() * len(index)
            correct += (scores.argmax(1) == targets[index]).sum()
            if len(batches) > 1:  # a cancel point; the epoch's own report follows below
                fraction = (epoch + (done + 1) / len(batches)) / stage.epochs
                yield Progress(step, fraction, f"Epoch {epoch + 1} of {stage.epochs}")
        metrics = {
            "epoch": epoch + 1.0,
            "loss": float(loss_sum) / seen,
            "accuracy": float(correct) / seen,
        }
        if examples.validation_inputs is not None and stage.patience:
            value, share = _validate(model, examples)
            metrics |= {"val_loss": value, "val_accuracy": share}
            waited += 1
            if value < best_loss:
                best_loss, best_state, waited = value, copy.deepcopy(model.state_dict()), 0
        yield Progress(
            step, (epoch + 1) / stage.epochs, f"Epoch {epoch + 1} of {stage.epochs}", metrics
        )
        if stage.patience and waited >= stage.patience:
            break
    if average is not None:
        model.load_state_dict(average.module.state_dict())
    if best_state is not None:
        model.load_state_dict(best_state)
    model.eval()


def _class_weights(targets: Tensor, classes: int) -> Tensor:
    """Inverse frequency, so that every class counts the same; mean 1 over the examples."""
    counts = torch.bincount(targets, minlength=classes).clamp(min=1)
    return len(targets) / (classes * counts)


@torch.no_grad()
def _validate(model: nn.Module, examples: Examples) -> tuple[float, float]:
    assert examples.validation_inputs is not None
    assert examples.validation_targets is not None
    model.eval()
    scores = torch.cat([model(part) for part in examples.validation_inputs.split(256)])
    loss = F.cross_entropy(scores, examples.validation_targets)
    hits = (scores.argmax(1) == examples.validation_targets).float().mean()
    return float(loss), float(hits)
