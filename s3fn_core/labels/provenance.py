"""Where the paragraphs of a description come from, in words and as a badge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from s3fn_core.labels.classes import Description
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed

Origin = Literal["user", "llm", "measured", "library", "file"]
PROMPT_START = 160


def origin(paragraph: Description) -> Origin:
    """Who wrote it; what a file holds without a date was not written here by the user."""
    if paragraph.source == "user" and paragraph.created is None:
        return "file"
    return paragraph.source


def material(paragraph: Description) -> str:
    """The entry of the library that a paragraph was taken from; empty where it is not known."""
    return (paragraph.model or "").rpartition(" in ")[0]


def model_and_host(paragraph: Description) -> tuple[str, str]:
    """The language model's name and where it runs; empty where it is not known."""
    name, _, host = (paragraph.model or "").rpartition(" at ")
    return (name, host) if name else (host, "")


def moment(paragraph: Description) -> str:
    """Date and time on this computer's clock; what is not a date is shown as it is."""
    if paragraph.created is None:
        return ""
    try:
        local = datetime.fromisoformat(paragraph.created).astimezone()
    except ValueError:
        return paragraph.created
    return f"{local:%Y-%m-%d %H:%M}"


def tip(paragraph: Description) -> str:
    """All about one paragraph, in a few lines; the prompt from its beginning."""
    model = paragraph.model
    heads: dict[Origin, str] = {
        "user": tr("Written by you"),
        "llm": tr("Written by {model}", model=model or tr("a language model")),
        "measured": tr("Composed from measured spectra"),
        "library": tr("From the library: {entry}", entry=model or tr("an entry without a name")),
        "file": tr("From a file that names no author"),
    }
    when = moment(paragraph)
    lines = [heads[origin(paragraph)] + (f", {when}" if when else "")]
    if paragraph.prompt:
        lines.append(tr("Prompt: {start}", start=beginning(paragraph.prompt, PROMPT_START)))
    if paragraph.locked:
        lines.append(tr("Locked: it stays when the description is generated again"))
    return "\n".join(lines)


def beginning(text: str, letters: int) -> str:
    """The first words of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= letters else line[:letters].rstrip() + "…"


def provenance(descriptions: Iterable[Description]) -> str:
    """Who wrote a description, and when, in one line."""
    paragraphs = tuple(descriptions)
    if not paragraphs:
        return tr("No description yet: the class is known by its name only.")
    dates = sorted(d.created[:10] for d in paragraphs if d.created)
    words = sum(len(d.text.split()) for d in paragraphs)
    told = plural("{count} word {sources}", "{count} words {sources}", words, sources=sources(paragraphs))
    return f"{told}, {dates[-1]}" if dates else told


def sources(paragraphs: Iterable[Description]) -> str:
    """Who wrote them and where they are from: "by you and from a file"."""
    return listed(list(dict.fromkeys(map(_source, paragraphs))))


def _source(paragraph: Description) -> str:
    entry = material(paragraph)
    told: dict[Origin, str] = {
        "user": tr("by you"),
        "llm": tr("by {model}", model=paragraph.model or tr("a language model")),
        "measured": tr("from measurement"),
        "library": tr("from the library ({entry})", entry=entry) if entry else tr("from the library"),
        "file": tr("from a file"),
    }
    return told[origin(paragraph)]
