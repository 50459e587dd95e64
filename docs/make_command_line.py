"""Write docs/command-line.md: every command of ``s3fn`` with its options, as the program knows them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from s3fn_core.cli.program import app

PAGE = Path(__file__).parent / "command-line.md"
TYPES = {"path": "", "list[Path]": "", "str": "TEXT", "int": "N", "int range": "N", "float range": "X"}
"""What the parser calls the values of an option, and what a reader does."""
HEAD = """# Command line

`s3fn` runs the same pipeline as the window. `s3fn COMMAND --help` prints what this page says about a command,
since the program itself writes this page (`python -m docs.make_command_line`).

- Options that take several values take them in a row: `--labels one.tif two.tif`.
- `--json` prints one JSON object on stdout and nothing else.
- Existing files are only replaced if the same command has made them of the same input, or with `--overwrite`.
- Exit status: 0 done, 1 unexpected error, 2 wrong arguments or unusable input, 3 some of several cubes
  could not be processed, 130 interrupted.
"""


def page() -> str:
    """The whole page."""
    program = typer.main.get_command(app)
    sections = (
        section for name, command in _commands(program, "s3fn") for section in _section(name, command)
    )
    return HEAD + "".join(f"\n{part}\n" for part in sections)


def _commands(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    """All commands below a group, with what one types to call them, in the order of their names."""
    for part, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {part}")
        else:
            yield f"{name} {part}", command


def _section(name: str, command: Any) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    yield f"## {name}"
    yield inspect.cleandoc(command.help or "")
    yield f"    {name} {' '.join(command.collect_usage_pieces(context))}"
    rows = [row for parameter in command.get_params(context) if (row := _row(parameter, context))]
    yield "| option | meaning |\n|---|---|\n" + "\n".join(rows)


def _row(parameter: Any, context: typer.Context) -> str:
    record = parameter.get_help_record(context)
    if record is None or "--help" in parameter.opts:
        return ""
    names, meaning = (" ".join(text.split()).replace("|", "\\|") for text in record)
    names = re.sub(r"<(.*?)>", lambda found: TYPES.get(found[1], found[1]), names).strip()
    return f"| `{names}` | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
