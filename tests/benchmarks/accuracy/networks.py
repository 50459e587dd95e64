"""Networks that know no words, trained on patches around the labelled pixels.

Both are applied in dense form: one pass over the image gives what a patch around every pixel would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from sklearn.decomposition import PCA
from torch import Tensor, nn

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.model.config import preset
from s3fn_core.model.network.modules import Classifier, PaperBackbone
from s3fn_core.types import BoolArray, FloatArray, IdArray
from tests.benchmarks.accuracy import texts
from tests.benchmarks.accuracy.scenes import Draw

MANY_BANDS = 200
LEAST_DEPTH = 14  # of the paper's network


class SoftmaxCNN(nn.Module):
    """The paper's kind of 3D-CNN on 15 x 15 patches with a softmax instead of words.

    z-score, PCA of 99.9 % of the variance, Adam at 1e-3 with the paper's L2 penalties, batches
    of 8, 100 epochs.
    """

    patch, batch, whiten = 15, 8, False

    def __init__(self, depth: int, classes: int) -> None:
        super().__init__()
        config = preset("paper").network
        self.backbone = PaperBackbone(config, 1, depth, self.patch)
        self.head = Classifier(config, classes)
        self.penalties = config.l2

    @staticmethod
    def components(bands: int) -> int | float:
        return 0.999

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))

    def dense(self, x: Tensor) -> Tensor:
        return self.head(self.backbone.dense(x).movedim(1, -1))

    def groups(self) -> list[dict[str, object]]:
        weights = [p for p in self.parameters() if p.ndim > 1]
        rest = [p for p in self.parameters() if p.ndim <= 1]
        penalties = [*self.penalties, *[self.penalties[-1]] * len(weights)]
        # Keras adds l2 * w**2 to the loss, whose gradient is 2 * l2 * w.
        pairs = zip(weights, penalties, strict=False)
        return [{"params": [w], "weight_decay": 2 * l2} for w, l2 in pairs] + [{"params": rest}]


class HybridSN(nn.Module):
    """Roy, Krishna, Dubey & Chaudhuri, HybridSN: Exploring 3-D-2-D CNN Feature Hierarchy for
    Hyperspectral Image Classification, IEEE Geosci. Remote Sens. Lett. 17(2), 2020.

    25 x 25 patches of 30 whitened principal components (15 where there are few bands, as the
    authors do); three 3D convolutions, one 2D convolution, Dense 256 and 128 with dropout 0.4;
    Adam at 1e-3, 100 epochs.
    """

    patch, batch, whiten = 25, 256, True

    def __init__(self, depth: int, classes: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv3d(1, 8, (7, 3, 3)),
            nn.ReLU(),
            nn.Conv3d(8, 16, (5, 3, 3)),
            nn.ReLU(),
            nn.Conv3d(16, 32, (3, 3, 3)),
            nn.ReLU(),
            nn.Flatten(1, 2),
            nn.Conv2d(32 * (depth - 12), 64, 3),
            nn.ReLU(),
        )
        # Flatten + Dense, kept as a convolution over everything that is left of a patch.
        self.first = nn.Conv2d(64, 256, self.patch - 8)
        self.rest = nn.Sequential(
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(128, classes),
        )
        for layer in self.modules():  # as Keras starts them
            if isinstance(layer, nn.Conv2d | nn.Conv3d | nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)

    @staticmethod
    def components(bands: int) -> int | float:
        return 30 if bands > MANY_BANDS else 15

    def forward(self, x: Tensor) -> Tensor:
        flat = self.conv(x).flatten(1)
        return self.rest(F.linear(flat, self.first.weight.flatten(1), self.first.bias))

    def dense(self, x: Tensor) -> Tensor:
        return self.rest(self.first(self.conv(x)).movedim(1, -1))

    def groups(self) -> list[dict[str, object]]:
        return [{"params": list(self.parameters())}]


Network = SoftmaxCNN | HybridSN
KINDS: dict[str, type[Network]] = {"3D-CNN softmax": SoftmaxCNN, "HybridSN": HybridSN}
EPOCHS = 100


def names(per_class: int) -> list[str]:
    return list(KINDS) if per_class else []


def answers(made: Draw, wanted: list[str], table: texts.Table, device: str) -> Iterator[tuple[str, IdArray]]:
    """Name of each network, and what it says of the test pixels."""
    for name in wanted:
        yield name, _answer(made, KINDS[name], device)


@dataclass(frozen=True)
class Images:
    """Every cube's principal components, mirrored at the border: (depth, lines, samples) each."""

    images: list[FloatArray]
    reach: int

    @classmethod
    def of(cls, made: Draw, components: int | float, whiten: bool, reach: int) -> Images:
        """Statistics and PCA come from the pixels of the training patches alone."""
        good = made.parts[0].cube.good_bands
        cubes = [np.nan_to_num(p.cube.read()[..., good]) for p in made.parts]
        pairs = zip(cubes, made.labels, strict=True)
        known = np.concatenate([c[_near(m > 0, reach) & valid_pixels(c)] for c, m in pairs])
        mean, std = known.mean(0), np.maximum(known.std(0), 1e-8)
        pca = PCA(components, whiten=whiten, svd_solver="full")
        pca.fit((known - mean) / std)
        if pca.n_components_ < LEAST_DEPTH:
            pca = PCA(LEAST_DEPTH, whiten=whiten, svd_solver="full").fit((known - mean) / std)
        images = []
        for cube in cubes:
            scores = pca.transform(((cube - mean) / std).reshape(-1, cube.shape[-1]))
            image = scores.reshape(*cube.shape[:2], -1).transpose(2, 0, 1).astype(np.float32)
            images.append(np.pad(image, ((0, 0), (reach, reach), (reach, reach)), "reflect"))
        return cls(images, reach)

    def patches(self, labels: list[IdArray]) -> tuple[Tensor, IdArray]:
        """Patches (n, 1, depth, side, side) around labelled pixels, and their ids."""
        side = 2 * self.reach + 1
        found = [
            (image[:, i : i + side, j : j + side], ids[i, j])
            for image, ids in zip(self.images, labels, strict=True)
            for i, j in np.argwhere(ids)
        ]
        patches, ids = zip(*found, strict=True)
        return torch.from_numpy(np.stack(patches)[:, None]), np.array(ids, np.uint8)


