"""A description as its paragraphs: one text in the editor, an author and a lock for each part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from s3fn_core.labels.classes import Description

Descriptions = tuple[Description, ...]


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a text start and stop; blank lines separate them."""
    start = 0
    for gap in (*re.finditer(r"\n\s*\n", text), None):
        stop = len(text) if gap is None else gap.start()
        part = text[start:stop]
        if part.strip():
            yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
        start = stop if gap is None else gap.end()


def paragraphs(text: str) -> list[str]:
    """The non-empty paragraphs of a text; blank lines separate them."""
    return [text[start:stop] for start, stop in spans(text)]


def plain(text: str) -> str:
    """The text as an editor gives it back: one kind of line break, blanks that are only blanks."""
    return re.sub("\r\n|[\r\u2028\u2029]", "\n", text).replace("\xa0", " ")


def split(descriptions: Iterable[Description]) -> Descriptions:
    """One description for each paragraph, also where a file keeps several in one."""
    return tuple(replace(d, text=part) for d in descriptions for part in paragraphs(plain(d.text)))


def same_text(one: Iterable[Description], other: Iterable[Description]) -> bool:
    """Whether two descriptions read the same, whoever wrote them."""
    return [d.text for d in split(one)] == [d.text for d in split(other)]


def edited(before: Descriptions, text: str, known: Iterable[Description] = ()) -> Descriptions:
    """The paragraphs of `text`; those that were there before keep their author and their lock.

    One that is in `known` (earlier versions) gets its author back, any other one is the user's.
    """
    old, new = split(before), paragraphs(text)
    if [d.text for d in old] == new:
        return before
    left = list(old)
    earlier = {d.text: d for d in (*split(known), *old)}

    def author_of(part: str) -> Description:
        if (place := next((i for i, d in enumerate(left) if d.text == part), None)) is not None:
            return left.pop(place)
        if part in earlier:
            return replace(earlier[part], locked=False)
        return Description.now(part)

    return tuple(map(author_of, new))


def keeps_locked(before: Descriptions, after: Descriptions) -> bool:
    """Whether every locked paragraph is still there as it was."""
    return Counter(d for d in split(before) if d.locked) <= Counter(split(after))


def replaced(before: Descriptions, new: Iterable[Description]) -> Descriptions:
    """Paragraphs of `new` in the place of those that are not locked.

    Locked ones stay where they are.  What is left over follows the last free place.  Where all
    that is new is locked already, nothing has to go for it.

    >>> old = (Description("a"), Description("kept", locked=True))
    >>> [d.text for d in replaced(old, [Description("b"), Description("c")])]
    ['b', 'c', 'kept']
    """
    old = split(before)
    locked = {d.text for d in old if d.locked}
    found = split(new)
    coming = [d for d in found if d.text not in locked]
    if found and not coming:
        return before
    free = [place for place, d in enumerate(old) if not d.locked]
    result: list[Description] = []
    for place, paragraph in enumerate(old):
        if paragraph.locked:
            result.append(paragraph)
        elif place == free[-1]:
            result += coming
            coming = []
        elif coming:
            result.append(coming.pop(0))
    return (*result, *coming)
