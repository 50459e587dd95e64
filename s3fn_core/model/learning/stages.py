"""The two stages of training on tensors that are ready: what is optimised."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from s3fn_core.languages import tr
from s3fn_core.model.config import AugmentConfig, NetworkConfig, StageConfig
from s3fn_core.model.learning.optimise import Descent, Examples
from s3fn_core.model.learning.recovery import Slot
from s3fn_core.model.network.memory import Parts
from s3fn_core.model.network.modules import Backbone, Classifier, PaperBackbone, Projection
from s3fn_core.progress import Progress

TETHER = 1.0
"""Loss for tuned label embeddings that are one unit (their own length) away from the text's.

A penalty on the way from where one starts: Li et al., "Explicit Inductive Bias for Transfer
Learning with Convolutional Networks" (L2-SP), ICML 2018."""
MIN_VIEWS = 4
CACHED_EXAMPLES = 6000
"""Changed views are cached until there are about that many feature vectors."""
FEATURE_BATCH = 256
CPU_PARTS = 8
"""Patches of the paper's network that a CPU computes at once.  More do not fit its cache:
measured on two cores, batches of 64 train 1.1 to 1.2 times as fast in parts of 8."""


def parts_for(backbone: Backbone, device: str) -> Parts:
    """How many examples are computed at once, until memory runs out."""
    on_cpu = isinstance(backbone, PaperBackbone) and device == "cpu"
    return Parts(CPU_PARTS if on_cpu else 2**16)


@dataclass(frozen=True, eq=False)
class Augment:
    """Random changes that leave a patch's class as it is.

    Attributes
    ----------
    config : AugmentConfig
    black : Tensor, shape (depth,)
        Network input of a pixel without light (see ``Preprocess.black``).
    spread : Tensor, shape (1, channels, depth, 1, 1)
        Standard deviation of the noise is `config.noise` times that.
    texture : Tensor, shape (patches, channels, depth, lines, samples)
        What sets the pixels of each training patch apart from their mean.
    """

    config: AugmentConfig
    black: Tensor
    spread: Tensor
    texture: Tensor

    @classmethod
    def of(cls, config: AugmentConfig, black: Tensor, inputs: Tensor, grained: bool) -> Augment:
        """Changes in keeping with the training patches `inputs`.

        With `grained` inputs, the variation inside of patches is 1 in every component.
        """
        spread = inputs.std((0, 3, 4), keepdim=True)
        spread = torch.ones_like(spread) if grained else spread
        textured = inputs if config.texture else inputs[:0]
        return cls(config, black, spread, textured - textured.mean((3, 4), keepdim=True))

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
        if self.config.texture:
            x = x + self.config.texture * self._texture(count, generator)
        if self.config.noise:
            noise = torch.randn(x.shape, generator=generator, device=x.device)
            x = x + self.config.noise * self.spread * noise
        return x

    def _texture(self, count: int, generator: torch.Generator) -> Tensor:
        """Texture of random patches (count, ...), shifted around by a random number of pixels."""
        device = self.texture.device

        def whole(below: int, size: int) -> Tensor:
            return torch.randint(below, (size,), generator=generator, device=device)

        lines, samples = self.texture.shape[-2:]
        shift = int(whole(lines, 1)), int(whole(samples, 1))
        return self.texture[whole(len(self.texture), count)].roll(shift, (3, 4))


def train_backbone(
    backbone: Backbone,
    classifier: Classifier,
    examples: Examples,
    network: NetworkConfig,
    stage: StageConfig,
    augment: Augment,
    generator: torch.Generator,
    dropped: torch.Generator,
    parts: Parts,
    slot: Slot,
) -> Generator[Progress, None, None]:
    """Stage 1.  On return `backbone` holds the trained (averaged, best) weights.

    Batches and augmentation are drawn from `generator`, dropout from `dropped`.
    """
    descent = Descent(
        nn.Sequential(backbone, classifier),
        examples,
        network,
        stage,
        generator,
        parts,
        lambda x: augment(x, generator),
        mixed=isinstance(backbone, PaperBackbone),
        dropped=dropped,
    )
    yield from descent.run("stage 1", slot)


@torch.no_grad()
def cache_views(
    backbone: Backbone, examples: Examples, augment: Augment, generator: torch.Generator, parts: Parts
) -> Generator[Progress, None, Examples]:
    """Features of the examples and of changed views of them, as examples for stage 2."""
    # The more examples there are, the fewer changed views of each are needed.
    views = min(augment.config.views, max(MIN_VIEWS, CACHED_EXAMPLES // len(examples.inputs)))
    backbone.eval()
    features = []
    for view in range(views):
        for inputs in examples.inputs.split(FEATURE_BATCH):
            yield Progress("features", view / views, tr("View {view} of {views}", view=view + 1, views=views))
            seen = augment(inputs, generator) if view else inputs
            features.append(parts.apply(backbone, seen))
    validation = None
    if examples.validation_inputs is not None:
        validation = parts.apply(backbone, examples.validation_inputs)
    return Examples(
        torch.cat(features),
        examples.targets.repeat(views),
        examples.classes,
        validation,
        examples.validation_targets,
    )


def train_projection(
    projection: Projection,
    views: Examples,
    network: NetworkConfig,
    stage: StageConfig,
    generator: torch.Generator,
    slot: Slot,
) -> Generator[Progress, None, None]:
    """Stage 2, on features that were computed once: the backbone is not needed any more."""
    penalty = None if projection.offsets is None else lambda: TETHER * projection.strayed()
    descent = Descent(projection, views, network, stage, generator, Parts(2**16), penalty=penalty)
    yield from descent.run("stage 2", slot)
