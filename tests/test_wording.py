"""Texts read as a technical writer would put them; see tests/wording.py."""

from __future__ import annotations

import re

import pytest

from tests.wording import avoided, texts

SENTENCE = re.compile(r"[A-Z]\w*( [\w{}(),.'’-]+){2,}")
TERMINAL = {
    f"s3fn_gui/{name}.py"
    for name in ("app", "base/screen", "base/system_libraries", "shell/demo", "shell/self_test")
}
"""What prints in a terminal, in English like the command line."""


def test_no_text_of_the_program_uses_a_word_that_is_avoided() -> None:
    found = [
        f"{one.path}:{one.line}: {avoided(one.text)} in {one.text!r}" for one in texts() if avoided(one.text)
    ]
    assert not found, "\n".join(found)


def test_every_sentence_of_the_window_can_be_translated() -> None:
    found = [
        f"{one.path}:{one.line}: {one.text!r}"
        for one in texts()
        if not one.marked and one.path.parts[0] == "s3fn_gui" and str(one.path) not in TERMINAL
        if SENTENCE.match(one.text)
    ]
    assert not found, "\n".join(found)


def test_the_list_has_the_texts_of_menus_messages_and_commands() -> None:
    known = {one.text for one in texts()}
    assert {"Export map…", "Classes and descriptions."} <= known
    assert any("{path} does not exist" in text for text in known)


@pytest.mark.parametrize(
    "text",
    ["Train the map anew", "What the model learned from", "This is no cube", "It lies beside the header"],
)
def test_texts_that_read_as_translated_are_found(text: str) -> None:
    assert avoided(text)


@pytest.mark.parametrize(
    "text", ["There is no map yet.", "{mend} {rival.title}", "learned from labelled objects"]
)
def test_plain_texts_are_not(text: str) -> None:
    assert not avoided(text)
