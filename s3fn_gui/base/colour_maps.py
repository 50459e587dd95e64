"""Colours for grey pictures, as tables for the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from s3fn_core.languages import tr

Table = npt.NDArray[np.uint8]
GREY, DIVERGING, NOVELTY = "grey", "diverging", "novelty"
_INVERTED = "inverted"
# All of them can be read by colour-blind people and become lighter steadily; the last one has its
# lightest colour, white, in the middle.
_FROM_LIBRARY = {"viridis": "viridis", "magma": "magma", "cividis": "cividis", DIVERGING: "CET-D1"}
COLOUR_MAPS: Mapping[str, str] = MappingProxyType(
    {
        GREY: tr("Grey"),
        _INVERTED: tr("Grey, inverted"),
        "viridis": tr("Viridis"),
        "magma": tr("Magma"),
        "cividis": tr("Cividis"),
        DIVERGING: tr("Blue, white, red"),
    }
)
# Of a map of novelty: up to the threshold in the middle from dark to light blue, from there on from
# yellow to red, so that colour-blind people see the step as well.
_KNOWN, _NOVEL = ((16, 28, 44), (186, 203, 219)), ((255, 214, 0), (200, 16, 46))


@cache
def colour_table(name: str) -> list[int]:
    """The same for Qt, as 0xffRRGGBB; empty for grey, which needs none."""
    if name == GREY:
        return []
    red, green, blue = table(name).T.astype(np.uint32)
    colours: list[int] = (0xFF000000 | red << 16 | green << 8 | blue).tolist()
    return colours


@cache
def table(name: str) -> Table:
    """Red, green and blue of the 256 grey levels, shape (256, 3); not to be written to."""
    if name in _FROM_LIBRARY:
        found = pg.colormap.get(_FROM_LIBRARY[name]).getLookupTable(nPts=256, alpha=False)
        colours = np.ascontiguousarray(found, np.uint8)
    elif name == NOVELTY:
        halves = (np.linspace(*_KNOWN, 129), np.linspace(*_NOVEL, 127))
        colours = np.concatenate(halves).astype(np.uint8)
    else:
        levels = np.arange(256, dtype=np.uint8)
        colours = np.repeat((levels if name == GREY else levels[::-1])[:, None], 3, axis=1)
    colours.setflags(write=False)
    return colours
