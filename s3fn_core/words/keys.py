"""The key of an endpoint: from the environment or the system's key store, in no file of ours."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Literal

from s3fn_core.errors import WordsError
from s3fn_core.words.hosts import OPENAI_HOST, host_of

SERVICE = "s3fn"
VARIABLE = "OPENAI_API_KEY"
_EARLIER_USER = "openai"  # the key of OpenAI before there was one for each host

Source = Literal["environment", "key store", "none"]


@dataclass(frozen=True)
class Key:
    """A key, and where it was found; printing one does not show it."""

    value: str | None = field(repr=False)
    source: Source


def find_key(base_url: str) -> Key:
    """The key for an address: that of the environment, else the one stored for its host.

    With hosts other than OpenAI's the one stored goes first: the variable may be meant for OpenAI.
    """
    host = host_of(base_url)
    from_environment = os.environ.get(VARIABLE, "").strip()
    stored = None if from_environment and host == OPENAI_HOST else _stored(host)
    if stored:
        return Key(stored, "key store")
    return Key(from_environment, "environment") if from_environment else Key(None, "none")


def store_key(base_url: str, key: str) -> None:
    """Keep the key of an address's host in the system's key store; an empty one removes it.

    Raises
    ------
    WordsError
        When the address has no host, or the computer no usable key store.
    """
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    host = host_of(base_url)
    if not host:
        raise WordsError("The key was not kept: enter the address that it belongs to first.")
    try:
        if key.strip():
            keyring.set_password(SERVICE, host, key.strip())
            return
        for user in _users(host):
            try:
                keyring.delete_password(SERVICE, user)
            except PasswordDeleteError:
                continue  # there was none
    except (KeyringError, RuntimeError):
        raise WordsError(
            "This computer's key store cannot be used, so the key was not kept. Set the environment "
            "variable {variable} before starting the program instead.",
            variable=VARIABLE,
        ) from None


def _stored(host: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        found = (keyring.get_password(SERVICE, user) for user in _users(host))
        return next((key for key in found if key), None)
    except (KeyringError, RuntimeError):  # no key store on this computer, or a locked one
        return None


def _users(host: str) -> tuple[str, ...]:
    """The names under which a host's key may be stored."""
    return (host, _EARLIER_USER) if host == OPENAI_HOST else (host,) if host else ()
