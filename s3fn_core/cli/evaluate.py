"""The command evaluate: how well a model's maps agree with label maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from s3fn_core.batch.classify import by_model
from s3fn_core.cli.arguments import (
    Attribute,
    Device,
    Expectations,
    Json,
    MatchBy,
    Model,
    Pairs,
    SomeCubes,
    SomeLabels,
)
from s3fn_core.cli.inputs import given_pairs, open_labelled, opening_notes, read_maps
from s3fn_core.cli.output import accuracy_table, follow, give, warn
from s3fn_core.cli.text_controls import controls_table, measure_controls
from s3fn_core.cubes.cube import Cube
from s3fn_core.quoting import columns
from s3fn_core.types import BoolArray, FloatArray, IdArray

if TYPE_CHECKING:
    import numpy.typing as npt

    from s3fn_core.labels.classes import ClassSet
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.results.metrics import Accuracy


@dataclass(frozen=True, eq=False)
class _Compared:
    """The labelled pixels of some cubes, and what a model says of them; arrays of shape (n,).

    `cube` is the number of the cube, `pixels` (n, 2) are (line, sample); `learned` are those whose
    labels the model was trained on.
    """

    cube: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int64]
    truth: IdArray
    predicted: IdArray
    confidence: FloatArray
    learned: BoolArray

    @classmethod
    def of(cls, number: int, ids: IdArray, found: Prediction, learned: BoolArray) -> _Compared:
        here = ids > 0
        pixels = np.argwhere(here)
        return cls(
            np.full(len(pixels), number),
            pixels,
            ids[here],
            found.ids[here],
            found.confidence[here],
            learned[here],
        )

    @classmethod
    def joined(cls, parts: Sequence[_Compared]) -> _Compared:
        return cls(
            *(np.concatenate(arrays) for arrays in zip(*(vars(p).values() for p in parts), strict=True))
        )

    def figures(self, classes: ClassSet, some: BoolArray | None = None) -> Accuracy:
        """The accuracy of all pixels, or of `some` (n,)."""
        from s3fn_core.results.intervals import square_blocks
        from s3fn_core.results.metrics import accuracy

        here = np.ones(len(self.truth), bool) if some is None else some
        blocks = square_blocks(np.column_stack([self.cube, self.pixels])[here])
        return accuracy(self.truth[here], self.predicted[here], classes, self.confidence[here], blocks)


def evaluate(
    model: Model,
    cubes: SomeCubes = None,
    labels: SomeLabels = None,
    pairs: Pairs = None,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(
            "--exclude",
            metavar="LABELS...",
            help="One map per cube: pixels where it is not 0 are left out, such as the labels of the "
            "training.",
        ),
    ] = None,
    match: MatchBy = None,
    attribute: Attribute = None,
    text_controls: Annotated[
        bool,
        typer.Option(
            "--text-controls",
            help="Does the text matter? Trains the same kind of network on a part of the given labels, "
            "with the descriptions and with other words instead, and measures them on the rest. The"
            " model itself is not changed.",
        ),
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Repetitions of the text controls.")] = 5,
    expectations: Expectations = True,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Compare a model with label maps, or measure how much its words matter."""
    from s3fn_core.results.metrics import accuracy

    classify = by_model(model, device, expectations=expectations)
    classes = classify.model.classes
    cube_files, label_files = given_pairs(cubes, labels, pairs)
    labelled, label_notes = open_labelled(cube_files, label_files, classes, attribute, match)
    left_out = read_maps(exclude, [cube for cube, _ in labelled], "--exclude", label_notes)
    labelled = [
        (cube, ids if out is None else np.where(out > 0, 0, ids).astype(np.uint8))
        for (cube, ids), out in zip(labelled, left_out, strict=True)
    ]
    for cube, _ in labelled:
        classify.check(cube)
    every = np.concatenate([ids[ids > 0] for _, ids in labelled])
    accuracy(every, every, classes)  # raises where these are not labels of the model's classes
    parts = []
    notes = [*opening_notes(cube for cube, _ in labelled), *label_notes]
    for number, (cube, ids) in enumerate(labelled):
        found = follow(classify.mapper(cube).whole(), cube.name)
        parts.append(_Compared.of(number, ids, found, _learned(classify.model, cube)))
        notes += [f"{cube.name}: {note}" for note in found.notes]
    compared = _Compared.joined(parts)
    figures, learned = compared.figures(classes), compared.learned
    unseen = compared.figures(classes, ~learned) if learned.any() and not learned.all() else None
    if learned.any():
        notes.append(_told_learned(int(learned.sum()), figures, unseen))
    by_cube = [one.figures(classes) if len(one.truth) else None for one in parts]
    result: dict[str, Any] = {
        "model": str(model),
        "cubes": [str(path) for path in cube_files],
        "labels": [str(path) for path in label_files],
        "notes": notes,
        **figures.to_json(),
        "learned": int(learned.sum()),
        "unseen": unseen and unseen.to_json(),
        "per_cube": [
            {
                "cube": str(path),
                **(one.to_json() if one else {"oa": None, "aa": None, "kappa": None, "count": 0}),
            }
            for path, one in zip(cube_files, by_cube, strict=True)
        ],
    }
    text = accuracy_table(figures)
    if len(parts) > 1:
        text += f"\n\n{_cubes_table([cube.name for cube, _ in labelled], by_cube)}"
    if text_controls:
        measured = measure_controls(classify.model, labelled, seeds, device)
        notes += measured.notes
        result["text_controls"] = measured.to_json()
        text += f"\n\n{controls_table(measured)}"
    warn(notes)
    give(result, as_json, text)


def _cubes_table(names: Sequence[str], figures: Sequence[Accuracy | None]) -> str:
    """The figures of each cube by itself."""
    rows = [("cube", "OA %", "AA %", "kappa", "pixels")]
    for name, one in zip(names, figures, strict=True):
        if one is None:
            rows.append((name, "", "", "", "0"))
        else:
            kappa = "" if np.isnan(one.kappa) else f"{one.kappa:.3f}"
            rows.append((name, f"{100 * one.oa:.1f}", f"{100 * one.aa:.1f}", kappa, str(one.count)))
    return columns(rows)


def _learned(model: S3FNModel, cube: Cube) -> BoolArray:
    """The pixels of a cube whose labels a model has learned, as far as its file says."""
    seen = None if model.learned is None else model.learned.seen(cube)
    return np.zeros(cube.shape[:2], bool) if seen is None else seen


def _told_learned(count: int, figures: Accuracy, unseen: Accuracy | None) -> str:
    """What labels that were trained on make of the figures."""
    if unseen is None:
        return (
            f"The model was trained on all of these {count} labelled pixels, so the figures "
            "show only how well it remembers them; give labels that it has not seen."
        )
    return (
        f"The model was trained on {count} of these {figures.count} labelled pixels, so these "
        f"figures are too optimistic. On the others: {unseen}."
    )
