"""Where the findings of a checked text stand in the editor."""

from __future__ import annotations

from collections.abc import Iterable

from s3fn_core.words.check.findings import Finding
from s3fn_gui.words.marks import Mark


def marks_in(findings: Iterable[Finding], checked: str, shown: str) -> list[Mark]:
    """Marks for an editor that shows the text that was checked; none if it shows another one.

    The texts may differ in their blank lines.
    """
    checked_at = [i for i, c in enumerate(checked) if not c.isspace()]
    shown_at = [i for i, c in enumerate(shown) if not c.isspace()]
    same = [checked[i] for i in checked_at] == [shown[i] for i in shown_at]
    if not same:
        return []
    number = {place: k for k, place in enumerate(checked_at)}
    marks = []
    for found in findings:
        inside = [i for i in range(found.claim.start, found.claim.stop) if i in number]
        if inside:
            start, stop = (shown_at[number[i]] for i in (inside[0], inside[-1]))
            tip = f"{found.verdict.replace('unchecked', 'not checkable').capitalize()}. "
            marks.append(Mark(start, stop + 1, found.verdict, tip + found.sentence))
    return marks
