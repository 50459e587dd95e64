"""Every text gets the values that its places name: one that lacks a value breaks where it is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from tests.pseudo import language

LANGUAGE = language()
GIVEN = {"plural": {"count"}, "error": {"path"}}
"""Values that a function puts in itself."""
UNCLEAR = re.compile(r"\w+_\d*|[a-oq-z]|all|ending|told|said|mend|set|sum|off|short|mine|theirs|verb")
"""Names of places that say nothing without the code; the p of a test has no better name."""
FOR_PROGRAMMERS = (
    "s3fn_core/checked.py",
    "s3fn_core/cli/",
    "s3fn_gui/shell/demo.py",
    "s3fn_gui/shell/self_test.py",
)


def wrong(call: ast.Call) -> str:
    """What is wrong with the values of a text; "" where nothing is, or where it is no text."""
    function = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = LANGUAGE.strings(call)
    given = {keyword.arg for keyword in call.keywords}
    if not texts or function == "kept" or None in given:
        return ""
    each = [{name for _, name, _, _ in Formatter().parse(text) if name is not None} for text in texts]
    places = set().union(*each)
    itself = GIVEN.get(function, set())
    if missing := places - given - itself:
        return f"no value for {sorted(missing)}"
    if unused := given - places:
        return f"nothing uses {sorted(map(str, unused))}"
    if function == "plural" and (len(each) == 1 or each[0] - itself != each[1] - itself):
        return "the texts differ in more than number"
    return ""


def calls() -> Iterator[tuple[str, ast.Call]]:
    yield from LANGUAGE.calls()


def test_every_text_gets_the_values_of_its_places() -> None:
    found = [f"{place}:{call.lineno}: {why}" for place, call in calls() if (why := wrong(call))]
    assert not found, "\n".join(found)


def test_translators_can_tell_what_stands_in_a_place() -> None:
    found = {
        f"{place}:{call.lineno}: {name}"
        for place, call in calls()
        for text in LANGUAGE.strings(call)
        for _, name, _, _ in Formatter().parse(text)
        if name is not None and UNCLEAR.fullmatch(name)
    }
    assert not found, "\n".join(sorted(found))


def test_errors_that_users_read_are_translated_with_values() -> None:
    """Nothing finds an f-string in a catalogue."""
    found = [
        f"{place}:{call.lineno}: {ast.unparse(call)}"
        for place, call in calls()
        if LANGUAGE.is_error(call) and call.args and isinstance(call.args[0], ast.JoinedStr)
        if not place.startswith(FOR_PROGRAMMERS)
    ]
    assert not found, "\n".join(found)


def test_no_text_is_used_alone_and_for_one_of_several_things() -> None:
    """A catalogue has one entry for both, in which older Pythons do not find the text alone."""
    texts = tuple(LANGUAGE.texts())
    assert not {text.one for text in texts if text.many} & {text.one for text in texts if not text.many}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ('tr("{name} has {count} bands", name=name)', "no value for ['count']"),
        ('CubeError("{path} is empty.", path=path, name=name)', "nothing uses ['name']"),
        ('plural("{count} band of {name}", "{count} bands", n)', "no value for ['name']"),
        ('plural("{count} band", "{count} bands", n)', ""),
        ('plural("One band", "{count} bands", n)', ""),
        ('plural("Band {name}", "{count} bands", n, name=a)', "the texts differ in more than number"),
        ('wanted.error("{path} has {count} bands", count=n)', ""),
        ('tr("{lines} lines", **size)', ""),
        ('log.error("%s", error)', ""),
    ],
)
def test_a_text_without_its_values_is_found(code: str, why: str) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert wrong(call) == why
