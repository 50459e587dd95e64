"""The command line ``s3fn``: the same pipeline as the window, in the foreground.

Exit status 0: done.  1: unexpected error, with a traceback in the log file.  2: wrong arguments or
unusable input, one line on stderr.  130: interrupted.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from s3fn_core.cli.apply import evaluate, predict
from s3fn_core.cli.arguments import spread_lists
from s3fn_core.cli.calibrate import calibrate
from s3fn_core.cli.describe import describe
from s3fn_core.cli.learn import train
from s3fn_core.cli.look import demo, info, similarity
from s3fn_core.errors import S3FNError
from s3fn_core.logs import log_path, start_logging

__all__ = ["app", "main", "run"]

log = logging.getLogger(__name__)

app = typer.Typer(
    help="From a hyperspectral cube to a classification map, with classes described in words.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (info, calibrate, train, predict, evaluate, describe, similarity, demo):
    app.command()(command)


def main() -> None:
    """Entry point of the program ``s3fn``."""
    start_logging()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # names of files and classes can hold anything
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    try:
        status = app(spread_lists(arguments or ["--help"]), prog_name="s3fn", standalone_mode=False)
        return _complain("interrupted", 130) if status == 130 else int(status or 0)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "s3fn"
        # The parser leaves the word of the library that checks choices in its message.
        message = error.format_message().replace(": Value error, ", ": ")
        return _complain(f"{message} ({command} --help tells more.)", 2)
    except S3FNError as error:
        return _complain(str(error), 2)
    except OSError as error:
        log.exception("s3fn %s", " ".join(arguments))
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}", 2)
    except Exception as error:
        log.exception("s3fn %s", " ".join(arguments))
        name = type(error).__name__
        return _complain(f"unexpected error ({name}: {error}); details are in {log_path()}", 1)


def _complain(message: str, status: int) -> int:
    """One line on stderr, whatever the message holds."""
    print("s3fn:", " ".join(message.split()), file=sys.stderr)
    return status
