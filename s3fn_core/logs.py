"""The log file: where unexpected errors and the libraries' warnings go, never the terminal."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import appdirs

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_path() -> Path:
    """The log file of this user."""
    return Path(appdirs.user_log_dir("s3fn", appauthor=False)) / "s3fn.log"


def start_logging() -> None:
    """Send log records and Python warnings of all libraries to the log file.

    Where that folder cannot be written, nothing is logged and the program works all the same.
    """
    path = log_path()
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    logging.basicConfig(level=logging.WARNING, format=_FORMAT, handlers=[handler])
    logging.captureWarnings(True)
