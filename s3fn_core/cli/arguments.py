"""Options that take several values, and the annotations that the commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from s3fn_core.results.export import FORMATS, USUAL

LIST_OPTIONS = ("--labels", "--format", "--test-regions", "--objects", "--library", "--exclude", "--cube")


def _brought(context: typer.Context, *names: str) -> bool:
    """Whether one of these options brings what is missing."""
    return any(context.params.get(name) is not None for name in names)


def _labels_or_pairs(context: typer.Context, labels: list[Path] | None) -> list[Path] | None:
    if not labels and not _brought(context, "pairs", "project", "from_report"):
        raise typer.BadParameter("give one label map per cube, or a table: --pairs FILE.csv.")
    return labels


def _classes_or_project(context: typer.Context, classes: Path | None) -> Path | None:
    if classes is None and not _brought(context, "project", "from_report"):
        raise typer.BadParameter("name the file of the classes: --classes CLASSES.json.")
    return classes


def _known_formats(formats: list[str] | None) -> list[str] | None:
    for name in formats or ():
        if name not in FORMATS:
            raise typer.BadParameter(f'"{name}" is none of {", ".join(FORMATS)}.')
    return formats


Device = Annotated[Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="Where to compute.")]
Cubes = Annotated[list[Path], typer.Argument(metavar="CUBE", help="Cubes, or their headers.")]
Model = Annotated[Path, typer.Argument(metavar="MODEL.s3fn")]
ManyCubes = Annotated[
    list[Path],
    typer.Argument(metavar="CUBE|FOLDER|PATTERN", help="Cubes, folders of cubes, or patterns of names."),
]
SomeCubes = Annotated[list[Path] | None, typer.Argument(metavar="CUBE", help="Cubes, or their headers.")]
SomeLabels = Annotated[
    list[Path] | None,
    typer.Option(
        "--labels",
        metavar="LABELS...",
        help="Label maps, one per cube and in the same order: .npy .mat .png .tif or ENVI. A "
        "georeferenced map is placed by its coordinates.",
        callback=_labels_or_pairs,
    ),
]
Pairs = Annotated[
    Path | None,
    typer.Option(
        "--pairs",
        metavar="FILE.csv",
        help="Cubes and their label maps as a table with the columns cube and labels, instead of CUBE "
        "and --labels. Paths are relative to the table.",
    ),
]
Expectations = Annotated[
    bool,
    typer.Option(
        "--expectations/--no-expectations",
        help="Use the spectra that the descriptions state. Classes without labels are known by them "
        "alone and always use theirs.",
    ),
]
Match: TypeAlias = Literal["names", "ids"]
MatchBy = Annotated[
    Match | None,
    typer.Option(
        "--match",
        help="If label maps name their classes differently: whether their names or their numbers count.",
    ),
]
Attribute = Annotated[
    str | None,
    typer.Option(
        "--attribute",
        metavar="NAME",
        help="Drawn regions (GeoJSON, napari): the attribute that names the class.",
    ),
]
TestRegions = Annotated[
    list[Path] | None,
    typer.Option(
        "--test-regions",
        metavar="MAP...",
        help="One map per cube: labels where it is not 0 are used for testing, never for training.",
    ),
]
Objects = Annotated[
    list[Path] | None,
    typer.Option(
        "--objects",
        metavar="MAP...",
        help="One map per cube: number of the object at each pixel, 0 = none. An object is never divided"
        " between training and test. Each map numbers its own objects, unless --same-objects is "
        "given.",
    ),
]
SameObjects = Annotated[
    bool,
    typer.Option(
        "--same-objects",
        help=("The same number means the same object in all maps, such as both sides of a fruit."),
    ),
]
Classes = Annotated[Path, typer.Option("--classes", metavar="CLASSES.json", help="Classes and descriptions.")]
SomeClasses = Annotated[
    Path | None,
    typer.Option(
        "--classes", metavar="CLASSES.json", help="Classes and descriptions.", callback=_classes_or_project
    ),
]
Encoder = Annotated[
    str,
    typer.Option(metavar="NAME|DIR", help="Text encoder: the bundled one, a folder, or a name on the hub."),
]
TextPooling = Annotated[
    Literal["mean", "label", "cls"],
    typer.Option(
        "--pooling",
        help="Which words stand for a paragraph: all of them, those that spell the class name (as in the"
        " paper), or the first token.",
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT...",
        help=f"Any of {', '.join(FORMATS)}; {', '.join(USUAL)} when not given.",
        callback=_known_formats,
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite", help="Also replace files that this command did not make from the same input."
    ),
]
Smooth = Annotated[
    bool,
    typer.Option("--smooth/--no-smooth", help="Let neighbours that look alike influence a pixel's class."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help="Number of processes, each working on one cube; they share the cores.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Scheduler of a dask cluster, whose workers process the cubes: "
        "tcp://HOST:8786, or a scheduler file.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def spread_lists(arguments: Sequence[str]) -> list[str]:
    """Turn ``--labels a b`` into ``--labels a --labels b``, which the parser understands.

    A list ends at the next option; hence the cubes come before it.

    >>> spread_lists(["evaluate", "m.s3fn", "a.hdr", "b.hdr", "--labels", "a.npy", "b.npy"])
    ['evaluate', 'm.s3fn', 'a.hdr', 'b.hdr', '--labels', 'a.npy', '--labels', 'b.npy']
    """
    spread: list[str] = []
    option = ""  # the list we are in
    for argument in arguments:
        if argument.startswith("-"):
            option = argument if argument in LIST_OPTIONS else ""
        elif option and spread[-1] != option:
            spread.append(option)
        spread.append(argument)
    return spread
