"""Every link and picture of the pages leads somewhere, and every page is in the contents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.commands import DOCS, ROOT, pages

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(path: Path) -> set[str]:
    """The anchors that code hosts, the site and the help window give to the headings of a page."""
    heads = re.findall(
        r"^#+ (.+)$", _CODE.sub(lambda found: found[0].strip("`"), path.read_text("utf-8")), re.M
    )
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", path.read_text("utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_contents_once() -> None:
    listed = pages()
    assert sorted(listed) == sorted(DOCS.rglob("*.md"))


def test_every_picture_is_shown() -> None:
    text = "".join(path.read_text("utf-8") for path in PAGES)
    assert not [path.name for path in (DOCS / "pictures").iterdir() if f"pictures/{path.name}" not in text]
