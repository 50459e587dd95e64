"""The calls of the library spectral for what the window does; reading alone, nothing is drawn."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import spectral

from tests.benchmarks.viewing.measure import BANDS_SHOWN, REGION, positions, resident_mb, spread


def main() -> None:
    before, started = resident_mb(), time.perf_counter()
    image = spectral.open_image(sys.argv[1])
    spectral.get_rgb(image, (180, 112, 45))
    first = time.perf_counter() - started
    memory = resident_mb() - before
    mapped = image.open_memmap(interleave="bip")
    bands, spectra = [], []
    for band in BANDS_SHOWN:
        started = time.perf_counter()
        np.array(mapped[:, :, band])
        bands.append(time.perf_counter() - started)
    for line, sample in positions(*image.shape[:2]):
        started = time.perf_counter()
        image.read_pixel(line, sample)
        spectra.append(time.perf_counter() - started)
    started = time.perf_counter()
    (lines, samples) = REGION
    region = image.read_subregion((lines.start, lines.stop), (samples.start, samples.stop))
    np.asarray(region).mean((0, 1))
    print(
        json.dumps(
            {
                "first": first,
                "memory": memory,
                "band": spread(bands),
                "spectrum": spread(spectra),
                "region": time.perf_counter() - started,
            }
        )
    )


if __name__ == "__main__":
    main()
