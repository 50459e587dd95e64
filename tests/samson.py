"""The Samson protocol: labels from abundances, training pixels drawn, the rest far away is test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.io import loadmat
from scipy.ndimage import binary_dilation

from s3fn_core.types import IdArray

NAMES = ("soil", "tree", "water")
DISTANCE = 5
"""A test pixel is at least that far from every training pixel, in lines or in samples."""


def ground_truth(folder: Path) -> IdArray:
    """Class of every pixel whose largest abundance exceeds 0.7, shape (95, 95), else 0."""
    abundance = loadmat(folder / "samson" / "Samson.mat", variable_names=["S_GT"])["S_GT"]
    ids: IdArray = np.where(abundance.max(2) > 0.7, abundance.argmax(2) + 1, 0).astype(np.uint8)
    return ids


def draw(truth: IdArray, per_class: int, seed: int) -> tuple[IdArray, IdArray]:
    """Label maps of `per_class` training pixels of each class, and of the test pixels."""
    rng = np.random.default_rng(seed)
    train = np.zeros_like(truth)
    for k in range(1, int(truth.max()) + 1):
        places = np.argwhere(truth == k)
        for line, sample in places[rng.choice(len(places), per_class, replace=False)]:
            train[line, sample] = k
    near = binary_dilation(train > 0, np.ones((2 * DISTANCE - 1, 2 * DISTANCE - 1)))
    return train, np.where(near, 0, truth).astype(np.uint8)
