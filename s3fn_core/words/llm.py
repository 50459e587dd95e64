"""Descriptions written by a language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.progress import Operation, Progress
from s3fn_core.words.chat import OPENAI_HOST, host_of, stream_chat
from s3fn_core.words.llm_errors import explained, worth_another_try
from s3fn_core.words.prompts import PROMPT_NAMES, Message, fill, load_prompt

KEYRING_SERVICE, KEYRING_USER = "s3fn", "openai"
STEP = "describe"
PAUSES = (1.0, 3.0)  # seconds before the second and third try at a busy endpoint


@dataclass(frozen=True)
class LLMSettings:
    """Where descriptions come from.  Holds no key: see :func:`api_key`.

    Attributes
    ----------
    temperature : float or None
        None leaves it to the endpoint (some models accept no other).
    max_tokens : int
        Longest answer.
    timeout : float
        Longest silence in seconds.
    """

    base_url: str = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini"
    temperature: float | None = 0.7
    max_tokens: int = 400
    timeout: float = 60.0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> LLMSettings:
        """Read what :meth:`to_json` wrote; raises WordsError on anything else."""
        try:
            settings = cls(**record)
            texts = all(isinstance(v, str) for v in (settings.base_url, settings.model))
            numbers = (settings.temperature or 0.0, settings.max_tokens, settings.timeout)
            if not texts or not all(isinstance(v, int | float) and v >= 0 for v in numbers):
                raise TypeError("a value is of the wrong type")
        except TypeError as error:
            raise WordsError(
                f"The settings of the language model are malformed ({error}); set them again."
            ) from error
        return settings


@dataclass(frozen=True)
class DescribeContext:
    """What else the model is told.

    Attributes
    ----------
    domain : str
        Name of the prompt template; one that does not exist means ``"general"``.
    range_nm : (float, float) or None
        First and last wavelength of the cube.
    spectral_facts : str
        What was measured on the class's labelled pixels.
    """

    domain: str = "general"
    range_nm: tuple[float, float] | None = None
    sensor: str = ""
    spectral_facts: str = ""
    language: str = "English"


def api_key() -> str | None:
    """The key from OPENAI_API_KEY, else from the system's key store, else None."""
    from_environment = os.environ.get("OPENAI_API_KEY", "").strip()
    if from_environment:
        return from_environment
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, KEYRING_USER) or None
    except (KeyringError, RuntimeError):  # no key store on this computer, or a locked one
        return None


def store_api_key(key: str) -> None:
    """Put the key into the system's key store; an empty one removes it.

    Raises
    ------
    WordsError
        When the computer has no usable key store.
    """
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if key.strip():
            keyring.set_password(KEYRING_SERVICE, KEYRING_USER, key.strip())
        else:
            keyring.delete_password(KEYRING_SERVICE, KEYRING_USER)
    except PasswordDeleteError:
        pass  # there was none
    except (KeyringError, RuntimeError):
        raise WordsError(
            "This computer's key store cannot be used, so the key was not kept. Set the "
            "environment variable OPENAI_API_KEY before starting the program instead."
        ) from None


def request_messages(
    target: LabelClass, classes: ClassSet, context: DescribeContext
) -> list[Message]:
    """Exactly what :func:`describe` sends, for a preview."""
    template = load_prompt(context.domain if context.domain in PROMPT_NAMES else "general")
    return fill(
        template,
        label=target.name,
        other_labels=[c.name for c in classes if c.id != target.id],
        sensor=context.sensor,
        range_nm=context.range_nm,
        spectral_facts=context.spectral_facts,
        language=context.language,
    )


def describe(
    target: LabelClass,
    classes: ClassSet,
    settings: LLMSettings,
    *,
    key: str | None = None,
    context: DescribeContext | None = None,
) -> Operation[Description]:
    """Ask the endpoint for a description of `target`.

    Each Progress carries the newly arrived piece as its text; the result is the whole answer
    without markup.  Closing the generator closes the connection.

    Raises
    ------
    WordsError
        For every failure, with what to do about it.
    """
    _check(settings, key)
    messages = request_messages(target, classes, context or DescribeContext())
    message = f'Asking {settings.model} about "{target.name}"'
    yield Progress(STEP, 0.0, message)
    answer, why = yield from _ask(settings, key, messages, message)
    text = plain_text(answer)
    if why == "content_filter" or not text:
        raise _no_answer(settings, why)
    end_note = f", cut at {settings.max_tokens} tokens" if why == "length" else ""
    yield Progress(STEP, 1.0, f'"{target.name}" is described{end_note}')
    model = f"{settings.model} at {host_of(settings.base_url)}"
    prompt = "\n\n".join(m["content"] for m in messages)
    return Description.now(text, "llm", model=model, prompt=prompt)


