"""Texts in another language, from a file of gettext."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError

from s3fn_core import languages
from s3fn_core.cubes.facts import SpectralFacts
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import kept, plural, shown, tr
from s3fn_core.words.fact_table import fact_rows, write_facts
from tests.pseudo import language


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's folder of languages; English is used again at the end."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(languages.VARIABLE, languages.ENGLISH)
    made = tmp_path / "s3fn" / "languages"
    made.mkdir(parents=True)
    yield made
    languages.use(languages.ENGLISH)


def write(path: Path, texts: dict[str | tuple[str, str], str | tuple[str, ...]]) -> None:
    catalogue = Catalog(locale=path.stem, charset="utf-8", fuzzy=False)
    for text, translation in texts.items():
        catalogue.add(text, translation)
    with path.open("wb") as stream:
        write_mo(stream, catalogue)


def test_a_text_is_translated_with_its_values(folder: Path) -> None:
    write(folder / "de.mo", {"{name} has {count} bands": "{count} Bänder in {name}"})
    assert tr("{name} has {count} bands", name="scene", count=3) == "scene has 3 bands"
    languages.use("de")
    assert tr("{name} has {count} bands", name="scene", count=3) == "3 Bänder in scene"
    assert tr("Not in the file") == "Not in the file"
    assert tr("") == ""  # the head of the file has this name


def test_a_language_has_its_own_plurals(folder: Path) -> None:
    objects = ("{count} object of {name}", "{count} objects of {name}")
    write(
        folder / "pl.mo",
        {objects: ("{count} obiekt {name}", "{count} obiekty {name}", "{count} obiektów {name}")},
    )
    assert [plural(*objects, n, name="a") for n in (0, 1, 2)] == [
        "0 objects of a",
        "1 object of a",
        "2 objects of a",
    ]
    languages.use("pl")
    assert [plural(*objects, n, name="a") for n in (1, 2, 5)] == ["1 obiekt a", "2 obiekty a", "5 obiektów a"]


def test_a_text_of_a_file_is_shown_in_the_language_of_its_reader(folder: Path) -> None:
    texts = kept("{folds} folds of {units}"), kept("whole {things}"), kept("cubes")
    write(
        folder / "de.mo",
        {texts[0]: "{folds} Teile aus {units}", texts[1]: "ganzen {things}", "cubes": "Würfeln"},
    )
    assert shown("5 folds of whole cubes", texts) == "5 folds of whole cubes"
    languages.use("de")
    assert shown("5 folds of whole cubes", texts) == "5 Teile aus ganzen Würfeln"
    assert shown("5 folds of plum {A}", texts) == "5 Teile aus plum {A}"
    assert shown("by hand", texts) == "by hand"


def test_an_error_is_translated_and_survives_another_process(folder: Path) -> None:
    write(folder / "de.mo", {"{path} is empty": "{path} ist leer"})
    languages.use("de")
    error = CubeError("{path} is empty", path="a{b}.img")
    assert str(error) == "a{b}.img ist leer"
    assert str(pickle.loads(pickle.dumps(error))) == "a{b}.img ist leer"


def test_files_are_written_in_english(folder: Path, tmp_path: Path) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("levels", "slopes", "absorptions", "peaks", "contrasts", "knots"), ()
    )
    facts = SpectralFacts(
        pixels=4, range_nm=None, factor=1.0, level=0.2, variation=None, red_edge_nm=None, **nothing
    )
    classes = ClassSet.of("soil")
    write(folder / "de.mo", {"Reflectance": "Reflexionsgrad", "all bands": "alle Bänder"})
    languages.use("de")
    assert fact_rows(facts, classes)[0].fact == "Reflexionsgrad"
    lines = write_facts({1: facts}, classes, tmp_path / "facts.csv").read_text("utf-8").splitlines()
    assert lines == ["Class,Pixels,Fact,Where,Value", "soil,4,Reflectance,all bands,20.0 %"]
    assert fact_rows(facts, classes)[0].fact == "Reflexionsgrad"  # the window goes on


@pytest.mark.parametrize("wrong", ["{nmae} ist leer", "{0} ist leer", "{name ist leer", "{name:d} ist leer"])
def test_a_translation_with_a_wrong_place_stays_english(folder: Path, wrong: str) -> None:
    write(folder / "de.mo", {"{name} is empty": wrong})
    languages.use("de")
    assert tr("{name} is empty", name="scene") == "scene is empty"


@pytest.mark.parametrize("content", [b"", b"no catalogue", b"\xde\x12\x04\x95" + bytes(10)])
def test_a_damaged_file_stays_english(folder: Path, content: bytes) -> None:
    (folder / "de.mo").write_bytes(content)
    languages.use("de")
    assert tr("Open cube") == "Open cube"


def test_the_language_of_a_region_falls_back(folder: Path) -> None:
    for name in ("de", "pt_BR"):
        write(folder / f"{name}.mo", {})
    assert languages.available() == ("en", "de", "pt_BR")
    wanted = {
        "de_AT": "de",
        "de-CH": "de",
        "de": "de",
        "pt_BR": "pt_BR",
        "pt_PT": "en",
        "fr": "en",
        "C": "en",
        "": "en",
    }
    assert {code: languages.chosen(code) for code in wanted} == wanted


def test_a_catalogue_is_renewed_and_keeps_what_is_translated(tmp_path: Path) -> None:
    program = language()
    renewed = program.renew("de", tmp_path)
    assert len(renewed) > 3000
    known = next(message for message in renewed if message.id == "Open cube…")
    source = (tmp_path / "de.po").read_text("utf-8")
    assert not known.string
    at = source.index('msgid "Open cube…"')
    (tmp_path / "de.po").write_text(
        source[:at] + source[at:].replace('msgstr ""', 'msgstr "Würfel öffnen…"', 1), "utf-8"
    )
    again = program.renew("de", tmp_path)
    assert next(message.string for message in again if message.id == "Open cube…") == "Würfel öffnen…"
    assert (tmp_path / "de.mo").stat().st_size > 0


def test_a_damaged_file_of_a_translator_stays_as_it_is(tmp_path: Path) -> None:
    damaged = b'<<<<<<< HEAD\nmsgid "Open cube"\nmsgstr "W\xc3\xbcrfel"\n'
    (tmp_path / "de.po").write_bytes(damaged)
    with pytest.raises(PoFileError):
        language().renew("de", tmp_path)
    assert (tmp_path / "de.po").read_bytes() == damaged
