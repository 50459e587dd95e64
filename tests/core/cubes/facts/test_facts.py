"""Spectral facts against spectra whose shape is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.facts import SpectralFacts, spectral_facts
from s3fn_core.cubes.facts.separation import jeffries_matusita, regularised
from s3fn_core.cubes.facts.series import smoothed
from s3fn_core.types import FloatArray

Values = npt.NDArray[np.float64]
NM = np.arange(400.0, 1001.0, 5.0)


def dip(centre: float, depth: float, fwhm: float, nm: Values = NM) -> Values:
    """What a Gaussian absorption leaves, 1 away from it."""
    result: Values = 1 - depth * np.exp(-4 * np.log(2) * ((nm - centre) / fwhm) ** 2)
    return result


def leaf(nm: Values = NM) -> Values:
    """A leaf's red edge at 715 nm, half-way between 4 and 44 %."""
    edge: Values = 0.04 + 0.40 / (1 + np.exp(-(nm - 715) / 12))
    return edge


def pixels(mean: Values, count: int = 40, seed: int = 0, noise: float = 0.001) -> FloatArray:
    rng = np.random.default_rng(seed)
    bright = rng.normal(1, 0.1, (count, 1))
    return (mean * bright + rng.normal(0, noise, (count, mean.size))).astype(np.float32)


def facts(
    *means: Values, nm: Values | None = NM, count: int = 40, noise: float = 0.001
) -> list[SpectralFacts]:
    spectra = {k: pixels(mean, count, k, noise) for k, mean in enumerate(means, 1)}
    return list(spectral_facts(spectra, nm).values())


def test_an_absorption_has_its_place_depth_and_width() -> None:
    (one,) = facts(0.4 * dip(680, 0.3, 50) * dip(900, 0.1, 60))
    assert [round(a.centre_nm / 5) for a in one.absorptions] == [136, 180]
    first, second = one.absorptions
    assert first.depth == pytest.approx(0.3, abs=0.02)
    assert first.width_nm == pytest.approx(50, abs=8)
    assert second.depth == pytest.approx(0.1, abs=0.02)
    assert second.width_nm == pytest.approx(60, abs=12)
    assert first.low_nm < 650
    assert first.high_nm > 710


def test_noise_and_smooth_curves_have_no_features() -> None:
    rising = 0.05 + 0.5 * ((NM - 400) / 600) ** 2
    (one, two) = facts(rising, np.full(NM.size, 0.3), noise=0.02)
    assert not one.absorptions
    assert not two.absorptions
    assert not one.peaks
    assert not two.peaks


def test_the_red_edge_lies_where_it_was_put() -> None:
    tree, soil = facts(leaf(), 0.1 + 0.3 * (NM - 400) / 600)
    assert tree.red_edge_nm == pytest.approx(715, abs=4)
    assert soil.red_edge_nm is None
    (visible,) = facts(leaf(NM[:60]), nm=NM[:60])
    assert visible.red_edge_nm is None


def test_levels_are_told_for_covered_ranges_only() -> None:
    (one,) = facts(leaf())
    assert [level.range.name for level in one.levels] == ["blue", "green", "red", "red edge", "near infrared"]
    assert one.levels[0].level == pytest.approx(0.04, abs=0.005)
    assert one.levels[-1].level == pytest.approx(0.435, abs=0.02)
    assert one.levels[-1].high_nm == 1000
    assert one.variation == pytest.approx(0.1, abs=0.04)
    signs = [(slope.sign, slope.level) for slope in one.slopes]
    assert signs == [(0, True), (0, True), (1, False)]
    assert one.slopes[-1].per_100_nm == pytest.approx(0.2, abs=0.01)


def test_a_peak_is_found() -> None:
    (one,) = facts(0.1 / dip(550, -1.0, 60))
    assert not one.peaks
    (one,) = facts(0.1 * dip(550, -1.0, 60))
    assert [round(peak.nm) for peak in one.peaks] == [550]
    assert one.peaks[0].reflectance == pytest.approx(0.2, abs=0.01)


def test_knots_reproduce_the_mean_spectrum() -> None:
    mean = leaf() * dip(550, -0.4, 60) * dip(950, 0.1, 50)
    (one,) = facts(mean)
    assert 8 <= len(one.knots) <= 12
    nm, level = np.array(one.knots).T
    assert (np.diff(nm) > 0).all()
    assert np.abs(np.interp(NM, nm, level) - pixels(mean, seed=1).mean(0)).max() < 0.012


def test_classes_are_compared_where_they_differ() -> None:
    tree, soil = facts(leaf(), np.full(NM.size, 0.2))
    (contrast,) = tree.contrasts
    assert contrast.other == 2
    assert [run.sign for run in contrast.runs] == [-1, 1]
    assert contrast.runs[0].low_nm == 400
    assert 700 < contrast.runs[0].high_nm < contrast.runs[1].low_nm < 725
    assert contrast.distance is not None
    assert contrast.distance > 1.9
    assert contrast.ratio is not None
    assert contrast.ratio.above_nm > 730
    assert contrast.ratio.below_nm < 700
    assert contrast.ratio.own == pytest.approx(11, abs=1)
    assert contrast.ratio.other == pytest.approx(1, abs=0.05)
    assert [run.sign for run in soil.contrasts[0].runs] == [1, -1]


def test_what_is_the_same_is_not_apart() -> None:
    one, _ = facts(leaf(), leaf())
    assert one.contrasts[0].distance is not None
    assert one.contrasts[0].distance < 0.7
    assert not one.contrasts[0].runs
    flat = spectral_facts({1: np.full((3, NM.size), -0.1), 2: np.full((3, NM.size), -0.2)}, NM)
    assert flat[1].contrasts[0].ratio is None


