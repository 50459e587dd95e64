"""In one sentence why an object is said to be of a class."""

from __future__ import annotations

from s3fn_core.quoting import per_cent
from s3fn_core.results.voting import Verdict


def reason(one: Verdict | None) -> str:
    """Why, or "" where nobody has said anything."""
    if one is None:
        return ""
    if one.shown_unknown:
        guess = f"; {one.class_name} would be a guess" if one.class_id else ""
        return f"Unlike anything labelled (novelty {one.novelty:.1f}){guess}"
    if not one.class_id:
        unit = "classified pixels" if one.by == "pixels" else "valid patches"
        return f"Not classified: too few {unit}"
    return f"{one.class_name}: {_told(one)}"


def _told(one: Verdict) -> str:
    votes = round(one.agreement * one.patches)
    if one.by == "defect" and one.defect is not None:
        return f"defect with a probability of {per_cent(one.defect, 0)}"
    if one.by == "model":
        return f"probability {per_cent(one.probability, 0)}, from the model of whole objects"
    if one.by == "pixels":
        return f"{votes:,} of {one.patches:,} pixels of the map"
    return f"{votes} of {one.patches} patches"
