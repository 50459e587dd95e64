"""What a language model answered, as plain text."""

from __future__ import annotations

import re
from html import unescape

from s3fn_core.words.thoughts import spoken

BREAKS = {"softbreak": "\n", "hardbreak": "\n"}
THOUGHTS = re.compile(r"think|thought|reason|analysis", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def plain_text(answer: str) -> str:
    """An answer without Markdown, HTML and the reasoning some models think aloud.

    It is one paragraph, whatever the model made of it: its blocks are lines.  Links leave their
    text and pictures their caption, so nothing of it leads anywhere.
    """
    from markdown_it import MarkdownIt

    blocks = []
    for token in MarkdownIt("commonmark").parse(spoken(answer)):
        if token.type == "inline":
            blocks.append(
                "".join(
                    BREAKS.get(part.type, part.content)
                    for part in token.children or []
                    if part.type != "html_inline"
                )
            )
        elif token.type in ("fence", "code_block"):
            if not THOUGHTS.match(token.info.strip()):
                blocks.append(token.content)
        elif token.type == "html_block":
            blocks.append(unescape(TAG.sub("", token.content)))
    lines = (line.strip() for block in blocks for line in _printable(block).splitlines())
    return "\n".join(line for line in lines if line)


def _printable(text: str) -> str:
    """Without control characters: some turn the direction of writing, or end a file early.

    Spaces of any width are spaces: models like to set narrow ones before units.
    """
    spaced = (" " if c.isspace() and c not in "\n\t" else c for c in text)
    return "".join(c for c in spaced if c.isprintable() or c in "\n\t")
