"""Points of a validation and what they, or another reference, say of a map."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.area_adjusted import area_adjusted
from s3fn_core.results.metrics import accuracy
from s3fn_core.results.sampling import draw_sample, per_class
from s3fn_core.results.validation import compared, still_needed, table, validated, write_validation
from s3fn_core.results.validation_points import (
    SKIPPED,
    ValidationPoints,
    points_from_json,
    read_points,
    read_reference_points,
    write_points,
)

CLASSES = ClassSet().added("soil").added("water").added("grass, dry")
NAMES = {c.id: c.name for c in CLASSES}


def a_map() -> np.ndarray:
    ids = np.ones((30, 40), np.uint8)
    ids[:, 25:] = 2
    ids[:6] = 3
    ids[0] = 0
    return ids


def drawn(each: int = 12, seed: int = 4) -> ValidationPoints:
    ids = a_map()
    sizes = {int(i): int(n) for i, n in zip(*np.unique(ids[ids > 0], return_counts=True), strict=True)}
    return ValidationPoints.of(draw_sample(ids, per_class(sizes, each), seed=seed))


def labelled(points: ValidationPoints, wrong: int = 5) -> ValidationPoints:
    """Every fifth point is another class than the map says."""
    for place, stratum in enumerate(points.strata.tolist()):
        points = points.answered(place, stratum % 3 + 1 if place % wrong == 0 else stratum)
    return points


def test_one_goes_through_the_points_in_turn_and_comes_back_to_those_left() -> None:
    points = drawn(each=2)
    assert points.next_open() == 0
    points = points.answered(0, 2).answered(2, SKIPPED)
    assert [points.next_open(place) for place in (0, 1, 2, 5)] == [1, 3, 3, 1]
    assert (int(points.labelled.sum()), points.skipped) == (1, 1)
    points = points.unskipped()
    assert points.next_open(1) == 2
    for place in range(6):
        points = points.answered(place, 1)
    assert points.next_open() is None


@pytest.mark.parametrize("way", ["csv", "json", "csv with semicolons"])
def test_points_come_back_as_they_were(tmp_path: Path, way: str) -> None:
    points = drawn().answered(0, 3).answered(1, SKIPPED).answered(7, 1)
    if way == "json":
        back = points_from_json(points.to_json(), (30, 40))
    else:
        path = write_points(points, tmp_path / "points.csv", NAMES)
        if "semicolons" in way:  # as a spreadsheet with decimal commas saves it
            rows = list(csv.reader(path.open(encoding="utf-8")))
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";").writerows(rows)
        back = read_points(path, CLASSES, (30, 40))
    assert np.array_equal(back.points, points.points)
    assert np.array_equal(back.strata, points.strata)
    assert np.array_equal(back.reference, points.reference)
    assert back.stratum_pixels == points.stratum_pixels


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("line,sample\n1,2\n", "no column stratum"),
        ("line,sample,stratum,stratum_pixels,reference\n", "each point needs"),
        ("line,sample,stratum,stratum_pixels,reference\n1,x,1,50,\n", "'x' as sample in row 2"),
        ("line,sample,stratum,stratum_pixels,reference\n1,99,1,50,\n", "outside the cube"),
        ("line,sample,stratum,stratum_pixels,reference\n1,2,1,50,road\n", "1 soil, 2 water"),
        ("line,sample,stratum,stratum_pixels,reference\n1,2,1,50,\n1,3,1,51,\n", "two sizes"),
        ("line,sample,stratum,stratum_pixels,reference\n1,2,0,50,\n", "not a class id"),
    ],
)
def test_a_table_that_is_none_is_an_error_that_names_it(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LabelError, match=r"points\.csv") as error:
        read_points(path, CLASSES, (30, 40))
    assert said in str(error.value)


@pytest.mark.parametrize("record", [{}, {"points": [[1, 2]], "strata": [1], "stratum_pixels": {"1": 9}}])
def test_a_damaged_record_is_an_error(record: dict[str, object]) -> None:
    with pytest.raises(LabelError, match="Draw them again"):
        points_from_json(record, (30, 40))


def test_the_figures_are_those_of_the_estimator() -> None:
    points, ids = labelled(drawn()), a_map()
    found = validated(points, ids, NAMES, pixel_area=4.0)
    by_hand = area_adjusted(
        points.strata.tolist(), points.strata.tolist(), points.reference.tolist(), points.stratum_pixels
    )
    assert found.overall == by_hand.overall
    assert {c.class_id: (c.users, c.producers, c.area) for c in found.classes} == {
        i: (by_hand.users[i], by_hand.producers[i], by_hand.areas[i]) for i in by_hand.class_ids
    }
    assert np.array_equal(found.shares, by_hand.matrix)
    assert found.square_metres == 4.0 * np.count_nonzero(ids)
    assert found.sentence == "Area-adjusted after Stehman (2014), 36 points, with 95 % intervals."


def test_the_strata_stay_those_of_the_draw() -> None:
    points, later = labelled(drawn()), a_map()
    later[:, 20:25] = 2
    found = validated(points, later, NAMES)
    mapped = later[points.points[:, 0], points.points[:, 1]]
    moved = int((mapped != points.strata).sum())
    assert moved > 0
    assert f"{moved} points have another class in this map" in found.sentence
    by_hand = area_adjusted(
        points.strata.tolist(), mapped.tolist(), points.reference.tolist(), points.stratum_pixels
    )
    assert found.overall == by_hand.overall


def test_too_few_points_are_named_and_weak_ones_warned_of() -> None:
    points = drawn(each=6)
    assert still_needed(points, NAMES).startswith("2 labelled points of each class are needed: soil has 0")
    with pytest.raises(LabelError, match="grass, dry has 0"):
        validated(points, a_map(), NAMES)
    for stratum in (1, 2, 3):
        for place in np.flatnonzero(points.strata == stratum)[: 3 if stratum == 1 else 6].tolist():
            points = points.answered(place, stratum if place % 5 else 1)
    left = int(np.flatnonzero(~points.labelled)[0])
    warnings = " ".join(validated(points.answered(left, SKIPPED), a_map(), NAMES).warnings)
    assert "Fewer than 5 labelled points of soil (3)" in warnings
    assert "No point is wrong where the map says" in warnings
    assert "soil (up to 100 %)" in warnings
    assert "1 skipped point left out" in warnings
    assert "2 points still to be labelled" in warnings
    assert "deleted or merged" not in warnings
    merged = validated(labelled(drawn()), a_map(), {2: "water", 3: "grass, dry"})
    assert any("a class that was deleted or merged since" in text for text in merged.warnings)


def test_a_label_map_counts_plainly_without_training_labels() -> None:
    truth, ids = a_map(), a_map()
    truth[:15, :10] = 2
    ids[20, 20] = 0
    training = np.zeros(ids.shape, bool)
    training[:, :3] = True
    found = compared(truth, ids, CLASSES, "truth.tif", training)
    plain = accuracy(np.where(training, 0, truth).astype(np.uint8), ids, CLASSES)
    assert found.overall.value == plain.oa
    assert math.isnan(found.overall.error)
    assert [c.users.value for c in found.classes] == [c.precision for c in plain.per_class]
    assert np.array_equal(found.counts, plain.confusion.T)
    gone = np.count_nonzero(truth[:, :3])
    assert f"{gone} pixels with training labels are left out" in found.sentence
    assert "8 pixels have no class" in found.warnings[0]
    with pytest.raises(LabelError, match="nothing is left"):
        compared(truth, ids, CLASSES, "truth.tif", truth > 0)


def test_points_of_known_class_are_a_reference(tmp_path: Path) -> None:
    path = tmp_path / "field.csv"
    path.write_text("sample,line,reference\n5,3,Water\n6,4,1\n7,5,\n", encoding="utf-8")
    ids = read_reference_points(path, CLASSES, (30, 40))
    assert (ids[3, 5], ids[4, 6], np.count_nonzero(ids)) == (2, 1, 2)
    with pytest.raises(LabelError, match="use Open points"):
        read_reference_points(write_points(drawn(), tmp_path / "p.csv", NAMES), CLASSES, (30, 40))


def test_the_table_has_all_figures(tmp_path: Path) -> None:
    found = validated(labelled(drawn()), a_map(), NAMES, pixel_area=4.0)
    rows = list(csv.reader(write_validation(found, tmp_path / "a.csv").open(encoding="utf-8")))
    assert rows == [list(row) for row in table(found)]
    assert rows[0][2] == f"{100 * found.overall.value:.2f}"
    heading, dry = rows[2], rows[5]
    assert dry[0] == "grass, dry"
    assert float(dry[heading.index("area m2")]) == pytest.approx(
        found.classes[2].area.value * found.square_metres,
        abs=0.01,  # type: ignore[union-attr, operator]
    )
    assert len(heading) == len(dry)
    assert rows[-1][0] == found.warnings[-1] if found.warnings else found.sentence
