"""What the axes of an array are, by the names that files give them."""

from __future__ import annotations

import re

from s3fn_core.cubes.cube import Axes
from s3fn_core.cubes.formats.axes import BY_NAMES, BY_WAVELENGTHS
from s3fn_core.languages import tr

DIMENSIONS = {
    "b": {
        "b",
        "c",
        "z",
        "w",
        "band",
        "bands",
        "nbands",
        "channel",
        "channels",
        "spectral",
        "lambda",
        "wl",
        "wvl",
        "wavelength",
        "wavelengths",
        "bandnumber",
        "spectralbands",
        "spectrum",
        "wavenumber",
        "frequency",
        "energy",
        "bandindex",
        "bandnames",
        "channelindex",
    },
    "l": {
        "l",
        "y",
        "line",
        "lines",
        "nlines",
        "row",
        "rows",
        "nrows",
        "lat",
        "latitude",
        "northing",
        "height",
        "downtrack",
        "alongtrack",
        "scanline",
    },
    "s": {
        "s",
        "x",
        "sample",
        "samples",
        "nsamples",
        "col",
        "cols",
        "column",
        "columns",
        "lon",
        "longitude",
        "easting",
        "width",
        "crosstrack",
        "acrosstrack",
        "pixel",
    },
}


def plain(name: str) -> str:
    """The letters of a name, without the groups before it."""
    return re.sub(r"[^a-z]", "", name.rsplit("/", 1)[-1].lower().replace("λ", "lambda"))


def named_axes(names: list[str], shape: list[int], known: tuple[int, str] | None) -> tuple[Axes | None, str]:
    """Which axis is which, and how that is known; None where it is not."""
    letters = [
        next((letter for letter, called in DIMENSIONS.items() if name in called), "") for name in names
    ]
    if letters.count("l") == letters.count("s") == letters.count("") == 1:
        letters[letters.index("")] = "b"  # whatever it is called: all that is left
    if sorted(letters) == ["b", "l", "s"]:
        return Axes("".join(letters)), BY_NAMES
    bands, why = -1, ""
    if letters.count("b") == 1:
        bands, why = letters.index("b"), tr("as the name of the bands' axis shows")
    elif known is not None:
        count, source = known
        fits = [axis for axis in (2, 0, 1) if shape[axis] == count]
        same = [axis for axis in fits if names[axis] == plain(source)]
        if same or len(fits) == 1:
            bands, why = (same or fits)[0], BY_WAVELENGTHS
    if bands < 0:
        return None, ""
    rest = [letter for axis, letter in enumerate(letters) if axis != bands]
    others = list("sl" if rest[0] == "s" or rest[1] == "l" else "ls")
    others.insert(bands, "b")
    return Axes("".join(others)), why
