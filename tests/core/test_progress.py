from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import S3FNError
from s3fn_core.progress import Operation, Progress, run, scaled


def counting(n: int, closed: list[bool] | None = None) -> Operation[int]:
    try:
        for i in range(n):
            yield Progress("count", i / n, f"{i}", {"i": float(i)}, text="x")
        return n
    finally:
        if closed is not None:
            closed.append(True)


def test_run_reports_and_returns() -> None:
    reports: list[Progress] = []
    assert run(counting(3), reports.append) == 3
    assert [report.message for report in reports] == ["0", "1", "2"]
    assert run(counting(0)) == 0


def test_an_operation_that_has_run_says_so_and_does_not_give_none() -> None:
    looped = counting(2)
    assert len(list(looped)) == 2
    with pytest.raises(S3FNError, match=r"counting\(...\) has run already, .* make it again"):
        run(looped)
    begun = counting(2)
    next(begun)
    assert run(begun) == 2


@given(st.integers(1, 8), st.floats(0, 0.5), st.floats(0.5, 1))
def test_scaled_keeps_everything_but_the_fraction(n: int, start: float, stop: float) -> None:
    reports: list[Progress] = []
    assert run(scaled(counting(n), start, stop), reports.append) == n
    for i, report in enumerate(reports):
        assert report.fraction == pytest.approx(start + (stop - start) * i / n)
        assert (report.step, report.message, report.text) == ("count", str(i), "x")
        assert report.metrics == {"i": float(i)}


def test_closing_a_scaled_operation_closes_the_inner_one() -> None:
    closed: list[bool] = []
    operation = scaled(counting(5, closed), 0.0, 1.0)
    next(operation)
    operation.close()
    assert closed == [True]


def test_errors_pass_through() -> None:
    def failing() -> Operation[None]:
        yield Progress("fail", 0.0)
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        run(scaled(failing(), 0.0, 1.0))
