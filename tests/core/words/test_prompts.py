from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.words import prompts
from s3fn_core.words.prompts import (
    PLACEHOLDERS,
    PROMPT_NAMES,
    PromptTemplate,
    default_prompt,
    fill,
    is_own,
    load_prompt,
    prompt_for,
    prompt_names,
    reset_prompt,
    save_prompt,
)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of the test's own."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


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


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "[" * 100_000, '{"domain": "x", "system": "y"}', '{"domain": "x", "system": "y", "user": 3}'],
)
def test_malformed_template(content: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "general.json"
    path.write_text(content, "utf-8")
    monkeypatch.setattr(prompts, "resource", lambda *parts: path)
    with pytest.raises(WordsError, match="malformed"):
        load_prompt("general")


OWN = PromptTemplate("fruit", "the taste of fruit", "You taste {domain}.", "Taste {label}.")


def test_own_template_goes_before_the_default_until_it_is_reset(config: Path) -> None:
    save_prompt(OWN)
    assert load_prompt("fruit") == OWN
    assert is_own("fruit")
    assert default_prompt("fruit") != OWN
    assert prompt_for("fruit") == OWN
    assert [path.name for path in (config / "s3fn" / "prompts").iterdir()] == ["fruit.json"]
    reset_prompt("fruit")
    assert load_prompt("fruit") == default_prompt("fruit")
    reset_prompt("fruit")  # there is nothing to reset


def test_a_template_may_be_added(config: Path) -> None:
    assert prompt_names() == PROMPT_NAMES
    save_prompt(replace(OWN, name="Käse"))
    assert prompt_names() == (*PROMPT_NAMES, "Käse")
    assert prompt_for("Käse").user == OWN.user
    assert prompt_for("gone").name == "general"
    with pytest.raises(WordsError, match="Käse"):
        load_prompt("gone")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"user": "Describe {lable} and {label}."}, "{lable}"),
        ({"system": "You know {all}."}, "{all}"),
        ({"user": "Describe it."}, r"put \{label\} into it"),
        ({"name": "../x"}, "cannot be the name"),
    ],
)
def test_a_template_that_cannot_work_is_not_kept(config: Path, changes: dict[str, str], said: str) -> None:
    save_prompt(OWN)
    with pytest.raises(WordsError, match=said):
        save_prompt(replace(OWN, **changes))
    assert load_prompt("fruit") == OWN


def test_a_damaged_template_of_the_user_is_named_with_the_mend(config: Path) -> None:
    save_prompt(OWN)
    path = config / "s3fn" / "prompts" / "fruit.json"
    path.write_text("{")
    with pytest.raises(WordsError, match=r"fruit\.json is malformed.*Reset it"):
        prompt_for("fruit")
    reset_prompt("fruit")
    assert prompt_for("fruit") == default_prompt("fruit")
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(WordsError, match="malformed"):
        load_prompt("fruit")


def test_a_folder_that_cannot_be_written_is_told(config: Path) -> None:
    (config / "s3fn").parent.mkdir(parents=True, exist_ok=True)
    (config / "s3fn").write_text("in the way")
    with pytest.raises(WordsError, match="cannot be written"):
        save_prompt(OWN)
