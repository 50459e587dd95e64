"""One cube of a project: where it lies, how it was opened, and whether it is still the same."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from s3fn_core.cubes.cube import Arrangement, Axes, Cube, Layout
from s3fn_core.errors import CubeError, ProjectError
from s3fn_core.files import reason, require_file
from s3fn_core.languages import tr
from s3fn_core.project.content import plain_name

State = Literal["found", "missing", "changed"]

SAMPLE_BYTES = 1 << 16
# Data files that may lie beside an ENVI header.
DATA_SUFFIXES = ("", ".img", ".dat", ".bin", ".raw", ".bil", ".bip", ".bsq")


@dataclass(frozen=True)
class Scene:
    """A simulated scene that was never written to a file: what it takes to compute it again."""

    name: str
    seed: int = 0
    lines: int | None = None
    samples: int | None = None


@dataclass(frozen=True)
class CubeEntry:
    """A cube as a project remembers it.

    Attributes
    ----------
    id : str
        Key of the cube's label map; never changes within a project.
    name : str
        What the user calls it.
    path : Path or None
        Absolute; None for a simulated scene, which is computed again.
    layout : Layout, Axes or None
        How the array of a file that does not say so is an image.
    variable : str or None
        The array chosen in a file with several.
    fingerprint : str
        Of the file's content when it was added, empty for a scene.
    simulated : bool
    scene : Scene or None
    """

    id: str
    name: str
    path: Path | None
    layout: Arrangement | None = None
    variable: str | None = None
    fingerprint: str = ""
    simulated: bool = False
    scene: Scene | None = None

    @classmethod
    def of(
        cls, cube: Cube, entry_id: str, *, scene: Scene | None = None, variable: str | None = None
    ) -> CubeEntry:
        """The entry of an open cube; a cube without a file needs the `scene` it was made from.

        Raises
        ------
        ProjectError
            When the cube comes neither from a file nor from a scene.
        """
        if cube.path is None and scene is None:
            raise ProjectError(
                "{name} lies in memory only, so a project cannot refer to it; save it as a file first.",
                name=cube.name,
            )
        path = None if cube.path is None else Path(os.path.abspath(cube.path))  # noqa: PTH100
        return cls(
            entry_id,
            cube.name,
            path,
            cube.layouts[0] if cube.layouts else None,
            variable,
            "" if path is None else fingerprint(path),
            cube.simulated,
            scene,
        )

    @property
    def state(self) -> State:
        """Whether the file is there, and still what it was."""
        if self.path is None:
            return "found"
        try:
            return "found" if fingerprint(self.path) == self.fingerprint else "changed"
        except ProjectError:
            return "missing"

    @property
    def key(self) -> str:
        """See :func:`key_of`."""
        return key_of(self.path, self.name, self.variable)

    def open(self) -> Cube:
        """Open the cube the way it was opened before, or simulate its scene again.

        Raises
        ------
        CubeError
            When the file is missing or can no longer be read.
        """
        if self.path is None:
            return _simulated(self)
        from s3fn_core.cubes.formats import open_cube

        if not _exists(self.path):
            raise CubeError(
                "{name} is missing: {path} is not there. Put the file back, or choose where it lies now.",
                name=self.name,
                path=self.path,
            )
        cube = open_cube(self.path, layout=self.layout, variable=self.variable)
        return cube.with_(name=self.name, simulated=cube.simulated or self.simulated)

    def moved_to(self, path: Path) -> CubeEntry:
        """The same cube found at another place; its fingerprint is taken again."""
        path = Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links)
        return replace(self, path=path, fingerprint=fingerprint(path))

    def to_json(self, folder: Path) -> dict[str, Any]:
        """Plain values; the path is relative to the project's `folder` where that is possible."""
        record: dict[str, Any] = {"id": self.id, "name": self.name, "simulated": self.simulated}
        if self.path is not None:
            record |= {"path": _relative(self.path, folder), "fingerprint": self.fingerprint}
        if self.layout is not None:
            record["layout"] = vars(self.layout)
        if self.variable is not None:
            record["variable"] = self.variable
        if self.scene is not None:
            record["scene"] = vars(self.scene)
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any], folder: Path) -> CubeEntry:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            When a field is missing, of another type, or unknown.
        """
        path = _typed(record.get("path"), str, "path", optional=True)
        layout = _typed(record.get("layout"), dict, "layout", optional=True)
        scene = _typed(record.get("scene"), dict, "scene", optional=True)
        if path is not None and "\0" in path:
            raise ValueError(tr('"path" is {path!r}, which is not a path', path=path[:60]))
        if (path is None) == (scene is None):
            raise ValueError(tr("a cube has either a path or a scene"))
        return cls(
            id=plain_name(_typed(record["id"], str, "id")),
            name=_typed(record["name"], str, "name"),
            path=None if path is None else Path(os.path.normpath(folder / path)),
            layout=None if layout is None else _layout(layout),
            variable=_typed(record.get("variable"), str, "variable", optional=True),
            fingerprint=_typed(record.get("fingerprint", ""), str, "fingerprint"),
            simulated=_typed(record.get("simulated", False), bool, "simulated"),
            scene=None if scene is None else _scene(scene),
        )


def key_of(path: Path | None, name: str, variable: str | None = None) -> str:
    """What tells a cube from all others: arrays chosen from one file are cubes of their own."""
    if path is None:
        return f"memory:{name}"
    return str(path.resolve()) + (f":{variable}" if variable else "")


def fingerprint(path: Path) -> str:
    """Sizes and a hash of head and tail of a cube's files: cheap however large they are.

    Raises
    ------
    ProjectError
        When the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        for file in _files(path):
            require_file(file)
            size = file.stat().st_size
            digest.update(f"{size}:".encode())
            with file.open("rb") as stream:
                digest.update(stream.read(SAMPLE_BYTES))
                stream.seek(max(SAMPLE_BYTES, size - SAMPLE_BYTES))
                digest.update(stream.read(SAMPLE_BYTES))
    except OSError as error:
        raise ProjectError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    return digest.hexdigest()[:32]


