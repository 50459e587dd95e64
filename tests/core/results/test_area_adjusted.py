"""Area-adjusted accuracy against the worked examples of the papers, and samples to get it from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from s3fn_core.errors import LabelError
from s3fn_core.results.area_adjusted import Z95, area_adjusted
from s3fn_core.results.sampling import draw_sample, neyman, per_class

# Olofsson et al. (2014), tables 8 and 9: deforestation, forest gain, stable forest, stable non-forest.
COUNTS = np.array([[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])
MAPPED = {1: 200_000, 2: 150_000, 3: 3_200_000, 4: 6_450_000}
HECTARES = 0.09  # of a pixel of 30 m

# Stehman (2014), table 2: ten points of each of four strata, which are not the map's classes.
STRATA = [1] * 10 + [2] * 10 + [3] * 10 + [4] * 10
MAP = [1] * 7 + [2] * 3 + [1] + [2] * 11 + [3] * 6 + [2] * 2 + [4] * 10
REFERENCE = [
    *[1] * 5, 3, 2, 1, 2, 3,
    1, *[2] * 5, 1, 1, 2, 2,
    *[3] * 5, 4, 4, 2, 2, 1,
    *[4] * 7, 3, 3, 2,
]  # fmt: skip
SIZES = {1: 40_000, 2: 30_000, 3: 20_000, 4: 10_000}


def points_of(counts: np.ndarray) -> tuple[list[int], list[int]]:
    rows, columns = np.nonzero(counts)
    mapped = [int(i) + 1 for i, j in zip(rows, columns, strict=True) for _ in range(counts[i, j])]
    reference = [int(j) + 1 for i, j in zip(rows, columns, strict=True) for _ in range(counts[i, j])]
    return mapped, reference


def equation_7(j: int) -> float:
    """Standard error of the producer's accuracy in Olofsson et al. (2014)."""
    pixels = np.array(list(MAPPED.values()), float)
    rows = COUNTS.sum(1)
    users = np.diag(COUNTS) / rows
    estimated = pixels @ (COUNTS / rows[:, None])
    producers = pixels * users / estimated
    own = pixels[j] ** 2 * (1 - producers[j]) ** 2 * users[j] * (1 - users[j]) / (rows[j] - 1)
    shares = COUNTS[:, j] / rows
    others = pixels**2 * shares * (1 - shares) / (rows - 1)
    others[j] = 0
    return float(np.sqrt(own + producers[j] ** 2 * others.sum()) / estimated[j])


def test_the_example_of_olofsson_and_others() -> None:
    mapped, reference = points_of(COUNTS)
    found = area_adjusted(mapped, mapped, reference, MAPPED)
    users = [(found.users[i].value, Z95 * found.users[i].error) for i in MAPPED]
    assert np.array(users) == pytest.approx(
        np.array([(0.88, 0.07), (0.73, 0.10), (0.93, 0.04), (0.96, 0.02)]), abs=0.006
    )
    producers = [found.producers[i].value for i in MAPPED]
    assert producers == pytest.approx([0.75, 0.85, 0.93, 0.96], abs=0.005)
    # The paper prints half widths of 0.21, 0.23, 0.03 and 0.01; its own equation 7 gives these.
    halves = [Z95 * found.producers[i].error for i in MAPPED]
    assert halves == pytest.approx([Z95 * equation_7(j) for j in range(4)], rel=1e-3)
    assert halves[0] == pytest.approx(0.21, abs=0.005)
    assert found.overall.value == pytest.approx(0.95, abs=0.005)
    assert Z95 * found.overall.error == pytest.approx(0.02, abs=0.005)
    areas = [found.areas[i].value * found.pixels * HECTARES for i in MAPPED]
    halves = [Z95 * found.areas[i].error * found.pixels * HECTARES for i in MAPPED]
    assert areas == pytest.approx([21_158, 11_686, 285_770, 581_386], rel=1e-4)
    assert halves == pytest.approx([6_158, 3_756, 15_510, 16_282], rel=2e-3)
    assert found.counts.tolist() == COUNTS.tolist()
    assert found.matrix.sum() == pytest.approx(1)


