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
SAVES = 5  # during one of as many comes a kill
PATIENCE = 60  # seconds for a save on a machine that is busy with other things


class Journal:
    """What processes that save note, as far as it was read: the last step of each kind."""

    def __init__(self, path: Path, seconds: float) -> None:
        path.touch()
        self._file = path.open(encoding="utf-8")
        self.told = {"saved": 0, "autosaved": 0}
        self.seconds = seconds  # that the last save took

    def read(self) -> int:
        """Read on; how many saves were noted."""
        lines = self._file.readlines()
        for line in lines:
            kind, step = line.split()
            self.told[kind] = max(self.told[kind], int(step))
        return len(lines)

    def wait(self, saves: int) -> None:
        """Wait until a process has saved so often, however long it takes."""
        for number in range(saves):
            began = time.perf_counter()
            while not self.read():
                assert time.perf_counter() - began < PATIENCE, "nothing is saved"
                time.sleep(0.0005)
            if number:  # before the first one the project was opened
                self.seconds = time.perf_counter() - began


@contextmanager
def saving(folder: Path, journal: Path) -> Iterator[subprocess.Popen[str]]:
    """What starts processes that save; none is left in the end."""
    command = [sys.executable, "-m", "tests.core.project.saving", str(folder), str(journal)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        start_new_session=True,
    ) as started:
        try:
            assert started.stdout is not None
            assert started.stdout.readline() == "ready\n"
            yield started
        finally:
            os.killpg(started.pid, signal.SIGKILL)


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
    noted = Journal(journal, time.perf_counter() - began)
    told, moments = noted.told, random.Random(5)
    unfinished = [0]
    with saving(folder, journal) as saver:
        assert saver.stdin is not None
        assert saver.stdout is not None
        for _ in range(KILLS):
            print("start", file=saver.stdin, flush=True)
            child = int(saver.stdout.readline())
            noted.wait(moments.randrange(SAVES))
            time.sleep(moments.uniform(0, noted.seconds))
            os.kill(child, signal.SIGKILL)
            assert saver.stdout.readline() == "gone\n"
            noted.read()
            unfinished.append(len(list(folder.rglob(".*-????????.*"))))
            saved = step_of(Project.load(folder))
            assert saved >= told["saved"]
            if told["autosaved"] > saved:
                assert step_of(Project.load(folder, autosaved=True)) >= told["autosaved"]
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
