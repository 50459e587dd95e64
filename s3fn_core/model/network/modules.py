"""The network on one page.

    patch --backbone--> features z --projection--> z' --(cosine with label embeddings)--> scores

A *backbone* turns network input of shape (n, channels, depth, lines, samples) into features.  It
has two forms that share their weights: ``forward`` for patches, used in training, and ``dense``,
which gives for a whole image what ``forward`` would give for the patch around every pixel.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the name everybody uses
from torch import Tensor, nn

from s3fn_core.model.config import FusionConfig, NetworkConfig
from s3fn_core.model.network.pooling import channels_last, pool_shifted, relu_pool


class Dropout(nn.Dropout):
    """Dropout that draws from the `generator` it is given for the time of a training."""

    generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if self.generator is None or not self.training or not 0 < self.p < 1:
            return super().forward(x)
        kept = torch.empty_like(x).bernoulli_(1 - self.p, generator=self.generator)
        return x * kept.div_(1 - self.p)


class PaperBackbone(nn.Module):
    """The 3D-CNN of the paper: convolutions 32, 64, 128 of 3x3x3 without padding, Dense 128.

    The last layer is stored as a convolution over everything that is left, which on a patch is
    exactly Flatten + Dense and in the dense form slides over the image.
    """

    def __init__(self, config: NetworkConfig, channels: int, depth: int, patch: int) -> None:
        super().__init__()
        first, second, third = config.filters
        rest, side = _pooled(depth)[1], _pooled(patch)[1]
        self.patch = patch
        self.conv1 = nn.Conv3d(channels, first, 3)
        self.conv2 = nn.Conv3d(first, second, 3)
        self.conv3 = nn.Conv3d(second, third, 3)
        self.features = nn.Conv3d(third, config.features, (rest, side, side))
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, depth, patch, patch) to (n, features)."""
        depth, lines, samples = (_pooled(size)[0] for size in x.shape[-3:])
        x = channels_last(x[..., :depth, :lines, :samples])
        x = relu_pool(self.conv1(x))
        x = relu_pool(self.conv3(F.relu(self.conv2(x), inplace=True)))
        z = F.linear(x.flatten(1), self.features.weight.flatten(1), self.features.bias)
        dropped: Tensor = self.dropout(F.relu(z))
        return dropped

    def dense(self, x: Tensor) -> Tensor:
        """(n, channels, depth, lines, samples) to (n, features, lines-patch+1, samples-patch+1).

        Pooling with stride 2 sees every second pixel only.  Pooling the image and its copies
        shifted by one pixel sees them all (shift-and-stitch); since only layers behind a pooling
        differ between the copies, the first convolution is computed once, the next two four times
        on a quarter of the pixels, and so on: no multiplication is done twice.
        """
        lines, samples = x.shape[-2] - self.patch + 1, x.shape[-1] - self.patch + 1
        unseen = self.patch - _pooled(self.patch)[0]
        depth = _pooled(x.shape[2])[0]
        x = F.pad(x[:, :, :depth], (0, -samples % 4 - unseen, 0, -lines % 4 - unseen))
        x = channels_last(x)
        x = pool_shifted(F.relu(self.conv1(x), inplace=True))
        x = F.relu(self.conv2(x), inplace=True)
        x = pool_shifted(F.relu(self.conv3(x), inplace=True))
        z = F.relu(self.features(x)).squeeze(2)
        return _stitch(_stitch(z))[..., :lines, :samples]


