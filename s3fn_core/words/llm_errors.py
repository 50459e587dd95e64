"""What a failed request to a language model means, and what to do about it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from s3fn_core.errors import WordsError
from s3fn_core.words.chat import CutStreamError, host_of

KEPT = "The text is unchanged."


def worth_another_try(error: Exception) -> bool:
    """Whether the endpoint was only busy (429 without an empty account, 5xx)."""
    import openai

    if isinstance(error, openai.RateLimitError):
        return error.code != "insufficient_quota"
    return isinstance(error, openai.InternalServerError)


def explained(error: Exception, base_url: str, model: str, key: str | None) -> WordsError:
    """The user's version of an error of the client; never holds the key.

    Raise it ``from None``: the original may quote request headers.
    """
    import openai

    where = host_of(base_url)
    said = _said(error, key)
    match error:
        case openai.AuthenticationError():
            text = f"{where} does not accept the key. Check OPENAI_API_KEY or the stored key."
        case openai.PermissionDeniedError():
            text = f"{where} does not allow {model} with this key{said}. Choose another model."
        case openai.NotFoundError():
            text = (
                f'{where} knows no model "{model}"{said}. Choose one that it offers, and check '
                "that the address ends in /v1."
            )
        case openai.RateLimitError() if error.code == "insufficient_quota":
            text = f"The account at {where} has no credit left. Top it up or use a local server."
        case openai.RateLimitError():
            text = f"{where} limits the number of requests. Wait a minute and try again."
        case openai.APITimeoutError():
            text = (
                f"{where} did not answer in time. Try again, raise the time-out, or choose a "
                "smaller model."
            )
        case openai.APIConnectionError():
            text = _connection(error, where)
        case CutStreamError():
            text = f"The connection to {where} was cut in the middle of the answer. Try again."
        case openai.InternalServerError():
            text = f"{where} has a fault of its own (status {error.status_code}). Try again later."
        case openai.APIError():
            text = f"{where} refused the request{said}. Change the settings of the language model."
        case _:
            text = (
                f"{where} does not answer like an OpenAI-compatible server "
                f"({type(error).__name__}). Check the address; it usually ends in /v1."
            )
    return WordsError(f"{text} {KEPT}")


def _connection(error: Exception, where: str) -> str:
    causes = list(_causes(error))
    if any(isinstance(c, ssl.SSLError) or "CERTIFICATE" in str(c).upper() for c in causes):
        return (
            f"The certificate of {where} is not trusted. Name your organisation's certificate in "
            "the environment variable SSL_CERT_FILE, or check the address."
        )
    kinds = {type(c).__name__ for c in causes}
    if kinds & {"RemoteProtocolError", "ReadError"}:
        return f"The connection to {where} was cut in the middle of the answer. Try again."
    return (
        f"{where} cannot be reached. Check the address, the connection, and for a local server "
        "that it is running."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _said(error: Exception, key: str | None) -> str:
    """What the endpoint said, in brackets; the key is blotted out should it be quoted."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, str):
        return ""
    if key:
        message = message.replace(key, "***")
    return f' ("{" ".join(message.split())[:200].rstrip(".")}")'
