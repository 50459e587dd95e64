"""Claims held against spectra whose truth is known, and against Samson's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.windows import sample_of
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.progress import run
from s3fn_core.resources import resource
from s3fn_core.types import IdArray
from s3fn_core.words.check import VERDICTS, Finding, Measurements, check_text
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.claims.mentions import find_mentions
from s3fn_core.words.class_spectra import ClassSpectra, class_spectra
from s3fn_core.words.expectation import Evidence, expectations
from s3fn_core.words.measured import measured_descriptions
from tests import samson
from tests.core.words.claims.test_claims import TEXTS

BANDS = np.linspace(400.0, 1000.0, 121)
GOOD = np.ones(121, bool)


def of(curve: np.ndarray, spread: float = 0.02, jitter: float = 0.0005, n: int = 60) -> ClassSpectra:
    """Pixels of a class with the spectrum `curve`, unevenly lit and a little noisy."""
    rng = np.random.default_rng(5)
    light = rng.normal(1.0, spread, (n, 1))
    spectra = (curve * light + rng.normal(0, jitter, (n, len(curve)))).astype(np.float32)
    return ClassSpectra(n, spectra.mean(0), spectra.std(0), spectra)


def dip(at: float, depth: float, width: float = 15.0) -> np.ndarray:
    return 1 - depth * np.exp(-(((BANDS - at) / width) ** 2) / 2)


LEVEL = np.full(121, 0.30)
RISING = np.linspace(0.10, 0.50, 121)
LEAF = 0.04 + 0.02 * np.exp(-(((BANDS - 550) / 25) ** 2)) + 0.42 / (1 + np.exp(-(BANDS - 720) / 10))
LEAF = LEAF * dip(970, 0.06, 20)
SOIL = RISING
WATER = np.linspace(0.06, 0.01, 121)
SCENE = Measurements(BANDS, GOOD, {"leaf": of(LEAF), "soil": of(SOIL), "water": of(WATER)})


def findings(text: str, name: str = "leaf", scene: Measurements = SCENE) -> list[Finding]:
    return list(check_text(text, name, [n for n in ("leaf", "soil", "water") if n != name], scene))


def verdicts(text: str, name: str = "leaf", scene: Measurements = SCENE) -> list[str]:
    return [finding.verdict for finding in findings(text, name, scene)]


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("leaf", "It reflects 4 % at 670 nm.", "supported"),
        ("leaf", "It reflects 0.05 at 0.67 µm.", "supported"),
        ("leaf", "It reflects 20 % at 670 nm.", "contradicted"),
        ("leaf", "It reflects 40 to 50 % between 800 and 900 nm.", "supported"),
        ("leaf", "It reflects 20 to 30 % between 800 and 900 nm.", "contradicted"),
        ("leaf", "It reflects 45 % beyond 800 nm.", "supported"),
        ("leaf", "Expected reflectance: 670 nm 30 %.", "contradicted"),
        ("leaf", "It absorbs near 970 nm.", "supported"),
        ("leaf", "It absorbs near 0.97 um.", "supported"),
        ("soil", "It absorbs near 900 nm.", "contradicted"),
        ("soil", "It shows no absorption at 900 nm.", "supported"),
        ("leaf", "It shows no absorption at 970 nm.", "contradicted"),
        ("leaf", "It has a reflectance peak at 550 nm.", "supported"),
        ("leaf", "It absorbs at 550 nm.", "contradicted"),
        ("leaf", "It has a reflectance peak at 970 nm.", "contradicted"),
        ("soil", "It has a reflectance peak at 700 nm.", "contradicted"),
        ("leaf", "Reflectance rises from 690 to 750 nm.", "supported"),
        ("leaf", "Reflectance falls from 690 to 750 nm.", "contradicted"),
        ("water", "Reflectance falls from 450 to 900 nm.", "supported"),
        ("soil", "It is flat between 500 and 900 nm.", "contradicted"),
        ("leaf", "It is flat between 780 and 900 nm.", "supported"),
        ("leaf", "It is brighter than water beyond 750 nm.", "supported"),
        ("leaf", "It is darker than water beyond 750 nm.", "contradicted"),
        ("leaf", "It is brighter than soil at 600 nm.", "contradicted"),
        ("leaf", "It is as bright as soil at 900 nm.", "supported"),
        ("leaf", "It is as bright as soil at 650 nm.", "contradicted"),
        ("leaf", "It absorbs at 1450 nm.", "outside"),
        ("leaf", "It reflects 20 % at 1650 nm.", "outside"),
        ("leaf", "It absorbs at 410 nm.", "outside"),  # one of its sides cannot be seen
        ("leaf", "It is flat between 980 and 1300 nm.", "outside"),
        ("leaf", "Blue light is absorbed.", "supported"),  # dark there, though no dip
        ("soil", "Iron absorbs the blue light.", "supported"),
    ],
)
def test_a_claim_is_supported_or_contradicted(name: str, text: str, verdict: str) -> None:
    assert verdicts(text, name) == [verdict], findings(text, name)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It reflects 4 % at 670 nm.", ["Measured: 4.3 ± 0.1 % at 670 nm.", "The text says 4 %."]),
        ("It absorbs at 970 nm.", ["absorption ", " % deep at 970 nm"]),
        ("It absorbs at 900 nm.", ["no absorption there", "depth ", "noise "]),
        ("It absorbs at 550 nm.", ["a maximum ", "at 550 nm", "an absorption near 550 nm"]),
        ("It is brighter than water beyond 750 nm.", ["45 % against 2", "750 to 1000 nm"]),
        ("Reflectance rises from 690 to 750 nm.", [" % at 690 nm, 44 % at 750 nm"]),
        ("It absorbs at 1450 nm.", ["nothing at 1450 nm", "400 to 1000 nm"]),
    ],
)
def test_the_sentence_names_its_measurement(text: str, parts: list[str]) -> None:
    (found,) = findings(text)
    assert [part for part in parts if part not in found.sentence] == [], found.sentence


def test_what_cannot_be_compared_says_why() -> None:
    nowhere = Measurements(None, GOOD, SCENE.spectra)
    unlabelled = Measurements(BANDS, GOOD, {"soil": SCENE.spectra["soil"]})
    text = "It absorbs at 970 nm and is brighter than water."
    assert verdicts(text, scene=nowhere) == ["unchecked"] * 2
    assert verdicts(text, scene=unlabelled) == ["unchecked"] * 2
    assert "No pixel of leaf" in findings(text, scene=unlabelled)[0].sentence
    (alone,) = findings("It is brighter than water.", "soil", unlabelled)
    assert alone.verdict == "unchecked"
    assert "No pixel of water" in alone.sentence
    assert verdicts("It absorbs at 1450 nm.", scene=unlabelled) == ["outside"]


def test_bad_bands_tell_nothing() -> None:
    bad = np.where((BANDS > 930) & (BANDS < 1000), False, GOOD)
    spectra = {"leaf": of(np.where(bad, LEAF, np.nan))}
    (found,) = findings("It absorbs at 970 nm.", scene=Measurements(BANDS, bad, spectra))
    assert found.verdict == "outside"
    assert "only bad bands" in found.sentence


def test_a_shallow_dip_is_neither_found_nor_denied_in_noise() -> None:
    noisy = Measurements(BANDS, GOOD, {"leaf": of(LEAF, jitter=0.1, n=10)})
    (found,) = findings("It absorbs at 860 nm.", scene=noisy)
    assert found.verdict == "unchecked"
    assert "too noisy" in found.sentence


def test_spread_of_the_class_widens_what_is_supported() -> None:
    text = "It reflects 30 % at 850 nm."
    wide = Measurements(BANDS, GOOD, {"leaf": of(LEAF, spread=0.35)})
    assert verdicts(text) == ["contradicted"]
    assert verdicts(text, scene=wide) == ["supported"]


@given(factor=st.floats(1e-3, 1e4))
def test_without_reflectance_only_the_levels_need_a_scale(factor: float) -> None:
    text = (
        "It absorbs at 970 nm, peaks at 550 nm, rises from 690 to 750 nm and is brighter than "
        "water beyond 750 nm. It reflects 4 % at 670 nm."
    )
    spectra = {
        name: ClassSpectra(s.count, s.mean * factor, s.deviation * factor, s.spectra * factor)
        for name, s in SCENE.spectra.items()
    }
    blind = Measurements(BANDS, GOOD, spectra, scale=None)
    assert verdicts(text, scene=blind) == ["supported"] * 4 + ["unchecked"]
    known = Measurements(BANDS, GOOD, spectra, scale=1 / factor)
    assert verdicts("It reflects 44 % at 850 nm.", scene=known) == ["supported"]
    assert verdicts("It reflects 4 % at 850 nm.", scene=known) == ["contradicted"]


def test_bands_may_come_in_any_order() -> None:
    order = np.random.default_rng(0).permutation(121)
    whole = of(LEAF)
    mixed = ClassSpectra(whole.count, whole.mean[order], whole.deviation[order], whole.spectra[:, order])
    scene = Measurements(BANDS[order], GOOD, {"leaf": mixed})
    text = "It absorbs at 970 nm, peaks at 550 nm and reflects 44 % at 850 nm."
    assert [f.sentence for f in findings(text, scene=scene)] == [
        f.sentence for f in findings(text, scene=Measurements(BANDS, GOOD, {"leaf": whole}))
    ]


def test_wavelengths_without_a_claim_are_found_too() -> None:
    text = "Seen near 970 nm, it absorbs at 680 nm; seen. The lamp reaches 1.7 µm (1,2 to 1,3 um)."
    found = [(text[m.start : m.stop], m.low_nm, m.high_nm) for m in find_mentions(text, parse_claims(text))]
    assert ("680 nm", 680, 680) not in found
    assert ("1.7 µm", 1700, 1700) in found
    assert ("1,2 to 1,3 um", 1200, 1300) in found
    marked = {text[f.claim.start : f.claim.stop]: f.verdict for f in findings(text)}
    assert marked["1.7 µm"] == "outside"
    assert verdicts("Between 800 and 850 nm lies a laser.") == ["unchecked"]


@settings(max_examples=150, deadline=None)
@given(
    TEXTS,
    st.integers(0, 3),
    st.sampled_from([1.0, 0.37, None]),
    st.lists(st.floats(-0.1, 1.5), min_size=1, max_size=8),
    st.booleans(),
)
def test_any_text_on_any_spectrum_gives_findings(
    text: str, pixels: int, scale: float | None, values: list[float], gaps: bool
) -> None:
    bands = np.linspace(400.0, 1000.0, len(values))
    spectra = np.tile(np.array(values, np.float32), (max(pixels, 1), 1))
    if gaps:
        spectra[:, ::2] = np.nan
    own = ClassSpectra(pixels, spectra[0], spectra.std(0), spectra[:pixels])
    scene = Measurements(bands, np.ones(len(values), bool), {"it": own, "water": own}, scale)
    for found in check_text(text, "it", ["water"], scene):
        assert found.verdict in VERDICTS
        assert found.sentence.endswith(".")
        assert 0 <= found.claim.start < found.claim.stop <= len(text)
        assert "nan" not in found.sentence


def land_cover() -> ClassSet:
    known = {c.name: c for c in read_classes(resource("classes", "land_cover.json"))}
    chosen = ClassSet()
    for number, name in enumerate(samson.NAMES, 1):
        chosen = chosen.added(name).changed(number, descriptions=known[name].descriptions)
    return chosen


def samson_scene(folder: Path) -> tuple[Cube, IdArray, ClassSet]:
    cube = open_cube(folder / "samson" / "Samson.mat")
    cube = cube.with_(wavelengths=np.linspace(401.0, 889.0, cube.bands))
    return cube, samson.ground_truth(folder), land_cover()


def samson_measurements(cube: Cube, ids: IdArray, classes: ClassSet) -> Measurements:
    assert cube.wavelengths is not None
    spectra = run(class_spectra(cube, ids, classes))
    evidence = Evidence.on(expectations(classes), cube.wavelengths, cube.good_bands)
    assert evidence is not None
    return Measurements(
        cube.wavelengths,
        cube.good_bands,
        {classes[i].name: found for i, found in spectra.items()},
        evidence.scale(sample_of(cube)),
    )


def test_samson_supports_what_is_true_of_it(data_folder: Path) -> None:
    cube, ids, classes = samson_scene(data_folder)
    scene = samson_measurements(cube, ids, classes)

    def answers(name: str) -> dict[str, str]:
        (target,) = (c for c in classes if c.name == name)
        others = [n for n in classes.names if n != name]
        return {
            target.text[f.claim.start : f.claim.stop]: f.verdict
            for f in check_text(target.text, name, others, scene)
        }

    tree, soil, water = (answers(name) for name in ("tree", "soil", "water"))
    assert tree["670 nm"] == tree["550 nm"] == tree["800 nm 45 %"] == "supported"
    assert tree["red edge between 690 and 740 nm"] == "supported"
    assert tree["970"] == tree["1650 nm 22 %"] == "outside"
    assert soil["blue"] == soil["800 nm 27 %"] == "supported"
    assert water["infrared"] == "supported"
    assert water["450 nm 6 %"] == "contradicted"  # Samson's water is darker than open water


def test_what_was_measured_is_supported_and_denied_of_another_class(data_folder: Path) -> None:
    cube, ids, classes = samson_scene(data_folder)
    for class_id, paragraph in run(measured_descriptions(cube, ids, classes)).items():
        classes = classes.changed(class_id, descriptions=(paragraph,))
    scene = samson_measurements(cube, ids, classes)

    def counted(text: str, name: str) -> Counter[str]:
        others = [n for n in classes.names if n != name]
        found = check_text(text, name, others, scene)
        return Counter(f.verdict for f in found if f.kind != "mention")

    for one, other in zip(classes, [*classes.classes[1:], classes.classes[0]], strict=True):
        own = counted(one.text, one.name)
        assert set(own) == {"supported"}
        assert own["supported"] > 15
        assert counted(one.text, other.name)["contradicted"] >= 5
