from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import (
    MAX_CLASSES,
    ClassSet,
    Description,
    LabelClass,
    read_classes,
    write_classes,
)
from s3fn_core.labels.material_colours import _COLOURS, PALETTE

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
names = texts.filter(str.strip)
descriptions = st.builds(
    Description,
    texts,
    st.sampled_from(["user", "llm", "measured"]),
    st.none() | names,
    st.none() | texts,
    st.none() | st.just("2025-01-01T00:00:00+00:00"),
    st.booleans(),
)


@st.composite
def class_sets(draw: st.DrawFn) -> ClassSet:
    ids = draw(st.lists(st.integers(1, MAX_CLASSES), max_size=6, unique=True))
    unique = draw(st.lists(names, min_size=len(ids), max_size=len(ids), unique=True))
    colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
    paragraphs = st.lists(descriptions, max_size=3).map(tuple)
    pairs = zip(ids, unique, strict=True)
    return ClassSet(tuple(LabelClass(i, n, draw(colors), draw(paragraphs)) for i, n in pairs))


@given(class_sets())
def test_json_round_trip(classes: ClassSet) -> None:
    assert ClassSet.from_json(json.loads(json.dumps(classes.to_json()))) == classes


@given(class_sets(), names)
def test_added_class_is_new_and_last(classes: ClassSet, name: str) -> None:
    if name in classes.names:
        with pytest.raises(LabelError, match="unique"):
            classes.added(name)
        return
    more = classes.added(name)
    assert more.classes[:-1] == classes.classes
    assert more.ids[-1] not in classes.ids
    assert more.removed(more.ids[-1]) == classes


def test_file_round_trip(tmp_path: Path) -> None:
    classes = ClassSet().added("Boden").added("Wässer 水")
    classes = classes.changed(1, descriptions=(Description.now("Braun.", "llm", model="x"),))
    write_classes(classes, tmp_path / "classes.json")
    assert read_classes(tmp_path / "classes.json") == classes
    assert [file.name for file in tmp_path.iterdir()] == ["classes.json"]


def test_only_a_locked_paragraph_says_so_in_the_file() -> None:
    assert Description("a", locked=True).to_json() == {"text": "a", "source": "user", "locked": True}
    assert "locked" not in Description("a").to_json()
    assert not Description.from_json({"text": "a", "locked": "no"}).locked


def test_plain_strings_and_missing_colours_are_accepted() -> None:
    content = {"classes": [{"id": 4, "name": "soil", "descriptions": ["It is brown."]}]}
    (soil,) = ClassSet.from_json(content)
    assert soil.descriptions == (Description("It is brown."),)
    assert soil.color == PALETTE[0]


def test_colours_differ_as_long_as_the_palette_lasts() -> None:
    classes = ClassSet()
    for number in range(len(PALETTE)):
        classes = classes.added(f"class {number}")
    assert {c.color for c in classes} == set(PALETTE)
    assert classes[1].rgb == (0x44, 0x77, 0xAA)


def test_more_classes_than_a_byte_holds() -> None:
    classes = ClassSet(tuple(LabelClass(i, f"c{i}", "#000000") for i in range(1, MAX_CLASSES + 1)))
    with pytest.raises(LabelError, match="255 classes"):
        classes.added("one more")


