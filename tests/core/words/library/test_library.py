"""The library of materials: what it holds, what it proposes, what is taken from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.progress import run
from s3fn_core.resources import resource
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.expectation import expected_spectrum
from s3fn_core.words.library import bundled as shipped
from s3fn_core.words.library.bundled import MATERIALS, MINERALS, bundled
from s3fn_core.words.library.entries import KNOTS, Entry
from s3fn_core.words.library.fitting import Measured, fit
from s3fn_core.words.library.literal import folded
from s3fn_core.words.library.matching import Library, open_library, sentences
from s3fn_core.words.library.taking import likenesses, taken


@pytest.fixture(scope="module")
def library() -> Library:
    return run(open_library())


def material(name: str) -> Entry:
    return next(entry for entry in bundled() if entry.name == name and entry.collection == MATERIALS)


def class_of(name: str, text: str = "") -> LabelClass:
    return LabelClass(1, name, "#888888", (Description(text),) if text else ())


def names(library: Library, name: str, text: str = "") -> list[str]:
    return [one.entry.name for one in library.propose(class_of(name, text))]


def test_it_ships_as_one_small_file_with_its_licence() -> None:
    files = {path.name: path.stat().st_size for path in resource("library").iterdir()}
    assert set(files) == {"library.npz", "LICENSE.md"}
    assert files["library.npz"] < 1_000_000


def test_every_entry_says_where_it_comes_from() -> None:
    for entry in bundled():
        assert entry.name
        assert entry.source
        assert entry.licence
        assert entry.group
        assert entry.geometry in ("canopy", "leaf", "lab", "field", "image", "modelled")
        known = entry.reflectance[np.isfinite(entry.reflectance)]
        assert known.size > 20
        assert known.min() >= 0
        assert known.max() <= 1.6
        assert (entry.deviation is not None) <= (entry.count > 1)


def test_no_two_materials_share_a_name() -> None:
    all_names = [n.lower() for e in bundled() if e.collection == MATERIALS for n in e.names]
    assert len(set(all_names)) == len(all_names)


def test_a_damaged_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library.npz").write_bytes(b"PK not a library")
    monkeypatch.setattr(shipped, "resource", lambda *parts: tmp_path / "library.npz")
    with pytest.raises(WordsError, match=r"library\.npz cannot be read"):
        bundled.__wrapped__()


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("soil", "", "bare soil"),
        ("Trees", "", "deciduous tree canopy"),
        ("deep water", "", "lake or river water"),
        ("metal roof", "", "metal roof"),
        ("lawn", "short, healthy grass", "green grass"),
        ("class 3", "Short, healthy grass. Not a roof.", "green grass"),
    ],
)
def test_a_class_finds_its_material(library: Library, name: str, text: str, first: str) -> None:
    found = library.propose(class_of(name, text))
    assert found[0].entry.name == first
    assert 1 <= len(found) <= 5
    assert all(0 <= one.score <= 1 for one in found)


@pytest.mark.parametrize("name", ["cheese", "car", "plasma", "class 3", "unknown"])
def test_what_no_entry_is_near_stays_silent(library: Library, name: str) -> None:
    assert library.propose(class_of(name)) == ()


def test_a_mineral_is_found_by_its_name_only(library: Library) -> None:
    found = library.propose(class_of("alunite"))
    assert {one.entry.collection for one in found} == {MINERALS}
    assert all(one.literal for one in found)
    assert not any(one.entry.collection == MINERALS for one in library.propose(class_of("clay roof")))


def test_labels_change_the_order(library: Library) -> None:
    conifers = material("conifer forest")
    measured = Measured(
        conifers.wavelengths, conifers.reflectance, np.ones(len(conifers.wavelengths), bool), True
    )
    with_labels = library.propose(class_of("tree"), measured=measured)
    assert names(library, "tree").index("conifer forest") > 1
    assert [one.entry.name for one in with_labels].index("conifer forest") == 1
    assert all(one.fit is not None for one in with_labels)


def test_brightness_counts_only_of_reflectance() -> None:
    soil = material("bare soil")
    good = np.ones(len(soil.wavelengths), bool)
    dark = Measured(soil.wavelengths, soil.reflectance / 3, good, reflectance=True)
    relative = Measured(soil.wavelengths, soil.reflectance / 3, good, reflectance=False)
    there, shape = fit(soil, dark), fit(soil, relative)
    assert there is not None
    assert shape is not None
    assert there.angle == pytest.approx(0, abs=1e-3)
    assert there.level < -0.9
    assert shape.level == 0


def test_search_finds_words_in_all_collections(library: Library) -> None:
    found = library.search("grass")
    assert "grass" in found[0].words
    assert {one.entry.collection for one in found} >= {"materials", "spectra"}
    assert library.search("  ") == ()


def test_own_entries_are_found_like_ours() -> None:
    waves = np.linspace(400, 1000, 30)
    own = Entry("blue felt", "cloths.csv", "", "unknown", 1, "cloths.csv", "", waves, np.full(30, 0.2, "f4"))
    library = run(open_library([own]))
    assert library.propose(class_of("blue felt"))[0].entry is own


def test_what_is_taken_states_the_curve() -> None:
    entry = material("deciduous tree canopy")
    (one,) = taken((), entry, (450, 2000))
    assert one.source == "library"
    assert one.model is not None
    assert one.model.startswith("deciduous tree canopy in materials (")
    assert "public domain" in one.model
    expected = expected_spectrum(parse_claims(one.text))
    assert expected is not None
    inside = [nm for nm in KNOTS if 450 <= nm <= 2000]
    assert expected.wavelengths.tolist() == inside
    assert np.abs(expected.reflectance - entry.at(np.array(inside, float))).max() < 6e-4


def test_taking_replaces_lines_but_keeps_words_and_locks() -> None:
    line = "Expected reflectance: 450 nm 50 %, 550 nm 50 %, 650 nm 50 %."
    before = (Description(f"Tall trees. {line}", "llm", "m at h"), Description(line, locked=True))
    entry = material("deciduous tree canopy")
    once = taken(before, entry)
    assert [d.text for d in once[:2]] == ["Tall trees.", line]
    assert once[0].model == "m at h"
    twice = taken(once, material("conifer forest"))
    assert len(twice) == 3
    assert twice[2].text.startswith("Like conifer forest. Expected reflectance: 430 nm")


def test_a_curve_beside_the_cube_is_refused() -> None:
    with pytest.raises(WordsError, match="take another entry"):
        taken((), material("ripe fruit"), (1500, 2400))


def test_classes_that_curves_cannot_tell_apart_are_named() -> None:
    classes = ClassSet().added("oak").added("beech").added("water").added("sea")
    tree = material("deciduous tree canopy")
    chosen = {1: tree, 2: tree, 3: material("lake or river water"), 4: material("snow")}
    (warning,) = likenesses(chosen, classes)
    assert '"oak" and "beech" both take "deciduous tree canopy"' in warning


def test_sentences_leave_out_numbers_and_closing_lines() -> None:
    text = "Bare soil. 12 %!\nExpected reflectance: 450 nm 8 %, 550 nm 13 %, 650 nm 18 %. It is dry"
    assert sentences(text) == ["Bare soil.", "It is dry"]


def test_plurals_and_marks_do_not_matter() -> None:
    assert folded("Grass-Pasture, mowed roofs") == ("grass", "pasture", "mowed", "roof")


@given(st.sampled_from(bundled()), st.floats(300, 2600), st.floats(300, 2600))
def test_knots_lie_in_the_range_and_are_shares(entry: Entry, one: float, other: float) -> None:
    low, high = sorted((one, other))
    for nm, value in entry.knots((low, high)):
        assert low <= nm <= high
        assert 0 <= value <= 1
