"""What a failed request to a language model means, and what to do about it."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from s3fn_core.errors import WordsError
from s3fn_core.languages import plural, tr
from s3fn_core.words.chat import LateError
from s3fn_core.words.events import CutStreamError, ServerSaidError, said_in
from s3fn_core.words.hosts import host_of
from s3fn_core.words.wire import EncodedError, TooLongError, redacted

KEPT = tr("The text is unchanged.")
PAUSES = (1.0, 4.0, 12.0)  # seconds before the second and later tries at a busy endpoint
LONGEST_PAUSE = 60.0  # who is asked to wait longer is told so instead


class EndpointError(WordsError):
    """No request to this endpoint can succeed, whatever it is about."""


def pause_after(error: Exception, tries: int) -> float | None:
    """Seconds to wait before the next try, None where that makes no sense.

    Only a busy endpoint is asked again (429 while the account is not empty, 5xx): after as long
    as it asks for in ``Retry-After``, and never earlier than :data:`PAUSES` say.

    Parameters
    ----------
    tries : int
        How often it was asked.
    """
    import openai

    busy = isinstance(error, openai.RateLimitError | openai.InternalServerError)
    if not busy or tries > len(PAUSES) or getattr(error, "code", None) == "insufficient_quota":
        return None
    pause = max(PAUSES[tries - 1], _retry_after(error))
    return pause if pause <= LONGEST_PAUSE else None


def wants(error: Exception, parameter: str) -> bool:
    """Whether a request was refused because it lacks a parameter that the refusal names."""
    import openai

    refused = isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError | ServerSaidError)
    return refused and parameter in said_in(getattr(error, "body", None))


def explained(error: Exception, base_url: str, model: str, key: str | None) -> WordsError:
    """The user's version of an error of the client; never holds the key.

    Raise it ``from None``: the original may quote request headers.
    """
    import httpx2
    import openai

    where = host_of(base_url)
    said = _said(error, key)
    kind: type[WordsError] = EndpointError
    match error:
        case openai.AuthenticationError() if key:
            text = tr("{where} does not accept the key. Check OPENAI_API_KEY or the stored key.", where=where)
        case openai.AuthenticationError():
            text = tr(
                "{where} needs a key. Set OPENAI_API_KEY, or store the key in the settings of the "
                "language model.",
                where=where,
            )
        case openai.PermissionDeniedError() if not model:
            text = tr(
                "{where} does not list its models with this key{answer}. Use another key.",
                where=where,
                answer=said,
            )
        case openai.PermissionDeniedError():
            text = tr(
                "{where} does not allow {model} with this key{answer}. Choose another model.",
                where=where,
                model=model,
                answer=said,
            )
        case openai.NotFoundError() if not model:
            text = tr(
                "{where} lists no models{answer}. Check that the address ends in /v1.",
                where=where,
                answer=said,
            )
        case openai.NotFoundError():
            text = tr(
                '{where} knows no model "{model}"{answer}. Choose one that it offers, and check that the '
                "address ends in /v1.",
                where=where,
                model=model,
                answer=said,
            )
        case openai.RateLimitError() if error.code == "insufficient_quota":
            text = tr(
                "The account at {where} has no credit left. Top it up or use a local server.", where=where
            )
        case openai.RateLimitError():
            text = _limited(where, _retry_after(error))
        case openai.APITimeoutError() | httpx2.TimeoutException():
            kind = WordsError
            text = tr(
                "{where} did not answer in time. Try again, raise the time-out, or choose a smaller model.",
                where=where,
            )
        case LateError():
            kind = WordsError
            text = tr(
                "{where} did not end its answer in time. Try again, raise the time-out, or choose a "
                "smaller model.",
                where=where,
            )
        case openai.APIConnectionError() | httpx2.TransportError() if wrong := _unreadable(error, where):
            text = wrong
        case openai.APIConnectionError() | httpx2.TransportError():
            kind, text = _connection(error, where)
        case CutStreamError():
            kind = WordsError
            text = tr(
                "The connection to {where} was cut in the middle of the answer. Try again.", where=where
            )
        case openai.InternalServerError():
            kind = WordsError
            text = tr(
                "{where} reports an internal error (status {status}). Try again later.",
                where=where,
                status=error.status_code,
            )
        case openai.APIStatusError() if 300 <= error.status_code < 400:
            text = tr(
                "{where} redirects to {host}, where nothing was sent. If you trust it, enter its "
                "address instead.",
                where=where,
                host=_redirection(error),
            )
        case openai.APIError() | ServerSaidError():
            kind = WordsError
            text = tr(
                "{where} refused the request{answer}. Change the settings of the language model.",
                where=where,
                answer=said,
            )
        case _ if wrong := _unreadable(error, where):
            text = wrong
        case _:
            kind = WordsError
            text = tr(
                "{where} does not answer like an OpenAI-compatible server ({kind}). Check the address; "
                "it usually ends in /v1.",
                where=where,
                kind=type(error).__name__,
            )
    return kind(redacted(f"{text} {KEPT}" if model else text, key))


def _unreadable(error: Exception, where: str) -> str:
    """About an answer that is not read to its end; empty where that is not the reason."""
    for cause in _causes(error):
        if isinstance(cause, TooLongError):
            return tr(
                "{where} sends far more than an answer holds. Check the address and what answers there.",
                where=where,
            )
        if isinstance(cause, EncodedError):
            return tr(
                "{where} sends an encoding that was not asked for ({encoding}). "
                "Check the address and what answers there.",
                where=where,
                encoding=str(cause)[:40],
            )
        if isinstance(cause, zlib.error):
            return tr(
                "{where} sends a damaged answer. Check the address and what answers there.", where=where
            )
    return ""


def _connection(error: Exception, where: str) -> tuple[type[WordsError], str]:
    causes = list(_causes(error))
    if any(isinstance(c, ssl.SSLError) or "CERTIFICATE" in str(c).upper() for c in causes):
        return EndpointError, (
            tr(
                "The certificate of {where} is not trusted. Name your organisation's certificate in the "
                "environment variable SSL_CERT_FILE, or check the address.",
                where=where,
            )
        )
    kinds = {type(c).__name__ for c in causes}
    if kinds & {"RemoteProtocolError", "ReadError"}:
        cut = tr("The connection to {where} was cut in the middle of the answer. Try again.", where=where)
        return WordsError, cut
    return EndpointError, (
        tr(
            "{where} cannot be reached. Check the address, the connection, and for a local server "
            "that it is running.",
            where=where,
        )
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _header(error: Exception, name: str) -> str:
    return str(getattr(getattr(error, "response", None), "headers", {}).get(name, ""))


def _retry_after(error: Exception) -> float:
    """Seconds that an answer asks to wait: a number or a date (RFC 9110, 10.2.3); 0 without."""
    asked = _header(error, "retry-after").strip()
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _limited(where: str, seconds: float) -> str:
    """About an endpoint that asks to wait."""
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if seconds <= LONGEST_PAUSE:
        minutes = 1
    if minutes < 90:
        return plural(
            "{where} limits the number of requests. Wait a minute and try again.",
            "{where} limits the number of requests. Wait {count} minutes and try again.",
            minutes,
            where=where,
        )
    return plural(
        "{where} limits the number of requests. Wait an hour and try again.",
        "{where} limits the number of requests. Wait {count} hours and try again.",
        hours,
        where=where,
    )


def _redirection(error: Exception) -> str:
    """The host that a redirect leads to; its path may hold anything."""
    try:
        host = urlsplit(_header(error, "location")).hostname
    except ValueError:
        host = None
    return host or tr("another address")


def _said(error: Exception, key: str | None) -> str:
    """What the endpoint said, in brackets; the key is blotted out should it be quoted."""
    message = redacted(" ".join(said_in(getattr(error, "body", None)).split()), key)
    return f' ("{message[:200].rstrip(".")}")' if message else ""
