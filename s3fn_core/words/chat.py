"""Requests to an OpenAI-compatible endpoint that can be cancelled at any moment.

The request runs in an event loop of its own thread: a silent server would block a plain
generator until the time-out, while a task of the loop is cancelled, and its connection closed,
at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import queue
import ssl
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from s3fn_core.words.events import Answer, ServerSaidError, said_in
from s3fn_core.words.hosts import LOCAL_HOSTS, host_of
from s3fn_core.words.prompts import Message
from s3fn_core.words.wire import PLAIN, Redactor, bounded, redacted

if TYPE_CHECKING:
    import openai

HEARTBEAT = 0.1  # seconds between two chances to cancel

_ANSWERS = 10.0
"""Silences that a whole answer may take: who sends something for ever is not waited for."""
_AFTER = 5.0
"""Seconds in which what follows the end of an answer is awaited."""
_BYTES = 4 << 20
_TOKEN_BYTES = 2048
"""With all that servers send around a token, and several tokens of thoughts for each."""
_MOST_BYTES = 256 << 20

ResultT = TypeVar("ResultT")
Tell = Callable[[str], object]


class LateError(Exception):
    """The answer did not end in time, though something kept coming."""


def stream_chat(
    base_url: str, key: str | None, messages: Sequence[Message], timeout: float, **options: Any
) -> Generator[str, None, str]:
    """Yield the pieces of the answer as they arrive; an empty piece is a heartbeat.

    Parameters
    ----------
    base_url : str
    key : str or None
        Endpoints without a key get a placeholder, since the client insists on one.
    messages : sequence of {"role", "content"}
    timeout : float
        Longest silence in seconds; a whole answer may take ten times as long.
    **options
        model, temperature and the like, as the endpoint takes them.

    Returns
    -------
    str
        Why the answer ended: ``"stop"``, ``"length"`` (at the token limit) ...

    Raises
    ------
    openai.OpenAIError, CutStreamError, ServerSaidError, LateError, TooLongError, ValueError
    """

    def request(tell: Tell) -> Coroutine[Any, Any, str]:
        return _chat(base_url, key, list(messages), timeout, options, tell)

    return _in_a_loop(request, "")


def model_names(base_url: str, key: str | None, timeout: float) -> Generator[str, None, list[str]]:
    """Ask for the models of an endpoint; every piece is a heartbeat, the result their names.

    Raises
    ------
    openai.OpenAIError, ServerSaidError, LateError, TooLongError, ValueError
    """
    return _in_a_loop(lambda tell: _models(base_url, key, timeout), list[str]())


def _in_a_loop(
    request: Callable[[Tell], Coroutine[Any, Any, ResultT]], nothing: ResultT
) -> Generator[str, None, ResultT]:
    """Run a request in the loop of a thread, and yield what it tells; `nothing` if cancelled."""
    pieces: queue.Queue[str | _End[ResultT]] = queue.Queue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(request(pieces.put))
    arguments = (loop, task, pieces, nothing)
    thread = threading.Thread(target=_drive, args=arguments, daemon=True, name="chat")
    thread.start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=HEARTBEAT)
            except queue.Empty:
                piece = ""
            if isinstance(piece, _End):
                if piece.error is not None:
                    raise piece.error
                return piece.result
            yield piece
    finally:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(task.cancel)
        thread.join(timeout=5)


@dataclass
class _End(Generic[ResultT]):
    """Last item of the queue: the result, or what went wrong."""

    result: ResultT
    error: Exception | None = None


def _drive(
    loop: asyncio.AbstractEventLoop,
    task: asyncio.Task[ResultT],
    pieces: queue.Queue[str | _End[ResultT]],
    nothing: ResultT,
) -> None:
    """Run the request to its end, which it always reports."""
    try:
        pieces.put(_End(loop.run_until_complete(task)))
    except asyncio.CancelledError:
        pieces.put(_End(nothing))
    except Exception as error:  # raised again by the generator, where it belongs
        pieces.put(_End(nothing, error))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _chat(
    base_url: str,
    key: str | None,
    messages: list[Message],
    timeout: float,
    options: dict[str, Any],
    tell: Tell,
) -> str:
    """Tell the answer's pieces; gives the reason of its end."""
    answer, redactor = Answer(), Redactor(key)
    tokens = max(options.get(name, 0) for name in ("max_tokens", "max_completion_tokens"))
    limit = min(_BYTES + _TOKEN_BYTES * tokens, _MOST_BYTES)
    try:
        async with (
            asyncio.timeout(_ANSWERS * timeout) as deadline,
            _client(base_url, key, timeout, limit) as client,
        ):
            create: Any = client.chat.completions.with_streaming_response.create  # typed for classes
            async with create(messages=messages, stream=True, **options) as response:
                await _listen(response, answer, lambda text: tell(redactor.pass_on(text)), deadline)
    except TimeoutError:
        if not answer.why:
            raise LateError from None
    for piece in answer.end() if not (answer.over or answer.why) else ():
        tell(redactor.pass_on(piece))
    tell(redactor.rest())
    return answer.why or "stop"


async def _listen(response: Any, answer: Answer, tell: Tell, deadline: asyncio.Timeout) -> None:
    """Tell the pieces of a response until the server says that nothing follows, or closes."""
    async for chunk in response.iter_bytes():
        for piece in answer.take(chunk):
            tell(piece)
        if answer.over:
            return
        if answer.why and deadline.when() is not None:
            end = asyncio.get_running_loop().time() + _AFTER
            deadline.reschedule(min(end, deadline.when() or end))


async def _models(base_url: str, key: str | None, timeout: float) -> list[str]:
    try:
        async with asyncio.timeout(_ANSWERS * timeout), _client(base_url, key, timeout, _BYTES) as client:
            response = await client.models.with_raw_response.list()
    except TimeoutError:
        raise LateError from None
    record = json.loads(response.http_response.text)
    listed = record.get("data") if isinstance(record, dict) else record
    if not isinstance(listed, list):
        if said_in(record):
            raise ServerSaidError(record)
        raise ValueError("the response lists no models")
    names = [one.get("id") or one.get("name") if isinstance(one, dict) else one for one in listed]
    return [redacted(name, key) for name in names if isinstance(name, str)]


def _client(base_url: str, key: str | None, timeout: float, limit: int) -> openai.AsyncOpenAI:
    import openai

    local = host_of(base_url) in LOCAL_HOSTS
    # A proxy of the environment is not asked for this computer's own servers.
    options: dict[str, Any] = {"trust_env": False, "verify": _certificates()} if local else {}
    # Following a redirect would take the prompt, and perhaps the key, to somebody else.
    options |= {"follow_redirects": False, "event_hooks": {"response": [bounded(limit)]}}
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",
        timeout=timeout,
        max_retries=0,  # its pauses could not be cancelled; llm.py tries again itself
        default_headers=PLAIN,
        http_client=openai.DefaultAsyncHttpxClient(**options),
    )


def _certificates() -> ssl.SSLContext | bool:
    """The certificates that the environment names, which `trust_env` would have found."""
    file = os.environ.get("SSL_CERT_FILE")
    return ssl.create_default_context(cafile=file) if file else True
