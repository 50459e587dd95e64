"""The commands, and what becomes of their errors."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import s3fn_core
from s3fn_core.cli.apply import predict
from s3fn_core.cli.arguments import spread_lists
from s3fn_core.cli.calibrate import calibrate
from s3fn_core.cli.describe import describe
from s3fn_core.cli.evaluate import evaluate
from s3fn_core.cli.export_model import export_model
from s3fn_core.cli.import_data import import_data
from s3fn_core.cli.learn import train
from s3fn_core.cli.library import app as library
from s3fn_core.cli.look import demo, info, similarity
from s3fn_core.cli.masks import mask, objects
from s3fn_core.cli.output import give, objects_given
from s3fn_core.cli.recipe import run as run_recipe
from s3fn_core.cli.report import report
from s3fn_core.cli.report_problem import report_problem
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
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"s3fn {s3fn_core.__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """From a hyperspectral cube to a classification map, with classes described in words."""


COMMANDS = (info, calibrate, mask, objects, train, predict, evaluate, report, describe, similarity, demo)
app.command("run")(run_recipe)
for command in COMMANDS:
    app.command()(command)
app.command("import")(import_data)
app.command("export-model")(export_model)
app.command("report-problem")(report_problem)
app.add_typer(library, name="library")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    before = objects_given()
    with noted() as interrupts:
        status, complaint = _run(arguments, interrupts)
    if status == INTERRUPTED:
        complaint = "interrupted"
    if complaint:
        _complain(complaint, status, as_json="--json" in arguments and objects_given() == before)
    return status


def _run(arguments: Sequence[str], interrupts: Sequence[int]) -> tuple[int, str]:
    """Exit status of a command, and what went wrong."""
    try:
        asked = spread_lists(arguments or ["--help"])
        return int(app(asked, prog_name="s3fn", standalone_mode=False) or 0), ""
    except KeyboardInterrupt:
        return INTERRUPTED, ""
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "s3fn"
        # The parser leaves the word of the library that checks choices in its message.
        message = error.format_message().replace(": Value error, ", ": ")
        return 2, f"{message} ({command} --help tells more.)"
    except S3FNError as error:
        return 2, str(error)
    except Exception as error:
        if interrupts:  # some libraries make an error of their own of it while they are imported
            return INTERRUPTED, ""
        log.exception("s3fn %s", " ".join(arguments))
        if is_out_of_memory(error):
            return 2, f"{what_did_not_fit(error)}. {LESS.get(arguments[0], ANYWAY)}"
        if isinstance(error, OSError):
            where = f"{error.filename}: " if error.filename else ""
            return 2, f"{where}{error.strerror or error}"
        name = type(error).__name__
        return 1, f"unexpected error ({name}: {error}); details are in {log_path()}"


def _complain(message: str, status: int, as_json: bool) -> None:
    """One line on stderr, whatever the message holds; for a program also an object on stdout."""
    message = one_line(message)
    print("s3fn:", message, file=sys.stderr)
    if as_json:
        give({"error": {"message": message, "status": status}}, True, "")
