"""The palette of classes, and which of its colours suits what a class is called: water blue, trees green."""

from __future__ import annotations

import re

# Paul Tol's "bright" scheme (https://personal.sron.nl/~pault/), continued by colours that stay far
# from it and from each other (CIEDE2000 > 11) also with deuteranopia and protanopia.
PALETTE = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#44bb99",
    "#663333",
    "#cae0ab",
    "#222255",
    "#6699cc",
    "#f7f056",
    "#77ffee",
    "#0000ee",
    "#882200",
    "#ff0033",
    "#66aaaa",
    "#443344",
    "#aa5566",
    "#8866ff",
    "#804c40",
    "#c6c6c6",
)

_WORDS = {
    "#4477aa": "water lake river sea ocean pond pool canal stream wave",
    "#228833": "tree forest vegetation plant leaf leave canopy shrub bush foliage hedge conifer moss",
    "#cae0ab": "grass lawn meadow pasture crop grassland turf herb wetland marsh reed",
    "#804c40": "soil earth mud ground wood bark trunk stem loam peat dirt",
    "#ccbb44": "sand straw hay beach desert dune wheat stubble",
    "#c6c6c6": "concrete asphalt road pavement street cement stone rock gravel metal steel rail tarmac",
    "#222255": "shadow shade",
    "#77ffee": "snow ice glacier frost",
    "#aa3377": "roof building house tile",
    "#882200": "brick clay rust iron",
    "#443344": "ash char coal tar soot burn burned burnt",
}
_COLOURS = {word: colour for colour, words in _WORDS.items() for word in words.split()}


def colour_of(*names: str) -> str | None:
    """The colour of the material that a class is called after; None where no name has one that is known.

    The first name that says it counts, and of several words the last, which says what something is:
    a "grass roof" is a roof.

    Examples
    --------
    >>> colour_of("dry grasses"), colour_of("class 1")
    ('#cae0ab', None)
    """
    for name in names:
        for word in reversed(re.findall(r"[a-z]+", name.lower())):
            for stem in (word, word.removesuffix("s"), word.removesuffix("es")):
                if stem in _COLOURS:
                    return _COLOURS[stem]
    return None
