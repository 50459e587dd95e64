"""``s3fn library search``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_core.words.library.bundled import bundled

WAVES = np.linspace(420, 2400, 150)
KAOLINITE = next(entry for entry in bundled() if entry.title.startswith("Kaolinite CM9 BECK"))


def written(path: Path, factor: float = 1.0, name: str = "field clay") -> Path:
    return write_library(SpectralLibrary((name,), WAVES, KAOLINITE.at(WAVES)[None] * factor), path)


def test_a_spectrum_is_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "asked.csv")
    status = run(["library", "search", "--spectrum", str(path), "--range", "2000", "2300", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert status == 0
    assert (told["by"], told["range"]) == ("angle", [2000, 2300])
    (asked,) = told["spectra"]
    assert asked["name"] == "field clay"
    assert len(asked["matches"]) == 10
    first = asked["matches"][0]
    assert first["title"] == KAOLINITE.title
    assert first["angle"] < 0.5
    assert first["feature_fit"] > 0.99
    assert first["bands"] == ((WAVES >= 2000) & (WAVES <= 2300)).sum()
    assert first["licence"]


def test_own_libraries_and_folders_are_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "field"
    folder.mkdir()
    written(folder / "clay.csv", 100, "percent clay")
    own = written(tmp_path / "own.csv", 10_000, "whole clay")
    asked = written(tmp_path / "asked.csv")
    command = ["library", "search", "--spectrum", str(asked), "--library", str(folder), str(own)]
    assert run([*command, "--count", "3", "--by", "features"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert len(lines) == 2 + 3
    assert {" ".join(line.split()[:2]) for line in lines[2:4]} == {"percent clay", "whole clay"}
    assert "field: the values were taken for per cent" in told.err
    assert "own.csv: the values were taken for reflectance times 10,000" in told.err


def test_raw_counts_are_compared_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = written(tmp_path / "raw.csv", 60_000)
    assert run(["library", "search", "--spectrum", str(asked), "--count", "1"]) == 0
    told = capsys.readouterr()
    assert "kaolinite" in told.out
    assert "raw.csv does not hold reflectance" in told.err


def test_words_are_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = written(tmp_path / "own.csv")
    assert run(["library", "search", "field clay", "--library", str(own), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["matches"][0]["collection"] == "own.csv"
    assert run(["library", "search", "kaolinite", "--count", "4"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert run(["library", "search", "qqxqz"]) == 0
    assert "Nothing in the library" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "either a text, or a spectrum"),
        (["clay", "--range", "1", "2"], "--range belongs to --spectrum"),
        (["--spectrum", "nothing.csv"], "nothing.csv"),
        (["--spectrum", "asked.csv", "--range", "2000", "2010"], "choose a wider range"),
        (["clay", "--library", "counts.csv"], "no spectrum can be used"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "asked.csv")
    written(tmp_path / "counts.csv", 60_000)
    assert run(["library", "search", *arguments]) == 2
    assert message in capsys.readouterr().err
