"""Tasks on a cluster of worker processes, of which some are killed and one stops answering."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import appdirs
import dask
import numpy as np
import pytest
from distributed import LocalCluster

from s3fn_core.batch.calibrating import References
from s3fn_core.batch.chain import Chain
from s3fn_core.batch.cluster import on_cluster
from s3fn_core.batch.many import Told, doing, prepared
from s3fn_core.batch.pool import Pool, in_turn
from s3fn_core.batch.predicting import Predicting
from s3fn_core.batch.remote import moved
from s3fn_core.batch.task import Task
from s3fn_core.cli import run as s3fn
from s3fn_core.cubes.formats import write_envi
from s3fn_core.errors import ExportError
from s3fn_core.model.checkpoint import save_model
from s3fn_core.progress import run
from tests.core.batch.test_batch import contents, scans, statuses, tasks_of
from tests.core.batch.works import Sharing
from tests.core.cli.test_cli import Captured
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes

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
            memory_limit="4GiB",
        ) as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(appdirs, "user_cache_dir", lambda *_, **__: folder)


def busy(cluster: LocalCluster, *names: str) -> list[int]:
    """The processes of three workers once each has one of some tasks, first the one with the first."""
    assert cluster.scheduler is not None
    for _ in range(200):
        found: dict[int, set[str]] = {}
        for state in list(cluster.scheduler.workers.values()):
            keys = [task.key for task in list(state.processing)]
            here = {name for name in names if any(key.endswith(f"-{name}") for key in keys)}
            pid = cluster.workers[state.name].process.pid
            if here and pid is not None:
                found[pid] = here
        if len(found) == 3:
            return sorted(found, key=lambda pid: names[0] not in found[pid])
        time.sleep(0.05)
    raise AssertionError(f"nobody works on {names}")


def test_killed_workers_and_a_paused_one_lose_nothing(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither cubes that are worked on whole nor blocks of one that is too large for a worker."""
    monkeypatch.setattr("s3fn_core.batch.cluster.SHARE", 1e-8)
    scans(tmp_path / "in", *NAMES)
    np.save(tmp_path / "in" / "slow2.npy", np.arange(18).reshape(3, 2, 3))
    (tmp_path / "wait").touch()
    tasks = [replace(task, work=Sharing()) if task.name == "slow2" else task for task in tasks_of(tmp_path)]
    operation = doing(tasks, on_cluster(cluster.scheduler_address))
    ended, notes = 0, set[str]()
    while ended < len(NAMES) - 2:
        told = next(operation)
        notes |= set(told.notes)
        ended += isinstance(told, Told) and told.outcome is not None
    assert "scan0 is large for a worker, and double works on whole cubes." in notes
    *killed, paused = busy(cluster, "slow", *(f"slow2-{line}" for line in range(3)))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    os.kill(paused, signal.SIGSTOP)
    (tmp_path / "wait").unlink()
    try:
        outcomes = run(operation)
    finally:
        with suppress(ProcessLookupError):  # the scheduler has another one in its place
            os.kill(paused, signal.SIGCONT)
    assert statuses(outcomes) == dict.fromkeys(sorted(NAMES), "done")
    done_once = [f"slow2 {line}" for line in range(3)]
    assert sorted((tmp_path / "lines").read_text().splitlines()) == done_once
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copytree(tmp_path / "in", alone / "in")
    run(doing(tasks_of(alone)))
    assert contents(tmp_path / "out") == contents(alone / "out")
    again = run(doing(tasks, on_cluster(cluster.scheduler_address)))
    assert set(statuses(again).values()) == {"known"}
    assert sorted((tmp_path / "lines").read_text().splitlines()) == done_once


def test_a_block_that_fails_is_told_with_its_cube(cluster: LocalCluster, tmp_path: Path) -> None:
    scans(tmp_path / "in", "bad")
    (outcome,) = run(doing(tasks_of(tmp_path, Sharing()), on_cluster(cluster.scheduler_address)))
    assert outcome.message.endswith("bad.npy is bad; take another.")
    assert not (tmp_path / "out" / "bad.txt").exists()


def test_one_cube_is_mapped_by_all_workers_and_the_model_is_sent_to_them(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = stripes(210, 8)
    (tmp_path / "in").mkdir()
    write_envi(cube.read(), tmp_path / "in" / "large.hdr", cube.wavelengths)
    model = replace(untrained(small("pixel"), cube, classes()), smoothing=1.0)
    save_model(model, tmp_path / "m.s3fn")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.chdir(tmp_path)  # where no worker is, so "m.s3fn" is no file for it

    monkeypatch.setattr(cluster.scheduler, "worker_ttl", 60)  # importing torch takes longer than SILENCE
    work = Predicting(Path("m.s3fn"), probabilities=True, formats=("npy", "csv"))
    messages = set[str]()

    def mapped(out: str, pool: Pool) -> dict[str, bytes]:
        tasks, _ = prepared([Task(work, Path("in/large.hdr"), "large", Path(out))])
        (outcome,) = run(doing(tasks, pool), lambda told: messages.add(told.message))
        assert outcome.status == "done"
        return contents(Path(out))

    shared = mapped("shared", on_cluster(cluster.scheduler_address))
    # two blocks where a worker that an earlier test has ended is not back yet
    assert messages & {f"0 of 1 cube, large: {count} of {count} blocks" for count in (2, 3)}
    assert shared == mapped("here", in_turn)


def test_who_does_not_see_the_results_sends_them(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3fn_core.batch.cluster._marked", lambda out: nullcontext(tmp_path / "unseen"))
    scans(tmp_path / "in", "a")
    tasks = tasks_of(tmp_path, Sharing(whole="it must not be cut"))
    operation = doing(tasks, on_cluster(cluster.scheduler_address))
    assert next(operation).notes == ("a is not shared by workers: it must not be cut.",)
    assert statuses(run(operation)) == {"a": "done"}
    sent = contents(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    run(doing(tasks))
    assert sent == contents(tmp_path / "out")


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


def test_inputs_are_those_of_the_worker_wherever_the_work_names_them() -> None:
    work = Chain(references=References("white.hdr", "12", "panel.csv"), predicting=Predicting(Path("m.s3fn")))
    there = moved(work, {path: Path("/worker") / path.name for path in work.inputs})
    assert there.inputs == tuple(Path("/worker") / path.name for path in work.inputs)
    assert there.references == References("/worker/white.hdr", "12", "/worker/panel.csv")
    assert there.settings == work.settings
    assert moved(work, {}) == work


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
