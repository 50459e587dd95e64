"""How often a mineral's spectrum finds its own mineral in the library, by angle and by features.

Each spectrum of the bundled library whose mineral has another spectrum there is looked up among
all others (leave one out): as it is, and with noise under a slope of the illumination.

    make bench-identify ARGS="--draws 3"
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from s3fn_core.words.library.bundled import MINERALS, bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.identifying import By, identify

FEW = ("alunite", "kaolinite", "calcite")
RANGES = ((2000.0, 2400.0), (400.0, 2450.0))
CASES = ((0.0, False), (0.0, True), (0.005, True), (0.01, True))
METHODS: tuple[By, ...] = ("angle", "features")


def mineral(entry: Entry) -> str:
    """The first word: "kaolinite wxl" is kaolinite."""
    return entry.name.split()[0]


def found(
    entry: Entry, span: tuple[float, float], noise: float, sloped: bool, by: By, seed: int
) -> list[str]:
    """Minerals of the five nearest other spectra; noise is a share of the mean."""
    rng = np.random.default_rng([seed, *entry.title.encode()])
    inside = (entry.wavelengths >= span[0]) & (entry.wavelengths <= span[1])
    values = entry.reflectance[inside].astype(float)
    if sloped:
        values *= np.linspace(1, rng.choice([0.6, 1.6]), len(values))
    values += rng.normal(0, 1, len(values)) * noise * np.nanmean(values)
    good = np.ones(len(values), bool)
    matches = identify(values.astype(np.float32), entry.wavelengths[inside], good, bundled(), by=by, count=6)
    return [mineral(m.entry) for m in matches if m.entry is not entry][:5]


def main() -> None:
    """Print the shares of first and of first five that are the mineral itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3, help="of the noise")
    parser.add_argument("--step", type=int, default=3, help="take every n-th of all minerals")
    options = parser.parse_args()
    known = Counter(mineral(e) for e in bundled() if e.collection == MINERALS)
    every = [e for e in bundled() if e.collection == MINERALS and known[mineral(e)] > 1]
    few = [e for e in every if mineral(e) in FEW]
    print(f"{len(few)} spectra of {', '.join(FEW)}; {len(every[:: options.step])} of all minerals")
    print("range nm   noise  slope  by         three: first  in 5   all: first  in 5")
    for span in RANGES:
        for noise, sloped in CASES:
            for by in METHODS:
                shares: list[float] = []
                for some in (few, every[:: options.step]):
                    seeds = range(options.draws if noise or sloped else 1)
                    ranked = [(mineral(e), found(e, span, noise, sloped, by, s)) for e in some for s in seeds]
                    hits = [(n == r[0], n in r) for n, r in ranked]
                    shares += np.mean(hits, axis=0).tolist()
                figures = "{:18.2f} {:5.2f} {:12.2f} {:5.2f}".format(*shares)
                case = f"{span[0]:.0f}-{span[1]:.0f}  {noise:5.3f}  {sloped!s:5}  {by:8}"
                print(case, figures, flush=True)


if __name__ == "__main__":
    main()
