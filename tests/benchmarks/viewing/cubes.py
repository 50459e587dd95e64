"""A cube of 2 GB in the three interleaves, with the same values."""

from __future__ import annotations

from pathlib import Path

import numpy as np

LINES, SAMPLES, BANDS = 1600, 1400, 448
STRIP = 40
INTERLEAVES = ("bil", "bsq", "bip")
FROM_BIL = {"bip": (0, 2, 1), "bsq": (1, 0, 2)}
"""Axes of a BIL array (lines, bands, samples) in the order of the other files."""


def make(folder: Path) -> dict[str, Path]:
    """Header of each interleave; files that are there already are used again."""
    folder.mkdir(parents=True, exist_ok=True)
    headers = {name: folder / f"large_{name}.hdr" for name in INTERLEAVES}
    for name, header in headers.items():
        if not header.exists():
            _data(header, name, headers["bil"])
            _header(header, name)
    return headers


def _data(header: Path, interleave: str, bil: Path) -> None:
    shape = (LINES, BANDS, SAMPLES)
    if interleave == "bil":
        rng = np.random.default_rng(0)
        curve = 2000 + 6000 * np.linspace(0, 1, BANDS)[:, None]
        noise = rng.normal(0, 150, (STRIP, BANDS, SAMPLES))
        wave = np.sin(np.arange(SAMPLES) / 60)[None, None]
        with header.with_suffix(".img").open("wb") as file:
            for top in range(0, LINES, STRIP):
                light = 1 + 0.3 * wave * np.cos((top + np.arange(STRIP)) / 80)[:, None, None]
                file.write((curve * light + noise).clip(1, 65535).astype("<u2").tobytes())
        return
    source = np.memmap(bil.with_suffix(".img"), "<u2", "r", shape=shape)
    axes = FROM_BIL[interleave]
    target = np.memmap(header.with_suffix(".img"), "<u2", "w+", shape=tuple(shape[axis] for axis in axes))
    for top in range(0, LINES, STRIP):
        strip = source[top : top + STRIP].transpose(axes)
        if interleave == "bsq":
            target[:, top : top + STRIP] = strip
        else:
            target[top : top + STRIP] = strip
    target.flush()


def _header(path: Path, interleave: str) -> None:
    wavelengths = ", ".join(f"{w:.1f}" for w in np.linspace(400, 1000, BANDS))
    path.write_text(
        f"ENVI\nsamples = {SAMPLES}\nlines = {LINES}\nbands = {BANDS}\nheader offset = 0\n"
        f"file type = ENVI Standard\ndata type = 12\ninterleave = {interleave}\nbyte order = 0\n"
        "reflectance scale factor = 10000\nwavelength units = Nanometers\n"
        f"wavelength = {{{wavelengths}}}\n"
    )
