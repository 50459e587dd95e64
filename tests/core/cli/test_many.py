"""Many cubes on the command line: folders with bad files, processes that are killed."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import appdirs
import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.labels.classes import read_classes, write_classes
from s3fn_core.model.checkpoint import save_model
from tests.core.cli.test_cli import Captured, error_of
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes, truth


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(appdirs, "user_cache_dir", lambda *_, **__: folder)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """scans/ with cubes, two of one name, and what is none; model.s3fn of random weights."""
    lab = tmp_path_factory.mktemp("lab")
    for seed, name in enumerate(("day1/scan", "day2/scan", "day2/other", "day2/last")):
        path = lab / "scans" / f"{name}.hdr"
        path.parent.mkdir(parents=True, exist_ok=True)
        cube = stripes(24, 20, seed)
        write_envi(cube.read(), path, cube.wavelengths)
    save_model(untrained(small("pixel"), cube, classes()), lab / "m.s3fn")
    (lab / "scans" / "notes.txt").write_text("no cube")
    return lab


@pytest.fixture
def bad(lab: Path, tmp_path: Path) -> Path:
    """A folder with a good cube, a truncated one, and a text that is called a header."""
    for end in (".hdr", ".img"):
        content = (lab / f"scans/day1/scan{end}").read_bytes()
        (tmp_path / f"good{end}").write_bytes(content)
        (tmp_path / f"cut{end}").write_bytes(content if end == ".hdr" else content[:50])
    (tmp_path / "text.hdr").write_text("this is no header")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def predict(lab: Path, cubes: Path | str, out: Path, *more: str) -> list[str]:
    return ["predict", f"{lab}/m.s3fn", str(cubes), "--out", str(out), "--format", "npy", "csv", *more]


def summary(out: Path) -> dict[str, dict[str, str]]:
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_bad_files_of_a_folder_are_named_and_passed_over(lab: Path, bad: Path, capsys: Captured) -> None:
    out = bad / "maps"
    assert run(predict(lab, bad, out, "--json")) == 3
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert [cube["name"] for cube in told["cubes"]] == ["good"]
    assert {one["name"] for one in told["failed"]} == {"cut", "text"}
    lines = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    assert [(line["name"], line["status"], line["of"]) for line in lines] == [
        ("cut", "failed", 3),
        ("good", "done", 3),
        ("text", "failed", 3),
    ]
    rows = summary(out)
    assert {name: row["status"] for name, row in rows.items()} == {
        "cut": "failed",
        "good": "done",
        "text": "failed",
    }
    assert all(f"{name}." in rows[name]["message"] for name in ("cut", "text"))
    pixels = [int(row["pixels"]) for row in told["cubes"][0]["areas"]]
    assert [int(rows["good"][f"{name}: pixels"]) for name in ("rising", "dipped")] == pixels
    assert run(predict(lab, bad, out)) == 3
    said = capsys.readouterr()
    assert "good: done earlier" in said.err
    assert "1 of 3 cubes done, 1 of them by an earlier run; 2 not done" in said.out
    (bad / "good.hdr").unlink()
    (bad / "good.img").unlink()
    assert "No cube was done" in error_of_last(capsys, predict(lab, bad, out))


def error_of_last(capsys: Captured, arguments: list[str]) -> str:
    """The last line on stderr of a command that fails."""
    assert run(arguments) == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_several_workers_write_the_same_bytes(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert run(predict(lab, lab / "scans", tmp_path / "two", "--workers", "2")) == 0
    assert run(predict(lab, lab / "scans", tmp_path / "one")) == 0
    two, one = contents(tmp_path / "two"), contents(tmp_path / "one")
    assert two == one
    assert one["day1/scan_classes.npy"] != one["day2/scan_classes.npy"]


def test_a_place_that_takes_no_files_is_told_at_once(lab: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("mine")
    said = error_of(capsys, predict(lab, lab / "scans", tmp_path / "file"))
    assert f"{tmp_path}/file cannot be created" in said
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o555)
    said = error_of(capsys, predict(lab, lab / "scans", tmp_path / "sub"))
    assert "cannot be created" in said


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Raw scans with references beside them; one lacks its own."""
    truth = np.random.default_rng(0).uniform(0.1, 0.9, (6, 5, 4))
    waves = np.linspace(400, 1000, 4)
    for name, white in (("a", 3000), ("b", 2000)):
        raw = np.round(100 + truth * (white - 100)).astype(np.uint16)
        folder = tmp_path / "raw" / name
        folder.mkdir(parents=True)
        write_envi(raw, folder / "scan.hdr", waves)
        write_envi(np.full((3, 5, 4), white, np.uint16), folder / "WHITEREF_scan.hdr", waves)
        write_envi(np.full((3, 5, 4), 100, np.uint16), folder / "DARKREF_scan.hdr", waves)
    (tmp_path / "raw" / "c").mkdir()
    write_envi(raw, tmp_path / "raw" / "c" / "alone.hdr", waves)
    np.save(tmp_path / "truth.npy", truth)
    return tmp_path


