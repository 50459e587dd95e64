"""Majority and sieve of a map, against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import binary_dilation
from skimage.measure import label

from s3fn_core.errors import ExportError
from s3fn_core.results.map_filter import MapFilter, filtered, majority
from s3fn_core.types import IdArray

MAPS = arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 4))


def counted(ids: IdArray, window: int) -> IdArray:
    """The same, pixel by pixel."""
    reach, found = window // 2, ids.copy()
    for line, sample in np.argwhere(ids):
        around = ids[max(0, line - reach) : line + reach + 1, max(0, sample - reach) : sample + reach + 1]
        counts = np.bincount(around.ravel(), minlength=6)
        counts[0] = 0
        own = ids[line, sample]
        found[line, sample] = own if counts[own] == counts.max() else counts.argmax()
    return found


@settings(deadline=None)
@given(ids=MAPS, window=st.sampled_from([3, 5, 7]))
def test_the_majority_of_a_window(ids: IdArray, window: int) -> None:
    before = ids.copy()
    np.testing.assert_array_equal(majority(ids, window), counted(ids, window))
    np.testing.assert_array_equal(ids, before)


@settings(deadline=None)
@given(ids=MAPS, smallest=st.integers(2, 6))
def test_small_areas_dissolve_into_a_neighbour(ids: IdArray, smallest: int) -> None:
    found = filtered(ids, MapFilter(smallest=smallest))
    np.testing.assert_array_equal(found == 0, ids == 0)
    areas = label(ids, background=0, connectivity=1)
    sizes = np.bincount(areas.ravel())
    for number in range(1, areas.max() + 1):
        area = areas == number
        touched = np.unique(areas[binary_dilation(area) & ~area & (ids > 0)])
        if sizes[number] >= smallest:
            np.testing.assert_array_equal(found[area], ids[area])
        elif sizes[touched].max(initial=0) >= smallest:
            assert found[area].max() in ids[np.isin(areas, touched[sizes[touched] == sizes[touched].max()])]
        elif not touched.size:
            np.testing.assert_array_equal(found[area], ids[area])


def test_what_was_large_stays() -> None:
    ids = np.full((12, 12), 1, np.uint8)
    ids[2, 2], ids[6:8, 6:9] = 2, 3  # one pixel, six pixels
    found = filtered(ids, MapFilter(smallest=5))
    assert (found[2, 2], (found == 3).sum()) == (1, 6)


def test_a_filter_says_what_it_does() -> None:
    assert MapFilter(5, 10).text == "majority 5 x 5, areas under 10 px dissolved"
    assert (MapFilter().text, bool(MapFilter()), bool(MapFilter(smallest=2))) == ("", False, True)


@pytest.mark.parametrize("chosen", [MapFilter(4), MapFilter(33), MapFilter(3, 0)])
def test_a_filter_that_cannot_be(chosen: MapFilter) -> None:
    with pytest.raises(ExportError, match=r"must (be odd|have at least one)"):
        filtered(np.ones((3, 3), np.uint8), chosen)
