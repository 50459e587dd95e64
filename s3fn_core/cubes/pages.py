"""The pages of memory-mapped files, which count as this program's memory while they are mapped."""

from __future__ import annotations

import mmap

import numpy as np


def release(array: object) -> None:
    """Let the pages of a memory-mapped file go that `array` was read from or written to.

    They stay in the system's cache, but count no longer as this program's memory, which would
    otherwise grow to the size of the file.  A computed array lets those go that it is computed
    from; one that comes from no memory map is left as it is.
    """
    while array is not None:
        if isinstance(array, np.memmap) and array.mode == "c":
            return  # private changes live in the pages only
        if isinstance(array, mmap.mmap):
            if hasattr(array, "madvise"):
                array.madvise(mmap.MADV_DONTNEED)
            return
        array = getattr(array, "base", None)
