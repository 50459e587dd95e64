"""The command describe: paragraphs about classes, measured or from a language model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from s3fn_core.batch.describing import LABELS, Describing, of_quantity
from s3fn_core.batch.inputs import Found, find_cubes
from s3fn_core.batch.outputs import Outputs
from s3fn_core.batch.pool import Pool
from s3fn_core.batch.task import Task
from s3fn_core.cli.arguments import Attribute, Classes, Json, Match, MatchBy, Overwrite, Scheduler, Workers
from s3fn_core.cli.describe_library import first_taken, give_proposals, proposed
from s3fn_core.cli.inputs import open_labelled, opening_notes, prepare_file
from s3fn_core.cli.many import carry_out, chosen_pool, companions
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cli.own_spectra import OwnSpectra
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import LabelError, WordsError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass, read_classes, write_classes
from s3fn_core.labels.paragraphs import replaced
from s3fn_core.types import IdArray
from s3fn_core.words.contexts import contexts_of
from s3fn_core.words.describe_all import Described, describe_all
from s3fn_core.words.keys import find_key
from s3fn_core.words.llm import DescribeContext, request_messages
from s3fn_core.words.llm_settings import HOTTEST, MOST_AT_ONCE, MOST_PARAGRAPHS, LLMSettings
from s3fn_core.words.measured import measured_descriptions
from s3fn_core.words.prompts import PROMPT_NAMES

DEFAULT = LLMSettings()
Scene = tuple[Cube | None, IdArray | None]


def describe(
    classes: Classes,
    source: Annotated[
        Literal["measured", "llm", "library"],
        typer.Option(help="What the labelled pixels measure, a language model, or the library of materials."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="CLASSES.json", help="The file to write; for several cubes, a folder."),
    ] = None,
    cubes: Annotated[
        list[Path] | None,
        typer.Option(
            "--cube",
            metavar="CUBE...",
            help="The cube that shows the classes. For measured descriptions several, or a folder, each "
            "described separately.",
        ),
    ] = None,
    label_maps: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            metavar="LABELS...",
            help="Label map of each cube, or a folder of NAME_labels.npy or .tif.",
        ),
    ] = None,
    match: MatchBy = None,
    attribute: Attribute = None,
    values: Annotated[
        Literal["reflectance", "other"] | None,
        typer.Option(help="What the values of CUBE are, if its file does not say."),
    ] = None,
    library: OwnSpectra = None,
    accept_first: Annotated[
        bool, typer.Option("--accept-first", help="Take the first proposal for each class without asking.")
    ] = False,
    base_url: Annotated[str, typer.Option(metavar="URL")] = DEFAULT.base_url,
    model: Annotated[str, typer.Option(metavar="NAME")] = DEFAULT.model,
    domain: Annotated[
        str, typer.Option(metavar="NAME", help=f"Prompt: {', '.join(PROMPT_NAMES)}, or your own.")
    ] = DEFAULT.domain,
    language: Annotated[str, typer.Option(metavar="NAME")] = DEFAULT.language,
    sensor: Annotated[str, typer.Option(metavar="NAME", help="Instrument, for the prompt.")] = DEFAULT.sensor,
    paragraphs: Annotated[
        int, typer.Option(min=1, max=MOST_PARAGRAPHS, help="Paragraphs for each class.")
    ] = DEFAULT.paragraphs,
    temperature: Annotated[
        float | None, typer.Option(min=-1.0, max=HOTTEST, help="Below 0: the default of the server.")
    ] = DEFAULT.temperature,
    max_tokens: Annotated[int, typer.Option(min=1)] = DEFAULT.max_tokens,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Longest wait for an answer to continue, in seconds.")
    ] = DEFAULT.timeout,
    at_once: Annotated[
        int, typer.Option(min=1, max=MOST_AT_ONCE, help="Classes to ask about at the same time.")
    ] = DEFAULT.at_once,
    preview: Annotated[
        bool, typer.Option("--preview", help="Print what would be sent, without sending or writing anything.")
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write descriptions of classes.  Locked ones stay, others are replaced.

    A language model gets the range of CUBE and what LABELS measure there, if these are given. Its key
    comes from OPENAI_API_KEY or from the system's key store. If some classes fail, the others are
    written and the exit status is 2.

    --source library proposes materials for each class and writes nothing, unless --accept-first is
    given.
    """
    if (accept_first or library) and source != "library":
        option = "--accept-first" if accept_first else "--library"
        raise WordsError(f"{option} belongs to --source library.")
    writes = not preview and (source != "library" or accept_first)
    if writes and out is None:
        raise WordsError("Give --out, the file for the described classes.")
    seen = find_cubes(cubes, out) if cubes else None
    pool = chosen_pool(workers, scheduler)
    if seen is not None and (seen.several or pool is not None):
        if source != "measured" or out is None:
            raise WordsError("Several cubes are described by --source measured, into a folder: --out DIR.")
        _describe_each(
            Describing(classes, match, attribute, values), seen, label_maps, out, pool, overwrite, as_json
        )
        return
    if label_maps and len(label_maps) > 1:
        raise LabelError(
            f"--labels names {len(label_maps)} maps, --cube one cube; give one map for each cube."
        )
    cube, labels = cubes[0] if cubes else None, label_maps[0] if label_maps else None
    class_set = read_classes(classes)
    outputs = Outputs("describe", (classes, cube, labels, *(library or ())), overwrite)
    if writes and out is not None:
        outputs.claim([out], [classes])
    scene, notes = _scene(cube, labels, class_set, attribute, match)
    scene = _of_quantity(scene, values, notes)
    notes += [f"{c.name}: all descriptions are locked" for c in class_set if c.is_settled]
    if source == "library":
        found = proposed(class_set, scene, library or (), notes)
        if not accept_first or out is None:
            give_proposals(found, class_set, notes, as_json)
            return
        prepare_file(out)
        _write(class_set, first_taken(found, class_set, scene[0], notes), out, outputs, notes, as_json)
        return
    if source == "measured" and out is not None:
        prepare_file(out)
        _write(class_set, _measured(class_set, scene, notes), out, outputs, notes, as_json)
        return
    if temperature is not None and temperature < 0:
        temperature = None
    record = {
        "base_url": base_url,
        "model": model,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "timeout": timeout,
        "paragraphs": paragraphs,
        "at_once": at_once,
        "language": language,
        "domain": domain,
        "sensor": sensor,
    }
    settings = LLMSettings.from_json(record)
    targets = [c for c in class_set if not c.is_settled]
    contexts = follow(contexts_of(class_set, *scene), "measuring")
    if preview or out is None:
        _print_preview(targets, class_set, settings, contexts, as_json)
        return
    key = find_key(base_url).value
    settings.check(key)
    prepare_file(out)
    operation = describe_all(targets, class_set, settings, key=key, contexts=contexts)
    result = follow(operation, "describing")
    _write(class_set, result, out, outputs, notes, as_json)


