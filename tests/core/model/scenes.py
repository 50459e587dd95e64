"""Small scenes for the tests of the model room: two materials in stripes, easy to tell apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.types import IdArray

BANDS = 24
QUICK = preset("pixel").with_epochs(8)
"""The pixel preset, but short."""


def stripes(lines: int = 40, samples: int = 36, seed: int = 0, noise: float = 0.02) -> Cube:
    """Two materials in vertical stripes of six samples, background 0 in the last two lines."""
    rng = np.random.default_rng(seed)
    wavelengths = np.linspace(500.0, 960.0, BANDS)
    rising = 0.1 + 0.4 * np.linspace(0, 1, BANDS)
    dipped = 0.4 - 0.25 * np.exp(-(((wavelengths - 680) / 60) ** 2))
    data = np.where((np.arange(samples) // 6 % 2 == 0)[None, :, None], rising, dipped)
    data = np.repeat(data, lines, axis=0) * rng.uniform(0.7, 1.3, (lines, samples, 1))
    data = data + rng.normal(0, noise, data.shape)
    data[-2:] = 0
    return Cube(data.astype(np.float32), "stripes", wavelengths=wavelengths)


def truth(cube: Cube) -> IdArray:
    """Ids 1 and 2 in stripes, 0 on the background."""
    ids = np.where(np.arange(cube.samples) // 6 % 2 == 0, 1, 2).astype(np.uint8)
    ids = np.repeat(ids[None], cube.lines, axis=0)
    ids[-2:] = 0
    return ids


def some_labels(cube: Cube, per_class: int = 12, seed: int = 0) -> IdArray:
    """A few single labelled pixels of each class."""
    rng = np.random.default_rng(seed)
    complete, labels = truth(cube), np.zeros(cube.shape[:2], np.uint8)
    for k in (1, 2):
        places = np.argwhere(complete == k)
        for line, sample in places[rng.choice(len(places), per_class, replace=False)]:
            labels[line, sample] = k
    return labels


def classes() -> ClassSet:
    described = ClassSet().added("rising").added("dipped")
    described = described.changed(1, descriptions=(Description("Bright in the near infrared."),))
    return described.changed(2, descriptions=(Description("Absorbs red light at 680 nm."),))


def small_cnn() -> TrainConfig:
    """The paper's backbone on patches of 20 with few filters, to be quick."""
    config = preset("object").with_epochs(2)
    network = replace(config.network, filters=(4, 4, 6), features=16)
    return config.with_(patch=20, network=network, per_class=12)
