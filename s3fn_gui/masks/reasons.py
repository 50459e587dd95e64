"""In one sentence why an object is said to be of a class, or unknown."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.voting import Verdict

UNKNOWN_TEXT = tr("unknown")
"""In the place of a class; files call it by `UNKNOWN` of the core."""


def reason(one: Verdict | None) -> str:
    """Why, or "" where nobody has said anything."""
    if one is None:
        return ""
    if one.shown_unknown and one.class_id:
        return tr(
            "Unlike anything labelled (novelty {novelty:.1f}); {name} would be a guess",
            novelty=one.novelty,
            name=one.class_name,
        )
    if one.shown_unknown:
        return tr("Unlike anything labelled (novelty {novelty:.1f})", novelty=one.novelty)
    if one.class_id:
        return f"{one.class_name}: {_told(one)}"
    if one.by == "pixels":
        return tr("Not classified: too few classified pixels")
    return tr("Not classified: too few valid patches")


def _told(one: Verdict) -> str:
    votes = round(one.agreement * one.patches)
    if one.by == "defect" and one.defect is not None:
        return tr("defect with a probability of {share}", share=per_cent(one.defect, 0))
    if one.by == "model":
        return tr("probability {share}, from the model of whole objects", share=per_cent(one.probability, 0))
    if one.by == "pixels":
        return tr("{votes:,} of {patches:,} pixels of the map", votes=votes, patches=one.patches)
    return tr("{votes} of {patches} patches", votes=votes, patches=one.patches)
