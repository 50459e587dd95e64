"""The full fuzz, by hand: ``python -m tests.fuzz [NUMBER] [--kinds NAME ...]`` or ``make fuzz``.

Broken ENVI headers, damaged cubes of all other formats, and damaged files of the program's own:
projects and what is in them, models, treatments, label files.  Each has to end in what was there
before the damage, in an S3FNError that names the file, or in a note; cubes may also end in any cube
that can be viewed.  A seed tells the whole case: ``--only SEED`` repeats it; should the program be
ended by a library, the seed is in the file that ``--trace`` names.  ``--first`` divides the cases
among several processes.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tests.fuzz.cubes import HEADER, Files, Headers
from tests.fuzz.kept import Alone, Projects
from tests.fuzz.tally import OTHER, Outcome, Tally

NUMBER = 100_000
LONGEST_S = 30
EVERY = 10_000
HEADER_SHARE = 0.3


class TooSlowError(Exception):
    """A case that takes longer than LONGEST_S."""


class Target(Protocol):
    """Files of one or more kinds, to be damaged and read."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    def try_one(self, kind: str, seed: int) -> Outcome: ...


def made(folder: Path) -> dict[str, Target]:
    """What there is to damage, by kind, each in a folder of its own."""
    targets: list[Target] = []
    for make in (Headers, Files, Projects, Alone):
        (place := folder / make.__name__).mkdir()
        targets.append(make(place))
    return {kind: target for target in targets for kind in target.kinds}


def kind_of(seed: int, kinds: list[str]) -> str:
    """The kind of file that a seed damages."""
    chance = random.Random(f"kind {seed}")
    return HEADER if chance.random() < HEADER_SHARE else chance.choice(kinds)


def stop(*_: object) -> None:
    raise TooSlowError(f"still busy after {LONGEST_S} s")


def tried(target: Target, kind: str, seed: int) -> Outcome:
    """One case; whatever it raises is an outcome."""
    signal.alarm(LONGEST_S)
    try:
        return target.try_one(kind, seed)
    except Exception as error:  # what the fuzz is for
        where = traceback.format_exc().strip().split("\n")
        return Outcome(kind, OTHER, f"{error!r} at {where[-3].strip()}")
    finally:
        signal.alarm(0)


def cases(targets: dict[str, Target], seeds: range, only: set[str], trace: Path) -> Iterator[Tally]:
    """Go through the cases; the tally after each."""
    tally = Tally()
    signal.signal(signal.SIGALRM, stop)
    for seed in seeds:
        kind = kind_of(seed, sorted(targets))
        if only and kind not in only:
            continue
        trace.write_text(str(seed))
        started = time.perf_counter()
        outcome = tried(targets[kind], kind, seed)
        tally.add(seed, outcome, time.perf_counter() - started)
        yield tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=NUMBER)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--only", type=int, help="repeat the case of one seed")
    parser.add_argument("--kinds", nargs="+", default=[], help="seeds of these kinds of files only")
    parser.add_argument("--trace", type=Path, default=Path(tempfile.gettempdir()) / "s3fn_fuzz")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.number)
    if options.only is not None:
        seeds = range(options.only, options.only + 1)
    warnings.simplefilter("ignore")
    logging.disable()
    sys.unraisablehook = lambda _: None  # rasterio stumbles over damaged texts as it logs them
    started = time.perf_counter()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for tally in cases(made(Path(folder)), seeds, set(options.kinds), options.trace):
            if tally.outcomes.total() % EVERY == 0:
                tally.show(time.perf_counter() - started)
    tally.show(time.perf_counter() - started)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
