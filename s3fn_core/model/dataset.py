"""Labelled pixels of cubes, their patches, and splits that do not leak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import BoolArray, FloatArray, IdArray

Pixels = npt.NDArray[np.int64]
"""Rows of (cube number, line, sample)."""
BLOCK_SIDES = (128, 96, 64, 48, 32, 24, 16, 12, 8, 5, 3)
"""Block sizes in pixels that a split may use, tried from the largest."""
MIN_USABLE_FOLDS = 2
"""Every class must be testable in that many folds, trained on the others."""


@dataclass(frozen=True)
class LabelledCube:
    """A cube and its label map, both (lines, samples)."""

    cube: Cube
    labels: IdArray

    def __post_init__(self) -> None:
        if self.labels.shape != self.cube.shape[:2]:
            raise LabelError(
                f"The label map of {self.cube.name} is {self.labels.shape[0]} x "
                f"{self.labels.shape[1]}, the cube {self.cube.lines} x {self.cube.samples} "
                "(lines x samples); they must agree."
            )


@dataclass(frozen=True)
class Split:
    """Folds of the labelled pixels, and a sentence that says how they were made.

    Attributes
    ----------
    folds : array of int, shape (n,)
        Fold of each pixel.  Empty when the labels cannot be split (`reason` says why).
    """

    folds: npt.NDArray[np.int64]
    reason: str

    def __bool__(self) -> bool:
        return self.folds.size > 0


NO_SPLIT = Split(
    np.zeros(0, np.int64),
    "no held-out part: some class is labelled in one place only; label every class in "
    "at least two separate places",
)


def labelled_pixels(
    data: Sequence[LabelledCube], classes: ClassSet
) -> tuple[Pixels, npt.NDArray[np.int64]]:
    """All usable labelled pixels and the class index (place in `classes`) of each.

    Labels on background (every value 0 or missing) are left out.

    Raises
    ------
    LabelError
        Fewer than two classes, a label without a class, or a class without labels.
    """
    if len(classes) < 2:
        raise LabelError(
            "A classification needs at least two classes; add classes and label pixels of each."
        )
    pixels, ids = [], []
    for number, (cube, labels) in enumerate((d.cube, d.labels) for d in data):
        rows, columns = np.nonzero(labels)
        usable = np.zeros(len(rows), bool)
        for places, spectra in spectra_by_line(cube, np.stack([rows, columns], 1)):
            usable[places] = valid_pixels(spectra[None])[0]
        rows, columns = rows[usable], columns[usable]
        pixels.append(np.stack([np.full_like(rows, number), rows, columns], 1))
        ids.append(labels[rows, columns])
    every_id = np.concatenate(ids)
    for present in np.unique(every_id):
        if present not in classes:
            raise LabelError(
                f"The label map uses id {present}, but there is no such class; "
                f"the classes are {', '.join(f'{c.id} {c.name}' for c in classes)}."
            )
    empty = [c.name for c in classes if c.id not in every_id]
    if empty:
        raise LabelError(
            f"No labelled pixels: {', '.join(empty)}. Label some pixels of each class, "
            "or delete the class."
        )
    index_of = np.zeros(256, np.int64)
    index_of[list(classes.ids)] = range(len(classes))
    return np.concatenate(pixels), index_of[every_id]


def spectra_by_line(
    cube: Cube, pixels: Pixels
) -> Iterator[tuple[npt.NDArray[np.intp], FloatArray]]:
    """Spectra of single pixels, a line at a time: few reads and little memory however many.

    Parameters
    ----------
    pixels : array, shape (n, 2)
        (line, sample).

    Yields
    ------
    places : array of int, shape (m,)
        Which of `pixels`.
    spectra : array, shape (m, bands)
    """
    order = np.argsort(pixels[:, 0], kind="stable")
    lines, starts = np.unique(pixels[order, 0], return_index=True)
    for line, places in zip(lines, np.split(order, starts)[1:], strict=True):
        samples = pixels[places, 1]
        first = int(samples.min())
        row = cube.window(slice(int(line), int(line) + 1), slice(first, int(samples.max()) + 1))
        yield places, row[0, samples - first]


def read_patches(cube: Cube, centres: Pixels, patch: int) -> FloatArray:
    """Patches around pixels, shape (n, patch, patch, bands); the border is mirrored.

    The centre of an even patch is the pixel right below its middle: patch // 2 pixels lie before
    it and (patch - 1) // 2 behind, in prediction as in training.

    Parameters
    ----------
    centres : array, shape (n, 2)
        (line, sample).
    """
    out = np.empty((len(centres), patch, patch, cube.bands), np.float32)
    for place, (line, sample) in zip(out, centres, strict=True):
        place[:] = read_mirrored(cube, line - patch // 2, sample - patch // 2, patch, patch)
    return out


def read_mirrored(cube: Cube, top: int, left: int, lines: int, samples: int) -> FloatArray:
    """A window that may reach over the border, where the image is mirrored (edge not repeated)."""
    rows = mirror(np.arange(top, top + lines), cube.lines)
    columns = mirror(np.arange(left, left + samples), cube.samples)
    first_row, first_column = rows.min(), columns.min()
    block = cube.window(
        slice(int(first_row), int(rows.max()) + 1), slice(int(first_column), int(columns.max()) + 1)
    )
    if block.shape[:2] == (lines, samples):
        return block
    mirrored: FloatArray = block[np.ix_(rows - first_row, columns - first_column)]
    return mirrored


def mirror(index: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Fold indices outside of 0..size-1 back, as ``np.pad(mode="reflect")`` does."""
    if size == 1:
        return np.zeros_like(index)
    period = 2 * (size - 1)
    index = np.abs(index) % period
    return np.where(index < size, index, period - index)


