"""How alike descriptions are, and which paragraph pulls which way."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.progress import run
from s3fn_core.words.similarity import similarity

TREE = "The crowns of trees: green leaves, chlorophyll, a steep red edge near 720 nm."
SOIL = "Dry bare soil, sand and clay, whose reflectance rises steadily with the wavelength."
WATER = "Open water of lakes, dark and smooth, absorbing nearly all near infrared light."


def classes(*paragraphs: tuple[str, ...]) -> ClassSet:
    names = ("tree", "soil", "water")
    return ClassSet(
        tuple(
            LabelClass(i + 1, names[i], "#4477aa", tuple(map(Description, texts)))
            for i, texts in enumerate(paragraphs)
        )
    )


def test_every_paragraph_pulls_towards_what_it_is_about() -> None:
    found = run(similarity(classes((TREE,), (SOIL,), (WATER, TREE))))
    assert [(p.class_id, p.number) for p in found.paragraphs] == [(1, 0), (2, 0), (3, 0), (3, 1)]
    assert [p.nearest for p in found.paragraphs] == [1, 2, 3, 1]
    assert [p.strays for p in found.paragraphs] == [False, False, False, True]
    assert found.paragraphs[3].text == TREE
    assert found.warnings == (
        'paragraph 2 of "water" is more like "tree"; say in it what sets the class apart',
    )


def test_pairs_that_say_the_same_are_found_in_the_plain_vectors() -> None:
    found = run(similarity(classes((TREE,), (SOIL,), (SOIL,))))
    assert [pair[:2] for pair in found.too_close] == [(2, 3)]
    np.testing.assert_allclose(np.diag(found.cosine), 1, atol=1e-5)
    np.testing.assert_allclose(found.centred[0, 1], -1, atol=1e-3)


def test_paragraphs_that_label_pooling_finds_nothing_in_are_left_out() -> None:
    found = run(similarity(classes(("A tree.", "Leaves."), ("Some soil.",)), pooling="label"))
    assert [(p.class_id, p.number) for p in found.paragraphs] == [(1, 0), (2, 0)]
