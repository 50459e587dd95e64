"""Tasks on a cluster of worker processes, of which one is killed and one stops answering."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import appdirs
import dask
import pytest
from distributed import LocalCluster

from s3fn_core.batch.cluster import on_cluster
from s3fn_core.batch.many import Told, doing
from s3fn_core.cli import run as s3fn
from s3fn_core.errors import ExportError
from s3fn_core.progress import run
from tests.core.batch.test_batch import contents, scans, statuses, tasks_of
from tests.core.cli.test_cli import Captured

NAMES = [*(f"scan{number}" for number in range(6)), "slow", "slow2"]
SILENCE = "3s"
"""Until a worker that does not answer counts as dead."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Three worker processes on loopback."""
    settings = {
        "distributed.scheduler.worker-ttl": SILENCE,
        "distributed.worker.profile.enabled": False,
        "temporary-directory": str(tmp_path_factory.mktemp("dask")),
    }
    with (
        dask.config.set(settings),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=3,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
        ) as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(appdirs, "user_cache_dir", lambda *_, **__: folder)


def busy_with(cluster: LocalCluster, name: str) -> int:
    """The process that works on a task, as soon as there is one."""
    assert cluster.scheduler is not None
    for _ in range(200):
        for state in cluster.scheduler.workers.values():
            if any(task.key.endswith(f"-{name}") for task in state.processing):
                pid = cluster.workers[state.name].process.pid
                if pid is not None:
                    return int(pid)
        time.sleep(0.05)
    raise AssertionError(f"nobody works on {name}")


def test_a_killed_and_a_paused_worker_lose_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    scans(tmp_path / "in", *NAMES)
    (tmp_path / "wait").touch()
    operation = doing(tasks_of(tmp_path), on_cluster(cluster.scheduler_address))
    ended = 0
    while ended < len(NAMES) - 2:
        told = next(operation)
        ended += isinstance(told, Told) and told.outcome is not None
    killed, paused = busy_with(cluster, "slow"), busy_with(cluster, "slow2")
    assert killed != paused
    os.kill(killed, signal.SIGKILL)
    os.kill(paused, signal.SIGSTOP)
    (tmp_path / "wait").unlink()
    try:
        outcomes = run(operation)
    finally:
        with suppress(ProcessLookupError):  # the scheduler has another one in its place
            os.kill(paused, signal.SIGCONT)
    assert statuses(outcomes) == dict.fromkeys(sorted(NAMES), "done")
    alone = tmp_path / "alone"
    alone.mkdir()
    scans(alone / "in", *NAMES)
    run(doing(tasks_of(alone)))
    assert contents(tmp_path / "out") == contents(alone / "out")
    again = run(doing(tasks_of(tmp_path), on_cluster(cluster.scheduler_address)))
    assert set(statuses(again).values()) == {"known"}


def test_what_fails_there_is_told_and_what_is_stopped_is_cancelled(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    scans(tmp_path / "in", "a", "bad", "slow")
    (tmp_path / "wait").touch()
    operation = doing(tasks_of(tmp_path), on_cluster(cluster.scheduler_address))
    told = [next(operation) for _ in range(4)]
    operation.close()
    ended = [one.outcome for one in told if isinstance(one, Told) and one.outcome is not None]
    messages = [one.message for one in ended if one.message]
    assert all(message.endswith("bad.npy is bad; take another.") for message in messages)
    (tmp_path / "wait").unlink()
    outcomes = run(doing(tasks_of(tmp_path), on_cluster(cluster.scheduler_address)))
    assert outcomes[1].status == "failed"
    assert {outcomes[0].status, outcomes[2].status} <= {"done", "known"}  # what runs there ends there


def test_no_scheduler_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scans(tmp_path / "in", "a")
    monkeypatch.setattr("s3fn_core.batch.cluster.CONNECTING", 0.2)
    with pytest.raises(ExportError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        run(doing(tasks_of(tmp_path), on_cluster("tcp://127.0.0.1:9")))


def test_a_scheduler_and_workers_are_not_given_together(tmp_path: Path, capsys: Captured) -> None:
    (cube,) = scans(tmp_path / "in", "a")
    asked = ("mask", str(cube), "--recipe", "r.json", "--out", str(tmp_path / "out"))
    assert s3fn([*asked, "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "--scheduler has its own workers" in capsys.readouterr().err
