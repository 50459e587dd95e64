"""A test part for data sets that have none: a quarter of the files or objects of every class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from s3fn_core.languages import tr

SHARE = 4
"""One of so many is tested."""
NOTHING = tr("nothing by the data set, as some class has only one of them: the training holds out objects")
"""What is tested where nothing can be held out."""


def held_out(classes: Mapping[str, str]) -> frozenset[str]:
    """Names of what is tested, always the same of the same names; none where a class has only one.

    Parameters
    ----------
    classes : mapping of str to str
        Class by the name of a file or object.
    """
    rng = np.random.default_rng(0)
    chosen: set[str] = set()
    for name in sorted(set(classes.values())):
        own = sorted(unit for unit, of in classes.items() if of == name)
        if len(own) < 2:
            return frozenset()
        count = max(1, round(len(own) / SHARE))
        chosen.update(str(own[place]) for place in rng.permutation(len(own))[:count])
    return frozenset(chosen)
