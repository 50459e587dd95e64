from __future__ import annotations

import re
from dataclasses import replace

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.words import prompts
from s3fn_core.words.prompts import PLACEHOLDERS, PROMPT_NAMES, fill, load_prompt


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_template_asks_for_the_closing_line_and_fills(name: str) -> None:
    template = load_prompt(name)
    assert "Expected reflectance:" in template.user
    used = set(re.findall(r"\{(\w+)\}", template.system + template.user))
    assert used == set(PLACEHOLDERS)
    messages = fill(template, label="ripe {kiwi}", other_labels=["unripe"], range_nm=(397.7, 1004))
    text = "\n".join(message["content"] for message in messages)
    assert [message["role"] for message in messages] == ["system", "user"]
    assert '"ripe {kiwi}"' in text  # a value is never filled again
    assert "398 to 1004 nm" in text
    assert template.domain in text


def test_unknown_placeholder_is_named() -> None:
    template = replace(load_prompt("general"), user="Describe {lable}.")
    with pytest.raises(WordsError, match=r"\{lable\}.*\{label\}"):
        fill(template, label="soil")


@pytest.mark.parametrize("name", ["nonsense", "../classes/fruit", ""])
def test_unknown_template(name: str) -> None:
    with pytest.raises(WordsError, match="general, fruit"):
        load_prompt(name)


@pytest.mark.parametrize("content", ["{", "[]", '{"domain": "x", "system": "y"}',
                                     '{"domain": "x", "system": "y", "user": 3}'])  # fmt: skip
def test_malformed_template(content: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "general.json"
    path.write_text(content, "utf-8")
    monkeypatch.setattr(prompts, "resource", lambda *parts: path)
    with pytest.raises(WordsError, match="malformed"):
        load_prompt("general")
