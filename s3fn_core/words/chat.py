"""One streamed chat completion that can be cancelled at any moment.

The request runs in an event loop of its own thread: a silent server would block a plain
generator until the time-out, while a task of the loop is cancelled, and its connection closed,
at once.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from s3fn_core.words.prompts import Message

if TYPE_CHECKING:
    import openai

HEARTBEAT = 0.1  # seconds between two chances to cancel
OPENAI_HOST = "api.openai.com"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class CutStreamError(Exception):
    """The connection ended before the answer was complete."""


def host_of(base_url: str) -> str:
    """Host of an address, empty when it is no http(s) address."""
    try:
        parts = urlsplit(base_url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def stream_chat(
    base_url: str,
    key: str | None,
    messages: Sequence[Message],
    timeout: float,
    **options: Any,
) -> Generator[str, None, str]:
    """Yield the pieces of the answer as they arrive; an empty piece is a heartbeat.

    Parameters
    ----------
    base_url : str
    key : str or None
        Endpoints without a key get a placeholder, since the client insists on one.
    messages : sequence of {"role", "content"}
    timeout : float
        Longest silence in seconds.
    **options
        model, temperature and the like, as the endpoint takes them.

    Returns
    -------
    str
        Why the answer ended: ``"stop"``, ``"length"`` (at the token limit) ...

    Raises
    ------
    openai.OpenAIError, CutStreamError, ValueError
    """
    pieces: queue.Queue[str | _End] = queue.Queue()
    loop = asyncio.new_event_loop()
    request = _request(base_url, key, list(messages), timeout, options, pieces)
    task = loop.create_task(request)
    thread = threading.Thread(target=_drive, args=(loop, task, pieces), daemon=True, name="chat")
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
                return piece.why
            yield piece
    finally:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(task.cancel)
        thread.join(timeout=5)


class _End:
    """Last item of the queue: why the answer ended, or what went wrong."""

    def __init__(self, why: str = "", error: Exception | None = None) -> None:
        self.why = why
        self.error = error


def _drive(
    loop: asyncio.AbstractEventLoop, task: asyncio.Task[str], pieces: queue.Queue[str | _End]
) -> None:
    """Run the request to its end, which it always reports."""
    try:
        pieces.put(_End(why=loop.run_until_complete(task)))
    except asyncio.CancelledError:
        pieces.put(_End())
    except Exception as error:  # raised again by the generator, where it belongs
        pieces.put(_End(error=error))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _request(
    base_url: str,
    key: str | None,
    messages: list[Message],
    timeout: float,
    options: dict[str, Any],
    pieces: queue.Queue[str | _End],
) -> str:
    """Put the answer's pieces into the queue; gives the reason of its end."""
    why = None
    async with _client(base_url, key, timeout) as client:
        create: Any = client.chat.completions.create  # typed for its own message classes
        stream = await create(messages=messages, stream=True, **options)
        async with stream:
            async for chunk in stream:
                why = why or ""
                for choice in (chunk.choices or [])[:1]:
                    pieces.put(choice.delta.content or "")
                    why = choice.finish_reason or why
    if why is None:
        raise ValueError("the response holds no event, so it is no stream of a chat")
    if not why:
        raise CutStreamError
    return why


def _client(base_url: str, key: str | None, timeout: float) -> openai.AsyncOpenAI:
    import openai

    local = host_of(base_url) in LOCAL_HOSTS
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",
        timeout=timeout,
        max_retries=0,  # its pauses could not be cancelled; llm.py tries again itself
        # A proxy of the environment is not asked for this computer's own servers.
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False) if local else None,
    )