def _near(known: BoolArray, reach: int) -> BoolArray:
    out = np.zeros_like(known)
    for i, j in np.argwhere(known):
        out[max(0, i - reach) : i + reach + 1, max(0, j - reach) : j + reach + 1] = True
    return out


def _answer(made: Draw, kind: type[Network], device: str) -> IdArray:
    network, images = fit(made, kind, device)
    ids = np.array(made.classes.ids, np.uint8)
    found = []
    with torch.inference_mode():
        for part, image in zip(made.parts, images.images, strict=True):
            if part.test.any():
                scores = network.dense(torch.from_numpy(image)[None, None].to(device))
                found.append(ids[scores[0].argmax(-1).cpu().numpy()][part.test > 0])
    return np.concatenate(found)


def fit(made: Draw, kind: type[Network], device: str) -> tuple[Network, Images]:
    """A network trained on the labelled pixels of a draw, in evaluation mode."""
    torch.manual_seed(made.seed)
    bands = int(made.parts[0].cube.good_bands.sum())
    images = Images.of(made, kind.components(bands), kind.whiten, kind.patch // 2)
    patches, ids = images.patches(made.labels)
    patches = patches.to(device)
    targets = torch.from_numpy(np.searchsorted(made.classes.ids, ids)).to(device)
    network = kind(patches.shape[2], len(made.classes)).to(device)
    optimizer = torch.optim.Adam(network.groups(), lr=1e-3)
    for _ in range(EPOCHS):
        for index in torch.randperm(len(targets)).to(device).split(kind.batch):
            optimizer.zero_grad()
            F.cross_entropy(network(patches[index]), targets[index]).backward()
            optimizer.step()
    return network.eval(), images
