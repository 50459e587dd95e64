"""The annotation files of DeepHS-Fruit: records of cubes, what was measured, wavelengths by camera."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from s3fn_core.errors import CubeError
from s3fn_core.files import read_file, reason
from s3fn_core.languages import plural, tr

_FILE = re.compile(r"(?P<role>train_only_labeled|train_all|train|val|test)(?:_v(?P<version>\d+))?\.json")
_SERIES = re.compile(r"m\d+")
_NAME = re.compile(r"_(?P<number>\d+)(?:_(?:front|back))?$", re.IGNORECASE)
_ROLES = ("test", "val", "train_only_labeled", "train_all", "train")
"""Of the same cube in two files the first counts; of the files of a training the smaller one will do."""


@dataclass(frozen=True)
class Record:
    """A cube in an annotation file.

    Attributes
    ----------
    fruit, camera, day, side : str
    individual : str
        The fruit itself: one kind and series of days number their fruit, and every fruit is recorded on
        both sides, day after day, until it is cut up and measured.
    part : {"train", "val", "test"}
    places : tuple of Path
        Where its header may lie.
    wavelengths : tuple of float or None
    measured : mapping
        Its annotation; empty before the fruit is measured.
    """

    fruit: str
    camera: str
    day: str
    side: str
    individual: str
    part: str
    places: tuple[Path, ...]
    wavelengths: tuple[float, ...] | None
    measured: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


def read_records(folder: Path) -> tuple[list[Record], list[str]]:
    """All records of the newest annotation files below a folder, each once, and notes on them.

    Raises
    ------
    CubeError
        When there are none, or one is malformed.
    """
    files, notes = _files(folder)
    found: dict[Path, Record] = {}
    twice = 0
    for role, path in files:
        content = _content(path)
        try:
            for record in _records(content, role, path, folder):
                twice += record.places[0] in found
                found.setdefault(record.places[0], record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CubeError(
                "{path} is not an annotation file of DeepHS-Fruit ({kind}: {error}). Download it again.",
                path=path,
                kind=type(error).__name__,
                error=error,
            ) from error
    if twice:
        notes.append(
            plural(
                "{count} cube is listed in two annotation files; a test counts before a training.",
                "{count} cubes are listed in two annotation files; a test counts before a training.",
                twice,
            )
        )
    return list(found.values()), notes


def _files(folder: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The annotation files to read, by their role; and which were passed over."""
    named = [
        (match, path)
        for path in sorted([*folder.glob("*.json"), *folder.glob("*/*.json")])
        if (match := _FILE.fullmatch(path.name))
    ]
    if not named:
        raise CubeError(
            "{folder} holds no annotation file of DeepHS-Fruit "
            "(train_only_labeled_v2.json, val_v2.json, test_v2.json, ...). "
            "Choose the folder that holds them and the fruit, and put them there.",
            folder=folder,
        )
    newest = max(match["version"] or "" for match, _ in named)
    by_role = {match["role"]: path for match, path in named if (match["version"] or "") == newest}
    training = next(role for role in (*_ROLES[2:], *_ROLES) if role in by_role)
    used = [(role, by_role[role]) for role in _ROLES if role in by_role and role in (training, "test", "val")]
    older = len({match["version"] for match, _ in named}) > 1
    names = ", ".join(path.name for _, path in used)
    return used, [tr("Read: {names}; older versions were skipped.", names=names)] if older else []


def _content(path: Path) -> Any:
    try:
        return json.loads(read_file(path).decode("utf-8-sig"))
    except OSError as error:
        raise CubeError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise CubeError("{path} is not JSON ({error}). Download it again.", path=path, error=error) from error


def _records(content: Any, role: str, path: Path, folder: Path) -> Iterator[Record]:
    """Records with their annotations, which know each other by numbers that begin anew in every file."""
    bands = {str(c["id"]): tuple(map(float, c["wavelengths"])) for c in content["cameras"]}
    measured = {a["record_id"]: a for a in content["annotations"]}
    for record in content["records"]:
        fruit, day, header = str(record["fruit"]), str(record["day"]), str(record["files"]["header_file"])
        camera = str(record["camera_type"])
        yield Record(
            fruit,
            camera,
            day,
            str(record["side"]),
            f"{fruit} {_series(day)} {_number(header)}",
            role.split("_")[0],
            tuple(root / header for root in _roots(path, folder)),
            bands.get(camera),
            measured.get(record["id"], {}),
        )


def _series(day: str) -> str:
    """The series of days in which numbers are unique: m2 in day_m2_01 and day_1_m2, else m1."""
    return next((part for part in day.split("_") if _SERIES.fullmatch(part)), "m1")


def _number(header: str) -> str:
    """The fruit's number in a file name; the whole name where there is none."""
    stem = Path(header).stem
    match = _NAME.search(stem)
    return stem if match is None else str(int(match["number"]))


def _roots(path: Path, folder: Path) -> Sequence[Path]:
    """What paths in an annotation file may be relative to."""
    return tuple(dict.fromkeys((folder, path.parent, path.parent.parent)))
