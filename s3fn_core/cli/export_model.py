"""The command export-model: models for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import Json, Model, Overwrite
from s3fn_core.cli.inputs import prepare_file
from s3fn_core.cli.output import follow, give, warn


def export_model(
    model: Model,
    out: Annotated[Path, typer.Option("--out", metavar="MODEL.onnx")],
    file_format: Annotated[Literal["onnx"], typer.Option("--format", help="File format.")] = "onnx",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write a model as one graph from spectra to probabilities, for programs without S3FN."""
    outputs = Outputs("export-model", (model,), overwrite)
    outputs.claim([out], [model])
    prepare_file(out)

    from s3fn_core.deploy.onnx_file import export_onnx
    from s3fn_core.model.checkpoint import load_model

    found = follow(export_onnx(load_model(model), out), "export")
    outputs.written([out])
    warn(f"not in the graph: {part}" for part in found.left_out)
    result = {
        "model": str(out),
        "format": file_format,
        "patch_side": found.side,
        "difference": found.difference,
        "left_out": list(found.left_out),
    }
    text = (
        f"{out}: patches of {found.side} x {found.side} pixels to probabilities, which differ by at "
        f"most {found.difference:.1g} from the model's own"
    )
    give(result, as_json, text)
