"""Answers as servers really send them: other forms, thoughts, no bounds, an echoed key."""

from __future__ import annotations

import gzip
import json
import resource
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Progress, run
from s3fn_core.words import llm_errors
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.llm import describe
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.models import list_models
from s3fn_core.words.plain import plain_text
from s3fn_core.words.wire import Redactor
from tests.llm_server import KEY, MODEL, Handler, LLMServer

CLASSES = ClassSet().added("soil").added("water")
TEXT = "Soil is brown. Expected reflectance: 450 nm 8 %, 900 nm 30 %"
THOUGHT = "Hmm, at 900 nm 1 % would be too dark."


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(llm_errors, "PAUSES", ())


def settings(server: LLMServer, **changes: object) -> LLMSettings:
    record = {"base_url": server.base_url, "model": MODEL, "timeout": 5.0} | changes
    return LLMSettings.from_json(record)


def ask(server: LLMServer, key: str | None = KEY, **changes: object) -> str:
    (found,) = run(describe(CLASSES[1], CLASSES, settings(server, **changes), key=key))
    return found.text


def events(*lines: str, end: str = "data: [DONE]\n\n") -> Callable[[Handler, Any], None]:
    """A server that sends these lines, each as an event, and an end."""

    def answer(handler: Handler, body: Any) -> None:
        handler.begin()
        for line in lines:
            handler.chunk(f"{line}\n\n".encode())
        if end:
            handler.chunk(end.encode())
        handler.chunk(b"")

    return answer


def data(choice: dict[str, Any], **more: Any) -> str:
    return "data: " + json.dumps({"choices": [choice], **more})


def piece(content: Any, **more: Any) -> str:
    return data({"index": 0, "delta": {"content": content, **more}, "finish_reason": None})


def whole(record: Any, status: int = 200) -> Callable[[Handler, Any], None]:
    def answer(handler: Handler, body: Any) -> None:
        handler.send_whole(status, "application/json", json.dumps(record).encode())

    return answer


# -- what it thinks --------------------------------------------------------------------------------

THINKING = [
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{TEXT}<|return|>",
    f"<|channel|>analysis {THOUGHT} final<|message|>{TEXT}<|return|>",
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>commentary to=x "
    f"<|constrain|>json<|message|>{{}}<|call|><|start|>assistant<|channel|>final<|message|>{TEXT}",
    f"analysis{THOUGHT}assistantfinal{TEXT}",
    f"analysis {THOUGHT}\n\nassistant\nfinal\n{TEXT}",
    f"assistantfinal{TEXT}",
    f"[THINK]{THOUGHT}[/THINK]{TEXT}",
    f"<thought>{THOUGHT}</thought>{TEXT}",
    f"<reasoning>{THOUGHT}</reasoning>\n\n{TEXT}",
    f"<think>{THOUGHT} <think>{THOUGHT}</think> {THOUGHT}</think>\n{TEXT}",
    f"{THOUGHT}</reasoning>{TEXT}",
    f"{TEXT}<think>{THOUGHT}",
    f"<THINKING >\n{THOUGHT}\n</THINKING >{TEXT}",
    f"&lt;think&gt;{THOUGHT}&lt;/think&gt;{TEXT}",
    f"◁think▷{THOUGHT}◁/think▷{TEXT}",
    f"<seed:think>{THOUGHT}</seed:think>{TEXT}",
    f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|><|begin_of_solution|>{TEXT}<|end_of_solution|>",
    f"<|START_THINKING|>{THOUGHT}<|END_THINKING|><|START_RESPONSE|>{TEXT}<|END_RESPONSE|>",
    f"Here is my thought process:\n{THOUGHT}\nHere is my response:\n{TEXT}",
    f'<details type="reasoning"><summary>Thoughts</summary>{THOUGHT}</details>{TEXT}',
    f"<|channel>thought\n{THOUGHT}<channel|>{TEXT}",
    f"```thinking\n{THOUGHT}\n```\n{TEXT}",
    f"<think>{THOUGHT}</think><answer>{TEXT}</answer>",
    f"{TEXT}<|im_end|>\n<|im_start|>user\n{THOUGHT}",
    f"{TEXT}<end_of_turn>\nmodel {THOUGHT}",
    f"{TEXT}</s>[INST] {THOUGHT}",
    f"{TEXT}<|eot_id|><|start_header_id|>user<|end_header_id|>{THOUGHT}",
    f"{TEXT}<｜end▁of▁sentence｜>{THOUGHT}",
    f"<|im_start|>assistant\n{TEXT}<|im_end|>",
    f"<start_of_turn>model\n{TEXT}<end_of_turn>",
    f"<s> {TEXT} </s>",
]


