"""Jobs: exactly one end, and the generator is always closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import pytest
from pytestqt.qtbot import QtBot

from s3fn_core.errors import ModelError
from s3fn_core.progress import Progress
from s3fn_gui.base.jobs import Job, JobRunner


class Ends:
    """Listens to a job."""

    def __init__(self, job: Job) -> None:
        self.progress: list[float] = []
        self.ends: list[tuple[str, object]] = []
        job.progressed.connect(lambda p: self.progress.append(p.fraction))
        job.succeeded.connect(lambda value: self.ends.append(("succeeded", value)))
        job.failed.connect(lambda error: self.ends.append(("failed", error)))
        job.cancelled.connect(lambda: self.ends.append(("cancelled", None)))


class Work:
    """An operation that records how it was left."""

    def __init__(self, error: BaseException | None = None, endless: bool = False) -> None:
        self.error = error
        self.endless = endless
        self.closed = threading.Event()

    def __call__(self) -> Generator[Progress, None, str]:
        try:
            yield Progress("work", 0.0)
            yield Progress("work", 0.5)
            while self.endless:
                time.sleep(0.01)
                yield Progress("work", 0.5)
            if self.error is not None:
                raise self.error
            return "done"
        finally:
            self.closed.set()


def finish(job: Job, ends: Ends, qtbot: QtBot) -> None:
    """Wait for the end, and a little longer for a second one that must not come."""
    qtbot.waitUntil(lambda: bool(ends.ends))
    assert job.wait(2000)
    qtbot.wait(50)


def test_success_gives_the_result_once(qtbot: QtBot) -> None:
    work = Work()
    job = Job("work", work)
    ends = Ends(job)
    job.start()
    finish(job, ends, qtbot)
    assert ends.ends == [("succeeded", "done")]
    assert ends.progress == [0.0, 0.5]
    assert work.closed.is_set()
    assert not job.is_active


def test_work_in_one_piece_needs_no_generator(qtbot: QtBot) -> None:
    job = Job("work", lambda: "done")
    ends = Ends(job)
    job.start()
    finish(job, ends, qtbot)
    assert (ends.ends, ends.progress) == ([("succeeded", "done")], [])


@pytest.mark.parametrize("error", [ModelError("no"), RuntimeError("torch"), SystemExit(3)])
def test_every_error_is_told_once(error: BaseException, qtbot: QtBot) -> None:
    work = Work(error)
    job = Job("work", work)
    ends = Ends(job)
    job.start()
    finish(job, ends, qtbot)
    assert ends.ends == [("failed", error)]
    assert work.closed.is_set()


def test_cancel_closes_the_generator(qtbot: QtBot) -> None:
    work = Work(endless=True)
    job = Job("work", work)
    ends = Ends(job)
    job.start()
    qtbot.waitUntil(lambda: len(ends.progress) > 2)
    job.cancel()
    job.cancel()
    finish(job, ends, qtbot)
    assert ends.ends == [("cancelled", None)]
    assert work.closed.is_set()


def test_a_step_that_cannot_be_interrupted_is_let_go_within_a_second(qtbot: QtBot) -> None:
    closed = threading.Event()

    def stubborn() -> Generator[Progress, None, None]:
        try:
            yield Progress("work", 0.0)
            time.sleep(1.6)
            yield Progress("work", 1.0)
        finally:
            closed.set()

    job = Job("work", stubborn)
    ends = Ends(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ends.progress))
    started = time.monotonic()
    job.cancel()
    qtbot.waitUntil(lambda: bool(ends.ends))
    assert time.monotonic() - started < 1.0
    finish(job, ends, qtbot)
    assert ends.ends == [("cancelled", None)]
    assert closed.is_set()


def test_the_newest_job_of_a_kind_wins(qtbot: QtBot) -> None:
    runner = JobRunner()
    results: list[str] = []
    old, new = Work(endless=True), Work()
    first = runner.start("picture", "old", old, results.append)
    qtbot.waitUntil(lambda: first.fraction > 0)
    second = runner.start("picture", "new", new, results.append)
    qtbot.waitUntil(lambda: results == ["done"])
    assert old.closed.wait(2)
    assert runner.active == ()
    assert runner.shut_down()
    assert first is not second


def test_a_runner_stops_everything_when_it_shuts_down(qtbot: QtBot) -> None:
    runner = JobRunner()
    works = [Work(endless=True), Work(endless=True)]
    for number, work in enumerate(works):
        runner.start(f"kind {number}", "work", work, print)
    qtbot.wait(30)
    assert runner.shut_down()
    assert all(work.closed.is_set() for work in works)


def test_an_error_without_a_handler_goes_to_the_bridge(qtbot: QtBot) -> None:
    runner = JobRunner()
    broken: list[tuple[str, object]] = []
    runner.broke.connect(lambda title, error: broken.append((title, error)))
    error = ModelError("no")
    runner.start("kind", "Training", Work(error), print)
    qtbot.waitUntil(lambda: broken == [("Training", error)])


def test_a_result_that_is_on_its_way_when_the_job_is_cancelled_is_dropped(qtbot: QtBot) -> None:
    runner = JobRunner()
    told: list[str] = []
    job = runner.start(
        "a", "a", Work(), lambda _: told.append("done"), cancelled=lambda: told.append("cancelled")
    )
    assert job.wait(2000)  # without looking at what it has sent
    runner.cancel("a")
    qtbot.wait(50)
    assert told == ["cancelled"]
