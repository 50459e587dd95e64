"""Earlier versions of the descriptions, kept whenever a text changes as part of that undo step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
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
        if c.id in after and c.descriptions and not same_text(c.descriptions, after[c.id].descriptions):
            result[c.id] = kept(result.get(c.id, []), c.descriptions)
    return result


def merged(history: History, before: ClassSet, after: LabelClass, gone: Iterable[int]) -> History:
    """The history once the classes `gone` are part of `after`: their versions belong to it."""
    gone = tuple(gone)
    result = {i: list(versions) for i, versions in history.items() if i not in gone}
    versions = result.setdefault(after.id, [])
    for i in gone:
        versions += [*history.get(i, []), before[i].descriptions]
    versions[:] = [v for v in dict.fromkeys(versions) if v and v != after.descriptions]
    del versions[:-KEPT_VERSIONS]
    return result


def to_json(history: History) -> dict[str, Any]:
    """Plain values for the project's settings."""
    return {
        str(class_id): [[d.to_json() for d in version] for version in versions]
        for class_id, versions in history.items()
    }


def from_json(record: Any) -> History:
    """Read what :func:`to_json` gave; raises LabelError on anything else."""
    try:
        return {
            int(class_id): [tuple(map(Description.from_json, version)) for version in versions]
            for class_id, versions in record.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise LabelError(
            "The earlier descriptions in this project are malformed ({error}) and were not loaded; "
            "the descriptions themselves are there.",
            error=error,
        ) from error
