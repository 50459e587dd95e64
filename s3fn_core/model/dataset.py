"""Labelled pixels of cubes, and their patches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import check_numbers, checked
from s3fn_core.cubes.cube import Cube, LazyArray, valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.drawing import ALL, VALUES, draw
from s3fn_core.model.word_classes import require_known
from s3fn_core.types import BoolArray, FloatArray, IdArray, ObjectMap

PAGES = 1 << 16
"""Pages of memory-mapped files (4 kB each) that patches are read from before they are let go."""
Pixels = npt.NDArray[np.int64]
"""Rows of (cube number, line, sample)."""


@checked(LabelError)
@dataclass(frozen=True, eq=False)
class LabelledCube:
    """A cube and maps of its pixels, each of shape (lines, samples).

    Attributes
    ----------
    labels : array of class ids, 0 = unlabelled
    objects : array of int, optional
        Number of the object (fruit, board, parcel) at each pixel, 0 = none.  Pixels of one number
        are never divided between training and test.  The numbers count over all cubes: both sides
        of a fruit get the same one, also when they were measured as two cubes.
    test : array of bool, optional
        The user's own test regions: labels inside are measured, never learned.
    recipe : Recipe, optional
        Of the mask that its objects come from; the model keeps it for other cubes.
    names : mapping from number to name
        Of its objects; objects of the same name are one, in whatever cube (``gathering.gathered``).
    """

    cube: Cube
    labels: IdArray
    objects: ObjectMap | None = None
    test: BoolArray | None = None
    recipe: Recipe | None = None
    names: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = self.cube.name
        what = tr("The label map of {name}", name=name)
        self._check(what, self.labels)
        check_numbers(self.labels, what, LabelError, MAX_CLASSES)
        if self.objects is not None:
            what = tr("The object map of {name}", name=name)
            self._check(what, self.objects)
            check_numbers(self.objects, what, LabelError)
        if self.test is not None:
            self._check(tr("The map of test regions of {name}", name=name), self.test)

    def _check(self, what: str, pixels: npt.NDArray[Any]) -> None:
        if pixels.shape != self.cube.shape[:2]:
            raise LabelError(
                "{what} is {shape}, the cube {lines} x {samples} (lines x samples); they must agree.",
                what=what,
                shape=" x ".join(map(str, pixels.shape)),
                lines=self.cube.lines,
                samples=self.cube.samples,
            )

    def without(self, hidden: BoolArray) -> LabelledCube:
        """The same cube with the pixels of `hidden` (lines, samples) turned to background, unlabelled."""
        data = _Blanked(self.cube.data, hidden)
        labels = np.where(hidden, 0, self.labels).astype(np.uint8)
        return replace(self, cube=self.cube.with_(data=data), labels=labels)


@dataclass(frozen=True, eq=False)
class _Blanked:
    """Stored values, 0 in the pixels of `hidden`; only what is indexed is read."""

    data: LazyArray
    hidden: BoolArray

    @property
    def base(self) -> LazyArray:
        return self.data

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    def __getitem__(self, key: tuple[slice, slice, Any]) -> npt.NDArray[Any]:
        block = np.array(self.data[key])
        block[self.hidden[key[:2]]] = 0
        return block


@dataclass(frozen=True, eq=False)
class LabelledPixels:
    """Labelled pixels of some cubes.

    Attributes
    ----------
    data : sequence of LabelledCube
    pixels : array of int, shape (n, 3)
        The number in `data`, line and sample of each.
    targets : array of int, shape (n,)
        Class index (place in the class set) of each.
    given : int
        From how many labelled pixels these were drawn; 0 where they are all.
    """

    data: Sequence[LabelledCube]
    pixels: Pixels
    targets: npt.NDArray[np.int64]
    given: int = 0

    def __len__(self) -> int:
        return len(self.targets)

    def only(self, some: BoolArray) -> LabelledPixels:
        """The pixels of `some` (n,), and the cubes that they lie in."""
        pixels = self.pixels[some]
        cubes, pixels[:, 0] = np.unique(pixels[:, 0], return_inverse=True)
        return LabelledPixels([self.data[cube] for cube in cubes], pixels, self.targets[some], self.given)

    def followed_by(self, other: LabelledPixels) -> LabelledPixels:
        """These pixels and then those of `other`, each with cubes of their own."""
        moved = other.pixels + np.array([len(self.data), 0, 0])
        return LabelledPixels(
            [*self.data, *other.data],
            np.concatenate([self.pixels, moved]),
            np.concatenate([self.targets, other.targets]),
            self.given,
        )


def labelled_pixels(
    data: Sequence[LabelledCube], classes: ClassSet, config: TrainConfig | None = None
) -> LabelledPixels:
    """The usable labelled pixels; labels on background (every value 0 or missing) are ignored.

    All of them, or those that a training of `config` draws where there are too many.

    Raises
    ------
    LabelError
        Fewer than two classes, a label without a class, or a class without labels that its words
        cannot stand for (``word_classes.require_known``).
    """
    if len(classes) < 2:
        raise LabelError("A classification needs at least two classes; add classes and label pixels of each.")
    if not data:
        raise LabelError("No cubes to train on; give a list of LabelledCubes.")
    maps = [(item.labels, item.objects) for item in data]
    per_object, most = (0, ALL) if config is None else (config.per_object, VALUES // data[0].cube.bands)
    chosen = draw(maps, per_object, 0 if config is None else config.seed, most)
    pixels, ids, looked = [], [], 0
    for number, (item, (rows, columns)) in enumerate(zip(data, chosen, strict=True)):
        cube, labels, looked = item.cube, item.labels, looked + len(rows)
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
                "The label map uses id {number}, but there is no such class; the classes are {classes}.",
                number=present,
                classes=", ".join(f"{c.id} {c.name}" for c in classes),
            )
    require_known(classes, set(every_id.tolist()), [d.cube for d in data if d.labels.any()])
    index_of = np.zeros(256, np.int64)
    index_of[list(classes.ids)] = range(len(classes))
    given = sum(int(np.count_nonzero(labels)) for labels, _ in maps)
    return LabelledPixels(data, np.concatenate(pixels), index_of[every_id], given if looked < given else 0)


def spectra_by_line(cube: Cube, pixels: Pixels) -> Iterator[tuple[npt.NDArray[np.intp], FloatArray]]:
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
    release(cube.data)


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
    every = max(1, PAGES // (patch * cube.bands))  # a patch of a BIL file touches a page a line and band
    for number, (line, sample) in enumerate(centres):
        out[number] = read_mirrored(cube, line - patch // 2, sample - patch // 2, patch, patch)
        if number % every == 0:
            release(cube.data)
    release(cube.data)
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