@pytest.mark.parametrize("counts", [(20, 500), (25, 50), (500, 500)])
def test_the_distance_does_not_depend_on_how_many_pixels_there_are(counts: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)

    def some(count: int) -> np.ndarray:  # what varies most is the brightness, as in a real scene
        bright = 1 + 0.15 * rng.standard_normal((count, 1))
        return bright * leaf() + 0.002 * rng.standard_normal((count, NM.size))

    same = spectral_facts({1: some(counts[0]), 2: some(counts[1])}, NM)
    assert same[1].contrasts[0].distance == pytest.approx(0, abs=0.4)
    flat = spectral_facts({n: np.tile(leaf(), (n, 1)) for n in counts[:2]} | {7: [leaf()] * 7}, NM)
    assert flat[7].contrasts[0].distance == pytest.approx(0, abs=1e-6)


def test_the_distance_is_bhattacharyya_s() -> None:
    unit = np.eye(2)
    apart = jeffries_matusita(np.zeros(2), np.array([2.0, 0.0]), unit, unit)
    assert apart == pytest.approx(2 * (1 - np.exp(-0.5)))
    wider = jeffries_matusita(np.zeros(1), np.zeros(1), np.eye(1), 4 * np.eye(1))
    assert wider == pytest.approx(2 * (1 - np.exp(-0.5 * np.log(2.5 / 2))))
    assert jeffries_matusita(np.ones(2), np.ones(2), unit, unit) == pytest.approx(0)


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_pixels_are_enough(count: int) -> None:
    tree, soil = facts(leaf(), np.full(NM.size, 0.2), count=count)
    assert tree.pixels == count
    assert tree.variation is None
    assert tree.red_edge_nm == pytest.approx(715, abs=5)
    assert [run.sign for run in soil.contrasts[0].runs] == [1, -1]
    assert tree.contrasts[0].distance is None  # the means of so few differ by noise alone
    assert tree.contrasts[0].ratio is not None
    assert regularised(np.ones((1, 3)), np.ones((1, 3))) is None


def test_missing_and_bad_bands_are_left_out() -> None:
    spectra = pixels(leaf())
    spectra[:, 40] = np.nan
    spectra[::2, 50] = np.nan
    spectra[:, 60:64] = 7.0
    good = np.ones(NM.size, bool)
    good[60:64] = False
    one = spectral_facts({1: spectra}, NM, good)[1]
    assert one.factor == 1
    assert one.red_edge_nm == pytest.approx(715, abs=4)
    assert all(0 < level < 0.6 for _, level in one.knots)
    assert spectral_facts({1: np.full((3, 121), np.nan, np.float32)}, NM) == {}
    assert spectral_facts({}) == {}


def test_bands_in_any_order_and_two_detectors_give_the_same() -> None:
    spectra = pixels(leaf())
    turned = spectral_facts({1: spectra[:, ::-1]}, NM[::-1])[1]
    assert turned == spectral_facts({1: spectra}, NM)[1]
    zigzag = leaf() * np.where(np.arange(NM.size) % 2, 1.05, 0.95)
    np.testing.assert_allclose(smoothed(zigzag, NM)[3:-3], leaf()[3:-3], atol=0.012)


def test_a_spike_of_all_classes_is_no_measurement() -> None:
    means = [leaf(), np.full(NM.size, 0.2)]
    for mean in means:
        mean[30] *= 3
    one, two = facts(*means)
    assert max(level for _, level in two.knots) < 0.25
    assert not one.peaks


def test_counts_are_brought_to_a_common_scale() -> None:
    tree, soil = facts(12000 * leaf(), 12000 * np.full(NM.size, 0.2), noise=5)
    assert tree.factor == soil.factor < 1
    assert tree.relative
    assert max(level for _, level in tree.knots) == pytest.approx(0.5, abs=0.02)
    assert soil.level / tree.level == pytest.approx(0.2 / leaf().mean(), rel=0.05)
    assert tree.red_edge_nm == pytest.approx(715, abs=4)


def test_without_wavelengths_only_what_needs_none_is_told() -> None:
    tree, soil = facts(leaf(), np.full(NM.size, 0.2), nm=None)
    assert tree.range_nm is None
    assert (tree.levels, tree.slopes, tree.absorptions, tree.peaks, tree.knots) == ((),) * 5
    assert tree.level == pytest.approx(leaf().mean(), abs=0.02)
    assert tree.contrasts[0].distance is not None
    assert tree.contrasts[0].distance > 1.9
    assert tree.contrasts[0].ratio is None
    assert soil.variation is not None


@given(
    bands=st.integers(1, 12),
    count=st.integers(1, 4),
    seed=st.integers(0, 10_000),
    shift=st.floats(-1, 1),
    scale=st.sampled_from([1e-6, 1.0, 1e4]),
)
def test_any_numbers_give_facts(bands: int, count: int, seed: int, shift: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    spectra = {k: (scale * (rng.normal(0, 1, (count, bands)) + shift)).astype(np.float32) for k in (1, 2)}
    spectra[1][rng.random((count, bands)) < 0.2] = np.nan
    spectra[2][:] = spectra[2][:1]
    nm = rng.uniform(400, 2500, bands).round()
    for one in spectral_facts(spectra, nm).values():
        assert np.isfinite([level for _, level in one.knots]).all()
        assert all(c.distance is None or 0 <= c.distance <= 2 for c in one.contrasts)
        assert all(0 < a.depth <= 1 and a.width_nm > 0 for a in one.absorptions)
