"""S3FN: from a hyperspectral cube to a classification map, with classes described in words.

>>> import s3fn_core as s3fn
>>> cube = s3fn.open_cube("scene.hdr")  # doctest: +SKIP

The names, listed in ``__init__.pyi``, are imported from their rooms when they are first used, so that
importing the package itself costs nothing.  ``docs/python.md`` shows how to use them.
"""

from __future__ import annotations

import os

import lazy_loader

__version__ = "0.1.0"  # the one place: packages and files that are written take it from here

# Threads of torch that spin while they wait are many times slower as soon as anything else wants
# the processor (a window, say).  OpenMP reads this when torch is loaded; a user's setting wins.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