def test_the_example_of_stehman() -> None:
    found = area_adjusted(STRATA, MAP, REFERENCE, SIZES)
    assert found.areas[1].value == pytest.approx(0.35)
    assert found.areas[3].value == pytest.approx(0.20)
    assert found.overall.value == pytest.approx(0.63)
    assert found.users[2].value == pytest.approx(0.574, abs=5e-4)
    assert found.producers[2].value == pytest.approx(0.794, abs=5e-4)
    assert found.matrix[1, 2] == pytest.approx(0.08)
    assert found.areas[1].error == pytest.approx(0.082, abs=5e-4)
    assert found.areas[3].error == pytest.approx(0.064, abs=5e-4)
    assert found.overall.error == pytest.approx(0.085, abs=5e-4)
    assert found.users[2].error == pytest.approx(0.125, abs=5e-4)
    # The paper prints 0.114: its table has 0 where the variance of x in stratum D is 0.1.
    assert found.producers[2].error == pytest.approx(0.117, abs=5e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strata": STRATA[:-1]}, "Each point needs a stratum"),
        ({"sizes": {1: 10}}, "stratum 2 has is not given"),
        ({"sizes": SIZES | {5: 10}}, "Stratum 5 has 10 pixels but 0 validated points"),
        ({"sizes": SIZES | {4: 9}}, "10 points but only 9 pixels"),
    ],
)
def test_what_no_estimate_can_be_made_of_is_refused(change: dict[str, object], message: str) -> None:
    given_ = {"strata": STRATA, "sizes": SIZES} | change
    with pytest.raises(LabelError, match=message):
        area_adjusted(given_["strata"], MAP, REFERENCE, given_["sizes"])  # type: ignore[arg-type]


def test_a_class_that_no_point_has_is_not_known() -> None:
    found = area_adjusted([1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 1, 1], {1: 10, 2: 10})
    assert np.isnan(found.producers[2].value)
    assert found.users[2].value == 0
    assert found.areas[1].value == 1


def test_estimates_are_right_on_average() -> None:
    """A map with known truth: the mean of many samples is the truth, the spread what is stated."""
    rng = np.random.default_rng(4)
    truth = rng.choice([1, 2, 3], 40_000, p=[0.9, 0.08, 0.02]).astype(np.uint8)
    wrong = rng.random(truth.size) < 0.15
    ids = np.where(wrong, rng.choice([1, 2, 3], truth.size), truth).astype(np.uint8).reshape(200, 200)
    values, errors, areas = [], [], []
    for seed in range(150):
        sample = draw_sample(ids, {1: 60, 2: 60, 3: 60}, seed=seed)
        lines, samples = sample.points.T
        said = ids[lines, samples]
        one = area_adjusted(
            sample.strata.tolist(), said.tolist(), truth.reshape(200, 200)[lines, samples].tolist(),
            sample.stratum_pixels,
        )  # fmt: skip
        values.append(one.overall.value)
        errors.append(one.overall.error)
        areas.append(one.areas[3].value)
    assert np.mean(values) == pytest.approx((ids.ravel() == truth).mean(), abs=0.006)
    assert np.mean(areas) == pytest.approx((truth == 3).mean(), abs=0.002)
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.2)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 99), st.integers(1, 30))
def test_a_sample_has_what_was_asked_for(seed: int, points: int) -> None:
    ids = np.random.default_rng(seed).integers(0, 4, (20, 30)).astype(np.uint8)
    excluded = ids == 2
    pixels = {i: int((ids == i).sum()) for i in (1, 2, 3)}
    sample = draw_sample(ids, per_class(pixels, points), seed=seed, excluded=excluded)
    lines, samples = sample.points.T
    assert (ids[lines, samples] == sample.strata).all()
    assert len(set(map(tuple, sample.points.tolist()))) == len(sample.points)
    assert set(sample.stratum_pixels) == {1, 3}
    assert {i: int((sample.strata == i).sum()) for i in (1, 3)} == dict.fromkeys((1, 3), points)
    again = draw_sample(ids, per_class(pixels, points), seed=seed, excluded=excluded)
    assert (again.points == sample.points).all()


def test_neyman_gives_uncertain_and_large_classes_more() -> None:
    pixels = {1: 200_000, 2: 150_000, 3: 3_200_000, 4: 6_450_000}
    # Olofsson et al. (2014), section 5.1.1: n = 641 for S(O) = 0.01 and these user's accuracies.
    wanted = neyman(pixels, 0.01, {1: 0.70, 2: 0.60, 3: 0.90, 4: 0.95}, least=0)
    assert sum(wanted.values()) == pytest.approx(641, abs=4)
    assert wanted[4] > wanted[3] > wanted[1]
    assert min(neyman(pixels, 0.05).values()) == 5
    with pytest.raises(LabelError, match="between 0 and 50 %"):
        neyman(pixels, 1.0)


def test_labels_are_counted_like_the_confusion_matrix() -> None:
    mapped, reference = points_of(COUNTS)
    found = area_adjusted(mapped, mapped, reference, MAPPED)
    truth, said = np.array(reference), np.array(mapped)
    assert confusion_matrix(said, truth).tolist() == found.counts.tolist()
