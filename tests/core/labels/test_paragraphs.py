"""Editing and replacing a description keeps authors and locks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.labels.classes import Description
from s3fn_core.labels.paragraphs import (
    Descriptions,
    edited,
    keeps_locked,
    paragraphs,
    replaced,
    same_text,
    spans,
    split,
)

letters = st.text("ab \n\t", max_size=12)
made = st.builds(
    Description,
    letters,
    st.sampled_from(["llm", "measured"]),
    created=st.just("2025-01-01"),
    locked=st.booleans(),
)
many = st.lists(made, max_size=5).map(tuple)
A, B = Description("one", "llm", "gpt"), Description("two", "measured")
LOCKED = Description("kept", "measured", locked=True)


def texts(descriptions: Descriptions) -> list[str]:
    return [d.text for d in descriptions]


@given(letters)
def test_spans_hold_all_that_is_no_blank(text: str) -> None:
    parts = [text[start:stop] for start, stop in spans(text)]
    assert parts == paragraphs(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part == part.strip() and "\n\n" not in part for part in parts)
    assert paragraphs("\n\n".join(parts)) == parts


def test_a_paragraph_keeps_its_author_until_it_is_changed() -> None:
    assert edited((A, B), "one\n\ntwo") == (A, B)
    changed = edited((A, B), "one\n\ntwo and more\n\n")
    assert changed[0] == A
    assert (changed[1].text, changed[1].source) == ("two and more", "user")
    assert changed[1].created is not None
    assert edited((A, B), "  \n\n") == ()


def test_lines_without_a_blank_one_between_are_one_paragraph() -> None:
    assert texts(edited((), "dark\nExpected reflectance: 500 nm 5 %\n \nwet")) == [
        "dark\nExpected reflectance: 500 nm 5 %",
        "wet",
    ]


def test_moved_paragraphs_keep_their_authors_and_undoing_by_hand_gives_them_back() -> None:
    assert edited((A, B), "two\n\none") == (B, A)
    typed = edited((A, B), "onex\n\ntwo")
    assert edited(typed, "one\n\ntwo", known=(A, B)) == (A, B)


def test_a_file_that_keeps_several_paragraphs_in_one() -> None:
    whole = Description("one\n\ntwo", "llm", "gpt", created="2025-01-01")
    assert edited((whole,), "one\n\ntwo") == (whole,)
    first, second = edited((whole,), "one\n\nthree")
    assert (first.text, first.source, first.created) == ("one", "llm", "2025-01-01")
    assert second.source == "user"


def test_locked_paragraphs_are_seen_to_change() -> None:
    before = (A, LOCKED, B)
    assert keeps_locked(before, edited(before, "one\n\nkept\n\nthree"))
    assert keeps_locked(before, edited(before, "kept\n\none"))
    assert not keeps_locked(before, edited(before, "one\n\nkept!\n\ntwo"))
    assert not keeps_locked(before, edited(before, "one\n\ntwo"))
    assert not keeps_locked(before, ())


def test_line_breaks_and_blanks_of_other_programs_change_no_author() -> None:
    theirs = Description("dark near 970\xa0nm\r\nwet", "llm", locked=True)
    before = (theirs, A)
    text = "\n\n".join(d.text for d in split(before))
    assert text == "dark near 970 nm\nwet\n\none"
    assert edited(before, text) is before
    after = edited(before, text + " more")
    assert (after[0].source, after[0].locked) == ("llm", True)
    assert keeps_locked(before, after)


def test_a_copy_of_a_locked_paragraph_is_free() -> None:
    assert [d.locked for d in edited((LOCKED,), "kept\n\nkept")] == [True, False]


def test_locked_paragraphs_stay_where_they_are() -> None:
    new = (Description("x", "llm"), Description("y", "llm"))
    assert texts(replaced((), new)) == ["x", "y"]
    assert texts(replaced((A, B), new[:1])) == ["x"]
    assert texts(replaced((A, LOCKED), new)) == ["x", "y", "kept"]
    assert texts(replaced((LOCKED, A), new)) == ["kept", "x", "y"]
    assert texts(replaced((A, LOCKED, B), new[:1])) == ["x", "kept"]
    assert texts(replaced((A, LOCKED, B), new)) == ["x", "kept", "y"]
    assert texts(replaced((LOCKED,), new)) == ["kept", "x", "y"]
    assert texts(replaced((LOCKED, A), ())) == ["kept"]
    assert texts(replaced((LOCKED, A), (Description("kept", "llm"),))) == ["kept", "one"]


@given(many, many)
def test_replacing_loses_no_locked_and_no_new_paragraph(old: Descriptions, new: Descriptions) -> None:
    result = replaced(old, new)
    locked = [d for d in split(old) if d.locked]
    assert keeps_locked(old, result)
    coming = [d for d in split(new) if d.text not in texts(tuple(locked))]
    if split(new) and not coming:
        assert result == old
        return
    assert [d for d in result if d in coming and d not in locked] == coming
    assert len(result) == len(locked) + len(coming)


@given(many, letters)
def test_what_is_edited_reads_as_it_was_typed(old: Descriptions, text: str) -> None:
    result = edited(old, text)
    assert texts(split(result)) == paragraphs(text)
    assert same_text(result, [Description(text)])
