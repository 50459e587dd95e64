"""Make or renew a translation: ``python packaging/language.py de``.

Writes ``resources/languages/de.po`` with every text of the program, keeping what is translated, and
``de.mo``, which the program reads.  Edit the first with a text editor or Poedit, and run this again.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from s3fn_core.files import whole_file

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("s3fn_core", "s3fn_gui")
FOLDER = ROOT / "resources" / "languages"
WORDS = {"tr": 0, "plural": 0, "error": 0, "field_error": 1, "kept": 0}
"""Functions that take a text, and which of their arguments it is; so do our errors, as the first."""


class Text(NamedTuple):
    """A text in the code; `many` is that for several things, "" where there is none."""

    place: str
    line: int
    one: str
    many: str = ""


def texts() -> Iterator[Text]:
    """Every text that can be translated."""
    for place, call in calls():
        if found := strings(call):
            yield Text(place, call.lineno, *found)
    for path in sorted(ROOT.glob("s3fn_*/**/*.j2")):
        for line, _, text in extract_from_ast(Environment().parse(path.read_text("utf-8")), ("tr",)):
            yield Text(path.relative_to(ROOT).as_posix(), line, text if isinstance(text, str) else text[0])


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code, with the file that it is in."""
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT).as_posix(), node


def is_error(call: ast.Call) -> bool:
    """Whether it makes an error of ours, which users read."""
    name = _name(call)
    return name.endswith("Error") and not hasattr(builtins, name)


def strings(call: ast.Call) -> list[str]:
    """The texts that a call translates: none, one, or those for one thing and for several."""
    name = _name(call)
    first = WORDS.get(name, 0 if is_error(call) else None)
    if first is None or ast.unparse(call.func).startswith("log."):
        return []
    arguments = call.args[first : first + (2 if name == "plural" else 1)]
    return [
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
    ]


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def catalogue() -> Catalog:
    """All texts, none of them translated."""
    found = Catalog(project="S3FN", charset="utf-8", fuzzy=False)
    for text in texts():
        found.add((text.one, text.many) if text.many else text.one, locations=[(text.place, text.line)])
    return found


def renew(language: str, folder: Path = FOLDER) -> Catalog:
    """The texts of a language, with what was translated before; writes both files.

    Raises
    ------
    PoFileError
        When the file of the translator is damaged, which then stays as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{language}.po"
    known = Catalog(locale=language, project="S3FN", charset="utf-8", fuzzy=False)
    if source.exists():
        with source.open("rb") as stream:
            known = read_po(stream, locale=language, abort_invalid=True)
    known.update(catalogue())
    with whole_file(source) as temporary, temporary.open("wb") as stream:
        write_po(stream, known, width=100, ignore_obsolete=True)
    with whole_file(source.with_suffix(".mo")) as temporary, temporary.open("wb") as stream:
        write_mo(stream, known)
    return known


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name one language, such as de or pt_BR.")
    try:
        made = renew(sys.argv[1])
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        sys.exit(f"resources/languages/{sys.argv[1]}.po: {error}")
    open_ = sum(1 for message in made if message.id and not (message.string and all(message.string)))
    print(f"resources/languages/{sys.argv[1]}.po: {len(made)} texts, {open_} not yet translated")
