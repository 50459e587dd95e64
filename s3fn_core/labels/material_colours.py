"""Colours that do not clash with what a class is called: water blue, trees green, soil brown.

All of them are of the palette of classes, which colour-blind people can tell apart.
"""

from __future__ import annotations

import re

_WORDS = {
    "#4477aa": "water lake river sea ocean pond pool canal stream wave",
    "#228833": "tree forest vegetation plant leaf leave canopy shrub bush foliage hedge conifer moss",
    "#cae0ab": "grass lawn meadow pasture crop grassland turf herb",
    "#804c40": "soil earth mud ground wood bark trunk stem loam peat dirt",
    "#ccbb44": "sand straw hay beach desert dune wheat stubble",
    "#c6c6c6": "concrete asphalt road pavement street cement stone rock gravel metal steel rail tarmac",
    "#222255": "shadow shade",
    "#77ffee": "snow ice glacier frost",
    "#aa3377": "roof building house tile",
    "#882200": "brick clay rust iron",
    "#443344": "ash char coal tar soot burn",
}
_COLOURS = {word: colour for colour, words in _WORDS.items() for word in words.split()}


def colour_of(name: str) -> str | None:
    """The colour of the material that a class is called after; None where it names none that is known.

    Of several, the last word counts, which says what something is: a "grass roof" is a roof.

    Examples
    --------
    >>> colour_of("dry grasses"), colour_of("class 1")
    ('#cae0ab', None)
    """
    for word in reversed(re.findall(r"[a-z]+", name.lower())):
        for stem in (word, word.removesuffix("s"), word.removesuffix("es")):
            if stem in _COLOURS:
                return _COLOURS[stem]
    return None