def _scene(
    cube: Path | None, labels: Path | None, classes: ClassSet, attribute: str | None, match: Match | None
) -> tuple[Scene, list[str]]:
    """The cube with its labels, as far as they are given, and what was guessed of them."""
    if cube is None:
        if labels is not None:
            raise LabelError(f"{labels} belong to no cube; name their cube with --cube.")
        return (None, None), []
    if labels is None:
        opened = open_cube(cube)
        return (opened, None), opening_notes([opened])
    ((opened, ids),), notes = open_labelled([cube], [labels], classes, attribute, match)
    return (opened, ids), [*opening_notes([opened]), *notes]


def _of_quantity(scene: Scene, values: str | None, notes: list[str]) -> Scene:
    """The scene, of whose values it is known what they are."""
    cube, ids = scene
    if cube is None:
        return scene
    assumed: list[str] = []
    judged = of_quantity(cube, values, assumed)
    notes += [f"{cube.name}: {note}" for note in assumed]
    return judged, ids


def _describe_each(
    work: Describing,
    found: Found,
    labels: Sequence[Path] | None,
    out: Path,
    pool: Pool | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Describe the classes by each of many cubes."""
    if not labels:
        raise LabelError("Measured descriptions need --cube and --labels: name both.")
    maps = companions(labels, found, ("_labels.npy", "_labels.tif"), "--labels")
    tasks = [
        Task(work, cube, name, out, {LABELS: path}, overwrite=overwrite)
        for (cube, name), path in zip(found.cubes, maps, strict=True)
        if path is not None
    ]
    carry_out(tasks, found.notes, pool, {"classes": str(work.classes)}, time.perf_counter(), as_json)


def _measured(classes: ClassSet, scene: Scene, notes: list[str]) -> Described:
    """What was measured of each class; `notes` tells which could not be."""
    cube, ids = scene
    if cube is None or ids is None:
        raise LabelError("Measured descriptions need --cube and --labels: name both.")
    found = follow(measured_descriptions(cube, ids, classes), "measuring")
    if not found:
        raise LabelError(f"No class has labels on measured pixels of {cube.name}; label some.")
    notes += [f"{c.name}: no labelled pixel, not described" for c in classes if c.id not in found]
    return Described({i: (one,) for i, one in found.items() if not classes[i].is_settled})


def _print_preview(
    targets: list[LabelClass],
    classes: ClassSet,
    settings: LLMSettings,
    contexts: dict[int, DescribeContext],
    as_json: bool,
) -> None:
    """Exactly what the first request about each class would say."""
    settings.check_address()
    messages = {c.name: request_messages(c, classes, settings, contexts[c.id]) for c in targets}
    texts = [
        f"--- {name}, {message['role']} ---\n{message['content']}"
        for name, asked in messages.items()
        for message in asked
    ]
    heading = f"To {settings.host}, for {settings.model}:"
    result = {"host": settings.host, "model": settings.model, "messages": messages}
    give(result, as_json, "\n\n".join([heading, *texts]))


def _write(
    classes: ClassSet, described: Described, out: Path, outputs: Outputs, notes: list[str], as_json: bool
) -> None:
    """Write what there is and tell of it; raises WordsError when a class failed."""
    after = classes
    for class_id, found in described.descriptions.items():
        kept = found if described.whole else replaced(classes[class_id].descriptions, found)
        after = after.changed(class_id, descriptions=kept)
    failures = {classes[i].name: str(error) for i, error in described.failures.items()}
    if not described.descriptions and len(set(failures.values())) == 1:
        raise WordsError(f"{next(iter(failures.values()))} {out} was not written.")
    warn([*notes, *(f"{name} is not described: {text}" for name, text in failures.items())])
    if failures and not described.descriptions:
        raise WordsError(f"No class is described, so {out} was not written.")
    write_classes(after, out)
    outputs.written([out])
    texts = {classes[i].name: found for i, found in described.descriptions.items()}
    result = {
        "classes": str(out),
        "described": {name: [d.to_json() for d in found] for name, found in texts.items()},
        "failed": failures,
        "notes": notes,
    }
    give(result, as_json, _told(texts, out))
    if failures:
        raise WordsError(
            f"{len(failures)} of {len(classes)} classes are not described: {', '.join(failures)}. "
            f"{out} holds the new descriptions of the others."
        )


def _told(texts: dict[str, tuple[Description, ...]], out: Path) -> str:
    words = {name: sum(len(d.text.split()) for d in found) for name, found in texts.items()}
    lines = [f"{name}: paragraphs: {len(texts[name])}, words: {words[name]}" for name in texts]
    return "\n".join([*lines, str(out)])
