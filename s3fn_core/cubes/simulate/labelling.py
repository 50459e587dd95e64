"""A scene labelled in part, as an analyst would leave it after a few minutes."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.simulate.scene import SimulatedScene
from s3fn_core.types import IdArray


def partial_labels(
    scene: SimulatedScene,
    objects_per_class: int = 4,
    *,
    pixels_per_object: int | None = None,
    share: float = 0.15,
    seed: int = 0,
) -> IdArray:
    """Short brush strokes within some objects of each class.

    Parameters
    ----------
    scene : SimulatedScene
    objects_per_class : int
        How many objects of each class get a stroke (all of them where there are fewer).
    pixels_per_object : int, optional
        Size of a stroke; instead of `share`.
    share : float
        Size of a stroke as a share of its object.
    seed : int

    Returns
    -------
    array of uint8, shape (lines, samples)
        Class ids, 0 where nothing is labelled.
    """
    rng = np.random.default_rng(seed)
    labels = np.zeros_like(scene.truth)
    for class_id in scene.classes.ids:
        numbers = np.unique(scene.objects[scene.truth == class_id])
        for number in rng.permutation(numbers)[:objects_per_class]:
            pixels = np.argwhere(scene.objects == number)
            wanted = pixels_per_object or max(1, round(share * len(pixels)))
            # A stroke is the set of pixels nearest to a short line between two of its points.
            start, stop = pixels[rng.integers(len(pixels), size=2)].astype(float)
            length = float(np.linalg.norm(stop - start))
            stop = start + (stop - start) * min(1.0, 3.0 / max(1.0, length))
            near = np.argsort(_distance(pixels, start, stop), kind="stable")[:wanted]
            labels[tuple(pixels[near].T)] = class_id
    return labels


def _distance(
    points: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    start: np.ndarray[tuple[int], np.dtype[np.float64]],
    stop: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Distance of points to the line from `start` to `stop`."""
    along = stop - start
    position = np.clip((points - start) @ along / max(float(along @ along), 1e-12), 0, 1)
    offsets = points - start - position[:, None] * along
    distance: np.ndarray[tuple[int], np.dtype[np.float64]] = np.hypot(offsets[:, 0], offsets[:, 1])
    return distance
