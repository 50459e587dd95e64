"""Looking at a cube of 2 GB: the window, drawing included; the library spectral, reading alone.

Makes the cube three times (BIL, BSQ, BIP; 6 GB) in the cache folder, unless it is there, and reads
every file once, so that all are in the page cache as far as memory allows.

    make bench-viewing ARGS="--folder DIR --rounds 3"
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import appdirs
import numpy as np

from tests.benchmarks.engine.table import Row, show
from tests.benchmarks.viewing import cubes
from tests.benchmarks.viewing.measure import in_own_process

BAND_GOAL = {"bil": 16, "bsq": 16, "bip": 33}
MEMORY_GOAL, SPECTRUM_GOAL, STALL_GOAL = 300, 5, 100
SIDES = {
    "window": "tests.benchmarks.viewing.window_side",
    "spectral": "tests.benchmarks.viewing.spectral_side",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--folder", type=Path, default=Path(appdirs.user_cache_dir("s3fn-benchmarks")) / "viewing"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--interleaves", nargs="+", default=list(cubes.INTERLEAVES))
    chosen = parser.parse_args()
    for name, header in cubes.make(chosen.folder).items():
        if name in chosen.interleaves:
            show(f"{name.upper()}, medians of {chosen.rounds} rounds", rows(header, name, chosen))


def rows(header: Path, name: str, chosen: argparse.Namespace) -> Iterator[Row]:
    warm(header.with_suffix(".img"))
    found: dict[str, list[dict]] = {side: [] for side in SIDES}
    for _ in range(chosen.rounds):
        for side, module in SIDES.items():
            found[side].append(in_own_process(module, header))

    def median(side: str, *path: str) -> float:
        values = found[side]
        for key in path:
            values = [value[key] for value in values]
        return float(np.median(values))

    ours, theirs = median("window", "first"), median("spectral", "first")
    yield Row(
        "open and first picture, s",
        f"{ours:.2f}; spectral {theirs:.2f}",
        "no later than spectral",
        ours <= theirs,
    )
    memory = median("window", "memory")
    yield Row(
        "memory for it, MB",
        f"{memory:.0f}; spectral {median('spectral', 'memory'):.0f}",
        str(MEMORY_GOAL),
        memory < MEMORY_GOAL,
    )
    for what, key, goal in (
        ("another band, ms: median (95 %)", "band", BAND_GOAL[name]),
        ("spectrum under the cursor, ms: median (95 %)", "spectrum", SPECTRUM_GOAL),
    ):
        figures = {
            side: f"{median(side, key, 'median'):.1f} ({median(side, key, 'p95'):.1f})" for side in SIDES
        }
        reached = median("window", key, "median") < goal
        yield Row(what, f"{figures['window']}; spectral {figures['spectral']}", str(goal), reached)
    region = [median(side, "region") * 1e3 for side in SIDES]
    yield Row("mean of 10,000 pixels, ms", f"{region[0]:.0f}; spectral {region[1]:.0f}")
    stall = median("window", "stall") * 1e3
    yield Row("longest stall of the event loop, ms", f"{stall:.0f}", str(STALL_GOAL), stall < STALL_GOAL)


def warm(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(2**24):
            pass


if __name__ == "__main__":
    main()
