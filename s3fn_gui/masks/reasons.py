"""In one sentence why an object is said to be of a class."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.voting import Verdict


def reason(one: Verdict | None) -> str:
    """Why, or "" where nobody has said anything."""
    if one is None:
        return ""
    if one.shown_unknown:
        guess = tr("; {class_name} would be a guess", class_name=one.class_name) if one.class_id else ""
        return tr("Unlike anything labelled (novelty {novelty:.1f}){guess}", novelty=one.novelty, guess=guess)
    if not one.class_id:
        unit = tr("classified pixels") if one.by == "pixels" else tr("valid patches")
        return tr("Not classified: too few {unit}", unit=unit)
    return f"{one.class_name}: {_told(one)}"


def _told(one: Verdict) -> str:
    votes = round(one.agreement * one.patches)
    if one.by == "defect" and one.defect is not None:
        return tr("defect with a probability of {share}", share=per_cent(one.defect, 0))
    if one.by == "model":
        return tr("probability {share}, from the model of whole objects", share=per_cent(one.probability, 0))
    if one.by == "pixels":
        return tr("{votes:,} of {patches:,} pixels of the map", votes=votes, patches=one.patches)
    return tr("{votes} of {patches} patches", votes=votes, patches=one.patches)