def _pooled(size: int) -> tuple[int, int]:
    """How many of `size` values the two poolings do not round away, and how many they leave.

    A patch of 32 has 30 pixels after the first convolution, 15 after pooling, 13 and 11 after the
    next two, of which the second pooling sees 10: its last two lines and samples never count.
    """
    left = ((size - 2) // 2 - 4) // 2
    return 4 * left + 10, left


def _stitch(x: Tensor) -> Tensor:
    """Interleave four maps that belong to the shifts of :func:`pool_shifted`."""
    four, features, lines, samples = x.shape
    x = x.view(2, 2, four // 4, features, lines, samples)
    return x.permute(2, 3, 4, 0, 5, 1).reshape(four // 4, features, 2 * lines, 2 * samples)


class PixelBackbone(nn.Module):
    """For few labelled pixels: the pixel's own spectrum first, its neighbourhood through a gate.

    The neighbourhood path is a small 3D convolution whose answers are averaged over the 3x3
    neighbours with weights that fall with the spectral distance to the centre, so that a
    neighbour across an edge does not count.
    """

    def __init__(self, config: NetworkConfig, channels: int, depth: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        inputs, width, maps = channels * depth, config.hidden, 8
        self.spectral = nn.Sequential(
            nn.Linear(inputs, width),
            nn.GELU(),
            Dropout(config.dropout),
            nn.Linear(width, config.features),
            nn.GELU(),
        )
        self.spatial = nn.Sequential(
            nn.Conv3d(channels, maps, 3, padding=(1, 0, 0)),
            nn.GELU(),
            nn.Conv3d(maps, maps, (3, 1, 1), padding=(1, 0, 0)),
            nn.GELU(),
        )
        self.merge = nn.Linear(maps * depth, config.features)
        self.gate = nn.Parameter(torch.full((config.features,), -1.0))
        self.sharpness = nn.Parameter(torch.zeros(()))
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, depth, 5, 5) to (n, features)."""
        spectra, texture = self._paths(x)
        near = spectra[:, 1:-1, 1:-1].flatten(1, 2)  # (n, 9, channels * depth)
        centre = spectra[:, 2, 2]
        weight = self._weight((near - centre[:, None]).square().mean(-1))
        pooled = (weight[:, None] @ texture.flatten(1, 2)).squeeze(1)
        return self._merged(centre, pooled)

    def dense(self, x: Tensor) -> Tensor:
        """(n, channels, depth, lines, samples) to (n, features, lines - 4, samples - 4)."""
        spectra, texture = self._paths(x)
        centre, inner = spectra[:, 2:-2, 2:-2], spectra[:, 1:-1, 1:-1]
        lines, samples = centre.shape[1:3]
        nine = [(..., slice(i, i + lines), slice(j, j + samples), slice(None)) for i, j in NINE]
        distance = [(inner[near] - centre).square().mean(-1) for near in nine]
        weight = self._weight(torch.stack(distance, -1)).unsqueeze(-2)
        pooled = texture[nine[0]] * weight[..., 0]
        for k, near in enumerate(nine[1:], 1):
            pooled = pooled.addcmul(texture[near], weight[..., k])
        return self._merged(centre, pooled).movedim(-1, 1)

    def _paths(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Spectra (n, lines, samples, channels * depth), and what the spatial path sees at them.

        The latter has shape (n, lines - 2, samples - 2, maps * depth).
        """
        _, gelu, second, _ = self.spatial
        assert isinstance(second, nn.Conv3d)
        # (n, depth, lines, samples, maps), in this order also in memory: GELU's gradient takes eight
        # times as long where its input lies otherwise than what comes from behind.
        seen = gelu(self._first(x).permute(0, 2, 3, 4, 1).contiguous())
        # The second convolution runs along the components only.  As a matrix product over three
        # neighbouring ones it is many times as fast as Conv3d, whose gradient was half of a step.
        padded = F.pad(seen, (0, 0, 0, 0, 0, 0, 1, 1))
        three = torch.cat([padded[:, :-2], seen, padded[:, 2:]], -1)
        kernel = second.weight[..., 0, 0].transpose(1, 2).flatten(1)  # (maps, 3 * maps)
        texture = gelu(F.linear(three, kernel, second.bias))
        spectra = x.flatten(1, 2).movedim(1, -1).contiguous()
        return spectra, texture.permute(0, 2, 3, 4, 1).flatten(3)

    def _first(self, x: Tensor) -> Tensor:
        """The first convolution, (n, channels, depth, lines, samples) to (n, maps, depth, ...)."""
        first = self.spatial[0]
        assert isinstance(first, nn.Conv3d)
        if not torch.is_grad_enabled():
            answers: Tensor = first(x)
            return answers
        # In two dimensions, each component with its two neighbours as an image of its own: the
        # gradient of Conv3d takes more than twice as long.
        padded = F.pad(x, (0, 0, 0, 0, 1, 1))
        three = torch.cat([padded[:, :, :-2], padded[:, :, 1:-1], padded[:, :, 2:]], 1).transpose(1, 2)
        kernel = first.weight.transpose(1, 2).flatten(1, 2)  # (maps, 3 * channels, 3, 3)
        seen: Tensor = F.conv2d(three.flatten(0, 1), kernel, first.bias)
        return seen.view(len(x), -1, *seen.shape[1:]).transpose(1, 2)

    def _weight(self, distance: Tensor) -> Tensor:
        """Weights of nine neighbours from their squared spectral distances, (..., 9)."""
        return torch.softmax(-distance * self.sharpness.exp(), -1)

    def _merged(self, centre: Tensor, pooled: Tensor) -> Tensor:
        z = self.spectral(centre) + torch.sigmoid(self.gate) * F.gelu(self.merge(pooled))
        merged: Tensor = self.dropout(z)
        return merged


NINE = [(i, j) for i in range(3) for j in range(3)]
"""A pixel and its neighbours as shifts of the image without its border."""


class Projection(nn.Module):
    """z to z' to scores: cosine with every class's label embedding, times a temperature.

    `embeddings` are what the text says, `offsets` what was learned on top of it, if anything.
    """

    embeddings: Tensor
    offsets: nn.Parameter | None

    def __init__(self, config: FusionConfig, features: int, embeddings: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(features, embeddings.shape[1])
        self.relu = config.relu
        self.log_temperature = nn.Parameter(torch.tensor(10.0).log())
        if not config.temperature:
            self.log_temperature = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.register_buffer("embeddings", F.normalize(embeddings, dim=1))
        tuned = config.labels == "tuned"
        self.offsets = nn.Parameter(torch.zeros_like(embeddings)) if tuned else None

    @property
    def labels(self) -> Tensor:
        """Unit vectors (classes, d) that features are compared with."""
        if self.offsets is None:
            return self.embeddings
        # Classes with the same text start at zero, where a direction has no bounded slope.
        return F.normalize(self.embeddings + self.offsets, dim=1, eps=1e-2)

    def strayed(self) -> Tensor:
        """Mean squared distance of the tuned label embeddings from the text's."""
        assert self.offsets is not None
        return self.offsets.square().sum(1).mean()

    def reworded(self, embeddings: Tensor, places: Sequence[int]) -> Projection:
        """A copy that compares with other label embeddings (classes, d).

        What was tuned for the class at ``places[k]`` is added to the new text of class k, nothing
        where the place is -1.
        """
        other = copy.deepcopy(self)
        other.embeddings = F.normalize(embeddings, dim=1).to(self.embeddings)
        if self.offsets is not None:
            known = torch.cat([self.offsets.detach(), self.offsets.new_zeros(1, embeddings.shape[1])])
            other.offsets = nn.Parameter(known[list(places)])
        return other

    def calibrate(self, factor: float) -> None:
        """Multiply the temperature: calibration on labels that were not trained on."""
        with torch.no_grad():
            self.log_temperature.add_(math.log(factor))

    def forward(self, z: Tensor) -> Tensor:
        """(n, features) to scores (n, classes); their softmax is p(class | patch)."""
        projected = self.linear(z)
        if self.relu:
            projected = F.relu(projected)
        cosine = F.normalize(projected, dim=1) @ self.labels.T
        return self.log_temperature.exp() * cosine


class Classifier(nn.Sequential):
    """The head that teaches the backbone in stage 1: Dense 64, Dense K; linear for pixels."""

    def __init__(self, config: NetworkConfig, classes: int) -> None:
        if config.kind == "pixel":
            super().__init__(nn.Linear(config.features, classes))
        else:
            super().__init__(nn.Linear(config.features, 64), nn.ReLU(), nn.Linear(64, classes))


class NoBackbone(nn.Module):
    """Sees nothing: all features are 0, and with them what a network says of the classes.

    For models whose experts speak alone.
    """

    def __init__(self, config: NetworkConfig, channels: int, depth: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.nothing = nn.Parameter(torch.zeros(config.features), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, depth, patch, patch) to (n, features)."""
        return self.nothing.expand(x.shape[0], -1)

    def dense(self, x: Tensor) -> Tensor:
        """(n, channels, depth, lines, samples) to (n, features, lines-patch+1, samples-patch+1)."""
        lines, samples = (size - self.patch + 1 for size in x.shape[-2:])
        return self.nothing[None, :, None, None].expand(len(x), -1, lines, samples)


Backbone = PaperBackbone | PixelBackbone | NoBackbone


def make_backbone(config: NetworkConfig, channels: int, depth: int, patch: int) -> Backbone:
    """The backbone that `config` names."""
    kinds: dict[str, type[Backbone]] = {"cnn3d": PaperBackbone, "pixel": PixelBackbone, "none": NoBackbone}
    return kinds[config.kind](config, channels, depth, patch)


class S3FN(nn.Module):
    """Backbone and projection: what is left when training is over."""

    def __init__(self, backbone: Backbone, projection: Projection) -> None:
        super().__init__()
        self.backbone = backbone
        self.projection = projection

    def forward(self, x: Tensor) -> Tensor:
        """Patches (n, channels, depth, patch, patch) to scores (n, classes)."""
        scores: Tensor = self.projection(self.backbone(x))
        return scores

    def dense(self, x: Tensor) -> Tensor:
        """Image (1, channels, depth, lines, samples) to scores (lines', samples', classes)."""
        z = self.backbone.dense(x)[0].movedim(0, -1)
        scores: Tensor = self.projection(z.flatten(0, 1))
        return scores.view(*z.shape[:2], -1)
