"""Broken ENVI headers, and damaged files of all other formats of cubes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from s3fn_core.cubes.formats import open_cube, variables_of
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import default_rgb
from s3fn_core.cubes.viewing.rendering import compose
from s3fn_core.errors import S3FNError
from tests.core.cubes.formats import test_damage
from tests.core.cubes.formats.envi import test_mutations as test_envi_mutations
from tests.core.cubes.formats.envi.envi_bytes import pair, pixels
from tests.fuzz.tally import OPENED, OTHER, Outcome

LARGEST = 10**6  # values that are read as a whole
HEADER = "ENVI header"


class Headers:
    """Broken ENVI headers, over data that are whole, cut or too long."""

    kinds = (HEADER,)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def try_one(self, kind: str, seed: int) -> Outcome:
        """Write the case of a seed and open it."""
        chance = random.Random(seed)
        header = test_envi_mutations.WHOLE
        for _ in range(chance.randint(1, 4)):
            header = test_envi_mutations.mutated(header, chance)
        length = chance.choice([120, 120, chance.randrange(130)])
        content = header.encode(chance.choice(["utf-8", "latin-1", "utf-16"]), "replace")
        return viewed(kind, pair(self._folder, content, (pixels() + b"x" * 9)[:length]))


class Files:
    """Damaged files of every format but ENVI."""

    kinds = tuple(test_damage.WRITERS)

    def __init__(self, folder: Path) -> None:
        self._paths = {name: folder / name / name for name in self.kinds}
        for name, path in self._paths.items():
            path.parent.mkdir()
            test_damage.WRITERS[name](path)
        self._whole = {name: path.read_bytes() for name, path in self._paths.items()}

    def try_one(self, kind: str, seed: int) -> Outcome:
        """Write the case of a seed and open it."""
        path, generator = self._paths[kind], np.random.default_rng(seed)
        how = random.Random(seed).randrange(3)
        path.write_bytes(test_damage.mutated(self._whole[kind], how, generator))
        return viewed(kind, path.parent if path.suffix == ".png" else path)


def viewed(kind: str, path: Path) -> Outcome:
    """Open a cube and look at it as the window does."""
    try:
        variables_of(path)
        cube = open_cube(path)
        if cube.lines * cube.samples < LARGEST:
            with np.errstate(over="ignore", invalid="ignore"):  # a false type makes wild numbers
                image = compose(cube, Composite("false", default_rgb(cube)[0])).image()
            assert image.shape == (cube.lines, cube.samples, 3), "the picture has another size"
        assert cube.spectrum(cube.lines - 1, 0).shape == (cube.bands,), "a spectrum is cut"
        assert cube.wavelengths is None or np.isfinite(cube.wavelengths).all(), "wavelengths"
        if cube.lines * cube.samples * cube.bands < LARGEST:
            cube.read()
    except S3FNError as error:
        return refused(kind, error, path.name if path.is_dir() else path.stem)
    return Outcome(kind, OPENED)


def refused(kind: str, error: S3FNError, name: str) -> Outcome:
    """An error of ours, which has to name the file."""
    if name in str(error):
        return Outcome(kind, type(error).__name__)
    return Outcome(kind, OTHER, f"the error names no file: {error}")
