"""Descriptions written by a language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.words.chat import stream_chat
from s3fn_core.words.hosts import OPENAI_HOST
from s3fn_core.words.llm_errors import explained, pause_after, wants
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.plain import plain_text
from s3fn_core.words.prompts import Message, fill, prompt_for
from s3fn_core.words.thoughts import is_musing

STEP, WAIT = "describe", "wait"
NEWER = "max_completion_tokens"
LONGEST_TOKEN = 40
"""Letters of a token that hardly any has; who sends more of them does not keep to the limit."""
ANOTHER = (
    "Write another paragraph about the same class. Keep to all that was asked for before, "
    "the closing line included if there was to be one. Say it in other words, and add what "
    "was not said yet."
)


@dataclass(frozen=True)
class DescribeContext:
    """What is known of a class besides its name.

    Attributes
    ----------
    range_nm : (float, float) or None
        First and last wavelength of the cube.
    spectral_facts : str
        What was measured on the class's labelled pixels.
    materials : str
        Materials of the library that it may be, with their spectra.
    """

    range_nm: tuple[float, float] | None = None
    spectral_facts: str = ""
    materials: str = ""


def request_messages(
    target: LabelClass, classes: ClassSet, settings: LLMSettings, context: DescribeContext | None = None
) -> list[Message]:
    """Exactly what :func:`describe` sends first, for a preview.

    For every further paragraph the answers so far are sent back, with :data:`ANOTHER`.
    """
    context = context or DescribeContext()
    return fill(
        prompt_for(settings.domain),
        label=target.name,
        other_labels=[c.name for c in classes if c.id != target.id],
        sensor=settings.sensor,
        range_nm=context.range_nm,
        spectral_facts=context.spectral_facts,
        materials=context.materials,
        language=settings.language,
    )


def describe(
    target: LabelClass,
    classes: ClassSet,
    settings: LLMSettings,
    *,
    key: str | None = None,
    context: DescribeContext | None = None,
) -> Operation[tuple[Description, ...]]:
    """Ask the endpoint for a description of `target`: as many paragraphs as are set.

    Each Progress carries the newly arrived piece as its text; the result is the whole answers
    without markup, each a paragraph of its own; the last report counts those "cut" at the token
    limit.  While a busy endpoint is waited for the step is
    :data:`WAIT`.  Closing the generator closes the connection.

    Raises
    ------
    WordsError
        For every failure, with what to do about it.
    """
    settings.check(key)
    messages = request_messages(target, classes, settings, context)
    message = tr('Asking {model} about "{name}"', model=settings.model, name=target.name)
    yield Progress(STEP, 0.0, message)
    found: list[Description] = []
    cut = 0
    for number in range(settings.paragraphs):
        share = (number / settings.paragraphs, (number + 1) / settings.paragraphs)
        if number:
            before = {"role": "assistant", "content": found[-1].text}
            messages = [*messages, before, {"role": "user", "content": ANOTHER}]
            yield Progress(STEP, share[0], message, text="\n\n")
        asking = _ask(settings, key, messages, message)
        answer, why = yield from scaled(asking, *share)
        found.append(_paragraph(settings, messages, answer, why))
        if why == "length":
            cut += 1
    if cut:
        limit = settings.max_tokens
        end = tr('"{name}" is described, cut at {limit} tokens', name=target.name, limit=limit)
    else:
        end = tr('"{name}" is described', name=target.name)
    yield Progress(STEP, 1.0, end, {"cut": cut})
    return tuple(found)


def _paragraph(settings: LLMSettings, messages: list[Message], answer: str, why: str) -> Description:
    """What one answer says, and where it comes from."""
    text = plain_text(answer)
    if why == "content_filter" or not text:
        raise _no_answer(settings, why)
    if is_musing(text, why == "length"):
        raise WordsError(
            "{model} at {host} wrote what it thinks in the place of a description; raise the token "
            "limit, switch its thinking off, or choose another model. The text is unchanged.",
            model=settings.model,
            host=settings.host,
        )
    prompt = "\n\n".join(m["content"] for m in messages)
    return Description.now(text, "llm", model=f"{settings.model} at {settings.host}", prompt=prompt)


def _ask(
    settings: LLMSettings, key: str | None, messages: list[Message], message: str
) -> Operation[tuple[str, str]]:
    """The answer and why it ended; a busy endpoint is asked again after a pause."""
    # OpenAI's newer models take no max_tokens; most other servers know no max_completion_tokens.
    limit = NEWER if settings.host == OPENAI_HOST else "max_tokens"
    tries = 0
    while True:
        tries += 1
        pieces: list[str] = []
        try:
            why = yield from _listen(settings, key, messages, message, limit, pieces)
            return "".join(pieces), why
        except Exception as error:  # the client's errors and its transport's: all are explained
            if limit != NEWER and not pieces and wants(error, NEWER):
                limit, tries = NEWER, tries - 1
                continue
            pause = None if pieces else pause_after(error, tries)
            if pause is None:
                raise explained(error, settings.base_url, settings.model, key) from None
        yield from _pause(pause, settings.host)


def _listen(
    settings: LLMSettings,
    key: str | None,
    messages: list[Message],
    message: str,
    limit: str,
    pieces: list[str],
) -> Operation[str]:
    """Collect one answer in `pieces`, reporting each; gives why it ended."""
    expected = 4.0 * settings.max_tokens  # a token has about four letters
    letters = 0
    with closing(_stream(settings, key, messages, limit)) as stream:
        while True:
            try:
                piece = next(stream)
            except StopIteration as end:
                return str(end.value)
            if piece:
                pieces.append(piece)
                letters += len(piece)
            yield Progress(STEP, min(letters / expected, 0.99), message, text=piece)
            if letters > LONGEST_TOKEN * settings.max_tokens:
                return "length"  # an endpoint that knows no limit may never end


def _stream(
    settings: LLMSettings, key: str | None, messages: list[Message], limit: str
) -> Generator[str, None, str]:
    options: dict[str, Any] = {"model": settings.model, limit: settings.max_tokens}
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    return stream_chat(settings.base_url, key, messages, settings.timeout, **options)


def _pause(seconds: float, host: str) -> Generator[Progress, None, None]:
    """Wait, with a chance to cancel ten times a second."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        text = tr("{host} is busy, next try in {seconds:.0f} s", host=host, seconds=left + 0.5)
        yield Progress(WAIT, 0.0, text)
        time.sleep(min(0.1, left))


def _no_answer(settings: LLMSettings, why: str) -> WordsError:
    if why == "content_filter":
        return WordsError(
            "{model} refused to answer (content filter); reword the class name or the prompt, or "
            "choose another model. The text is unchanged.",
            model=settings.model,
        )
    return WordsError(
        "{model} at {host} gave an empty answer; try again, raise the token limit, or choose "
        "another model. The text is unchanged.",
        model=settings.model,
        host=settings.host,
    )
