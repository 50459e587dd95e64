"""Figures read back from a record, and the tables that they make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.export import AreaRow
from s3fn_core.results.figures import (
    Figures,
    area_unit,
    class_table,
    confusion_table,
    reliability_table,
    shares,
    summary_table,
)
from s3fn_core.results.metrics import Accuracy, accuracy

NAMES = {1: "soil", 2: "tree", 3: "lake"}


def classes() -> ClassSet:
    return ClassSet().added("soil").added("tree").added("lake")


def measured(seed: int = 0, count: int = 300) -> Accuracy:
    """Two thirds right, of two classes; the third has no label."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 3, count).astype(np.uint8)
    predicted = np.where(rng.random(count) < 0.67, truth, rng.integers(1, 4, count)).astype(np.uint8)
    sure = rng.random(count).astype(np.float32)
    return accuracy(truth, predicted, classes(), sure, np.arange(count) // 15)


def figures(found: Accuracy) -> Figures:
    result = Figures.of({"held_out": found.to_json()})
    assert result is not None
    return result


@given(seed=st.integers(0, 50))
def test_what_was_measured_comes_back(seed: int) -> None:
    found = measured(seed)
    read = figures(found)
    assert (read.oa.value, read.aa.value, read.kappa.value) == (found.oa, found.aa, found.kappa)
    assert found.intervals is not None
    assert read.oa.interval == found.intervals.oa
    assert read.reliability == found.reliability
    assert (read.ece, read.count) == (found.ece, found.count)
    np.testing.assert_array_equal(read.confusion, found.confusion)
    assert read.right is not None
    assert read.right[1] == pytest.approx(found.oa)
    assert read.classes[2].recall is None  # no label of it
    assert read.classes[2].precision == 0.0


def test_without_held_out_labels_there_are_none() -> None:
    assert Figures.of({}) is None
    assert Figures.of({"held_out": None}) is None


@given(seed=st.integers(0, 50))
def test_the_diagonal_is_recall_by_rows_and_precision_by_columns(seed: int) -> None:
    read = figures(measured(seed))
    rows, columns = (np.diag(shares(read.confusion, kind)) for kind in ("of rows", "of columns"))
    for place, c in enumerate(read.classes):
        assert rows[place] == pytest.approx(c.recall) if c.recall is not None else np.isnan(rows[place])
        assert columns[place] == pytest.approx(c.precision)


def test_the_matrix_as_a_table_has_its_totals() -> None:
    read = figures(measured())
    found = confusion_table(read, NAMES)
    numbers = np.array([row[1:] for row in found[1:]]).astype(int)
    np.testing.assert_array_equal(numbers[:-1, :-1], read.confusion)
    np.testing.assert_array_equal(numbers[:-1, -1], read.confusion.sum(1))
    np.testing.assert_array_equal(numbers[-1, :-1], read.confusion.sum(0))
    assert numbers[-1, -1] == read.count
    assert found[0] == ("label (rows), assigned class (columns)", "soil", "tree", "lake", "total")
    by_row = confusion_table(read, NAMES, "of rows")
    assert sum(float(cell) for cell in by_row[1][1:-1]) == pytest.approx(100, abs=0.01)
    assert by_row[3][1:-1] == ("", "", "")  # no label: nothing to divide by


def test_the_table_of_classes_has_accuracy_and_area() -> None:
    read = figures(measured())
    areas = [AreaRow(1, "soil", 60, 60.0, 12_000.0), AreaRow(2, "tree", 40, 40.0, 8_000.0)]
    heading, soil, _, lake = class_table(read, areas, NAMES)[:4]
    assert heading[-1] == "area ha"
    assert soil[0] == "soil"
    assert read.classes[0].recall is not None
    assert float(soil[1]) == pytest.approx(100 * read.classes[0].recall, rel=1e-5)
    assert soil[4:] == (str(read.classes[0].support), "60", "60", "1.2")
    assert (lake[1], lake[4], lake[5:]) == ("", "0", ("", "", ""))
    assert class_table(None, areas, NAMES)[1] == ("soil", "", "", "", "", "60", "60", "1.2")


def test_all_figures_have_their_intervals() -> None:
    found = measured()
    assert found.intervals is not None
    assert found.intervals.oa is not None
    table = {row[0]: row[1:] for row in summary_table(figures(found))}
    low, high = found.intervals.oa
    values = [float(cell) for cell in table["overall accuracy %"]]
    assert values == pytest.approx([100 * found.oa, 100 * low, 100 * high], rel=1e-5)
    assert table["held-out pixels"] == ("300",)


def test_bins_of_confidence_as_a_table() -> None:
    found = measured()
    table = reliability_table(figures(found))
    assert sum(int(row[-1]) for row in table[1:]) == found.count
    assert float(table[1][2]) == pytest.approx(100 * found.reliability[0].confidence, rel=1e-5)


def test_small_areas_are_in_square_metres_and_unknown_ones_in_none() -> None:
    assert area_unit([AreaRow(1, "soil", 1, 100.0, 9_999.0)]) == ("m²", 1.0)
    assert area_unit([AreaRow(1, "soil", 1, 100.0, 10_000.0)]) == ("ha", 10_000.0)
    assert area_unit([AreaRow(1, "soil", 1, 100.0, None)]) is None
    assert area_unit([]) is None
