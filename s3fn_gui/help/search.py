"""Search over all sections of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from s3fn_gui.help.pages import Manual, Section

MOST = 40  # hits that are listed
AROUND = 70  # characters of an excerpt before and behind the first word that was found
IN_PAGE, IN_HEADING, IN_TEXT = 30.0, 40.0, 20.0  # what a word counts there; in the text at most this much
LATER = 0.8  # a chapter counts this much of the one before: tasks come before development
OFTEN = 0.03  # of the characters of a text: a word that is as frequent counts in full


@dataclass(frozen=True)
class Hit:
    """A section in which all words of a search occur."""

    page: str
    anchor: str
    title: str
    excerpt: str

    def html(self, words: Iterable[re.Pattern[str]]) -> str:
        """A link and the excerpt, with the words of the search in bold."""
        excerpt = escape(self.excerpt)
        for word in words:
            excerpt = word.sub(r"<b>\g<0></b>", excerpt)
        return f'<p><a href="{self.page}#{self.anchor}">{escape(self.title)}</a><br>{excerpt}</p>'


def search(manual: Manual, query: str) -> list[Hit]:
    """Sections in which every word of `query` occurs, as it stands or as the beginning of one; best first."""
    words = query_words(query)
    if not words:
        return []
    found = []
    for number, chapter in enumerate(manual.contents):
        for page in chapter.pages:
            title = manual.title(page)
            worths = ((_worth(words, title, section), section) for section in manual.sections(page))
            found += [(worth * LATER**number, section, title) for worth, section in worths if worth]
    found.sort(key=lambda one: one[0], reverse=True)
    return [_hit(words, section, title) for _, section, title in found[:MOST]]


def query_words(query: str) -> list[re.Pattern[str]]:
    """What to look for: each word of a query, at the beginning of a word."""
    return [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in re.findall(r"\w+", query)]


def _worth(words: Iterable[re.Pattern[str]], title: str, section: Section) -> float:
    """How well a section fits; 0 where a word is missing."""
    total = 0.0
    text = f"{section.title} {section.text}"
    for word in words:
        share = _share(word, text)
        if not share:
            return 0
        in_heading = _share(word, section.title)
        total += IN_TEXT * min(1, share / OFTEN) + (IN_PAGE if word.search(title) else 0)
        total += IN_HEADING * (1 + in_heading) / 2 if in_heading else 0
    return total


def _share(word: re.Pattern[str], text: str) -> float:
    """Of the characters of a text, those that a word makes up."""
    return sum(map(len, word.findall(text))) / max(1, len(text))


def _hit(words: Iterable[re.Pattern[str]], section: Section, title: str) -> Hit:
    name = title if section.title == title else f"{title} › {section.title}"
    return Hit(section.page, section.anchor, name, _excerpt(words, section.text))


def _excerpt(words: Iterable[re.Pattern[str]], text: str) -> str:
    """The text around the first word of the search, cut between words."""
    first = next((found.start() for word in words if (found := word.search(text))), 0)
    begin = max(0, first - AROUND)
    end = min(len(text), first + AROUND)
    begin = text.find(" ", begin, first) + 1 if begin else 0
    cut = text.rfind(" ", first, end) if end < len(text) else end
    end = cut if cut > first else end
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
