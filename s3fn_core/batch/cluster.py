"""Tasks on a cluster: a scheduler of dask gives them to its workers.

All workers read the cubes under the same names as here; the model comes with the tasks.  Who sees the
folder of the results writes them, else they are sent and written here.  A cube that is too large for a
worker, or all that there is for several, is shared: its blocks are put together here.

A worker that dies, or no longer answers, loses its task to another one.  It may have begun to write:
files are whole or not there, and the record of the cube says which are its own, so doing a task once
more changes nothing.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event as News
from typing import Any

import numpy as np

from s3fn_core.batch.pool import Events, Pool
from s3fn_core.batch.running import failed, running
from s3fn_core.batch.task import Divisible, Made, Outcome, Task
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError, S3FNError
from s3fn_core.files import reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress

MISSING = tr(
    "A cluster needs the package distributed, which is not installed. Install it: python -m "
    "pip install 's3fn[distributed]'."
)
CONNECTING = 15.0  # seconds
SHARE = 0.25
"""Of the memory of a worker that the stored values of a cube, or of a block, may take."""
_HEARTBEAT = 0.5  # seconds until the caller may stop the tasks
_WAITING = tr("Waiting for the workers")


class Waiting(Progress):
    """Said as long as there is nothing to do but to wait for a worker."""


def on_cluster(address: str) -> Pool:
    """Do tasks on the workers of a scheduler, such as ``tcp://login1:8786``, or a scheduler file.

    Raises
    ------
    ExportError
        When the package is missing, nothing answers at the address, or nothing can be written.
    """

    def pool(tasks: Sequence[Task]) -> Events:
        if not tasks:
            return
        with (
            closing(_connected(address)) as client,
            _marked(tasks[0].out) as mark,
            closing(_Crew(client, tasks, mark)) as crew,
        ):
            yield from crew.working()

    return pool


class _Crew:
    """The workers of a scheduler, and what is asked of them."""

    def __init__(self, client: Any, tasks: Sequence[Task], mark: Path) -> None:
        from s3fn_core.batch.remote import Inputs

        self._client, self._tasks, self._mark = client, tasks, mark
        self._call = f"s3fn-{uuid.uuid4().hex}"  # calls that share a scheduler share nothing else
        self._asked: set[Any] = set()
        self._news = News()
        client.register_plugin(Inputs(tasks[0].work.inputs), self._call)
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        self._each = len(workers) // len(tasks)
        self._memory = min((one["memory_limit"] for one in workers if one["memory_limit"]), default=math.inf)

    def close(self) -> None:
        """Withdraw the inputs."""
        with suppress(OSError, TimeoutError):  # the scheduler may be gone
            self._client.unregister_worker_plugin(self._call)

    def working(self) -> Events:
        """Do the tasks side by side."""
        begun = {number: self._doing(f"{number}-{one.name}", one) for number, one in enumerate(self._tasks)}
        try:
            yield from self._in_turn(begun)
        finally:
            self._withdraw(list(self._asked))
            for operation in begun.values():
                operation.close()

    def _in_turn(self, begun: dict[int, Operation[Outcome]]) -> Events:
        """Let each go on as far as it can; what has ended is taken out."""
        last = dict.fromkeys(begun, Progress("cluster", 0.0, _WAITING))
        while begun:
            self._news.clear()
            quiet = True
            for number, operation in list(begun.items()):
                try:
                    said = next(operation)
                except StopIteration as end:
                    quiet = False
                    del begun[number]
                    yield number, end.value
                    continue
                if not isinstance(said, Waiting):
                    quiet, last[number] = False, replace(said, notes=())
                    yield number, said
            if begun and quiet:
                self._news.wait(_HEARTBEAT)
                yield (number := min(begun)), last[number]

    def _doing(self, key: str, task: Task) -> Operation[Outcome]:
        """Do a task, whole or in blocks; a worker writes what comes out, or it is written here."""
        from s3fn_core.batch.remote import done

        try:
            blocks, note = self._blocks(task)
            if note:
                yield Progress("cluster", 0.0, _WAITING, notes=(note,))
            if blocks:
                return (yield from running(task, lambda one: self._joined(key, one, blocks)))
            asking = self._answer(key, done, _placed(task), self._call, self._mark)
            outcome: Outcome | None = yield from asking
            if outcome is None:
                return (yield from running(task, lambda one: self._sent(f"sent-{key}", one)))
            return replace(outcome, cube=task.cube)
        except Exception as error:
            return failed(task, error)

    def _blocks(self, task: Task) -> tuple[list[range], str]:
        """Lines of the blocks in which a cube is shared, none where it is not; and why not."""
        try:
            cube = open_cube(task.cube)
        except (S3FNError, OSError):
            return [], ""  # the worker says what is wrong with it
        size = math.prod(cube.shape) * np.dtype(cube.data.dtype).itemsize
        needed = math.ceil(size / (SHARE * self._memory))
        work, count = task.work, max(needed, self._each)
        if count < 2:
            return [], ""
        if not isinstance(work, Divisible):
            large = tr(
                "{name} is large for a worker, and {command} works on whole cubes.",
                name=task.name,
                command=work.command,
            )
            return [], large if needed > 1 else ""
        if work.whole:
            return [], tr("{name} is not shared by workers: {reason}.", name=task.name, reason=work.whole)
        blocks = work.blocks(task, cube, count)
        return (blocks if len(blocks) > 1 else []), ""

    def _joined(self, key: str, task: Task, blocks: Sequence[range]) -> Operation[Made]:
        """What the workers make of the blocks of a cube, put together and written here."""
        from s3fn_core.batch.remote import drawn

        work = task.work
        assert isinstance(work, Divisible)
        asked = {f"{key}-{lines.start}": (drawn, _placed(task), self._call, lines) for lines in blocks}

        def come() -> Iterator[Any]:
            count = 0
            with closing(self._answers(asked)) as answers:
                for said in answers:
                    yield said
                    if not isinstance(said, Progress):
                        count += 1
                        yield Progress(
                            "cluster",
                            count / len(blocks),
                            tr("{number} of {blocks} blocks", number=count, blocks=len(blocks)),
                        )

        return (yield from work.joined(task, come()))

    def _sent(self, key: str, task: Task) -> Operation[Made]:
        """What a worker makes of a cube, written here."""
        from s3fn_core.batch.remote import Returned, returned

        found: Returned = yield from self._answer(key, returned, _placed(task), self._call)
        for name, content in found.files.items():
            with whole_file(task.out / name) as temporary:
                temporary.write_bytes(content)
        return found.made

    def _answer(self, key: str, *asked: Any) -> Operation[Any]:
        """What a worker answers to one question."""
        with closing(self._answers({key: asked})) as answers:
            for said in answers:
                if not isinstance(said, Progress):
                    return said
                yield said
        raise AssertionError("every question has an answer")

    def _answers(self, asked: dict[str, Any]) -> Generator[Any]:
        """What workers answer to questions, by their keys, and Waiting in between.

        Raises
        ------
        ExportError
            When every worker died that tried one.
        """
        futures = {key: self._submit(key, *one) for key, one in asked.items()}
        try:
            while futures:
                ended = [key for key, future in futures.items() if future.done()]
                for key in ended:
                    future = futures.pop(key)
                    self._asked.discard(future)
                    found = _result(future)
                    del future  # a worker that keeps an answer until it dies has it found again
                    yield found
                if futures and not ended:
                    yield Waiting("cluster", 0.0, _WAITING)
        finally:
            self._withdraw(list(futures.values()))

    def _submit(self, key: str, function: Callable[..., Any], *arguments: Any) -> Any:
        future = self._client.submit(function, *arguments, key=f"{self._call}-{key}", pure=False)
        future.add_done_callback(lambda _: self._news.set())
        self._asked.add(future)
        return future

    def _withdraw(self, futures: Sequence[Any]) -> None:
        if left := [future for future in futures if future in self._asked]:
            self._asked.difference_update(left)
            with suppress(OSError, TimeoutError):  # the scheduler may be gone
                self._client.cancel(left, force=True)


def _connected(address: str) -> Any:
    """A client of the scheduler."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ExportError(MISSING) from error
    given = {"address": address} if "://" in address else {"scheduler_file": address}
    try:
        return Client(**given, timeout=CONNECTING, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        why = str(error) or tr("it took too long")
        raise ExportError(
            "No scheduler answers at {address} ({why}); start it, or check the address.",
            address=address,
            why=why,
        ) from error


def _placed(task: Task) -> Task:
    """A task that means the same wherever a worker was started."""
    beside = {name: path.absolute() for name, path in task.beside.items()}
    return replace(task, cube=task.cube.absolute(), out=task.out.absolute(), beside=beside)


@contextmanager
def _marked(out: Path) -> Iterator[Path]:
    """A file by which workers know whether they see the folder of the results."""
    mark = out.absolute() / f".{uuid.uuid4().hex}.seen"
    try:
        out.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise ExportError(
            "{out} cannot be written: {error}. Choose another folder.", out=out, error=reason(error)
        ) from error
    try:
        yield mark
    finally:
        mark.unlink(missing_ok=True)


def _result(future: Any) -> Any:
    """What a worker answered; raises what it raised, and ExportError where none survived."""
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except (KilledWorker, CancelledError) as error:
        raise ExportError(
            "Every worker that tried this cube died ({error}). Memory may be short: give each worker more.",
            error=type(error).__name__,
        ) from error
