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
