"""The command report-problem: what helps to mend a problem, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import Json, Overwrite
from s3fn_core.cli.inputs import prepare_file
from s3fn_core.cli.output import follow, give


def report_problem(
    out: Annotated[Path, typer.Option("--out", metavar="PROBLEM.zip")],
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Collect versions, log and traces of crashes in one ZIP file, without data, keys or names of files."""
    outputs = Outputs("report-problem", (), overwrite)
    outputs.claim([out], [])
    prepare_file(out)

    from s3fn_core.problems.bundle import collect, write_bundle

    bundle = follow(collect(), "report-problem")
    write_bundle(bundle, out)
    outputs.written([out])
    told = f"{out}: {', '.join(bundle)}. Look through it before you send it."
    give({"problem": str(out), "files": list(bundle)}, as_json, told)
