"""The pages of the documentation as the window reads them, without a window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from s3fn_gui.help.pages import INDEX, Manual, slug
from s3fn_gui.help.places import OF_DIALOGS, OF_PANELS, OF_WORKSPACES, START
from s3fn_gui.help.search import MOST, search
from s3fn_gui.help.state import HelpState


@pytest.fixture(scope="module")
def manual() -> Manual:
    return Manual()


@pytest.fixture
def small(tmp_path: Path) -> Manual:
    """Three pages, one in a folder."""
    (tmp_path / "more").mkdir()
    (tmp_path / INDEX).write_text(
        "# All\n\n## First\n\n- [A](a.md)\n- [Gone](gone.md)\n\n## Second\n\n- [B](more/b.md)\n"
    )
    table = "| one | two |\n|---|---|\n| ![left](l.png) | `x < y` |\n"
    code = "```bash\n# no heading\nrun <it>\n```\n"
    (tmp_path / "a.md").write_text(
        f"# A page\n\nwords\n\n## The `Part` & 2 %\n\n{table}\n{code}\n![all](a.png)\n"
    )
    (tmp_path / "more" / "b.md").write_text(
        "# B page\n\n**Novelty** (new): a word, as in [A](../a.md#part).\n"
    )
    return Manual(tmp_path)


def test_contents_sections_and_titles(small: Manual) -> None:
    assert [(chapter.title, chapter.pages) for chapter in small.contents] == [
        ("First", ("a.md",)),
        ("Second", ("more/b.md",)),
    ]
    assert [(s.title, s.anchor) for s in small.sections("a.md")] == [
        ("A page", ""),
        ("The Part & 2 %", "the-part--2-"),
    ]
    term = small.sections("more/b.md")[1]
    assert (term.title, term.anchor, term.text) == ("Novelty", "novelty", "(new): a word, as in A.")


def test_a_page_as_html_has_anchors_pictures_and_no_markup_of_its_own(small: Manual) -> None:
    page = small.html("a.md")
    assert '<h2><a name="the-part--2-"></a>The <code>Part</code> &amp; 2 %</h2>' in page
    assert '<img src="l.png#2"' in page  # shares the width with another column
    assert '<p class="picture"><a href="a.png"><img src="a.png" alt="all"></a>' in page
    assert "<pre># no heading\nrun &lt;it&gt;</pre>" in page
    assert '<a name="novelty"></a><strong>Novelty' in small.html("more/b.md")


def test_links_lead_to_pages_or_elsewhere(small: Manual) -> None:
    assert small.resolve("more/b.md", "../a.md#part") == ("a.md", "part")
    assert small.resolve("a.md", "#part") == ("a.md", "part")
    assert small.resolve("a.md", "a.png")[0] == ""
    assert small.resolve("a.md", "../../secret.md")[0] == ""


def test_a_search_finds_sections_with_all_words_best_first(small: Manual) -> None:
    assert [hit.title for hit in search(small, "novel")] == ["B page › Novelty"]
    assert [hit.page for hit in search(small, "page")] == ["a.md", "more/b.md"]
    assert search(small, "novelty unheard") == []
    assert search(small, " ") == []
    hit = search(small, "WORDS")[0]
    assert (hit.page, hit.anchor, hit.excerpt) == ("a.md", "", "words")


def test_a_search_of_the_real_pages(manual: Manual) -> None:
    assert search(manual, "novelty")[0].title == "Glossary › Novelty"
    assert search(manual, "otsu")[0].page == "glossary.md"
    assert search(manual, "saturation")[0].page == "calibrate.md"
    assert len(search(manual, "a")) == MOST
    for hit in search(manual, "held out label"):
        assert len(hit.excerpt) < 200


def test_every_link_of_every_page_leads_to_a_section(manual: Manual) -> None:
    for page in manual.pages:
        for link in re.findall(r'<a href="([^"]+)"', manual.html(page)):
            if not link.startswith("http"):
                target, anchor = manual.resolve(page, link)
                if target:
                    known = {section.anchor for section in manual.sections(target)}
                    assert anchor in known | {slug(manual.title(target))}, f"{page}: {link}"
                else:
                    assert ((manual.folder / page).parent / link).exists(), f"{page}: {link}"


@pytest.mark.parametrize(
    "place", sorted({START, *OF_PANELS.values(), *OF_WORKSPACES.values(), *OF_DIALOGS.values()})
)
def test_every_place_exists(manual: Manual, place: str) -> None:
    page, _, anchor = place.partition("#")
    assert anchor in {section.anchor for section in manual.sections(page)}


def test_back_and_forward(small: Manual) -> None:
    state = HelpState(manual=small)
    state.go("a.md")
    state.go("a.md")  # again is no other visit
    state.go("more/b.md", "novelty")
    state.back()
    assert state.visit.page == "a.md"
    assert state.can_go_back
    assert state.can_go_forward
    state.forward()
    assert (state.visit.page, state.visit.anchor) == ("more/b.md", "novelty")
    state.back()
    state.back()
    state.go("more/b.md")  # what was ahead is forgotten
    assert not state.can_go_forward
    state.back()
    assert state.visit.page == INDEX
    assert not state.can_go_back