def test_lookup_and_text() -> None:
    classes = ClassSet().added("a").added("b").added("c")
    classes = classes.changed(2, descriptions=(Description("One."), Description("Two.")))
    assert classes[2].text == "One.\n\nTwo."
    assert 2 in classes
    assert 9 not in classes
    with pytest.raises(KeyError):
        classes[9]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "not a class set"),
        ([{"id": 1, "name": "a"}], r"not a class set: it is not an object \{...\}; expected"),
        ({}, "classes"),
        ({"classes": 3}, "not a class set"),
        ({"classes": [3]}, "not a class set"),
        ({"classes": [{"name": "a"}]}, 'class 1 of the list has no "id"'),
        ({"classes": [{"id": 1, "name": "a", "descriptions": "wet"}]}, r"is not a list \[...\]"),
        ({"classes": [{"id": 1, "name": "a", "descriptions": [1]}]}, "a description is not an object"),
        ({"classes": [{"id": "x", "name": "a"}]}, "not a class set"),
        ({"classes": [{"id": 0, "name": "a"}]}, "1 to 255"),
        ({"classes": [{"id": 256, "name": "a"}]}, "1 to 255"),
        ({"classes": [{"id": 1, "name": " "}]}, "no name"),
        ({"classes": [{"id": 1, "name": "a", "color": "red"}]}, "colour"),
        ({"classes": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}, "share the id"),
        ({"classes": [{"id": 1, "name": "a"}, {"id": 2, "name": "a"}]}, "share the name"),
        ({"classes": [{"id": 1, "name": "a", "descriptions": [{"source": "llm"}]}]}, "text"),
        (
            {"classes": [{"id": 1, "name": "a", "descriptions": [{"text": "", "source": "me"}]}]},
            "user, llm, measured or library",
        ),
        ({"version": 2, "classes": []}, r"json: it has version 2"),
        ({"classes": [{"id": 1.5, "name": "a"}]}, "1.5, which is not a whole number"),
        ({"classes": [{"id": True, "name": "a"}]}, "True, which is not a whole number"),
        ({"classes": [{"id": 1e999, "name": "a"}]}, "not a class set"),
        ({"classes": [{"id": 1, "name": None}]}, '"name" of class 1 of the list is not text'),
        (
            {"classes": [{"id": 1, "name": "a", "descriptions": [{"text": None}]}]},
            '"text" of a description is not text',
        ),
        (
            {"classes": [{"id": 1, "name": "a", "descriptions": [{"text": "", "model": {}}]}]},
            '"model" of a description is not text',
        ),
    ],
)
def test_malformed_files_are_named(content: object, said: str, tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(LabelError, match=said) as caught:
        read_classes(path)
    assert str(path) in str(caught.value)


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    path, text = tmp_path / "classes.json", '{"classes": [{"id": 1.0, "name": "a\\ud800"}]}'
    path.write_text(text, "utf-8-sig")
    classes = read_classes(path)
    assert (classes.ids, classes.names) == ((1,), ("a\ufffd",))
    write_classes(classes, path)
    assert read_classes(path) == classes


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot be read"):
        read_classes(tmp_path / "nothing.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(LabelError, match="not JSON"):
        read_classes(tmp_path / "broken.json")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(LabelError, match="not JSON"):
        read_classes(tmp_path / "deep.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LabelError):
        read_classes(tmp_path / "binary.json")
    with pytest.raises(LabelError, match="cannot be written"):
        write_classes(ClassSet(), tmp_path / "no" / "folder" / "classes.json")


# Machado, Oliveira & Fernandes 2009, "A physiologically-based model for simulation of color vision
# deficiency", table 1, severity 1; applied to linear sRGB.
VISIONS = {
    "full": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_colours_differ_for_everybody(vision: str) -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab

    srgb = np.array([LabelClass(1, "a", colour).rgb for colour in PALETTE]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ VISIONS[vision].T, 0, 1)
    seen = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(seen[None])[0]
    apart = deltaE_ciede2000(lab[:, None], lab[None])
    np.fill_diagonal(apart, np.inf)
    assert apart[:6, :6].min() > 14
    assert apart[:10, :10].min() > 11
    assert apart.min() > 8


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("Water", "#4477aa"),
        ("dry grasses", "#cae0ab"),
        ("leaves", "#228833"),
        ("grass roof", "#aa3377"),
        ("bare soil 2", "#804c40"),
    ],
)
def test_a_new_class_has_the_colour_of_its_material(name: str, colour: str) -> None:
    assert ClassSet().added(name).classes[-1].color == colour


def test_a_class_gets_the_colour_of_what_it_is_found_to_be() -> None:
    classes = ClassSet().added("class 1").added("class 2").added("class 3", "#123456")
    leaf = ("Oak", "vegetation")
    first = classes.colored(1, *leaf)
    assert first[1].color == "#228833"
    assert first.colored(2, *leaf) == first  # a colour is given once
    assert first.colored(3, "water") == first  # somebody chose it
    assert first.colored(2, "thing") == first
    assert ClassSet().added("lichen", material="vegetation")[1].color == "#228833"


def test_a_colour_is_given_once_and_all_of_them_are_told_apart() -> None:
    classes = ClassSet.of("lake", "river", "unknown")
    assert [c.color for c in classes] == ["#4477aa", "#ee6677", "#228833"]
    assert set(_COLOURS.values()) <= set(PALETTE)  # whose colours differ for everybody, see above
    full = classes
    for number in range(len(PALETTE) - 3):
        full = full.added(f"class {number}")
    assert {c.color for c in full} == set(PALETTE)
