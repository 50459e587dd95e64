"""What a command may write: never over its inputs, and over nothing that somebody else made.

The command's own earlier files for the same input are known by their content: of every file that a
command has written, a digest is kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

import appdirs

from s3fn_core.cubes.formats.beside import files_of, first_shared
from s3fn_core.errors import ExportError

_PLACES, _BYTES = 64, 1 << 16
_LARGEST_RECORD = 1 << 22


class Outputs:
    """The files of one call of a command.

    Parameters
    ----------
    command : str
    inputs : iterable of Path
        Everything that the command reads.
    overwrite : bool
        Whether the user allows that other files are replaced.
    """

    def __init__(self, command: str, inputs: Iterable[Path | None], overwrite: bool) -> None:
        self._command, self._overwrite = command, overwrite
        self._inputs = [path for path in inputs if path is not None and path.exists()]
        self._claimed: dict[Path, str] = {}

    def claim(self, paths: Iterable[Path], made_of: Iterable[Path | str], own: Collection[Path] = ()) -> None:
        """Ask for files before the work begins.

        Parameters
        ----------
        paths : iterable of Path
        made_of : iterable of Path or str
            The input by which the command's own earlier files are known.
        own : collection of Path
            Files that are known to be the command's own for another reason.

        Raises
        ------
        ExportError
            When a file is an input, is asked for twice, or is there and somebody else's.
        """
        paths, source = list(paths), source_digest(made_of)
        self.keep_inputs(paths)
        for path in paths:
            if path in self._claimed:
                raise ExportError(
                    "{path} would be written twice, for two cubes that share a name; write them into "
                    "different folders.",
                    path=path,
                )
            if path.is_dir():
                raise ExportError("{path} is a folder; give the name of a file.", path=path)
            self._claimed[path] = source
        there = [path for path in paths if path not in own and (path.exists() or path.is_symlink())]
        known = set[str]() if not there or self._overwrite else _known()
        for path in there:
            if not self._overwrite and self._entry(path) not in known:
                raise ExportError(
                    "{path} exists and was not made by this command of the same input; choose another name, "
                    "or allow to replace it with --overwrite.",
                    path=path,
                )

    def keep_inputs(self, paths: Iterable[Path]) -> None:
        """Raise ExportError when one of the files is an input of the command."""
        if (found := first_shared(paths, self._inputs)) is not None:
            raise ExportError(
                "{found} is, or lies in, an input of this command, which stays as it is; choose another "
                "name.",
                found=found,
            )

    def keep_inputs_of(self, inputs: Iterable[Path], paths: Iterable[Path]) -> None:
        """The same for inputs that the command came to know later."""
        self._inputs += [path for path in inputs if path.exists()]
        self.keep_inputs(paths)

    def written(self, paths: Iterable[Path]) -> None:
        """Remember claimed files as this command's; without a cache folder they become strangers."""
        lines = "".join(f"{self._entry(path)}\n" for path in paths if path.is_file())
        record = _record()
        try:
            record.parent.mkdir(parents=True, exist_ok=True)
            if record.is_file() and record.stat().st_size > _LARGEST_RECORD:
                record.unlink()
            with record.open("a", encoding="ascii") as file:
                file.write(lines)
        except OSError:
            return

    def _entry(self, path: Path) -> str:
        """What is kept of a file: the command, its input, and the content."""
        content = content_digest([path]) if path.is_file() else ""
        return hashlib.sha256(f"{self._command} {self._claimed[path]} {content}".encode()).hexdigest()


def _record() -> Path:
    return Path(appdirs.user_cache_dir("s3fn", appauthor=False)) / "outputs.txt"


def _known() -> set[str]:
    try:
        return set(_record().read_text("ascii").split())
    except (OSError, ValueError):
        return set()


def source_digest(made_of: Iterable[Path | str]) -> str:
    """A digest of names and contents; of a large file, of many places in it."""
    parts = list(made_of)
    files = {file for part in parts if isinstance(part, Path) for file in files_of(part) if file.is_file()}
    texts = [part for part in parts if isinstance(part, str)] + [file.name for file in sorted(files)]
    return hashlib.sha256(f"{texts} {content_digest(sorted(files), sampled=True)}".encode()).hexdigest()


def content_digest(paths: Iterable[Path], sampled: bool = False) -> str:
    """A digest of contents; `sampled`, of a large file, of many places in it."""
    digest = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        digest.update(f"{size}:".encode())
        with path.open("rb") as file:
            if not sampled or size <= _PLACES * _BYTES:
                digest.update(hashlib.file_digest(file, "sha256").digest())
                continue
            for number in range(_PLACES):
                file.seek(number * (size - _BYTES) // (_PLACES - 1))
                digest.update(file.read(_BYTES))
    return digest.hexdigest()
