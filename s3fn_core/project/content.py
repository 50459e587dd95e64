"""The content of project.json: read, checked, and brought from older versions to this one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from s3fn_core.errors import ProjectError
from s3fn_core.files import PROJECT_SUFFIX, read_file, reason, require_file
from s3fn_core.languages import tr

SUFFIX = PROJECT_SUFFIX
VERSION = 3
_LONGEST_NAME = 150  # bytes, to which digests and suffixes are added
_DIGITS = 16
_TOLD = 60  # characters of it in a message


def _with_treatments(content: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew cubes only as their files are."""
    return {**content, "version": 2, "treatments": {}}


def _with_test_regions(content: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew no test set drawn by hand."""
    return {**content, "version": 3, "test_regions": {}}


_MIGRATIONS: dict[Any, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _with_treatments,
    2: _with_test_regions,
}
"""From each older version to the one after it."""


_KEYS = {
    *("version", "cubes", "classes", "labels", "treatments", "test_regions", "models", "settings"),
    "digest",
}


def check_place(folder: Path) -> None:
    """Raise ProjectError where no folder of this name can be."""
    try:
        require_file(folder)
    except OSError as error:
        raise ProjectError(
            "{folder} cannot hold a project: {reason}. Choose a folder.", folder=folder, reason=reason(error)
        ) from error


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """With a digest of all of it, by which damage is noticed."""
    return {**content, "digest": _digest(content)}


def _doubts(path: Path, content: dict[str, Any]) -> list[str]:
    """What speaks against the content of a project.json, nothing for one that is as it was saved."""
    known = content.get("digest", digest := _digest(content))
    if known == digest and content.keys() <= _KEYS:
        return []
    text = tr(
        "{path} is not as it was saved: it was edited by hand, or is damaged. "
        "Look through the project; the next save takes it as it is.",
        path=path,
    )
    return [text]


def _digest(content: dict[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def read_content(path: Path) -> dict[str, Any]:
    """What a project.json says, in the form of this version; and "notes" on it, for the user.

    Raises
    ------
    ProjectError
        When it is missing, no JSON, or of a version that this program does not know.
    """
    try:
        content = json.loads(read_file(path).decode("utf-8"), parse_constant=lambda _: None)
    except FileNotFoundError as error:
        raise ProjectError(
            "{parent} is not a project: {name} is missing. Choose a folder that this program saved "
            "(NAME{suffix}).",
            parent=path.parent,
            name=path.name,
            suffix=SUFFIX,
        ) from error
    except OSError as error:
        raise ProjectError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            "{path} is not JSON ({error}). Restore the file from a backup.", path=path, error=error
        ) from error
    doubts = _doubts(path, content) if isinstance(content, dict) else []
    version = content.get("version") if isinstance(content, dict) else None
    while isinstance(version, int) and version in _MIGRATIONS:
        content = _MIGRATIONS[version](content)
        version = content["version"]
    if version != VERSION:
        raise ProjectError(
            "{path} has the version {version!r}; this program reads 1 to {newest}. "
            "Open it with the program that saved it, or update this one.",
            path=path,
            version=version,
            newest=VERSION,
        )
    return {**content, "notes": doubts}


def file_names(content: dict[str, Any]) -> set[str]:
    """Names of all files that a project.json refers to.

    Raises
    ------
    ProjectError
        When it is malformed.
    """
    try:
        of_cubes = [content[kind].values() for kind in ("labels", "treatments", "test_regions")]
        return {plain_name(name) for names in (*of_cubes, content["models"]) for name in names}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProjectError("A project.json is malformed: {error}.", error=error) from error


def plain_name(name: Any) -> str:
    """A name that can be (a part of) a file's: a project never reads or writes outside of its folder."""
    if not isinstance(name, str) or name in ("", ".", "..") or set(name) & set("/\\:"):
        raise ValueError(tr("{name!r} is not a file name", name=str(name)[:_TOLD]))
    if not name.isprintable() or len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        raise ValueError(
            tr("{name!r}, of {count} characters, is not a file name", name=name[:_TOLD], count=len(name))
        )
    return name
