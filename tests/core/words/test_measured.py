"""Descriptions composed from measurements: what they claim, and whether it holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import predict, predict_from_words
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.types import IdArray, Wavelengths
from s3fn_core.words.check import Measurements, check_text
from s3fn_core.words.claims import Claim, Comparison, Feature, Level, Slope, parse_claims
from s3fn_core.words.class_spectra import ClassSpectra, class_spectra
from s3fn_core.words.expectation import expected_spectrum
from s3fn_core.words.measured import class_facts, facts_text, measured_descriptions
from tests import samson
from tests.core.model.scenes import QUICK, some_labels, stripes, truth

Values = npt.NDArray[np.float64]


def described(cube: Cube, ids: IdArray, classes: ClassSet) -> ClassSet:
    """The classes with measured descriptions instead of those that they had."""
    for class_id, description in run(measured_descriptions(cube, ids, classes)).items():
        classes = classes.changed(class_id, descriptions=(description,))
    return classes


def claims_of(classes: ClassSet, class_id: int) -> tuple[Claim, ...]:
    others = [one.name for one in classes if one.id != class_id]
    return parse_claims(classes[class_id].text, others)


def holds(claim: Claim, nm: Wavelengths, own: Values, others: dict[str, Values]) -> bool:
    """Whether a claim is true of mean spectra (bands,), judged as simply as possible."""

    def at(*places: float) -> Values:
        found: Values = np.interp(places, nm, own)
        return found

    if isinstance(claim, Level):
        return abs(at(claim.low_nm)[0] - claim.reflectance) < 0.01 + 0.04 * abs(claim.reflectance)
    if isinstance(claim, Slope):
        assert claim.low_nm is not None
        assert claim.high_nm is not None
        start, end = at(claim.low_nm, claim.high_nm)
        if claim.sign:
            return bool((end - start) * claim.sign > 0)
        return bool(abs(end - start) < 0.15 * max(start, end))
    if isinstance(claim, Feature):
        side = 1 if claim.kind == "dip" else -1
        centre = claim.centre_nm
        return any(
            side * (at(centre - left, centre + right).mean() - at(centre)[0]) > 0
            for left in range(10, 121, 10)
            for right in range(10, 121, 10)
        )
    assert claim.low_nm is not None
    assert claim.high_nm is not None
    inside = (nm >= claim.low_nm - 0.5) & (nm <= claim.high_nm + 0.5)
    return bool((claim.sign * (own - others[claim.other])[inside] > 0).mean() > 0.9)


def assert_true(classes: ClassSet, cube: Cube, found: dict[int, ClassSpectra]) -> None:
    """Every claim of every description holds on the measured means, and in the window's eyes."""
    assert cube.wavelengths is not None
    by_name = {classes[i].name: one for i, one in found.items()}
    scene = Measurements(cube.wavelengths, cube.good_bands, by_name)
    for name in by_name:
        (text,) = (one.text for one in classes if one.name == name)
        findings = check_text(text, name, [other for other in by_name if other != name], scene)
        assert not [f.sentence for f in findings if f.verdict in ("contradicted", "outside")], text
        assert sum(f.verdict == "supported" for f in findings) > 8
    order = np.argsort(cube.wavelengths)
    order = order[cube.good_bands[order]]
    means = {class_id: one.mean[order].astype(float) for class_id, one in found.items()}
    for class_id, own in means.items():
        others = {classes[i].name: mean for i, mean in means.items() if i != class_id}
        claims = claims_of(classes, class_id)
        false = [c for c in claims if not holds(c, cube.wavelengths[order], own, others)]
        assert not false, (classes[class_id].text, false)
        assert {c.other for c in claims if isinstance(c, Comparison)} <= set(others)


@pytest.fixture(scope="module")
def measured_samson(data_folder: Path) -> tuple[Cube, IdArray, IdArray, ClassSet]:
    """Samson with 20 training pixels a class, test labels and measured descriptions."""
    from s3fn_core.cubes.formats import open_cube

    cube = open_cube(data_folder / "samson" / "Samson.mat")
    cube = cube.with_(wavelengths=np.linspace(401, 889, cube.bands), name="Samson")
    labels, test = samson.draw(samson.ground_truth(data_folder), 20, 0)
    classes = ClassSet()
    for name in samson.NAMES:
        classes = classes.added(name)
    return cube, labels, test, described(cube, labels, classes)


def test_measured_words_are_true_and_know_the_red_edge(
    measured_samson: tuple[Cube, IdArray, IdArray, ClassSet],
) -> None:
    cube, labels, _, classes = measured_samson
    assert_true(classes, cube, run(class_spectra(cube, labels, classes)))
    (description,) = classes[2].descriptions
    assert (description.source, description.prompt) == ("measured", None)
    assert description.model == "measured on 20 pixels of Samson"
    assert description.created is not None
    assert "The red edge lies at 7" in description.text
    assert description.text.count("tree") + description.text.count("Tree") >= 3
    assert "Tree is brighter than water from" in description.text
    assert sum(getattr(claim, "stated", False) for claim in claims_of(classes, 2)) >= 8


