"""What the start page looks up or makes in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import appdirs

from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_gui.base.settings import APP

CLASSES = "classes.json"  # the last file of a scene that is written


def missing(paths: Sequence[str]) -> frozenset[str]:
    """Those that are not there; a drive in the network may take its time to say so."""
    return frozenset(path for path in paths if not Path(path).exists())


def scene_folder(name: str) -> Path:
    """Where a scene is kept, so that a project can find it again."""
    return Path(appdirs.user_data_dir(APP)) / "scenes" / name


def write_scene(name: str) -> Operation[Path]:
    """The header of a simulated cube, which is written where it is not there yet.

    Raises
    ------
    CubeError, LabelError, ExportError
        When its folder cannot be written.
    """
    yield Progress("scene", 0.0, tr("Simulating the scene"))
    from s3fn_core.cubes import simulate

    folder = scene_folder(name)
    header = folder / f"simulated_{name}.hdr"
    if header.exists() and (folder / CLASSES).exists():
        return header
    return simulate.write_scene(simulate.simulate(name), folder)