def split_folds(
    pixels: Pixels, classes: npt.NDArray[np.int64], patch: int, folds: int, seed: int
) -> Split:
    """Deal the labelled pixels into `folds` so that neighbours stay together.

    Whole cubes are dealt where that leaves every class something to test and to train on behind
    the margin; else square blocks, the largest of which there are two or more to a fold.
    """
    fallback: Split | None = None
    for side in (0, *(side for side in BLOCK_SIDES if side > patch // 2)):
        where = pixels.copy()
        where[:, 1:] = where[:, 1:] // side if side else 0
        blocks, unit = np.unique(where, axis=0, return_inverse=True)
        dealt = _deal(unit, classes, folds, np.random.default_rng(seed))
        if _usable_folds(pixels, classes, dealt, patch, folds) < MIN_USABLE_FOLDS:
            continue
        units = "whole cubes" if side == 0 else f"blocks of {side} x {side} pixels"
        split = Split(dealt, f"{folds} folds of {units}, margin {patch // 2} pixels")
        if side == 0 or len(blocks) >= 2 * folds:
            return split
        fallback = fallback or split
    return fallback or NO_SPLIT


def _usable_folds(
    pixels: Pixels,
    classes: npt.NDArray[np.int64],
    dealt: npt.NDArray[np.int64],
    patch: int,
    folds: int,
) -> int:
    """In how many folds the class that has it worst can be tested and trained."""
    usable = np.zeros(int(classes.max()) + 1, np.int64)
    for fold in range(folds):
        test = dealt == fold
        train = margin_mask(pixels, test, patch)
        usable[np.intersect1d(classes[test], classes[train])] += 1
    return int(usable.min())


def _deal(
    unit: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    folds: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Give each unit to the fold that lacks its rarest class most."""
    units, count = int(unit.max()) + 1, int(classes.max()) + 1
    content = np.zeros((units, count))
    np.add.at(content, (unit, classes), 1)
    share = content / content.sum(0)
    load = np.zeros((folds, count))
    fold_of = np.zeros(units, np.int64)
    order = rng.permutation(units)
    for u in order[np.argsort(-share[order].max(1), kind="stable")]:
        rarest = int(share[u].argmax())
        fold_of[u] = min(range(folds), key=lambda f: (load[f, rarest], load[f].sum()))
        load[fold_of[u]] += share[u]
    return fold_of[unit]


def margin_mask(pixels: Pixels, test: BoolArray, patch: int) -> BoolArray:
    """Training pixels: those not in `test` whose patch holds no test pixel."""
    reach = patch // 2
    train = ~test
    for number in np.unique(pixels[:, 0]):
        here = pixels[:, 0] == number
        place = pixels[here, 1:]
        top, left = place.min(0) - reach
        bottom, right = place.max(0) + reach + 1
        near = np.zeros((bottom - top, right - left), np.uint8)
        near[tuple((pixels[here & test, 1:] - (top, left)).T)] = 1
        near = maximum_filter(near, 2 * reach + 1)
        line, sample = (place - (top, left)).T
        train[here] &= near[line, sample] == 0
    return train


def thin_out(
    classes: npt.NDArray[np.int64], per_class: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Indices of at most `per_class` pixels of each class, drawn at random, in order."""
    chosen = []
    for k in np.unique(classes):
        members = np.flatnonzero(classes == k)
        if len(members) > per_class:
            members = rng.choice(members, per_class, replace=False)
        chosen.append(members)
    return np.sort(np.concatenate(chosen))
