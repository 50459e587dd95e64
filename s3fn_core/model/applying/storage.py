"""Where the arrays of a result live: in memory, in a file that nobody sees, or in a folder."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.pages import release
from s3fn_core.errors import ExportError
from s3fn_core.files import reason, whole_file
from s3fn_core.results.export import file_stem

Array: TypeAlias = npt.NDArray[Any]
Folder: TypeAlias = str | PathLike[str]


class Maps:
    """The arrays of one result, in memory or as ``STEM_NAME.npy`` in a folder.

    A with statement fills them.  When its block ends well, the files take their names and are
    read from there; when it is left by an error or a cancelled operation, they are removed and
    what had their names before is untouched.

    Parameters
    ----------
    folder : path or None
        None keeps the arrays in memory.
    stem : str
        Start of the files' names, normally the cube's name.

    Raises
    ------
    ExportError
        When the folder cannot be written or has no room.
    """

    def __init__(self, folder: Folder | None, stem: str) -> None:
        self._folder = None if folder is None else Path(folder)
        self._stem = file_stem(stem)
        self._arrays: dict[str, Array] = {}
        self._files = ExitStack()

    def new(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        """Add an array of zeros."""
        if self._folder is None:
            self._arrays[name] = np.zeros(shape, dtype)
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = self._files.enter_context(whole_file(self._path(name)))
            array = np.lib.format.open_memmap(temporary, "w+", dtype, shape)
            _reserve(temporary)
        except OSError as error:
            raise ExportError(
                "The maps cannot be written to {folder}: {error}. Choose another folder.",
                folder=self._folder,
                error=reason(error),
            ) from error
        self._arrays[name] = array

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def get(self, name: str) -> Array | None:
        """The array called `name`; None when it was not asked for."""
        return self._arrays.get(name)

    @property
    def arrays(self) -> dict[str, Array]:
        """All of them by their names."""
        return dict(self._arrays)

    def release(self, *others: object) -> None:
        """Let the memory of what has been written go, and that of `others` (:func:`release`)."""
        for array in (*self._arrays.values(), *others):
            release(array)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is None:
            return
        names = list(self._arrays)
        for name in names:  # some systems rename no file that is mapped
            array = self._arrays.pop(name)
            assert isinstance(array, np.memmap)
            array.flush()
            del array
        self._files.__exit__(kind, error, trace)
        if kind is None:
            self._arrays = {
                name: np.load(self._path(name), mmap_mode="r", allow_pickle=False) for name in names
            }

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{self._stem}_{name}.npy"


def scratch(shape: tuple[int, ...], dtype: npt.DTypeLike, memory: int) -> Array:
    """Zeros, in memory up to `memory` bytes, else in a temporary file without a name.

    The file goes with the array, even when the program is killed.

    Raises
    ------
    ExportError
        When the temporary folder has no room.
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if size <= memory:
        return np.zeros(shape, dtype)
    try:
        with tempfile.TemporaryFile(prefix="s3fn-") as file:
            file.truncate(size)
            _reserve(file.fileno())
            return np.memmap(file, dtype, "r+", shape=shape)
    except OSError as error:
        raise ExportError(
            "The temporary folder {folder} cannot take {size:.1f} GB: {error}. Free some space, "
            "or name another folder in TMPDIR.",
            folder=tempfile.gettempdir(),
            size=size / 1e9,
            error=reason(error),
        ) from error


def _reserve(file: Path | int) -> None:
    """Give a file its blocks now: a full disk met later through a memory map kills the program."""
    if not hasattr(os, "posix_fallocate"):
        return
    descriptor = file if isinstance(file, int) else os.open(file, os.O_RDWR)
    try:
        os.posix_fallocate(descriptor, 0, os.fstat(descriptor).st_size)
    finally:
        if descriptor is not file:
            os.close(descriptor)
