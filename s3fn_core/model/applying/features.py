"""What the backbone makes of a cube, tile by tile, and kept so that it need not look again."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
import torch
from torch import Tensor

from s3fn_core.checked import check_range, checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.applying.storage import Array, Folder, Maps, scratch
from s3fn_core.model.applying.tiles import TILE, Tile, measured_pixels, over_tiles, tile_side, within
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import Pixels, read_mirrored, read_patches
from s3fn_core.model.network.device import choose_device
from s3fn_core.model.network.modules import Backbone
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.progress import Operation
from s3fn_core.types import BoolArray, FloatArray

KEPT_IN_MEMORY = 2**30
"""Bytes of features that are kept in memory; larger ones go to a temporary file."""
PATCHES_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of some pixels, enough to say what they are.

    Attributes
    ----------
    measured : array of bool, shape (...)
        False on background.
    features : Tensor or None, shape (..., features)
        On the device that computed them; None where nothing is measured.
    spectra : callable
        Gives the reflectances, shape (..., cube bands), missing values 0: read when needed.
    experts : array of float32 or None, shape (..., classes of the experts)
        Their scores; None where the model has none, or where nothing is measured.
    novelty : array of float32 or None, shape (...)
        See :class:`~s3fn_core.model.novelty.Novelty`; None as for the experts.
    """

    measured: BoolArray
    features: Tensor | None
    spectra: Callable[[], FloatArray]
    experts: FloatArray | None = None
    novelty: FloatArray | None = None


