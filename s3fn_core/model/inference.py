"""Applying a model: every pixel of a cube, tile by tile."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import read_mirrored
from s3fn_core.model.device import choose_device
from s3fn_core.model.network import S3FN
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray, IdArray

TILE = {"pixel": 96, "cnn3d": 64}
"""Side of a tile's output; a tile takes well under a second, so that cancelling is prompt."""


@dataclass(frozen=True)
class Prediction:
    """A classification of a cube.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples)
        Class ids, 0 on background.
    confidence : array of float32, shape (lines, samples)
        Probability of the class that was chosen, 0 on background.
    classes : ClassSet
    """

    ids: IdArray
    confidence: FloatArray
    classes: ClassSet


def predict(model: S3FNModel, cube: Cube, *, device: str = "auto") -> Operation[Prediction]:
    """Classify every pixel of `cube`.

    Raises
    ------
    ModelError
        When the cube's bands cannot be matched to the model's.
    """
    device = choose_device(device)
    matrix = match_bands(cube, model.preprocess.bands)
    network = _on(model.network, device)
    class_ids = np.array(model.classes.ids, np.uint8)
    ids = np.zeros(cube.shape[:2], np.uint8)
    confidence = np.zeros(cube.shape[:2], np.float32)
    patch = model.config.patch
    tiles = list(_tiles(cube, TILE[model.config.network.kind]))
    for number, (top, left, lines, samples) in enumerate(tiles):
        yield Progress("predict", number / len(tiles), f"Tile {number + 1} of {len(tiles)}")
        block = apply_bands(
            read_mirrored(
                cube, top - patch // 2, left - patch // 2, lines + patch - 1, samples + patch - 1
            ),
            matrix,
        )
        centre = block[patch // 2 :, patch // 2 :][:lines, :samples]
        measured = valid_pixels(centre[..., model.preprocess.bands.good])
        if not measured.any():
            continue
        probability = _probabilities(network, model.preprocess.transform(block), device)
        place = (slice(top, top + lines), slice(left, left + samples))
        ids[place] = np.where(measured, class_ids[probability.argmax(-1)], 0)
        confidence[place] = np.where(measured, probability.max(-1), 0)
    yield Progress("predict", 1.0, "Done")
    return Prediction(ids, confidence, model.classes)


def _on(network: S3FN, device: str) -> S3FN:
    """The network on `device`; a copy unless it is there already."""
    if next(network.parameters()).device.type == device:
        return network
    return copy.deepcopy(network).to(device)


def _tiles(cube: Cube, side: int) -> Iterator[tuple[int, int, int, int]]:
    """(top, left, lines, samples) of tiles that cover the cube."""
    for top in range(0, cube.lines, side):
        for left in range(0, cube.samples, side):
            yield top, left, min(side, cube.lines - top), min(side, cube.samples - left)


@torch.inference_mode()
def _probabilities(network: S3FN, inputs: FloatArray, device: str) -> FloatArray:
    """Input (lines, samples, channels, depth) to probabilities (lines', samples', classes)."""
    image = torch.from_numpy(np.ascontiguousarray(inputs.transpose(2, 3, 0, 1))).to(device)
    probability: FloatArray = torch.softmax(network.dense(image[None]), -1).cpu().numpy()
    return probability
