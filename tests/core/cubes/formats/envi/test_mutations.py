"""Two thousand broken headers and cut files: each ends in a cube that can be viewed or an error."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import default_rgb
from s3fn_core.cubes.viewing.rendering import compose
from s3fn_core.errors import S3FNError
from tests.core.cubes.formats.envi.envi_bytes import FIVE, LINES, SAMPLES, pair, pixels, text

RUNS, HEADERS = 5, 400  # `make fuzz` reads many more
WHOLE = text(
    {},
    FIVE + "bbl = {1, 1, 0, 1, 1}\ndefault bands = {3, 2, 1}\ndata ignore value = 7\n"
    "reflectance scale factor = 10000\ndescription = {\n a }\n",
)
PIECES = [
    "{",
    "}",
    "=",
    ";",
    "\n",
    "\r",
    "\0",
    "-1",
    "0",
    "4",
    "1e400",
    "1e-320",
    "nan",
    "inf",
    "9" * 20,
    "µm",
    ",",
    " ",
    "Index",
    "Wavenumber",
    "bands",
    "lines",
    "bsq",
    "bip",
    "TIFF",
    "1_0",
]


def mutated(header: str, chance: random.Random) -> str:
    """One change: a piece put in, letters or a line lost or doubled, a value replaced, a cut."""
    at = chance.randrange(len(header) + 1)
    lines = header.split("\n")
    row = chance.randrange(len(lines))
    key, equals, _ = lines[row].partition("=")
    match chance.choices(range(6), [6, 4, 2, 2, 5, 1])[0]:
        case 0:
            return header[:at] + chance.choice(PIECES) + header[at:]
        case 1:
            return header[:at] + header[at + chance.randint(1, 8) :]
        case 2:
            del lines[row]
        case 3:
            lines.insert(chance.randint(1, len(lines)), lines[row])
        case 4:
            lines[row] = key + equals + chance.choice(PIECES)
        case 5:
            return header[:at]
    return "\n".join(lines)


@pytest.mark.parametrize("run", range(RUNS))
def test_every_broken_header_gives_a_cube_or_an_error_that_names_it(tmp_path: Path, run: int) -> None:
    chance = random.Random(run)
    opened = refused = 0
    for _ in range(HEADERS):
        header = WHOLE
        for _ in range(chance.randint(1, 4)):
            header = mutated(header, chance)
        length = chance.choice([120, 120, chance.randrange(130)])
        encoding = chance.choice(["utf-8", "latin-1", "utf-16"])
        path = pair(tmp_path, header.encode(encoding), (pixels() + b"x" * 9)[:length])
        try:
            cube = open_cube(path)
        except S3FNError as error:
            refused += 1
            if "scan." not in str(error):
                pytest.fail(f"{error!r} names no file: {header!r}")
            continue
        opened += 1
        with np.errstate(over="ignore", invalid="ignore"):  # a false type makes wild numbers
            image = compose(cube, Composite("false", default_rgb(cube)[0])).image()
        assert image.shape == (cube.lines, cube.samples, 3)
        assert cube.lines * cube.samples * cube.bands <= 129
        assert cube.spectrum(cube.lines - 1, 0).shape == cube.good_bands.shape
        assert cube.wavelengths is None or np.isfinite(cube.wavelengths).all()
        if length < 2 * LINES * SAMPLES * 5:
            assert cube.notes  # nothing is cut silently
    assert opened > HEADERS / 10
    assert refused > HEADERS / 10
