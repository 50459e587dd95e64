"""Applying a model: every pixel of a cube, tile by tile."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import softmax

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import read_mirrored
from s3fn_core.model.device import choose_device
from s3fn_core.model.fusion import PRIOR_WEIGHT, scene_evidence
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
    words = scene_evidence(model.classes, cube) if model.evidence_weight else None
    class_ids = np.array(model.classes.ids, np.uint8)
    ids = np.zeros(cube.shape[:2], np.uint8)
    confidence = np.zeros(cube.shape[:2], np.float32)
    patch = model.config.patch
    tiles = list(_tiles(cube, TILE[model.config.network.kind]))
    for number, (top, left, lines, samples) in enumerate(tiles):
        yield Progress("predict", number / len(tiles), f"Tile {number + 1} of {len(tiles)}")
        raw = read_mirrored(
            cube, top - patch // 2, left - patch // 2, lines + patch - 1, samples + patch - 1
        )
        block = apply_bands(raw, matrix)
        inner = (slice(patch // 2, patch // 2 + lines), slice(patch // 2, patch // 2 + samples))
        measured = valid_pixels(block[inner][..., model.preprocess.bands.good])
        if not measured.any():
            continue
        scores = _scores(network, model.preprocess.transform(block), device)
        if words is not None:
            scores += np.float32(model.evidence_weight) * words(np.nan_to_num(raw[inner]))
        probability = softmax(scores, axis=-1)
        place = (slice(top, top + lines), slice(left, left + samples))
        ids[place] = np.where(measured, class_ids[probability.argmax(-1)], 0)
        confidence[place] = np.where(measured, probability.max(-1), 0)
    yield Progress("predict", 1.0, "Done")
    return Prediction(ids, confidence, model.classes)


def predict_from_words(classes: ClassSet, cube: Cube) -> Operation[Prediction]:
    """Classify every pixel from what the descriptions expect: no model, no labels.

    Raises
    ------
    ModelError
        When the cube has no wavelengths or fewer than two descriptions state a spectrum.
    """
    words = scene_evidence(classes, cube)
    if words is None:
        raise ModelError(
            f"The words alone cannot classify {cube.name}: "
            + (
                "it has no wavelengths."
                if cube.wavelengths is None
                else "at least two descriptions must state reflectances within its range, such as "
                '"Expected reflectance: 450 nm 3 %, 670 nm 3 %, 800 nm 45 %".'
            )
        )
    class_ids = np.array(classes.ids, np.uint8)
    ids = np.zeros(cube.shape[:2], np.uint8)
    confidence = np.zeros(cube.shape[:2], np.float32)
    tiles = list(_tiles(cube, TILE["pixel"]))
    for number, (top, left, lines, samples) in enumerate(tiles):
        yield Progress("predict", number / len(tiles), f"Tile {number + 1} of {len(tiles)}")
        place = (slice(top, top + lines), slice(left, left + samples))
        block = np.nan_to_num(cube.window(*place))
        probability = softmax(PRIOR_WEIGHT * words(block), axis=-1)
        measured = valid_pixels(block[..., cube.good_bands])
        ids[place] = np.where(measured, class_ids[probability.argmax(-1)], 0)
        confidence[place] = np.where(measured, probability.max(-1), 0)
    yield Progress("predict", 1.0, "Done")
    return Prediction(ids, confidence, classes)


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
def _scores(network: S3FN, inputs: FloatArray, device: str) -> FloatArray:
    """Input (lines, samples, channels, depth) to scores (lines', samples', classes)."""
    image = torch.from_numpy(np.ascontiguousarray(inputs.transpose(2, 3, 0, 1))).to(device)
    scores: FloatArray = network.dense(image[None]).cpu().numpy()
    return scores
