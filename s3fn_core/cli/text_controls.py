"""Does the text matter?  The part of the command evaluate that trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3fn_core.cli.output import follow
from s3fn_core.cubes.cube import Cube
from s3fn_core.quoting import columns
from s3fn_core.results.text_controls import TextControls
from s3fn_core.types import IdArray

if TYPE_CHECKING:
    from s3fn_core.model.checkpoint import S3FNModel


def measure_controls(
    model: S3FNModel, pairs: Sequence[tuple[Cube, IdArray]], seeds: int, device: str
) -> TextControls:
    """The controls with a model's settings and classes, on other labels; its weights are not used.

    Classes that have no label here are left out, since nothing can be learned of them.
    """
    from s3fn_core.labels.classes import ClassSet
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.learning.text_controls import text_controls

    labelled = {int(i) for _, ids in pairs for i in set(ids[ids > 0].tolist())}
    classes = ClassSet(tuple(c for c in model.classes if c.id in labelled))
    data = [LabelledCube(cube, ids) for cube, ids in pairs]
    return follow(text_controls(data, classes, model.config, seeds=seeds, device=device), "text controls")


def controls_table(controls: TextControls) -> str:
    """The verdict, the figures of all kinds of words, and how they were measured."""
    rows = [("words", "OA %", "AA %", "kappa", "OA against the descriptions, points")]
    rows += [
        (
            v.heading,
            v.percent("oa"),
            v.percent("aa"),
            f"{v.mean('kappa'):.3f}",
            v.differences["oa"].points if v.differences else "",
        )
        for v in controls.variants
    ]
    return "\n\n".join((controls.verdict, columns(rows), controls.protocol))
