from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.labels.classes import ClassSet, Description, read_classes
from s3fn_core.resources import resource
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.expectation import Evidence, expectations, expected_spectrum, hindrance

TREE = "Expected reflectance: 450 nm 3 %, 550 nm 6 %, 670 nm 3 %, 720 nm 15 %, 800 nm 45 %."
SOIL = "Expected reflectance: 450 nm 8 %, 550 nm 13 %, 670 nm 19 %, 720 nm 22 %, 800 nm 27 %."
GRID = np.linspace(450.0, 800.0, 36)
GOOD = np.ones(36, bool)


def classes(*texts: str) -> ClassSet:
    described = ClassSet()
    for number, text in enumerate(texts, 1):
        described = described.added(f"class {number}")
        described = described.changed(number, descriptions=(Description(text),) if text else ())
    return described


def evidence(*texts: str) -> Evidence:
    made = Evidence.on(expectations(classes(*texts)), GRID, GOOD)
    assert made is not None
    return made


def test_the_closing_line_becomes_a_spectrum() -> None:
    tree = expected_spectrum(parse_claims(TREE))
    assert tree is not None
    np.testing.assert_allclose(tree.at(np.array([450.0, 670.0, 735.0, 900.0]))[:2], [0.03, 0.03])
    assert tree.at(np.array([760.0]))[0] == pytest.approx(0.30)
    assert tree.at(np.array([900.0]))[0] == pytest.approx(0.45)


def test_words_without_levels_expect_nothing() -> None:
    assert expected_spectrum(parse_claims("A soft brown fruit with a sweet smell.")) is None
    assert Evidence.on(expectations(classes(TREE, "")), GRID, GOOD) is None


def test_a_pixel_agrees_best_with_the_words_that_describe_it() -> None:
    made = evidence(TREE, SOIL)
    answer = made.of(made.templates, 1.0)
    np.testing.assert_allclose(np.diag(answer), 0, atol=1e-5)
    assert (answer.argmax(1) == [0, 1]).all()


@given(factor=st.floats(1e-4, 1e4), seed=st.integers(0, 100))
def test_evidence_does_not_depend_on_the_scene_s_brightness(factor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = evidence(TREE, SOIL)
    scene = rng.uniform(0.05, 0.5, (50, 36)).astype(np.float32)
    brighter = (scene * np.float32(factor)).astype(np.float32)
    np.testing.assert_allclose(
        made.of(scene, made.scale(scene)), made.of(brighter, made.scale(brighter)), atol=1e-3
    )


def test_a_class_without_expectation_is_neither_favoured_nor_hurt() -> None:
    made = evidence(TREE, "Nothing is known of it.", SOIL)
    answer = made.of(made.templates, 1.0)
    np.testing.assert_allclose(answer[:, 1], answer[:, [0, 2]].mean(1), rtol=1e-5)


def test_missing_values_do_not_spread() -> None:
    made = evidence(TREE, SOIL)
    pixel = made.templates[:1].copy()
    pixel[0, 3] = np.nan
    assert np.isfinite(made.of(pixel, 1.0)).all()


def test_words_about_another_range_expect_nothing_here() -> None:
    infrared = np.linspace(2000.0, 2400.0, 36)
    assert Evidence.on(expectations(classes(TREE, SOIL)), infrared, GOOD) is None


def heard(words: ClassSet, first: float, last: float) -> bool:
    grid = np.linspace(first, last, 160)
    return Evidence.on(expectations(words), grid, np.ones(160, bool)) is not None


def test_words_are_heard_by_a_camera_that_shows_enough_of_what_they_state() -> None:
    """Descriptions as they come with the program, on the cameras that they may meet."""
    fruit, wood, land = (
        read_classes(resource("classes", f"{name}.json")) for name in ("fruit", "wood", "land_cover")
    )
    assert heard(fruit, 400, 1000)
    assert heard(fruit, 420, 2450)  # all of what they state is there
    assert heard(land, 401, 889)  # they state much more
    assert heard(land, 900, 1700)
    assert heard(land, 420, 2450)
    assert heard(wood, 900, 1700)
    assert heard(wood, 1000, 2500)
    assert not heard(fruit, 900, 1700)
    assert not heard(wood, 400, 1000)
    assert not heard(wood, 401, 889)


def test_a_refusal_names_both_ranges() -> None:
    grid = np.linspace(750.0, 1700.0, 160)
    expected = expectations(classes(TREE, SOIL))
    said = hindrance(expected, grid, np.ones(160, bool)) or ""
    assert "cover 750 to 1700 nm" in said
    assert "state reflectances for 450 to 800 nm;" in said
    assert "two descriptions" in (hindrance(expected[:1], GRID, GOOD) or "")
    assert "0 usable bands" in (hindrance(expected, GRID, ~GOOD) or "")
    assert hindrance(expected, GRID, GOOD) is None


def test_words_about_different_ranges_cannot_be_compared() -> None:
    far = "Expected reflectance: 780 nm 20 %, 900 nm 30 %, 1000 nm 40 %."
    grid = np.linspace(400.0, 1000.0, 61)
    expected = expectations(classes(TREE, far))
    assert Evidence.on(expected, grid, np.ones(61, bool)) is None
    assert "450 to 800 nm, 780 to 1000 nm" in (hindrance(expected, grid, np.ones(61, bool)) or "")
