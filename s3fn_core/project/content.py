"""The content of project.json: read, checked, and brought from older versions to this one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from s3fn_core.errors import ProjectError
from s3fn_core.files import reason

SUFFIX = ".s3fnproj"
VERSION = 3


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


def read_content(path: Path) -> dict[str, Any]:
    """What a project.json says, in the form of this version.

    Raises
    ------
    ProjectError
        When it is missing, no JSON, or of a version that this program does not know.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ProjectError(
            f"{path.parent} is no project: {path.name} is missing. Choose a folder that "
            f"this program saved (NAME{SUFFIX})."
        ) from error
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {reason(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{path} is not JSON ({error}). Restore the file from a backup.") from error
    version = content.get("version") if isinstance(content, dict) else None
    while isinstance(version, int) and version in _MIGRATIONS:
        content = _MIGRATIONS[version](content)
        version = content["version"]
    if version != VERSION:
        raise ProjectError(
            f"{path} has the version {version!r}; this program reads 1 to {VERSION}. Open it "
            "with the program that saved it, or update this one."
        )
    return dict(content)


def plain_name(name: Any) -> str:
    """A file name without a path: a project never reads outside of its folder."""
    if not isinstance(name, str) or name in ("", ".", "..") or set(name) & set("/\\:"):
        raise ValueError(f"{name!r} is no file name")
    return name
