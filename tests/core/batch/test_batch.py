"""Many cubes: what is done, known again, passed over, stopped, and never replaced."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.many import Told, doing, prepared
from s3fn_core.batch.pool import in_processes, in_turn
from s3fn_core.batch.record import record_path
from s3fn_core.batch.summary import check_summary, write_summary
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.cubes.formats import write_envi
from s3fn_core.errors import CubeError, ExportError
from s3fn_core.problems.crashes import command_crashes, commands_folder
from s3fn_core.progress import run
from tests.core.batch.works import Doubling

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this process and of those that it starts."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def scans(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        np.save(folder / f"{name}.npy", np.full((2, 2, 3), number + 1))
    return [folder / f"{name}.npy" for name in names]


def tasks_of(folder: Path, work: Doubling = Doubling()) -> list[Task]:  # noqa: B008 (it is frozen)
    found = find_cubes([folder / "in"])
    return prepared([Task(work, cube, name, folder / "out") for cube, name in found.cubes])[0]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def statuses(outcomes: list[Outcome]) -> dict[str, str]:
    return {one.name: one.status for one in outcomes}


def test_what_fails_is_told_and_the_others_are_done_once(tmp_path: Path) -> None:
    scans(tmp_path / "in", "a", "bad", "broken", "c")
    outcomes = run(doing(tasks_of(tmp_path)))
    assert statuses(outcomes) == {"a": "done", "bad": "failed", "broken": "failed", "c": "done"}
    assert outcomes[1].message.endswith("bad.npy is bad; take another.")
    assert "ZeroDivisionError: oh" in outcomes[2].message
    assert (tmp_path / "out" / "c.txt").read_text() == str(2 * 12 * 4)
    before = contents(tmp_path / "out")
    again = run(doing(tasks_of(tmp_path)))
    assert statuses(again) == {"a": "known", "bad": "failed", "broken": "failed", "c": "known"}
    assert again[0].made == outcomes[0].made
    assert contents(tmp_path / "out") == before


def test_a_cube_is_done_again_when_anything_that_decides_changed(tmp_path: Path) -> None:
    a, _ = scans(tmp_path / "in", "a", "b")
    model = tmp_path / "model"

    def done(factor: int, **changed: bool) -> dict[str, str]:
        tasks = tasks_of(tmp_path, Doubling(factor, model))
        return statuses(run(doing([replace(task, **changed) for task in tasks])))

    model.write_text("one")
    assert done(2) == {"a": "done", "b": "done"}
    assert done(3) == {"a": "done", "b": "done"}
    model.write_text("two")
    assert done(3) == {"a": "done", "b": "done"}
    (tmp_path / "out" / "b.txt").unlink()
    assert done(3) == {"a": "known", "b": "done"}
    np.save(a, np.full((2, 2, 3), 7))
    assert done(3) == {"a": "failed", "b": "known"}  # the result is of another cube
    assert (tmp_path / "out" / "a.txt").read_text() == "36"
    assert done(3, overwrite=True) == {"a": "done", "b": "known"}


def test_a_result_that_somebody_changed_stays(tmp_path: Path) -> None:
    scans(tmp_path / "in", "a", "b")
    run(doing(tasks_of(tmp_path)))
    (tmp_path / "out" / "a.txt").write_text("mine")
    outcomes = run(doing(tasks_of(tmp_path, Doubling(3))))
    assert statuses(outcomes) == {"a": "failed", "b": "done"}
    assert "--overwrite" in outcomes[0].message
    assert (tmp_path / "out" / "a.txt").read_text() == "mine"


def test_stopped_work_goes_on_where_it_was(tmp_path: Path) -> None:
    scans(tmp_path / "in", *"abcd")
    operation = doing(tasks_of(tmp_path))
    done = 0
    while done < 2:
        progress = next(operation)
        assert isinstance(progress, Told)
        done += progress.outcome is not None
    while next(operation).message != "2 of 4 cubes, c: Doubling":
        pass
    operation.close()
    record = record_path(tasks_of(tmp_path)[2])
    assert json.loads(record.read_text())["made"] is None
    (tmp_path / "out" / "c.txt").write_text("half")  # what a process left that was killed right here
    assert list(statuses(run(doing(tasks_of(tmp_path)))).values()) == ["known", "known", "done", "done"]
    assert (tmp_path / "out" / "c.txt").read_text() == "72"


KILLED = """
import signal
import sys
from pathlib import Path
from s3fn_core.batch.many import doing
from s3fn_core.batch.pool import in_processes
from s3fn_core.progress import run
from tests.core.batch.test_batch import tasks_of
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
run(doing(tasks_of(Path(sys.argv[1])), in_processes(2)))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_in_the_middle_it_goes_on_to_the_same_bytes(how: int, tmp_path: Path) -> None:
    scans(tmp_path / "in", "a", "b", "slow", "z")
    (tmp_path / "wait").touch()
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while statuses_on_disk(tmp_path / "out") != {"a", "b", "z"} and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(how)
        try:
            process.wait(60)
        finally:
            process.kill()
    assert record_path(tasks_of(tmp_path)[2]).exists()  # slow was under way
    (tmp_path / "wait").unlink()
    outcomes = run(doing(tasks_of(tmp_path)))
    assert statuses(outcomes) == {"a": "known", "b": "known", "slow": "done", "z": "known"}
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copytree(tmp_path / "in", alone / "in")
    run(doing(tasks_of(alone)))
    assert contents(alone / "out") == contents(tmp_path / "out")


