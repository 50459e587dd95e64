"""Texts of the program that a user may read, in one list, and words that they avoid.

``python -m tests.wording`` prints all of them with file and line, to be read through by an editor;
``python -m tests.wording --open [FOLDER]`` those that are not marked for translation.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import s3fn_core
import s3fn_gui

AVOIDED = {
    r"\banew\b": "again",
    r"\bon show\b": "shown",
    r"\bmeanwhile\b": "while that runs",
    r"\blearn(ed|s)? from\b(?! (held-out|labelled) )": "train on",
    r"\bflatter(s|ing)?\b": "too optimistic",
    r"\brightly\b": "correctly",
    r"(?<!there )\b(is|are) no (cube|model|file|map|project|number|table|label map)s?\b": "is not a ...",
    r"\b(lies?|put it) beside\b": "is next to",
    r"\bmend\b": "correct",
    r"\bof your own\b": "your",
    r"\bsays? nothing of\b": "does not describe",
    r"\bspeaks? (for|beside)\b": "supports, is combined with",
    r"\brivals?\b": "baseline",
    r"\bspeakers?\b": "member of the ensemble",
    r"\bhold(s|ing)? (it|them|this) against\b": "compare with",
    r"\bas the file says\b": "as stated in the file",
    r"\ball the same\b": "anyway",
    r"\boutside of\b": "outside",
    r"\bdouble click\b": "double-click",
    r"\bfits? to (its|the)\b": "fit its",
    r"\b(one|value) a (band|page|pixel)\b": "one per",
    r"\w\(s\)(?! address)": "plural(one, many, count)",
}
"""Words that read as translated, or that the field has another term for; what to write instead."""
CODE = re.compile(r"^[a-z0-9_.{}-]+$|[{}]\s*;|</\w+>|\\b|\(\?")
"""Ids, style sheets, markup and regular expressions."""
IDS = re.compile(r"^[\s\w.-]*\b\w+\.\w+\b[\s\w.-]*$")
"""Lists of commands, such as those of the menus."""


MARKS = ("tr", "plural", "error", "field_error", "kept")
"""Functions whose texts are translated; so are those of all errors."""


class Text(NamedTuple):
    """A text in the code, with ``{expression}`` for what is filled in; `marked` if it is translated."""

    path: Path
    line: int
    text: str
    marked: bool


def texts() -> Iterator[Text]:
    """What may be shown: strings with at least two words, or a single one that begins with a capital."""
    for package in (s3fn_gui, s3fn_core):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*.py")):
            for line, text, marked in _strings(ast.parse(path.read_text("utf-8")), marked=False):
                if _is_shown(text):
                    yield Text(path.relative_to(root.parent), line, text, marked)


def avoided(text: str) -> list[str]:
    """Why `text` should be written otherwise."""
    return [
        f"{found[0]!r}: {instead}"
        for pattern, instead in AVOIDED.items()
        if (found := re.search(pattern, re.sub(r"{[^}]*}", "{}", text), re.IGNORECASE))
    ]


def _is_shown(text: str) -> bool:
    if CODE.search(text) or IDS.match(text):
        return False
    return " " in text.strip() or bool(re.match(r"[A-Z][a-z]+…?$", text))


def _strings(node: ast.AST, *, marked: bool) -> Iterator[tuple[int, str, bool]]:
    """Strings below `node` that are not docstrings or other strings on their own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant):
            if isinstance(child.value, str):
                yield child.lineno, child.value, marked
        elif isinstance(child, ast.JoinedStr):
            yield child.lineno, "".join(map(_part, child.values)), False  # nothing finds it in a catalogue
            for part in child.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _strings(part, marked=False)
        elif isinstance(child, ast.Call):
            name = getattr(child.func, "id", getattr(child.func, "attr", ""))
            yield from _strings(
                child, marked=name in MARKS or (name.endswith("Error") and not hasattr(builtins, name))
            )
        else:
            yield from _strings(child, marked=marked)


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return f"{{{ast.unparse(value.value)}}}" if isinstance(value, ast.FormattedValue) else ""


if __name__ == "__main__":
    wanted = [argument for argument in sys.argv[1:] if argument != "--open"]
    for one in texts():
        if "--open" in sys.argv and (one.marked or not str(one.path).startswith(tuple(wanted) or "")):
            continue
        print(f"{one.path}:{one.line}: {one.text!r}")
