"""Earlier versions of the descriptions, kept whenever a text changes as part of that undo step."""

from __future__ import annotations

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.paragraphs import Descriptions, same_text

History = dict[int, list[Descriptions]]
KEPT_VERSIONS = 20


def kept(versions: list[Descriptions], more: Descriptions) -> list[Descriptions]:
    """With one version more at the end; the oldest ones go, and none is kept twice."""
    return [*(v for v in versions if not same_text(v, more)), more][-KEPT_VERSIONS:]


def after_change(history: History, before: ClassSet, after: ClassSet) -> History:
    """The history once `before` became `after`: an id that was free may mean another class now."""
    result = {i: versions for i, versions in history.items() if i in before and i in after}
    for c in before:
        if (
            c.id in after
            and c.descriptions
            and not same_text(c.descriptions, after[c.id].descriptions)
        ):
            result[c.id] = kept(result.get(c.id, []), c.descriptions)
    return result
