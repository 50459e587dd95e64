"""Peak memory of predicting a cube larger than memory would like: 4 GB, under 2 GB allowed.

The cube is a BIL file of unsigned 16-bit reflectances, really written, not sparse; the `pixel`
preset with expected spectra maps it in a process of its own, whose maps go to files.  Two thirds of
its tiles are background, as on a tray or beside a satellite's swath: they are read like all others
but need no network, which keeps the time bounded.  What counts is the highest resident memory of
that process from its start (VmHWM), libraries and mapped file pages included.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SAMPLES, BANDS, BLOCK = 1024, 448, 96
ALLOWED_MB = 2000
WORDS = {
    "vegetation": "450 nm 3 %, 550 nm 8 %, 670 nm 3 %, 800 nm 45 %, 1650 nm 22 %, 2200 nm 10 %",
    "soil": "450 nm 8 %, 550 nm 13 %, 670 nm 19 %, 800 nm 27 %, 1650 nm 38 %, 2200 nm 33 %",
    "water": "450 nm 6 %, 550 nm 5 %, 670 nm 3 %, 800 nm 1 %, 1650 nm 0 %, 2200 nm 0 %",
}


def write_cube(path: Path, gigabytes: float) -> None:
    """A scene of three materials in squares of BLOCK pixels, two of three of them background."""
    lines = round(gigabytes * 1e9 / (2 * SAMPLES * BANDS))
    wavelengths = np.linspace(420, 2450, BANDS)
    rng = np.random.default_rng(0)
    rough = [[float(word) for word in text.replace(",", "").split()[2::4]] for text in WORDS.values()]
    knots = [450, 550, 670, 800, 1650, 2200]
    spectra = np.stack([np.interp(wavelengths, knots, values) for values in rough]) * 100
    noise = rng.normal(0, 40, (BLOCK, BANDS, SAMPLES)).astype(np.float32)
    with path.with_suffix(".img").open("wb") as file:
        for number, top in enumerate(range(0, lines, BLOCK)):
            square = np.arange(SAMPLES) // BLOCK + number
            strip = spectra[square // 3 % 3].T[None] * rng.uniform(0.7, 1.3) + noise
            strip = np.where(square % 3 == 0, np.clip(strip, 1, None), 0).astype("<u2")
            file.write(strip[: lines - top].tobytes())
    listed = ", ".join(f"{w:.2f}" for w in wavelengths)
    path.write_text(
        f"ENVI\nlines = {lines}\nsamples = {SAMPLES}\nbands = {BANDS}\ndata type = 12\n"
        "interleave = bil\nbyte order = 0\nheader offset = 0\nreflectance scale factor = 10000\n"
        f"wavelength units = Nanometers\nwavelength = {{{listed}}}\n"
    )


def write_model(path: Path, cube_path: Path) -> None:
    """The pixel preset for the bands of the cube; random weights need as much memory as others."""
    import torch

    from s3fn_core.cubes.formats import open_cube
    from s3fn_core.labels.classes import ClassSet, Description
    from s3fn_core.model.checkpoint import S3FNModel, save_model
    from s3fn_core.model.config import preset
    from s3fn_core.model.network.modules import S3FN, Projection, make_backbone
    from s3fn_core.model.preprocess import Bands, Preprocess

    classes = ClassSet()
    for number, (name, knots) in enumerate(WORDS.items(), 1):
        text = Description(f"Expected reflectance: {knots}.")
        classes = classes.added(name).changed(number, descriptions=(text,))
    cube, config = open_cube(cube_path), preset("pixel")
    spectra = cube.window(slice(0, 2), slice(0, BLOCK)).reshape(-1, BANDS)
    preprocess = Preprocess.fit(spectra, np.arange(len(spectra)), Bands.of(cube), config.preprocess)
    torch.manual_seed(0)
    channels = len(preprocess.channels)
    backbone = make_backbone(config.network, channels, preprocess.depth, config.patch)
    projection = Projection(config.fusion, config.network.features, torch.randn(3, 384))
    network = S3FN(backbone, projection).eval()
    save_model(S3FNModel(network, config, classes, preprocess, "default", 1.0), path)


def predict_alone(model_path: Path, cube_path: Path, out: Path) -> dict[str, Any]:
    """What the fresh process does: map the cube and tell its own memory."""
    from s3fn_core.cubes.formats import open_cube
    from s3fn_core.model.applying.inference import predict
    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.progress import run

    model, cube = load_model(model_path), open_cube(cube_path)
    start_mb, started, tiles = peak_mb(), time.perf_counter(), []
    prediction = run(predict(model, cube, device="cpu", into=out), lambda p: tiles.append(p))
    return {
        "libraries_mb": start_mb,
        "peak_mb": peak_mb(),
        "seconds": round(time.perf_counter() - started, 1),
        "tiles": len(tiles) - 1,
        "classified_share": round(float(np.mean(prediction.ids > 0)), 3),
        "lines_samples_bands": list(cube.shape),
    }


def peak_mb() -> int:
    """Highest resident memory of this process so far, in MB (1e6 bytes)."""
    status = Path("/proc/self/status")
    if status.is_file():  # the other figure also knows what was before this program
        (line,) = [li for li in status.read_text().splitlines() if li.startswith("VmHWM")]
        return int(line.split()[1]) * 1024 // 1_000_000
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 1_000_000


def measure(gigabytes: float = 4.0, folder: Path | None = None) -> dict[str, Any]:
    """Write a cube of that size, map it in a fresh process, and give what that took.

    Parameters
    ----------
    gigabytes : float
        1e9 bytes.
    folder : path, optional
        Where the temporary cube lies; by default the system's folder for such.

    Returns
    -------
    dict
        ``cube_gb``, ``peak_mb`` (``allowed_mb``), ``libraries_mb`` (before the first tile),
        ``seconds``, ``tiles``, ``classified_share``, ``lines_samples_bands``.
    """
    with tempfile.TemporaryDirectory(prefix="s3fn-memory-", dir=folder) as temporary:
        place = Path(temporary)
        free = shutil.disk_usage(place).free
        if free < 1.1e9 * gigabytes:
            raise SystemExit(f"{place} has {free / 1e9:.1f} GB; {1.1 * gigabytes:.1f} are needed.")
        write_cube(place / "large.hdr", gigabytes)
        size = (place / "large.img").stat().st_size
        write_model(place / "model.s3fn", place / "large.hdr")
        arguments = ["--alone", place / "model.s3fn", place / "large.hdr", place / "maps"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bench_memory", *map(str, arguments)],
            check=True,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        told: dict[str, Any] = json.loads(done.stdout)
    return {"cube_gb": round(size / 1e9, 2), "allowed_mb": ALLOWED_MB, **told}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=4.0)
    parser.add_argument("--folder", type=Path, help="where the cube lies meanwhile")
    parser.add_argument("--alone", nargs=3, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(predict_alone(*given.alone)))
        return
    told = measure(given.gigabytes, given.folder)
    lines, samples, bands = told["lines_samples_bands"]
    print(f"cube              {told['cube_gb']} GB, {lines} x {samples} x {bands}, BIL, 16 bit")
    print(
        f"mapped            {told['tiles']} tiles in {told['seconds']} s, "
        f"{100 * told['classified_share']:.0f} % of the pixels are not background"
    )
    print(f"libraries, model  {told['libraries_mb']} MB")
    print(f"peak memory       {told['peak_mb']} MB (allowed: {told['allowed_mb']})")


if __name__ == "__main__":
    main()
