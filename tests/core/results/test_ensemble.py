"""The members of the ensemble, as tables show them."""

from __future__ import annotations

from s3fn_core.model.experts.fitting import RECIPES
from s3fn_core.results.ensemble import Member, members_of


def record(name: str, share: float, oa: float | None = 0.9) -> dict[str, object]:
    return {"name": name, "share": share, "oa": oa}


def test_weights_are_shares_of_all_the_largest_first() -> None:
    metrics = {"speakers": [record("network", 0.5), record("discriminant", 1.0, None), record("words", 0.5)]}
    assert members_of(metrics) == (
        Member("LDA: spectrum", 0.5, None),
        Member("Network", 0.25, 0.9),
        Member("Words", 0.25, 0.9),
    )


def test_every_expert_is_named_by_its_kind_and_what_it_looks_at() -> None:
    told = {one.name for one in members_of({"speakers": [record(r.name, r.share) for r in RECIPES]})}
    assert len(told) == len(RECIPES)
    assert {"Logistic: shape, even noise, 3 x 3", "LDA: shape", "LDA: spectrum, 7 x 7"} <= told


def test_models_that_name_nobody_and_those_that_nobody_spoke_in() -> None:
    assert members_of({}) == ()
    assert [one.weight for one in members_of({"speakers": [record("network", 0.0)]})] == [0.0]
