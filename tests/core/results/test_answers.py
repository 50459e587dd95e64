"""Held-out answers by pixel, and the figures that they give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.results import answers as module
from s3fn_core.results.answers import AskedCube, HeldOutAnswers

CUBES = (AskedCube("left", (10, 12)), AskedCube("right", (8, 9)))
IDS = (2, 5, 9)


def some(count: int = 40, seed: int = 0) -> HeldOutAnswers:
    rng = np.random.default_rng(seed)
    cube = rng.integers(0, 2, count)
    places = np.column_stack([cube, rng.integers(0, 8, count), rng.integers(0, 9, count)])
    scores = rng.normal(size=(count, 3)).astype(np.float32)
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    truth = np.array(IDS, np.uint8)[rng.integers(0, 3, count)]
    return HeldOutAnswers.of(CUBES, places, truth, logs, rng.integers(0, 7, count), "blocks", IDS)


def test_answers_lie_in_the_order_of_their_places() -> None:
    found = some()
    keys = [tuple(row) for row in np.column_stack([found.cube, found.pixels])]
    assert keys == sorted(keys)
    assert found.probability is not None
    best = np.array(IDS)[found.probability.astype(float).argmax(1)]
    np.testing.assert_array_equal(found.predicted, best)
    np.testing.assert_allclose(found.confidence, found.probability.max(1), rtol=1e-3)


@given(seed=st.integers(0, 99), truth=st.sampled_from([None, *IDS]), said=st.sampled_from([None, *IDS]))
def test_rows_of_a_cell_are_counted_as_the_matrix_counts_them(
    seed: int, truth: int | None, said: int | None
) -> None:
    found = some(seed=seed)
    rows = found.where(0, truth, said)
    expected = [
        n
        for n in range(len(found))
        if found.cube[n] == 0 and truth in (None, found.truth[n]) and said in (None, found.predicted[n])
    ]
    assert rows.tolist() == expected


def test_a_record_comes_back_from_its_parts() -> None:
    found = some()
    record, arrays = found.to_parts()
    again = HeldOutAnswers.from_parts(record, arrays)
    assert (again.cubes, again.unit, again.class_ids) == (found.cubes, found.unit, found.class_ids)
    for name, array in arrays.items():
        np.testing.assert_array_equal(getattr(again, name), array)
    assert HeldOutAnswers.from_parts(*replace(found, probability=None).to_parts()).probability is None


def test_a_large_record_is_kept_in_part_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = some()
    assert found.kept is found
    monkeypatch.setattr(module, "MAX_BYTES", found.size - 1)
    short = found.kept
    assert short is not None
    assert short.probability is None
    np.testing.assert_array_equal(short.predicted, found.predicted)
    monkeypatch.setattr(module, "MAX_BYTES", short.size - 1)
    assert found.kept is None


def test_other_ids_of_the_classes_change_nothing_else() -> None:
    found = some()
    other = found.renumbered({2: 5, 5: 7, 9: 2})
    assert other.class_ids == (5, 7, 2)
    np.testing.assert_array_equal(other.where(None, 5, 7), found.where(None, 2, 5))


def test_a_cube_is_known_by_name_and_shape_where_that_says_which() -> None:
    found = some()
    assert found.number_of("right", (8, 9)) == 1
    assert found.number_of("right", (9, 9)) is None
    twins = replace(found, cubes=(CUBES[0], CUBES[0]), pixels=np.minimum(found.pixels, 7))
    assert twins.number_of("left", (10, 12)) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": np.zeros(3, np.uint8)}, "one place, label and answer"),
        ({"predicted": np.full(40, 3, np.uint8)}, "class 3, which is missing"),
        ({"cube": np.full(40, 2, np.int32)}, "not listed"),
        ({"pixels": np.full((40, 2), 12, np.int32)}, "outside their cube"),
        ({"probability": np.zeros((40, 2), np.float16)}, "one place, label and answer"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(LabelError, match=message):
        replace(some(), **change)  # type: ignore[arg-type]
