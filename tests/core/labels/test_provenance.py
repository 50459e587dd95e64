"""Where a description comes from, in words."""

from __future__ import annotations

from s3fn_core.labels.classes import Description
from s3fn_core.labels.provenance import moment, provenance, sources, tip

FILED = Description("Picked early.")


def test_what_a_file_holds_without_a_date_was_not_written_here() -> None:
    assert sources([FILED]) == "from a file"
    assert tip(FILED) == "From a file that names no author"
    assert sources([Description.now("mine")]) == "by you"
    assert "unlocked" not in tip(Description.now("A dip of 8 % at 676 nm.", "measured"))
    assert "Locked" in tip(Description("x", locked=True))
    assert moment(Description("x", created="last summer")) == "last summer"
    two = (FILED, Description("one word", "llm", "m at h", created="2025-03-04T05:06:07+00:00"))
    assert provenance(two) == "4 words from a file and by m at h, 2025-03-04"
