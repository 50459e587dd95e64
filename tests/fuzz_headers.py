"""The full fuzz, by hand: ``python -m tests.fuzz_headers [NUMBER]`` or ``make fuzz``.

Broken ENVI headers and damaged files of all other formats, as many as wanted.  Each has to end in a
cube that can be viewed or in an S3FNError that names the file.  A seed tells the whole case:
``--only SEED`` repeats it; should the program be ended by a library, the seed is in the file that
``--trace`` names.
"""

from __future__ import annotations

import argparse
import logging
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
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

NUMBER = 100_000
LONGEST_S = 30
LARGEST = 10**6  # values that are read as a whole
ENVI_SHARE = 0.5
UNNAMED = "the error names no file"


class TooSlowError(Exception):
    """A case that takes longer than LONGEST_S."""


@dataclass
class Tally:
    """What came of the cases."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[tuple[int, str, str]] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, 0, "")

    def add(self, seed: int, name: str, outcome: str, seconds: float) -> None:
        self.outcomes[name, outcome] += 1
        self.slowest = max(self.slowest, (seconds, seed, name))


def write_originals(folder: Path) -> dict[str, bytes]:
    """A whole file of every format but ENVI."""
    for name, write in test_damage.WRITERS.items():
        (folder / name).mkdir()
        write(folder / name / name)
    return {name: (folder / name / name).read_bytes() for name in test_damage.WRITERS}


def damaged(folder: Path, originals: dict[str, bytes], seed: int) -> tuple[str, Path]:
    """Write the case of a seed: the format's name and what to open."""
    chance = random.Random(seed)
    if chance.random() < ENVI_SHARE:
        header = test_envi_mutations.WHOLE
        for _ in range(chance.randint(1, 4)):
            header = test_envi_mutations.mutated(header, chance)
        length = chance.choice([120, 120, chance.randrange(130)])
        encoding = chance.choice(["utf-8", "latin-1", "utf-16"])
        content = header.encode(encoding, "replace")
        return "ENVI", pair(folder, content, (pixels() + b"x" * 9)[:length])
    name = chance.choice(list(originals))
    path = folder / name / name
    generator = np.random.default_rng(seed)
    path.write_bytes(test_damage.mutated(originals[name], chance.randrange(3), generator))
    return name, path.parent if path.suffix == ".png" else path


def view(path: Path) -> str:
    """Open and look at it as the window does; how it ended."""
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
        stem = path.name if path.is_dir() else path.stem
        return type(error).__name__ if stem in str(error) else f"{UNNAMED}: {error}"
    return "opened"


def stop(*_: object) -> None:
    raise TooSlowError(f"still busy after {LONGEST_S} s")


def cases(folder: Path, seeds: list[int], trace: Path) -> Iterator[tuple[int, Tally]]:
    """Go through the cases; a tally after each."""
    originals = write_originals(folder)
    tally = Tally()
    signal.signal(signal.SIGALRM, stop)
    for done, seed in enumerate(seeds, 1):
        trace.write_text(str(seed))
        name, path = damaged(folder, originals, seed)
        started = time.perf_counter()
        signal.alarm(LONGEST_S)
        try:
            outcome = view(path)
            if outcome.startswith(UNNAMED):
                tally.failures.append((seed, name, outcome))
                outcome = "other"
        except Exception as error:  # what the fuzz is for
            outcome = "other"
            where = traceback.format_exc().strip().split("\n")
            tally.failures.append((seed, name, f"{error!r} at {where[-3].strip()}"))
        finally:
            signal.alarm(0)
        tally.add(seed, name, outcome, time.perf_counter() - started)
        yield done, tally


def show(done: int, tally: Tally, seconds: float) -> None:
    """Print the counts as a table."""
    found = {outcome for _, outcome in tally.outcomes} - {"opened", "other"}
    kinds = ["opened", *sorted(found), "other"]
    names = sorted({name for name, _ in tally.outcomes})
    width = max(map(len, [*kinds, "opened"])) + 2
    print(f"\n{done:,} cases in {seconds:.0f} s")
    print(f"{'':18}" + "".join(f"{kind:>{width}}" for kind in kinds))
    for name in [*names, ""]:
        counts = [
            sum(n for (of, what), n in tally.outcomes.items() if what == kind and name in (of, ""))
            for kind in kinds
        ]
        print(f"{name or 'all':18}" + "".join(f"{count:>{width},}" for count in counts))
    slow, seed, name = tally.slowest
    print(f"slowest: {slow:.2f} s (seed {seed}, {name})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")
    for seed, name, text in tally.failures[:40]:
        print(f"seed {seed}, {name}: {text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=NUMBER)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--only", type=int, help="repeat the case of one seed")
    parser.add_argument("--trace", type=Path, default=Path(tempfile.gettempdir()) / "s3fn_fuzz")
    options = parser.parse_args()
    seeds = list(range(options.first, options.first + options.number))
    if options.only is not None:
        seeds = [options.only]
    warnings.simplefilter("ignore")
    logging.disable()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for done, tally in cases(Path(folder), seeds, options.trace):
            if done % 10_000 == 0 and done < len(seeds):
                show(done, tally, time.perf_counter() - started)
    show(len(seeds), tally, time.perf_counter() - started)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
