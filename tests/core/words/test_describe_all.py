"""Many classes at once, with the real client and a server of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Progress, run
from s3fn_core.words import llm_errors
from s3fn_core.words.describe_all import ClassProgress, Described, describe_all
from s3fn_core.words.llm import DescribeContext
from s3fn_core.words.llm_settings import LLMSettings
from tests.llm_server import KEY, MODEL, LLMServer, wait_until

NAMES = ("soil", "water", "tree", "road", "roof")
CLASSES = ClassSet()
for name in NAMES:
    CLASSES = CLASSES.added(name)


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(llm_errors, "PAUSES", (0.02, 0.02))


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


def settings(server: LLMServer, at_once: int = 3, timeout: float = 5.0) -> LLMSettings:
    return LLMSettings(server.base_url, MODEL, at_once=at_once, timeout=timeout)


def describe(
    server: LLMServer, at_once: int = 3
) -> tuple[Described, dict[int, list[ClassProgress]], list[Progress]]:
    """The result, the reports of each class, and all of them."""
    reports: list[Progress] = []
    result = run(describe_all(list(CLASSES), CLASSES, settings(server, at_once), key=KEY), reports.append)
    of_class: dict[int, list[ClassProgress]] = {i: [] for i in CLASSES.ids}
    for report in reports:
        assert isinstance(report, ClassProgress)
        of_class[report.class_id].append(report)
    return result, of_class, reports


def test_every_class_is_described_and_told_of(server: LLMServer) -> None:
    server.mode = "slow"
    server.answer = "It is a **surface** of its kind."
    result, of_class, reports = describe(server)
    assert not result.failures
    assert tuple(result.descriptions) == CLASSES.ids
    for class_id, told in of_class.items():
        assert "".join(r.text for r in told) == server.answer
        assert told[-1].state == "done"
        assert told[-1].descriptions == result.descriptions[class_id]
        assert f'"{CLASSES[class_id].name}"' in (told[-1].descriptions[0].prompt or "")
    fractions = [r.fraction for r in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert server.most_at_once == 3


def test_each_class_has_facts_of_its_own(server: LLMServer) -> None:
    facts = {i: DescribeContext(spectral_facts=f"fact {i}") for i in CLASSES.ids}
    run(describe_all(list(CLASSES)[:2], CLASSES, settings(server), contexts=facts))
    asked = sorted(r["messages"][1]["content"] for r in server.requests)
    assert "fact 1" in asked[0]
    assert "fact 2" in asked[1]


def test_a_class_that_fails_takes_no_other_with_it(server: LLMServer) -> None:
    server.modes = {'"water"': "cut", '"road"': "empty"}
    result, of_class, _ = describe(server)
    assert set(result.descriptions) == {1, 3, 5}
    assert set(result.failures) == {2, 4}
    assert "cut in the middle" in str(result.failures[2])
    assert of_class[2][-1].state == "failed"
    assert "empty answer" in of_class[4][-1].message


def test_a_busy_endpoint_is_waited_for_and_told(server: LLMServer) -> None:
    server.mode, server.retry_after = "busy once", "0.2"
    result, of_class, _ = describe(server, at_once=1)
    assert not result.failures
    states = [r.state for r in of_class[1]]
    assert "waiting" in states
    assert states[-1] == "done"


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_endpoint_that_answers_nobody_is_not_asked_for_all(server: LLMServer, at_once: int) -> None:
    server.mode = "wrong key"
    result, _, _ = describe(server, at_once)
    assert len(result.failures) == len(CLASSES)
    assert len({str(error) for error in result.failures.values()}) == 1
    assert len(server.requests) <= at_once + 1


def test_cancelling_closes_all_connections(server: LLMServer) -> None:
    server.mode = "stall"
    operation = describe_all(list(CLASSES), CLASSES, settings(server, timeout=30.0))
    begun: set[int] = set()
    while len(begun) < 3:
        report = next(operation)
        assert isinstance(report, ClassProgress)
        begun |= {report.class_id} if report.text else set()
    started = time.monotonic()
    operation.close()
    assert time.monotonic() - started < 1.0
    assert wait_until(lambda: server.at_once == 0, 2.0)
    assert len(server.requests) == 3
    names = [t.name for t in threading.enumerate()]
    assert not [n for n in names if n == "chat" or n.startswith("together")]
