"""A test part for data sets that have none: a quarter of the files or objects of every class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

SHARE = 4
"""One of so many is tested."""


def held_out(classes: Mapping[str, str]) -> frozenset[str]:
    """Names of what is tested, always the same of the same names; of a class with one, none.

    Parameters
    ----------
    classes : mapping of str to str
        Class by the name of a file or object.
    """
    rng = np.random.default_rng(0)
    chosen: set[str] = set()
    for name in sorted(set(classes.values())):
        own = sorted(unit for unit, of in classes.items() if of == name)
        count = max(1, round(len(own) / SHARE)) if len(own) > 1 else 0
        chosen.update(str(own[place]) for place in rng.permutation(len(own))[:count])
    return frozenset(chosen)
