"""Composites: their description and their pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.viewing import rendering as rendering_module
from s3fn_core.cubes.viewing.colour import ILLUMINANTS
from s3fn_core.cubes.viewing.components import fit_components
from s3fn_core.cubes.viewing.composite import KINDS, Composite, default_composite
from s3fn_core.cubes.viewing.display import stretch_limits, to_bytes
from s3fn_core.cubes.viewing.rendering import compose, composed
from s3fn_core.errors import CubeError
from s3fn_core.progress import run
from tests.samson import ground_truth

NM = np.arange(400.0, 1001, 20)


def scene() -> Cube:
    """Noise with a line of background and one missing pixel."""
    values = np.random.default_rng(0).random((40, 30, len(NM))).astype(np.float32) + 0.1
    values[0] = 0
    values[3, 4] = np.nan
    return Cube(values, "x", wavelengths=NM)


@st.composite
def composites(draw: st.DrawFn) -> Composite:
    kind = draw(st.sampled_from(sorted(KINDS)))
    count = draw(st.sampled_from(KINDS[kind].channels))
    channels = tuple(draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)))
    number = st.floats(-1e6, 1e6)
    pairs = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1])
    size = draw(st.sampled_from([0, 3 if count == 3 else 1]))
    return Composite(
        kind,
        channels,
        tuple(draw(st.lists(pairs, min_size=size, max_size=size))),
        draw(st.floats(0.1, 10)),
        draw(st.sampled_from(sorted(ILLUMINANTS))),
        draw(st.floats(0, 49)),
    )


def test_true_colour_is_the_first_picture_where_the_bands_allow_it() -> None:
    assert default_composite(scene()) == Composite("true")
    assert default_composite(scene().with_(wavelengths=NM + 500)).kind == "false"


@given(composites())
def test_a_description_survives_json(composite: Composite) -> None:
    assert Composite.from_json(json.loads(json.dumps(composite.as_json()))) == composite


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "channels", "limits", "gamma", "illuminant"]) | st.text(max_size=3),
                inner | st.sampled_from(sorted(KINDS)),
            )
        ),
    )
)
def test_any_other_json_is_a_composite_or_an_error_that_says_so(values: object) -> None:
    try:
        found = Composite.from_json(values)
    except CubeError:
        return  # any other exception fails the test
    assert found.kind in KINDS


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "x"}, 'no kind "x"'),
        ({"channels": (1, 2)}, "takes 3 channels, not 2"),
        ({"channels": (1, 2, -1)}, "count from 0"),
        ({"limits": ((0, 1),)}, "3 limits, not 1"),
        ({"limits": ((0, 1), (1, 1), (0, 1))}, "black must be below"),
        ({"gamma": 0}, "gamma"),
        ({"gamma": float("nan")}, "gamma"),
        ({"illuminant": "F2"}, "illuminant"),
    ],
)
def test_what_does_not_go_together_is_said(change: dict[str, object], reason: str) -> None:
    with pytest.raises(CubeError, match=reason):
        Composite(**({"kind": "false", "channels": (1, 2, 3)} | change))


def test_false_colour_stretches_every_band_by_itself() -> None:
    cube = scene()
    found = compose(cube, Composite("false", (9, 5, 1)))
    values = cube.read()[:, :, [9, 5, 1]]
    shown = [to_bytes(values[:, :, i], stretch_limits(values[:, :, i])) for i in range(3)]
    background = (np.nan_to_num(values) == 0).all(axis=2, keepdims=True)
    np.testing.assert_array_equal(found.image(), np.where(background, 0, np.dstack(shown)))
    assert found.caption == "false colour 580/500/420 nm"


def test_bands_ratios_and_differences() -> None:
    cube = scene()
    values = cube.read().astype(np.float64)
    a, b = values[1:, :, 20], values[1:, :, 10]
    for kind, channels, expected, caption in (
        ("band", (20,), a, "800 nm"),
        ("ratio", (20, 10), a / b, "800 nm / 600 nm"),
        ("difference", (20, 10), (a - b) / (a + b), "(800 nm - 600 nm) / (800 nm + 600 nm)"),
    ):
        found = compose(cube, Composite(kind, channels))
        planes = found.planes()
        np.testing.assert_allclose(planes[1:, :, 0], expected, rtol=1e-4, atol=1e-6)
        assert np.isnan(planes[0]).all()
        assert found.caption == caption
        image = found.image()
        assert image.shape == (40, 30)
        assert not image[0].any()
        assert image.max() == 255
    assert compose(cube.with_(wavelengths=None), Composite("band", (2,))).caption == "band 3"


def test_a_division_by_nothing_is_missing() -> None:
    values = np.array([[[0.5, 0.0], [0.5, -0.5], [0.0, 0.5]]], np.float32)
    cube = Cube(values, "x")
    ratio = compose(cube, Composite("ratio", (0, 1))).planes()[0, :, 0]
    np.testing.assert_array_equal(ratio, [np.nan, -1, 0])
    difference = compose(cube, Composite("difference", (0, 1))).planes()[0, :, 0]
    np.testing.assert_array_equal(difference, [1, np.nan, -1])


@pytest.mark.parametrize("illuminant", ["D65", "E"])
def test_a_white_panel_is_neutral_and_a_red_line_is_red(illuminant: str) -> None:
    nm = np.arange(400.0, 1001, 10)
    values = np.zeros((2, 2, len(nm)), np.float32)
    values[0, 0] = 1
    values[0, 1] = 0.5
    values[1, 0, nm == 650] = 1
    limits = ((0.0, 1.0),)
    found = compose(
        Cube(values, "x", wavelengths=nm), Composite("true", limits=limits, illuminant=illuminant)
    )
    image = found.image()
    assert image[0, 0].tolist() == pytest.approx([255] * 3, abs=1)
    assert image[0, 1].tolist() == pytest.approx([188] * 3, abs=1)  # sRGB of half the light
    red, green, blue = image[1, 0].tolist()
    assert red > 60 > 10 > max(green, blue)
    assert image[1, 1].tolist() == [0, 0, 0]
    assert found.caption == f"true colour under {illuminant}"
    assert max(nm[list(found.bands)]) <= 790  # infrared is not even read


def test_true_colour_by_its_own_limits_keeps_hues() -> None:
    cube = scene()
    found = compose(cube, Composite("true"))
    ((black, white),) = found.limits()
    brightest = np.nan_to_num(found.planes()).max(axis=2)
    assert black == 0
    assert white == pytest.approx(np.percentile(brightest[brightest > 0], 98), rel=0.02)
    with pytest.raises(CubeError, match=r"No true colour.*do not cover"):
        compose(cube.with_(wavelengths=NM + 500), Composite("true"))


@pytest.mark.parametrize("kind", ["true", "false", "ratio", "pca", "mnf"])
@pytest.mark.parametrize("interleave", ["bil", "bip", "bsq"])
def test_a_window_is_that_part_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, interleave: str
) -> None:
    header = write_envi(scene().read(), tmp_path / "x.hdr", NM, interleave=interleave)
    cube = open_cube(header)
    count = KINDS[kind].channels[-1]
    found = run(composed(cube, Composite(kind, tuple(range(count)))))
    whole, picture, limits = found.planes(), found.image(), found.limits()
    monkeypatch.setattr(rendering_module, "_BLOCK_BYTES", 4 * 30 * 31 * 3)  # a few lines
    lines, samples = slice(2, 39, 3), slice(1, 25, 2)
    np.testing.assert_allclose(found.planes(), whole, rtol=1e-4, atol=1e-4)
    part = found.planes(lines, samples)
    np.testing.assert_allclose(part, whole[lines, samples], rtol=1e-4, atol=1e-4)
    difference = found.image(lines, samples, limits).astype(int) - picture[lines, samples]
    assert np.abs(difference).max() <= 1
    assert found.planes(slice(5, 5)).shape == (0, 30, whole.shape[2])


def test_components_are_fitted_once_for_any_choice_of_them() -> None:
    cube = scene()
    components = run(fit_components(cube, "pca", 4))
    values = components(cube.read())
    found = compose(cube, Composite("pca", (3, 0, 1)), components)
    np.testing.assert_allclose(found.planes()[1:], values[1:][:, :, [3, 0, 1]], rtol=1e-5)
    assert np.isnan(found.planes()[0]).all()
    assert found.caption == "PCA 4/1/2"
    steps: list[float] = []
    same = run(composed(cube, Composite("pca", (3, 0, 1))), lambda progress: steps.append(progress.fraction))
    np.testing.assert_allclose(same.planes(), found.planes(), atol=1e-5)
    assert steps == sorted(steps)
    assert len(steps) > 30
    with pytest.raises(CubeError, match="computed first"):
        compose(cube, Composite("mnf", (0,)), components)
    with pytest.raises(CubeError, match="4 components of PCA; component 5"):
        compose(cube, Composite("pca", (4,)), components)
    with pytest.raises(CubeError, match="bands 1 to 31; a composite with band 32"):
        compose(cube, Composite("band", (31,)))


def test_gamma_lightens_the_middle_only() -> None:
    cube = Cube(np.array([[[0.001], [0.5], [1.0]]], np.float32), "x")
    linear = compose(cube, Composite("band", (0,), ((0.0, 1.0),))).image()[0]
    light = compose(cube, Composite("band", (0,), ((0.0, 1.0),), gamma=2.0)).image()[0]
    assert linear.tolist() == [0, 127, 255]
    assert light.tolist() == [8, 180, 255]


@pytest.mark.parametrize("cut", [0.0, 1.0, 5.0])
def test_a_stretch_by_the_values_cuts_off_what_it_is_told(cut: float) -> None:
    cube = scene()
    for kind in ("false", "true", "ratio"):
        channels = tuple(range(KINDS[kind].channels[-1]))
        found = compose(cube, Composite(kind, channels, cut=cut))
        planes = found.planes()
        values = np.nan_to_num(planes).max(axis=2)[..., None] if kind == "true" else planes
        for i, (black, white) in enumerate(found.limits()):
            plane = values[:, :, i][np.isfinite(values[:, :, i]) & (values[:, :, i] != 0)]
            low, high = np.percentile(plane, (cut, 100 - cut))
            assert (black, white) == pytest.approx((0 if kind == "true" else low, high))
    with pytest.raises(CubeError, match="50 %"):
        Composite("true", cut=50)


def test_pictures_of_the_same_values_differ_by_their_stretch() -> None:
    first = Composite("false", (3, 2, 1))
    assert first.shows_same(replace(first, gamma=2, cut=1, limits=((0, 1),) * 3))
    assert not first.shows_same(replace(first, channels=(3, 2, 2)))
    assert not Composite("true").shows_same(Composite("true", illuminant="E"))


def test_measured_scenes_have_the_colours_of_their_surfaces(data_folder: Path) -> None:
    nm = np.linspace(401, 889, 156)  # the file itself has no wavelengths
    cube = open_cube(data_folder / "samson" / "Samson.mat").with_(wavelengths=nm)
    image = compose(cube, Composite("true")).image().astype(int)
    truth = ground_truth(data_folder)
    soil, tree, water = (image[truth == k].mean(axis=0) for k in (1, 2, 3))
    assert soil[0] > soil[1] > soil[2]  # brown
    assert water[1] > max(water[0], water[2])  # green, with sediment
    assert tree[1] / tree[0] > 1.1 * soil[1] / soil[0]
    assert soil.sum() > 1.5 * max(tree.sum(), water.sum())
    enmap = sorted((data_folder / "enmap_potsdam").rglob("*.tif"))
    cubes = (open_cube(path) for path in enmap if "labels" not in path.parts)
    assert compose(next(cubes), Composite("true")).image().any()


def test_the_first_picture_is_in_true_colour_where_the_bands_allow_it() -> None:
    assert default_composite(scene()) == Composite("true")
    beyond = scene().with_(wavelengths=NM + 1000)
    assert default_composite(beyond).kind == "false"


def test_counts_begin_with_bands_that_are_stretched_one_by_one() -> None:
    """They have a dark level, above which true colour would leave all of them pale."""
    values = 1000 + 300 * np.random.default_rng(0).random((40, 30, len(NM)))
    counts = Cube(values.astype(np.uint16), "x", wavelengths=NM)
    first = default_composite(counts)
    assert first.kind == "false"
    assert compose(counts, first).image().std() > 1.5 * compose(counts, Composite("true")).image().std()
    assert default_composite(counts.with_(reflectance=True)).kind == "true"