class Looking:
    """A backbone that looks at a cube: the whole image by tiles, or single patches.

    Raises
    ------
    ModelError
        When the cube's bands cannot be matched to the model's.
    """

    def __init__(self, model: S3FNModel, cube: Cube, device: str = "auto") -> None:
        self.cube, self.device = cube, choose_device(device)
        self.patch, self._width = model.config.patch, model.config.network.features
        self._preprocess = model.preprocess
        self._matrix = match_bands(cube, model.preprocess.bands)
        self._experts, self._novelty = model.experts, model.novelty
        self._backbone = on_device(model.network.backbone, self.device)

    def at_tile(self, tile: Tile) -> Seen:
        """All pixels of a tile in one pass, the border of the image mirrored."""
        reach = max(self.patch // 2, self._experts.reach)
        raw = read_mirrored(
            self.cube, tile.top - reach, tile.left - reach, tile.lines + 2 * reach, tile.samples + 2 * reach
        )
        block = apply_bands(raw, self._matrix)
        inner = within(tile, reach, 0, 0)
        measured = self._measured(block[inner])
        features = experts = novelty = None
        if measured.any():
            part = block[within(tile, reach, self.patch // 2, (self.patch - 1) // 2)]
            image = self._preprocess.transform(part).transpose(2, 3, 0, 1)
            with torch.inference_mode():
                z = self._backbone.dense(self._tensor(image)[None])
                features = z[0].movedim(0, -1).contiguous()
            if self._experts:
                around = self._experts.reach
                experts = self._experts.scores(self._good(block[within(tile, reach, around, around)]))
            if self._novelty is not None:
                novelty = self._novelty(self._good(block[inner]))
        return Seen(measured, features, lambda: _plain(raw[inner]), experts, novelty)

    def at_patches(self, centres: Pixels) -> Tensor:
        """Features (n, features) of the patches around single pixels, (line, sample) each."""
        features = torch.empty(len(centres), self._width, device=self.device)
        for start in range(0, len(centres), PATCHES_AT_ONCE):
            part = slice(start, start + PATCHES_AT_ONCE)
            raw = read_patches(self.cube, centres[part], self.patch)
            patches = self._preprocess.transform(apply_bands(raw, self._matrix))
            with torch.inference_mode():
                features[part] = self._backbone(self._tensor(patches.transpose(0, 3, 4, 1, 2)))
        release(self.cube.data)
        return features

    def experts_at(self, centres: Pixels) -> FloatArray | None:
        """Scores (n, classes) of the experts for single pixels; None where the model has none."""
        if not self._experts:
            return None
        scores = np.empty((len(centres), len(self._experts.class_ids)), np.float32)
        for place, patch in enumerate(read_patches(self.cube, centres, 2 * self._experts.reach + 1)):
            scores[place] = self._experts.scores(self._good(apply_bands(patch, self._matrix)))[0, 0]
        release(self.cube.data)
        return scores

    def _good(self, block: FloatArray) -> FloatArray:
        """The bands of a block that count."""
        return np.ascontiguousarray(block[..., self._preprocess.bands.good])

    def measured(self, where: BoolArray) -> BoolArray:
        """Pixels of the cube that are not background, shape (lines, samples).

        Only tiles with some pixel of `where` are read; the others count as background.
        """
        return measured_pixels(
            self.cube, where, lambda block: self._measured(apply_bands(block, self._matrix))
        )

    def _measured(self, block: FloatArray) -> BoolArray:
        return valid_pixels(block[..., self._preprocess.bands.good])

    def _tensor(self, values: FloatArray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device)


def expert_scores(model: S3FNModel, cube: Cube, memory: int) -> Operation[FloatArray | None]:
    """Scores (lines, samples, classes) of a model's experts alone; None where it has none."""
    experts, bands = model.experts, model.preprocess.bands
    if not experts:
        return None
    matrix, reach = match_bands(cube, bands), experts.reach
    scores = scratch((*cube.shape[:2], len(experts.class_ids)), np.float32, memory)

    def look(tile: Tile) -> None:
        size = tile.lines + 2 * reach, tile.samples + 2 * reach
        block = apply_bands(read_mirrored(cube, tile.top - reach, tile.left - reach, *size), matrix)
        scores[tile.place] = experts.scores(np.ascontiguousarray(block[..., bands.good]))

    yield from over_tiles(cube, TILE["pixel"], "experts", look, lambda: release(scores))
    return scores


def novelty_of(model: S3FNModel, cube: Cube) -> Operation[FloatArray | None]:
    """Novelty (lines, samples) of a cube, 0 on background; None where the model cannot tell."""
    known, bands = model.novelty, model.preprocess.bands
    if known is None:
        return None
    matrix, novelty = match_bands(cube, bands), np.zeros(cube.shape[:2], np.float32)

    def look(tile: Tile) -> None:
        block = np.ascontiguousarray(apply_bands(cube.window(*tile.place), matrix)[..., bands.good])
        novelty[tile.place] = np.where(valid_pixels(block), known(block), 0)

    yield from over_tiles(cube, TILE["none"], "novelty", look, lambda: None)
    return novelty


class Features:
    """The features of every pixel of a cube: what is left to do for a map is one matrix product.

    They go away with the object, or at the end of a with statement.

    Attributes
    ----------
    model : S3FNModel
        Whose backbone computed them.
    cube : Cube
        Read again where the words expect spectra.
    measured : array of bool, shape (lines, samples)
    experts : array of float32 or None, shape (lines, samples, classes of the experts)
    novelty : array of float32 or None, shape (lines, samples)
        0 on background.
    side : int
        Side of the tiles; the same tiles give the same map to the last bit.
    device : str
    """

    def __init__(
        self,
        model: S3FNModel,
        cube: Cube,
        values: FloatArray,
        measured: BoolArray,
        side: int,
        device: str,
        experts: FloatArray | None = None,
        novelty: FloatArray | None = None,
    ) -> None:
        self.model, self.cube, self.measured = model, cube, measured
        self.experts, self.novelty = experts, novelty
        self.side, self.device = side, device
        self._values: FloatArray | None = values

    @property
    def values(self) -> FloatArray:
        """Shape (lines, samples, features), a memory map where they are many."""
        if self._values is None:
            raise ModelError("The features of {name} were given up; compute them again.", name=self.cube.name)
        return self._values

    def at_tile(self, tile: Tile) -> Seen:
        """What :meth:`Looking.at_tile` gave."""
        measured = self.measured[tile.place]
        features = self._tensor(self.values[tile.place]) if measured.any() else None
        experts = None if self.experts is None else np.array(self.experts[tile.place])
        novelty = None if self.novelty is None else np.array(self.novelty[tile.place])
        return Seen(measured, features, lambda: _plain(self.cube.window(*tile.place)), experts, novelty)

    def at_patches(self, centres: Pixels) -> Tensor:
        """Features (n, features) of the patches around single pixels, (line, sample) each."""
        return self._tensor(self.values[centres[:, 0], centres[:, 1]])

    def experts_at(self, centres: Pixels) -> FloatArray | None:
        """Scores (n, classes) of the experts for single pixels; None where the model has none."""
        return None if self.experts is None else self.experts[centres[:, 0], centres[:, 1]]

    def fits(self, model: S3FNModel) -> bool:
        """Whether `model` sees what the model of these features saw."""
        return model.network.backbone is self.model.network.backbone

    def heard(self, model: S3FNModel) -> bool:
        """Whether the experts of `model` are those whose scores are kept."""
        return model.experts is self.model.experts

    def close(self) -> None:
        """Give the features up."""
        self._values = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tensor(self, values: FloatArray) -> Tensor:
        return torch.from_numpy(np.array(values)).to(self.device)  # a copy: the map is read-only


@checked(ModelError)
def compute_features(
    model: S3FNModel,
    cube: Cube,
    *,
    device: str = "auto",
    into: Folder | None = None,
    memory: int = KEPT_IN_MEMORY,
    tile: int | None = None,
) -> Operation[Features]:
    """Run the backbone over every pixel of `cube` and keep what it sees.

    Parameters
    ----------
    into : path, optional
        Keep the features as ``NAME_features.npy`` in that folder, also when the object is gone.
    memory : int
        Bytes up to which they stay in memory when there is no folder; beyond, they lie in a
        temporary file that goes away with the object.
    tile : int, optional
        Side of the tiles in pixels.

    Raises
    ------
    ModelError
        When the cube's bands cannot be matched to the model's.
    ExportError
        When there is no room for them.
    """
    looking = Looking(model, cube, device)
    side = tile_side(model, tile)
    check_range(tr("The memory for features"), memory, 0, math.inf, ModelError)
    shape = (*cube.shape[:2], model.config.network.features)
    measured = np.zeros(shape[:2], bool)
    known = len(model.experts.class_ids)
    experts = scratch((*shape[:2], known), np.float32, memory) if model.experts else None
    novelty = None if model.novelty is None else np.zeros(shape[:2], np.float32)

    def filled(values: Array) -> Operation[None]:
        def look(tile: Tile) -> None:
            seen = looking.at_tile(tile)
            measured[tile.place] = seen.measured
            if seen.features is not None:
                values[tile.place] = seen.features.cpu().numpy()
            if seen.experts is not None and experts is not None:
                experts[tile.place] = seen.experts
            if seen.novelty is not None and novelty is not None:
                novelty[tile.place] = np.where(seen.measured, seen.novelty, 0)

        def let_go() -> None:
            release(values)
            release(experts)

        return over_tiles(cube, side, "features", look, let_go)

    if into is None:
        values = scratch(shape, np.float32, memory)
        yield from filled(values)
    else:
        with Maps(into, cube.name) as maps:
            maps.new("features", shape, np.float32)
            yield from filled(maps["features"])
        values = maps["features"]
    return Features(model, cube, values, measured, side, looking.device, experts, novelty)


def on_device(backbone: Backbone, device: str) -> Backbone:
    """The backbone on `device`; a copy unless it is there already."""
    if next(backbone.parameters()).device.type == device:
        return backbone
    return copy.deepcopy(backbone).to(device)


def _plain(spectra: FloatArray) -> FloatArray:
    """Freshly read spectra as one block in memory, missing values (all of them NaN) 0."""
    plain = np.ascontiguousarray(spectra)
    plain[np.isnan(plain)] = 0
    return plain
