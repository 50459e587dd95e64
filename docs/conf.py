"""Sphinx builds the pages of this folder as one site: ``make docs``.

The pages are plain Markdown, which code hosts and the help window show as well.
"""

import re

from sphinx.application import Sphinx

project = "S3FN"
author = "S3FN contributors"
extensions = ["myst_parser"]
myst_heading_anchors = 4
exclude_patterns = ["_site"]
html_theme = "furo"
html_title = "S3FN"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "default"
_LINK = re.compile(r"^- \[[^\]]+\]\(([^)]+)\.md\)", re.MULTILINE)


def _add_contents(_: Sphinx, name: str, source: list[str]) -> None:
    """The lists of index.md are also the contents at the side of every page."""
    if name != "index":
        return
    for section in re.split(r"^## ", source[0], flags=re.MULTILINE)[1:]:
        pages = "\n".join(_LINK.findall(section))
        caption = section.splitlines()[0]
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_contents)
