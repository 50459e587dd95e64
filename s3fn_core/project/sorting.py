"""Whether a file that was dropped is a cube or labels of a cube that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.cubes.cube import Cube, Layout
from s3fn_core.cubes.formats import can_open, open_cube
from s3fn_core.errors import CubeError, LabelError
from s3fn_core.files import require_file
from s3fn_core.labels.exchange import LABEL_SUFFIXES, LabelFile, UnclearAttributeError, read_label_file
from s3fn_core.labels.rasters import Place
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import SUFFIX

_HEAD = 1 << 16


@dataclass(frozen=True)
class Target:
    """An open cube that labels may belong to."""

    key: str
    shape: tuple[int, int]
    place: Place | None


@dataclass(frozen=True)
class FittingLabels:
    """Labels, or what keeps them from being read, and the key of the cube that they fit."""

    key: str
    file: LabelFile | UnclearAttributeError

    @property
    def fit(self) -> tuple[bool, int]:
        """How well: on the cube's own grid, or how many labels lie on it."""
        if isinstance(self.file, UnclearAttributeError):
            return True, 0
        return not self.file.moved, sum(c.pixels for c in self.file.classes) if self.file.moved else 0


def sorting(path: Path, targets: Sequence[Target]) -> Operation[FittingLabels | None]:
    """Labels of the one of `targets` that they fit best; None for what is to open as a cube.

    What is clearly a cube is one.  A single band, or a table that may be a list of pixels, is
    taken for labels where it has the shape of an open cube and holds whole numbers.

    Raises
    ------
    LabelError
        When it can be nothing but labels, and fits no cube.
    """
    yield Progress("open", 0.0, tr("Inspecting {name}", name=path.name))
    if path.suffix.lower() not in LABEL_SUFFIXES or not path.is_file():
        return None
    only_labels = not can_open(path)
    if not only_labels:
        try:
            cube = open_cube(path)
        except CubeError:  # told when it is opened, unless it turns out to be labels
            pass
        else:
            if not _is_doubtful(cube):
                return None
            only_labels = cube.bands == 1
    errors: list[LabelError] = []
    found: list[FittingLabels] = []
    for target in targets:
        try:
            file = read_label_file(path, shape=target.shape, place=target.place)
            found.append(FittingLabels(target.key, file))
        except UnclearAttributeError as unclear:
            found.append(FittingLabels(target.key, unclear))
        except LabelError as error:
            errors.append(error)
        if found and found[-1].fit[0]:
            break
    if found:
        return max(found, key=lambda one: one.fit)
    if only_labels and errors:
        raise errors[0]
    return None


def in_order(paths: Sequence[Path]) -> Operation[list[Path]]:
    """Projects, cubes, classes, what may be labels, labels: each can rely on those before it."""
    ranks: list[tuple[int, Path]] = []
    for done, path in enumerate(paths):
        yield Progress("open", done / len(paths), tr("Inspecting {name}", name=path.name))
        ranks.append((_rank(path), path))
    return [path for _, path in sorted(ranks, key=lambda ranked: ranked[0])]


def _rank(path: Path) -> int:
    if is_project(path):
        return 0
    if path.suffix == ".json" and not is_geojson(path):
        return 2
    if path.suffix.lower() not in LABEL_SUFFIXES or not path.is_file():
        return 1
    if not can_open(path):
        return 4
    try:
        return 3 if _is_doubtful(open_cube(path)) else 1
    except CubeError:
        return 3


def is_project(path: Path) -> bool:
    """Whether a folder, or the file in it, is a project."""
    return path.suffix == SUFFIX or path.name == "project.json"


def _is_doubtful(cube: Cube) -> bool:
    """An array of two axes, though one of three may be written with a length of 1."""
    as_list = bool(cube.layouts) and isinstance(cube.layouts[0], Layout)
    return as_list or 1 in cube.shape


def is_geojson(path: Path) -> bool:
    """Whether a .json holds shapes, and not a project's classes."""
    try:
        require_file(path)
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:  # told by who reads it
        return False
    return b'"type"' in head and (b'"Feature' in head or b'"coordinates"' in head)
