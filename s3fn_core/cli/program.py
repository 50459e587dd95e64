"""The commands, and what becomes of their errors."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import typer

from s3fn_core.cli.apply import evaluate, predict
from s3fn_core.cli.arguments import spread_lists
from s3fn_core.cli.calibrate import calibrate
from s3fn_core.cli.describe import describe
from s3fn_core.cli.learn import train
from s3fn_core.cli.library import app as library
from s3fn_core.cli.look import demo, info, similarity
from s3fn_core.errors import S3FNError
from s3fn_core.interrupts import INTERRUPTED, noted
from s3fn_core.logs import log_path
from s3fn_core.memory import is_out_of_memory, what_did_not_fit
from s3fn_core.quoting import one_line

ANYWAY = "Close other programs, or use a smaller part of the cube."
LESS = {
    "train": "Use --device cpu (if a graphics card ran out), --preset pixel (smaller patches) or fewer "
    "labelled pixels, or close other programs.",
    "predict": "Use --device cpu (if a graphics card ran out), a model with smaller patches or a smaller "
    "part of the cube, or close other programs.",
}
"""What fits where a command did not."""
LESS["evaluate"] = LESS["predict"]

log = logging.getLogger(__name__)

app = typer.Typer(
    help="From a hyperspectral cube to a classification map, with classes described in words.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (info, calibrate, train, predict, evaluate, describe, similarity, demo):
    app.command()(command)
app.add_typer(library, name="library")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    with noted() as interrupts:
        status = _run(arguments, interrupts)
    return _complain("interrupted", INTERRUPTED) if status == INTERRUPTED else status


def _run(arguments: Sequence[str], interrupts: Sequence[int]) -> int:
    try:
        return int(app(spread_lists(arguments or ["--help"]), prog_name="s3fn", standalone_mode=False) or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "s3fn"
        # The parser leaves the word of the library that checks choices in its message.
        message = error.format_message().replace(": Value error, ", ": ")
        return _complain(f"{message} ({command} --help tells more.)", 2)
    except S3FNError as error:
        return _complain(str(error), 2)
    except Exception as error:
        if interrupts:  # some libraries make an error of their own of it while they are imported
            return INTERRUPTED
        log.exception("s3fn %s", " ".join(arguments))
        if is_out_of_memory(error):
            return _complain(f"{what_did_not_fit(error)}. {LESS.get(arguments[0], ANYWAY)}", 2)
        if isinstance(error, OSError):
            where = f"{error.filename}: " if error.filename else ""
            return _complain(f"{where}{error.strerror or error}", 2)
        name = type(error).__name__
        return _complain(f"unexpected error ({name}: {error}); details are in {log_path()}", 1)


def _complain(message: str, status: int) -> int:
    """One line on stderr, whatever the message holds."""
    print("s3fn:", one_line(message), file=sys.stderr)
    return status
