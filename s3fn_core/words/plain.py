"""What a language model answered, as plain text."""

from __future__ import annotations

import re

BREAKS = {"softbreak": "\n", "hardbreak": "\n"}


def plain_text(answer: str) -> str:
    """An answer without Markdown, HTML and the reasoning some models think aloud.

    It is one paragraph, whatever the model made of it: its blocks are lines.  Links leave their
    text and pictures their caption, so nothing of it leads anywhere.
    """
    from markdown_it import MarkdownIt

    answer = re.sub(r"<think>.*?(</think>|\Z)", "", answer, flags=re.DOTALL)
    blocks = []
    for token in MarkdownIt("commonmark").parse(answer):
        if token.type == "inline":
            blocks.append(
                "".join(
                    BREAKS.get(part.type, part.content)
                    for part in token.children or []
                    if part.type != "html_inline"
                )
            )
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content)
    lines = (line.strip() for block in blocks for line in _printable(block).splitlines())
    return "\n".join(line for line in lines if line)


def _printable(text: str) -> str:
    """Without control characters: some turn the direction of writing, or end a file early."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
