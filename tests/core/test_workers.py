"""Operations side by side: results in order, one progress, errors and cancelling."""

from __future__ import annotations

import threading
import time

import pytest
from threadpoolctl import threadpool_info

from s3fn_core.progress import Operation, Progress, run
from s3fn_core.workers import Later, one_blas_thread, side_by_side


def counting(name: str, count: int, seen: set[str] | None = None) -> Operation[str]:
    for number in range(count):
        if seen is not None:
            seen.add(threading.current_thread().name)
        time.sleep(0.002)
        yield Progress(name, number / count, f"{name} {number}")
    return name


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_come_in_the_order_of_the_operations(workers: int) -> None:
    operations = [counting("slow", 20), counting("quick", 1), counting("middle", 5)]
    reports: list[Progress] = []
    assert run(side_by_side(operations, workers), reports.append) == ["slow", "quick", "middle"]
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 1


def test_two_run_at_once_and_one_speaks() -> None:
    seen: set[str] = set()
    reports: list[Progress] = []
    operations = [counting("b", 20, seen), counting("a", 20, seen)]
    run(side_by_side(operations, 2, reporter=1), reports.append)
    assert len(seen) == 2
    steps = [report.step for report in reports]
    heard = steps[steps.index("a") :]
    assert heard == sorted(heard), "another speaks before the reporter is done"


def test_nothing_to_do() -> None:
    assert run(side_by_side(list[Operation[str]](), 2)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_stops_the_others(workers: int) -> None:
    begun, closed = threading.Event(), threading.Event()

    def failing() -> Operation[str]:
        yield Progress("fail", 0.0)
        assert workers == 1 or begun.wait(10)
        raise ValueError("inside")

    def endless() -> Operation[str]:
        try:
            while True:
                begun.set()
                time.sleep(0.001)
                yield Progress("endless", 0.0)
        finally:
            closed.set()

    with pytest.raises(ValueError, match="inside"):
        run(side_by_side([failing(), endless()], workers))
    assert workers == 1 or closed.is_set()


def test_closing_closes_all() -> None:
    closed = [threading.Event(), threading.Event()]

    def endless(number: int) -> Operation[None]:
        try:
            while True:
                time.sleep(0.001)
                yield Progress("endless", 0.0)
        finally:
            closed[number].set()

    operation = side_by_side([endless(0), endless(1)], 2)
    next(operation)
    time.sleep(0.02)
    operation.close()
    assert all(event.is_set() for event in closed)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("s3fn")]


def waiting(later: Later[str]) -> Operation[str]:
    yield Progress("wait", 0.0)
    return later.get() + "!"


@pytest.mark.parametrize("workers", [1, 2])
def test_one_waits_for_another(workers: int) -> None:
    later: Later[str] = Later()
    operations = [later.of(counting("first", 5)), waiting(later)]
    assert run(side_by_side(operations, workers)) == ["first", "first!"]


def test_who_waits_for_one_that_failed_does_not_wait_for_ever() -> None:
    later: Later[str] = Later()

    def failing() -> Operation[str]:
        time.sleep(0.02)
        yield Progress("fail", 0.0)
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        run(side_by_side([later.of(failing()), waiting(later)], 2))


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_the_blas_limit_holds_until_the_last_has_left() -> None:
    before = blas_threads()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert blas_threads() == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == before
