"""The command describe with the library of materials."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import ClassSet, Description, LabelClass, read_classes, write_classes

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    path = tmp_path / "classes.json"
    mine = Description("Tall. Expected reflectance: 450 nm 50 %, 550 nm 50 %, 800 nm 50 %.")
    rows = (
        LabelClass(1, "soil", "#aa3377"),
        LabelClass(2, "tree", "#4477aa", (mine,)),
        LabelClass(3, "cheese", "#228833"),
        LabelClass(4, "water", "#111111", (Description("Dark.", locked=True),)),
    )
    write_classes(ClassSet(rows), path)
    return path


def test_proposals_are_listed_and_nothing_is_written(classes: Path, capsys: Captured) -> None:
    out = classes.with_name("out.json")
    command = ["describe", "--classes", str(classes), "--source", "library"]
    assert run([*command, "--out", str(out), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    found = result["proposals"]
    assert len(result["nearest"]["cheese"]) == 5
    assert set(found) == {"soil", "tree", "cheese"}
    assert found["cheese"] == []
    first = found["tree"][0]
    assert (first["name"], first["collection"]) == ("deciduous tree canopy", "materials")
    assert first["word_for_word"]
    assert "public domain" in first["licence"]
    assert not out.exists()
    assert run(command) == 0
    assert "cheese, no material matches; the nearest are:" in capsys.readouterr().out


def test_first_proposals_are_taken_and_said_to_be_unconfirmed(classes: Path, capsys: Captured) -> None:
    out = classes.with_name("out.json")
    command = ["describe", "--classes", str(classes), "--source", "library", "--accept-first"]
    assert run([*command, "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "These matches were not confirmed" in said
    assert "cheese: no material matches, not described" in said
    written = read_classes(out)
    assert [d.source for d in written[2].descriptions] == ["user", "library"]
    assert written[2].descriptions[0].text == "Tall."
    assert written[2].text.count("Expected reflectance") == 1
    assert written[3].descriptions == ()
    assert written[4].descriptions == (Description("Dark.", locked=True),)


def test_a_cube_gives_the_range_and_a_warning(classes: Path, tmp_path: Path, capsys: Captured) -> None:
    counts = np.full((3, 4, 5), 900, np.int16)
    cube = write_envi(counts, tmp_path / "cube.hdr", np.linspace(430, 870, 5))
    out = classes.with_name("out.json")
    command = ["describe", "--classes", str(classes), "--source", "library", "--accept-first"]
    assert run([*command, "--cube", str(cube), "--out", str(out)]) == 0
    assert "does not hold reflectance" in capsys.readouterr().err
    assert "800 nm" in read_classes(out)[1].text
    assert "900 nm" not in read_classes(out)[1].text


def test_labels_order_the_proposals(tmp_path: Path, capsys: Captured) -> None:
    from s3fn_core.words.library.bundled import bundled

    conifer = next(e for e in bundled() if e.name == "conifer forest")
    waves = np.linspace(450, 2300, 60)
    cube = write_envi(np.tile(conifer.at(waves), (3, 4, 1)), tmp_path / "cube.hdr", waves)
    labels = tmp_path / "labels.npy"
    np.save(labels, np.ones((3, 4), np.uint8))
    path = tmp_path / "classes.json"
    write_classes(ClassSet((LabelClass(1, "woodland with spruce trees", "#aa3377"),)), path)
    more = ["--cube", str(cube), "--labels", str(labels), "--source", "library", "--json"]
    assert run(["describe", "--classes", str(path), *more]) == 0
    (found,) = json.loads(capsys.readouterr().out)["proposals"].values()
    place = [one["name"] for one in found].index("conifer forest")
    assert found[place]["angle"] < 0.5
    assert all(one["angle"] > 1 for i, one in enumerate(found) if i != place)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--source", "library", "--accept-first"], "Give --out"),
        (["--source", "measured", "--accept-first", "--out", "x.json"], "belongs to --source library"),
    ],
)
def test_wrong_arguments(classes: Path, capsys: Captured, more: list[str], message: str) -> None:
    assert run(["describe", "--classes", str(classes), *more]) == 2
    assert message in capsys.readouterr().err


def test_own_spectra_are_proposed_too(tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "cloths.csv"
    rows = ["wavelength (nm),blue felt", *(f"{nm},{20 + nm / 100:.1f}" for nm in range(400, 1001, 20))]
    own.write_text("\n".join(rows))
    path = tmp_path / "classes.json"
    write_classes(ClassSet((LabelClass(1, "blue felt", "#aa3377"),)), path)
    command = ["describe", "--classes", str(path), "--source", "library", "--library", str(own)]
    assert run([*command, "--json"]) == 0
    captured = capsys.readouterr()
    first = json.loads(captured.out)["proposals"]["blue felt"][0]
    assert (first["name"], first["collection"]) == ("blue felt", "cloths.csv")
    assert "taken for per cent" in captured.err
    out = tmp_path / "out.json"
    assert run([*command, "--accept-first", "--out", str(out)]) == 0
    assert "Expected reflectance: 430 nm 24" in read_classes(out)[1].text
    assert run([*command[:-1], str(tmp_path / "missing.csv")]) == 2
    assert "missing.csv" in capsys.readouterr().err
    assert run([*command, "--accept-first", "--out", str(own)]) == 2
