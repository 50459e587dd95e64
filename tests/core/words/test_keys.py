from __future__ import annotations

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.words.keys import find_key, store_key
from tests.llm_server import KEY

OPENAI, OTHER = "https://api.openai.com/v1", "https://llm.example/v1"


class BrokenKeyring:
    """A computer without a key store."""

    @staticmethod
    def fail(*args: str) -> None:
        from keyring.errors import NoKeyringError

        raise NoKeyringError("No recommended backend was available")


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(f"keyring.{name}", BrokenKeyring.fail)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What a working key store keeps."""
    from keyring.errors import PasswordDeleteError

    store: dict[tuple[str, str], str] = {}

    def delete(service: str, user: str) -> None:
        if store.pop((service, user), None) is None:
            raise PasswordDeleteError("Password not found")

    monkeypatch.setattr("keyring.get_password", lambda s, u: store.get((s, u)))
    monkeypatch.setattr("keyring.set_password", lambda s, u, k: store.update({(s, u): k}))
    monkeypatch.setattr("keyring.delete_password", delete)
    return store


@pytest.mark.usefixtures("no_key_store")
def test_key_comes_from_the_environment_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_key(OPENAI).value is None
    assert find_key(OPENAI).source == "none"
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY} ")
    assert find_key(OPENAI).value == KEY
    assert find_key(OPENAI).source == "environment"
    assert KEY not in repr(find_key(OPENAI))


@pytest.mark.usefixtures("no_key_store")
def test_missing_key_store_is_told_without_the_key() -> None:
    with pytest.raises(WordsError, match="OPENAI_API_KEY") as caught:
        store_key(OPENAI, KEY)
    assert KEY not in str(caught.value)


def test_a_key_is_that_of_its_host(kept: dict[tuple[str, str], str]) -> None:
    store_key(OPENAI, f" {KEY}\n")
    assert find_key("https://api.openai.com/v2").value == KEY
    assert find_key(OPENAI).source == "key store"
    assert find_key(OTHER).value is None
    store_key(OTHER, "other")
    store_key(OPENAI, "")
    assert find_key(OPENAI).value is None
    assert find_key(OTHER).value == "other"
    store_key(OPENAI, "")  # there is none to remove
    with pytest.raises(WordsError, match="enter the address"):
        store_key("nowhere", KEY)


def test_the_key_of_earlier_versions_is_found_for_its_host_only(kept: dict[tuple[str, str], str]) -> None:
    kept["s3fn", "openai"] = KEY
    assert find_key(OPENAI).value == KEY
    assert find_key(OTHER).value is None
    store_key(OPENAI, "")
    assert not kept


@pytest.mark.usefixtures("kept")
def test_a_key_stored_for_another_host_keeps_the_variable_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    store_key(OTHER, "its own")
    store_key(OPENAI, "stored")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert find_key(OTHER).value == "its own"
    assert find_key(OTHER).source == "key store"
    assert find_key(OPENAI).value == KEY
