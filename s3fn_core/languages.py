"""Texts in the user's language.

A text is written in English where it is used, as ``tr("{count} pixels of {name}", count=n, name=name)``.
Another language is one file, ``LANGUAGE.mo`` in ``resources/languages`` or in the user's own folder; what it
lacks stays English.  `Contributing <../docs/contributing.md>`_ says how it is made.

Texts of modules are made when these are imported: :func:`use` comes before that.  Processes that are
started later use the same language.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import appdirs

from s3fn_core.resources import resource

VARIABLE = "S3FN_LANGUAGE"
"""Names the language of the command line and the library, which speak English without it."""
ENGLISH = "en"


def tr(text: str, /, **values: object) -> str:
    """`text` in the language in use, with `values` in its ``{places}``."""
    found = _now().gettext(text) if text else text  # "" is the head of the file
    return _filled(found, text, values) if values else found


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """The text for `count` things, which is ``{count}`` in it: `one` in English for 1, else `many`."""
    return _filled(_now().ngettext(one, many, count), one if count == 1 else many, {"count": count, **values})


@contextmanager
def english() -> Iterator[None]:
    """Speak English in this thread, for what goes into a file that programs read."""
    before = _in_english.set(True)
    try:
        yield
    finally:
        _in_english.reset(before)


def _now() -> NullTranslations:
    return _NONE if _in_english.get() else _texts


def kept(text: str, /) -> str:
    """A text that files keep in English, which :func:`shown` translates for their readers."""
    return text


def shown(text: str, known: Sequence[str]) -> str:
    """A text out of a file in the language in use: one of the texts `known`, with values in its places.

    What is none of them stays as it is; so do names and numbers among the values.
    """
    for template in known:
        if found := _pattern(template).fullmatch(text):
            return tr(template, **{place: shown(value, known) for place, value in found.groupdict().items()})
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a text looks like that was made of `template`, which has a place no more than once."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL)


def _filled(found: str, english: str, values: Mapping[str, object]) -> str:
    """A text with its values; the English one where a translation has a place that is not there."""
    try:
        return found.format(**values)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return english.format(**values)


def folders() -> tuple[Path, ...]:
    """Where the files of languages are looked for; the user's come first."""
    return Path(appdirs.user_config_dir("s3fn")) / "languages", resource("languages")


def available() -> tuple[str, ...]:
    """Codes of the languages that there are, such as "de" or "pt_BR"; English first."""
    found = {path.stem for folder in folders() for path in folder.glob("*.mo")}
    return ENGLISH, *sorted(found - {ENGLISH})


def chosen(wanted: str) -> str:
    """The language that there is for one such as "de_AT" or "de-AT": "de_AT", else "de", else "en"."""
    code = wanted.split(".")[0].replace("-", "_")
    return next((one for one in (code, code.split("_")[0]) if one in available()), ENGLISH)


def use(language: str) -> None:
    """Show texts in a language of :func:`available` from here on."""
    global _texts
    os.environ[VARIABLE] = language
    _texts = _read(language)


def current() -> str:
    """The language in use."""
    return chosen(os.environ.get(VARIABLE, ENGLISH))


def _read(language: str) -> NullTranslations:
    """The texts of a language; English where there is no file of it, or one that is damaged."""
    for path in (folder / f"{language}.mo" for folder in folders()):
        try:
            with path.open("rb") as stream:
                return GNUTranslations(stream)
        except (OSError, ValueError, struct.error):
            continue
    return NullTranslations()


_NONE = NullTranslations()
_in_english = ContextVar("in_english", default=False)
_texts = _read(current())