@pytest.mark.parametrize("answer", THINKING, ids=range(len(THINKING)))
def test_no_thought_becomes_a_description(server: LLMServer, answer: str) -> None:
    server.answer = answer
    text = ask(server)
    assert text == TEXT
    assert parse_claims(text) == parse_claims(TEXT)


@pytest.mark.parametrize(
    "answer",
    [
        f"<|channel|>analysis<|message|>{THOUGHT}",
        f"analysis{THOUGHT}",
        f"analysis<|message|>{THOUGHT}",
        f"[THINK]{THOUGHT}",
        f"<reasoning>{THOUGHT}",
        f"Here is my thought process:\n{THOUGHT}",
    ],
)
def test_thoughts_alone_are_no_answer(server: LLMServer, answer: str) -> None:
    server.answer = answer
    with pytest.raises(WordsError, match="empty answer"):
        ask(server)


def test_thoughts_without_any_mark_are_recognised_where_they_were_cut(server: LLMServer) -> None:
    server.answer = f"Okay, I need to describe soil. {THOUGHT}"
    server.mode = "long"
    with pytest.raises(WordsError, match="wrote what it thinks"):
        ask(server)
    server.mode, server.answer = "answer", f"The user wants a description of soil. {THOUGHT}"
    with pytest.raises(WordsError, match="wrote what it thinks"):
        ask(server)