def plain_text(answer: str) -> str:
    """A model's answer without Markdown, HTML and the reasoning some models think aloud."""
    from markdown_it import MarkdownIt

    answer = re.sub(r"<think>.*?(</think>|\Z)", "", answer, flags=re.DOTALL)
    blocks = []
    for token in MarkdownIt("commonmark").parse(answer):
        if token.type == "inline":
            breaks = {"softbreak": "\n", "hardbreak": "\n"}
            parts = token.children or []
            blocks.append(
                "".join(
                    breaks.get(part.type, part.content)
                    for part in parts
                    if part.type != "html_inline"
                )
            )
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content)
    text = "\n\n".join(block.strip() for block in blocks if block.strip())
    # The closing line belongs to its paragraph: by itself it would weigh as much as the text.
    return re.sub(r"\n\n(?=Expected reflectance:)", "\n", text)


def _ask(
    settings: LLMSettings, key: str | None, messages: list[Message], message: str
) -> Operation[tuple[str, str]]:
    """The answer and why it ended; a busy endpoint is asked again after a pause."""
    for pause in (*PAUSES, None):
        pieces: list[str] = []
        try:
            why = yield from _listen(settings, key, messages, message, pieces)
            return "".join(pieces), why
        except Exception as error:  # the client's errors and its transport's: all are explained
            if pieces or pause is None or not worth_another_try(error):
                raise explained(error, settings.base_url, settings.model, key) from None
        yield from _pause(pause, Progress(STEP, 0.0, f"{message}: it is busy, waiting"))
    raise AssertionError("the last round returns or raises")


def _listen(
    settings: LLMSettings,
    key: str | None,
    messages: list[Message],
    message: str,
    pieces: list[str],
) -> Operation[str]:
    """Collect one answer in `pieces`, reporting each; gives why it ended."""
    expected = 4.0 * settings.max_tokens  # a token has about four letters
    with closing(_stream(settings, key, messages)) as stream:
        while True:
            try:
                piece = next(stream)
            except StopIteration as end:
                return str(end.value)
            if piece:
                pieces.append(piece)
            fraction = min(sum(map(len, pieces)) / expected, 0.99)
            yield Progress(STEP, fraction, message, text=piece)


def _stream(
    settings: LLMSettings, key: str | None, messages: list[Message]
) -> Generator[str, None, str]:
    # OpenAI's newer models take no max_tokens; other servers know no max_completion_tokens.
    openai = host_of(settings.base_url) == OPENAI_HOST
    options: dict[str, Any] = {
        "model": settings.model,
        "max_completion_tokens" if openai else "max_tokens": settings.max_tokens,
    }
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    return stream_chat(settings.base_url, key, messages, settings.timeout, **options)


def _pause(seconds: float, report: Progress) -> Generator[Progress, None, None]:
    """Wait, with a chance to cancel ten times a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield report
        time.sleep(min(0.1, seconds))


def _check(settings: LLMSettings, key: str | None) -> None:
    """Refuse what needs no request to be known wrong."""
    host = host_of(settings.base_url)
    if not host:
        raise WordsError(
            f'The address "{settings.base_url}" of the language model is no http(s) address; '
            "enter one like https://api.openai.com/v1 or http://localhost:11434/v1."
        )
    if not settings.model.strip():
        raise WordsError("No language model is chosen; enter the name of one.")
    if host == OPENAI_HOST and not key:
        raise WordsError(
            f"{host} needs a key: set the environment variable OPENAI_API_KEY, or store the key "
            "in the settings. A local server (llama.cpp, Ollama, vLLM) needs none."
        )


def _no_answer(settings: LLMSettings, why: str) -> WordsError:
    if why == "content_filter":
        return WordsError(
            f"{settings.model} refused to answer (content filter); reword the class name or the "
            "prompt, or choose another model."
        )
    return WordsError(
        f"{settings.model} at {host_of(settings.base_url)} gave an empty answer; try again, raise "
        "the token limit, or choose another model. The text is unchanged."
    )
