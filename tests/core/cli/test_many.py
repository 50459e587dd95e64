"""Many cubes on the command line: folders with bad files, processes that are killed."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import appdirs
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import write_envi
from s3fn_core.model.checkpoint import save_model
from tests.core.cli.test_cli import Captured, error_of
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes


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
    assert "good: done before" in said.err
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
    assert f"{tmp_path}/file cannot be made" in said
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o555)
    said = error_of(capsys, predict(lab, lab / "scans", tmp_path / "sub"))
    assert "cannot be made" in said
