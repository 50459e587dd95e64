"""Importing scikit-image in worker threads."""

from __future__ import annotations

import threading

_ONE_AT_A_TIME = threading.Lock()


def load_scikit_image() -> None:
    """Import everything of scikit-image that masks need, before a part of it is used.

    Its parts import each other.  Two threads that begin with different parts wait for each other's
    half; Python breaks that deadlock by giving one of them a module that is not complete.
    """
    with _ONE_AT_A_TIME:
        import skimage.filters
        import skimage.morphology
        import skimage.segmentation
        import skimage.transform  # noqa: F401
