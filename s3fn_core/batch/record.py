"""The record beside the results of a cube: what they were made of, written last.

By it a later run knows what is done.  It is there from the first file on, not yet finished, so that
what a killed process left is known as its own and may be replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

import s3fn_core
from s3fn_core.batch.outputs import content_digest, source_digest
from s3fn_core.batch.task import Made, Task
from s3fn_core.files import json_text, read_file, whole_file

VERSION = 1


class _Content(BaseModel):
    """The content of a record; `files` are digests by name, empty before the end."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: int
    program: str
    command: str
    cube: str
    input: str
    key: str
    settings: dict[str, Any]
    files: dict[str, str]
    made: Made | None


class Record:
    """The record of one task."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.path = record_path(task)
        self._input = source_digest([task.cube])
        beside = {name: source_digest([path]) for name, path in task.beside.items()}
        work = task.work
        key = [
            s3fn_core.__version__,
            work.command,
            work.settings,
            self._input,
            beside,
            task.shared,
            task.name,
        ]
        self._key = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        self._found = self._read()

    @property
    def made(self) -> Made | None:
        """What an earlier run made of the same cube in the same way, if its files are still there."""
        found = self._found
        if found is None or found.made is None or found.key != self._key:
            return None
        if not all((self._task.out / name).is_file() for name in found.files):
            return None
        return found.made

    @property
    def own(self) -> list[Path]:
        """Files that an earlier run made of this cube and that nobody has changed since."""
        found = self._found
        if found is None or found.input != self._input:
            return []
        files = ((self._task.out / name, digest) for name, digest in found.files.items())
        kept = [path for path, known in files if path.is_file() and known in ("", _digest(path))]
        return [self.path, *kept]

    def begin(self, files: Iterable[Path]) -> None:
        """Say which files are about to be written."""
        self._write({self._task.relative(path): "" for path in files}, None)

    def finish(self, files: Iterable[Path], made: Made) -> None:
        """Say that all is done."""
        there = [path for path in files if path.is_file()]
        self._write({self._task.relative(path): _digest(path) for path in there}, made)

    def _write(self, files: dict[str, str], made: Made | None) -> None:
        content = {
            "version": VERSION,
            "program": s3fn_core.__version__,
            "command": self._task.work.command,
            "cube": self._task.cube.name,
            "input": self._input,
            "key": self._key,
            "settings": dict(self._task.work.settings),
            "files": files,
            "made": None if made is None else asdict(made),
        }
        with whole_file(self.path) as temporary:
            temporary.write_text(json_text(content), "utf-8")

    def _read(self) -> _Content | None:
        """None where there is none that this program wrote."""
        try:
            found = _Content.model_validate_json(read_file(self.path))
        except (OSError, ValidationError):
            return None
        return found if found.version == VERSION and found.command == self._task.work.command else None


def record_path(task: Task) -> Path:
    """Where the record of a task lies."""
    return task.folder / f"{task.stem}_{task.work.command}.json"


def _digest(path: Path) -> str:
    """Of a result, which may be as large as a cube."""
    return content_digest([path], sampled=True)
