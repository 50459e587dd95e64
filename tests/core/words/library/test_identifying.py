"""From a measured spectrum to the nearest entries of a library."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.spectra.library import SpectralLibrary
from s3fn_core.errors import WordsError
from s3fn_core.types import FloatArray, Wavelengths
from s3fn_core.words.library.absorptions import hull_points
from s3fn_core.words.library.bundled import MATERIALS, MINERALS, bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.identifying import By, Match, identify
from s3fn_core.words.library.sensing import sensed, spacing

SWIR = (2000.0, 2400.0)
WAVES = bundled()[0].wavelengths
GOOD = np.ones(len(WAVES), bool)
BOTH: tuple[By, ...] = ("angle", "features")


def of(name: str, collection: str = MINERALS) -> list[Entry]:
    return [e for e in bundled() if e.name.split()[0] == name and e.collection == collection]


def made(name: str, values: FloatArray, waves: Wavelengths = WAVES) -> Entry:
    return Entry(name, "own", "", "lab", 1, "", "", waves, values)


def asked(
    values: npt.NDArray[Any], by: By, entries: tuple[Entry, ...] = bundled(), **more: Any
) -> list[Match]:
    return list(identify(values.astype(np.float32), WAVES, GOOD, entries, by=by, **more))


def dip(centre: float, depth: float, width: float = 40.0) -> FloatArray:
    return (1 - depth * np.exp(-(((WAVES - centre) / width) ** 2))).astype(np.float32)


@pytest.mark.parametrize("by", BOTH)
@pytest.mark.parametrize("place", [0, 100, 700, 1500])
def test_an_entry_finds_itself_first(by: By, place: int) -> None:
    entry = bundled()[place]
    first = asked(entry.reflectance, by)[0]
    assert first.entry is entry
    assert first.angle == pytest.approx(0, abs=1e-4)
    assert first.feature_fit == pytest.approx(1, abs=1e-6)
    assert first.scale == pytest.approx(1)
    assert first.bands == np.isfinite(entry.reflectance).sum()


@pytest.mark.parametrize("by", BOTH)
@given(scale=st.floats(1e-3, 1e4), place=st.integers(60, 1800))
@settings(max_examples=10, deadline=None)
def test_brightness_does_not_count(by: By, scale: float, place: int) -> None:
    values = bundled()[place].reflectance + np.float32(0.01) * dip(1200, 1)
    plain, scaled = asked(values, by, count=5), asked(values * np.float32(scale), by, count=10)
    ranked = [(m.angle, m.feature_fit)[by == "features"] for m in plain]
    again = [(m.angle, m.feature_fit)[by == "features"] for m in scaled[:5]]
    assert again == pytest.approx(ranked, abs=1e-3)
    found = {id(m.entry): m for m in scaled}  # curves that are the same may change places
    for one in plain:
        other = found[id(one.entry)]
        assert other.angle == pytest.approx(one.angle, abs=1e-3)
        assert other.feature_fit == pytest.approx(one.feature_fit, abs=1e-3)
        assert other.scale == pytest.approx(one.scale * scale, rel=1e-4)


@given(order=st.permutations(range(40)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_bands_does_not_count(order: list[int]) -> None:
    entries = bundled()[60:120]
    waves = np.linspace(2000, 2400, 40)
    values = entries[7].at(waves)
    good = np.ones(40, bool)
    plain = identify(values, waves, good, entries, by="features")
    mixed = identify(values[order], waves[order], good, entries, by="features")
    assert [m.entry for m in plain] == [m.entry for m in mixed]
    assert [m.angle for m in plain] == pytest.approx([m.angle for m in mixed])


@given(slope=st.floats(-0.4, 0.4), depth=st.floats(0.05, 0.5))
@settings(max_examples=20, deadline=None)
def test_features_know_neither_depth_nor_slope(slope: float, depth: float) -> None:
    entries = (made("here", dip(2200, 0.3)), made("there", dip(2300, 0.3)), made("flat", dip(2200, 0)))
    tilted = dip(2200, depth) * (1 + slope * (WAVES - 2200) / 200)
    found = asked(tilted.astype(np.float32), "features", entries, range_nm=SWIR)
    assert found[0].entry.name == "here"
    assert found[0].feature_fit > 0.97  # the tails of a shallow dip are lost beside a steep slope
    assert [m.entry.name for m in found] == ["here", "there"]  # flat has none to compare
    assert found[1].feature_fit < 0.1


def test_a_fit_is_the_correlation_of_depths() -> None:
    """One feature between two shoulders: both means are the plain correlation coefficient."""
    curve, seen = dip(2200, 0.3), dip(2210, 0.2)
    inside = np.isin(WAVES, np.arange(SWIR[0], SWIR[1] + 1))
    (match,) = asked(seen, "features", (made("one", curve),), range_nm=SWIR)
    expected = np.corrcoef(curve[inside], seen[inside])[0, 1]
    assert match.feature_fit == pytest.approx(expected, abs=0.02)


def test_a_feature_that_the_entry_lacks_counts() -> None:
    both = np.minimum(dip(2100, 0.3), dip(2300, 0.3))
    entries = (made("first", dip(2100, 0.3)), made("both", both))
    found = asked(both, "features", entries, range_nm=SWIR)
    assert [m.entry.name for m in found] == ["both", "first"]
    assert found[1].feature_fit < 0.9


def test_a_mixture_is_near_its_parts() -> None:
    alunite, kaolinite, calcite = (of(name)[0] for name in ("alunite", "kaolinite", "calcite"))
    mixed = (alunite.reflectance + kaolinite.reflectance) / 2
    for by in BOTH:
        found = asked(mixed, by, (calcite, kaolinite, alunite), range_nm=SWIR)
        assert found[-1].entry is calcite
    (one,) = asked(mixed, "angle", (alunite,))
    values, curve = mixed.astype(float), alunite.reflectance.astype(float)
    cosine = values @ curve / np.linalg.norm(values) / np.linalg.norm(curve)
    assert one.angle == pytest.approx(np.degrees(np.arccos(cosine)), abs=1e-6)
    assert one.scale == pytest.approx(values @ curve / (curve @ curve), rel=1e-6)


@pytest.mark.parametrize(("by", "least"), [("features", 0.75), ("angle", 0.2)])
def test_minerals_are_found_in_noise_under_a_slope(by: By, least: float) -> None:
    """Each spectrum of three minerals, looked up among all others (leave one out)."""
    rng = np.random.default_rng(1)
    inside = np.isin(WAVES, np.arange(SWIR[0], SWIR[1] + 1))
    first = []
    for name in ("alunite", "kaolinite", "calcite"):
        for entry in of(name):
            values = entry.reflectance[inside] * np.linspace(1, rng.choice([0.6, 1.6]), inside.sum())
            values += rng.normal(0, 0.01 * values.mean(), inside.sum())
            match = identify(
                values.astype(np.float32), WAVES[inside], GOOD[inside], bundled(), by=by, count=2
            )
            others = [m.entry for m in match if m.entry is not entry]
            first.append(others[0].name.split()[0] == name)
    assert np.mean(first) >= least


def test_the_hull_is_the_one_of_the_plot() -> None:
    from spectral.algorithms.continuum import spectral_continuum

    curves = np.stack([e.reflectance for e in bundled()[::90]]).astype(float)
    curves = curves[np.isfinite(curves).all(axis=1)]
    touching = hull_points(curves, WAVES)
    lines = [np.interp(WAVES, WAVES[t], c[t]) for t, c in zip(touching, curves, strict=True)]
    assert np.allclose(lines, spectral_continuum(curves, WAVES), atol=1e-12)


def test_entries_are_seen_as_a_sensor_would() -> None:
    """Fine spectra as SpectralLibrary.at gives them."""
    rng = np.random.default_rng(0)
    axis = np.arange(400.0, 1001.0)
    values = rng.uniform(0, 1, (3, len(axis))).astype(np.float32)
    values[1, 100:200] = np.nan
    centres = np.linspace(380, 1020, 30)
    entries = [made("a", bundled()[3].reflectance), *(made("b", row, axis) for row in values)]
    found = sensed(entries, centres, spacing(centres))
    expected = SpectralLibrary(("",) * 3, axis, values).at(centres)
    np.testing.assert_allclose(found[1:], expected, atol=3e-3)
    assert np.isfinite(found[0]).any()


def test_an_entry_is_not_smoothed_twice() -> None:
    entry = bundled()[3]
    np.testing.assert_allclose(sensed([entry], WAVES, spacing(WAVES))[0], entry.reflectance, atol=1e-7)


def test_only_what_both_know_is_compared() -> None:
    values = bundled()[3].reflectance.copy()
    values[50:60] = np.nan
    good = GOOD.copy()
    good[100:110] = False
    values[100:110] = 9
    first = identify(values, WAVES, good, bundled())[0]
    assert first.entry is bundled()[3]
    assert first.bands == good.sum() - 10


def test_an_entry_with_gaps_is_compared_where_it_is_known() -> None:
    values = dip(2200, 0.3)
    holed = values.copy()
    holed[10:40] = np.nan
    found = asked(values, "features", (made("whole", values), made("holed", holed)))
    assert [m.feature_fit for m in found] == pytest.approx([1, 1], abs=1e-6)
    assert {m.bands for m in found} == {len(WAVES), len(WAVES) - 30}


def test_an_entry_that_covers_little_is_left_out() -> None:
    short = WAVES[:30]
    entries = (made("short", dip(500, 0.2)[:30], short), made("long", dip(500, 0.1)))
    assert [m.entry.name for m in asked(dip(500, 0.2), "angle", entries)] == ["long"]
    with pytest.raises(WordsError, match=r"No entry covers half of the 206 bands.*400 to 690 nm"):
        asked(dip(500, 0.2), "angle", entries[:1])


def test_collections_can_be_chosen() -> None:
    found = asked(bundled()[700].reflectance, "angle", collections=[MATERIALS])
    assert {m.entry.collection for m in found} == {MATERIALS}
    with pytest.raises(WordsError, match="No entries to compare with"):
        asked(bundled()[0].reflectance, "angle", collections=["none"])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(len(WAVES), np.float32), "zero in all bands"),
        (np.full(len(WAVES), np.nan, np.float32), "0 usable bands"),
    ],
)
def test_what_cannot_be_compared_is_said(values: FloatArray, message: str) -> None:
    with pytest.raises(WordsError, match=message):
        asked(values, "angle")


def test_a_narrow_range_is_refused() -> None:
    with pytest.raises(WordsError, match=r"3 usable bands from 500 to 520 nm.*wider range"):
        asked(dip(500, 0.1), "angle", range_nm=(500, 520))


def test_no_features_are_no_match() -> None:
    with pytest.raises(WordsError, match=r"absorption features.*by angle"):
        asked(dip(500, 0.1), "features", (made("flat", dip(500, 0)),))
    assert np.isnan(asked(dip(500, 0.1), "angle", (made("flat", dip(500, 0)),))[0].feature_fit)


def test_negative_values_have_an_angle_only() -> None:
    values = bundled()[700].reflectance - np.float32(0.3)
    assert asked(values, "angle")[0].feature_fit == pytest.approx(0, abs=1)


def test_looking_up_another_spectrum_is_fast() -> None:
    many = bundled() * 3
    asked(bundled()[0].reflectance, "features", many)
    start = time.perf_counter()
    asked(bundled()[900].reflectance, "features", many)
    assert time.perf_counter() - start < 1  # 0.03 s on an idle core
