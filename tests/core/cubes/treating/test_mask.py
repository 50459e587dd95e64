"""Masks: background is exactly 0, previews say what the whole will be."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes import windows
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating import mask
from s3fn_core.cubes.treating.features import (
    Band,
    Component,
    Feature,
    NormalisedDifference,
    Ratio,
    principal_components,
)
from s3fn_core.cubes.treating.mask import (
    Recipe,
    Step,
    Threshold,
    apply_mask,
    make_mask,
    otsu,
    preview,
    propose_threshold,
    tidied,
)
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.errors import CubeError
from s3fn_core.progress import run


def agreement(found: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union of the foregrounds."""
    return float(((found > 0) & (truth > 0)).sum() / ((found > 0) | (truth > 0)).sum())


@pytest.mark.parametrize("kind", ["band", "ratio", "difference", "component"])
def test_otsu_parts_wood_from_a_dark_tray(kind: str) -> None:
    scene = simulate("wood")
    feature: Feature = {
        "band": Band(40),
        # On the noisy dark tray a ratio can take any value; within wood it hardly varies.
        "ratio": Ratio(10, 60),
        "difference": NormalisedDifference(10, 60),
        "component": principal_components(scene.cube, 1)[0],
    }[kind]
    low = propose_threshold(scene.cube, feature)
    mask = run(make_mask(scene.cube, Recipe(Threshold(feature, low=low))))
    assert agreement(mask, scene.objects) > 0.97


def test_a_threshold_lies_in_the_middle_of_a_gap() -> None:
    values = np.concatenate([np.linspace(0, 1, 50), np.linspace(4, 6, 50)]).astype(np.float32)
    assert otsu(values) == pytest.approx(2.5, abs=0.05)
    assert otsu(np.array([1, 1, 2], np.float32)) == pytest.approx(1.5, abs=0.01)
    assert otsu(np.ones(5, np.float32)) is None


def test_a_blanked_background_needs_no_threshold() -> None:
    scene = simulate("fruit")
    np.testing.assert_array_equal(run(make_mask(scene.cube, Recipe())), scene.objects > 0)


def test_zero_missing_and_nodata_are_background_whatever_the_threshold() -> None:
    values = np.full((2, 3, 4), 7, np.int16)
    values[0, 0] = 0
    values[0, 1] = -9
    values[1, 2, 2] = 0  # a measured pixel with one empty band
    cube = Cube(values, "x", nodata=-9.0)
    expected = [[False, False, True], [True, True, True]]
    assert run(make_mask(cube, Recipe())).tolist() == expected
    for feature in (Band(0), Component((0, 1), (0.0, 0.0), (0.5, 0.5))):
        recipe = Recipe(Threshold(feature, low=-100, high=100))
        assert run(make_mask(cube, recipe)).tolist() == expected
    assert run(make_mask(cube, Recipe(Threshold(Band(2), low=1))))[1].tolist() == [1, 1, 0]


def grey_image(cube: Cube, feature: Feature) -> np.ndarray:
    """What a threshold looks at."""
    return feature.of(cube.window(slice(None), slice(None), feature.checked(cube)))


def test_features_are_their_formulas() -> None:
    values = np.array([[[1.0, 4, 2], [3, 0, 2], [0, 0, 5]]])
    cube = Cube(values, "x")
    np.testing.assert_allclose(grey_image(cube, Ratio(0, 1)), [[0.25, np.nan, np.nan]])
    np.testing.assert_allclose(grey_image(cube, NormalisedDifference(0, 1)), [[-3 / 5, 1, np.nan]])
    found = grey_image(cube, Component((0, 2), (1.0, 1.0), (2.0, -1.0)))
    np.testing.assert_allclose(found, [[-1, 3, -6]])


def test_components_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(0)
    values = 5 + rng.normal(size=(40, 40, 6)) @ rng.normal(size=(6, 6))
    values[:, :, 2] = np.nan
    cube = Cube(values, "x", good_bands=np.array([1, 1, 1, 1, 0, 1], bool))
    kept = [0, 1, 3, 5]
    covariance = np.cov(values[:, :, kept].reshape(-1, 4).T)
    variances = np.sort(np.linalg.eigvalsh(covariance))[::-1]
    for component, variance in zip(principal_components(cube, 3), variances, strict=False):
        assert component.bands == tuple(kept)
        grey = grey_image(cube, component)
        assert abs(grey.mean()) < 1e-4
        assert grey.var(ddof=1) == pytest.approx(variance, rel=1e-4)
        assert sum(component.weights) > 0
    with pytest.raises(CubeError, match="too few"):
        principal_components(cube, 5)


def steps(kinds: tuple[str, ...], largest: int) -> Any:
    return st.lists(st.builds(Step, st.sampled_from(kinds), st.integers(0, largest)), max_size=3).map(tuple)


ALL_KINDS = ("open", "close", "erode", "dilate", "fill", "drop")


