"""What is known of a problem, as texts to be shown and then packed into one file."""

from __future__ import annotations

import os
import platform
import sys
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import s3fn_core
from s3fn_core.errors import ExportError
from s3fn_core.files import json_text, reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.logs import log_path
from s3fn_core.problems.crashes import command_crashes, last_crash
from s3fn_core.problems.masking import Masking
from s3fn_core.progress import Operation, Progress

LINES = 500
"""Of the log, its last."""
LIBRARIES = "numpy scipy scikit-learn torch transformers safetensors rasterio pyogrio h5py pillow openai"
LIBRARIES += " pyside6-essentials pyqtgraph"
VARIABLES = (
    "LANG",
    "OMP_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
    "QT_QPA_PLATFORM",
    "QT_SCALE_FACTOR",
    "XDG_SESSION_TYPE",
)
"""Of the environment, which may hold keys, nothing else is looked at."""
VERSIONS, SETTINGS, LOG = "versions.txt", "settings.json", "log.txt"
CRASH, COMMANDS = "crash.txt", "command-crashes.txt"
Bundle = dict[str, str]
"""Texts by the names of their files."""


def collect(
    settings: Mapping[str, Any] | None = None,
    names: Iterable[str] = (),
    more: Mapping[str, str] | None = None,
) -> Operation[Bundle]:
    """Gather what helps to mend a problem, masked.

    Parameters
    ----------
    settings : mapping, optional
        That JSON can hold.
    names : iterable of str
        What must not be in it: names of the user's files, cubes and classes.
    more : mapping of str to str, optional
        What else is known of the program, such as its screen.
    """
    yield Progress("problem", 0.0, tr("Looking at versions and the log"))
    masked = Masking(names)
    found = {VERSIONS: _facts(dict(more or {}))}
    if settings is not None:
        found[SETTINGS] = json_text(settings)
    found[LOG] = log_tail()
    found[CRASH] = last_crash()
    found[COMMANDS] = command_crashes()
    return {name: masked(text) for name, text in found.items() if text.strip()}


def write_bundle(bundle: Mapping[str, str], path: Path) -> None:
    """Pack the texts into one ZIP file.

    Raises
    ------
    ExportError
        When it cannot be written.
    """
    try:
        with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in bundle.items():
                packed.writestr(name, text)
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
        ) from error


def log_tail(lines: int = LINES) -> str:
    """The end of the log, from the file before too where the log has just begun a new one."""
    kept: deque[str] = deque(maxlen=lines)
    for path in (log_path().with_name(f"{log_path().name}.1"), log_path()):
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                kept.extend(file)
        except OSError:
            continue
    return "".join(kept)


def _facts(more: Mapping[str, str]) -> str:
    """Program, machine and libraries, one a line."""
    frozen = " (packaged)" if getattr(sys, "frozen", False) else ""
    rows = {
        "S3FN": s3fn_core.__version__ + frozen,
        "Python": platform.python_version(),
        "System": platform.platform(),
        "Processor": f"{platform.machine()}, {os.cpu_count()} cores",
        "Graphics card": _graphics_card(),
        **more,
        **{name: _version(name) for name in LIBRARIES.split()},
        **{name: os.environ[name] for name in VARIABLES if name in os.environ},
    }
    return "".join(f"{name}: {value}\n" for name, value in rows.items())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _graphics_card() -> str:
    try:
        import torch
    except Exception as error:  # whatever is wrong with it is what the reader wants to know
        return f"unknown, as torch cannot be imported ({type(error).__name__})"
    if torch.cuda.is_available():
        return ", ".join(torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count()))
    return "Apple (mps)" if torch.backends.mps.is_available() else "none that torch can use"
