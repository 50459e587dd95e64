"""The models that an endpoint offers."""

from __future__ import annotations

from s3fn_core.errors import WordsError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.words.chat import model_names
from s3fn_core.words.llm_errors import explained
from s3fn_core.words.llm_settings import LLMSettings


def list_models(settings: LLMSettings, key: str | None = None) -> Operation[tuple[str, ...]]:
    """Names of the models at an endpoint, sorted; only its address and the key are sent.

    Raises
    ------
    WordsError
        For every failure, with what to do about it.
    """
    settings.check_address()
    settings.check_key(key)
    message = tr("Asking {host} for its models", host=settings.host)
    yield Progress("models", 0.0, message)
    try:
        asking = model_names(settings.base_url, key, settings.timeout)
        while True:
            try:
                next(asking)
            except StopIteration as end:
                names: list[str] = end.value
                break
            yield Progress("models", 0.5, message)
    except Exception as error:  # the client's errors and its transport's: all are explained
        raise explained(error, settings.base_url, "", key) from None
    if not names:
        raise WordsError(
            "{host} answers but offers no model; load one there, or enter its name.", host=settings.host
        )
    return tuple(sorted(set(names), key=str.casefold))
