"""What an endpoint sends, kept within bounds: bytes, compression, and a key that it echoes."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

PLAIN = {"Accept-Encoding": "identity"}
"""Compressed, a few bytes can become gigabytes; and there is nothing to gain."""
HIDDEN = "***"
_PIECE = 1 << 16
_SHORTEST_KEY = 8
"""Letters; what is shorter ("none", "EMPTY") is not a secret, but may be a word of the answer."""


class TooLongError(Exception):
    """More bytes than any answer has."""


class EncodedError(Exception):
    """An answer in an encoding that was not asked for and is not read."""


def bounded(limit: int) -> Any:
    """A hook of the client: of each response no more than `limit` bytes are read.

    Its errors are :class:`TooLongError` and :class:`EncodedError`.
    """
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, inner: Any, encoding: str) -> None:
            self._inner, self._encoding = inner, encoding

        async def __aiter__(self) -> AsyncIterator[bytes]:
            inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip and zlib alike
            total = 0
            async for chunk in self._inner:
                while chunk:
                    piece, chunk = chunk, b""
                    if self._encoding:
                        piece, chunk = inflate.decompress(piece, _PIECE), inflate.unconsumed_tail
                    total += len(piece)
                    if total > limit:
                        raise TooLongError
                    yield piece

        async def aclose(self) -> None:
            await self._inner.aclose()

    async def bind(response: httpx2.Response) -> None:
        encoding = response.headers.pop("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
            raise EncodedError(encoding)
        response.stream = Bounded(response.stream, encoding.removeprefix("identity"))

    return bind


def redacted(text: str, key: str | None) -> str:
    """A text without the key."""
    return re.sub(re.escape(key), HIDDEN, text, flags=re.IGNORECASE) if key else text


class Redactor:
    """Takes a key out of a text that arrives in pieces, wherever they are divided."""

    def __init__(self, key: str | None) -> None:
        self._key = key if key and len(key) >= _SHORTEST_KEY else None
        self._held = ""

    def pass_on(self, piece: str) -> str:
        """What can be shown by now; what may be the beginning of the key is held back."""
        if self._key is None:
            return piece
        text = redacted(self._held + piece, self._key)
        most = min(len(self._key) - 1, len(text))
        begun = (n for n in range(most, 0, -1) if text[-n:].lower() == self._key[:n].lower())
        held = next(begun, 0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """What was held back, now that the text is over."""
        held, self._held = self._held, ""
        return held
