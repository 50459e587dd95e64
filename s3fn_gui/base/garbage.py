"""Cyclic garbage, collected in the main thread only.

Python collects in whichever thread happens to allocate.  Windows, plots and their items lie in
cycles; when a worker thread collects them, Qt deletes them there and the program crashes.
"""

from __future__ import annotations

import gc
from functools import cache

from pyqtgraph.util.garbage_collector import GarbageCollector


@cache
def collector() -> GarbageCollector:
    """Switch Python's own collection off and collect from a timer of this thread instead."""
    return GarbageCollector()


def keep_loaded() -> None:
    """Leave what is loaded by now out of every later collection, which then takes half the time."""
    gc.collect()
    gc.freeze()
