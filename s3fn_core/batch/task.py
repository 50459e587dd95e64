"""What is done with one cube of many, as values that can be sent to another process or machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from s3fn_core.cubes.cube import Cube
from s3fn_core.progress import Operation

Status = Literal["done", "known", "failed"]


@dataclass(frozen=True)
class Made:
    """What a work made of one cube; JSON can hold all of it.

    Attributes
    ----------
    files : tuple of str
        What people open, relative to the folder of the results.
    row : mapping of str to value
        Cells of the summary table by their headings.
    told : mapping of str to value
        For a program.
    notes : tuple of str
        What the user should know.
    text : str
        For a person.
    """

    files: tuple[str, ...]
    row: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    text: str = ""


class Work(Protocol):
    """What is done with every cube; a frozen dataclass of paths and settings."""

    @property
    def command(self) -> str:
        """One word, by which records are named."""

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that it reads whatever the cube: models, classes, recipes."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Everything else that decides what comes out, as JSON."""

    def check(self, shared: str) -> tuple[str, ...]:
        """What the user should know whatever the cube; `shared` is the digest of its inputs.

        Raises S3FNError where no cube could be worked on.
        """

    def files(self, task: Task) -> list[Path]:
        """Every file that may be written of a cube."""

    def make(self, task: Task) -> Operation[Made]:
        """Work on a cube and write what comes out, each file whole or not at all."""


@runtime_checkable
class Divisible(Work, Protocol):
    """A work that several machines can share on one cube, each some of its lines."""

    @property
    def whole(self) -> str:
        """Why it is done with whole cubes nevertheless; "" where it can be shared."""

    def blocks(self, task: Task, cube: Cube, count: int) -> list[range]:
        """The lines of up to `count` blocks."""

    def block(self, task: Task, lines: range) -> Operation[Any]:
        """Work on a block; what comes out can be sent."""

    def joined(self, task: Task, blocks: Iterator[Any]) -> Operation[Made]:
        """Write what comes out of all blocks, the same to the byte as of the whole cube.

        They come in any order, and between them ``Progress`` to be passed on.
        """


@dataclass(frozen=True)
class Task:
    """One cube to be worked on.

    Attributes
    ----------
    work : Work
    cube : Path
    name : str
        How the names of its results begin, unique in a call; it may begin with folders.
    out : Path
        Folder of all results.
    beside : mapping of str to Path
        Files that belong to this cube: its references, its map of objects.
    shared : str
        Digest of the work's own inputs, so that each is read once and not for every cube.
    overwrite : bool
        Whether files may be replaced that this work did not make.
    """

    work: Work
    cube: Path
    name: str
    out: Path
    beside: Mapping[str, Path] = field(default_factory=dict)
    shared: str = ""
    overwrite: bool = False

    @property
    def folder(self) -> Path:
        """Where its results lie."""
        return (self.out / self.name).parent

    @property
    def stem(self) -> str:
        """How their names begin."""
        return Path(self.name).name

    def relative(self, path: Path) -> str:
        """The name of a result as :class:`Made` and the record keep it."""
        return path.relative_to(self.out).as_posix()


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes
    ----------
    name : str
    cube : Path
    status : {"done", "known", "failed"}
        Known is what an earlier run had done.
    made : Made or None
        None where it failed.
    message : str
        Why it failed.
    """

    name: str
    cube: Path
    status: Status
    made: Made | None = None
    message: str = ""
