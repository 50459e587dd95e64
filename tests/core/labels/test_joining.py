"""Two class sets become one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.labels.joining import joined, renumbered

NAMES = ("soil", "Soil", "water", "ice", "class 1", "class 2", "3")


def classes(**ids: int) -> ClassSet:
    return ClassSet(tuple(LabelClass(i, name, "#123456") for name, i in ids.items()))


def pairs(found: ClassSet) -> list[tuple[int, str]]:
    return [(c.id, c.name) for c in found]


def test_names_decide_and_an_id_in_use_is_given_to_nobody_else() -> None:
    found = joined(classes(soil=1, water=2), classes(Water=1, sand=2, ice=3))
    assert found.mapping == {1: 2, 2: 4, 3: 3}
    assert pairs(found.classes) == [(2, "Water"), (4, "sand"), (3, "ice"), (1, "soil")]


def test_ids_that_were_imported_before_their_names_get_them() -> None:
    mine = ClassSet((LabelClass(1, "class 1", "#123456"), LabelClass(2, "Class 2", "#123456")))
    found = joined(mine, classes(soil=1, water=2))
    assert pairs(found.classes) == [(1, "soil"), (2, "water")]


def test_a_name_that_says_nothing_takes_none_away() -> None:
    mine, theirs = classes(soil=1), ClassSet((LabelClass(1, "class 1", "#654321"),))
    assert pairs(joined(mine, theirs).classes) == [(1, "soil")]


def test_ids_of_labels_that_are_not_on_show_are_left_alone() -> None:
    found = joined(ClassSet(), classes(soil=1, ice=2), taken=lambda i: i == 1)
    assert found.mapping == {1: 3, 2: 2}


def test_words_that_the_other_lacks_stay() -> None:
    mine = classes(soil=1).changed(1, descriptions=(Description("brown"),))
    assert joined(mine, classes(soil=5)).classes[1].text == "brown"
    theirs = classes(soil=5).changed(5, descriptions=(Description("dark"),))
    assert joined(mine, theirs).classes[1].text == "dark"


def test_too_many_classes_are_refused() -> None:
    many = ClassSet(tuple(LabelClass(i, f"a{i}", "#123456") for i in range(1, 256)))
    with pytest.raises(LabelError, match="more than 255"):
        joined(many, classes(soil=1))


sets = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(NAMES)),
    unique_by=(lambda c: c[0], lambda c: c[1]),
    max_size=6,
).map(lambda found: ClassSet(tuple(LabelClass(i, n, "#123456") for i, n in found)))


@settings(max_examples=300, deadline=None)
@given(sets, sets)
def test_no_id_comes_to_mean_something_else(mine: ClassSet, theirs: ClassSet) -> None:
    found = joined(mine, theirs)
    assert len(set(found.mapping.values())) == len(theirs)
    assert renumbered(theirs, found.mapping).ids == found.classes.ids[: len(theirs)]
    for own in mine:
        now = found.classes[own.id].name.casefold()
        assert now == own.name.casefold() or own.name.casefold() in (f"class {own.id}", f"{own.id}")