def statuses_on_disk(out: Path) -> set[str]:
    """The cubes of which a record says that they are done."""
    records = {path.name: json.loads(path.read_text("utf-8")) for path in out.glob("*_double.json")}
    return {name.removesuffix("_double.json") for name, record in records.items() if record["made"]}


def test_a_killed_process_takes_one_cube_with_it(tmp_path: Path) -> None:
    scans(tmp_path / "in", "a", "bad", "killer", "z")
    outcomes = run(doing(tasks_of(tmp_path), in_processes(2)))
    assert statuses(outcomes) == {"a": "done", "bad": "failed", "killer": "failed", "z": "done"}
    assert "ended the process" in outcomes[2].message
    (tmp_path / "in" / "killer.npy").unlink()
    (tmp_path / "out" / "killer_double.json").unlink()
    alone = tmp_path / "alone"
    alone.mkdir()
    (tmp_path / "in").rename(alone / "in")
    run(doing(tasks_of(alone), in_turn))
    assert contents(alone / "out") == contents(tmp_path / "out")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_process_that_crashes_leaves_a_trace(tmp_path: Path) -> None:
    scans(tmp_path / "in", "crasher", "z")
    outcomes = run(doing(tasks_of(tmp_path), in_processes(1)))
    assert statuses(outcomes) == {"crasher": "failed", "z": "done"}
    assert "crashed, twice" in outcomes[0].message
    assert command_crashes().count("Segmentation fault") == 2
    assert len(list(commands_folder().iterdir())) == 2, "whoever ends well leaves none"


def test_the_summary_has_a_row_for_each_cube(tmp_path: Path) -> None:
    scans(tmp_path / "in", "a", "bad")
    out = tmp_path / "out"
    for _ in range(2):  # known or done, the table is the same
        write_summary(run(doing(tasks_of(tmp_path))), check_summary(out))
        with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["name"], row["status"], row["sum"]) for row in rows] == [
            ("a", "done", "24"),
            ("bad", "failed", ""),
        ]
        assert rows[1]["message"].endswith("take another.")
    (out / "summary.csv").write_text("my table")
    with pytest.raises(ExportError, match="not the summary"):
        check_summary(out)


def test_cubes_of_the_same_name_have_results_of_their_own(tmp_path: Path) -> None:
    for day in ("day1", "day2"):
        scans(tmp_path / day, "scan", "dark")
    write_envi(np.ones((2, 2, 3), np.float32), tmp_path / "day1" / "scan.hdr", np.array([500.0, 600, 700]))
    np.save(tmp_path / "day1" / "labels.npy", np.ones((2, 2), np.uint8))
    (tmp_path / "day1" / "notes.txt").write_text("no cube")
    (tmp_path / "day1" / ".hidden.npy").write_text("no cube")

    def names(*given: str, out: str = "out") -> list[str]:
        return [name for _, name in find_cubes([tmp_path / g for g in given], tmp_path / out).cubes]

    assert names("") == ["day1/scan_hdr", "day1/scan_npy", "day2/scan"]
    assert names("day?/*.npy") == ["day1/scan", "day2/scan"]
    assert names("day2/scan.npy", "day2/scan.npy") == ["scan"]
    assert names("day1", "day2") == ["day1/scan_hdr", "day1/scan_npy", "day2/scan"]
    assert names("", out="day1") == ["day2/scan"]
    assert names("day2", out="") == ["scan"]  # results go above it
    assert names("day1/s*", out="day1") == ["scan_hdr", "scan_npy"]
    with pytest.raises(CubeError, match="another folder for the results"):
        names("day2", out="day2")
    notes = find_cubes([tmp_path]).notes
    assert any("3 files are maps, pictures or references" in note for note in notes)
    for nothing in ("day3/*.npy", "out"):
        (tmp_path / "out").mkdir(exist_ok=True)
        with pytest.raises(CubeError):
            find_cubes([tmp_path / nothing])


def test_no_result_is_written_twice_or_over_a_cube(tmp_path: Path) -> None:
    (cube,) = scans(tmp_path / "in", "a")
    work = Doubling()
    with pytest.raises(ExportError, match="written twice"):
        prepared([Task(work, cube, "x", tmp_path), Task(work, cube, "x", tmp_path)])
    cube.rename(tmp_path / "in" / "a.txt")
    with pytest.raises(ExportError, match="input of this command"):
        prepared([Task(work, tmp_path / "in" / "a.txt", "a", tmp_path / "in")])