def _files(path: Path) -> list[Path]:
    """The file; for an ENVI header also the data file beside it, for a stack all of its folder."""
    if path.is_dir():
        from s3fn_core.cubes.formats import can_open

        if not can_open(path):  # any folder of the system
            raise OSError(errno.ENOENT, tr("it holds no images"))
        return sorted(file for file in path.iterdir() if file.is_file())
    if path.suffix.lower() != ".hdr":
        return [path]
    beside = (path.with_suffix(suffix) for suffix in DATA_SUFFIXES)
    return [path, *(file for file in beside if file.is_file())]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def _simulated(entry: CubeEntry) -> Cube:
    from s3fn_core.cubes.simulate import simulate

    assert entry.scene is not None
    recipe = entry.scene
    scene = simulate(recipe.name, seed=recipe.seed, lines=recipe.lines, samples=recipe.samples)
    return scene.cube.with_(name=entry.name)


def _layout(record: dict[str, Any]) -> Arrangement:
    if "order" in record:
        try:
            return Axes(**record)
        except CubeError as error:
            raise ValueError(str(error)) from error
    for name, kind in (("lines", int), ("samples", int), ("by_column", bool)):
        if name in record:
            _typed(record[name], kind, f"layout.{name}")
    return Layout(**record)


def _scene(record: dict[str, Any]) -> Scene:
    scene = Scene(**record)
    _typed(scene.name, str, "scene.name")
    _typed(scene.seed, int, "scene.seed")
    _typed(scene.lines, int, "scene.lines", optional=True)
    _typed(scene.samples, int, "scene.samples", optional=True)
    return scene


def _typed(value: Any, kind: type, name: str, optional: bool = False) -> Any:
    """`value` if it is a `kind` (or None where optional); a bool is not an int here."""
    if value is None and optional:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(
            tr('"{name}" is {value!r} and not of type {kind}', name=name, value=value, kind=kind.__name__)
        )
    return value
