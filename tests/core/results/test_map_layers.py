"""Values of a map as levels of a colour scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.errors import ExportError
from s3fn_core.results import map_layers
from s3fn_core.results.map_layers import SCALES, levels_of, limit_of, shares_below
from s3fn_core.types import FloatArray, IdArray

MIDDLE = 128


def level(value: float, class_id: int = 1, top: float = SCALES["novelty"].top) -> int:
    return int(levels_of(np.array([[value]], np.float32), np.array([[class_id]], np.uint8), top)[0, 0])


@given(value=st.floats(0, 10, width=32))
def test_the_upper_half_is_what_lies_above_the_threshold(value: float) -> None:
    assert (level(value) > MIDDLE) == (value > 1)


def test_the_ends_of_the_scale() -> None:
    assert level(0.0) == 1  # a labelled pixel is not background
    assert level(2.0) == level(1e9) == 255
    assert level(1.5, class_id=0) == 0
    assert level(1.0, top=1.0) == 255


def test_a_large_map_is_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).uniform(0, 3, (50, 7)).astype(np.float32)
    ids = np.ones(values.shape, np.uint8)
    whole = levels_of(values, ids, 2.0)
    monkeypatch.setattr(map_layers, "STRIP_PIXELS", 20)
    np.testing.assert_array_equal(levels_of(values, ids, 2.0), whole)


def test_maps_of_different_shapes_are_refused() -> None:
    with pytest.raises(ExportError, match="must agree"):
        levels_of(np.zeros((2, 3), np.float32), np.ones((3, 2), np.uint8), 1.0)


@given(
    confidence=arrays(np.float32, (5, 4), elements=st.floats(0, 1, width=32)),
    ids=arrays(np.uint8, (5, 4), elements=st.integers(0, 2)),
)
def test_the_share_below_each_per_cent(confidence: FloatArray, ids: IdArray) -> None:
    below = shares_below(confidence, ids)
    for percent in range(101):
        count = np.count_nonzero((confidence < limit_of(percent)) & (ids > 0))
        assert below[percent] == count / max(1, np.count_nonzero(ids))
