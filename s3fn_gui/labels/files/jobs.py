"""Label maps of other programs on their way into a cube and out: what is asked, and the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import (
    Extent,
    LabelFile,
    Match,
    check_importable,
    is_same,
    propose_mapping,
    write_labels,
)
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.rasters import Place, category_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import IdArray
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

LEFT_OUT = 0


@dataclass(frozen=True)
class ImportQuestion:
    """What the user decides before labels are taken over.

    Attributes
    ----------
    name : str
        Of the file.
    matches : tuple of Match
        What is proposed for each class of the file.
    classes : ClassSet
        The project's.
    labelled : int
        Pixels of the cube that have a label now.
    notes : tuple of str
        What was guessed or skipped when the file was read.
    """

    name: str
    matches: tuple[Match, ...]
    classes: ClassSet
    labelled: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportAnswer:
    """What each class of the file becomes, LEFT_OUT for nothing, and where its labels go."""

    matches: tuple[Match, ...]
    extent: Extent = "all"


def question(file: LabelFile, item: OpenCube, classes: ClassSet) -> ImportQuestion:
    """What there is to decide about a file that was read.

    Raises
    ------
    LabelError
        See :func:`~s3fn_core.labels.exchange.check_importable`.
    """
    check_importable(file)
    labelled = int(item.counts[1:].sum())
    matches = propose_mapping(file.classes, classes)
    return ImportQuestion(file.path.name, matches, classes, labelled, file.notes)


def must_ask(asked: ImportQuestion) -> bool:
    """Whether the file means something else, or labels would be replaced."""
    different = len(asked.classes) > 0 and not is_same(asked.matches)
    return different or asked.labelled > 0


def push_import(session: Session, item: OpenCube, name: str, classes: ClassSet, edit: LabelEdit) -> None:
    """Take over labels and the classes that they need, as one step to undo."""
    session.undo_stack.beginMacro(tr("Import labels from {name}", name=name))
    session.push_classes(classes, tr("Add classes"))
    session.push_labels(item, edit, tr("Import labels"))
    session.undo_stack.endMacro()


@dataclass(frozen=True)
class MapToWrite:
    """A label map to be written."""

    path: Path
    ids: IdArray
    place: Place | None


def map_to_write(item: OpenCube, path: Path) -> MapToWrite:
    """A copy of a cube's labels: later strokes do not reach it."""
    return MapToWrite(path, item.labels.ids.copy(), item.cube.georeference)


def files_of(one: MapToWrite) -> list[Path]:
    """The file of a label map, and what its format writes beside it."""
    beside = {".hdr": one.path.with_suffix(".img"), ".tif": category_file(one.path)}.get(one.path.suffix)
    return [one.path] if beside is None else [one.path, beside]


def write_maps(maps: Sequence[MapToWrite], classes: ClassSet) -> Operation[list[Path]]:
    """Write label maps, one after the other."""
    for done, one in enumerate(maps):
        yield Progress("labels", done / len(maps), tr("Writing {name}", name=one.path.name))
        write_labels(one.ids, one.path, classes, one.place)
    return [one.path for one in maps]
