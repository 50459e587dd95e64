"""The command describe: paragraphs about classes, from a language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from s3fn_core.cli.arguments import Classes, Json
from s3fn_core.cli.inputs import opening_notes, prepare_folder
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass, read_classes, write_classes
from s3fn_core.words.describe_all import Described, describe_all
from s3fn_core.words.keys import find_key
from s3fn_core.words.llm import DescribeContext, request_messages
from s3fn_core.words.llm_settings import HOTTEST, MOST_AT_ONCE, MOST_PARAGRAPHS, LLMSettings
from s3fn_core.words.prompts import PROMPT_NAMES

DEFAULT = LLMSettings()


def describe(
    classes: Classes,
    out: Annotated[
        Path, typer.Option("--out", metavar="CLASSES.json", help="May be the same file.")
    ],
    source: Annotated[
        Literal["llm"], typer.Option(help="A language model behind an OpenAI-compatible address.")
    ] = "llm",
    cube: Annotated[
        Path | None, typer.Option(metavar="CUBE", help="Tells the range of wavelengths.")
    ] = None,
    base_url: Annotated[str, typer.Option(metavar="URL")] = DEFAULT.base_url,
    model: Annotated[str, typer.Option(metavar="NAME")] = DEFAULT.model,
    domain: Annotated[
        str, typer.Option(metavar="NAME", help=f"Prompt: {', '.join(PROMPT_NAMES)}, or your own.")
    ] = DEFAULT.domain,
    language: Annotated[str, typer.Option(metavar="NAME")] = DEFAULT.language,
    sensor: Annotated[str, typer.Option(metavar="NAME", help="Instrument, for the prompt.")] = "",
    paragraphs: Annotated[
        int, typer.Option(min=1, max=MOST_PARAGRAPHS, help="Of each class.")
    ] = DEFAULT.paragraphs,
    temperature: Annotated[
        float | None,
        typer.Option(min=-1.0, max=HOTTEST, help="Below 0: as the endpoint has it by itself."),
    ] = DEFAULT.temperature,
    max_tokens: Annotated[int, typer.Option(min=1)] = DEFAULT.max_tokens,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Longest silence, in seconds.")
    ] = DEFAULT.timeout,
    at_once: Annotated[
        int, typer.Option(min=1, max=MOST_AT_ONCE, help="Classes asked about at the same time.")
    ] = DEFAULT.at_once,
    preview: Annotated[
        bool, typer.Option("--preview", help="Print what would be sent; send and write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write descriptions of classes.  Locked ones stay, others are replaced.

    The key comes from OPENAI_API_KEY or from the system's key store. Where some classes fail, OUT
    holds the new descriptions of the others, and the exit status is 2.
    """
    if temperature is not None and temperature < 0:
        temperature = None
    record = {
        "base_url": base_url, "model": model, "temperature": temperature, "max_tokens": max_tokens,
        "timeout": timeout, "paragraphs": paragraphs, "at_once": at_once, "language": language,
        "domain": domain,
    }  # fmt: skip
    settings = LLMSettings.from_json(record)
    class_set = read_classes(classes)
    targets = [c for c in class_set if not c.is_settled]
    contexts, notes = _contexts(class_set, cube, sensor)
    if preview:
        _print_preview(targets, class_set, settings, contexts, as_json)
        return
    key = find_key(base_url).value
    settings.check(key)
    prepare_folder(out.parent)
    notes += [f"{c.name}: all descriptions are locked" for c in class_set if c.is_settled]
    operation = describe_all(targets, class_set, settings, key=key, contexts=contexts)
    result = follow(operation, "describing")
    _write(class_set, result, out, notes, as_json)


def _contexts(
    classes: ClassSet, cube_path: Path | None, sensor: str
) -> tuple[dict[int, DescribeContext], list[str]]:
    """What is known of each class, and notes on the cube that tells it."""
    reach, notes = None, list[str]()
    if cube_path is not None:
        cube = open_cube(cube_path)
        notes = opening_notes([cube])
        if cube.wavelengths is not None:
            reach = (float(cube.wavelengths.min()), float(cube.wavelengths.max()))
    return {c.id: DescribeContext(reach, sensor) for c in classes}, notes


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
    classes: ClassSet, described: Described, out: Path, notes: list[str], as_json: bool
) -> None:
    """Write what there is and tell of it; raises WordsError when a class failed."""
    after = classes
    for class_id, found in described.descriptions.items():
        after = after.changed(class_id, descriptions=classes[class_id].regenerated(found))
    failures = {classes[i].name: str(error) for i, error in described.failures.items()}
    warn([*notes, *(f"{name} is not described: {text}" for name, text in failures.items())])
    if failures and not described.descriptions:
        raise WordsError(f"No class was described, so {out} was not written.")
    write_classes(after, out)
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
    lines = [f"{name}: {len(texts[name])} paragraph(s), {words[name]} words" for name in texts]
    return "\n".join([*lines, str(out)])