def test_each_cube_is_calibrated_by_its_own_references(counts: Path, capsys: Captured) -> None:
    command = ["calibrate", f"{counts}/raw", "--out", f"{counts}/made", "--find-references", "--json"]
    assert run(command) == 3
    told = json.loads(capsys.readouterr().out)
    assert [cube["name"] for cube in told["cubes"]] == ["a/scan", "b/scan"]
    assert [one["name"] for one in told["failed"]] == ["c/alone"]
    assert "no white reference was found in its folder" in told["failed"][0]["message"]
    for cube in told["cubes"]:
        found = open_cube(cube["files"][0])
        np.testing.assert_allclose(found.read(), np.load(counts / "truth.npy"), atol=1e-3)
    assert summary(counts / "made")["a/scan"]["white"] == "WHITEREF_scan"
    white = np.full((3, 5, 4), 2500, np.uint16)
    write_envi(white, counts / "raw" / "a" / "WHITEREF_scan.hdr", np.linspace(400, 1000, 4))
    assert run(command) == 3
    status = {cube["name"]: cube["status"] for cube in json.loads(capsys.readouterr().out)["cubes"]}
    assert status == {"a/scan": "done", "b/scan": "known"}


def test_references_that_are_given_are_those_of_all_cubes(counts: Path, capsys: Captured) -> None:
    given = ["--white", "3000", "--dark", "100", "--out", f"{counts}/made"]
    assert run(["calibrate", f"{counts}/raw/*/*.hdr", *given]) == 0
    raw = open_cube(counts / "raw" / "c" / "alone.hdr").read()
    made = open_cube(counts / "made" / "alone_reflectance.hdr").read()
    np.testing.assert_allclose(made, (raw - 100) / 2900, rtol=1e-5)
    assert "3 of 3 cubes done" in capsys.readouterr().out


@pytest.fixture
def trays(tmp_path: Path) -> Path:
    """Cubes with bright squares on black, two, three and none; and the recipe of their mask."""
    for name, count in (("a", 2), ("b", 3), ("none", 0)):
        values = np.full((12, 20, 3), 0.01, np.float32)
        for number in range(count):
            values[2:6, 6 * number + 1 : 6 * number + 5] = 0.5
        np.save(tmp_path / f"{name}.npy", values)
    recipe = Recipe(Threshold(Band(1), low=0.2), splitting=Splitting(smallest=4))
    (tmp_path / "recipe.json").write_text(recipe.to_json())
    return tmp_path


def test_objects_are_numbered_over_all_cubes(trays: Path, capsys: Captured) -> None:
    command = ["objects", str(trays), "--recipe", f"{trays}/recipe.json", "--out", f"{trays}/found"]
    assert run(command) == 3
    assert "none: not done: The mask of none would contain no object" in capsys.readouterr().err
    maps = {name: np.load(trays / "found" / f"{name}_objects.npy") for name in "ab"}
    assert [np.unique(maps[name]).tolist() for name in "ab"] == [[0, 1, 2], [0, 3, 4, 5]]
    with (trays / "found" / "b_objects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["object"], row["pixels"]) for row in csv.DictReader(file)] == [
            ("3", "16"),
            ("4", "16"),
            ("5", "16"),
        ]
    before = contents(trays / "found")
    assert run(command) == 3
    assert contents(trays / "found") == before
    (trays / "a.npy").rename(trays / "z.npy")  # b is the first now
    assert run(command) == 3
    assert np.unique(np.load(trays / "found" / "b_objects.npy")).tolist() == [0, 1, 2, 3]
    assert "b: done earlier" in capsys.readouterr().err
    assert summary(trays / "found")["z"]["objects"] == "2"


def test_masks_of_a_folder(trays: Path, capsys: Captured) -> None:
    command = ["mask", f"{trays}/a.npy", f"{trays}/b.npy", "--recipe", f"{trays}/recipe.json"]
    assert run([*command, "--out", f"{trays}/found", "--workers", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [cube["objects"] for cube in told["cubes"]] == [2, 3]
    mask = np.load(told["cubes"][1]["files"][0])
    np.testing.assert_array_equal(mask, np.load(trays / "b.npy")[:, :, 1] > 0.2)
    (trays / "recipe.json").write_text("{}, no recipe")
    assert "not a mask recipe" in error_of(capsys, [*command, "--out", f"{trays}/none"])


def test_classes_are_described_by_each_cube(lab: Path, tmp_path: Path, capsys: Captured) -> None:
    write_classes(classes(), tmp_path / "classes.json")
    ids = truth(stripes(24, 20))
    (tmp_path / "labels" / "day2").mkdir(parents=True)
    for name in ("other", "last"):
        np.save(tmp_path / "labels" / "day2" / f"{name}_labels.npy", ids)
    command = ["describe", "--classes", f"{tmp_path}/classes.json", "--source", "measured", "--cube"]
    command += [f"{lab}/scans", "--labels", f"{tmp_path}/labels", "--out", f"{tmp_path}/words", "--json"]
    assert run(command) == 3
    told = json.loads(capsys.readouterr().out)
    assert [cube["name"] for cube in told["cubes"]] == ["day2/last", "day2/other"]
    assert "scan_labels.npy" in told["failed"][0]["message"]
    described = read_classes(told["cubes"][0]["files"][0])
    assert all(one.descriptions[0].source == "measured" for one in described)
    assert set(told["cubes"][0]["described"]) == {"rising", "dipped"}
