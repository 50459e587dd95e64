"""What became what, against counting pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.errors import ExportError
from s3fn_core.results import map_changes as module
from s3fn_core.results.map_changes import Change, map_changes
from s3fn_core.types import IdArray

SHAPE = (7, 5)
MAPS = arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 1, 2, 255]))


@given(before=MAPS, after=MAPS)
def test_every_change_is_counted(before: IdArray, after: IdArray) -> None:
    found = map_changes(before, after)
    for row in found.rows:
        assert row.pixels == np.count_nonzero((before == row.before) & (after == row.after)) > 0
    assert found.pixels == np.count_nonzero(before != after)
    assert found.compared == np.count_nonzero((before > 0) | (after > 0))
    assert [row.pixels for row in found.rows] == sorted((row.pixels for row in found.rows), reverse=True)


def test_a_large_map_is_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = np.random.default_rng(0).integers(0, 4, (2, 50, 7)).astype(np.uint8)
    whole = map_changes(before, after)
    monkeypatch.setattr(module, "STRIP_PIXELS", 20)
    assert map_changes(before, after) == whole


def test_the_table_has_shares_of_the_map_and_areas() -> None:
    before, after = np.ones((1, 8), np.uint8), np.ones((1, 8), np.uint8)
    after[0, :3], after[0, 7] = 2, 0
    found = map_changes(before, after)
    assert found.rows == (Change(1, 2, 3), Change(1, 0, 1))
    assert found.table({1: "soil", 2: "grass"}, 4.0) == [
        ["From", "To", "Pixels", "Share in %", "Area in m2"],
        ["soil", "grass", "3", "37.500", "12"],
        ["soil", "(no class)", "1", "12.500", "4"],
    ]
    assert found.table({1: "soil", 2: "grass"}, None)[1] == ["soil", "grass", "3", "37.500"]


def test_maps_of_different_sizes_are_refused() -> None:
    with pytest.raises(ExportError, match="same size"):
        map_changes(np.ones((2, 3), np.uint8), np.ones((3, 2), np.uint8))
