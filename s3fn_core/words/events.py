"""The text of an answer, out of what endpoints send for one.

The protocol is server-sent events, each a ``chat.completion.chunk`` of OpenAI, ended by
``[DONE]``.  Servers leave out much of that; some send one whole answer instead, or an error with
the status 200.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

_DONE = "[DONE]"
_LIMIT = ("length", "max_tokens", "model_length", "max_output_tokens")
_FILTER = ("content_filter", "safety", "recitation", "refusal", "prohibited_content", "blocklist")
_NO_REASON = ("", "null", "none")
_SPOKEN = ("text", "output_text")
_DEEPEST = 4


class CutStreamError(Exception):
    """The connection ended before the answer was complete."""


class ServerSaidError(Exception):
    """An error in the place of an answer; `body` is what the server says of it."""

    def __init__(self, body: Any) -> None:
        super().__init__(said_in(body))
        self.body = body


class Answer:
    """One answer: :meth:`take` gives the text in each piece of bytes, :meth:`end` the last of it.

    Attributes
    ----------
    why : str
        Why it ended, as far as the server says: ``"stop"``, ``"length"``, ``"content_filter"``.
    over : bool
        Whether the server said that nothing follows.
    """

    def __init__(self) -> None:
        self.why = ""
        self.over = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._line: list[str] = []  # of the last line, which has no end yet
        self._data: list[str] = []
        self._event = ""
        self._other: list[str] = []  # lines of what is not a stream of events
        self._is_stream = self._is_chat = False

    def take(self, chunk: bytes, final: bool = False) -> Iterator[str]:
        """The pieces of text that a piece of bytes completes."""
        first, *rest = self._decoder.decode(chunk, final).split("\n")
        self._line.append(first)
        for following in rest:
            line, self._line = "".join(self._line), [following]
            yield from self._read(line.removeprefix("\ufeff").rstrip("\r"))

    def end(self) -> Iterator[str]:
        """What is still there when the connection is closed.

        Raises
        ------
        CutStreamError
            The answer is not complete.
        ServerSaidError
            It is an error.
        ValueError
            It is no answer of a chat.
        """
        yield from self.take(b"\n\n", final=True)
        if not self._is_stream:
            for record in _records("\n".join(self._other).strip()):
                yield from self._tell(record)
                self.over = True
        if not self._is_chat:
            raise ValueError("the response holds no event, so it is not a stream of a chat")
        if not self.why:
            if not self.over:
                raise CutStreamError
            self.why = "stop"

    def _read(self, line: str) -> Iterator[str]:
        field, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            yield from self._dispatch()
        elif colon and field == "data":
            if self._data and _is_whole("\n".join(self._data)):  # no empty line between events
                yield from self._dispatch()
            self._is_stream = True
            self._data.append(value)
        elif colon and field == "event":
            self._is_stream, self._event = True, value.strip()
        elif colon and field in ("", "id", "retry"):
            self._is_stream = True
        elif self._is_stream and line.startswith("{"):
            yield from self._tell(json.loads(line))
        else:
            self._other.append(line)

    def _dispatch(self) -> Iterator[str]:
        data, event = "\n".join(self._data).strip(), self._event
        self._data, self._event = [], ""
        if data == _DONE:
            self._is_chat = self.over = True
        elif data:
            record = json.loads(data)
            if event == "error":
                raise ServerSaidError(record)
            yield from self._tell(record)

    def _tell(self, record: Any) -> Iterator[str]:
        if not isinstance(record, dict):
            raise ValueError("an event is not an object")
        choices = record.get("choices")
        if record.get("error") or (choices is None and said_in(record)):
            raise ServerSaidError(record)
        if not isinstance(choices, list):
            return  # as what has been used
        self._is_chat = True
        for choice in choices:
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                yield from self._of(choice)

    def _of(self, choice: dict[str, Any]) -> Iterator[str]:
        told = choice.get("delta") or choice.get("message") or {}
        content = told.get("content") if isinstance(told, dict) else told
        if text := _text(choice.get("text") if content is None else content):
            yield text
        reason = str(choice.get("finish_reason") or "").lower()
        if isinstance(told, dict) and told.get("refusal"):
            reason = "refusal"
        if reason not in _NO_REASON:
            self.why = "length" if reason in _LIMIT else "content_filter" if reason in _FILTER else reason


def _text(content: Any, depth: int = 0) -> str:
    """What is said; thoughts, which some servers list beside it, are left out."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict) and content.get("type", "text") in _SPOKEN and depth < _DEEPEST:
        return _text(content.get("text", content.get("value")), depth + 1)
    if isinstance(content, list) and depth < _DEEPEST:
        return "".join(_text(part, depth + 1) for part in content)
    return ""


def _is_whole(data: str) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return data.strip() == _DONE
    return True


def _records(text: str) -> list[Any]:
    """One JSON value, or one a line."""
    if not text.startswith("{"):
        raise ValueError("the response is not a JSON object")
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def said_in(body: Any, depth: int = 0) -> str:
    """What a server says of an error, wherever it puts that; empty where it says nothing."""
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body
    if depth >= _DEEPEST:
        return ""
    if isinstance(body, list):
        return "; ".join(text for item in body if (text := said_in(item, depth + 1)))
    if isinstance(body, dict):
        found = (said_in(body.get(key), depth + 1) for key in ("error", "message", "detail", "msg"))
        return next((text for text in found if text), "")
    return ""
