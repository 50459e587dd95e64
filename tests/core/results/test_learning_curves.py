"""Curves of a training: what they take in, and what is kept of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.progress import Progress, run
from s3fn_core.report import charts
from s3fn_core.results.learning_curves import POINTS, LearningCurves, shortened


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(-1e3, 1e3)), max_size=2000))
def test_a_long_curve_is_thinned_and_keeps_its_end(points: list[tuple[int, float]]) -> None:
    found = shortened(points)
    assert len(found) <= POINTS + 1
    assert len(found) == len(points) or len(points) > POINTS
    if points:
        assert found[-1][0] == points[-1][0]
        assert found[0][0] == points[0][0]


def reports(first: int = 1):  # type: ignore[no-untyped-def]
    """Two stages of 400 epochs, the first from epoch `first` on; a report in between has no figures."""
    for stage, start in (("stage 1", first), ("stage 2", 1)):
        for epoch in range(start, 401):
            loss = math.nan if epoch == 7 else 1 / epoch
            yield Progress(stage, 0.1, metrics={"epoch": epoch, "loss": loss, "accuracy": 1 - 1 / epoch})
        yield Progress("features", 0.1)
    return "done"


@pytest.mark.parametrize("first", [1, 301])  # a training that goes on after a break begins in the middle
def test_epochs_count_on_from_stage_to_stage(first: int) -> None:
    learned = LearningCurves()
    assert run(learned.following(reports(first))) == "done"
    assert learned.stages == [(0, "stage 1"), (400, "stage 2")]
    assert learned.curves.keys() == {"loss", "accuracy"}
    places = [place for place, _ in learned.curves["loss"]]
    assert places == list(range(first, 801))


def test_what_is_kept_is_short_finite_and_comes_back() -> None:
    learned = LearningCurves()
    run(learned.following(reports()))
    kept = learned.thinned
    assert len(kept.curves["loss"]) <= POINTS + 1
    assert all(math.isfinite(value) for _, value in kept.curves["loss"])
    assert LearningCurves.from_json(kept.to_json()) == kept
    assert LearningCurves.from_json({}) == LearningCurves()
    with pytest.raises(ValueError, match="curves"):
        LearningCurves.from_json({"curves": {"loss": "high"}})


def test_a_chart_has_an_axis_for_each_measure() -> None:
    learned = LearningCurves()
    run(learned.following(reports()))
    drawn = charts.curves(learned.thinned)
    assert drawn.count("<polyline") == 2 + len(learned.stages)
    assert all(f">{word}<" in drawn for word in ("loss", "accuracy", "epoch", "stage 1", "stage 2"))
    assert charts.curves(LearningCurves()) == ""
