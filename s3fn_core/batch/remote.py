"""What a worker of a cluster is asked for, and the inputs of the work as they lie there."""

from __future__ import annotations

import ctypes
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from distributed import Worker, WorkerPlugin, get_worker

from s3fn_core.batch.running import running
from s3fn_core.batch.task import Divisible, Made, Outcome, Task
from s3fn_core.cubes.formats.beside import files_of
from s3fn_core.progress import run

_T = TypeVar("_T")
_TRIM, _MAP = (-1, 64 << 20), (-3, 32 << 20)
"""Parameters of glibc's mallopt (malloc.h) with the largest values that glibc chooses itself."""


@dataclass(frozen=True)
class Returned:
    """What a worker made of a cube, and the contents of its files by their names."""

    made: Made
    files: Mapping[str, bytes]


class Inputs(WorkerPlugin):
    """What a work reads whatever the cube: sent to every worker once, also to those that come later.

    There the files lie in a folder that goes with the worker.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._contents = [(path, _contents(path)) for path in paths]
        self._places: dict[Path, Path] = {}
        self._folder: Path | None = None

    def setup(self, worker: Worker) -> None:
        """Write the files; called on a worker."""
        self._folder = Path(tempfile.mkdtemp(prefix="s3fn-", dir=worker.local_directory))
        for number, (path, contents) in enumerate(self._contents):
            for name, content in contents.items():
                file = self._folder / str(number) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            self._places[path] = self._folder / str(number) / path.name
        self._contents = []

    def teardown(self, worker: Worker) -> None:
        """Remove the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def here(self, task: Task) -> Task:
        """The task with its inputs on this worker."""
        return replace(task, work=moved(task.work, self._places))


def done(task: Task, inputs: str, mark: Path) -> Outcome | None:
    """Do a task and write what comes out; None where the folder of the results is not seen from here.

    Parameters
    ----------
    inputs : str
        Name of the :class:`Inputs`.
    mark : Path
        A file in that folder.
    """
    if not mark.is_file():
        return None
    with _freed_memory_kept():
        return run(running(_here(task, inputs)))


def returned(task: Task, inputs: str) -> Returned:
    """Do a task in a folder of the worker and send what comes out."""
    place = get_worker().local_directory
    with tempfile.TemporaryDirectory(prefix="s3fn-", dir=place) as folder, _freed_memory_kept():
        task = replace(_here(task, inputs), out=Path(folder))
        task.folder.mkdir(parents=True, exist_ok=True)
        made = run(task.work.make(task))
        files = [path for path in task.work.files(task) if path.is_file()]
        return Returned(made, {task.relative(path): path.read_bytes() for path in files})


def drawn(task: Task, inputs: str, lines: range) -> Any:
    """Do some lines of a cube and send what comes out."""
    task = _here(task, inputs)
    assert isinstance(task.work, Divisible)
    with _freed_memory_kept():
        return run(task.work.block(task, lines))


def moved(value: _T, places: Mapping[Path, Path]) -> _T:
    """A work, or a part of one, whose files lie at other places."""
    if isinstance(value, Path):
        return places.get(value, value)  # type: ignore[return-value]  # a Path for a Path
    own = getattr(value, "moved", None)
    if own is not None:
        return own(places)  # type: ignore[no-any-return]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {part.name: getattr(value, part.name) for part in fields(value) if part.init}
    other = {name: moved(part, places) for name, part in parts.items()}
    changed = {name: part for name, part in other.items() if part is not parts[name]}
    return replace(value, **changed) if changed else value


def _here(task: Task, inputs: str) -> Task:
    plugin = get_worker().plugins[inputs]
    assert isinstance(plugin, Inputs)
    return plugin.here(task)


def _contents(path: Path) -> dict[str, bytes]:
    files = (file for file in files_of(path) if file.is_file())
    return {file.relative_to(path.parent).as_posix(): file.read_bytes() for file in files}


@contextmanager
def _freed_memory_kept() -> Iterator[None]:
    """Let glibc keep freed memory for the time of a task, and give it back at its end.

    Dask makes it give memory back at once, by which a map takes three times as long.
    Source: https://distributed.dask.org/en/stable/worker-memory.html#automatically-trim-memory
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if not hasattr(library, "mallopt"):  # another system, or another C library
        yield
        return
    assert library is not None
    for parameter in (_TRIM, _MAP):
        library.mallopt(*parameter)
    try:
        yield
    finally:
        library.malloc_trim(0)