@pytest.mark.parametrize(
    "text",
    [
        "Analysis of soil shows 5 % < 10 % at 400 nm.",
        "analysis of soils needs care.",
        "See [1] and [reason]; a < b > c.",
        "The final answer: soil is brown.",
        "Well drained soil is bright; its reflectance rises.",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert plain_text(text) == text


def test_what_is_struck_through_is_no_end() -> None:
    assert plain_text("Soil <s>is</s> was red.") == "Soil is was red."


# -- other forms of an answer ----------------------------------------------------------------------

FORMS = {
    "whole answer": whole({"choices": [{"index": 0, "message": {"content": TEXT}, "finish_reason": "stop"}]}),
    "whole answer in lines": lambda handler, body: handler.send_whole(
        200, "application/json", json.dumps({"choices": [{"message": {"content": TEXT}}]}, indent=2).encode()
    ),
    "list of contents": events(
        piece([{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]),
        piece([{"type": "text", "text": TEXT[:9]}]),
        piece(TEXT[9:]),
    ),
    "delta null": events(data({"index": 0, "delta": None}), piece(TEXT), data({"delta": None})),
    "choices null": events("data: " + json.dumps({"choices": None, "usage": {}}), piece(TEXT)),
    "no choices": events("data: " + json.dumps({"choices": []}), piece(TEXT)),
    "no finish reason": events(piece(TEXT)),
    "no [DONE]": events(piece(TEXT), data({"index": 0, "delta": {}, "finish_reason": "stop"}), end=""),
    "no index": events(data({"delta": {"content": TEXT}}), data({"finish_reason": "stop"})),
    "other choices too": events(
        piece(TEXT), data({"index": 1, "delta": {"content": THOUGHT}}), data({"delta": {}})
    ),
    "thoughts beside it": events(
        piece(None, reasoning_content=THOUGHT), piece("", reasoning=THOUGHT), piece(TEXT)
    ),
    "text, as completions": events(data({"index": 0, "text": TEXT})),
    "message in the stream": events(data({"index": 0, "message": {"content": TEXT}})),
    "no empty lines": lambda handler, body: events(
        "\n".join([piece(TEXT[:5]), piece(TEXT[5:]), "data: [DONE]"]), end=""
    )(handler, body),
    "no blank": events(piece(TEXT).replace("data: ", "data:"), end="data:[DONE]\n\n"),
    "CRLF": events(piece(TEXT) + "\r", ": ping\r", end="data: [DONE]\r\n\r\n"),
    "comments and names": events(": hello", "event: ping\nid: 3\nretry: 10", f"event: delta\n{piece(TEXT)}"),
    "lines of JSON": lambda handler, body: handler.send_whole(
        200, "application/x-ndjson", "\n".join([piece(TEXT[:5])[6:], piece(TEXT[5:])[6:]]).encode()
    ),
    "data over several lines": events(
        "\n".join(f"data: {line}" for line in json.dumps(json.loads(piece(TEXT)[6:]), indent=1).splitlines())
    ),
    "gzip, though not asked for": lambda handler, body: handler.send_whole(
        200,
        "application/json",
        gzip.compress(json.dumps({"choices": [{"message": {"content": TEXT}}]}).encode()),
        Content_Encoding="gzip",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_answer_is_read(server: LLMServer, form: str) -> None:
    server.script = FORMS[form]
    assert ask(server) == TEXT


def test_letters_of_several_bytes_may_be_divided(server: LLMServer) -> None:
    text = "Höhe über 5 µm — 水"
    content = json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False)

    def answer(handler: Handler, body: Any) -> None:
        handler.begin()
        for byte in f"data: {content}\n\ndata: [DONE]\n\n".encode():
            handler.chunk(bytes([byte]))
        handler.chunk(b"")

    server.script = answer
    assert ask(server) == text


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"error": {"message": "model is loading", "code": 503}}, "model is loading"),
        ({"error": "model is loading"}, "model is loading"),
        ({"object": "error", "message": "context too long"}, "context too long"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "field required"),
        ({"error": {"message": f"bad key {KEY}"}}, r"bad key \*\*\*"),
    ],
)
@pytest.mark.parametrize("form", ["whole", "event", "named event", "status"])
def test_the_server_s_own_message_is_told(server: LLMServer, record: Any, said: str, form: str) -> None:
    line = f"data: {json.dumps(record)}"
    server.script = {
        "whole": whole(record),
        "event": events(line),
        "named event": events(f"event: error\n{line}"),
        "status": whole(record, 400),
    }[form]
    with pytest.raises(WordsError, match=said) as caught:
        ask(server)
    assert "refused the request" in str(caught.value)
    assert "ends in /v1" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_who_wants_the_newer_limit_gets_it(server: LLMServer) -> None:
    """As servers in front of OpenAI's newer models do, which are not api.openai.com."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        if "max_tokens" in body:
            message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            handler.refuse(400, "unsupported_parameter", message)
        else:
            handler.stream("answer")

    server.script = answer
    server.answer = TEXT
    assert ask(server, max_tokens=77) == TEXT
    assert server.requests[1]["max_completion_tokens"] == 77
    assert len(server.requests) == 2

    server.script = lambda handler, body: handler.refuse(400, "x", "max_completion_tokens is too large")
    with pytest.raises(WordsError, match="max_completion_tokens is too large"):
        ask(server)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("record", "names"),
    [
        ({"data": [{"id": "b"}, {"id": "a"}]}, ("a", "b")),
        ([{"id": "a"}], ("a",)),
        ({"data": ["a", {"name": "b"}, 3]}, ("a", "b")),
        ({"data": [{"id": f"x-{KEY}"}]}, ("x-***",)),
    ],
)
def test_models_in_any_form(
    server: LLMServer, record: Any, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Handler, "do_GET", lambda self: self.send_whole(200, "application/json", json.dumps(record).encode())
    )
    assert run(list_models(settings(server), KEY)) == names


# -- without bounds --------------------------------------------------------------------------------


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def bomb(megabytes: int) -> bytes:
    """A gzip of blanks, a thousandth of their size."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(b" " * (1 << 20)) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


def test_identity_is_asked_for(server: LLMServer) -> None:
    ask(server)
    run(list_models(settings(server), KEY))
    assert {request["headers"]["accept-encoding"] for request in server.requests} == {"identity"}


@pytest.mark.parametrize("status", [200, 400])
def test_a_gzip_bomb_is_refused(server: LLMServer, status: int) -> None:
    packed = bomb(2000)
    server.script = lambda handler, body: handler.send_whole(
        status, "application/json", packed, Content_Encoding="gzip"
    )
    before, started = memory(), time.monotonic()
    with pytest.raises(WordsError, match="sends far more than an answer holds"):
        ask(server)
    assert time.monotonic() - started < 5
    assert memory() - before < 60_000


