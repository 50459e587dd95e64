"""Objects on a tray: where they lie, how light falls on them, how their surface varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.special import expit

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Random = np.random.Generator

# Two rows of lamps, as line scanners have: one on each side of the scan line, slightly unequal.
_LAMPS = ((np.array([0.0, -0.62, 0.78]), 0.55), (np.array([0.0, 0.55, 0.83]), 0.45))
_AMBIENT = 0.18


@dataclass(frozen=True)
class Cell:
    """The part of the tray where one object lies: centre (line, sample) and half sizes, pixels."""

    line: float
    sample: float
    half_lines: float
    half_samples: float


def grid(lines: int, samples: int, pitch: float, fewest: int) -> list[Cell]:
    """Divide a tray into cells about `pitch` pixels wide, at least `fewest` of them."""
    rows, columns = max(1, round(lines / pitch)), max(1, round(samples / pitch))
    while rows * columns < fewest:
        if lines / rows > samples / columns:
            rows += 1
        else:
            columns += 1
    height, width = lines / rows, samples / columns
    return [
        Cell((row + 0.5) * height - 0.5, (column + 0.5) * width - 0.5, height / 2, width / 2)
        for row in range(rows)
        for column in range(columns)
    ]


@dataclass(frozen=True, eq=False)
class Surface:
    """What the camera sees of one object, on the whole image grid.

    Attributes
    ----------
    mask : array of bool, shape (lines, samples)
    normals : array, shape (lines, samples, 3)
        Unit normals (line, sample, up) inside the mask.
    along : array, shape (lines, samples)
        Position along the object's long axis, -1 (stem) to 1 (tip).
    """

    mask: Mask
    normals: Array
    along: Array


def ellipsoid(shape: tuple[int, int], cell: Cell, rng: Random, fill: tuple[float, float]) -> Surface:
    """An ellipsoid lying in a cell, of random axes, direction and place.

    Parameters
    ----------
    shape : (lines, samples)
    cell : Cell
    rng : numpy.random.Generator
    fill : (low, high)
        Half axes as a share of the cell's half size.
    """
    half = min(cell.half_lines, cell.half_samples)
    long, short = sorted(rng.uniform(*fill, 2) * half, reverse=True)
    slack = max(0.0, half - long - 0.75)  # the camera never sees two objects touch
    line = cell.line + rng.uniform(-slack, slack)
    sample = cell.sample + rng.uniform(-slack, slack)
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    u = ((rows - line) * np.cos(angle) + (columns - sample) * np.sin(angle)) / long
    v = (-(rows - line) * np.sin(angle) + (columns - sample) * np.cos(angle)) / short
    height = np.sqrt(np.clip(1 - u * u - v * v, 0, None))
    # The gradient of u^2 + v^2 + w^2 = 1, turned back to lines and samples; w is in units of short.
    normal = np.stack(
        (
            u / long * np.cos(angle) - v / short * np.sin(angle),
            u / long * np.sin(angle) + v / short * np.cos(angle),
            height / short,
        ),
        axis=2,
    )
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-12)
    return Surface(u * u + v * v < 1, normal, u)


def flat(shape: tuple[int, int], cell: Cell, rng: Random, gap: float) -> Surface:
    """The sawn face of a block, slightly tilted, with `gap` pixels of tray around it."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    mask = (np.abs(rows - cell.line) < cell.half_lines - gap) & (
        np.abs(columns - cell.sample) < cell.half_samples - gap
    )
    tilt = rng.normal(0, 0.05, 2)
    normal = np.array([*tilt, 1.0]) / np.sqrt(1 + tilt @ tilt)
    return Surface(mask, np.broadcast_to(normal, (*shape, 3)), (columns - cell.sample) / cell.half_samples)


def lambert(normals: Array) -> Array:
    """Irradiance of a surface relative to a level white tile (Lambert's cosine law)."""
    direct = sum(weight * np.clip(normals @ lamp, 0, None) for lamp, weight in _LAMPS)
    level = sum(weight * lamp[2] for lamp, weight in _LAMPS)
    shade: Array = _AMBIENT + (1 - _AMBIENT) * direct / level
    return shade


def highlight(normals: Array, sharpness: float) -> Array:
    """Mirror reflection of the lamps, 1 at its centre (Blinn 1977, camera straight above)."""
    shine = np.zeros(normals.shape[:-1])
    for lamp, weight in _LAMPS:
        half = lamp / np.linalg.norm(lamp) + np.array([0.0, 0.0, 1.0])
        half /= np.linalg.norm(half)
        shine += 2 * weight * np.clip(normals @ half, 0, None) ** sharpness
    return shine


def mottle(shape: tuple[int, int], rng: Random, size: float) -> Array:
    """Smooth random texture of mean 0 and standard deviation 1, with patches of `size` pixels."""
    noise: Array = gaussian_filter(rng.normal(size=shape), size, mode="reflect")
    scaled: Array = (noise - noise.mean()) / noise.std()
    return scaled


def spots(surface: Surface, rng: Random, count: int, radius: tuple[float, float]) -> Array:
    """Soft round spots on an object, 0 to 1, shape (lines, samples)."""
    rows, columns = np.nonzero(surface.mask)
    grid_rows, grid_columns = np.indices(surface.mask.shape)
    total = np.zeros(surface.mask.shape)
    for _ in range(count):
        pick = rng.integers(len(rows))
        size = rng.uniform(*radius)
        distance = np.hypot(grid_rows - rows[pick], grid_columns - columns[pick])
        total = np.maximum(total, expit((size - distance) / (0.18 * size)))
    return np.where(surface.mask, total, 0.0)
