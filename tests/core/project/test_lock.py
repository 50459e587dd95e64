"""Two windows on one project: the second learns who was first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from s3fn_core.errors import ProjectError
from s3fn_core.project import lock
from s3fn_core.project.lock import Lock, Owner, acquire


def write(folder: Path, owner: Owner) -> None:
    (folder / lock.FILE).write_text(json.dumps(asdict(owner)))


def test_one_window_holds_and_lets_go(tmp_path: Path) -> None:
    held = acquire(tmp_path)
    assert isinstance(held, Lock)
    assert json.loads((tmp_path / lock.FILE).read_text())["pid"] == os.getpid()
    held.release()
    assert not list(tmp_path.iterdir())


def test_another_process_is_named(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from s3fn_core.project.lock import acquire;"
        "acquire(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    owner = acquire(tmp_path)
    assert isinstance(owner, Owner)
    assert owner.pid == other.pid
    assert str(other.pid) in str(owner)
    other.kill()
    other.wait()
    assert isinstance(acquire(tmp_path), Lock)  # its process has ended


def test_an_owner_elsewhere_is_given_up_when_silent(tmp_path: Path) -> None:
    write(tmp_path, replace(Owner.here(), host="elsewhere", since=time.time() - 7200))
    owner = acquire(tmp_path)
    assert isinstance(owner, Owner)
    assert "for 2 h" in str(owner)
    assert "since a moment ago" in str(replace(owner, since=time.time()))
    long_ago = time.time() - lock.SILENT_AFTER - 1
    os.utime(tmp_path / lock.FILE, (long_ago, long_ago))
    held = acquire(tmp_path)
    assert isinstance(held, Lock)
    write(tmp_path, replace(Owner.here(), host="elsewhere"))
    held.release()
    assert (tmp_path / lock.FILE).exists()  # taken over meanwhile: not ours to remove


def test_a_damaged_lock_is_replaced(tmp_path: Path) -> None:
    (tmp_path / lock.FILE).write_text("{")
    assert isinstance(acquire(tmp_path), Lock)


def test_a_sign_of_life_renews_the_lock(tmp_path: Path) -> None:
    held = acquire(tmp_path)
    assert isinstance(held, Lock)
    os.utime(tmp_path / lock.FILE, (1, 1))
    held.refresh()
    assert time.time() - (tmp_path / lock.FILE).stat().st_mtime < 60


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="read-only"):
        acquire(tmp_path / "missing")


ABSURD = (
    {"pid": 10**30},
    {"pid": 0},
    {"pid": -1},
    {"pid": 1e400},
    {"pid": "12 monkeys"},
    {"since": 1e300},
    {"since": -5.0},
    {"since": float("nan")},
    {"user": "x\n" * 5000},
    {"host": "\x1b[2J"},
)


@pytest.mark.parametrize("wrong", ABSURD, ids=repr)
def test_a_lock_of_nobody_who_can_be_is_replaced(wrong: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / lock.FILE).write_text(json.dumps(asdict(Owner.here()) | {"pid": 1} | wrong))
    assert isinstance(acquire(tmp_path), Lock)


@pytest.mark.parametrize("content", [b"[" * 10**6, b"\xff\xfe", b"[]", b"null", b"1" * 5000, b" " * 10**7])
def test_a_lock_that_is_none_is_replaced(content: bytes, tmp_path: Path) -> None:
    (tmp_path / lock.FILE).write_bytes(content)
    assert isinstance(acquire(tmp_path), Lock)


@pytest.mark.parametrize("ahead", [2 * 86400.0, 1e9, 1e11])
def test_a_sign_of_life_from_the_future_holds_nothing(ahead: float, tmp_path: Path) -> None:
    write(tmp_path, replace(Owner.here(), host="elsewhere"))
    later = time.time() + ahead
    os.utime(tmp_path / lock.FILE, (later, later))
    assert isinstance(acquire(tmp_path), Lock)


def test_a_clock_that_is_a_little_ahead_is_believed(tmp_path: Path) -> None:
    write(tmp_path, replace(Owner.here(), host="elsewhere", since=time.time() + 300))
    later = time.time() + 300
    os.utime(tmp_path / lock.FILE, (later, later))
    owner = acquire(tmp_path)
    assert isinstance(owner, Owner)
    assert "since a moment ago" in str(owner)


def test_a_folder_in_place_of_the_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / lock.FILE).mkdir()
    with pytest.raises(ProjectError, match="in the way"):
        acquire(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_in_place_of_the_lock_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / lock.FILE)
    assert isinstance(acquire(tmp_path), Lock)
