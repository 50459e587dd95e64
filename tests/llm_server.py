"""A language model that runs in the test: a loopback server of the chat-completions protocol.

with LLMServer() as server:
    server.mode = "rate limit"
    settings = LLMSettings(base_url=server.base_url, model="test-model")
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

ANSWER = (
    "Soil is a **mixture** of minerals and humus. Dry soil rises from 400 to 900 nm.\n\n"
    "Expected reflectance: 450 nm 8 %, 670 nm 19 %, 800 nm 27 %"
)
MODEL = "test-model"
KEY = "sk-test-0123456789"

Mode = Literal[
    "answer",
    "wrong key",
    "unknown model",
    "rate limit",
    "busy once",
    "no credit",
    "fault",
    "bad request",
    "cut",
    "cut silently",
    "empty",
    "slow",
    "stall",
    "error in stream",
    "not json",
    "web page",
    "long",
    "filtered",
    "redirect",
    "no models",
]


class LLMServer(ThreadingHTTPServer):
    """The server; `mode` decides how it answers, `requests` keeps what it was asked.

    Attributes
    ----------
    mode : Mode
        "slow" pauses between the pieces; "stall" says nothing after the first one.
    modes : dict of str to Mode
        Another mode for the requests that hold a text, as the name of a class.
    answer : str
        Streamed in pieces of a few letters.
    retry_after : str
        Header of a refusal.
    elsewhere : str
        Address that "redirect" leads to.
    script : callable, optional
        Answers in the place of the mode: it is given the handler and the request's body.
    models : list of str
    requests : list of dict
        Body of every request, with its headers (lower case) under "headers".
    disconnected : threading.Event
        Set once a client went away in the middle of an answer.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode: Mode = "answer"
        self.modes: dict[str, Mode] = {}
        self.retry_after = ""
        self.elsewhere = ""
        self.script: Callable[[Handler, dict[str, Any]], None] | None = None
        self.models = [MODEL, "another-model"]
        self.at_once = self.most_at_once = 0
        self.counting = threading.Lock()
        self.answer = ANSWER
        self.requests: list[dict[str, Any]] = []
        self.disconnected = threading.Event()
        self.leaving = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self) -> LLMServer:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.leaving.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep a client that hangs up out of the test's stderr; report everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: LLMServer

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body | {"headers": lower_case(self.headers)})
        with self.server.counting:
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.at_once, self.server.most_at_once)
        try:
            self.answer(body)
        finally:
            with self.server.counting:
                self.server.at_once -= 1

    def do_GET(self) -> None:
        """The list of models."""
        self.server.requests.append({"path": self.path, "headers": lower_case(self.headers)})
        if self.server.mode in ("wrong key", "unknown model"):
            status = 401 if self.server.mode == "wrong key" else 404
            self.refuse(status, "refused", f"Not with {KEY}")
        elif self.server.mode == "redirect":
            self.redirect()
        else:
            names = [] if self.server.mode == "no models" else self.server.models
            records = [{"id": n, "object": "model", "created": 0, "owned_by": "x"} for n in names]
            content = json.dumps({"object": "list", "data": records}).encode()
            self.send_whole(200, "application/json", content)

    def answer(self, body: dict[str, Any]) -> None:
        if self.server.script is not None:
            try:
                self.server.script(self, body)
            except OSError:
                self.server.disconnected.set()
            return
        mode = self.server.mode
        for text, other in self.server.modes.items():
            if text in body["messages"][1]["content"]:
                mode = other
        if mode == "busy once" and len(self.server.requests) > 1:
            mode = "answer"
        refusals: dict[str, tuple[int, str, str]] = {
            "wrong key": (401, "invalid_api_key", f"Incorrect API key provided: {KEY}"),
            "unknown model": (404, "model_not_found", f"The model {body['model']} does not exist"),
            "rate limit": (429, "rate_limit_exceeded", "Too many requests"),
            "busy once": (429, "rate_limit_exceeded", "Too many requests"),
            "no credit": (429, "insufficient_quota", "You exceeded your current quota"),
            "fault": (500, "server_error", "Something broke"),
            "bad request": (400, "bad_request", f"temperature is too high for {KEY}"),
        }
        if mode in refusals:
            self.refuse(*refusals[mode])
        elif mode == "redirect":
            self.redirect()
        elif mode == "web page":
            self.send_whole(200, "text/html", b"<html><body>Welcome</body></html>")
        else:
            try:
                self.stream(mode)
            except OSError:
                self.server.disconnected.set()

    def refuse(self, status: int, code: str, message: str) -> None:
        error = {"error": {"message": message, "type": code, "code": code, "param": None}}
        self.send_whole(status, "application/json", json.dumps(error).encode())

    def redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_whole(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status == 429 and self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def begin(self, **headers: str) -> None:
        """The head of a stream of events."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def stream(self, mode: str) -> None:
        self.begin()
        answer = "" if mode in ("empty", "filtered") else self.server.answer
        pieces = [answer[i : i + 7] for i in range(0, len(answer), 7)]
        for index, piece in enumerate(pieces):
            self.event({"content": piece})
            if mode == "cut" and index == 2:
                self.close_connection = True
                self.connection.close()  # in the middle of a chunked body
                return
            if mode in ("cut silently", "error in stream", "not json") and index == 2:
                break
            if mode == "slow":
                self.wait(0.05)
            if mode == "stall":
                self.wait(30.0, probe=True)
        if mode == "error in stream":
            self.send_data(json.dumps({"error": {"message": "The model ran out of memory"}}))
        elif mode == "not json":
            self.send_data("{broken")
        elif mode != "cut silently":
            why = {"long": "length", "filtered": "content_filter"}.get(mode, "stop")
            self.event({}, finish_reason=why)
            self.send_data("[DONE]")
        self.chunk(b"")

    def event(self, delta: dict[str, str], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": MODEL}
        self.send_data(json.dumps(chunk | {"choices": [choice]}))

    def send_data(self, data: str) -> None:
        self.chunk(f"data: {data}\n\n".encode())

    def chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def wait(self, seconds: float, probe: bool = False) -> None:
        """Wait; with `probe`, notice at once when the client goes away (comment lines fail)."""
        wait_until(self.server.leaving.is_set, seconds, self.keep_alive if probe else None)

    def keep_alive(self) -> None:
        self.chunk(b": still thinking\n\n")


def lower_case(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def wait_until(
    condition: Callable[[], bool], seconds: float, meanwhile: Callable[[], None] | None = None
) -> bool:
    """Poll `condition`; gives whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        if meanwhile is not None:
            meanwhile()
        time.sleep(min(0.02, seconds))
    return condition()
