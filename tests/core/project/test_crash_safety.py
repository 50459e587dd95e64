"""A project whose program is killed at any moment is the last save, or the last autosave."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from s3fn_core.errors import ProjectError
from s3fn_core.project import Project
from tests.core.project.saving import change, step_of

KILLS = 300
SAVES = 6  # after as many at the latest comes a kill,
LONGEST = 0.25  # and after as many seconds


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_is_lost_when_a_saving_process_is_killed(tmp_path: Path) -> None:
    folder, journal = tmp_path / "work.s3fnproj", tmp_path / "journal"
    project = Project.create(folder)
    change(project, 0)
    project.save()
    began = time.perf_counter()
    change(project, 1)
    project.save()
    longest = min(LONGEST, SAVES * (time.perf_counter() - began))
    moments = random.Random(5)
    told = {"saved": 0, "autosaved": 0}
    saver = subprocess.Popen(
        [sys.executable, "-m", "tests.core.project.saving", str(folder), str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert saver.stdin is not None
    assert saver.stdout is not None
    assert saver.stdout.readline() == "ready\n"
    unfinished = [0]
    for _ in range(KILLS):
        print("start", file=saver.stdin, flush=True)
        child = int(saver.stdout.readline())
        time.sleep(moments.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        assert saver.stdout.readline() == "gone\n"
        for line in journal.read_text().splitlines() if journal.exists() else ():
            kind, step = line.split()
            told[kind] = max(told[kind], int(step))
        unfinished.append(len(list(folder.rglob(".*-????????.*"))))
        saved = step_of(Project.load(folder))
        assert saved >= told["saved"]
        if told["autosaved"] > saved:
            assert step_of(Project.load(folder, autosaved=True)) >= told["autosaved"]
    saver.stdin.close()
    saver.wait(10)
    in_the_middle = sum(after > before for before, after in pairwise(unfinished))
    print(
        f"{KILLS} kills, {in_the_middle} of them while a file was being written, "
        f"{max(told.values())} saves: nothing lost"
    )
    assert in_the_middle > KILLS / 20
    assert min(told.values()) > KILLS / 20
    for left in folder.rglob(".*"):
        os.utime(left, (1, 1))  # an hour ago at least
    project = Project.load(folder)
    project.save()
    assert not list(project.labels_folder.glob(".*"))
    assert len(list(project.labels_folder.glob("*.tif"))) == 2


@pytest.mark.parametrize("most", [0, 100, 200, 400, 600, 900])
def test_a_full_disk_keeps_the_old_save_and_spoils_no_later_one(tmp_path: Path, most: int) -> None:
    project = Project.create(tmp_path / "work.s3fnproj")
    change(project, 1)
    project.save()
    change(project, 2)
    with no_file_beyond(most), pytest.raises(ProjectError, match="room"):
        project.save()
    assert step_of(Project.load(project.folder)) == 1
    project.save()  # somebody made room
    assert step_of(Project.load(project.folder)) == 2


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Writing more than `size` bytes to a file fails, as it does on a full disk."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
