"""The real openai client against a loopback server, in fair weather and foul."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.progress import Progress, run
from s3fn_core.words import llm_errors
from s3fn_core.words.llm import ANOTHER, DescribeContext, describe
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.models import list_models
from s3fn_core.words.plain import plain_text
from tests.llm_server import ANSWER, KEY, MODEL, LLMServer, Mode, wait_until

CLASSES = ClassSet().added("soil").added("water").added("tree")


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates of whoever runs the tests are not asked."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_errors, "PAUSES", (0.02, 0.02))


def settings(server: LLMServer, **changes: object) -> LLMSettings:
    record = {"base_url": server.base_url, "model": MODEL, "timeout": 5.0} | changes
    return LLMSettings.from_json(record)


def ask(server: LLMServer, key: str | None = KEY, **changes: object) -> Description:
    (found,) = run(describe(CLASSES[1], CLASSES, settings(server, **changes), key=key))
    return found


def test_answer_streams_and_arrives_without_markup(server: LLMServer) -> None:
    reports: list[Progress] = []
    operation = describe(CLASSES[1], CLASSES, settings(server), key=KEY)
    (description,) = run(operation, reports.append)

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
    context = DescribeContext((401.2, 889.0), spectral_facts="dip at 670 nm")
    chosen = settings(server, temperature=0.2, domain="fruit", language="German", sensor="FX10")
    run(describe(CLASSES[1], CLASSES, chosen, key=KEY, context=context))

    request = server.requests[0]
    system, user = (message["content"] for message in request["messages"])
    assert "ripeness" in system
    assert "German" in system
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
        ("fault", "an internal error"),
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


def test_paragraphs_are_answers_of_their_own_in_one_conversation(server: LLMServer) -> None:
    server.answer = "One.\n\nTwo."
    reports: list[Progress] = []
    operation = describe(CLASSES[1], CLASSES, settings(server, paragraphs=3))
    found = run(operation, reports.append)
    assert [d.text for d in found] == ["One.\nTwo."] * 3  # a blank line would divide it
    roles = [[m["role"] for m in r["messages"]] for r in server.requests]
    assert roles[0] == ["system", "user"]
    assert roles[2] == [*roles[0], "assistant", "user", "assistant", "user"]
    assert server.requests[1]["messages"][2:] == [
        {"role": "assistant", "content": "One.\nTwo."},
        {"role": "user", "content": ANOTHER},
    ]
    assert found[1].prompt is not None
    assert found[1].prompt.endswith(ANOTHER)
    assert "".join(r.text for r in reports) == "\n\n".join(["One.\n\nTwo."] * 3)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)


def test_a_later_paragraph_that_fails_gives_none(server: LLMServer) -> None:
    operation = describe(CLASSES[1], CLASSES, settings(server, paragraphs=2))
    with pytest.raises(WordsError, match="cut in the middle"):
        run(operation, lambda p: setattr(server, "mode", "cut" if p.text == "\n\n" else server.mode))


def test_as_long_as_the_endpoint_asks_is_waited(server: LLMServer) -> None:
    server.mode, server.retry_after = "busy once", "0.3"
    reports: list[Progress] = []
    started = time.monotonic()
    run(describe(CLASSES[1], CLASSES, settings(server)), reports.append)
    assert time.monotonic() - started >= 0.3
    waiting = [r.message for r in reports if r.step == "wait"]
    assert waiting
    assert "127.0.0.1 is busy, next try in" in waiting[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("600", "Wait 10 minutes"), (format_datetime(datetime.now(UTC) + timedelta(hours=5)), "Wait 5 hours")],
    ids=["seconds", "date"],
)
def test_who_shall_wait_for_long_is_told(server: LLMServer, asked: str, said: str) -> None:
    server.mode, server.retry_after = "rate limit", asked
    with pytest.raises(WordsError, match=said):
        ask(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("asked", ["soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "nan"])
def test_a_strange_wish_to_wait_is_passed_over(server: LLMServer, asked: str) -> None:
    server.mode, server.retry_after = "busy once", asked
    assert ask(server).text.startswith("Soil")


def test_waiting_can_be_cancelled(server: LLMServer) -> None:
    server.mode, server.retry_after = "rate limit", "30"
    operation = describe(CLASSES[1], CLASSES, settings(server))
    while next(operation).step != "wait":
        pass
    started = time.monotonic()
    operation.close()
    assert time.monotonic() - started < 0.5


def test_a_redirect_is_told_and_gets_neither_key_nor_prompt(server: LLMServer) -> None:
    server.mode = "redirect"
    with LLMServer() as other:
        server.elsewhere = f"http://localhost:{other.server_port}/v1/chat/completions"
        with pytest.raises(WordsError, match="redirects to localhost, where nothing was sent"):
            ask(server)
        with pytest.raises(WordsError, match="redirects to localhost"):
            run(list_models(settings(server), KEY))
        assert not other.requests


def test_models_are_listed(server: LLMServer) -> None:
    assert run(list_models(settings(server), KEY)) == ("another-model", MODEL)
    (request,) = server.requests
    assert request["path"] == "/v1/models"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("wrong key", "does not accept the key"),
        ("unknown model", "ends in /v1"),
        ("no models", "offers no model"),
    ],
)
def test_why_no_models_are_listed(server: LLMServer, mode: Mode, said: str) -> None:
    server.mode = mode
    with pytest.raises(WordsError, match=said) as caught:
        run(list_models(settings(server), KEY))
    assert KEY not in str(caught.value)
    assert "text is unchanged" not in str(caught.value)


def test_silence_ends_at_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, never answers
        base_url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        operation = describe(CLASSES[1], CLASSES, LLMSettings(base_url, MODEL, timeout=0.3))
        with pytest.raises(WordsError, match="did not answer in time"):
            run(operation)


def test_a_missing_key_is_told_apart_from_a_wrong_one(server: LLMServer) -> None:
    server.mode = "wrong key"
    with pytest.raises(WordsError, match="needs a key"):
        ask(server, key=None)


def test_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    operation = describe(CLASSES[1], CLASSES, LLMSettings(f"http://127.0.0.1:{port}/v1", MODEL))
    with pytest.raises(WordsError, match=r"cannot be reached.*running"):
        run(operation)


@pytest.mark.parametrize(
    "base_url", ["", "localhost:8000", "ftp://host/v1", "http://", "http://[", "http://host:99999/v1"]
)
def test_address_that_is_none(base_url: str) -> None:
    with pytest.raises(WordsError, match="not an http"):
        run(describe(CLASSES[1], CLASSES, LLMSettings(base_url, MODEL)))


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(WordsError, match=r"address of llm\.example holds") as caught:
        LLMSettings("https://me:secret@llm.example/v1", MODEL).check_address()
    assert "secret" not in str(caught.value)


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
    (description,) = run(describe(CLASSES[1], CLASSES, settings(server)), reports.append)
    assert description.text.startswith("Soil")
    assert "cut at 400 tokens" in reports[-1].message


def test_answer_of_an_endpoint_that_knows_no_limit_is_cut(server: LLMServer) -> None:
    wanted = settings(server, max_tokens=1)
    reports: list[Progress] = []
    (description,) = run(describe(CLASSES[1], CLASSES, wanted), reports.append)
    assert 0 < len(description.text) < 80
    assert "cut at 1 tokens" in reports[-1].message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("# Soil\n\n**Dry** *soil* is `bright`.", "Soil\nDry soil is bright."),
        ("- one\n- two", "one\ntwo"),
        ("<think>let me\n\nsee</think>Soil.", "Soil."),
        ("<think>never ends", ""),
        ("A [link](http://x.example/) and <b>bold</b>.", "A link and bold."),
        ("Below 5 % at 400 nm < 10 %.\nNext line.", "Below 5 % at 400 nm < 10 %.\nNext line."),
        ("Text.\n\nExpected reflectance: 450 nm 3 %", "Text.\nExpected reflectance: 450 nm 3 %"),
        ("```\nSoil is\n\nbrown.\n```", "Soil is\nbrown."),
        ("![a leaf](http://x.example/leaf.png) is green.", "a leaf is green."),
        ("<script>fetch('http://x.example')</script>", ""),
        ("let me\n\nsee</think>\n\nSoil.", "Soil."),
        (
            "<p>Soil is <i>dry</i> &amp; bright:\n<br>30 %.</p>\n\nIt is.",
            "Soil is dry & bright:\n30 %.\nIt is.",
        ),
        ("<!-- a note -->\nSoil.", "Soil."),
        ("45\u202f% at 400\u00a0to\u00a0700\u2009nm", "45 % at 400 to 700 nm"),
        ("Soil\u202e is brown.\x00\x1b[31m", "Soil is brown.\ufffd[31m"),
        ("  \n ", ""),
    ],
)
def test_plain_text(answer: str, text: str) -> None:
    assert plain_text(answer) == text


def test_settings_round_trip() -> None:
    changed = LLMSettings("http://localhost:11434/v1", "llama3", None, 200, 10.0, 3, 1, "French", "wood")
    assert LLMSettings.from_json(changed.to_json()) == changed


@pytest.mark.parametrize(
    "record",
    [
        {"model": 3},
        {"timeout": "long"},
        {"max_tokens": -1},
        {"key": "x"},
        {"paragraphs": 0},
        {"temperature": 3.0},
        {"at_once": 1.5},
        {"language": None},
    ],
)
def test_malformed_settings(record: dict[str, object]) -> None:
    with pytest.raises(WordsError, match="malformed"):
        LLMSettings.from_json(record)