def test_a_bomb_of_models_is_refused(server: LLMServer, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = bomb(1000)
    monkeypatch.setattr(
        Handler,
        "do_GET",
        lambda self: self.send_whole(200, "application/json", packed, Content_Encoding="gzip"),
    )
    before = memory()
    with pytest.raises(WordsError, match="sends far more than an answer holds"):
        run(list_models(settings(server), KEY))
    assert memory() - before < 60_000


def test_an_encoding_that_is_not_read_is_told(server: LLMServer) -> None:
    server.script = lambda handler, body: handler.send_whole(200, "text/plain", b"x", Content_Encoding="br")
    with pytest.raises(WordsError, match=r"encoding that was not asked for \(br\)"):
        ask(server)


@pytest.mark.parametrize("line", [b"data: ", b"", b": "])
def test_a_line_without_end_is_refused(server: LLMServer, line: bytes) -> None:
    def answer(handler: Handler, body: Any) -> None:
        handler.begin()
        handler.chunk(line or b"x")
        while True:
            handler.chunk(b"x" * 65536)

    server.script = answer
    started = time.monotonic()
    with pytest.raises(WordsError, match="sends far more than an answer holds"):
        ask(server)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("what", [": ping\n\n", piece("a") + "\n\n", "\n", piece("") + "\n\n", "x"])
def test_what_trickles_for_ever_ends_at_the_deadline(server: LLMServer, what: str) -> None:
    def answer(handler: Handler, body: Any) -> None:
        handler.begin()
        while not handler.server.leaving.wait(0.1):
            handler.chunk(what.encode())

    server.script = answer
    started = time.monotonic()
    with pytest.raises(WordsError, match="did not end its answer in time"):
        ask(server, timeout=0.2)
    assert 1.5 < time.monotonic() - started < 4


def test_what_follows_the_end_is_not_awaited_for_long(
    server: LLMServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3fn_core.words import chat

    monkeypatch.setattr(chat, "_AFTER", 0.3)

    def answer(handler: Handler, body: Any) -> None:
        handler.begin()
        handler.chunk(f"{piece(TEXT)}\n\n".encode())
        handler.chunk((data({"delta": {}, "finish_reason": "stop"}) + "\n\n").encode())
        while not handler.server.leaving.wait(0.05):
            handler.chunk(b": ping\n\n")

    server.script = answer
    started = time.monotonic()
    assert ask(server) == TEXT
    assert time.monotonic() - started < 3


def test_a_stalled_head_ends_at_the_timeout(server: LLMServer) -> None:
    def answer(handler: Handler, body: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not handler.server.leaving.wait(0.1):
            handler.wfile.write(b"X-A: b\r\n")
            handler.wfile.flush()

    server.script = answer
    started = time.monotonic()
    with pytest.raises(WordsError, match="in time"):
        ask(server, timeout=0.2)
    assert time.monotonic() - started < 4


# -- the key ---------------------------------------------------------------------------------------


def test_a_key_that_is_echoed_is_blotted_out(server: LLMServer) -> None:
    """Also where the pieces of the answer divide it."""
    server.answer = f"Soil. Authorization: Bearer {KEY}. The end {KEY[:6]}"
    reports: list[Progress] = []
    (found,) = run(describe(CLASSES[1], CLASSES, settings(server), key=KEY), reports.append)
    assert found.text == f"Soil. Authorization: Bearer ***. The end {KEY[:6]}"
    assert KEY not in "".join(report.text for report in reports)


def test_a_word_that_stands_for_no_key_stays(server: LLMServer) -> None:
    server.answer = "EMPTY bottles are bright."
    assert ask(server, key="EMPTY") == "EMPTY bottles are bright."


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_key_is_found_wherever_it_is_divided(size: int) -> None:
    redactor, text = Redactor(KEY), f"a{KEY[:5]}{KEY}{KEY}s{KEY.upper()}sk-test-"
    parts = [redactor.pass_on(text[i : i + size]) for i in range(0, len(text), size)]
    assert "".join([*parts, redactor.rest()]) == f"a{KEY[:5]}******s***sk-test-"


def test_a_redirect_does_not_tell_the_key(server: LLMServer) -> None:
    server.mode, server.elsewhere = "redirect", f"http://{KEY}.example/v1"
    with pytest.raises(WordsError, match=r"redirects to \*\*\*\.example"):
        ask(server)