def test_measured_words_alone_make_a_map(measured_samson: tuple[Cube, IdArray, IdArray, ClassSet]) -> None:
    cube, _, test, classes = measured_samson
    ids = run(predict_from_words(classes, cube)).ids
    assert (ids[test > 0] == test[test > 0]).mean() > 0.93


@pytest.mark.parametrize("name", ["fruit", "wood", "blueberries"])
def test_the_expected_spectrum_is_the_mean_and_all_that_is_claimed_holds(name: str) -> None:
    scene = simulate(name, lines=96, samples=96)
    classes = described(scene.cube, scene.truth, scene.classes)
    found = run(class_spectra(scene.cube, scene.truth, classes))
    assert_true(classes, scene.cube, found)
    for class_id, one in found.items():
        expected = expected_spectrum(claims_of(classes, class_id))
        assert expected is not None
        assert scene.cube.wavelengths is not None
        missed = np.abs(expected.at(scene.cube.wavelengths) - one.mean)
        assert np.median(missed) < 0.02 * one.mean.max()
        assert missed.max() < 0.12 * one.mean.max()


@settings(max_examples=15)
@given(seed=st.integers(0, 100_000), pixels=st.integers(1, 30), factor=st.sampled_from([1, 3e3]))
def test_what_is_claimed_of_any_material_holds(seed: int, pixels: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    first, last = rng.choice([[400, 1000], [900, 1700], [420, 2450]])
    nm = np.arange(first, last, rng.uniform(3, 20))
    classes = ClassSet().added("class 1").added("ripe kiwi").added("water")
    data = np.zeros((3, pixels, nm.size))
    for row in data:
        mean = np.full(nm.size, rng.uniform(0.05, 0.5)) + rng.uniform(-1, 1) * (nm - nm[0]) / 8000
        for _ in range(4):
            width, centre = rng.uniform(30, 120), rng.uniform(nm[0], nm[-1])
            mean *= 1 + rng.uniform(-0.6, 0.3) * np.exp(-(((nm - centre) / width) ** 2))
        row[:] = np.maximum(mean, 0.01) * rng.normal(1, 0.1, (pixels, 1))
    cube = Cube((factor * data).astype(np.float32), "materials", wavelengths=nm)
    ids = np.repeat(np.arange(1, 4, dtype=np.uint8)[:, None], pixels, 1)
    classes = described(cube, ids, classes)
    facts = run(class_facts(cube, ids, classes))
    brought = cube.with_(data=(facts[1].factor * cube.data[:]).astype(np.float32))
    assert_true(classes, brought, run(class_spectra(brought, ids, classes)))
    assert ("relative, not reflectances" in classes[1].text) == (factor > 1)


def test_a_cube_without_wavelengths_says_so_and_expects_nothing() -> None:
    data = np.random.default_rng(0).uniform(0.1, 0.5, (10, 10, 8)).astype(np.float32)
    ids = np.zeros((10, 10), np.uint8)
    ids[0], ids[5, 5] = 1, 2
    classes = described(Cube(data, "bare"), ids, ClassSet().added("up").added("down").added("none"))
    assert "wavelengths of the bands are not known" in classes[1].text
    assert "measured on 1 pixel." in classes[2].text
    assert not claims_of(classes, 1)
    assert not classes[3].descriptions


def test_facts_for_a_prompt_are_short_and_name_the_others() -> None:
    scene = simulate("fruit", lines=64, samples=64)
    facts = run(class_facts(scene.cube, scene.truth, scene.classes))
    text = facts_text(1, facts, scene.classes)
    assert "Mean spectrum: 4" in text
    assert scene.classes[2].name in text
    assert not text.endswith(".")  # it stands inside a sentence of the template
    assert facts_text(99, facts, scene.classes) == ""


def test_training_with_measured_words_is_no_worse_than_with_names_only() -> None:
    cube = stripes(lines=24, samples=24)
    labels = some_labels(cube, per_class=4)
    held_out = (truth(cube) > 0) & (labels == 0)
    names = ClassSet().added("rising").added("dipped")
    words = described(cube, labels, names)
    accuracy = []
    for classes in (names, words):
        result = run(train([LabelledCube(cube, labels)], classes, QUICK.with_epochs(4), device="cpu"))
        ids = run(predict(result.model, cube, device="cpu")).ids
        accuracy.append((ids[held_out] == truth(cube)[held_out]).mean())
    assert accuracy[1] >= accuracy[0]
    assert accuracy[1] > 0.9
