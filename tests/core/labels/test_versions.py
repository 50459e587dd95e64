"""Earlier versions of descriptions."""

from __future__ import annotations

import json

import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.labels.versions import after_change, from_json, to_json


def test_versions_survive_json() -> None:
    earlier = (Description("Old.", "llm", "m at h", "p", "2024-01-01T00:00:00+00:00", locked=True),)
    before = ClassSet().added("soil").changed(1, descriptions=earlier)
    after = before.changed(1, descriptions=(Description("Brown."), Description("Wet.", "measured")))
    history = after_change(after_change({}, before, after), after, before)
    assert len(history[1]) == 2
    assert from_json(json.loads(json.dumps(to_json(history)))) == history


@pytest.mark.parametrize("record", [[1], {"x": []}, {"1": [["a", {"no": "text"}]]}, {"1": 3}])
def test_malformed_versions_are_refused(record: object) -> None:
    with pytest.raises(LabelError, match="earlier descriptions"):
        from_json(record)
