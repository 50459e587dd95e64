"""Earlier descriptions are kept, whatever changes them, and undone with it."""

from __future__ import annotations

import pytest

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.labels.versions import KEPT_VERSIONS
from s3fn_gui.base import theme
from s3fn_gui.session import class_edits
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import describe_class, put_description, put_descriptions
from s3fn_gui.words.editor.versions_dialog import as_html


@pytest.fixture
def described(session: Session) -> Session:
    class_edits.add_class(session, "soil")
    class_edits.add_class(session, "water")
    session.select_class(1)
    put_description(session, 1, (Description.now("written", "llm"),), "Generate")
    return session


def earlier(session: Session, class_id: int = 1) -> list[str]:
    return ["|".join(d.text for d in v) for v in session.history.get(class_id, [])]


def test_an_earlier_description_stays_in_the_history(described: Session) -> None:
    assert earlier(described) == []
    put_description(described, 1, (Description("theirs", "llm"),), "Generate")
    assert earlier(described) == ["written"]
    described.undo_stack.undo()
    assert earlier(described) == []
    assert described.classes[1].text == "written"
    described.undo_stack.redo()
    assert earlier(described) == ["written"]


def test_what_is_typed_in_one_go_is_one_version(described: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3fn_gui.session.undo.MERGE_WITHIN_SECONDS", -1.0)  # every key is a step
    for text in ("d", "da", "dar"):
        describe_class(described, 1, text)
    assert earlier(described) == ["written"]
    described.select_class(2)
    described.select_class(1)
    describe_class(described, 1, "dark")
    assert earlier(described) == ["written", "dar"]
    described.saved(None)
    describe_class(described, 1, "darker")
    assert earlier(described) == ["written", "dar", "dark"]
    put_description(described, 1, (Description("theirs", "llm"),), "Generate")
    assert earlier(described) == ["written", "dar", "dark", "darker"]


def test_undoing_what_was_typed_undoes_its_version_too(described: Session) -> None:
    describe_class(described, 1, "d")
    describe_class(described, 1, "da")
    described.undo_stack.undo()
    assert described.classes[1].text == "written"
    assert earlier(described) == []
    describe_class(described, 1, "x")
    assert earlier(described) == ["written"]


def test_versions_are_bounded_and_none_is_kept_twice(described: Session) -> None:
    for number in range(KEPT_VERSIONS + 5):
        put_description(described, 1, (Description(f"text {number}"),), "Generate")
    assert len(described.history[1]) == KEPT_VERSIONS
    put_description(described, 1, (Description("text 9"),), "Generate")
    put_description(described, 1, (Description("last"),), "Generate")
    assert earlier(described).count("text 9") == 1
    assert earlier(described)[-1] == "text 9"


def test_several_classes_are_described_in_one_step_and_locks_hold(described: Session) -> None:
    lock = Description("kept", "measured", locked=True)
    described.push_classes(described.classes.changed(1, descriptions=(lock, Description("old"))), "Lock")
    new = {1: [Description("new", "llm")], 2: [Description("wet\n\ndeep", "llm")]}
    put_descriptions(described, new, "Generate all descriptions")
    assert described.classes[1].text == "kept\n\nnew"
    assert [d.text for d in described.classes[2].descriptions] == ["wet", "deep"]
    assert described.undo_stack.undoText() == "Generate all descriptions"
    described.undo_stack.undo()
    assert described.classes[2].text == ""


def test_a_locked_paragraph_is_not_typed_into(described: Session) -> None:
    lock = Description("kept", locked=True)
    described.push_classes(described.classes.changed(1, descriptions=(lock,)), "Lock")
    steps = described.undo_stack.count()
    assert not describe_class(described, 1, "kept!")
    assert not describe_class(described, 1, "")
    assert described.undo_stack.count() == steps
    assert describe_class(described, 1, "kept\n\nand more")
    assert described.classes[1].descriptions[0] == lock


def test_loading_classes_keeps_what_was_written(described: Session) -> None:
    theirs = ClassSet().added("soil").changed(1, descriptions=(Description("from a file"),))
    class_edits.import_classes(described, theirs, "classes.json")
    assert described.classes[1].text == "from a file"
    assert earlier(described) == ["written"]
    described.undo_stack.undo()
    assert earlier(described) == []


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_changes_can_be_read_without_colours_and_letters_mean_nothing(look: theme.Theme) -> None:
    made = as_html([("gone", "<b>"), ("new", "a & b\nc"), ("same", "<i>")], look)
    assert "line-through" in made
    assert "underline" in made
    assert look.error in made
    assert look.success_back in made
    assert "&lt;b&gt;" in made
    assert made.endswith("&lt;i&gt;")
    assert "a &amp; b<br>c" in made