@settings(max_examples=60)
@given(
    values=hnp.arrays(np.uint8, (24, 20, 2), elements=st.integers(0, 3)),
    steps=steps(ALL_KINDS, 3),
    top=st.integers(0, 20),
    left=st.integers(0, 16),
)
def test_a_preview_is_a_piece_of_the_whole(
    values: np.ndarray, steps: tuple[Step, ...], top: int, left: int
) -> None:
    cube = Cube(values, "x")
    recipe = Recipe(Threshold(Band(0), low=2), steps)
    lines, samples = slice(top, top + 5), slice(left, left + 6)
    whole = run(make_mask(cube, recipe))
    part = run(preview(cube, recipe, lines, samples))
    np.testing.assert_array_equal(part, whole[lines, samples])


def test_a_mask_is_made_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = simulate("wood", lines=64, samples=64)
    recipe = Recipe(Threshold(Band(40), low=0.2), (Step("open", 2), Step("fill", 40)))
    whole = run(make_mask(scene.cube, recipe))
    blocks = windows.line_blocks
    monkeypatch.setattr(mask, "line_blocks", lambda cube, bands: blocks(cube, bands, 20_000))
    reports: list[float] = []
    np.testing.assert_array_equal(
        run(make_mask(scene.cube, recipe), lambda p: reports.append(p.fraction)), whole
    )
    assert len(reports) > 5


def test_the_steps_do_what_they_are_called() -> None:
    mask = np.zeros((30, 30), bool)
    mask[5:20, 5:20] = True
    mask[10:12, 10:12] = False  # a hole of 4
    mask[25, 25] = True  # a speck
    square = mask.copy()
    square[10:12, 10:12] = True
    assert np.array_equal(tidied(mask, (Step("fill", 4),))[:24], square[:24])
    assert np.array_equal(tidied(mask, (Step("fill", 3),)), mask)
    assert not tidied(mask, (Step("drop", 2),))[25, 25]
    assert tidied(mask, (Step("drop", 1),))[25, 25]
    assert not tidied(mask, (Step("open", 1),))[25, 25]
    assert tidied(mask, (Step("close", 2),))[10:12, 10:12].all()
    assert tidied(square, (Step("erode", 2),))[:24].sum() == 11 * 11
    assert tidied(mask, (Step("dilate", 1),))[24:27, 24:27].sum() == 5
    full = np.ones((6, 6), bool)
    for kind in ("open", "close", "erode", "dilate"):
        assert tidied(full, (Step(kind, 2),)).all()
        assert not tidied(~full, (Step(kind, 2),)).any()


@settings(max_examples=40)
@given(
    values=hnp.arrays(np.int16, (5, 4, 3)),
    mask=hnp.arrays(np.uint8, (5, 4), elements=st.integers(0, 2)),
    lines=st.slices(5),
    samples=st.slices(4),
    bands=st.slices(3),
)
def test_a_masked_cube_is_zero_outside_and_untouched_inside(
    values: np.ndarray, mask: np.ndarray, lines: slice, samples: slice, bands: slice
) -> None:
    cube = Cube(values, "x", nodata=-1.0, scale=0.1)
    masked = apply_mask(cube, mask)
    assert masked.data.dtype == np.int16
    expected = np.where((mask > 0)[:, :, None], cube.read(), 0)
    np.testing.assert_array_equal(masked.window(lines, samples, bands), expected[lines, samples, bands])


@pytest.mark.parametrize(
    "feature", [Band(3), Ratio(1, 2), NormalisedDifference(2, 1), Component((0, 2), (0.1, 0.2), (0.3, -0.4))]
)
def test_a_recipe_is_stored_as_json(feature: Feature) -> None:
    recipe = Recipe(
        Threshold(feature, low=0.25),
        (Step("open", 2.5), Step("drop", 30)),
        Splitting("watershed", smallest=20, depth=1.5, radii=(4, 9)),
    )
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(Recipe().to_json()) == Recipe()


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [{"kind": "melt", "size": 1}]},
        {"steps": [{"kind": "open", "size": -1}]},
        {"threshold": {"feature": {"kind": "band"}}},
        {"threshold": {"feature": {"kind": "band", "band": 0}, "low": 2, "high": 1}},
        {"splitting": {"radii": [0, 3]}},
        {"unknown": 1},
    ],
)
def test_a_broken_recipe_is_told(change: dict[str, Any]) -> None:
    with pytest.raises(CubeError):
        Recipe.from_json(json.dumps(json.loads(Recipe().to_json()) | change))


def test_what_does_not_fit_is_told() -> None:
    cube = Cube(np.ones((3, 4, 2)), "x")
    with pytest.raises(CubeError, match="needs band 6"):
        run(make_mask(cube, Recipe(Threshold(Band(5), low=1))))
    with pytest.raises(CubeError, match="same value"):
        propose_threshold(cube, Band(0))
    with pytest.raises(CubeError, match="4 x 3"):
        apply_mask(cube, np.ones((4, 3), bool))
    with pytest.raises(CubeError, match="one of each"):
        Component((0, 1), (0.0,), (1.0,))
