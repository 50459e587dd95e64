"""The real openai client against a loopback server, in fair weather and foul."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.progress import Progress, run
from s3fn_core.words import llm
from s3fn_core.words.llm import DescribeContext, LLMSettings, describe, plain_text
from tests.llm_server import ANSWER, KEY, MODEL, LLMServer, Mode, wait_until

CLASSES = ClassSet().added("soil").added("water").added("tree")


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "PAUSES", (0.02, 0.02))


def settings(server: LLMServer, **changes: object) -> LLMSettings:
    record = {"base_url": server.base_url, "model": MODEL, "timeout": 5.0} | changes
    return LLMSettings.from_json(record)


def ask(server: LLMServer, key: str | None = KEY, **changes: object) -> Description:
    return run(describe(CLASSES[1], CLASSES, settings(server, **changes), key=key))


def test_answer_streams_and_arrives_without_markup(server: LLMServer) -> None:
    reports: list[Progress] = []
    context = DescribeContext("land_cover", (401.0, 889.0), "AVIRIS")
    operation = describe(CLASSES[1], CLASSES, settings(server), key=KEY, context=context)
    description = run(operation, reports.append)

    assert "".join(report.text for report in reports) == ANSWER
    assert sum(bool(report.text) for report in reports) > 5
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert description.text == (
        "Soil is a mixture of minerals and humus. Dry soil rises from 400 to 900 nm.\n"
        "Expected reflectance: 450 nm 8 %, 670 nm 19 %, 800 nm 27 %"
    )
    assert description.source == "llm"
    assert description.model == f"{MODEL} at 127.0.0.1"
    assert description.created is not None


def test_request_holds_class_range_and_settings(server: LLMServer) -> None:
    context = DescribeContext("fruit", (401.2, 889.0), "FX10", spectral_facts="dip at 670 nm")
    run(describe(CLASSES[1], CLASSES, settings(server, temperature=0.2), key=KEY, context=context))

    request = server.requests[0]
    system, user = (message["content"] for message in request["messages"])
    assert "ripeness" in system
    for expected in ('"soil"', "water, tree", "401 to 889 nm", "FX10", "dip at 670 nm"):
        assert expected in user
    assert "{" not in system + user
    assert request["model"] == MODEL
    assert request["temperature"] == 0.2
    assert request["max_tokens"] == 400
    assert request["headers"]["authorization"] == f"Bearer {KEY}"


def test_prompt_is_kept_without_the_key(server: LLMServer) -> None:
    description = ask(server)
    assert description.prompt is not None
    assert "soil" in description.prompt
    assert KEY not in repr(description)


def test_local_endpoint_needs_no_key(server: LLMServer) -> None:
    assert ask(server, key=None).text.startswith("Soil")


def test_proxy_of_the_environment_is_not_asked_for_a_local_server(
    server: LLMServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(server).text.startswith("Soil")


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("wrong key", "does not accept the key"),
        ("unknown model", f'knows no model "{MODEL}"'),
        ("rate limit", "limits the number of requests"),
        ("no credit", "no credit left"),
        ("fault", "a fault of its own"),
        ("bad request", "temperature is too high"),
        ("cut", "cut in the middle"),
        ("cut silently", "cut in the middle"),
        ("empty", "empty answer"),
        ("filtered", "content filter"),
        ("error in stream", "ran out of memory"),
        ("not json", "OpenAI-compatible"),
        ("web page", "ends in /v1"),
    ],
)
def test_failures_say_what_to_do(server: LLMServer, mode: Mode, said: str) -> None:
    server.mode = mode
    with pytest.raises(WordsError, match=said) as caught:
        ask(server)
    assert KEY not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_busy_endpoint_is_asked_again(server: LLMServer) -> None:
    server.mode = "busy once"
    assert ask(server).text.startswith("Soil")
    assert len(server.requests) == 2


@pytest.mark.parametrize(("mode", "tries"), [("rate limit", 3), ("fault", 3), ("no credit", 1)])
def test_number_of_tries(server: LLMServer, mode: Mode, tries: int) -> None:
    server.mode = mode
    with pytest.raises(WordsError):
        ask(server)
    assert len(server.requests) == tries


def test_silence_ends_at_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, never answers
        base_url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        operation = describe(CLASSES[1], CLASSES, LLMSettings(base_url, MODEL, timeout=0.3))
        with pytest.raises(WordsError, match="did not answer in time"):
            run(operation)


def test_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    operation = describe(CLASSES[1], CLASSES, LLMSettings(f"http://127.0.0.1:{port}/v1", MODEL))
    with pytest.raises(WordsError, match=r"cannot be reached.*running"):
        run(operation)


def test_untrusted_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    def untrusted(*args: object, **options: object) -> object:
        raise ssl.SSLCertVerificationError("certificate verify failed: self-signed certificate")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setattr(ssl.SSLContext, "wrap_socket", untrusted)
        monkeypatch.setattr(ssl.SSLContext, "wrap_bio", untrusted)
        port = listening.getsockname()[1]
        operation = describe(
            CLASSES[1], CLASSES, LLMSettings(f"https://127.0.0.1:{port}/v1", MODEL, timeout=5)
        )
        with pytest.raises(WordsError, match="certificate"):
            run(operation)


@pytest.mark.parametrize("base_url", ["", "localhost:8000", "ftp://host/v1", "http://", "http://["])
def test_address_that_is_none(base_url: str) -> None:
    with pytest.raises(WordsError, match="no http"):
        run(describe(CLASSES[1], CLASSES, LLMSettings(base_url, MODEL)))


def test_openai_without_a_key_sends_nothing() -> None:
    with pytest.raises(WordsError, match="OPENAI_API_KEY"):
        run(describe(CLASSES[1], CLASSES, LLMSettings()))


def test_model_without_a_name(server: LLMServer) -> None:
    with pytest.raises(WordsError, match="No language model"):
        ask(server, model=" ")


def test_closing_the_generator_closes_the_connection(server: LLMServer) -> None:
    server.mode = "stall"
    operation = describe(CLASSES[1], CLASSES, settings(server, timeout=30.0))
    while not next(operation).text:
        pass
    started = time.monotonic()
    operation.close()
    assert time.monotonic() - started < 1.0
    assert wait_until(server.disconnected.is_set, 2.0)
    assert not any(thread.name == "chat" for thread in threading.enumerate())


def test_a_forgotten_generator_leaves_no_thread(server: LLMServer) -> None:
    server.mode = "stall"
    operation = describe(CLASSES[1], CLASSES, settings(server))
    while not next(operation).text:
        pass
    del operation
    gc.collect()
    assert not any(thread.name == "chat" for thread in threading.enumerate())


def test_a_silent_server_can_be_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        base_url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        operation = describe(CLASSES[1], CLASSES, LLMSettings(base_url, MODEL, timeout=30))
        for _ in range(4):
            next(operation)
        started = time.monotonic()
        operation.close()
        assert time.monotonic() - started < 1.0


def test_answer_at_the_token_limit_is_kept_and_told(server: LLMServer) -> None:
    server.mode = "long"
    reports: list[Progress] = []
    description = run(describe(CLASSES[1], CLASSES, settings(server)), reports.append)
    assert description.text.startswith("Soil")
    assert "cut at 400 tokens" in reports[-1].message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("# Soil\n\n**Dry** *soil* is `bright`.", "Soil\n\nDry soil is bright."),
        ("- one\n- two", "one\n\ntwo"),
        ("<think>let me\n\nsee</think>Soil.", "Soil."),
        ("<think>never ends", ""),
        ("A [link](http://x.example/) and <b>bold</b>.", "A link and bold."),
        ("Below 5 % at 400 nm < 10 %.\nNext line.", "Below 5 % at 400 nm < 10 %.\nNext line."),
        ("Text.\n\nExpected reflectance: 450 nm 3 %", "Text.\nExpected reflectance: 450 nm 3 %"),
        ("```\nSoil is brown.\n```", "Soil is brown."),
        ("  \n ", ""),
    ],
)
def test_plain_text(answer: str, text: str) -> None:
    assert plain_text(answer) == text


def test_settings_round_trip() -> None:
    changed = LLMSettings("http://localhost:11434/v1", "llama3", None, 200, 10.0)
    assert LLMSettings.from_json(changed.to_json()) == changed


@pytest.mark.parametrize(
    "record", [{"model": 3}, {"timeout": "long"}, {"max_tokens": -1}, {"key": "x"}]
)
def test_malformed_settings(record: dict[str, object]) -> None:
    with pytest.raises(WordsError, match="malformed"):
        LLMSettings.from_json(record)


class BrokenKeyring:
    """A computer without a key store."""

    @staticmethod
    def fail(*args: str) -> None:
        from keyring.errors import NoKeyringError

        raise NoKeyringError("No recommended backend was available")


@pytest.fixture
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(f"keyring.{name}", BrokenKeyring.fail)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.mark.usefixtures("no_key_store")
def test_key_comes_from_the_environment_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert llm.api_key() is None
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY} ")
    assert llm.api_key() == KEY


@pytest.mark.usefixtures("no_key_store")
def test_missing_key_store_is_told_without_the_key() -> None:
    with pytest.raises(WordsError, match="OPENAI_API_KEY") as caught:
        llm.store_api_key(KEY)
    assert KEY not in str(caught.value)


def test_key_store_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.get_password", lambda s, u: kept.get((s, u)))
    monkeypatch.setattr("keyring.set_password", lambda s, u, k: kept.update({(s, u): k}))
    monkeypatch.setattr("keyring.delete_password", lambda s, u: kept.pop((s, u)))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    llm.store_api_key(KEY)
    assert llm.api_key() == KEY
    llm.store_api_key("")
    assert llm.api_key() is None
