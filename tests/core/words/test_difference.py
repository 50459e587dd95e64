"""Word-level differences between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.words.difference import difference

texts = st.text("ab ,.\n5", max_size=30)


@given(texts, texts)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(text for kind, text in pieces if kind != "gone") == after
    old = "".join(text for kind, text in pieces if kind != "new")
    assert old.split() == before.split() or "".join(old.split()) == "".join(before.split())
    assert all(text for _, text in pieces)


def test_words_numbers_and_signs_are_told_apart() -> None:
    pieces = difference("Dips near 970 nm, deep.", "Dips near 0.97 nm, deep!")
    assert [(kind, text.strip()) for kind, text in pieces] == [
        ("same", "Dips near"),
        ("gone", "970"),
        ("new", "0.97"),
        ("same", "nm, deep"),
        ("gone", "."),
        ("new", "!"),
    ]


def test_a_paragraph_that_goes_takes_its_blank_line_along() -> None:
    assert difference("dark\n\nwet", "dark") == [("same", "dark"), ("gone", "\n\nwet")]
    assert difference("dark", "dark\n\nwet") == [("same", "dark"), ("new", "\n\nwet")]


def test_a_lone_word_between_two_changes_is_part_of_the_change() -> None:
    pieces = difference("all of this here was old text", "all of that there was new text now")
    assert [kind for kind, _ in pieces] == ["same", "gone", "new"]


def test_equal_texts_have_no_difference() -> None:
    assert difference("one\n\ntwo", "one\n\ntwo") == [("same", "one\n\ntwo")]
    assert difference("", "") == []
