"""Every command on the pages is understood, and runs where it needs nothing but files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from docs.make_command_line import PAGE, page
from s3fn_core.cli import run
from s3fn_core.cli.arguments import spread_lists
from s3fn_core.cli.program import app
from tests.docs.commands import (
    DOCS,
    ROOT,
    commands_to_run,
    commands_with_placeholders,
    furnish,
    pages,
    recipe_of,
)

ELSEWHERE = {
    "--scheduler": "needs a cluster",
    "--base-url": "needs a language model",
    "--workers": "starts processes, which take long to start",
    "--text-controls": "takes minutes",
    "--defect": "needs labelled defects",
    "export-model": "takes long, and tests/core/deploy runs it",
    "maps/recipe.yaml": "is written by the window",
}
"""What stands in a command that is not run here."""
SHOWN = [path for path in (*pages(), ROOT / "README.md") if path != PAGE]


def understood(arguments: Sequence[str]) -> None:
    """Parse a command as the program would; raises an error of the parser."""
    command = typer.main.get_command(app)
    rest = spread_lists(arguments)
    while hasattr(command, "commands"):
        _, command, rest = command.resolve_command(typer.Context(command), list(rest))
    command.make_context("s3fn", list(rest))


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_every_command_on_a_page_is_understood(path: Path) -> None:
    for arguments in (*commands_to_run(path), *commands_with_placeholders(path)):
        understood(arguments)


def test_a_command_that_the_program_does_not_know_is_noticed() -> None:
    for wrong in (["train", "a.hdr", "--label", "a.npy"], ["lern"], ["predict", "m.s3fn", "a.hdr"]):
        with pytest.raises(typer.TyperException):
            understood(wrong)


def runs_here(arguments: Sequence[str]) -> bool:
    """Whether this test runs a command."""
    if "llm" in arguments and "--preview" not in arguments:
        return False
    return not ELSEWHERE.keys() & set(arguments)


@pytest.mark.slow
def test_the_commands_of_the_pages_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the contents; every training is the one without a network."""
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipe.yaml").write_text(recipe_of(DOCS / "batch.md"), "utf-8")
    done: list[list[str]] = []
    for path in pages():
        for arguments in commands_to_run(path):
            if arguments in done or not runs_here(arguments):
                continue
            quick = ["--quick"] if arguments[0] == "train" and "--from-report" not in arguments else []
            status = run([*arguments, *quick])
            assert status == 0, f"{path.name}: s3fn {' '.join(arguments)}\n{capsys.readouterr().err}"
            done.append(arguments)
    assert len(done) > 40


def test_the_page_of_the_command_line_is_what_the_program_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m docs.make_command_line"
