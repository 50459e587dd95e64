"""The pages of the documentation as they are on disk: contents, sections, and HTML for a text browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.resources import manual

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

INDEX = "index.md"
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
_TERM = re.compile(r"^(?:- )?\*\*([^*\n]{2,40})\*\*", re.MULTILINE)
_LINK = re.compile(r"^- \[[^\]]+\]\(([^)]+\.md)\)", re.MULTILINE)
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_PICTURE = re.compile(r'(<img src="[^"]+)')
_PLAIN = (
    (re.compile(r"^```\w*$|^\|?[-| ]+\|$", re.MULTILINE), ""),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\\([|*])"), r"\1"),
    (re.compile(r"[`*]|^#+ |^> ", re.MULTILINE), ""),
    (re.compile(r"\s*\|\s*"), "  "),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Section:
    """A heading of a page, or a term in bold that begins a paragraph, and the plain text up to the next one.

    `anchor` is "" for what the page begins with.
    """

    page: str
    title: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """A heading of the contents and its pages."""

    title: str
    pages: tuple[str, ...]


class Manual:
    """All pages below a folder, by their names relative to it; nothing is read before it is asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or manual()
        self._sources: dict[str, str] = {}
        self._sections: dict[str, tuple[Section, ...]] = {}

    @cached_property
    def contents(self) -> tuple[Chapter, ...]:
        """The lists of links of the index; pages that were not installed are left out."""
        parts = re.split(r"^## ", self.source(INDEX), flags=re.MULTILINE)[1:]
        listed = ((part.splitlines()[0], _LINK.findall(part)) for part in parts)
        return tuple(
            Chapter(title, tuple(page for page in pages if (self.folder / page).is_file()))
            for title, pages in listed
        )

    @property
    def pages(self) -> tuple[str, ...]:
        """All pages in the order of the contents, the index first."""
        return (INDEX, *(page for chapter in self.contents for page in chapter.pages))

    def source(self, page: str) -> str:
        """The Markdown text of a page."""
        if page not in self._sources:
            self._sources[page] = (self.folder / page).read_text("utf-8")
        return self._sources[page]

    def title(self, page: str) -> str:
        """The first heading of a page."""
        return self.sections(page)[0].title

    def sections(self, page: str) -> tuple[Section, ...]:
        """The sections of a page, in order."""
        if page not in self._sections:
            self._sections[page] = tuple(_sections(page, self.source(page)))
        return self._sections[page]

    def html(self, page: str) -> str:
        """A page as HTML; headings have anchors, and pictures lead to their files."""
        return _TABLE.sub(_narrow_pictures, str(_markdown().render(self.source(page))))

    def resolve(self, page: str, link: str) -> tuple[str, str]:
        """Page and anchor that a link of a page leads to; the page is "" where that is none of ours."""
        name, _, anchor = link.partition("#")
        if not name:
            return page, anchor
        path = (self.folder / page).parent / name
        try:
            target = path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return "", anchor
        return (target if target in self.pages else ""), anchor


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", plain(heading).lower()).replace(" ", "-")


def plain(text: str) -> str:
    """Markdown without its marks, in one line."""
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    return text.strip()


def _sections(page: str, source: str) -> list[Section]:
    fences = [found.span() for found in _FENCE.finditer(source)]
    marks = [*_HEADING.finditer(source), *_TERM.finditer(source)]
    heads = sorted(
        (mark for mark in marks if not any(a <= mark.start() < b for a, b in fences)),
        key=lambda mark: mark.start(),
    )
    ends = [*(head.start() for head in heads[1:]), len(source)]
    return [
        Section(
            page,
            plain(head[1]),
            slug(head[1]) if number else "",
            plain(source[head.end() : end]).lstrip(":. "),
        )
        for number, (head, end) in enumerate(zip(heads, ends, strict=True))
    ]


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # the window starts without it

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in (
        ("heading_open", _heading),
        ("paragraph_open", _paragraph),
        ("image", _image),
        ("table_open", _table),
        ("fence", _code),
        ("code_block", _code),
    ):
        parser.add_render_rule(name, rule)
    return parser


def _heading(_: RendererHTML, tokens: Sequence[Token], i: int, *__: object) -> str:
    return f'<{tokens[i].tag}><a name="{slug(tokens[i + 1].content)}"></a>'


def _paragraph(_: RendererHTML, tokens: Sequence[Token], i: int, *__: object) -> str:
    """As always, with an anchor for a term that it begins with, and without line spacing for a picture."""
    content = tokens[i + 1].content
    term = _TERM.match(content)
    anchor = f'<a name="{slug(term[1])}"></a>' if term else ""
    kind = ' class="picture"' if content.startswith("![") else ""
    return anchor if tokens[i].hidden else f"<p{kind}>{anchor}"


def _image(_: RendererHTML, tokens: Sequence[Token], i: int, *__: object) -> str:
    source = tokens[i].attrGet("src")
    return f'<a href="{source}"><img src="{source}" alt="{escape(tokens[i].content)}"></a>'


def _table(*_: object) -> str:
    return '<table cellspacing="0" cellpadding="5">\n'


def _code(_: RendererHTML, tokens: Sequence[Token], i: int, *__: object) -> str:
    """Qt knows no padding of a block, but one of a cell."""
    text = escape(tokens[i].content.rstrip())
    return f'<table class="code" width="100%" cellpadding="8"><tr><td><pre>{text}</pre></td></tr></table>'


def _narrow_pictures(table: re.Match[str]) -> str:
    """Pictures of a table say among how many columns they share the width: ``x.png#2``."""
    columns = len(re.findall("<th[ >]", table[0]))
    return _PICTURE.sub(rf"\1#{columns}", table[0])
